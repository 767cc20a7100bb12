"""Text as a terminal shows it: made visible, measured in cells, wrapped."""

from __future__ import annotations

from netqlint.memo import memo
from netqlint.patterns import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netqlint.reporters.style import Piece

# a blank where no line is broken; `visible` text has none of its own
TIE = "\u00a0"
# all characters before this one take one cell each
COMBINING = "\u0300"


@memo(4096)
def show(character: str) -> str:
    """The character, or an escape for one that terminals act on or eyes overlook."""
    if character == "\t":
        return " "
    if character.isprintable():
        return character
    code = ord(character)
    if character in "\r\n":
        return "\\r" if character == "\r" else "\\n"
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


@memo(4096)
def cells_of(character: str) -> int:
    """The cells of a visible character: 2 if it is East Asian wide or an emoji, 0 if it combines.

    By Unicode Standard Annex 11 and the general category; vowels and finals of Hangul syllables
    written in parts join the cell of what stands before them.
    """
    if character < COMBINING or "\u2010" <= character <= "\u2027":  # dashes, quotes and `…`
        return 1
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


# what the runners of GitHub and Azure take for a command wherever in a line it stands
COMMAND = r"(?i)##(?:vso)?\["


def visible(text: str) -> str:
    """The text as it can be shown: no terminal and no log of a build acts on it."""
    shown = text if text.isprintable() else "".join(map(show, text))
    return tame(shown) if "##" in shown else shown


def tame(text: str) -> str:
    """Without commands that work within a line."""
    return compiled(COMMAND).sub(lambda found: found[0][:-1] + r"\x5b", text)


def opening(text: str) -> str:
    """Without the command that a GitHub runner reads in a line that begins with `::`, blanks before it aside."""
    bare = text.lstrip(f" {TIE}")
    return text.replace("::", r"\x3a:", 1) if bare.startswith("::") else text


def plain(words: str) -> str:
    """The words of a rule, with what they quote from files, on one line."""
    return visible(words.strip().replace("\n", " "))


def cells(text: str) -> int:
    """The cells that visible text takes."""
    return len(text) if narrow(text) else sum(map(cells_of, text))


def narrow(text: str) -> bool:
    """Whether visible text surely takes a cell for each character."""
    return text.isascii() or max(text) < COMBINING


def wrap(pieces: Iterable[Piece], room: int, hang: int = 0) -> list[list[Piece]]:
    """Lines of at most `room` cells, `hang` less from the second on, broken at blanks.

    What is tied holds together where it fits on a line, and a word breaks only where it is wider
    than a line. A blank is put between the pieces; they are visible text.
    """
    return [list(line) for line in _wrapped((tuple(pieces), room, hang))]


# what a rule says of one file of a fleet it says of fifty
@memo(1024)
def _wrapped(asked: tuple[tuple[Piece, ...], int, int]) -> list[list[Piece]]:
    pieces, room, hang = asked
    lines: list[list[Piece]] = []
    left = 0
    for look, word, size in _words(pieces, room - hang):
        if not lines or size + 1 > left:
            left = room - hang * bool(lines) - size
            lines.append([(look, word)])
            continue
        before, text = lines[-1][-1]
        if before == look:
            lines[-1][-1] = (look, f"{text} {word}")
        else:
            lines[-1] += [("", " "), (look, word)]
        left -= size + 1
    return [[(look, text.replace(TIE, " ")) for look, text in line] for line in lines]


def tie(text: str) -> str:
    """Text that is better not broken at its blanks."""
    return text.replace(" ", TIE)


def _words(pieces: Iterable[Piece], room: int) -> Iterator[tuple[str, str, int]]:
    """The words of the pieces, none wider than `room`, each with its look and its cells."""
    for look, text in pieces:
        width = len if text.isascii() else cells
        for word in text.split(" "):
            if "::" in word:
                # each word may come to begin a line
                word = opening(word)
            size = width(word)
            if size <= room:
                yield look, word, size
                continue
            word = word.replace("::", r":\x3a")
            for part in word.split(TIE):
                for piece in _slices(part, room):
                    yield look, piece, cells(piece)


def _slices(word: str, room: int) -> Iterator[str]:
    start, left = 0, room
    for nth, character in enumerate(word):
        size = cells(character)
        if size > left:
            yield word[start:nth]
            start, left = nth, room
        left -= size
    yield word[start:]
