"""A heading for each file, and under it a line for each finding."""

from __future__ import annotations

from itertools import groupby

from netqlint.reporters.cells import cells, opening, plain, visible
from netqlint.reporters.concise import closing, offer
from netqlint.reporters.style import Style, paint
from netqlint.reporters.summary import everything, listed, unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.finding import Finding, Report
    from netqlint.reporters.style import Piece


def render(report: Report, style: Style, verbose: bool = False, quiet: bool = False) -> str:
    found = groupby(listed(report), lambda one: one[0].span.source.name)
    parts = [_file(name, list(group)) for name, group in found]
    parts += [
        [[("bold", opening(path))], [("", "  "), ("error", "error"), ("", f"  {why}")]] for path, why in unread(report)
    ]
    if not quiet:
        parts.append([closing(report, verbose)])
        if verbose:
            parts[-1] += [[("", line)] for line in everything(report)]
    return "\n".join("".join(f"{paint(line, style.colour)}\n" for line in lines) for lines in parts)


def _file(name: str, findings: Sequence[tuple[Finding, str]]) -> list[list[Piece]]:
    places = [f"{finding.span.line}:{finding.span.column}" for finding, _ in findings]
    words = [f"ignored {finding.severity}" if ignored else finding.severity for finding, ignored in findings]
    rules = [visible(f"{finding.code} {finding.name}") for finding, _ in findings]
    columns = (max(map(len, places)), max(map(len, words)), max(map(cells, rules)))
    rows: list[list[Piece]] = [[("bold", opening(visible(name)))]]
    for (finding, ignored), place, word, rule in zip(findings, places, words, rules, strict=True):
        pieces = [("", f"  {place:<{columns[0]}}  "), (finding.severity, word)]
        pieces += [("", " " * (columns[1] - len(word) + 2)), ("bold", rule)]
        pieces.append(("", " " * (columns[2] - cells(rule) + 2) + plain(finding.message)))
        if ignored:
            rows.append([("dim", f"{''.join(text for _, text in pieces)} [{ignored}]")])
        else:
            rows.append([*pieces, ("dim", offer(finding.fix))] if finding.fix else pieces)
    return rows
