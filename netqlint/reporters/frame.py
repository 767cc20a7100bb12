"""A line of a file with marks and labels under it, behind a gutter that numbers it."""

from __future__ import annotations

from netqlint.record import Record
from netqlint.reporters.cells import cells, wrap
from netqlint.reporters.style import Style, paint
from netqlint.reporters.views import CUT, Line, View, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netqlint.reporters.style import Piece

# blanks that keep a label from running into the next mark
APART = 2
# a label folded under its mark is not squeezed narrower than this
FOLDED = 24


class Gutter(Record):
    """The margin: `digits` wide enough for the greatest line number shown."""

    style: Style
    digits: int

    @property
    def room(self) -> int:
        """The cells right of the margin; one is left free for a mark behind the end of a line."""
        return self.style.room - self.digits - 5

    def row(self, number: int | None, sign: str, pieces: Iterable[Piece], look: str = "dim") -> str:
        shown = "" if number is None else number
        gutter = ((look, f" {shown:>{self.digits}} {sign}"), ("", " "))
        return paint((*gutter, *pieces), self.style.colour)

    def note(self, pieces: Sequence[Piece]) -> list[str]:
        """`= …`, folded under its first word."""
        margin = " " * (self.digits + 2)
        lines = wrap(pieces, self.style.room - self.digits - 4)
        starts = [("dim", f"{margin}= "), *[("", f"{margin}  ")] * len(lines)]
        return [paint((start, *line), self.style.colour) for start, line in zip(starts, lines, strict=False)]


class Mark(Record):
    """Underlines characters of a line, from 0; `open` when the place goes on below the line."""

    start: int
    end: int
    glyph: str
    look: str
    label: str = ""
    open: bool = False


class _Stroke(Record):
    """Marks with one label, and the cells they take."""

    marks: tuple[Mark, ...]
    places: tuple[tuple[int, int], ...]

    @property
    def glyph(self) -> str:
        return self.marks[0].glyph

    @property
    def label(self) -> str:
        return self.marks[0].label

    @property
    def look(self) -> str:
        return self.marks[0].look

    @property
    def start(self) -> int:
        return self.places[0][0]

    @property
    def end(self) -> int:
        return self.places[-1][1]


def frame(gutter: Gutter, number: int, line: Line, marks: Sequence[Mark]) -> list[str]:
    """The line, once if the marks can be shown under one view of it, and the rows of marks."""
    ordered = sorted(marks, key=lambda mark: (mark.start, mark.end))
    rows: list[str] = []
    for chosen, (view,) in cut([line], [[(mark.start, mark.end)] for mark in ordered], gutter.room):
        rows.append(gutter.row(None if rows else number, "|", view.pieces()))
        rows += [
            gutter.row(None, "|", pieces)
            for pieces in _stack(_strokes([ordered[i] for i in chosen], view), gutter.room)
        ]
    return rows


def _strokes(marks: Sequence[Mark], view: View) -> list[_Stroke]:
    """Marks that say the same share a stroke if a gap keeps them apart; the findings come first."""
    strokes: list[_Stroke] = []
    for mark in sorted(marks, key=lambda mark: mark.glyph != "^"):
        place = _place(mark, view)
        for nth, stroke in enumerate(strokes):
            same = stroke.marks[-1]
            alike = (same.glyph, same.look, same.label) == (mark.glyph, mark.look, mark.label)
            if alike and place[0] > stroke.end and not same.open:
                strokes[nth] = _Stroke((*stroke.marks, mark), (*stroke.places, place))
                break
        else:
            strokes.append(_Stroke((mark,), (place,)))
    return strokes


def _place(mark: Mark, view: View) -> tuple[int, int]:
    """The cells to underline, at least one: a combining character lies in the cell before it."""
    start, end = view.cell(mark.start), view.cell(mark.end)
    if start == end:
        start = max(0, start - (mark.start < mark.end))
        end = start + 1
    return start, end + mark.open


def _stack(strokes: Sequence[_Stroke], room: int) -> list[list[Piece]]:
    """Rows of strokes: each goes in the first row that has place for it and its label."""
    rows: list[list[_Stroke]] = []
    alone: list[list[Piece]] = []
    for stroke in strokes:
        if _reach(stroke) > room:
            alone += _folded(stroke, room)
            continue
        row = next((row for row in rows if all(_apart(stroke, other) for other in row)), None)
        if row is None:
            rows.append([stroke])
        else:
            row.append(stroke)
    return [_spread(row) for row in rows] + alone


def _reach(stroke: _Stroke) -> int:
    """The cell behind the label."""
    return stroke.end + (cells(stroke.label) + 1 if stroke.label else 0)


def _apart(one: _Stroke, two: _Stroke) -> bool:
    """Whether nobody could take the label of one for that of the other."""
    if one.glyph != two.glyph and one.label and two.label:
        return False
    left, right = sorted((one, two), key=lambda stroke: stroke.start)
    return _reach(left) + (APART if left.label else 1) <= right.start


def _folded(stroke: _Stroke, room: int) -> list[list[Piece]]:
    """The stroke with its label before it, or where that has no place either, below."""
    size = cells(stroke.label) + 1
    if size <= stroke.start:
        before = [("", " " * (stroke.start - size)), (stroke.look, stroke.label), ("", " ")]
        return [[*before, *_line(stroke)]]
    indent = max(0, min(stroke.start, room - max(FOLDED, size - 1)))
    if size - 1 > room:
        indent = min(stroke.start, room - FOLDED)
    lines = wrap([(stroke.look, stroke.label)], room - indent)
    under = [[("", " " * indent), *line] for line in lines]
    return [[("", " " * stroke.start), *_line(stroke)], *under]


def _line(stroke: _Stroke) -> list[Piece]:
    pieces: list[Piece] = []
    cell = stroke.start
    for mark, (start, end) in zip(stroke.marks, stroke.places, strict=True):
        pieces.append(("", " " * (start - cell)))
        pieces.append((mark.look, mark.glyph * (end - start - mark.open) + CUT * mark.open))
        cell = end
    return pieces


def _spread(row: Iterable[_Stroke]) -> list[Piece]:
    pieces: list[Piece] = []
    cell = 0
    for stroke in sorted(row, key=lambda stroke: stroke.start):
        pieces += [("", " " * (stroke.start - cell)), *_line(stroke)]
        if stroke.label:
            pieces += [("", " "), (stroke.look, stroke.label)]
        cell = _reach(stroke)
    return pieces
