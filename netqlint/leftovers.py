"""What is left to say of a file of suppressions when all files it is for have been judged."""

from __future__ import annotations

import os

from netqlint.facts import NOTHING_ASSUMED
from netqlint.finding import Report
from netqlint.run import understand
from netqlint.sidefile import Checked, troubles
from netqlint.suppression import told
from netqlint.tasks import Task
from netqlint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netqlint.sidefile import Ignores
    from netqlint.tasks import Configured


def leftovers(
    places: Iterable[str], tasks: Sequence[Task], reports: Sequence[Report], configured: Configured
) -> tuple[list[Task], list[Report]]:
    """What is wrong with the files of suppressions that held for these tasks: a task and a report for each."""
    folders = [os.path.realpath(place) for place in places if os.path.isdir(place)]
    sides = {task.ignores.path: task.ignores for task in tasks if task.ignores}
    more: list[tuple[Task, Report]] = []
    for path, ignores in sorted(sides.items()):
        mine = [pair for pair in zip(tasks, reports, strict=True) if pair[0].ignores is ignores]
        whole = any(f"{os.path.realpath(ignores.folder)}/".startswith(f"{folder.rstrip('/')}/") for folder in folders)
        task = Task(path, ignores.source.name, configured.terms(path), ignores.source)
        more.append((task, report_on(task, ignores, mine, whole)))
    return [task for task, _ in more], [report for _, report in more]


def report_on(task: Task, ignores: Ignores, mine: Sequence[tuple[Task, Report]], whole: bool) -> Report:
    """The report on a file of suppressions, `task`, after those on the files that it is for."""
    pack = task.terms.pack
    used = {
        spared.place for _, report in mine for spared in report.suppressed if spared.kind == "file" and spared.place
    }
    checked = []
    for one, report in mine:
        asked = {rule["code"] for rule in pack.rules if one.terms.wanted(rule)}
        ran = asked - {rule.code for rule in report.undecided}
        checked += [Checked(name, ran) for name in one.names]
    # a suppression is about no host; the rules that judge it ask for nothing of one
    nowhere = understand(Source(ignores.source.name, ""), NOTHING_ASSUMED, None, pack)
    wanted = [rule for rule in pack.rules if task.terms.wanted(rule)]
    found = told(troubles(ignores, used, checked, whole, pack), nowhere, wanted)
    return Report(tuple(sorted(found, key=lambda one: one.sort_key)))
