"""Tables: the header says which word is what, wherever it stands; what does not fit its header is passed over."""

from __future__ import annotations

import re
from itertools import pairwise

from netqlint.model import Row
from netqlint.surfaces.listings.lines import ADDRESS, LONGEST, cells, command_in
from netqlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netqlint.surfaces.listings.lines import Command

    Found = tuple[list[Row], int]

# a header is made of these words and no others; those of two words come first
_TITLES = (
    "Admin Status", "Beacon Status", "Configured Ports", "IP Address", "IP Family", "Is Enabled", "Is Loaded",
    "Link Status", "MAC Address", "Num Ports", "PCI Device", "Port Group/DVPort/Opaque Network", "Port Group/DVPort",
    "Port Group", "PortGroup Name", "Port_Group", "IP_Address", "Size (kb)", "Switch Name", "DVS Name", "TSO MSS",
    "Used Ports", "VLAN ID", "Broadcast", "Configured", "Default", "Description", "Driver", "Duplex", "Enabled", "ID",
    "Interface", "Link", "Loaded", "MTU", "Name", "NetStack", "Netmask", "PCI", "Runtime", "Speed", "Type", "Uplinks",
    "Used", "Value",
)  # fmt: skip
_TITLE = re.compile("|".join(map(re.escape, _TITLES)))
_UNDERLINE = re.compile(r"[ \t]*-+(?:[ \t]+-+)+[ \t]*")
_MAC = r"(?:[0-9a-fA-FxX]{2}:){5}[0-9a-fA-FxX]{2}"
_UPLINKS = re.compile(r"[^\s,]+")

# the cells of a table of NICs are one word each, but for the last
_SHAPES = {
    "vmnic": r"[\w.-]+",
    "address": rf"{ADDRESS}|Pseudo|N/A",
    "driver": r"[\w.-]+",
    "mac": _MAC,
    "mtu": r"\d{1,9}",
    "description": r"\S.*",
}
_NIC = {"name": "vmnic", "pci": "address", "pci device": "address", "mac address": "mac"}
# without a header, as behind grep, it takes all of this to be sure
_BARE_NIC = re.compile(
    rf"[ \t]*(?P<vmnic>vmnic\d+)[ \t]+(?:(?P<address>{ADDRESS}|Pseudo)[ \t]+)?(?P<driver>[A-Za-z][\w-]*)[ \t]+"
    rf"(?:(?:Up|Down)[ \t]+){{1,2}}\d+(?:Mbps)?[ \t]+(?:Full|Half)\b"
    rf"(?:[ \t]+(?P<mac>{_MAC})[ \t]+(?P<mtu>\d{{1,9}})\b)?"
    r"(?:[ \t]+(?P<description>\S.*))?"
)
_SLICED = {
    frozenset(("name", "type", "value")): ("parameter", {}),
    frozenset(("name", "type", "configured", "runtime")): ("setting", {}),
    frozenset(("name", "is loaded", "is enabled")): ("module", {"is loaded": "loaded", "is enabled": "enabled"}),
    frozenset(("name", "id", "loaded")): ("module", {}),
    frozenset(("name", "used", "size (kb)")): ("module", {"used": "loaded"}),
}


