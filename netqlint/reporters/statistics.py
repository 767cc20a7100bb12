"""How many findings each rule has, the most frequent first."""

from __future__ import annotations

from netqlint.reporters.words import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Finding, Report


def render(report: Report) -> str:
    of_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        of_rule.setdefault((finding.severity, rule(finding)), []).append(finding)
    ranked = sorted(of_rule.items(), key=lambda item: (-len(item[1]), item[0][1], item[0][0]))
    wide = len(str(len(ranked[0][1]))) if ranked else 0
    rows = []
    for (severity, name), found in ranked:
        files = len({finding.span.source.name for finding in found})
        fixable = sum(bool(finding.fix and finding.fix.edits) for finding in found)
        where = f"in {files} {'file' if files == 1 else 'files'}"
        offer = f", {fixable} fixable" if fixable else ""
        rows.append(f"{len(found):>{wide}}  {severity:<7}  {name}  {where}{offer}\n")
    return "".join(rows) or "no findings\n"
