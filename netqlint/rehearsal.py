"""What `netqlint test` does: reads rule files, runs the examples of their rules, and asks what those are worth."""

from __future__ import annotations

import os
from pathlib import Path

from netqlint.config import find
from netqlint.config import load as load_settings
from netqlint.errors import NetqlintError, hint
from netqlint.examples import complaints, unnoticed, with_rules
from netqlint.pack import file_name, load, told
from netqlint.record import Record
from netqlint.reporters.cells import visible, wrap
from netqlint.reporters.frame import Gutter, Mark, frame
from netqlint.reporters.style import paint
from netqlint.reporters.views import measure
from netqlint.selection import codes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netqlint.driver import Plain
    from netqlint.pack import Pack
    from netqlint.reporters.style import Style


class Wrong(Record):
    """Something wrong with a rule: the file and line, what it is about, and what to say.

    `kind`: `rule` (no rule at all), `gap` (not written yet), `example` (does not hold) or `change` (nobody noticed).
    """

    kind: str
    path: str
    line: int
    code: str
    message: str


class Outcome(Record):
    """How many rules, examples and small changes were tried, and what came of it."""

    rules: int
    examples: int
    changes: int
    wrong: tuple[Wrong, ...]

    @property
    def broken(self) -> bool:
        return any(one.kind in ("rule", "gap") for one in self.wrong)


class Cast(Record):
    """Rules to be tried: compiled ones with the file of each, and what is wrong with those that are none."""

    rules: tuple[Plain, ...]
    files: tuple[Path, ...]
    wrong: tuple[Wrong, ...]
    pack: Pack


def rehearse(cast: Cast, change: bool, tell: Callable[[int], None]) -> Outcome:
    """What comes of these rules. `change` asks for every small change to one whether its examples notice.

    `tell` hears how many rules are done.
    """
    wrong = list(cast.wrong)
    changes = 0
    for number, (rule, file) in enumerate(zip(cast.rules, cast.files, strict=True), 1):
        found = list(_complaints(rule, file, cast.pack))
        wrong += found
        if change and not found:
            for what, noticed in _changes(rule, file, cast.pack):
                changes += 1
                if not noticed:
                    wrong.append(_survivor(rule, file, what))
        tell(number)
    examples = sum(len(rule["examples"]) for rule in cast.rules)
    return Outcome(len(cast.rules), examples, changes, tuple(wrong))


def _complaints(rule: Plain, file: Path, pack: Pack) -> Iterator[Wrong]:
    from netqlint.compile.rules import line

    for one in complaints(rule, pack):
        # a complaint begins with the code
        yield Wrong("example", _shown(file), line(file, "examples", one.number - 1), one.code, str(one))


def _changes(rule: Plain, file: Path, pack: Pack) -> Iterator[tuple[str, bool]]:
    """Every small change to a rule, and whether its examples notice; they do when it is no rule any more."""
    from netqlint.compile.mutants import mutants
    from netqlint.compile.pack import parameter_types
    from netqlint.compile.rules import read_document

    for what, mutant in mutants(read_document(file), file, parameter_types(pack.catalog)):
        yield what, mutant is None or not unnoticed(mutant, pack)


def _survivor(rule: Plain, file: Path, what: str) -> Wrong:
    from netqlint.compile.rules import line

    key = what.partition(":")[0]
    message = f"{rule['code']} with {what}: no example notices the change; add one on the other side of it"
    return Wrong("change", _shown(file), line(file, *key.split(".")), rule["code"], message)


# --- which rules


def cast(words: Sequence[str]) -> Cast:
    """The rules that the words name by file, folder, code or name; without words those of the configuration.

    Raises NetqlintError for a word that names none.
    """
    from netqlint.compile.pack import parameter_types
    from netqlint.compile.rules import Gap, try_rules

    pack = load()
    own, known = _files(words)
    rules, errors = try_rules(own, parameter_types(pack.catalog), pack.rules)
    file_of = {path.name: path for path in own}
    compiled = {rule["code"]: rule for rule in told(pack)}
    # a rule is called what its file is called
    chosen = [*rules, *(compiled[code] for code in known)]
    files = [file_of.get(file_name(rule)) or _builtin(file_name(rule)) for rule in chosen]
    wrong = tuple(
        Wrong("gap" if isinstance(one, Gap) else "rule", _shown(one.path), one.line, "", one.message) for one in errors
    )
    return Cast(tuple(chosen), tuple(files), wrong, with_rules(pack, rules))


def _builtin(name: str) -> Path:
    return next(path for path in _home().glob("*/NQ*.yaml") if path.name == name)


def _home() -> Path:
    from netqlint.compile.place import folder

    return folder("rules")


