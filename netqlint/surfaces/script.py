"""Texts that a shell reads: their syntax tree, and words whose every character knows where it was written."""

from __future__ import annotations

from bisect import bisect_left

from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.text import Source, Span, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from tree_sitter import Node

    _Words = Sequence["Written"]
else:
    _Words = object

# Stands for what nobody knows before the script runs: a variable, the output of a command, a template.
HOLE = "\ue000"
BLANKS = " \t\r\n\f\v"
_EXPANSIONS = frozenset(
    ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
)
# what a shell does not take for itself
_MEANS_MORE = r"[\\\"'$`<>(]"
# words that are nothing but letters and quotes, and a command of such words; what has matched is not tried again
_PIECE = r"""[A-Za-z0-9_./:=,@%+-]++|"[^"\\$`]*+"|'[^']*+'"""
# the parser takes == for more than a word
_WORD = rf"(?!==)(?:{_PIECE})++"
_COMMAND = rf"[A-Za-z0-9_./-]++(?:[ \t]++{_WORD})*+"
# a line that is nothing, a comment, or such a command; what begins with one of these words is no command, or not alone
_KEYWORDS = (
    "if|then|elif|else|fi|case|esac|for|while|until|do|done|select|in|function|time|coproc|"
    "declare|typeset|export|readonly|local|unset|unsetenv"
)
_LINE = rf"[ \t]*+(?:#[^\n]*+|(?!(?:{_KEYWORDS})(?![A-Za-z0-9_./-]))({_COMMAND})[ \t]*+)?(?:\n|\Z)"
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


