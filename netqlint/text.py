"""What was read, and places in it: `Source` holds a text with its name, `Span` is a stretch of one."""

from __future__ import annotations

from netqlint.memo import memo
from netqlint.patterns import compiled
from netqlint.record import Record

BOM = "\ufeff"
# as Windows PowerShell writes files, by the mark they begin with
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_BROKEN = tuple(mark.decode("utf-8", "surrogateescape") for mark in _WIDE)


class Source(Record):
    """A text and the name it is reported under.

    The text is decoded as UTF-8 with `surrogateescape`: bytes that are no UTF-8 become lone surrogates, so
    `encode` gives back exactly what was read. `encoding` is how it was written where that is something else.
    """

    name: str
    text: str
    encoding: str = ""

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.text)} characters)"

    def span(self, start: int, end: int) -> Span:
        return Span(start, end, self)

    def saying(self, text: str) -> Source:
        """The same file with another text."""
        return Source(self.name, text, self.encoding)


class Span(Record):
    """Characters `start` to `end` (half open, from 0) of `source`.

    `line` and `column` count from 1, columns in code points; a byte order mark takes no column.
    """

    start: int
    end: int
    source: Source

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return position(self.source.text, self.start)[0]

    @property
    def column(self) -> int:
        return position(self.source.text, self.start)[1]

    @property
    def end_line(self) -> int:
        return position(self.source.text, self.end)[0]

    @property
    def end_column(self) -> int:
        return position(self.source.text, self.end)[1]

    def __repr__(self) -> str:
        return f"Span({self.start}, {self.end}, {self.text!r})"

    def before(self) -> Span:
        """The empty place in front of this one."""
        return Span(self.start, self.start, self.source)

    def after(self) -> Span:
        """The empty place behind this one."""
        return Span(self.end, self.end, self.source)

    def to(self, other: Span) -> Span:
        """From the start of this one to the end of `other`, which lies behind it in the same source."""
        return Span(self.start, other.end, self.source)


def decode(data: bytes, name: str) -> Source:
    encoding = _WIDE.get(data[:2])
    # what begins with a NUL is UTF-32, or no text at all
    if encoding and data[2:4] != b"\0\0":
        try:
            return Source(name, data.decode(encoding), encoding)
        except UnicodeDecodeError:
            pass
    return Source(name, data.decode("utf-8", "surrogateescape"))


def broken(source: Source) -> bool:
    """Whether a text begins as UTF-16 and then is none, so that it was read byte by byte."""
    return not source.encoding and source.text.startswith(_BROKEN)


def legible(source: Source) -> str:
    """What can be read of a text, also of one that is broken: its places are other ones then."""
    if not broken(source):
        return source.text
    data = encode(source.text)
    return data.decode(_WIDE[data[:2]], "ignore")


def encode(text: str, encoding: str = "") -> bytes:
    """The bytes of a text, in the `encoding` of its source."""
    return text.encode(encoding, "surrogatepass") if encoding else text.encode("utf-8", "surrogateescape")


@memo(4)
def line_starts(text: str) -> tuple[int, ...]:
    """Where each line begins; LF, CRLF and a lone CR end a line, nothing else does."""
    if "\r" in text:
        return (0, *[match.end() for match in compiled(r"\r\n|\r|\n").finditer(text)])
    # as most texts have it, and in half the time
    starts, end = [0], text.find("\n")
    while end >= 0:
        starts.append(end + 1)
        end = text.find("\n", end + 1)
    return tuple(starts)


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character offset from 0."""
    # most texts have nothing in them to point at, and loading this takes a fiftieth of a check
    from bisect import bisect_right

    starts = line_starts(text)
    line = bisect_right(starts, offset)
    column = offset - starts[line - 1] + 1
    return line, column - (line == 1 and column > 1 and text.startswith(BOM))
