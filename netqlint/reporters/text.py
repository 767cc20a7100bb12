"""The report for a person: places framed and marked, with the reasons and what would mend them."""

from __future__ import annotations

from netqlint.finding import Report
from netqlint.reporters.cells import wrap
from netqlint.reporters.style import Style, paint
from netqlint.reporters.summary import everything, remarks, tally, unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.reporters.style import Piece


def render(report: Report, style: Style, verbose: bool = False, quiet: bool = False) -> str:
    parts = _blocks(report, style) if report.findings else []
    if report.suppressed:
        parts += _ignored(report, style)
    if report.unread:
        parts.append([row for path, reason in unread(report) for row in _unread(path, reason, style)])
    if not quiet:
        parts.append(_closing(report, style, verbose))
    return "\n".join("".join(f"{row}\n" for row in rows) for rows in parts)


def _blocks(report: Report, style: Style) -> list[list[str]]:
    # most reports are clean, and need nothing of this
    from netqlint.reporters.blocks import blocks

    return blocks(report.findings, style)


def _ignored(report: Report, style: Style) -> list[list[str]]:
    from netqlint.reporters.ignored import rows

    return rows(report.suppressed, style)


def _unread(path: str, reason: str, style: Style) -> list[str]:
    rows = wrap([("error", "error:"), ("bold", f"{path}:"), ("", reason)], style.room, 4)
    return [paint([("", "    " if nth else ""), *row], style.colour) for nth, row in enumerate(rows)]


def _closing(report: Report, style: Style, verbose: bool) -> list[str]:
    lines = [tally(report)]
    for remark in everything(report) if verbose else remarks(report):
        lines.append([("" if verbose else "dim", remark)])
    return [row for line in lines for row in _folded(line, style)]


def _folded(line: Sequence[Piece], style: Style) -> list[str]:
    margin = len(line[0][1]) - len(line[0][1].lstrip(" "))
    rows = wrap([(look, text.lstrip(" ")) for look, text in line], style.room - margin, 2)
    return [paint([("", " " * (margin + 2 * (nth > 0))), *row], style.colour) for nth, row in enumerate(rows)]
