"""The report in the form of Checkstyle, which many servers read."""

from __future__ import annotations

from netqlint.reporters.cells import plain
from netqlint.reporters.words import rule
from netqlint.reporters.xml import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Finding, Report
    from netqlint.reporters.setting import Setting
    from netqlint.reporters.xml import Element


def render(report: Report, setting: Setting) -> str:
    files: dict[str, list[Element]] = {name: [] for name in sorted(report.checked)}
    for one in sorted(report.unread, key=lambda one: (one.path, one.reason)):
        said = {"line": 1, "severity": "error", "message": one.reason, "source": "netqlint.not-read"}
        files.setdefault(one.path, []).append(("error", said, ()))
    for finding in sorted(report.findings, key=lambda finding: finding.sort_key):
        files.setdefault(finding.span.source.name, []).append(_error(finding))
    elements: list[Element] = [("file", {"name": setting.place(name)}, found) for name, found in sorted(files.items())]
    return document(("checkstyle", {"version": "4.3"}, elements))


def _error(finding: Finding) -> Element:
    return (
        "error",
        {
            "line": finding.span.line,
            "column": finding.span.column,
            "severity": finding.severity,
            "message": f"{plain(finding.message)} ({rule(finding)})",
            "source": f"netqlint.{finding.code}",
        },
        (),
    )