def _files(words: Sequence[str]) -> tuple[list[Path], list[str]]:
    """The files of a team's rules that the words name, and the codes of netqlint's own."""
    paths = [word for word in words if _is_path(word)]
    names = [word for word in words if word not in paths]
    folders = [Path(os.path.relpath(folder)) for folder in configured()] if names or not words else []
    if not words and not folders:
        raise NetqlintError(
            'no rules to test: name files, folders or rules, or say rules = ["FOLDER"] in netqlint.toml'
        )
    files = {path.resolve(): path for word in paths or ([] if names else folders) for path in _below(Path(word))}
    home = _home()
    mine = {real: path for real, path in files.items() if not real.is_relative_to(home)}
    known = {real.name[:5] for real in files if real not in mine and real.match(f"{home}/*/NQ*.yaml")}
    if names:
        there = {path.resolve(): path for folder in folders if folder.is_dir() for path in _below(folder)}
        named = [{**called(path), "file": str(real)} for real, path in there.items()]
        table = [*load().rules, *named]
        wanted = codes(table, names)
        mine |= {Path(one["file"]): there[Path(one["file"])] for one in named if one["code"] in wanted}
        known |= {rule["code"] for rule in load().rules if rule["code"] in wanted}
    if not mine and not known:
        raise NetqlintError(f"{' '.join(paths)}: no rules there")
    return list(mine.values()), sorted(known)


def configured() -> tuple[str, ...]:
    """The folders (absolute) of rules that the configuration of this folder names."""
    file = find(os.curdir)
    # without a pack: a rule that is wrong is what this is about
    return load_settings(file).rules if file else ()


def _is_path(word: str) -> bool:
    if os.path.lexists(word):
        return True
    if os.sep in word or word.endswith((".yaml", ".yml")):
        raise NetqlintError(f"{word}: no such file or folder{_near(word)}")
    return False


def _near(word: str) -> str:
    folder, name = os.path.split(word)
    try:
        return hint(name, os.listdir(folder or os.curdir))
    except OSError:
        return ""


def _below(path: Path) -> list[Path]:
    from netqlint.compile.rules import own_files

    if path.is_dir():
        found = own_files(path)
        if not found:
            other = next(path.rglob("*.yml"), None)
            told = f"; the name of {other} must end in .yaml" if other else "; netqlint rules new writes one"
            raise NetqlintError(f"{path}: no rules in this folder{told}")
        return found
    if path.suffix != ".yaml":
        raise NetqlintError(f"{path}: the name of a rule file ends in .yaml")
    return [path]


def called(path: Path) -> Plain:
    """A rule by the name of its file."""
    code, _, name = path.stem.partition("-")
    return {"code": code, "name": name}


def _shown(path: Path) -> str:
    return os.path.relpath(path)


# --- told


def render(outcome: Outcome, style: Style, quiet: bool = False) -> str:
    """What is wrong, one a line, files that are no rules with the line that is wrong; and what it comes to."""
    rows = [row for one in outcome.wrong for row in _rows(one, style)]
    if not quiet:
        rows += ["", *_closing(outcome, style)] if rows else _closing(outcome, style)
    return "".join(f"{row}\n" for row in rows)


def _rows(one: Wrong, style: Style) -> list[str]:
    look = "error" if one.kind == "rule" else "warning" if one.kind == "gap" else "bold"
    place = visible(f"{one.path}:{one.line}:")
    message = visible(one.message)
    if one.kind != "rule":
        return [paint([(look, place), ("", f" {message}")], style.colour)]
    head = wrap([("error", "error:"), ("bold", place), ("", message)], style.room, 4)
    rows = [paint([("", "    " if nth else ""), *line], style.colour) for nth, line in enumerate(head)]
    return [*rows, *_framed(one, style)]


def _framed(one: Wrong, style: Style) -> list[str]:
    """The line that is wrong, underlined as far as it says anything."""
    try:
        with open(one.path, encoding="utf-8") as file:
            text = file.read().splitlines()[one.line - 1]
    except (OSError, UnicodeDecodeError, IndexError):
        return []
    said = text.strip()
    start = text.index(said)
    gutter = Gutter(style, len(str(one.line)))
    return [
        gutter.row(None, "|", ()),
        *frame(gutter, one.line, measure(text), [Mark(start, start + len(said), "^", "error")]),
    ]


def _closing(outcome: Outcome, style: Style) -> list[str]:
    counts = {kind: sum(one.kind == kind for one in outcome.wrong) for kind in ("rule", "gap", "example", "change")}
    files = len({one.path for one in outcome.wrong if one.kind == "rule"})
    failed = len({(one.path, one.line) for one in outcome.wrong if one.kind == "example"})
    pieces = []
    if files:
        pieces.append(("error", _many(files, "file is no rule,", "files are no rules,")))
    if counts["gap"]:
        pieces.append(("warning", _many(counts["gap"], "gap,", "gaps,")))
    if failed:
        pieces.append(("error", _many(failed, "example fails,", "examples fail,")))
    if counts["change"]:
        pieces.append(("error", _many(counts["change"], "change unnoticed,", "changes unnoticed,")))
    pieces = [*pieces[:-1], (pieces[-1][0], pieces[-1][1].rstrip(","))] if pieces else [("bold", "all examples hold")]
    tried = [_many(outcome.rules, "rule", "rules"), _many(outcome.examples, "example", "examples")]
    tried += [_many(outcome.changes, "change", "changes")] if outcome.changes else []
    pieces.append(("", f"· {', '.join(tried)} tried"))
    return [paint(row, style.colour) for row in wrap(pieces, style.room, 2)]


def _many(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def written(outcome: Outcome) -> str:
    """The outcome as JSON."""
    import json

    rows = [{field: getattr(one, field) for field in Wrong.__slots__} for one in outcome.wrong]
    tried = {"rules": outcome.rules, "examples": outcome.examples, "changes": outcome.changes}
    return json.dumps({"tried": tried, "wrong": rows}, indent=2) + "\n"
