"""`netqlint baseline`: findings that are known."""

from __future__ import annotations

import os

from netqlint.arguments import Command, Option
from netqlint.commands import ASSUMED, BROKEN, CLEAN, FOUND, HELP, check_many, configure, create, jobs_of, tasks_of
from netqlint.console import say, tell
from netqlint.finding import merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments
    from netqlint.tasks import Configured

COMMAND = Command(
    "baseline",
    "Write down all findings as known (write), so that only new ones are reported; say how what is known differs from "
    "what is there (check); take out what is mended, and add nothing (prune).",
    "write|check|prune [PATH …]",
    (
        Option("baseline", "the file (default: that of the configuration, or .netqlint-baseline.json)", "FILE"),
        *ASSUMED,
        Option("jobs", "how many processes share the files (default: one for each core)", "N"),
        HELP,
    ),
    least=1,
    more="""\
  netqlint baseline write hosts/
  netqlint check hosts/ --baseline .netqlint-baseline.json

exit code of check: 0 all is as it is known, 1 something is new or gone, 2 the
call, the configuration or a file is wrong""",
)


def run(said: Arguments) -> int:
    from netqlint import baseline, ledger
    from netqlint.text import encode
    from netqlint.write import replace

    act = ledger.checked_act(said.places.pop(0))
    configured = configure(said, lenient=act != "write")
    tasks = tasks_of(said, configured)
    path = configured.own.baseline or configured.of(os.curdir).baseline or os.path.abspath(baseline.FILE)
    if act != "write":
        known = configured.baseline(path)
        if not any(task.terms.baseline for task in tasks):
            # nobody named it, so it lies where it was written
            configured = _configured_with(said, path)
            tasks = tasks_of(said, configured)
    reports = check_many(tasks, jobs_of(said), not said.has("no-cache"))
    if lost := [one for report in reports for one in report.unread]:
        # of what cannot be read nobody knows what is new in it, or gone
        for one in lost:
            tell(f"{one.path}: {one.reason}")
        return BROKEN
    if act == "write":
        text, told = ledger.first(path, reports)
        create(path, text)
        say(f"{os.path.relpath(path)}: {told}\n")
        return CLEAN
    stale = [one for _, gone in ledger.gone(tasks, reports) for one in gone]
    number = sum(one.count for one in stale)
    if act == "prune":
        left = baseline.without(known, stale)
        if stale:
            with open(path, "rb") as file:
                replace(path, file.read(), encode(baseline.written(left)))
        kept = sum(one.count for one in left.values())
        say(f"{ledger.listed(stale)}{known.name}: {number} taken out, {kept} left\n")
        return CLEAN
    new = len(merge(reports).findings)
    there = sum(one.count for one in known.known.values()) - number
    say(f"{ledger.listed(stale)}{known.name}: {there} known, {new} new, {number} gone\n")
    return FOUND if new or number else CLEAN


def _configured_with(said: Arguments, path: str) -> Configured:
    said.values["baseline"] = [path]
    return configure(said)
