"""Standard output and standard error: what is written to them, and how wide and colourful they are."""

from __future__ import annotations

import os
import sys

from netqlint.arguments import WIDTH
from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.reporters.style import Style


def say(document: str) -> None:
    """Write what the call asked for to stdout, and nothing else ever."""
    put(document.encode("utf-8", "backslashreplace"))


def put(data: bytes) -> None:
    """Write bytes to stdout."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_stdout()
        raise NetqlintError(f"standard output cannot be written: {(error.strerror or str(error)).lower()}") from None


def forget_stdout() -> None:
    """Python would complain of a closed pipe or a full disk once more on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(text: str) -> None:
    """One line on stderr, whatever the text: it may quote a configuration."""
    from netqlint.reporters.cells import visible

    try:
        print(f"netqlint: {visible(' '.join(text.split()))}", file=sys.stderr)
    except OSError:
        # where nobody can be told, the exit code still tells
        return


def tell_lines(text: str) -> None:
    """Whole lines on stderr: help for who has not asked, a report where stdout is taken."""
    print(text.encode("utf-8", "backslashreplace").decode(), end="", file=sys.stderr)


def style(when: str, file: str = "") -> Style:
    """How to write for people: colours `auto`, `always` or `never`; a file has none of its own accord."""
    from netqlint.reporters.style import Style

    terminal = sys.stdout.isatty() and not file
    colour = {"always": True, "never": False}.get(when, _coloured(terminal, bool(file)))
    return Style(width(terminal), colour)


def _coloured(terminal: bool, to_file: bool) -> bool:
    """NO_COLOR over FORCE_COLOR over the terminal; both count when they are not empty."""
    if os.environ.get("NO_COLOR") or to_file:
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def width(terminal: bool) -> int:
    """The columns there are: what COLUMNS says, else those of the terminal, else 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdecimal() and 0 < int(columns[:6]) < 10_000:
        return int(columns[:6])
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH if terminal else WIDTH
    except OSError:
        return WIDTH