class Written(Record):
    """What a stretch of a script says once quotes and escapes are gone.

    `starts` and `ends` tell for each character of `text` which characters of the source say it. `span` is the whole
    stretch as written, quotes and all; `bare` says that nothing in it is quoted or escaped. `inside` are the quotes
    that stand round it, in whatever text holds this one, and what else ends that text. `cuts` are the characters that
    a bare one ends at, `wants` is the quote that anything but a number needs in its place.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    span: Span
    bare: bool = False
    inside: str = ""
    cuts: str = BLANKS
    wants: str = ""

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return HOLE not in self.text

    @property
    def plain(self) -> bool:
        """Whether the source has these very characters, one after the other."""
        return not self.starts or self.place(0, len(self.text)).text == self.text

    @property
    def inner(self) -> Span:
        """What is written between the quotes; for nothing at all the empty place there."""
        return self.place(0, len(self.text))

    def place(self, start: int, end: int) -> Span:
        """Where these characters of `text` stand in the source."""
        source = self.span.source
        if start < end:
            return Span(self.starts[start], self.ends[end - 1], source)
        if not self.text:
            # between the quotes, where there are any
            at = self.span.start + (self.span.end - self.span.start) // 2
        else:
            at = self.ends[start - 1] if start else self.starts[0]
        return Span(at, at, source)

    def part(self, start: int, end: int) -> Written:
        return Written(
            self.text[start:end],
            self.starts[start:end],
            self.ends[start:end],
            self.place(start, end),
            self.bare,
            self.inside,
            self.cuts,
            self.wants,
        )


def joined(words: Sequence[Written]) -> Written:
    """Words as one text, as ssh and eval make of them."""
    if len(words) == 1:
        # a range of places stays one
        word = words[0]
        return Written(word.text, word.starts, word.ends, word.span, False, _each(word.inside))
    verbatim = words.joined() if isinstance(words, Words) else None
    if verbatim is not None:
        return verbatim
    inside = _each("".join(word.inside for word in words))
    text, starts, ends = "", [], []
    for number, word in enumerate(words):
        if number:
            text += " "
            starts.append(words[number - 1].span.end)
            ends.append(word.span.start)
        text += word.text
        starts += word.starts
        ends += word.ends
    return Written(text, starts, ends, words[0].span.to(words[-1].span), inside=inside)


def _each(quotes: str) -> str:
    """Each of the quotes once."""
    return "".join(sorted(set(quotes))) if len(quotes) > 1 else quotes


class Words(_Words):
    """The words of a plain command, made when somebody looks: of a call of ssh few do, for it runs a text."""

    __slots__ = ("_made", "_places", "_script")

    def __init__(self, script: Script, places: Sequence[tuple[int, int]]) -> None:
        self._script, self._places = script, places
        self._made: dict[int, Written] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return Words(self._script, self._places[number])
        if number not in self._made:
            self._made[number] = self._script.plain(*self._places[number])
        return self._made[number]

    def __iter__(self) -> Iterator[Written]:
        return map(self.__getitem__, range(len(self._places)))

    def joined(self) -> Written | None:
        """All of them as one text, where that is what is written."""
        start, end = self._places[0][0], self._places[-1][1]
        script, shift = self._script, self._script.shift
        text = script.text[start:end]
        if shift is None or '"' in text or "'" in text or "\t" in text or "  " in text:
            return None
        start, end = start + shift, end + shift
        span = Span(start, end, script.written.span.source)
        inside = _each(script.written.inside)
        return Written(text, range(start, end), range(start + 1, end + 1), span, False, inside)


class Script:
    """A shell text in place: a source, a stretch of one, or what a word or here-document of another says."""

    def __init__(self, written: Written) -> None:
        self.written = written
        self.text = written.text
        # which of its stretches have been found to leave what is round them
        self.leaves: dict[tuple[int, int], bool] = {}
        # where a text stands in its source as it is, places are sums
        verbatim = isinstance(written.starts, range)
        self.shift = written.starts[0] if verbatim and self.text else None
        self._bytes = None if self.text.isascii() else offsets(self.text)
        self._root: Node | None = None

    @property
    def root(self) -> Node:
        """The tree of the text."""
        if self._root is None:
            from netqlint.surfaces.parser import tree

            self._root = tree(encode(self.text))
        return self._root

    def range(self, node: Node) -> tuple[int, int]:
        """The characters of this text that a node covers."""
        if self._bytes is None:
            return node.start_byte, node.end_byte
        return self._bytes[node.start_byte], self._bytes[node.end_byte]

    def node(self, start: int, end: int) -> Node | None:
        """The smallest node that covers these characters."""
        if self._bytes is not None:
            start, end = bisect_left(self._bytes, start), bisect_left(self._bytes, end)
        return self.root.descendant_for_byte_range(start, end)

    def place(self, node: Node) -> Span:
        return self.written.place(*self.range(node))

    def words(self, node: Node) -> Sequence[Written]:
        """The name of a command and its arguments, without assignments in front and redirections."""
        start, end = self.range(node)
        if not node.has_error and compiled(_COMMAND).fullmatch(self.text, start, end):
            # as nearly all are; of those the tree has nothing to add
            return self.plain_words(start, end)
        return [self.word(child) for child in words_of(node)]

    def plain_words(self, start: int, end: int) -> Words:
        """The words of a stretch that is one plain command."""
        return Words(self, [match.span() for match in compiled(_WORD).finditer(self.text, start, end)])

    def commands(self) -> list[tuple[int, int]] | None:
        """Where the commands of a text stand that has a plain one on each line; None for any other text.

        To parse such a text takes twice as long as all that is made of it.
        """
        found: list[tuple[int, int]] = []
        at, line = 0, compiled(_LINE)
        while at < len(self.text):
            match = line.match(self.text, at)
            if match is None:
                return None
            if match[1]:
                found.append(match.span(1))
            at = match.end()
        return found

    def plain(self, start: int, end: int) -> Written:
        """A word of letters and quotes."""
        text = self.text[start:end]
        if '"' not in text and "'" not in text:
            return self._verbatim(start, end, start, end, "")
        quote = text[0]
        if quote in "\"'" and text.find(quote, 1) == len(text) - 1:
            return self._verbatim(start, end, start + 1, end - 1, quote)
        return self._pieces(start, end)

    def _verbatim(self, start: int, end: int, first: int, last: int, quote: str) -> Written:
        """A word that says what is written between two places of it; `quote` stands round that."""
        outer, shift = self.written, self.shift
        text = self.text[first:last]
        inside = outer.inside + quote
        if shift is None:
            starts, ends = outer.starts[first:last], outer.ends[first:last]
            return Written(text, starts, ends, outer.place(start, end), not quote, inside)
        first, last = first + shift, last + shift
        span = Span(start + shift, end + shift, outer.span.source)
        return Written(text, range(first, last), range(first + 1, last + 1), span, not quote, inside)

    def _pieces(self, start: int, end: int) -> Written:
        """A word of which some is in quotes: `--name="value"`."""
        outer = self.written
        text, quotes = "", set(outer.inside)
        starts: list[int] = []
        ends: list[int] = []
        for match in compiled(_PIECE).finditer(self.text, start, end):
            first, last = match.span()
            if self.text[first] in "\"'":
                quotes.add(self.text[first])
                first, last = first + 1, last - 1
            text += self.text[first:last]
            starts += outer.starts[first:last]
            ends += outer.ends[first:last]
        return Written(text, starts, ends, outer.place(start, end), False, "".join(sorted(quotes)))

    def word(self, node: Node) -> Written:
        """A word of a command without its quotes and escapes."""
        start, end = self.range(node)
        return self._simple(start, end) or self._unquoted(start, end, list(self._holes(node)))

    def _simple(self, start: int, end: int) -> Written | None:
        """A word that stands for itself, or would without the quotes round it; most do."""
        text = self.text[start:end]
        quoted = len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]
        if compiled(_MEANS_MORE).search(text[1:-1] if quoted else text):
            return None
        return self._verbatim(start, end, start + quoted, end - quoted, text[0] if quoted else "")

    def document(self, node: Node, quoted: bool, indented: bool) -> Written:
        """The body of a here-document; in a quoted one every character stands for itself."""
        start, end = self.range(node)
        return self._body(start, end, [] if quoted else list(self._holes(node)), quoted, indented)

    def _holes(self, node: Node) -> Iterator[tuple[int, int]]:
        if node.type in _EXPANSIONS:
            yield self.range(node)
        elif node.type != "raw_string":
            for child in node.children:
                yield from self._holes(child)

    def _unquoted(self, start: int, end: int, holes: Sequence[tuple[int, int]]) -> Written:
        text, known = self.text, dict(holes)
        made: list[tuple[str, int, int]] = []
        inside, at, bare = "", start, True
        used = set(self.written.inside)
        while at < end:
            sign, after = text[at], text[at + 1 : at + 2]
            step = 1
            if at in known and inside != "'":
                step = known[at] - at
                made.append((HOLE, at, at + step))
            elif inside == "'":
                if sign == "'":
                    inside = ""
                else:
                    made.append((sign, at, at + 1))
            elif inside == "$'":
                if sign == "'":
                    inside = ""
                elif sign == "\\" and after:
                    step = 2
                    made.append((_ESCAPED.get(after, after), at, at + 2))
                else:
                    made.append((sign, at, at + 1))
            elif sign == "\\" and after and at + 1 < end and (not inside or after in '$`"\\\n'):
                step, bare = 2, bare and after == "\n"
                if after != "\n":
                    made.append((after, at, at + 2))
            elif sign == '"':
                inside, bare = "" if inside else '"', False
            elif sign == "'" and not inside:
                inside, bare = "'", False
            elif sign == "$" and after == "'" and not inside:
                step, inside, bare = 2, "$'", False
            else:
                made.append((sign, at, at + 1))
            used.update(inside[-1:])
            at += step
        return self._made(made, start, end, bare, "".join(sorted(used)))

    def _body(self, start: int, end: int, holes: Sequence[tuple[int, int]], quoted: bool, indented: bool) -> Written:
        text, known = self.text, dict(holes)
        made: list[tuple[str, int, int]] = []
        at = start
        while at < end:
            sign, step = text[at], 1
            if at in known:
                step = known[at] - at
                made.append((HOLE, at, at + step))
            elif not quoted and sign == "\\" and text[at + 1 : at + 2] in ("$", "`", "\\", "\n"):
                step = 2
                if text[at + 1] != "\n":
                    made.append((text[at + 1], at, at + 2))
            elif not (indented and sign == "\t" and (at == start or (text[at - 1] in "\n\t" and _leads(text, at)))):
                made.append((sign, at, at + 1))
            at += step
        return self._made(made, start, end, True, self.written.inside)

    def _made(self, made: Iterable[tuple[str, int, int]], start: int, end: int, bare: bool, inside: str) -> Written:
        outer = self.written
        chars, starts, ends = [], [], []
        for sign, first, last in made:
            place = outer.place(first, last)
            chars.append(sign)
            starts.append(place.start)
            ends.append(place.end)
        return Written("".join(chars), starts, ends, outer.place(start, end), bare, inside)


def words_of(node: Node) -> Iterator[Node]:
    """The name of a command and its arguments, without assignments in front and redirections."""
    for child in node.children:
        if child.type == "command_name":
            yield from child.children or [child]
        elif child.is_named and child.type not in (
            "variable_assignment",
            "file_redirect",
            "herestring_redirect",
            "heredoc_redirect",
            "comment",
        ):
            yield child


def whole(source: Source, start: int, end: int) -> Written:
    """A stretch of a source, every character of which stands for itself."""
    return Written(source.text[start:end], range(start, end), range(start + 1, end + 1), source.span(start, end), True)


def _leads(text: str, at: int) -> bool:
    """Whether nothing but tabs stands before this character on its line."""
    return not text[text.rfind("\n", 0, at) + 1 : at].strip("\t")


def offsets(text: str) -> list[int]:
    """By the number of each byte of a text, the character it belongs to."""
    offsets: list[int] = []
    for number, character in enumerate(text):
        offsets += [number] * len(encode(character))
    return [*offsets, len(text)]
