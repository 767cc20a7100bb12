"""What esxcli writes with --formatter=csv and --formatter=json: the names of the fields tell what each record is."""

from __future__ import annotations

import re

from netqlint.model import Row
from netqlint.surfaces.listings.blocks import ADVANCED, STRUCTURES, advanced
from netqlint.surfaces.listings.lines import LONGEST, command_in
from netqlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netqlint.surfaces.listings.lines import Command

    Found = tuple[list[Row], int]

# which fields tell a structure, where its type is not written
_TOLD = {
    "nic": {"name", "driver", "pcidevice"},
    "module": {"name", "isloaded", "isenabled"},
    "moduleparameters": {"name", "type", "value"},
    "kernelsetting": {"name", "configured", "runtime"},
    "": {*ADVANCED},
}
_HEADER = re.compile(r"[ \t]*(?:[A-Za-z][\w ]*,)+(?:[A-Za-z][\w ]*)?[ \t]*")
_CELL = re.compile(r'(?P<quoted>"(?:[^"]|"")*")(?=,|$)|(?P<bare>[^,"]*)(?=,|$)')
_RECORD = re.compile(r"\{[^{}]*\}")
_BEGINNINGS = {*'{}[]"-0123456789'}
_FIELD = re.compile(r'"(?P<key>\w[\w ]*)"[ \t]*:[ \t]*(?:"(?P<text>[^"\\\r\n]*)"|(?P<word>-?\d+|true|false)\b)')


def _kind(names: set[str]) -> str | None:
    return next((kind for kind, wanted in _TOLD.items() if wanted <= names), None)


def _rows(kind: str, fields: Mapping[str, Span], command: Command) -> Iterator[Row]:
    if not kind:
        yield from advanced(fields)
        return
    what, names = STRUCTURES[kind]
    known = tuple((names[key], place) for key, place in fields.items() if key in names and place.text)
    if known:
        yield Row(what, known, not command.cut)


def _key(title: str) -> str:
    return title.replace(" ", "").lower()


# --- csv


def comma_separated(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """The records below a header, one a line; None where the header is none that is known."""
    if lines[at].end - lines[at].start > LONGEST or not _HEADER.fullmatch(lines[at].text):
        return None
    titles = [_key(title) for title in lines[at].text.strip().removesuffix(",").split(",")]
    kind = _kind({*titles})
    if kind is None:
        return None
    found: list[Row] = []
    place = at + 1
    while place < len(lines) and command_in(lines[place]) is None:
        cells = _cells(lines[place]) if lines[place].end - lines[place].start <= LONGEST else None
        if cells is None or len(cells) != len(titles):
            break
        fields = {title: cell for title, cell in zip(titles, cells, strict=True) if cell is not None}
        if kind or {*fields} >= ADVANCED:
            found += _rows(kind, fields, command)
        place += 1
    return found, place


def _cells(line: Span) -> list[Span | None] | None:
    """The cells of a line, each ended by a comma but maybe the last; one that says other than it shows is None."""
    text = line.text.rstrip(" \t")
    found: list[Span | None] = []
    start = 0
    while start < len(text):
        match = _CELL.match(text, start)
        if match is None:
            return None
        first, last = (match.start() + 1, match.end() - 1) if match["quoted"] else match.span()
        cell = text[first:last]
        begin = line.start + first + len(cell) - len(cell.lstrip())
        found.append(None if '""' in cell else Span(begin, begin + len(cell.strip()), line.source))
        start = match.end() + 1
    return found


# --- json


def _goes_on(line: Span) -> bool:
    """Whether a line begins as one of several that are a value, and is no prompt."""
    return line.text.lstrip()[:1] in _BEGINNINGS and command_in(line) is None


def objects(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """A list of records, or one alone; None where none of them is known."""
    if lines[at].text.lstrip()[:1] not in ("[", "{") or command_in(lines[at]) is not None:
        return None
    if at and _goes_on(lines[at - 1]):
        # in the middle of what was looked through
        return None
    last = at
    while last + 1 < len(lines) and _goes_on(lines[last + 1]):
        last += 1
    start, source = lines[at].start, lines[at].source
    found: list[Row] = []
    for record in _RECORD.finditer(source.text, start, lines[last].end):
        fields = {}
        for match in _FIELD.finditer(source.text, *record.span()):
            fields[_key(match["key"])] = Span(*match.span("text" if match["text"] is not None else "word"), source)
        kind = _kind({*fields})
        if kind is not None:
            found += _rows(kind, fields, command)
    return (found, last + 1) if found else None
