"""How much room there is on the terminal, and its colours."""

from __future__ import annotations

from netqlint.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# what a stretch of output is, and the SGR parameters (ECMA-48 §8.3.117) that show it
LOOKS = {
    "": "",
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "bold": "1",
    "dim": "2",
    "related": "34",
    "old": "31",
    "new": "32",
}

# a look, and the text that has it
Piece = tuple[str, str]


class Style(Record):
    """`width` in terminal cells; `colour` says whether escape sequences may be written."""

    width: int = 80
    colour: bool = False

    @property
    def room(self) -> int:
        """The cells a line may take; below 40 it is for the terminal to fold."""
        return max(self.width, 40)


PLAIN = Style()


def paint(pieces: Iterable[Piece], colour: bool) -> str:
    """One line of the pieces, without blanks at its end."""
    if not colour:
        return "".join([text for _, text in pieces]).rstrip(" ")
    line = ""
    blanks = ""
    for look, text in pieces:
        shown = text.rstrip(" ")
        if shown:
            code = LOOKS[look]
            line += blanks + (f"\033[{code}m{shown}\033[0m" if code else shown)
            blanks = ""
        blanks += " " * (len(text) - len(shown))
    return line
