"""From the words of a call to what it says of a host, by the table of `rules/catalog/commands.yaml`."""

from __future__ import annotations

from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.surfaces.script import HOLE, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netqlint.folded import Plain
    from netqlint.surfaces.script import Written

# switches that are their own value
_SWITCHES = ("append",)
# what is no program, and is called from elsewhere
OTHERS = ("cmdlet", "task", "resource")


class Fault(Record):
    """Words of a call that the program does not take: `kind`, the words, and what to write in their place if plain."""

    kind: str
    words: tuple[Written, ...]
    meant: str = ""


class Call(Record):
    """A call of a known program: `form` is its row in the table, None where it is none of those.

    `said` are its words by what they are, `name` is the program, `words` all behind it. `loose` says that a variable
    may stand for more words than one. `server` is the host it is told to speak to, "" for its own.
    """

    name: Written
    tool: str
    words: tuple[Written, ...]
    form: Plain | None
    said: Mapping[str, Written]
    flags: Mapping[str, Written]
    faults: tuple[Fault, ...]
    loose: bool
    server: str


def understand(words: Sequence[Written], commands: Plain) -> Call | None:
    """The call that these words are, the first of them the program; None where it is no known one."""
    tool = program(words[0].text)
    if tool not in commands:
        return None
    known = commands[tool]
    if known["style"] in OTHERS:
        return None
    reader = _Reader(words[0], tool, words[1:], known)
    return reader.esxcli() if known["style"] == "esxcli" else reader.getopt()


def program(word: str) -> str:
    """The name of a program without its folder; functions that wrap one are called by its name with a `_`."""
    return word.rpartition("/")[2].lstrip("_")