def table(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """The rows below a header at this line, and the line behind them; None where there is no header."""
    titles = _titles(lines[at])
    names = [name for name, _ in titles]
    known = set(names)
    if len({_NIC.get(name, name) for name in names}) < len(names):
        # two headers run into one: which of the columns is meant nobody knows
        return None
    if "name" in known and "driver" in known and known & {"pci", "pci device"}:
        return _nics(lines, at, command, names)
    if names[:1] in (["switch name"], ["dvs name"]) and "uplinks" in known:
        return _switches(lines, at, command, names)
    if names[:1] == ["interface"] and ("mac address", "mtu") in pairwise(names):
        return _vmknics(lines, at, command)
    for wanted, (kind, fields) in _SLICED.items():
        if names[:1] == ["name"] and wanted <= known:
            return _sliced(lines, at, command, titles, kind, fields)
    return None


def bare_nic(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """A row of a table of NICs whose header is not there."""
    match = _BARE_NIC.fullmatch(lines[at].text) if lines[at].end - lines[at].start <= LONGEST else None
    return ([Row("nic", tuple(cells(lines[at], match)))], at + 1) if match else None


def _titles(line: Span) -> list[tuple[str, int]]:
    """The titles of a header with the columns they begin in; none where there is any other word."""
    text = line.text
    if line.end - line.start > LONGEST or _TITLE.sub("", text).strip():
        return []
    return [(match.group().lower(), match.start()) for match in _TITLE.finditer(text)]


def _below(lines: Sequence[Span], at: int) -> tuple[int, int]:
    """The first line below a header and its underline, and the first that belongs to no row."""
    first = at + 1
    if first < len(lines) and _UNDERLINE.fullmatch(lines[first].text):
        first += 1
    last = first
    while last < len(lines) and lines[last].text.strip() and not _titles(lines[last]) and not command_in(lines[last]):
        last += 1
    return first, last


def _row_pattern(names: Sequence[str], fields: Mapping[str, str]) -> re.Pattern[str]:
    parts = []
    for name in names:
        field = fields.get(name, name)
        shape = _SHAPES.get(field, r"\S+")
        group = f"(?P<{field}>{shape})" if field in _SHAPES else f"(?:{shape})"
        # the description may be missing, and all before it is one word
        parts.append(rf"(?:[ \t]+{group})?" if field == "description" else rf"[ \t]+{group}")
    return re.compile(r"[ \t]*" + "".join(parts).removeprefix(r"[ \t]+") + r"[ \t]*")


def _nics(lines: Sequence[Span], at: int, command: Command, names: Sequence[str]) -> Found:
    pattern = _row_pattern(names, _NIC)
    return _each(lines, *_below(lines, at), lambda line: _matched(line, pattern, "nic", not command.cut))


def _matched(line: Span, pattern: re.Pattern[str], kind: str, whole: bool) -> Row | None:
    match = pattern.fullmatch(line.text) if line.end - line.start <= LONGEST else None
    return Row(kind, tuple(cells(line, match)), whole) if match else None


def _each(lines: Sequence[Span], first: int, last: int, read: Callable[[Span], Row | None]) -> Found:
    """The rows of a table. One line that is none is passed over, with two of them another output has begun."""
    found: list[Row] = []
    missed = 0
    for at in range(first, last):
        row = read(lines[at])
        missed = 0 if row else missed + 1
        if row:
            found.append(row)
        elif missed == 2:
            return found, at - 1
    return found, last - missed


def _sliced(
    lines: Sequence[Span],
    at: int,
    command: Command,
    titles: Sequence[tuple[str, int]],
    kind: str,
    fields: Mapping[str, str],
) -> Found:
    """Rows whose cells stand below their titles, for cells may be empty or hold several words."""
    first, last = _below(lines, at)
    starts = [start for _, start in titles]
    if first == at + 2:
        # where the header is underlined, the dashes are as wide as the column
        dashes = [match.start() for match in re.finditer("-+", lines[at + 1].text)]
        starts = dashes if len(dashes) == len(starts) else starts

    def row(line: Span) -> Row | None:
        parts = _cut(line, starts)
        named = [(fields.get(name, name), cell) for (name, _), cell in zip(titles, parts, strict=False) if cell]
        return Row(kind, tuple(named), not command.cut) if named else None

    return _each(lines, first, last, row)


def _cut(line: Span, starts: Sequence[int]) -> list[Span | None]:
    """The cells of a row, None for an empty one; nothing at all where a word stands across a border."""
    text = line.text
    if len(text) > LONGEST or any(start < len(text) and not text[start - 1 : start].isspace() for start in starts[1:]):
        return []
    row: list[Span | None] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end]
        begin = line.start + start + len(part) - len(part.lstrip())
        row.append(Span(begin, begin + len(part.strip()), line.source) if part.strip() else None)
    # a name is one word
    return row if row[0] and not re.search(r"\s", row[0].text) else []


# --- switches and vmkernel NICs


def _switches(lines: Sequence[Span], at: int, command: Command, names: Sequence[str]) -> Found:
    """A switch, which may have a name of several words that is wider than its column, and its port groups below."""
    numbers = "".join(r"[ \t]+(?P<mtu>\d{1,9})" if name == "mtu" else r"[ \t]+\d+" for name in names[1:-1])
    pattern = re.compile(rf"[ \t]*(?P<name>\S.*?){numbers}(?:[ \t]+(?P<uplinks>\S.*))?[ \t]*")
    kind = "switch" if names[0] == "switch name" else "dvs"
    found, last = _each(lines, *_below(lines, at), lambda line: _matched(line, pattern, kind, not command.cut))
    groups, behind = _portgroups(lines, last)
    if groups and len(found) == 1:
        found = [Row(kind, (*found[0].fields, *groups), found[0].whole)]
    return [_with_uplinks(row) for row in found], behind


def _with_uplinks(row: Row) -> Row:
    listed = row.field("uplinks")
    if listed is None:
        return row
    places = tuple(
        ("uplink", Span(listed.start + match.start(), listed.start + match.end(), listed.source))
        for match in _UPLINKS.finditer(listed.text)
    )
    return Row(row.kind, (*(field for field in row.fields if field[0] != "uplinks"), *places), row.whole)


_PORTGROUP = re.compile(r"[ \t]*(?P<portgroup>\S.*?)[ \t]+\d+[ \t]+\d+(?:[ \t]+\S+)?[ \t]*")


def _portgroups(lines: Sequence[Span], at: int) -> Found | tuple[list[tuple[str, Span]], int]:
    """The names of the port groups in the table below a switch, and the line behind it."""
    head = at
    while head < len(lines) and not lines[head].text.strip():
        head += 1
    if head >= len(lines) or [name for name, _ in _titles(lines[head])][:1] != ["portgroup name"]:
        return [], at
    first, last = _below(lines, head)
    found: list[tuple[str, Span]] = []
    for line in lines[first:last]:
        match = _PORTGROUP.fullmatch(line.text) if line.end - line.start <= LONGEST else None
        found += cells(line, match) if match else ()
    return found, last


def _vmknics(lines: Sequence[Span], at: int, command: Command) -> Found:
    """The MTU stands behind the MAC address; what is between name and IP address is the port group."""
    pattern = re.compile(
        rf"[ \t]*(?P<name>vmk\d+)[ \t]+(?P<portgroup>\S.*?)[ \t]+(?:IPv[46][ \t]+)?(?:[0-9a-fA-F.:%]+|N/A)[ \t]"
        rf".*?{_MAC}[ \t]+(?P<mtu>\d{{1,9}})\b.*"
    )
    found, last = _each(lines, *_below(lines, at), lambda line: _matched(line, pattern, "vmknic", not command.cut))
    # one row for each of its addresses
    return list({row.text("name"): row for row in reversed(found)}.values())[::-1], last
