"""Settings: finds the configuration file that holds for a path, and what it says of that path."""

from __future__ import annotations

import os

from netqlint.errors import NetqlintError
from netqlint.memo import memo
from netqlint.patterns import compiled
from netqlint.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    from netqlint.pack import Pack

    Plain: TypeAlias = dict[str, Any]

FILE = "netqlint.toml"
SHARED = "pyproject.toml"
# suppressions, see netqlint.sidefile
SIDE = ".netqlint-ignore.yaml"


class Settings(Record):
    """What is to be assumed and asked for; what is empty was not said.

    `folder` (absolute) is where patterns begin: `exclude` and the paths of `overrides` are relative to it.
    `rules` are folders (absolute) of a team's own rules. `assume` and `ports` are written as on the command
    line: `ports={"igb": "82576,I350"}`. `severity` is by rule or family. `baseline`, `extends` and `inventory`
    are files (absolute); the last two have done their part in what `load` gives. `facts` are files and folders
    (absolute) with what the hosts say of themselves.
    """

    folder: str = ""
    assume: Mapping[str, str] = {}
    ports: Mapping[str, str] = {}
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = ""
    exclude: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    extend_select: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    baseline: str = ""
    rules_as_of: str = ""
    extends: tuple[str, ...] = ()
    inventory: str = ""
    facts: tuple[str, ...] = ()

    def merge(self, over: Settings) -> Settings:
        """These settings with others laid over them, such as those of the command line.

        Facts, ports and severities are replaced one by one. A `select` begins anew, without what was ignored or
        added so far; an `ignore` takes more away, an `extend_select` adds more.
        """
        return Settings(
            self.folder,
            {**self.assume, **over.assume},
            {**self.ports, **over.ports},
            over.select or self.select,
            over.ignore if over.select else self.ignore + over.ignore,
            over.fail_on or self.fail_on,
            self.exclude + over.exclude,
            self.rules + over.rules,
            self.overrides + over.overrides,
            over.extend_select if over.select else self.extend_select + over.extend_select,
            {**self.severity, **over.severity},
            over.baseline or self.baseline,
            over.rules_as_of or self.rules_as_of,
            facts=over.facts or self.facts,
        )

    def for_path(self, path: str) -> Settings:
        """What holds for the file at `path`: the overrides that fit, laid over the rest in turn."""
        found = Settings(**{field: getattr(self, field) for field in FIELDS if field != "overrides"})
        for override in self.overrides:
            if fits(path, override.paths, self.folder):
                found = found.merge(override.settings)
        return found

    def excludes(self, path: str) -> bool:
        return fits(path, self.exclude, self.folder)


FIELDS = (
    "folder",
    "assume",
    "ports",
    "select",
    "ignore",
    "fail_on",
    "exclude",
    "rules",
    "overrides",
    "extend_select",
    "severity",
    "baseline",
    "rules_as_of",
    "extends",
    "inventory",
    "facts",
)


class Override(Record):
    """Settings for the files whose paths fit one of the patterns."""

    paths: tuple[str, ...]
    settings: Settings


# --- finding and reading the file


def find(path: str, seen: dict[str, str] | None = None) -> str:
    """The configuration file for what is to be checked at `path`, empty where there is none.

    It is looked for in the folder of `path` and those above, up to the top of the git repository.
    In one folder netqlint.toml goes before a pyproject.toml with a table [tool.netqlint]. `seen`
    remembers the answer for each folder, so that many files of one tree are quickly served.
    """
    place = os.path.abspath(path)
    seen = {} if seen is None else seen
    return _find(place if os.path.isdir(place) else os.path.dirname(place), seen)


def _find(folder: str, seen: dict[str, str]) -> str:
    if folder not in seen:
        seen[folder] = _here(folder) or _above(folder, seen)
    return seen[folder]


def _here(folder: str) -> str:
    own = os.path.join(folder, FILE)
    if _is_there(own):
        return own
    shared = os.path.join(folder, SHARED)
    return shared if os.path.isfile(shared) and _speaks_to_us(shared) else ""


def _is_there(path: str) -> bool:
    """Whether there is a file, or a link that leads nowhere, of which whoever reads it tells."""
    return os.path.lexists(path) and not os.path.isdir(path)


def nearest_file(name: str, folder: str, seen: dict[str, str]) -> str:
    """The file of this name in a folder (absolute) or the nearest one above it, as far up as `find` looks."""
    if folder not in seen:
        here, parent = os.path.join(folder, name), os.path.dirname(folder)
        if _is_there(here):
            seen[folder] = here
        else:
            top = parent == folder or os.path.exists(os.path.join(folder, ".git"))
            seen[folder] = "" if top else nearest_file(name, parent, seen)
    return seen[folder]


def _above(folder: str, seen: dict[str, str]) -> str:
    parent = os.path.dirname(folder)
    # in a worktree or a submodule .git is a file
    if parent == folder or os.path.exists(os.path.join(folder, ".git")):
        return ""
    return _find(parent, seen)


