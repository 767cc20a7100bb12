"""The fixes offered for a line: those that can be made together show as one corrected line."""

from __future__ import annotations

from netqlint.finding import Edit, Finding, Fix
from netqlint.record import Record
from netqlint.reporters.change import Hunk, hunks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from netqlint.text import Source, Span


class Change(Record):
    """What fixes change in one file, and the first place they change."""

    first: Span
    hunks: tuple[Hunk, ...]


class Offer(Record):
    """Fixes, each with the code of its rule, and what they change in each file."""

    fixes: tuple[tuple[str, Fix], ...]
    changes: tuple[Change, ...]


def offers(findings: Iterable[Finding]) -> list[Offer]:
    """Fixes of the same applicability go together if none touches what another changes."""
    wanted = dict.fromkeys((finding.code, finding.fix) for finding in findings if finding.fix)
    together: list[list[tuple[str, Fix]]] = []
    for code, fix in wanted:
        for fixes in together:
            if all(_compatible(fix, other) for _, other in fixes):
                fixes.append((code, fix))
                break
        else:
            together.append([(code, fix)])
    return [Offer(tuple(fixes), _changes(fix for _, fix in fixes)) for fixes in together]


def _compatible(fix: Fix, other: Fix) -> bool:
    if fix.applicability != other.applicability:
        return False
    if fix.edits == other.edits:
        return True
    return not any(_touch(one.span, two.span) for one in fix.edits for two in other.edits)


def _touch(one: Span, two: Span) -> bool:
    return one.start <= two.end and two.start <= one.end and one.source == two.source


def _changes(fixes: Iterable[Fix]) -> tuple[Change, ...]:
    files: dict[Source, list[Edit]] = {}
    for edit in sorted((edit for fix in fixes for edit in fix.edits), key=_start):
        edits = files.setdefault(edit.span.source, [])
        if edit not in edits[-1:]:
            edits.append(edit)
    return tuple(Change(edits[0].span, tuple(hunks(source.text, edits))) for source, edits in files.items())


def _start(edit: Edit) -> tuple[str, int, int]:
    return edit.span.source.name, edit.span.start, edit.span.end
