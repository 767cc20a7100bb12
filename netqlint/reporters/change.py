"""What a fix changes: the lines before and after, cut round the change."""

from __future__ import annotations

from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.reporters.views import Line, cut, measure
from netqlint.text import line_starts, position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netqlint.finding import Edit
    from netqlint.reporters.frame import Gutter
    from netqlint.reporters.views import Range

# lines of one stretch that are shown; what is beyond is counted
MOST = 12
_LINE = r"[^\r\n]+(?:\r\n|\r|\n)?|\r\n|\r|\n"


class Side(Record):
    """A line with its end, before or after; `places` are what changes in it, characters from 0."""

    number: int
    text: str
    places: tuple[Range, ...]


class Hunk(Record):
    """Lines that give way to lines, either may be none."""

    old: tuple[Side, ...]
    new: tuple[Side, ...]


def hunks(text: str, edits: Sequence[Edit]) -> list[Hunk]:
    """The whole lines that `edits` change, all of them in `text` and none upon another."""
    found = []
    added = 0
    for stretch in _stretches(text, edits):
        first = position(text, stretch[0].span.start)[0]
        hunk = _trim(*_sides(text, stretch, first, added))
        added += len(hunk.new) - len(hunk.old)
        found.append(hunk)
    return found


def _stretches(text: str, edits: Iterable[Edit]) -> list[list[Edit]]:
    """Edits that touch the same lines, together."""
    stretches: list[list[Edit]] = []
    last = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if position(text, edit.span.start)[0] > last:
            stretches.append([])
        stretches[-1].append(edit)
        last = max(last, position(text, edit.span.end)[0])
    return stretches


def _sides(text: str, edits: Sequence[Edit], first: int, added: int) -> tuple[list[Side], list[Side]]:
    starts = line_starts(text)
    last = position(text, edits[-1].span.end)[0]
    start = starts[first - 1]
    end = starts[last] if last < len(starts) else len(text)
    written, copied = "", start
    old, new = [], []
    for edit in edits:
        shared_start, shared_end = _shared(edit.span.text, edit.text)
        written += text[copied : edit.span.start]
        old.append((edit.span.start + shared_start - start, edit.span.end - shared_end - start))
        new.append((len(written) + shared_start, len(written) + len(edit.text) - shared_end))
        written += edit.text
        copied = edit.span.end
    written += text[copied:end]
    return _lines(text[start:end], first, old), _lines(written, first + added, new)


def _shared(old: str, new: str) -> tuple[int, int]:
    """How many characters at the beginning and at the end stay."""
    most = min(len(old), len(new))
    start = next((i for i in range(most) if old[i] != new[i]), most)
    most -= start
    end = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return start, end


def _lines(text: str, first: int, places: Sequence[Range]) -> list[Side]:
    sides = []
    for number, found in enumerate(compiled(_LINE).finditer(text), first):
        start, end = found.span()
        size = len(_content(found[0]))
        inside = tuple(
            (min(left - start, size) if left > start else 0, min(right - start, size))
            for left, right in places
            if (left < end or left == start + size) and (right > start or left >= start)
        )
        sides.append(Side(number, found[0], inside))
    return sides


def _content(line: str) -> str:
    return line.rstrip("\r\n")


def _trim(old: list[Side], new: list[Side]) -> Hunk:
    """Without the lines that stay; line ends count only where nothing else changes."""
    ends_matter = [_content(side.text) for side in old] == [_content(side.text) for side in new]

    def stays(before: Side, after: Side) -> bool:
        if ends_matter:
            return before.text == after.text
        return _content(before.text) == _content(after.text)

    while old and new and stays(old[-1], new[-1]):
        old, new = old[:-1], new[:-1]
    while old and new and stays(old[0], new[0]):
        old, new = old[1:], new[1:]
    return Hunk(tuple(old), tuple(new))


def show(gutter: Gutter, hunk: Hunk) -> list[str]:
    """The hunk as rows: line by line where as many come as go, else first all that go."""
    if len(hunk.old) == len(hunk.new):
        rows = [row for pair in zip(hunk.old, hunk.new, strict=True) for row in _pair(gutter, *pair)]
    else:
        rows = [row for side in hunk.old for row in _alone(gutter, side, "-", "old")]
        rows += [row for side in hunk.new for row in _alone(gutter, side, "+", "new")]
    if len(rows) <= MOST:
        return rows
    return [
        *rows[: MOST - 1],
        gutter.row(None, "|", [("dim", f"… {len(rows) - MOST + 1} more lines")]),
    ]


def _pair(gutter: Gutter, old: Side, new: Side) -> Iterator[str]:
    if old.text == new.text:
        return
    lines = (_measured(old, new), _measured(new, old))
    places = list(zip(old.places, new.places, strict=False))
    for _, (before, after) in cut(lines, places, gutter.room):
        yield gutter.row(old.number, "-", [("old", text) for _, text in before.pieces()], "old")
        yield gutter.row(new.number, "+", [("new", text) for _, text in after.pieces()], "new")


def _alone(gutter: Gutter, side: Side, sign: str, look: str) -> Iterator[str]:
    for _, (view,) in cut([_measured(side)], [[place] for place in side.places], gutter.room):
        yield gutter.row(side.number, sign, [(look, text) for _, text in view.pieces()], look)


def _measured(side: Side, other: Side | None = None) -> Line:
    """The line; its end is shown only where it is all that differs."""
    content = _content(side.text)
    if other and content == _content(other.text):
        content = side.text
    return measure(content, opening=side.number == 1)
