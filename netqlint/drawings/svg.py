"""The picture of a host as an SVG file: lists on top, the ports their positions go to below, nothing from elsewhere.

IntMode [3] [3] [3] [3]         a box for each position, at its place in the file
         |   |   :   x          a line to its port; `:` nothing is written, `x` there is no such port
       +---+---+---+
       | 0 | 1 | 2 |            what each port gets, on the card it sits on
       +---+---+---+
"""

from __future__ import annotations

from netqlint.picture import lacking
from netqlint.record import Record
from netqlint.reporters.cells import visible, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netqlint.finding import Fact
    from netqlint.picture import Cell, Driver, Picture, Port, Reading, Row, Switch
    from netqlint.reporters.style import Style

# all in pixels; letters of the monospaced fonts named below are at most so wide at 12 pixels
LETTER = 7.3
MARGIN, LINE = 16, 18
LABEL, COLUMN, GAP = 128, 104, 8
BOX, LIST = 26, 48
ARROW = 34
BAR, MOST_BARS = 7, 12
UNKNOWN = "?"

COLOURS = """\
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328 }
.title { font-weight: bold; font-size: 14px }
.faint { fill: #59636e }
.bad { fill: #b3261e }
.good { fill: #116329 }
.paper { fill: #ffffff; stroke: #d1d9e0 }
.card { fill: #f0f3f6; stroke: #c3ccd5 }
.port { fill: #ffffff; stroke: #59636e }
.box { fill: #ddf4ff; stroke: #0969da }
.refused { fill: #ffebe9; stroke: #b3261e }
.hole { fill: none; stroke: #9a6700; stroke-dasharray: 4 3 }
.spare { fill: #ffebe9; stroke: #b3261e; stroke-dasharray: 4 3 }
.wire { stroke: #0969da; fill: none }
.loose { stroke: #9a6700; stroke-dasharray: 2 4; fill: none }
.cut { stroke: #b3261e; fill: none }
.bar { fill: #0969da }
.warn { fill: #7d4e00 }
"""
DARK = """\
text { fill: #e6edf3 }
.faint { fill: #9aa4af }
.bad { fill: #ff8f87 }
.good { fill: #7ee08f }
.paper { fill: #0d1117; stroke: #3d444d }
.card { fill: #1b222b; stroke: #3d444d }
.port { fill: #0d1117; stroke: #9aa4af }
.box { fill: #10243e; stroke: #58a6ff }
.refused { fill: #3b1517; stroke: #ff8f87 }
.hole { stroke: #d9a83a }
.spare { fill: #3b1517; stroke: #ff8f87 }
.wire { stroke: #58a6ff }
.loose { stroke: #d9a83a }
.cut { stroke: #ff8f87 }
.bar { fill: #58a6ff }
.warn { fill: #e3b341 }
"""


def draw(pictures: Sequence[Picture], style: Style) -> str:
    wide = max((_width(picture) for picture in pictures), default=0)
    sheet = _Sheet(wide)
    for picture in pictures:
        _host(picture, sheet)
    high = sheet.y + MARGIN
    names = ", ".join(picture.host for picture in pictures)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
            ' role="img">',
            f"<title>{_safe(f'netqlint show {names}')}</title>",
            f"<style>\n{COLOURS}@media (prefers-color-scheme: dark) {{\n{DARK}}}\n</style>",
            f'<rect class="paper" x="0.5" y="0.5" width="{wide - 1}" height="{high - 1}" rx="6"/>',
            *sheet.shapes,
            "</svg>",
            "",
        ]
    )


def _width(picture: Picture) -> int:
    most = max((_places(driver) for driver in picture.drivers), default=0)
    return 2 * MARGIN + LABEL + max(most, 5) * (COLUMN + GAP)


def _places(driver: Driver) -> int:
    """How many columns a driver takes: its ports, and the positions behind them."""
    return max(len(driver.ports), *(len(row.values) for row in _lists(driver)), 0)


def _lists(driver: Driver) -> list[Row]:
    return [row for row in driver.rows if row.per != "module"]


class _At(Record):
    """The left edge and the middle of a column."""

    left: int
    middle: int


