"""Annotations for GitHub Actions, as workflow commands; what is beyond its limits follows as plain lines.

A step shows ten annotations of each kind. In commands, `%` and line ends are escaped, in their properties also `:`
and `,`; and a runner drops the columns of a place that ends in another line.
"""

from __future__ import annotations

from netqlint.finding import SEVERITIES
from netqlint.reporters.cells import plain, visible
from netqlint.reporters.summary import plainly
from netqlint.reporters.words import row, row_unread, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from netqlint.finding import Finding, Report
    from netqlint.reporters.setting import Setting

KINDS = {"error": "error", "warning": "warning", "info": "notice"}
MOST = 10
LONGEST = 4096


def render(report: Report, setting: Setting) -> str:
    left = dict.fromkeys(KINDS.values(), MOST)
    shown: list[tuple[str, str]] = []
    beyond: list[tuple[str, str]] = []
    for one in sorted(report.unread, key=lambda one: (one.path, one.reason)):
        told = _command("error", {"file": setting.place(one.path), "title": "not read"}, visible(one.reason))
        (shown if _room(left, "error") else beyond).append((told, row_unread(one)))
    for finding in sorted(report.findings, key=lambda found: (SEVERITIES.index(found.severity), found.sort_key)):
        kind = KINDS[finding.severity]
        told = _command(kind, _place(finding, setting), plain(finding.message))
        (shown if _room(left, kind) else beyond).append((told, row(finding)))
    rows = [told for told, _ in shown]
    if beyond:
        rows.append(f"GitHub shows {MOST} annotations of a kind; {len(beyond)} more:")
        rows += [plain_row for _, plain_row in beyond]
    return "".join(f"{line}\n" for line in [*rows, plainly(report)])


def _room(left: dict[str, int], kind: str) -> bool:
    left[kind] -= 1
    return left[kind] >= 0


def _place(finding: Finding, setting: Setting) -> dict[str, str]:
    span = finding.span
    place = {"file": setting.place(span.source.name), "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        place |= {"col": str(span.column), "endColumn": str(span.end_column)}
    return {**place, "title": rule(finding)}


def _command(kind: str, properties: Mapping[str, str], message: str) -> str:
    said = ",".join(f"{name}={_escaped(visible(value), ':,')}" for name, value in properties.items())
    return f"::{kind} {said}::{_escaped(message[:LONGEST])}"


def _escaped(text: str, more: str = "") -> str:
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
