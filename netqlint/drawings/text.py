"""The picture of a host for a terminal: a table of ports, and below it what the table has no room for."""

from __future__ import annotations

from netqlint.picture import lacking
from netqlint.reporters.cells import cells, tie, visible, wrap
from netqlint.reporters.style import paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netqlint.finding import Fact
    from netqlint.picture import Cell, Driver, Picture, Reading, Row, Switch
    from netqlint.reporters.style import Piece, Style

    # a heading, and what stands below it, line by line
    Column = tuple[str, list[list[Piece]]]

UNKNOWN = "?"
GAP = 2
LOOKS = {"written": "", "default": "dim", "missing": "warning", "unclear": "dim"}


def draw(pictures: Sequence[Picture], style: Style) -> str:
    return "\n".join("".join(f"{line}\n" for line in _host(picture, style)) for picture in pictures)


def _host(picture: Picture, style: Style) -> Iterator[str]:
    yield from _lines([("bold", visible(picture.host)), ("", f"on ESX {_known(picture.release)}")], style)
    yield from _lines([("", "NetQueue in the VMkernel:"), *_switched(picture.netqueue)], style)
    if not picture.drivers:
        yield from _lines([("", "no module of a driver that netqlint knows")], style)
    for driver in picture.drivers:
        yield ""
        yield from _driver(driver, picture.host, style)


def _driver(driver: Driver, host: str, style: Style) -> Iterator[str]:
    version = _known(driver.version) if driver.version else "of an unknown version"
    alike = f", read as {driver.generation}" if driver.generation else ""
    yield from _lines([("bold", driver.name), ("", f"{version}{alike}")], style)
    if driver.ports_known:
        yield from _lines([("", f"ports: {_known(driver.ports_known)}")], style)
    for remark in driver.remarks:
        yield from _lines([("warning", visible(remark))], style)
    if driver.ports:
        yield ""
        yield from _tables(list(_columns(driver)), style)
        yield ""
    for pieces in _below(driver, host):
        yield from _lines(pieces, style)


def _known(fact: Fact) -> str:
    overrule = f"; say {fact.overrule} to overrule" if fact.overrule else ""
    return f"{tie(visible(fact.value))} ({visible(fact.how)}{overrule})"


def _switched(switch: Switch) -> list[Piece]:
    on = {True: ("new", "on"), False: ("old", "off"), None: ("", UNKNOWN)}[switch.on]
    return [on, ("", f"({visible(switch.why)}{f'; say {switch.tells}' if switch.tells else ''})")]


# --- the table


def _columns(driver: Driver) -> Iterator[Column]:
    ports = driver.ports
    yield "port", [[("bold", f"{port.index:>4}")] for port in ports]
    told: Mapping[str, list[str]] = {
        "address": [port.address for port in ports],
        "device": [port.device for port in ports],
        "controller": [port.controller for port in ports],
        "vmnic": [port.vmnic for port in ports],
    }
    for name, values in told.items():
        if any(values):
            yield name, [[("", visible(value) or UNKNOWN)] for value in values]
    for nth, cell in enumerate(ports[0].cells):
        yield cell.parameter, [_cell(port.cells[nth]) for port in ports]
    yield "rx", [_number(port.rx_queues) for port in ports]
    yield "tx", [_number(port.tx_queues) for port in ports]
    yield "irq", [_number(port.vectors) for port in ports]
    yield "NetQueue", [_switched(port.netqueue)[:1] for port in ports]


def _cell(cell: Cell) -> list[Piece]:
    if not cell.applies:
        return [("dim", "none")]
    if cell.origin == "unclear":
        return [("", UNKNOWN)]
    value = UNKNOWN if cell.reading.value is None else str(cell.reading.value)
    if cell.place is None:
        return [("", value), (LOOKS[cell.origin], cell.origin)]
    text = visible(cell.place.text)
    changed = "" if text == value or value == UNKNOWN else f"for {text}"
    pieces = [("", value), ("warning", changed), ("dim", f"{cell.place.line}:{cell.place.column}")]
    return [piece for piece in pieces if piece[1]]


def _number(reading: Reading) -> list[Piece]:
    return [("", UNKNOWN if reading.value is None else str(reading.value))]


