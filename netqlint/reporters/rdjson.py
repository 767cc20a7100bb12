"""The report in the Reviewdog Diagnostic Format: columns in bytes of UTF-8, ends exclusive."""

from __future__ import annotations

from netqlint.reporters.cells import plain, visible
from netqlint.reporters.places import places
from netqlint.reporters.words import row, well_formed
from netqlint.text import BOM, line_starts, position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.finding import Finding, Fix, Report
    from netqlint.reporters.setting import Setting
    from netqlint.text import Span

    Plain = dict[str, object]

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}
SOURCE = {"name": "netqlint"}
# lines that one suggestion may replace; a review shows no more of use
MOST = 30


def render(report: Report, setting: Setting) -> str:
    import json

    return json.dumps({"source": SOURCE, "diagnostics": list(diagnostics(report, setting))}, indent=2) + "\n"


def diagnostics(report: Report, setting: Setting) -> Iterator[Plain]:
    """The diagnostics, what could not be read first."""
    for one in sorted(report.unread, key=lambda one: (one.path, one.reason)):
        yield {
            "message": visible(one.reason),
            "location": {"path": visible(setting.place(one.path))},
            "severity": "ERROR",
            "source": SOURCE,
            "code": {"value": "not-read"},
        }
    for finding in sorted(report.findings, key=lambda finding: finding.sort_key):
        yield _diagnostic(finding, setting)


def _diagnostic(finding: Finding, setting: Setting) -> Plain:
    diagnostic: Plain = {
        "message": plain(finding.message),
        "location": _location(finding.span, setting),
        "severity": SEVERITIES[finding.severity],
        "source": SOURCE,
        "code": {"value": finding.code},
        "original_output": row(finding),
    }
    if finding.related:
        diagnostic["related_locations"] = [
            {"message": plain(label.text), "location": _location(label.span, setting)} for label in finding.related
        ]
    suggestion = _suggestion(finding) if finding.fix else None
    if suggestion:
        diagnostic["suggestions"] = [suggestion]
    return diagnostic


def _location(span: Span, setting: Setting) -> Plain:
    return {"path": visible(setting.place(span.source.name)), "range": _range(span.source.text, span.start, span.end)}


def _range(text: str, start: int, end: int) -> Plain:
    known = places(text, (start, end))
    ends = {"start": known[start], "end": known[end]}
    return {name: {"line": place["line"], "column": place["byte_column"]} for name, place in ends.items()}


def _suggestion(finding: Finding) -> Plain | None:
    """The whole lines that a fix changes: several suggestions would be several fixes to choose from."""
    fix, source = finding.fix, finding.span.source
    if not fix or not _one_place(fix, finding.span):
        return None
    text = source.text
    starts = line_starts(text)
    edits = sorted(fix.edits, key=lambda edit: (edit.span.start, edit.span.end))
    first, (last, column) = position(text, edits[0].span.start)[0], position(text, edits[-1].span.end)
    if last - first >= MOST:
        return None
    start, end = starts[first - 1], edits[-1].span.end
    if start == 0 < edits[0].span.start and text.startswith(BOM):
        # it takes no column, so it cannot be within a range
        start = len(BOM)
    if column > 1 or last == first:
        line_end = starts[last] if last < len(starts) else len(text)
        end += len(text[end:line_end].rstrip("\r\n"))
    new, copied = "", start
    for edit in edits:
        new += text[copied : edit.span.start] + edit.text
        copied = edit.span.end
    new += text[copied:end]
    return {"range": _range(text, start, end), "text": new} if well_formed(new) else None


def _one_place(fix: Fix, span: Span) -> bool:
    """Whether there is something to change, all of it in the file of the finding."""
    return bool(fix.edits) and fix.applicability != "display" and all(e.span.source == span.source for e in fix.edits)
