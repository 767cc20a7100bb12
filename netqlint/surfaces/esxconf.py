"""Reads esx.conf: one setting a line, what it means told by the key paths of `rules/catalog/places.yaml`."""

from __future__ import annotations

from netqlint.finding import Edit
from netqlint.model import Device, Entry, Host, Mistake, Module, Nic, Options, Repeat, Setting, Slot, later
from netqlint.patterns import compiled
from netqlint.surfaces.options import read_options
from netqlint.text import BOM, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netqlint.surfaces import Places

_LINE_ENDS = "\r\n"
_BLANKS = " \t"
# an index in brackets may hold an equals sign of its own
_UP_TO_VALUE = r"(?:\[[^\]]*\]|[^=\[])*=[ \t]*"
_APOSTROPHES = "'`\u2018\u2019\u201a\u00b4"
# a host of a thousand lines has a hundred that mean something
_MOST_SAID = 4096
# The default home of what a file does not hold yet, when nothing beside it shows the way.
_SETTINGS_STEM = "/vmkernel/"


def read(source: Source, patterns: Mapping[str, str], places: Places) -> Host:
    """The host that the text describes; lines that cannot be read become mistakes, none hides another."""
    text = source.text
    lines = Lines(source, places)
    mistakes: list[Mistake] = []
    for match in compiled(patterns["esxconf"]).finditer(text):
        kind = match.lastgroup
        if kind == "WRITTEN":
            start, end = match.span(kind)
            lines.add(text[start : text.index(" =", start)], start, end)
        elif kind == "SETTING":
            start, end = match.span(kind)
            # the key ends before the last equals sign in front of the quotes
            key = text[start : text.index('"', start)].rstrip(_BLANKS)[:-1].strip(_BLANKS)
            if lines.means(key):
                lines.add(key, start, end)
        elif kind == "UNREADABLE":
            mistakes.append(_mistake(patterns["esxconf mistakes"], Span(*match.span(kind), source)))
    return Host(
        source,
        "esxconf",
        modules=later(lambda: _modules(lines.below("vmkernel", "kernel"), patterns["options"])),
        settings=later(lambda: _settings(lines.below("vmkernel", "kernel"), "setting")),
        advanced=later(lambda: _settings(lines.below("adv"), "advanced")),
        devices=later(lambda: _devices(lines.below("device"), known=False)),
        adapters=later(
            lambda: _devices(lines.below("device"), known=True) if lines.hold("/device/", "/vendor") else ()
        ),
        vswitches=later(lambda: _children(lines.below("net"), ("vswitch", "uplink", "portgroup"))),
        vmknics=later(lambda: _children(lines.below("net"), ("vmknic",))),
        marks=later(lambda: [(line.what, line.value) for line in lines.below("resourceGroups", "boot", "vmkdevmgr")]),
        repeats=later(lines.repeats),
        mistakes=tuple(mistakes),
        slot=_end_slot(source),
        said=None if mistakes else lines.said(),
    )


class Lines:
    """The setting lines of a text by their keys; what they mean is told when somebody asks.

    A large file has a hundred thousand lines that no rule of this run asks for.
    """

    def __init__(self, source: Source, places: Places) -> None:
        self.source, self.places = source, places
        self.first: dict[str, tuple[int, int]] = {}
        self.again: list[tuple[str, tuple[int, int]]] = []
        self.told: dict[tuple[str, ...], list[Line]] = {}
        self.readers: dict[str, list[tuple[str, Callable[[str], re.Match[str] | None]]]] = {}

    def add(self, key: str, start: int, end: int) -> None:
        """A line with this key, between these characters of the text."""
        place = (start, end)
        if self.first.setdefault(key, place) is not place:
            self.again.append((key, place))

    def means(self, key: str) -> bool:
        """Whether some known path begins as this key does."""
        return key[1 : key.find("/", 1)] in self.places

    def hold(self, beginning: str, ending: str) -> bool:
        """Whether there is a key of this form."""
        return any(key.endswith(ending) and key.startswith(beginning) for key in self.first)

    def below(self, *roots: str) -> list[Line]:
        """The lines below these roots that mean something, in the order of the text."""
        if roots not in self.told:
            stems = tuple(f"/{root}/" for root in roots)
            found = [(place, key) for key, place in self.first.items() if key.startswith(stems)]
            if self.again:
                found = sorted(found + [(place, key) for key, place in self.again if key.startswith(stems)])
            lines = (self._line(key, *place) for place, key in found)
            self.told[roots] = [line for line in lines if line]
        return self.told[roots]

    def said(self) -> tuple[str, ...] | None:
        """The lines as they are written; None where keys come twice, or where there are too many to be kept."""
        if self.again or len(self.first) > _MOST_SAID:
            return None
        text = self.source.text
        return tuple([text[start:end] for start, end in self.first.values()])

    def repeats(self) -> Iterator[Repeat]:
        for key, place in self.again:
            earlier, line = self._line(key, *self.first[key]), self._line(key, *place)
            if earlier and line:
                yield Repeat(earlier.entry, line.entry)

    def _line(self, key: str, start: int, end: int) -> Line | None:
        root = key[1 : key.find("/", 1)]
        if root not in self.readers:
            self.readers[root] = [(what, compiled(path).fullmatch) for what, path in self.places.get(root, ())]
        for what, read_key in self.readers[root]:
            match = read_key(key)
            if match:
                return Line(what, match, self.source, start, end)
        return None


