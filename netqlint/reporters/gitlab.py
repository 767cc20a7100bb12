"""The report for GitLab's Code Quality widget."""

from __future__ import annotations

from netqlint.reporters.cells import plain, visible
from netqlint.reporters.prints import fingerprints, print_of
from netqlint.reporters.words import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Finding, Report
    from netqlint.reporters.setting import Setting

SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report, setting: Setting) -> str:
    import json

    found = sorted(report.findings, key=lambda finding: finding.sort_key)
    issues: list[dict[str, object]] = [
        {
            "description": visible(f"{one.path}: {one.reason}"),
            "check_name": "not-read",
            # of issues with the same fingerprint the widget shows one
            "fingerprint": print_of("not-read", setting.place(one.path), one.reason),
            "severity": "blocker",
            "location": {"path": visible(setting.place(one.path)), "lines": {"begin": 1}},
        }
        for one in sorted(report.unread, key=lambda one: (one.path, one.reason))
    ]
    for finding, print in zip(found, fingerprints(found, setting), strict=True):
        issues.append(_issue(finding, print, setting))
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, print: str, setting: Setting) -> dict[str, object]:
    span = finding.span
    return {
        "description": f"{plain(finding.message)} ({rule(finding)})",
        "check_name": finding.code,
        "fingerprint": print,
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": visible(setting.place(span.source.name)),
            "lines": {"begin": span.line, "end": span.end_line},
        },
    }
