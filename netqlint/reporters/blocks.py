"""What a person is told of findings: all of a line under one showing of it, framed and marked."""

from __future__ import annotations

from itertools import groupby

from netqlint.finding import Finding
from netqlint.reporters.cells import plain, tie, visible, wrap
from netqlint.reporters.change import show
from netqlint.reporters.frame import Gutter, frame
from netqlint.reporters.marks import content, draw
from netqlint.reporters.offers import Offer, offers
from netqlint.reporters.style import Style, paint
from netqlint.reporters.summary import APPLICATION
from netqlint.reporters.views import measure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netqlint.reporters.marks import Marked
    from netqlint.text import Source, Span


def blocks(findings: Iterable[Finding], style: Style) -> list[list[str]]:
    """The rows for each line that has findings, in the order of the lines."""
    return [_block(group, style) for group in _by_line(findings)]


def _by_line(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings of each line, one file after the other: where its lines begin is worked out once."""
    for _, found in groupby(sorted(findings, key=lambda finding: finding.sort_key), lambda found: found.span.source):
        for _, group in groupby(found, lambda finding: finding.span.line):
            yield list(group)


def _block(findings: Sequence[Finding], style: Style) -> list[str]:
    """All that is to be said about one line of one file."""
    spans = [finding.span for finding in findings]
    spans += [label.span for finding in findings for label in finding.related]
    several = len({finding.code for finding in findings}) > 1
    marks = draw(findings, several)
    offered = offers(findings)
    changed = [hunk for offer in offered for change in offer.changes for hunk in change.hunks]
    numbers = [line for lines in marks.values() for line in lines]
    numbers += [side.number for hunk in changed for side in (*hunk.old, *hunk.new)]
    gutter = Gutter(style, len(str(max(numbers))))
    rows = [row for finding in findings for row in _header(finding, style)]
    for source, lines in marks.items():
        arrow = "-->" if source == spans[0].source else ":::"
        first = next(span for span in spans if span.source == source)
        rows += [_place(gutter, arrow, first), *_framed(gutter, source, lines)]
    rows += _reasons(gutter, findings, several)
    for offer in offered:
        rows += _offer(gutter, offer, spans[0].source, several)
    return [*rows, *_pages(gutter, findings)]


def _header(finding: Finding, style: Style) -> list[str]:
    head = f"{finding.severity}[{finding.code} {finding.name}]:"
    lines = wrap([(finding.severity, visible(head)), ("bold", plain(finding.message))], style.room, 4)
    return [paint([("", "    " if nth else ""), *line], style.colour) for nth, line in enumerate(lines)]


def _place(gutter: Gutter, arrow: str, span: Span) -> str:
    margin = " " * (gutter.digits + 1)
    where = visible(f"{span.source.name}:{span.line}:{span.column}")
    return paint([("dim", f"{margin}{arrow}"), ("", f" {where}")], gutter.style.colour)


def _framed(gutter: Gutter, source: Source, lines: Marked) -> list[str]:
    rows = [gutter.row(None, "|", ())]
    last = 0
    for number, marks in sorted(lines.items()):
        if last and number > last + 1:
            rows.append(paint([("dim", "...")], gutter.style.colour))
        rows += frame(gutter, number, measure(content(source, number), number == 1), marks)
        last = number
    return rows


def _reasons(gutter: Gutter, findings: Iterable[Finding], several: bool) -> list[str]:
    rows = []
    for code, why in dict.fromkeys((finding.code, finding.why) for finding in findings):
        name = f"why {code}:" if several else "why:"
        rows += gutter.note([("bold", visible(name)), ("", plain(why))]) if why else []
    return rows


def _offer(gutter: Gutter, offer: Offer, here: Source, several: bool) -> list[str]:
    rows = []
    for code, fix in offer.fixes:
        name = f"fix {code}" if several else "fix"
        words = f"{name} ({APPLICATION[fix.applicability]}):"
        rows += gutter.note([("bold", visible(words)), ("", plain(fix.title))])
    for change in offer.changes:
        if change.first.source != here:
            rows.append(_place(gutter, ":::", change.first))
        rows += [row for hunk in change.hunks for row in show(gutter, hunk)]
    return rows


def _pages(gutter: Gutter, findings: Iterable[Finding]) -> list[str]:
    codes = dict.fromkeys(finding.code for finding in findings)
    pages = " · ".join(tie(visible(f"netqlint explain {code}")) for code in codes)
    return gutter.note([("bold", "see:"), ("", pages)])