def _column(nth: int) -> _At:
    left = MARGIN + LABEL + nth * (COLUMN + GAP)
    return _At(left, left + COLUMN // 2)


class _Sheet:
    """Shapes so far, and how far down they reach."""

    def __init__(self, wide: int) -> None:
        self.shapes: list[str] = []
        self.wide, self.y = wide, MARGIN

    def line(self, text: str, look: str = "") -> None:
        """A paragraph across the sheet."""
        room = int((self.wide - 2 * MARGIN) / LETTER)
        for pieces in wrap([("", visible(text))], room, 2):
            self.y += LINE
            self.text(MARGIN, self.y - 4, "".join(word for _, word in pieces), look)

    def text(self, x: float, y: float, text: str, look: str = "", anchor: str = "", room: int = 0) -> None:
        """One line; with `room`, in so many pixels, what is longer is cut and told when pointed at."""
        letters = int(room / LETTER)
        shown, more = (
            (f"{text[: letters - 1]}…", f"<title>{_safe(text)}</title>") if 0 < letters < len(text) else (text, "")
        )
        look = f' class="{look}"' if look else ""
        anchor = f' text-anchor="{anchor}"' if anchor else ""
        self.shapes.append(f'<text x="{x:g}" y="{y:g}"{look}{anchor}>{more}{_safe(shown)}</text>')

    def rect(self, look: str, x: float, y: float, wide: float, high: float, radius: int = 4) -> None:
        self.shapes.append(
            f'<rect class="{look}" x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="{radius}"/>'
        )

    def path(self, look: str, way: str) -> None:
        self.shapes.append(f'<path class="{look}" d="{way}"/>')


def _safe(text: str) -> str:
    """Text that XML takes as text, whatever a file had in it."""
    from html import escape

    return escape(visible(text))


# --- hosts and drivers


def _host(picture: Picture, sheet: _Sheet) -> None:
    sheet.line(f"{picture.host} on ESX {picture.release.value}", "title")
    sheet.line(f"ESX {_known(picture.release)}", "faint")
    sheet.line(
        f"NetQueue in the VMkernel: {_state(picture.netqueue)} ({picture.netqueue.why})", _mood(picture.netqueue)
    )
    if not picture.drivers:
        sheet.line("no module of a driver that netqlint knows")
    for driver in picture.drivers:
        sheet.y += LINE
        _driver(driver, sheet)
    sheet.y += LINE


def _known(fact: Fact) -> str:
    overrule = f"; say {fact.overrule} to overrule" if fact.overrule else ""
    return f"{fact.value} ({fact.how}{overrule})"


def _driver(driver: Driver, sheet: _Sheet) -> None:
    sheet.line(f"{driver.name} {driver.version.value if driver.version else 'of an unknown version'}", "title")
    if driver.version:
        sheet.line(f"{driver.name} {_known(driver.version)}", "faint")
    if driver.ports_known:
        sheet.line(f"ports: {_known(driver.ports_known)}", "faint")
    for remark in driver.remarks:
        sheet.line(remark, "warn")
    sheet.y += GAP
    for row in _lists(driver):
        _list(row, driver, sheet)
    if driver.ports:
        _wires(driver, sheet)
        _ports(driver, sheet)
    sheet.y += GAP
    for row in driver.rows:
        if row.per == "module":
            values = ",".join(value.text for value in row.values)
            sheet.line(f"{row.parameter}={values} at {row.span.line}:{row.span.column}, for the whole module", "faint")
    if driver.ports:
        sheet.line("in a box: the value and its line:column; below: the port it goes to, and what that gets", "faint")
        if any(cell.origin == "missing" for cell in _cells(driver)):
            sheet.line("dashed, empty: the list ends before this port, which has the default", "warn")
        if any(cell.origin == "unclear" for cell in _cells(driver)):
            sheet.line("dashed: what goes to which port is not clear", "warn")
    for tells, names in lacking(driver):
        sheet.line(f"{UNKNOWN} for {', '.join(names)}: {f'say {tells}' if tells else 'no option would tell'}", "faint")
    if any(row.beyond for row in driver.rows):
        sheet.line("dashed, crossed: a value for a port that is not there; nothing reads it", "bad")


def _cells(driver: Driver) -> Iterator[Cell]:
    for port in driver.ports:
        yield from port.cells


def _list(row: Row, driver: Driver, sheet: _Sheet) -> None:
    top = sheet.y
    sheet.text(MARGIN, top + 17, row.parameter, "title", room=LABEL - GAP)
    sheet.text(
        MARGIN, top + 33, "" if row.per or not driver.generation else "not a parameter here", "warn", room=LABEL - GAP
    )
    legal = {port.index: cell.legal for port in driver.ports for cell in port.cells if cell.parameter == row.parameter}
    unclear = any(cell.origin == "unclear" for cell in _cells(driver) if cell.parameter == row.parameter)
    for nth in range(max(len(row.values), len(driver.ports))):
        at = _column(nth)
        if nth >= len(row.values):
            sheet.rect("hole", at.left, top, COLUMN, BOX)
            sheet.text(at.middle, top + 17, UNKNOWN if unclear else "nothing", "warn", "middle")
            continue
        value, spare = row.values[nth], nth >= len(row.values) - row.beyond
        refused = legal.get(nth, True) is False
        look = "hole" if unclear else "spare" if spare else "refused" if refused else "box"
        sheet.rect(look, at.left, top, COLUMN, BOX)
        sheet.text(at.middle, top + 17, value.text, "bad" if spare or refused else "", "middle", COLUMN - GAP)
        sheet.text(at.middle, top + 40, f"{value.line}:{value.column}", "faint", "middle")
        if spare and not unclear:
            sheet.path("cut", f"M{at.left} {top}l{COLUMN} {BOX}m0 {-BOX}l{-COLUMN} {BOX}")
    sheet.y += LIST


def _wires(driver: Driver, sheet: _Sheet) -> None:
    """From the last list to every port, and from spare positions to nowhere."""
    if not _lists(driver):
        return
    top, low = sheet.y, sheet.y + ARROW
    for nth in range(_places(driver)):
        middle = _column(nth).middle
        if nth >= len(driver.ports):
            sheet.path("cut", f"M{middle} {top}v{ARROW - 14}m-6 0l12 12m-12 0l12 -12")
            sheet.text(middle, low + 16, f"no port {nth}", "bad", "middle", COLUMN)
            continue
        loose = any(cell.origin in ("missing", "unclear") for cell in driver.ports[nth].cells)
        sheet.path("loose" if loose else "wire", f"M{middle} {top}v{ARROW - 8}m-5 -6l5 6l5 -6")
    sheet.y = low


# --- ports


def _ports(driver: Driver, sheet: _Sheet) -> None:
    top = sheet.y
    high = LINE * (7 + len(driver.ports[0].cells)) + GAP
    for first, last, slot in _slots(driver.ports):
        left, right = _column(first).left - 4, _column(last).left + COLUMN + 4
        sheet.rect("card", left, top, right - left, high + LINE + 8, 8)
        sheet.text(left + 6, top + high + LINE, f"PCI {slot}", "faint", room=right - left - 12)
    labels = [
        "",
        "",
        "",
        *(cell.parameter for cell in driver.ports[0].cells),
        "rx queues",
        "tx queues",
        "irq",
        "NetQueue",
    ]
    for nth, label in enumerate(labels):
        sheet.text(MARGIN, top + 2 + LINE * (nth + 1), label, "faint", room=LABEL - GAP)
    for port in driver.ports:
        _port(port, top + 4, high, sheet)
    sheet.y = top + high + 2 * LINE


def _slots(ports: Sequence[Port]) -> Iterator[tuple[int, int, str]]:
    """The first and last port of each PCI device, with its address; ports of unknown address have none."""
    found: dict[str, list[int]] = {}
    for port in ports:
        if port.address:
            found.setdefault(port.address.rpartition(".")[0], []).append(port.index)
    for slot, indices in found.items():
        yield indices[0], indices[-1], slot


def _port(port: Port, top: int, high: int, sheet: _Sheet) -> None:
    at = _column(port.index)
    sheet.rect("port", at.left, top, COLUMN, high - 4)
    lines = [
        (f"port {port.index}", "title"),
        (port.vmnic or "vmnic?", "" if port.vmnic else "faint"),
        (port.controller or port.device or UNKNOWN, "faint"),
        *(_got(cell) for cell in port.cells),
        (_number(port.rx_queues), ""),
        (_number(port.tx_queues), ""),
        (_number(port.vectors), ""),
        (_state(port.netqueue), _mood(port.netqueue)),
    ]
    for nth, (text, look) in enumerate(lines):
        sheet.text(at.left + 8, top + LINE * (nth + 1) - 2, text, look, room=COLUMN - 12)
    _bars(port.rx_queues, at, top + LINE * (len(lines) - 3) - 12, sheet)


def _bars(reading: Reading, at: _At, y: int, sheet: _Sheet) -> None:
    """A stroke for each receive queue, behind their number."""
    if reading.value is None:
        return
    for nth in range(min(reading.value, MOST_BARS)):
        sheet.rect("bar", at.left + 32 + nth * (BAR - 2), y, BAR - 4, 10, 1)


def _got(cell: Cell) -> tuple[str, str]:
    if not cell.applies:
        return "none", "faint"
    value = UNKNOWN if cell.reading.value is None else str(cell.reading.value)
    if cell.place is not None:
        changed = value not in (UNKNOWN, cell.place.text)
        return (f"{value} for {cell.place.text}", "bad") if changed else (value, "")
    if cell.origin == "unclear":
        return UNKNOWN, "faint"
    return f"{value} (default)", "warn" if cell.origin == "missing" else "faint"


def _number(reading: Reading) -> str:
    return UNKNOWN if reading.value is None else str(reading.value)


def _state(switch: Switch) -> str:
    return {True: "on", False: "off", None: UNKNOWN}[switch.on]


def _mood(switch: Switch) -> str:
    return {True: "good", False: "bad", None: "faint"}[switch.on]
