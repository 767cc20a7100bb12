"""Words and texts as documents take them: one line, nothing that anybody acts on, nothing unpaired."""

from __future__ import annotations

from netqlint.reporters.cells import plain, visible
from netqlint.text import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Finding, Unread


def rule(finding: Finding) -> str:
    return visible(f"{finding.code} {finding.name}")


def sentence(words: str) -> str:
    """The words with a full stop."""
    said = plain(words)
    return said if said.endswith((".", "!", "?")) else f"{said}."


def place(finding: Finding) -> str:
    """`esx.conf:3:43`."""
    return visible(f"{finding.span.source.name}:{finding.span.line}:{finding.span.column}")


def row(finding: Finding) -> str:
    """The finding on one line that no runner of a build takes for a command."""
    return f"{finding.severity}: {place(finding)}: {rule(finding)}: {plain(finding.message)}"


def row_unread(one: Unread) -> str:
    return f"error: {visible(one.path)}: {visible(one.reason)}"


def well_formed(text: str) -> bool:
    """Whether a document can hold the text as it is: bytes that are no UTF-8 it cannot."""
    return not any("\udc80" <= character <= "\udcff" for character in text)


def as_read(text: str) -> str:
    """The text as every other program reads the file: U+FFFD for what is no UTF-8."""
    return text if well_formed(text) else encode(text).decode("utf-8", "replace")