class Line:
    """A setting line that means something: `what`, by the groups of `match` in its key.

    Its parts become places when somebody asks for them; of a thousand lines a check looks at ten.
    """

    __slots__ = ("end", "match", "source", "start", "what")

    def __init__(self, what: str, match: re.Match[str], source: Source, start: int, end: int) -> None:
        self.what, self.match, self.source, self.start, self.end = what, match, source, start, end

    @property
    def key(self) -> Span:
        first = self.source.text.index("/", self.start)
        return Span(first, first + len(self.match.string), self.source)

    @property
    def value(self) -> Span:
        """What stands between the quotes; nothing else of the line stands in quotes."""
        text = self.source.text
        return Span(text.index('"', self.start) + 1, text.rindex('"', self.start, self.end), self.source)

    @property
    def entry(self) -> Entry:
        line = self.source.text[self.start : self.end].rstrip(_LINE_ENDS)
        return Entry(Span(self.start, self.start + len(line), self.source), self.key, self.value)

    def part(self, name: str) -> Span:
        """A component of the key."""
        first = self.source.text.index("/", self.start)
        return Span(first + self.match.start(name), first + self.match.end(name), self.source)


# --- modules


def _modules(known: Sequence[Line], pattern: str) -> Iterator[Module]:
    grouped: dict[str, list[Line]] = {}
    for line in known:
        if line.what in ("options", "enabled"):
            name = line.match["module"].removesuffix(".o").removesuffix(".ko")
            grouped.setdefault(name, []).append(line)
    for name, group in grouped.items():
        yield _module(name, group, pattern)


def _module(name: str, group: Sequence[Line], pattern: str) -> Module:
    spelt: dict[str, Span] = {}
    for line in group:
        spelt.setdefault(line.match["module"], line.part("module"))
    options: list[Options] = [read_options(line.value, pattern, name) for line in group if line.what == "options"]
    enabled = tuple(line.value for line in group if line.what == "enabled")
    last = group[-1].entry
    stem = last.key.text.rpartition("/")[0]
    slot = _line_slot(last, f'{stem}/options = "', "=")
    return Module(name, tuple(spelt.values()), tuple(options), enabled, last.key, slot)


# --- settings


def _settings(known: Sequence[Line], kind: str) -> Iterator[Setting]:
    for line in known:
        if line.what != kind:
            continue
        name, entry = line.part("name"), line.entry
        stem = Span(entry.key.start, name.start, source=name.source).text
        group = line.match["group"] if kind == "advanced" else ""
        yield Setting(name, entry.value, _whole(entry.line), _line_slot(entry, stem, ' = "'), group)


def _whole(line: Span) -> Span:
    """The line with its line end; the last line of a file goes with the line end before it."""
    text = line.source.text
    ended = Span(line.start, line.end + len(_line_end_at(text, line.end)), line.source)
    if ended.end > line.end:
        return ended
    before = text[: line.start]
    return Span(len(before.rstrip(_LINE_ENDS)) if before.endswith(("\r", "\n")) else line.start, line.end, line.source)


