"""Reads esx.conf: one setting a line, what it means told by the key paths of `rules/catalog/places.yaml`."""

from __future__ import annotations

import re

from netqlint.finding import Edit
from netqlint.model import Device, Entry, Host, Mistake, Module, Nic, Options, Repeat, Setting, Slot, later
from netqlint.patterns import compiled
from netqlint.surfaces.options import read_options
from netqlint.text import BOM, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Place = tuple[str, Entry, re.Match[str]]

_LINE_ENDS = "\r\n"
_BLANKS = " \t"
# an index in brackets may hold an equals sign of its own
_UP_TO_VALUE = r"(?:\[[^\]]*\]|[^=\[])*=[ \t]*"
_APOSTROPHES = "'`\u2018\u2019\u201a\u00b4"
# The default home of what a file does not hold yet, when nothing beside it shows the way.
_SETTINGS_STEM = "/vmkernel/"


def read(source: Source, patterns: Mapping[str, str], places: Mapping[str, Sequence[tuple[str, str]]]) -> Host:
    """The host that the text describes; lines that cannot be read become mistakes, none hides another."""
    known: list[Place] = []
    mistakes: list[Mistake] = []
    for match in compiled(patterns["esxconf"]).finditer(source.text):
        kind = match.lastgroup
        if kind is None:
            # the end of the text, after lines that were passed over
            break
        if kind in ("WRITTEN", "SETTING"):
            place = _place(source, *match.span(kind), places)
            if place:
                known.append(place)
        elif kind == "UNREADABLE":
            mistakes.append(_mistake(patterns["esxconf mistakes"], Span(*match.span(kind), source)))
    return Host(
        source,
        "esxconf",
        modules=tuple(_modules(known, patterns["options"])),
        settings=tuple(_settings(known, "setting")),
        advanced=later(lambda: _settings(known, "advanced")),
        devices=later(lambda: _devices(known)),
        nics=later(lambda: _children(known, ("nic",))),
        vswitches=later(lambda: _children(known, ("vswitch", "uplink", "portgroup"))),
        vmknics=later(lambda: _children(known, ("vmknic",))),
        marks=tuple((what, entry.value) for what, entry, _ in known if what in ("release", "classic", "alias")),
        repeats=tuple(_repeats(known)),
        mistakes=tuple(mistakes),
        slot=_end_slot(source),
    )


def _place(source: Source, start: int, end: int, places: Mapping[str, Sequence[tuple[str, str]]]) -> Place | None:
    """What a setting line means; None for one that nobody asks for.

    Nothing but the value stands in quotes, and the key ends before the last equals sign in front of them.
    """
    line = source.text[start:end]
    opening = line.index('"')
    key = line[:opening].rstrip(_BLANKS)[:-1].strip(_BLANKS)
    for what, pattern in places.get(key.split("/", 2)[1], ()):
        match = compiled(pattern).fullmatch(key)
        if match:
            return what, _entry(source, start, line, key, opening), match
    return None


def _entry(source: Source, start: int, line: str, key: str, opening: int) -> Entry:
    first = start + line.index("/")
    return Entry(
        Span(start, start + len(line.rstrip(_LINE_ENDS)), source),
        Span(first, first + len(key), source),
        Span(start + opening + 1, start + line.rindex('"'), source),
    )


def _part(entry: Entry, match: re.Match[str], name: str) -> Span:
    """A component of the key as a place of the text."""
    start = entry.key.start
    return Span(start + match.start(name), start + match.end(name), entry.key.source)


# --- modules


def _modules(known: Sequence[Place], pattern: str) -> Iterator[Module]:
    grouped: dict[str, list[Place]] = {}
    for place in known:
        what, _, match = place
        if what in ("options", "enabled"):
            grouped.setdefault(match["module"].removesuffix(".o").removesuffix(".ko"), []).append(place)
    for name, group in grouped.items():
        yield _module(name, group, pattern)


def _module(name: str, group: Sequence[Place], pattern: str) -> Module:
    spelt: dict[str, Span] = {}
    for _, entry, match in group:
        spelt.setdefault(match["module"], _part(entry, match, "module"))
    options: list[Options] = [read_options(entry.value, pattern, name) for what, entry, _ in group if what == "options"]
    enabled = tuple(entry.value for what, entry, _ in group if what == "enabled")
    _, last, match = group[-1]
    stem = last.key.text.rpartition("/")[0]
    slot = _line_slot(last, f'{stem}/options = "', "=")
    return Module(name, tuple(spelt.values()), tuple(options), enabled, last.key, slot)


# --- settings


def _settings(known: Sequence[Place], kind: str) -> Iterator[Setting]:
    for what, entry, match in known:
        if what != kind:
            continue
        name = _part(entry, match, "name")
        stem = Span(entry.key.start, name.start, source=name.source).text
        yield Setting(name, entry.value, _whole(entry.line), _line_slot(entry, stem, ' = "'))


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


def _devices(known: Iterable[Place]) -> Iterator[Device]:
    fields: dict[str, list[tuple[str, Span]]] = {}
    address: dict[str, Span] = {}
    for what, entry, match in known:
        if what == "device":
            fields.setdefault(match["address"], []).append((match["field"], entry.value))
            address.setdefault(match["address"], _part(entry, match, "address"))
    for name, found in fields.items():
        yield Device(address[name], tuple(map(int, re.findall("[0-9]+", name))), tuple(found))


def _children(known: Iterable[Place], kinds: Sequence[str]) -> Iterator[Nic]:
    fields: dict[str, list[tuple[str, Span]]] = {}
    children: dict[str, Span] = {}
    for what, entry, match in known:
        if what in kinds:
            field = match["field"] if what == kinds[0] else what
            fields.setdefault(match["child"], []).append((field, entry.value))
            children.setdefault(match["child"], _part(entry, match, "child"))
    for child, found in fields.items():
        yield Nic(children[child], tuple(found))


def _repeats(known: Iterable[Place]) -> Iterator[Repeat]:
    first: dict[str, Entry] = {}
    for _, entry, match in known:
        earlier = first.setdefault(match.string, entry)
        if earlier is not entry:
            yield Repeat(earlier, entry)


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
        for quote in re.compile("[\u201c\u201d\u201e\u00ab\u00bb]").finditer(line.source.text, equals.end(), line.end):
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
