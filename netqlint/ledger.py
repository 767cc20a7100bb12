"""What `netqlint baseline` does: writes one, holds one against what is found, takes out what is mended."""

from __future__ import annotations

import os

from netqlint import baseline
from netqlint.errors import NetqlintError, hint
from netqlint.finding import merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.baseline import Baseline, Known
    from netqlint.finding import Report
    from netqlint.tasks import Task

ACTS = ("write", "check", "prune")


def checked_act(act: str) -> str:
    if act not in ACTS:
        raise NetqlintError(f"netqlint baseline takes {', '.join(ACTS)}, not {act}{hint(act, ACTS)}")
    return act


def first(path: str, reports: Sequence[Report]) -> tuple[str, str]:
    """The text of a new baseline with all findings, and what to say of it."""
    if os.path.lexists(path):
        name = os.path.relpath(path)
        raise NetqlintError(
            f"{name} is there already, and writing it anew would hide what is new; netqlint baseline prune {name} "
            "takes out what is mended, or remove it and write it again"
        )
    found = baseline.gather(merge(list(reports)).findings, os.path.dirname(path))
    number = sum(one.count for one in found.values())
    return baseline.written(found), f"{number} finding{'s are' if number != 1 else ' is'} known from now on"


def gone(tasks: Sequence[Task], reports: Sequence[Report]) -> list[tuple[Baseline, list[Known]]]:
    """For each baseline that held for these tasks what is known and surely not there any more."""
    found = []
    held = {task.terms.baseline.name: task.terms.baseline for task in tasks if task.terms.baseline}
    for name, known in sorted(held.items()):
        mine = [
            (task, report)
            for task, report in zip(tasks, reports, strict=True)
            if task.terms.baseline and task.terms.baseline.name == name
        ]
        ran: dict[str, set[str]] = {}
        for task, report in mine:
            asked = {rule["code"] for rule in task.terms.pack.rules if task.terms.wanted(rule)}
            ran |= dict.fromkeys(task.names, asked - {rule.code for rule in report.undecided})
        found.append((known, baseline.stale(known, ran, [report for _, report in mine])))
    return found


def listed(known: Sequence[Known]) -> str:
    """A line for each of these that are gone."""
    rows = sorted(known, key=lambda one: (one.path, one.code, one.subject, one.text))
    return "".join(f"{_visible(one)}\n" for one in rows)


def _visible(one: Known) -> str:
    text = one.text if len(one.text) <= 60 else f"{one.text[:59]}…"
    many = f" ({one.count} of them)" if one.count > 1 else ""
    line = f"{one.told}: gone{many}: {text}"
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def remark(found: Sequence[tuple[Baseline, list[Known]]]) -> list[str]:
    """What a check says of stale baselines, in a line for each."""
    lines = []
    for known, stale in found:
        if stale:
            number = sum(one.count for one in stale)
            first_ = ", ".join(f"{one.path} {one.code} {one.subject}" for one in stale[:3])
            more = ", …" if len(stale) > 3 else ""
            lines.append(
                f"baseline {known.name}: {number} of its findings {'is' if number == 1 else 'are'} gone "
                f"({first_}{more}); netqlint baseline prune takes them out"
            )
    return lines