def _tables(columns: list[Column], style: Style) -> Iterator[str]:
    """The table, in several below one another where it is too wide; each begins with the ports."""
    first, *rest = columns
    group, room = [first], style.room - _wide(first)
    for column in rest:
        if _wide(column) + GAP > room and len(group) > 1:
            yield from _table(group, style)
            yield ""
            group, room = [first], style.room - _wide(first)
        group.append(column)
        room -= _wide(column) + GAP
    yield from _table(group, style)


def _table(columns: Sequence[Column], style: Style) -> Iterator[str]:
    wide = [_wide(column) for column in columns]
    yield paint(_row([[("dim", heading)] for heading, _ in columns], wide), style.colour)
    for line in zip(*(values for _, values in columns), strict=True):
        yield paint(_row(line, wide), style.colour)


def _row(line: Iterable[list[Piece]], wide: Sequence[int]) -> Iterator[Piece]:
    for pieces, width in zip(line, wide, strict=True):
        for nth, (look, text) in enumerate(pieces):
            yield "", " " * bool(nth)
            yield look, text
        yield "", " " * (width - _cells(pieces) + GAP)


def _wide(column: Column) -> int:
    heading, values = column
    return max(len(heading), *(_cells(value) for value in values))


def _cells(pieces: Sequence[Piece]) -> int:
    return sum(cells(text) for _, text in pieces) + len(pieces) - 1


# --- below it


def _below(driver: Driver, host: str) -> Iterator[list[Piece]]:
    for row in driver.rows:
        yield from _beyond(row, driver)
        if row.per == "module":
            values = ",".join(visible(value.text) for value in row.values)
            yield [
                ("", f"{visible(row.parameter)}={values} at {row.span.line}:{row.span.column}, for the whole module")
            ]
    yield from _missing(driver)
    for why, ports in _grouped((_why(port.netqueue), port.index) for port in driver.ports):
        yield [("", f"NetQueue on {ports}: {why}")]
    for tells, names in lacking(driver):
        known = f"say {tells}" if tells else "no option would tell"
        yield [("dim", f"{UNKNOWN} under {', '.join(names)}: {known}")]
    texts = dict.fromkeys(cell.place.source.name for port in driver.ports for cell in port.cells if cell.place)
    if texts:
        # of several outputs of one host the first gives it its name
        named = "" if [*texts] == [host] else f" in {', '.join(map(visible, texts))}"
        yield [("dim", f"N:M behind a value: line and column of the characters that give it{named}")]


def _beyond(row: Row, driver: Driver) -> Iterator[list[Piece]]:
    if row.beyond:
        places = [f"{visible(value.text)} at {value.line}:{value.column}" for value in row.values[-row.beyond :]]
        many = f"{row.parameter} has {len(row.values)} values for {len(driver.ports)} ports"
        yield [("warning", f"{many}: nothing reads {', '.join(map(tie, places))}")]


def _missing(driver: Driver) -> Iterator[list[Piece]]:
    short = {
        cell.parameter: port.index for port in reversed(driver.ports) for cell in port.cells if cell.origin == "missing"
    }
    for parameter, index in short.items():
        yield [("warning", f"{parameter}: the list ends before port {index}, the rest of the ports have the default")]


def _why(switch: Switch) -> str:
    state = {True: "on", False: "off", None: "unknown"}[switch.on]
    return f"{state}, {visible(switch.why)}{f'; say {switch.tells}' if switch.tells else ''}"


def _grouped(pairs: Iterable[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Each word with the ports that have it."""
    found: dict[str, list[int]] = {}
    for word, port in pairs:
        found.setdefault(word, []).append(port)
    for word, ports in found.items():
        runs = [port for port in ports if port - 1 not in ports], [port for port in ports if port + 1 not in ports]
        spelt = [f"{low}" if low == high else f"{low}-{high}" for low, high in zip(*runs, strict=True)]
        yield word, f"{'port' if len(ports) == 1 else 'ports'} {', '.join(spelt)}"


def _lines(pieces: Sequence[Piece], style: Style) -> Iterator[str]:
    for nth, line in enumerate(wrap(pieces, style.room, 2)):
        yield paint([("", "  " * bool(nth)), *line], style.colour)
