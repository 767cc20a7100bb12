"""`netqlint check`: what is wrong with every text there is."""

from __future__ import annotations

import os
import sys

from netqlint.arguments import Command, Option
from netqlint.commands import (
    ASSUMED,
    BROKEN,
    CLEAN,
    FOUND,
    HEED,
    KNOWN,
    OUTPUT,
    SHOW_SUPPRESSED,
    check_many,
    configure,
    exit_code,
    find_tasks,
    jobs_of,
    judge_suppressions,
    one_report,
    write_report,
)
from netqlint.console import put, say, tell
from netqlint.errors import NetqlintError, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.arguments import Arguments
    from netqlint.driver import Plain
    from netqlint.finding import Report
    from netqlint.tasks import Task

ADD_IGNORE = Option("add-ignore", "write a comment above every finding that says to ignore it, and why", "REASON")

COMMAND = Command(
    "check",
    "Say what is wrong in esx.conf files, in scripts, kickstarts and boot.cfg files that set up hosts, in folders of "
    "them (default: this folder), in bundles of vm-support, in what hosts say of themselves, in standard input (-), or "
    "in an option string (--options).",
    "[PATH …]",
    (
        *ASSUMED,
        KNOWN,
        Option("diff-base", "only findings in lines that changed since this revision of the git repository", "REV"),
        HEED,
        SHOW_SUPPRESSED,
        ADD_IGNORE,
        Option("jobs", "how many processes share the files (default: one for each core)", "N"),
        Option("no-cache", "look at every file, also at those found clean before"),
        Option("watch", "check again whenever a file, the configuration or a rule changes, until ctrl-C"),
        Option("exit-zero", "the exit code is 0 also where there are findings"),
        Option("statistics", "how many findings each rule has, in place of the report"),
        Option("show-files", "the files that would be checked, and no more"),
        Option("profile-rules", "how long each rule takes, in place of the report"),
        *OUTPUT,
    ),
    more="""\
  netqlint check /etc/vmware/esx.conf
  netqlint check --options igb 'IntMode=3,3' --ports igb=2 --assume esx=4.0
  netqlint check esx.conf --facts esxcli-network-nic-list.txt
  netqlint check esx-host7-2026-01-02.tgz
  ssh HOST cat /etc/vmware/esx.conf | netqlint check -

exit code: 0 nothing at or above --fail-on, 1 findings, 2 the call, the
configuration or a file is wrong""",
)


def run(said: Arguments) -> int:
    return _watch(said) if said.has("watch") else _check_once(said)


def _watch(said: Arguments) -> int:
    """Check after every change; only an exception ends it, such as the interrupt of who has seen enough."""
    import gc
    from time import strftime

    from netqlint.files import STDIN
    from netqlint.watch import scene, watch

    for other in ("options", "add-ignore", "show-files", "profile-rules"):
        if said.has(other):
            raise NetqlintError(f"--watch and --{other} do not go together; leave one out")
    if STDIN in said.places:
        raise NetqlintError("--watch needs files that can change, and standard input is read once")
    # other than the script's one check, many leave something behind
    gc.enable()
    named = [file for name in ("config", "baseline") for file in said.values.get(name, [])]
    begun = False

    def check() -> None:
        nonlocal begun
        if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            say("\x1b[H\x1b[2J\x1b[3J")
        try:
            _check_once(said)
        except NetqlintError as error:
            # what is wrong from the start is wrong with the call
            if not begun:
                raise
            tell(str(error))
        begun = True
        if not said.has("quiet"):
            tell(f"checked at {strftime('%H:%M:%S')}, waiting for changes; ctrl-C ends it")

    watch(lambda: scene(said.places or [os.curdir], named), check)
    return CLEAN


def _check_once(said: Arguments) -> int:
    from netqlint.tasks import unread

    configured = configure(said)
    tasks, lost = find_tasks(said, configured)
    for error in lost:
        tell(str(error))
    if said.has("show-files") or said.has("profile-rules"):
        say(_file_names(tasks) if said.has("show-files") else _profile(tasks))
        return BROKEN if lost else CLEAN
    if said.has("add-ignore"):
        if said.has("diff-base"):
            raise NetqlintError("--add-ignore writes comments for all findings, --diff-base picks some; leave one out")
        return _add_ignores(tasks, said)
    _tell_preview(said, tasks)
    _tell_facts_alone(said, tasks)
    many = len(tasks) != 1 or said.has("jobs")
    reports = check_many(tasks, jobs_of(said), not said.has("no-cache")) if many else [tasks[0].check()]
    for one in (one for report in reports for one in report.unread):
        tell(f"{one.path}: {one.reason}")
    _tell_stale(said, tasks, reports)
    judge_suppressions(said, tasks, reports, configured)
    if said.has("diff-base"):
        from netqlint.revision import sift

        # last, so that what is known or suppressed is told from what is not as in every other check
        reports = sift(tasks, reports, said.get("diff-base"))
    whole = one_report(said, [*reports, *(unread(error) for error in lost)])
    write_report(said, whole, tasks)
    code = BROKEN if whole.unread else exit_code(tasks, reports)
    return CLEAN if code == FOUND and said.has("exit-zero") else code


def _file_names(tasks: Sequence[Task]) -> str:
    from netqlint.reporters.cells import visible

    return "".join(f"{visible(name)}\n" for name in sorted(name for task in tasks for name in task.names))


def _profile(tasks: Sequence[Task]) -> str:
    from netqlint.profile import profile

    return profile(tasks)


def _tell_preview(said: Arguments, tasks: Sequence[Task]) -> None:
    """Name the rules that are not asked because they are newer than the configuration wants them."""
    new = {c for task in tasks for c in task.terms.preview if not task.terms.wanted(_called(task, c))}
    if new and not said.has("quiet"):
        tell(f"not asked, as they came after rules-as-of: {', '.join(sorted(new))}; --extend-select CODE asks one")


def _tell_facts_alone(said: Arguments, tasks: Sequence[Task]) -> None:
    """Name the outputs in which there is nothing to judge; that nothing is found in them says nothing."""
    from netqlint.files import is_esxconf, is_script

    for task in () if said.has("quiet") or said.has("options") else tasks:
        if task.path and not is_esxconf(task.path) and not is_script(task.path):
            from netqlint.witnesses import says_nothing_to_judge

            try:
                alone = says_nothing_to_judge(task.source())
            except Unreadable:
                continue
            if alone:
                place = os.path.dirname(task.path) if task.texts else task.name
                tell(f"{place}: tells facts and sets nothing; --facts hands them to the check of another file")


def _called(task: Task, code: str) -> Plain:
    return next(rule for rule in task.terms.pack.rules if rule["code"] == code)


def _tell_stale(said: Arguments, tasks: Sequence[Task], reports: Sequence[Report]) -> None:
    if not said.has("quiet") and any(task.terms.baseline for task in tasks):
        from netqlint.ledger import gone, remark

        for line in remark(gone(tasks, reports)):
            tell(line)


def _add_ignores(tasks: Sequence[Task], said: Arguments) -> int:
    from netqlint.silence import silenced
    from netqlint.text import encode
    from netqlint.write import replace

    reason = " ".join(said.get("add-ignore").split())
    # all is thought through before anything is written
    found = [(task, *silenced(task, reason)) for task in tasks]
    for task, source, after, count in found:
        data = encode(after, source.encoding)
        if task.path is None:
            put(data)
        elif count:
            replace(task.path, encode(source.text, source.encoding), data)
        if not said.has("quiet"):
            tell(f"{task.name}: {count} finding{'s are' if count != 1 else ' is'} ignored from now on")
    return CLEAN
