"""The report as Markdown: for a pull request, a wiki, the summary of a job."""

from __future__ import annotations

from itertools import groupby

from netqlint.finding import SEVERITIES
from netqlint.reporters.cells import TIE
from netqlint.reporters.markup import escape, table
from netqlint.reporters.summary import APPLICATION, because, plainly, remarks
from netqlint.reporters.words import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netqlint.finding import Finding, Report, Suppressed
    from netqlint.reporters.setting import Setting


def render(report: Report, setting: Setting) -> str:
    lines = ["# netqlint", "", escape(plainly(report))]
    if report.unread:
        lines += ["", "## Not read", ""]
        unread = sorted((one.path, one.reason) for one in report.unread)
        lines += table(("place", "reason"), ([escape(setting.place(path)), escape(why)] for path, why in unread))
    if report.findings:
        found = sorted(report.findings, key=lambda finding: finding.sort_key)
        lines += ["", "## Findings", "", *table(("", *SEVERITIES), _counts(found))]
        for name, group in groupby(found, lambda finding: finding.span.source.name):
            lines += ["", f"### {escape(setting.place(name))}", ""]
            lines += table(("place", "severity", "rule", "message", "fix"), map(_row, group))
    if report.suppressed:
        spared = sorted(report.suppressed, key=lambda one: one.sort_key)
        head = ("place", "severity", "rule", "message", "why")
        lines += ["", "## Ignored", "", *table(head, (_ignored(one, setting) for one in spared))]
    notes = [note.replace(TIE, " ") for note in remarks(report)]
    if notes:
        lines += ["", "## Notes", "", *(f"- {escape(note)}" for note in notes)]
    return "\n".join(lines) + "\n"


def _counts(findings: Iterable[Finding]) -> Iterator[list[str]]:
    ranked: dict[str, list[Finding]] = {}
    for finding in findings:
        ranked.setdefault(rule(finding), []).append(finding)
    for name, found in sorted(ranked.items(), key=lambda item: (-len(item[1]), item[0])):
        numbers = [sum(finding.severity == severity for finding in found) for severity in SEVERITIES]
        yield [escape(name), *(str(number or "") for number in numbers)]


def _row(finding: Finding) -> list[str]:
    span, fix = finding.span, finding.fix
    offer = f"{APPLICATION[fix.applicability]}: {fix.title}" if fix else ""
    place = f"{span.line}:{span.column}"
    return [place, finding.severity, escape(rule(finding)), escape(finding.message), escape(offer)]


def _ignored(one: Suppressed, setting: Setting) -> list[str]:
    finding, span = one.finding, one.finding.span
    place = escape(f"{setting.place(span.source.name)}:{span.line}:{span.column}")
    return [place, finding.severity, escape(rule(finding)), escape(finding.message), escape(because(one))]
