"""Lines measured in cells, and views of them cut round what matters."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.reporters.cells import COMMAND, cells, cells_of, narrow, show
from netqlint.text import BOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netqlint.reporters.style import Piece

CUT = "…"
# characters kept on either side of a place, where several places share a cut line
CONTEXT = 8

# characters of a line from 0, half open
Range = tuple[int, int]


class Line(Record):
    """A line of a file: what is shown for each character, and where it begins; then the end."""

    glyphs: Sequence[str]
    edges: Sequence[int]

    @property
    def length(self) -> int:
        return len(self.glyphs)


def measure(text: str, opening: bool = False) -> Line:
    """`text` is one line without its end; a byte order mark `opening` a file takes no room."""
    if text.isprintable() and "##" not in text:
        if narrow(text):
            return Line(text, range(len(text) + 1))
        return Line(text, list(accumulate(map(cells_of, text), initial=0)))
    glyphs = [show(character) for character in text]
    for command in compiled(COMMAND).finditer(text):
        glyphs[command.end() - 1] = r"\x5b"
    if opening and text.startswith(BOM):
        glyphs[0] = ""
    return Line(glyphs, list(accumulate(map(cells, glyphs), initial=0)))


class View(Record):
    """What is shown of a line: these stretches, and `…` for all before, between and behind them."""

    line: Line
    kept: tuple[Range, ...]

    def pieces(self) -> list[Piece]:
        shown: list[Piece] = []
        end = 0
        for start, stop in self.kept:
            if start > end:
                shown.append(("dim", CUT))
            shown.append(("", "".join(self.line.glyphs[start:stop])))
            end = stop
        if end < self.line.length:
            shown.append(("dim", CUT))
        return shown

    def cell(self, index: int) -> int:
        """The cell, from 0, where a character of the line is shown; it must be among those kept."""
        edges = self.line.edges
        cell, end = edges[index], 0
        for start, stop in self.kept:
            if start > index:
                break
            cell -= edges[start] - edges[end] - (start > end)
            end = stop
        return cell


def cut(
    lines: Sequence[Line], places: Sequence[Sequence[Range]], room: int
) -> list[tuple[tuple[int, ...], tuple[View, ...]]]:
    """Views of `lines` one above the other, each at most `room` cells wide, that show all places.

    `places` holds for each place, in their order, its range in each line. Where one view cannot
    hold them all, several follow each other; each says which places, by index, it is for.
    """
    everywhere = tuple(range(len(places)))
    if all(line.edges[-1] <= room for line in lines):
        return [(everywhere, tuple(View(line, ((0, line.length),)) for line in lines))]
    needs = [[_ends(line, wanted, room - 6) for line, wanted in zip(lines, place, strict=True)] for place in places]
    views = []
    while everywhere:
        count = 1
        while count < len(everywhere) and _fits(lines, [needs[i] for i in everywhere[: count + 1]], CONTEXT, room):
            count += 1
        chosen, everywhere = everywhere[:count], everywhere[count:]
        views.append((chosen, _widest(lines, [needs[i] for i in chosen], room)))
    return views or [((), _widest(lines, [[[(0, 0)] for _ in lines]], room))]


def _ends(line: Line, wanted: Range, limit: int) -> list[Range]:
    """A range, or where it is too wide its beginning and its end."""
    start, end = wanted
    end = min(max(end, start + 1), line.length)
    start = min(start, end)
    if line.edges[end] - line.edges[start] <= limit:
        return [(start, end)]
    half = limit // 2
    head = bisect_right(line.edges, line.edges[start] + half) - 1
    tail = bisect_right(line.edges, line.edges[end] - half)
    return [(start, head), (tail, end)]


def _kept(line: Line, needs: Iterable[Sequence[Sequence[Range]]], nth: int, context: int) -> tuple[Range, ...]:
    """The needs in the line numbered `nth`, with context; one cell is not worth a `…`."""
    edges = line.edges
    kept: list[Range] = []
    for start, end in sorted(one for need in needs for one in need[nth]):
        start, end = max(0, start - context), min(line.length, end + context)
        start = start if edges[start] > 1 else 0
        end = end if edges[-1] - edges[end] > 1 else line.length
        if kept and edges[start] - edges[kept[-1][1]] <= 1:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


def _fits(lines: Sequence[Line], needs: Sequence[Sequence[Sequence[Range]]], context: int, room: int) -> bool:
    for nth, line in enumerate(lines):
        kept = _kept(line, needs, nth, context)
        dots = len(kept) - 1 + (kept[0][0] > 0) + (kept[-1][1] < line.length)
        if dots + sum(line.edges[end] - line.edges[start] for start, end in kept) > room:
            return False
    return True


def _widest(lines: Sequence[Line], needs: Sequence[Sequence[Sequence[Range]]], room: int) -> tuple[View, ...]:
    """The views with the most context that fits, the same in each line so that they compare."""
    least, most = 0, max(line.length for line in lines)
    while least < most:
        context = (least + most + 1) // 2
        if _fits(lines, needs, context, room):
            least = context
        else:
            most = context - 1
    return tuple(View(line, _kept(line, needs, nth, least)) for nth, line in enumerate(lines))
