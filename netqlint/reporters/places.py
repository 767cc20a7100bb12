"""Where characters stand, counted in the units that readers of documents ask for."""

from __future__ import annotations

from bisect import bisect_right

from netqlint.text import BOM, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    # offset and byte_offset from 0; line and the columns from 1
    Place = dict[str, int]

_LONE = {"utf-8": "surrogateescape", "utf-16-le": "surrogatepass"}


def places(text: str, offsets: Iterable[int]) -> dict[int, Place]:
    """The place of each character offset: columns in code points, in bytes of UTF-8 and in units of UTF-16.

    A byte order mark takes no column, but its three bytes count in `byte_offset`. All are worked
    out in one walk through the text.
    """
    starts = line_starts(text)
    lines = {offset: bisect_right(starts, offset) for offset in offsets}
    begins = {offset: starts[line - 1] for offset, line in lines.items()}
    if text.startswith(BOM):
        begins.update({offset: len(BOM) for offset, line in lines.items() if line == 1 and offset})
    at = _sizes(text, {*begins, *begins.values()}, "utf-8", 1)
    wide = _sizes(text, {*begins, *begins.values()}, "utf-16-le", 2)
    return {
        offset: {
            "offset": offset,
            "byte_offset": at[offset],
            "line": line,
            "column": offset - begins[offset] + 1,
            "byte_column": at[offset] - at[begins[offset]] + 1,
            "utf16_column": wide[offset] - wide[begins[offset]] + 1,
        }
        for offset, line in lines.items()
    }


def _sizes(text: str, offsets: Iterable[int], encoding: str, unit: int) -> dict[int, int]:
    """How many units stand before each offset; a lone surrogate is the one byte, or unit, it came from."""
    if text.isascii():
        return {offset: offset for offset in offsets}
    at = {}
    last = size = 0
    for offset in sorted(offsets):
        size += len(text[last:offset].encode(encoding, _LONE[encoding])) // unit
        at[offset] = size
        last = offset
    return at
