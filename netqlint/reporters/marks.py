"""What is underlined for the findings of a line, and with which words."""

from __future__ import annotations

from netqlint.finding import SEVERITIES, Finding
from netqlint.reporters.cells import plain
from netqlint.reporters.frame import Mark
from netqlint.text import Source, Span, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    # the marks of a file by line, lines from 1
    Marked = dict[int, list[Mark]]

    # the line, the characters of it from 0, whether the place goes on in the next line, the glyph
    Underlined = tuple[Source, int, int, int, bool, str]


def draw(findings: Sequence[Finding], several: bool) -> dict[Source, Marked]:
    """The marks by file, that of the findings first; each tells its code where there are `several`.

    Findings at the very same place share a mark, in the colour of the gravest.
    """
    drawn: dict[Underlined, list[tuple[str, str]]] = {}
    for finding in findings:
        words = finding.code if several else ""
        drawn.setdefault(_underlined(finding.span, "^"), []).append((finding.severity, words))
    for finding in findings:
        for label in finding.related:
            words = plain(label.text)
            if several:
                words = f"{finding.code}: {words}" if words else finding.code
            drawn.setdefault(_underlined(label.span, "-"), []).append(("related", words))
    marks: dict[Source, Marked] = {}
    for (source, line, start, end, goes_on, glyph), same in drawn.items():
        look = min((look for look, _ in same), key=_gravity)
        words = ", ".join(dict.fromkeys(words for _, words in same if words))
        mark = Mark(start, end, glyph, look, words, goes_on)
        marks.setdefault(source, {}).setdefault(line, []).append(mark)
    return marks


def content(source: Source, line: int) -> str:
    """A line, counted from 1, without its end; a byte order mark stays."""
    starts = line_starts(source.text)
    end = starts[line] if line < len(starts) else len(source.text)
    return source.text[starts[line - 1] : end].rstrip("\r\n")


def _underlined(span: Span, glyph: str) -> Underlined:
    starts = line_starts(span.source.text)
    line, size = span.line, len(content(span.source, span.line))
    start, end = (min(offset - starts[line - 1], size) for offset in (span.start, span.end))
    beyond = span.source.text[starts[line] : span.end] if line < len(starts) else ""
    return span.source, line, start, end, beyond.strip("\r\n") != "", glyph


def _gravity(look: str) -> int:
    return SEVERITIES.index(look) if look in SEVERITIES else len(SEVERITIES)