def _line_slot(entry: Entry, before: str, between: str) -> Slot:
    """A line of its own below `entry`, ended as that line is."""
    text = entry.line.source.text
    line_end = _line_end_at(text, entry.line.end) or _line_end_of(text)
    return Slot(entry.line.after(), line_end + before, between, '"')


def _end_slot(source: Source) -> Slot:
    """A line of its own at the end of the text, whether or not the last line is ended."""
    text = source.text
    line_end = _line_end_of(text)
    ended = not text or text[-1] in _LINE_ENDS or text == BOM
    place = source.span(len(text), len(text))
    if ended:
        return Slot(place, _SETTINGS_STEM, ' = "', '"' + line_end)
    return Slot(place, line_end + _SETTINGS_STEM, ' = "', '"')


def _line_end_at(text: str, at: int) -> str:
    """The line end that stands at `at`, empty at the end of the text."""
    return "\r\n" if text.startswith("\r\n", at) else text[at : at + 1]


def _line_end_of(text: str) -> str:
    feed = text.find("\n")
    first = text.find("\r", 0, feed if feed >= 0 else len(text))
    if first < 0:
        return "\n"
    return "\r\n" if first + 1 == feed else "\r"


# --- devices and network


def _devices(lines: Iterable[Line], known: bool) -> Iterator[Device]:
    """The PCI functions of the text; with `known`, those alone whose ids it tells."""
    fields: dict[str, list[Line]] = {}
    for line in lines:
        fields.setdefault(line.match["address"], []).append(line)
    for address, found in fields.items():
        if known and "vendor" not in [line.match["field"] for line in found]:
            continue
        order = tuple(map(int, compiled("[0-9]+").findall(address)))
        yield Device(found[0].part("address"), order, tuple((line.match["field"], line.value) for line in found))


def _children(known: Iterable[Line], kinds: Sequence[str]) -> Iterator[Nic]:
    fields: dict[str, list[tuple[str, Span]]] = {}
    children: dict[str, Span] = {}
    for line in known:
        if line.what in kinds:
            name = line.match["child"]
            field = line.match["field"] if line.what == kinds[0] else line.what
            fields.setdefault(name, []).append((field, line.value))
            if name not in children:
                children[name] = line.part("child")
    for child, found in fields.items():
        yield Nic(children[child], tuple(found))


# --- lines that cannot be read


def _mistake(pattern: str, token: Span) -> Mistake:
    """What is wrong with a line that is no setting, comment or empty one."""
    match = compiled(pattern).match(token.source.text, token.start)
    kind = str(match.lastgroup) if match else "UNREADABLE"
    line = token.text.rstrip(_LINE_ENDS)
    start = token.start + len(line) - len(line.lstrip(_BLANKS))
    span = Span(start, token.start + len(line.rstrip(_BLANKS)), token.source)
    return Mistake(kind.lower().replace("_", "-"), span, tuple(_repair(kind, span)))


def _repair(kind: str, line: Span) -> Iterator[Edit]:
    """The edits that make a setting line of what plainly was one; none where several readings are possible."""
    if kind == "CLOSING_QUOTE_MISSING":
        yield Edit(line.after(), '"')
    equals = compiled(_UP_TO_VALUE).match(line.source.text, line.start, line.end)
    if equals and kind in ("OPENING_QUOTE_MISSING", "QUOTES_MISSING"):
        yield from _quote(Span(equals.end(), line.end, line.source), kind == "QUOTES_MISSING")
    if equals and kind == "TYPOGRAPHIC_QUOTES":
        for quote in compiled("[\u201c\u201d\u201e\u00ab\u00bb]").finditer(line.source.text, equals.end(), line.end):
            yield Edit(Span(quote.start(), quote.end(), line.source), '"')
    if kind == "SLASH_MISSING":
        yield Edit(line.before(), "/")


def _quote(value: Span, both: bool) -> Iterator[Edit]:
    """Quotes round a bare value, in the place of apostrophes that stand there; none round half a pair of them."""
    text, inner = value.text, Span(value.start + 1, value.end - 1, value.source)
    first, last = text[0] in _APOSTROPHES, text[-1] in _APOSTROPHES
    if both and first and last and len(text) > 1:
        yield Edit(Span(value.start, inner.start, value.source), '"')
        yield Edit(Span(inner.end, value.end, value.source), '"')
    elif not first and not (both and last):
        yield Edit(value.before(), '"')
        if both:
            yield Edit(value.after(), '"')
