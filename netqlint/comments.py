"""Comments that are meant for netqlint: where they stand in a text, and which of its lines they speak of.

Each surface that has comments has a reader here. What a comment says is none of its business.
"""

from __future__ import annotations

import re
from itertools import pairwise

from netqlint.record import Record
from netqlint.text import BOM, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from netqlint.text import Source, Span

_WORD = re.compile("(?i)netqlint")
_BLANKS = " \t"
_LINE_ENDS = "\r\n"
_BEHIND = re.compile(r'"[^"]*"[ \t]*(#.*)')
# how a line of YAML begins that has a key
_KEY = re.compile(r"[ \t]*(?:-[ \t]+)*[\"']?[\w.-]+[\"']?[ \t]*:(?:[ \t\r\n]|\Z)")
# in a script a comment may stand behind anything that is not part of its word
_BEHIND_CMDLET = re.compile(r"(?i)[ \t;)}](?:<(?=#.*#>[ \t]*$))?(#[ \t]*netqlint\b.*)")
_BEHIND_COMMAND = re.compile(r"(?i)[ \t;](#[ \t]*netqlint\b.*)")


class Comment(Record):
    """`text` begins with the sign of the comment; `about` is what it speaks of.

    `whole` is what goes when the comment goes; None where the surface does not take it for a comment.
    """

    text: Span
    about: Span
    whole: Span | None


def comments(source: Source, surface: str) -> list[Comment]:
    """The comments that hold the word netqlint, in the order of the text."""
    return list(READERS[surface](source)) if surface in READERS else []


def room_above(source: Source, line: int, surface: str) -> int:
    """Where a comment about a line (from 1) goes: above it, and above the lines it goes on from."""
    starts = (*line_starts(source.text), len(source.text))
    if surface == "ansible":
        while line > 1 and not _KEY.match(source.text, starts[line - 1]):
            line -= 1
    return _first(source, starts, line - 1, _GOES_ON.get(surface, ""))


def sign(surface: str) -> str:
    """What a comment on a line of its own begins with; empty where there are none."""
    return "# " if surface in READERS else ""


def _esxconf(source: Source) -> Iterator[Comment]:
    """A comment speaks of the next line that says anything; behind a value it speaks of its own line."""
    return _lines(source, _BEHIND, "")


def _script(source: Source) -> Iterator[Comment]:
    """As in esx.conf; a command that goes on below its line is spoken of as a whole."""
    return _lines(source, _BEHIND_COMMAND, "\\")


def _powershell(source: Source) -> Iterator[Comment]:
    """As in a script; a comment between `<#` and `#>` has one line to itself, or the end of one."""
    for comment in _lines(source, _BEHIND_CMDLET, "`"):
        text = comment.text
        end = text.text.rstrip(_BLANKS)
        if end.endswith("#>"):
            inner = len(end[:-2].rstrip(_BLANKS))
            comment = Comment(source.span(text.start, text.start + inner), comment.about, comment.whole)
        yield comment


def _playbook(source: Source) -> Iterator[Comment]:
    """As in a script; what is indented below the line belongs to it, so that a comment may stand above a task."""
    text, starts = source.text, (*line_starts(source.text), len(source.text))
    for comment in _lines(source, _BEHIND_COMMAND, ""):
        about = comment.about
        if comment.whole is not None and about.start < about.end:
            depth = _depth(about.text)
            end = about.end
            for start, stop in pairwise(starts):
                line = text[start:stop]
                if start >= end and (not line.strip() or _depth(line) > depth):
                    end = stop
                elif start >= end:
                    break
            about = source.span(about.start, end)
        yield Comment(comment.text, about, comment.whole)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(_BLANKS))


def _lines(source: Source, behind_what: re.Pattern[str], goes_on: str) -> Iterator[Comment]:
    text, starts = source.text, (*line_starts(source.text), len(source.text))
    found = _WORD.search(text)
    while found:
        number = _line(starts, found.start())
        start, end = starts[number], starts[number + 1]
        line = text[start:end].rstrip(_LINE_ENDS)
        first = len(line) - len(line.lstrip(_BLANKS + BOM))
        behind = behind_what.search(line)
        boxed = behind_what is _BEHIND_CMDLET and line[first:].startswith("<#")
        if line[first:].startswith("#") or (boxed and line.rstrip(_BLANKS).endswith("#>")):
            yield Comment(
                source.span(start + first + boxed, start + len(line.rstrip(_BLANKS))),
                _next_line(source, starts, number, goes_on),
                _whole(source, start + len(BOM) * line.startswith(BOM), start + len(line), end),
            )
        elif behind:
            about = source.span(_first(source, starts, number, goes_on), start + len(line))
            yield Comment(source.span(start + behind.start(1), start + len(line.rstrip(_BLANKS))), about, None)
        found = _WORD.search(text, end)


def _line(starts: tuple[int, ...], at: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts[:-1], at) - 1


def _first(source: Source, starts: tuple[int, ...], number: int, goes_on: str) -> int:
    """Where the line begins, or the first of the lines that it goes on from."""
    while goes_on and number and source.text[: starts[number]].rstrip(_LINE_ENDS).endswith(goes_on):
        number -= 1
    return starts[number]


def _next_line(source: Source, starts: tuple[int, ...], number: int, goes_on: str) -> Span:
    """The next line that is neither empty nor a comment, so that comments can stand below one another."""
    begun: int | None = None
    for start, end in zip(starts[number + 1 :], starts[number + 2 :], strict=False):
        line = source.text[start:end].strip()
        if begun is not None or (line and not line.startswith("#")):
            begun = start if begun is None else begun
            if not goes_on or not line.endswith(goes_on):
                return source.span(begun, end)
    if begun is not None:
        return source.span(begun, len(source.text))
    return source.span(len(source.text), len(source.text))


def _whole(source: Source, start: int, end: int, ended: int) -> Span:
    """The line with its line end; the last one goes with the line end before it."""
    if ended > end:
        return source.span(start, ended)
    before = source.text[:start]
    if before.endswith("\r\n"):
        return source.span(start - 2, end)
    return source.span(start - before.endswith(("\r", "\n")), end)


# what a line ends with that goes on below
_GOES_ON = {"shell": "\\", "kickstart": "\\", "powershell": "`"}

READERS: Mapping[str, Callable[[Source], Iterator[Comment]]] = {
    "esxconf": _esxconf,
    "shell": _script,
    "kickstart": _script,
    "powershell": _powershell,
    "ansible": _playbook,
    "terraform": _playbook,
    "puppet": _playbook,
}
