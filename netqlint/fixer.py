"""Makes fixes in a text, round after round, until nothing is left to fix; each round reads the text anew."""

from __future__ import annotations

from netqlint.errors import NetqlintError
from netqlint.finding import Report
from netqlint.record import Record
from netqlint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netqlint.finding import Edit, Finding

# Every round makes at least one whole fix; a text that still changes after so many has two rules at odds.
ROUNDS = 1000


class Fixed(Record):
    """`text` after all fixes, the findings that were `made` good in order, and the `report` on what is left."""

    text: str
    made: tuple[Finding, ...]
    report: Report


def fix(source: Source, judge: Callable[[Source], Report], allowed: Iterable[str]) -> Fixed:
    """All fixes of the allowed applicabilities.

    Raises NetqlintError, naming the rules, where fixes undo one another; the text is then as it was.
    """
    seen = {source.text: 0}
    made: list[list[Finding]] = []
    while True:
        report = judge(source)
        chosen = choose(report.findings, frozenset(allowed))
        if not chosen:
            return Fixed(source.text, tuple(finding for turn in made for finding in turn), report)
        text = apply(source.text, [edit for finding in chosen if finding.fix for edit in finding.fix.edits])
        made.append(chosen)
        if text in seen or len(made) > ROUNDS:
            names = sorted({f"{f.code} {f.name}" for turn in made[seen.get(text, 0) :] for f in turn})
            raise NetqlintError(f"{source.name}: fixes undo one another, nothing was written: {', '.join(names)}")
        seen[text] = len(made)
        source = source.saying(text)


def once(source: Source, report: Report, allowed: Iterable[str]) -> Fixed:
    """All fixes of a report, none of which changes what another changes or was made for."""
    wanted = frozenset(allowed)
    chosen = [one for one in report.findings if one.fix and one.fix.applicability in wanted and one.fix.edits]
    text = apply(source.text, [edit for finding in chosen if finding.fix for edit in finding.fix.edits])
    left = tuple(finding for finding in report.findings if finding not in chosen)
    return Fixed(text, tuple(chosen), Report(left, report.checked, report.facts, report.undecided))


def choose(findings: Sequence[Finding], allowed: frozenset[str]) -> list[Finding]:
    """Whole fixes from the front of the text to its end; one that touches a place taken waits for the next round."""
    chosen: list[Finding] = []
    taken: list[tuple[int, int]] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.applicability not in allowed:
            continue
        places = [(edit.span.start, edit.span.end) for edit in fix.edits]
        if not any(_touch(place, other) for place in places for other in taken):
            chosen.append(finding)
            taken += places
    return chosen


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits made; edits do not overlap, and those at one place are made in their order."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*parts, text[at:]])
