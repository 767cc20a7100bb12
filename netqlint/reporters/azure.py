"""Issues for Azure Pipelines, as logging commands; it knows no lesser ones, so infos are plain lines."""

from __future__ import annotations

from netqlint.finding import SEVERITIES
from netqlint.reporters.cells import plain, visible
from netqlint.reporters.summary import plainly
from netqlint.reporters.words import row, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from netqlint.finding import Finding, Report
    from netqlint.reporters.setting import Setting

# as the agent decodes them, `%` first
CODES = {"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"}


def render(report: Report, setting: Setting) -> str:
    rows = []
    for one in sorted(report.unread, key=lambda one: (one.path, one.reason)):
        rows.append(_command({"type": "error", "sourcepath": setting.place(one.path)}, one.reason))
    for finding in sorted(report.findings, key=lambda found: (SEVERITIES.index(found.severity), found.sort_key)):
        rows.append(_row(finding, setting))
    return "".join(f"{line}\n" for line in [*rows, plainly(report)])


def _row(finding: Finding, setting: Setting) -> str:
    if finding.severity == "info":
        return row(finding)
    span = finding.span
    properties = {
        "type": finding.severity,
        "sourcepath": setting.place(span.source.name),
        "linenumber": str(span.line),
        "columnnumber": str(span.column),
        "code": finding.code,
    }
    return _command(properties, f"{rule(finding)}: {plain(finding.message)}")


def _command(properties: Mapping[str, str], message: str) -> str:
    said = "".join(f"{name}={_escaped(visible(value))};" for name, value in properties.items())
    return f"##vso[task.logissue {said}]{_escaped(plain(message))}"


def _escaped(text: str) -> str:
    return "".join(CODES.get(character, character) for character in text)