def _speaks_to_us(shared: str) -> bool:
    try:
        with open(shared, "rb") as file:
            data = file.read()
    except OSError:
        # nobody can tell, and so whoever reads it says why
        return True
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # UTF-16, in which no word is what it is
        return True
    if b"netqlint" not in data:
        # as in most; one that is broken, too, could not have a table for us
        return False
    from tomllib import TOMLDecodeError, loads

    try:
        tool = loads(data.decode()).get("tool")
    except (TOMLDecodeError, UnicodeDecodeError):
        # whoever reads it will say what is wrong with it, and where
        return True
    return isinstance(tool, dict) and "netqlint" in tool


def load(path: str, pack: Pack | None = None, above: tuple[str, ...] = ()) -> Settings:
    """The settings in the file at `path`, laid over those of the files it extends.

    Raises NetqlintError for the first thing wrong. With a pack, names of drivers, facts and rules that it does not
    know are wrong too. What was once found right is remembered by its content: reading it strictly takes longer than
    everything else in a check. `above` are the files that extend this one.
    """
    place = os.path.realpath(path)
    if place in above:
        chain = " -> ".join(os.path.relpath(file) for file in (*above[above.index(place) :], place))
        raise NetqlintError(f"{os.path.relpath(path)}: a configuration cannot extend itself: {chain}")
    folder = os.path.dirname(os.path.abspath(path))

    def inherited(files: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(rules for file in files for rules in load(file, pack, (*above, place)).rules)

    table = ("tool", "netqlint") if os.path.basename(path) == SHARED else ()
    own = _read(path, table, folder, pack, inherited)
    if not own.extends and not own.inventory:
        return own
    found = Settings(folder)
    for file in own.extends:
        found = found.merge(load(file, pack, (*above, place)))
    if own.inventory:
        found = found.merge(_read(own.inventory, ("hosts",), folder, pack, inherited))
    return found.merge(own)


def _read(
    path: str,
    table: tuple[str, ...],
    folder: str,
    pack: Pack | None,
    inherited: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> Settings:
    """What one file says by itself; the table `hosts` stands for an inventory, which is nothing but that."""
    shown = os.path.relpath(path)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise NetqlintError(f"{shown}: cannot be read: {(error.strerror or str(error)).lower()}") from error

    def strictly() -> Plain:
        from netqlint.compile.settings import read, read_inventory

        if table == ("hosts",):
            return _plain(read_inventory(data, shown, folder, pack))
        return _plain(read(data, shown, table, folder, pack, inherited))

    if pack is None:
        return _settings(strictly())
    from netqlint.cache import recall

    return _settings(
        recall("config", (data, repr(table).encode(), os.fsencode(folder), pack.digest.encode()), strictly)
    )


def _plain(settings: Settings) -> Plain:
    """Settings as tuples and dicts, the way they are kept."""
    overrides = tuple((override.paths, _plain(override.settings)) for override in settings.overrides)
    plain = {field: getattr(settings, field) for field in FIELDS if field != "overrides"}
    return {**plain, "overrides": overrides}


def _settings(plain: Plain) -> Settings:
    overrides = tuple(Override(paths, _settings(inner)) for paths, inner in plain["overrides"])
    return Settings(**{**plain, "overrides": overrides})


# --- patterns


def fits(path: str, patterns: tuple[str, ...], folder: str) -> bool:
    """Whether `path` lies below `folder` and one of the patterns is for it.

    `*` stands for any characters but `/`, `?` for one, `[…]` and `[!…]` for one of (or not of) a
    set, `**` for any number of folders. A pattern with a `/` begins at `folder`; one without means
    that name wherever it is. What is for a folder is for all that is in it.
    """
    if not patterns:
        return False
    inner = os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    if inner.startswith("../"):
        return False
    return any(matcher(pattern).fullmatch(f"{inner}/") for pattern in patterns)


@memo(256)
def matcher(pattern: str) -> re.Pattern[str]:
    """What fits a pattern, as an expression for whole paths that end in a slash.

    Raises NetqlintError for a pattern that nothing can fit.
    """
    import re

    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise NetqlintError(f'pattern "{pattern}" leads out of the folder it begins at')
    if "\\" in pattern:
        raise NetqlintError(f'pattern "{pattern}": write / between folders, and [*] for a star itself')
    steps = "".join("(?:[^/]+/)*" if part == "**" else f"{_step(part)}/" for part in parts)
    anywhere = "" if "/" in pattern.rstrip("/") else "(?:.*/)?"
    try:
        return re.compile(f"{anywhere}{steps}.*", re.DOTALL)
    except re.error as error:
        raise NetqlintError(f'pattern "{pattern}": {error.msg}') from error


_TOKEN = r"(?s:(\*+)|(\?)|\[(!?)(\][^]]*|[^]]+)\]|(.))"
_MEMBER = r"(?s:(.)-(.)|(.))"


def _step(part: str) -> str:
    """One name of a path; a bracket that is not closed is just a bracket."""
    return "".join(_expression(*token.groups()) for token in compiled(_TOKEN).finditer(part))


def _expression(stars: str | None, mark: str | None, other: str | None, members: str | None, plain: str | None) -> str:
    from re import escape

    if stars:
        return "[^/]*"
    if mark:
        return "[^/]"
    if plain:
        return escape(plain)
    chosen = "".join(
        escape(single) if single else f"{escape(first)}-{escape(last)}"
        for first, last, single in compiled(_MEMBER).findall(members or "")
    )
    # a range may run across the slash
    return f"(?!/)[{'^' if other else ''}{chosen}]"
