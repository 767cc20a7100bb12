"""One line for each finding, in the form that editors and `grep` know."""

from __future__ import annotations

from sys import maxsize

from netqlint.finding import Finding, Fix, Report
from netqlint.reporters.cells import opening, plain, visible, wrap
from netqlint.reporters.style import Style, paint
from netqlint.reporters.summary import everything, guesses, listed, tally, unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.reporters.style import Piece


def render(report: Report, style: Style, verbose: bool = False, quiet: bool = False) -> str:
    lines = [_line(*one) for one in listed(report)]
    for path, reason in unread(report):
        lines.append([("", opening(path)), ("", ": "), ("error", "error"), ("", f": {reason}")])
    if not quiet:
        lines.append(closing(report, verbose))
    if verbose and not quiet:
        lines += [[("", line)] for line in everything(report)]
    return "".join(f"{paint(line, style.colour)}\n" for line in lines)


def _line(finding: Finding, ignored: str) -> list[Piece]:
    span, fix = finding.span, finding.fix
    place = opening(visible(f"{span.source.name}:{span.line}:{span.column}: "))
    rule, message = visible(f" {finding.code} {finding.name}: "), plain(finding.message)
    if ignored:
        return [("dim", f"{place}ignored {finding.severity}{rule}{message} [{ignored}]")]
    pieces = [("", place), (finding.severity, finding.severity), ("bold", rule), ("", message)]
    return [*pieces, ("dim", offer(fix))] if fix else pieces


def offer(fix: Fix) -> str:
    """` [safe fix]`."""
    return " [fix by hand]" if fix.applicability == "display" else f" [{fix.applicability} fix]"


def closing(report: Report, verbose: bool) -> list[Piece]:
    """The numbers, and that there is more to tell."""
    pieces = tally(report)
    rules = len({rule.code for rule in report.undecided})
    more = [f"{rules} {'rule' if rules == 1 else 'rules'} undecided"] if rules else []
    if guesses(report):
        more.insert(0, "facts assumed")
    if more and not verbose:
        pieces.append(("dim", f"· {', '.join(more)} (say --verbose for all)"))
    return wrap(pieces, maxsize)[0]