class _Reader:
    """Goes through the words of one call."""

    def __init__(self, name: Written, tool: str, words: Sequence[Written], known: Plain) -> None:
        self.name, self.tool, self.words, self.known = name, tool, tuple(words), known
        self.said: dict[str, Written] = {}
        self.flags: dict[str, Written] = {}
        self.faults: list[Fault] = []
        self.server = ""
        # whether the word behind an option nobody knows is its value, nobody knows either
        self.unsure = False
        # an unquoted variable may be no word, or several
        self.loose = any(word.bare and word.text.startswith(HOLE) and word.text.endswith(HOLE) for word in words)

    def call(self, form: Plain | None) -> Call:
        return Call(
            self.name, self.tool, self.words, form, self.said, self.flags, tuple(self.faults), self.loose, self.server
        )

    # --- esxcli: options of its own, the namespace, then the options of the command, each a word of its own

    def esxcli(self) -> Call:
        rest = list(self.words)
        before: list[tuple[str, Written, Written | None]] = []
        while rest and (rest[0].text.startswith("-") or not rest[0].text):
            word = rest.pop(0)
            flag, equals, _ = word.text.partition("=")
            known = self.known["globals"].get(flag)
            value = word.part(len(flag) + 1, len(word.text)) if equals else None
            if value is None and (known is None or known[1]) and rest and not rest[0].text.startswith("-"):
                value = rest.pop(0)
            before.append((flag, word, value))
        space = []
        while rest and not rest[0].text.startswith("-"):
            space.append(rest.pop(0))
        form = self._named([word.text for word in space])
        if form is None:
            self._unknown_form(space)
            return self.call(None)
        for word in space[len(form["words"]) :]:
            if word.known:
                self.faults.append(Fault("stray", (word,)))
        self._globals(before, form, rest)
        self._options(rest, form)
        self._check_needs(form)
        return self.call(form)

    def _named(self, words: Sequence[str]) -> Plain | None:
        for form in self.known["forms"]:
            if tuple(words[: len(form["words"])]) == form["words"]:
                found: Plain = form
                return found
        return None

    def _unknown_form(self, space: Sequence[Written]) -> None:
        """A namespace of which all commands are known, and this is none of them."""
        words = tuple(word.text for word in space)
        if any(words[: len(name)] == name and len(words) > len(name) for name in self.known["complete"]):
            spaces = [name for name in self.known["complete"] if words[: len(name)] == name]
            deepest = max(spaces, key=len)
            likely = [form["words"] for form in self.known["forms"] if form["words"][: len(deepest)] == deepest]
            if not any(words[: len(other)] == other for other in likely) and all(word.known for word in space):
                self.faults.append(Fault("form", tuple(space), " ".join(deepest)))

    def _globals(
        self, before: Sequence[tuple[str, Written, Written | None]], form: Plain, rest: Sequence[Written]
    ) -> None:
        right = {form["flags"].get(word.text.partition("=")[0], ("",))[0] for word in rest} if before else set()
        for flag, word, value in before:
            own = form["flags"].get(flag)
            known = self.known["globals"].get(flag)
            if value is not None and flag in ("-s", "--server", "-h", "--vihost"):
                self.server += f" {value.span.text}"
            there = own is not None and own[0] not in right
            lost = there and (known is None or (own[1] == "options" and value is not None and _parameters(value.text)))
            if lost:
                # what belongs to the command stands where esxcli looks for its own
                self.faults.append(Fault("left", (word, value) if value and value is not word else (word,)))

    def _options(self, rest: list[Written], form: Plain) -> None:
        given: dict[str, Written] = {}
        while rest:
            word = rest.pop(0)
            text = word.text
            if HOLE in text.partition("=")[0]:
                continue
            if not text.startswith("-"):
                self._stray(word)
                continue
            flag, equals, _ = text.partition("=")
            known = form["flags"].get(flag)
            if known is None:
                kind = "right" if flag in self.known["globals"] and flag.startswith("--") else "flag"
                if form["strict"]:
                    self.faults.append(Fault(kind, (word,)))
                if not equals and rest and not rest[0].text.startswith("-"):
                    rest.pop(0)
                continue
            first, role = known
            if first in given:
                self.faults.append(Fault("twice", (word,)))
            given[first] = word
            if role is None or role in _SWITCHES:
                self.flags[first] = word
                if role:
                    self.said[role] = word
                continue
            if equals:
                value = word.part(len(flag) + 1, len(text))
            elif rest:
                value = rest.pop(0)
            else:
                self.faults.append(Fault("value", (word,), word.text))
                continue
            self.flags[first] = value
            if role != "text":
                self.said[role] = value

    def _stray(self, word: Written) -> None:
        """A word that has no place; one that looks like a parameter was to be part of the option string."""
        if word.text == HOLE:
            return
        options = self.said.get("options")
        cut = self.faults[-1].words if self.faults and self.faults[-1].kind == "cut" else (options,) if options else ()
        if not cut or "=" not in word.text or not options or not options.text or not _beside(cut[-1], word):
            self.faults.append(Fault("stray", (word,)))
            return
        if len(cut) > 1:
            self.faults.pop()
        self._meant((*cut, word))

    def _meant(self, words: tuple[Written, ...]) -> None:
        """Take words for the option string that they plainly were to be."""
        self.said["options"] = joined(words)
        self.faults.append(Fault("cut", words, self.said["options"].text.replace(HOLE, "\u2026")))

    def _check_needs(self, form: Plain) -> None:
        missing = [role for role in form["needs"] if role not in self.said]
        if missing and not self.faults and not self.loose:
            flags = [flag for flag, (first, role) in form["flags"].items() if role in missing and flag == first]
            self.faults.append(Fault("missing", (self.name,), ", ".join(flags)))

    # --- all others: options anywhere, short ones may share a word, `--` ends them

    def getopt(self) -> Call:
        rest = list(self.words)
        forms = self.known["forms"]
        form = forms[0]
        if form["words"]:
            named = self._named([word.text for word in rest[: len(form["words"])]])
            if named is None:
                return self.call(None)
            form, rest = named, rest[len(named["words"]) :]
        table = form["flags"]
        places: list[Written] = []
        while rest:
            word = rest.pop(0)
            text = word.text
            if text == "--":
                places += rest
                break
            if not text.startswith("-") or text == "-":
                places.append(word)
            elif text.startswith("--"):
                self._long(word, rest, table, form["strict"])
            else:
                self._short(word, rest, table, form["strict"])
        chosen = next((one for one in forms if one["with"] in self.flags), None) or next(
            (one for one in forms if one["with"] is None and one["words"] == form["words"]), None
        )
        if chosen is not None:
            self._places(places, chosen)
            self._check_alone()
            if chosen["with"] in ("-k", "-s") and chosen["does"] in ("setting", "advanced"):
                self._check_order(chosen["does"])
        return self.call(chosen)

    def _long(self, word: Written, rest: list[Written], table: Plain, strict: bool) -> None:
        flag, equals, _ = word.text.partition("=")
        known = table.get(flag)
        if known is None:
            self.unsure = True
            if strict and HOLE not in flag:
                self.faults.append(Fault("flag", (word,)))
            return
        if known[1] is None:
            self.flags[known[0]] = word
        elif equals:
            self._take(known, word.part(len(flag) + 1, len(word.text)))
        elif rest:
            self._take(known, rest.pop(0))
        else:
            self.faults.append(Fault("value", (word,), word.text))

    def _short(self, word: Written, rest: list[Written], table: Plain, strict: bool) -> None:
        text = word.text
        for at in range(1, len(text)):
            known = table.get(f"-{text[at]}")
            if known is None:
                self.unsure = True
                if strict and HOLE not in text:
                    self.faults.append(Fault("flag", (word,)))
                return
            if known[1] is None:
                self.flags[known[0]] = word if len(text) == 2 else word.part(at, at + 1)
            elif at + 1 < len(text):
                self._take(known, word.part(at + 1, len(text)))
                return
            elif rest:
                self._take(known, rest.pop(0))
                return
            else:
                self.faults.append(Fault("value", (word,), word.text))

    def _take(self, known: tuple[str, str], value: Written) -> None:
        first, role = known
        self.flags[first] = value
        if first in ("--server", "-h", "--vihost"):
            self.server += f" {value.span.text}"
        if role not in ("text", "secret"):
            self.said[role] = value

    def _places(self, places: list[Written], form: Plain) -> None:
        roles = form["places"]
        if self.unsure and len(places) > len(roles):
            return
        if self.loose and len(places) > len(roles):
            # a variable may be an option, or nothing at all
            places = [word for word in places if word.text != HOLE]
        if roles[-1:] == ("options…",):
            self._each(places[: len(roles) - 1], roles[:-1])
            if len(places) >= len(roles):
                self.said["options"] = joined(places[len(roles) - 1 :])
            return
        spare = len(places) - len(roles)
        if spare > 0 and form["does"] == "options" and "options" in self.said:
            # esxcfg-module -s IntMode=3,3 VMDQ=8,8 igb: the shell has cut the option string at its blanks
            self._cut(places, spare)
            return
        self._each(places, roles)
        for word in places[len(roles) :]:
            self.faults.append(Fault("stray", (word,)))

    def _cut(self, places: list[Written], spare: int) -> None:
        options = self.said["options"]
        cut: list[Written] = []
        for word in places:
            if "=" in word.text and _beside((cut or [options])[-1], word) and len(cut) < spare:
                cut.append(word)
        left = [word for word in places if word not in cut]
        if cut:
            self._meant((options, *cut))
        self._each(left, ("module",))
        for word in left[1:]:
            self.faults.append(Fault("stray", (word,)))

    def _check_order(self, does: str) -> None:
        """esxcfg-advcfg takes the value first, and the names of the kernel have no slash."""
        value, name = self.said.get("value"), self.said.get("path")
        if value is None or name is None or not (value.known and name.known):
            return
        named = "/" in value.text if does == "advanced" else "/" not in value.text
        if named and _is_value(name.text) and not _is_value(value.text):
            self.faults.append(Fault("swapped", (value, name)))
        elif does == "setting" and name.text.startswith("/"):
            self.faults.append(Fault("path", (name,)))
        elif does == "advanced" and "/" not in name.text and "." not in name.text:
            self.faults.append(Fault("no-path", (name,)))

    def _each(self, places: Sequence[Written], roles: Sequence[str]) -> None:
        for word, role in zip(places, roles, strict=False):
            self.said.setdefault(role, word)

    def _check_alone(self) -> None:
        given = [flag for flag in self.known["alone"] if flag in self.flags]
        if len(given) > 1:
            last = max((self.flags[flag] for flag in given), key=lambda word: word.span.start)
            self.faults.append(Fault("alone", (last,), " and ".join(given)))


def _beside(one: Written, other: Written) -> bool:
    """Whether nothing but blanks stands between two words."""
    between = one.span.source.text[one.span.end : other.span.start]
    return one.span.end < other.span.start and not between.strip(" \t")


def _is_value(text: str) -> bool:
    """Whether a word can only be a value: no setting is called so."""
    return text.lower() in ("true", "false", "yes", "no", "on", "off") or text.removeprefix("-").isdecimal()


def _parameters(text: str) -> bool:
    """Whether a word is plainly an option string: names, and numbers for them."""
    return bool(compiled(r"(?:\s*[A-Za-z_]\w*=-?[0-9][-0-9,]*)+\s*").fullmatch(text))
