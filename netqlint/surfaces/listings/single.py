"""Outputs of one line for each thing: options of a module, PCI functions, the release."""

from __future__ import annotations

import re

from netqlint.model import Row
from netqlint.surfaces.listings.lines import ADDRESS, LONGEST, cells, place_of
from netqlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.surfaces.listings.lines import Command

    Found = tuple[list[Row], int]

_ID = r"[0-9a-fA-F]{4}"
_OPTIONS = re.compile(
    r"[ \t]*(?P<name>[\w.-]+)(?:[ \t]+enabled[ \t]*=[ \t]*(?P<enabled>\w+))?[ \t]+options[ \t]*=[ \t]*"
    r"(?P<quote>['\"])(?P<options>.*)(?P=quote)[ \t]*"
)
_RELEASE = re.compile(
    r"[ \t]*VMware[ \t]+ESXi?(?:[ \t]+Server)?(?:[ \t]+3i)?[ \t]+(?P<release>\d+\.\d+(?:\.\d+)?)"
    r"(?:[ \t]+build-(?P<build>\d+)|[ \t]+(?:GA|Update[ \t]+(?P<update>\d+))|[ \t]+U(?P<short>\d+))?[ \t]*"
)
# `lspci -p`, `vmkchdev -l`: the ids of the device, then those of the card
_IDS = re.compile(
    rf"[ \t]*(?P<address>{ADDRESS})[ \t]+(?P<vendor>{_ID}):(?P<device>{_ID})[ \t]+{_ID}:{_ID}[ \t]+(?P<rest>\S.*)"
)
_OWNED = re.compile(r"(?P<owner>vmkernel|passthru|console|vmnix|shared)(?:[ \t]+(?P<vmnic>\S+))?[ \t]*")
_DRIVEN = re.compile(r"(?:.*?[ \t])?V[ \t]+(?P<driver>[A-Za-z][\w-]*)(?:[ \t]+(?P<vmnic>[A-Za-z]\S*))?[ \t]*")
# `lspci -n`, and what `lspci -v` adds below a line of `lspci`
_CLASSED = re.compile(
    rf"[ \t]*(?P<address>{ADDRESS})[ \t]+(?:Class[ \t]+)?(?P<class>{_ID}):[ \t]+(?P<vendor>{_ID}):(?P<device>{_ID})"
    r"(?:[ \t]+\(rev[^)]*\))?(?:[ \t]+\[(?P<vmnic>[^\]\s]+)\])?[ \t]*"
)
_NAMED = re.compile(
    rf"[ \t]*(?P<address>{ADDRESS})[ \t]+(?P<class>[A-Z][^:\[\]]{{2,60}}):[ \t]+(?P<description>\S.*?)"
    r"(?:[ \t]+\[(?P<vmnic>(?:vmnic|vmhba|vmgfx|vmrdma)\w+)\])?[ \t]*"
)
_DETAIL = re.compile(rf"[ \t]+Class[ \t]+(?P<class>{_ID}):[ \t]+(?P<vendor>{_ID}):(?P<device>{_ID})\b.*")
_BARE_NAME = re.compile(r"[ \t]*(?P<name>[A-Za-z][\w.-]*)[ \t]*")
_ANSWER = re.compile(r"[ \t]*Value of (?:VMkernel\.Boot\.)?(?P<name>[A-Za-z]\w*) is (?P<configured>[\w.-]+)[ \t]*")


def single(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """What one line says by itself, and the line behind it."""
    line = lines[at]
    if line.end - line.start > LONGEST:
        return None
    match = _OPTIONS.fullmatch(line.text)
    if match:
        start = line.start + match.start("options")
        # a string may be empty, and its blanks are its own
        options = ("options", Span(start, start + len(match["options"]), line.source))
        more = [cell for cell in cells(line, match) if cell[0] in ("name", "enabled")]
        return [Row("module", (*more, options))], at + 1
    for kind, pattern in (("release", _RELEASE), ("setting", _ANSWER)):
        match = pattern.fullmatch(line.text)
        if match:
            return [Row(kind, tuple(cells(line, match, {"short": "update"})))], at + 1
    if command.name == "esxcfg-module" and command.words[1:] in (("-q",), ("--query",)):
        match = _BARE_NAME.fullmatch(line.text)
        return ([Row("queried", tuple(cells(line, match)), not command.cut)], at + 1) if match else None
    return None


def functions(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """A run of PCI functions, one a line; they are all there are when some are no NICs."""
    found: list[Row] = []
    others, place = False, at
    while place < len(lines):
        read = _function(lines, place)
        if read is None:
            break
        row, place = read
        others |= _no_nic(row)
        found.append(row)
    whole = not command.cut and (others or bool(command.words))
    return ([Row(row.kind, row.fields, whole) for row in found], place) if found else None


def _no_nic(row: Row) -> bool:
    """Whether a function is surely none of a NIC: grep for NICs, or for a driver, leaves none of those."""
    kind, name = row.text("class"), row.text("vmnic")
    if kind:
        return not re.match(r"02[0-9a-fA-F]{2}$", kind) and "thernet" not in kind and "etwork" not in kind
    return name.startswith(("vmhba", "vmgfx")) or (not name and not row.field("driver"))


def _function(lines: Sequence[Span], at: int) -> tuple[Row, int] | None:
    line = lines[at]
    if line.end - line.start > LONGEST:
        return None
    address = (line.text.split(None, 1) or [""])[0]
    if place_of(address) is None:
        return None
    match = _IDS.fullmatch(line.text)
    if match:
        fields = [cell for cell in cells(line, match) if cell[0] != "rest"]
        start = line.start + match.start("rest")
        rest = Span(start, line.start + match.end("rest"), line.source)
        more = _OWNED.fullmatch(rest.text) or _DRIVEN.fullmatch(rest.text)
        return Row("function", (*fields, *(cells(rest, more) if more else ()))), at + 1
    if "." not in address:
        # the time of a log stands where lspci has an address
        return None
    match = _CLASSED.fullmatch(line.text)
    if match:
        return Row("function", tuple(cells(line, match))), at + 1
    match = _NAMED.fullmatch(line.text)
    if match is None:
        return None
    fields, place = list(cells(line, match)), at + 1
    # `lspci -v` tells more in lines that are set in
    while place < len(lines) and lines[place].text[:1] in (" ", "\t") and lines[place].text.strip():
        detail = _DETAIL.fullmatch(lines[place].text) if lines[place].end - lines[place].start <= LONGEST else None
        if detail:
            fields += [cell for cell in cells(lines[place], detail) if cell[0] in ("vendor", "device")]
        elif _NAMED.fullmatch(lines[place].text):
            break
        place += 1
    while place < len(lines) and not lines[place].text.strip() and place + 1 < len(lines):
        if not _NAMED.fullmatch(lines[place + 1].text):
            break
        place += 1
    return Row("function", tuple(fields)), place
