"""`netqlint fix`: what can be mended is mended, shown, or told in the words of a host."""

from __future__ import annotations

from netqlint.arguments import Command, Option
from netqlint.commands import (
    ASSUMED,
    BROKEN,
    FOUND,
    HEED,
    KNOWN,
    OUTPUT,
    SHOW_SUPPRESSED,
    configure,
    exit_code,
    find_tasks,
    judge_suppressions,
    one_report,
    rendered,
    write_out,
    write_report,
)
from netqlint.console import put, tell, tell_lines
from netqlint.errors import NetqlintError, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.arguments import Arguments
    from netqlint.finding import Report
    from netqlint.fixer import Fixed
    from netqlint.tasks import Task
    from netqlint.text import Source

COMMAND = Command(
    "fix",
    "Mend what can be mended without changing what a host does, and report what is left. Standard input (-) and "
    "option strings come out mended on stdout.",
    "[PATH …]",
    (
        Option("diff", "show what would change, write nothing; the exit code is 1 if anything would"),
        Option(
            "as",
            "print the commands that put the host right, in the words of esxcli or esxcfg; write nothing; the exit "
            "code is 1 if anything is wrong",
            "FORM",
            choices=("esxcli", "esxcfg"),
        ),
        Option("unsafe", "make the fixes too that a person should look at"),
        *ASSUMED,
        KNOWN,
        HEED,
        SHOW_SUPPRESSED,
        *OUTPUT,
    ),
    more="""\
  netqlint fix --diff --unsafe hosts/
  netqlint fix --as esxcli --unsafe esx.conf
  netqlint fix - < esx.conf > esx.conf.mended

exit code: 0 nothing left at or above --fail-on, 1 findings left, 2 the call,
the configuration or a file is wrong""",
)


def run(said: Arguments) -> int:
    from netqlint.fixer import fix, once

    configured = configure(said)
    tasks, lost = find_tasks(said, configured)
    allowed = ("safe", "unsafe") if said.has("unsafe") else ("safe",)
    # all is thought through before anything is written
    sources = []
    for task in tasks:
        try:
            sources.append(task.source())
        except Unreadable as error:
            lost.append(error)
    if lost:
        return _fix_nothing(said, tasks, lost)
    _tell_unwritable(said, tasks, sources)
    if said.has("diff") and said.has("as"):
        raise NetqlintError("--diff shows what would change in texts and --as what to tell hosts; leave one out")
    shown = said.has("diff") or said.has("as")
    # a bundle is only shown what would be mended in it
    may = [() if task.sealed and not shown else allowed for task in tasks]
    all_fixed = [fix(source, task.check, how) for task, source, how in zip(tasks, sources, may, strict=True)]
    for task, report in zip(*judge_suppressions(said, tasks, [f.report for f in all_fixed], configured), strict=True):
        sources.append(task.source())
        all_fixed.append(once(task.source(), report, allowed))
    for task, source, fixed in zip(tasks, sources, all_fixed, strict=True):
        _deliver(task, source, fixed, said)
    reports = [fixed.report for fixed in all_fixed]
    whole = one_report(said, reports)
    if said.has("output") or not (shown or any(task.path is None and not task.sealed for task in tasks)):
        write_report(said, whole, tasks)
    else:
        _tell_left(said, whole, tasks)
    if shown and any(fixed.made for fixed in all_fixed):
        return FOUND
    return exit_code(tasks, reports)


def _tell_unwritable(said: Arguments, tasks: Sequence[Task], sources: Sequence[Source]) -> None:
    for task, source in zip(tasks, sources, strict=True):
        if task.sealed and not said.has("diff") and not said.has("as"):
            tell(f"{task.name}: a bundle is never changed; netqlint fix --diff shows what is to be changed on the host")
        elif task.surface(source) == "listing":
            tell(f"{task.name}: what a host has said is never changed; mend its esx.conf, or tell the host")


def _fix_nothing(said: Arguments, tasks: Sequence[Task], lost: Sequence[Unreadable]) -> int:
    """Half of what was asked for is not mended: nothing is, and the report tells why."""
    from netqlint.tasks import unread

    for error in lost:
        tell(str(error))
    if said.has("format") or said.has("output"):
        write_report(said, unread(*lost), tasks)
    return BROKEN


def _deliver(task: Task, source: Source, fixed: Fixed, said: Arguments) -> None:
    from netqlint.text import encode

    if said.has("diff"):
        put(encode(_diff(source, fixed)))
        return
    if said.has("as"):
        from netqlint.remedy import remedy

        put(encode(remedy(task, source, fixed, said.get("as"))))
        return
    if task.sealed:
        return
    if task.path is None:
        # a file keeps its end, an option string becomes a line
        line_end = "\n" if task.module and not fixed.text.endswith("\n") else ""
        put(encode(fixed.text + line_end, source.encoding))
    elif fixed.made:
        from netqlint.write import replace

        replace(task.path, encode(source.text, source.encoding), encode(fixed.text, source.encoding))
    for finding in () if said.has("quiet") else fixed.made:
        tell(f"{task.name}: fixed {finding.code} {finding.name}: {finding.fix.title if finding.fix else ''}")


def _tell_left(said: Arguments, report: Report, tasks: Sequence[Task]) -> None:
    """The report on stderr, where stdout is taken and there is something to report."""
    from netqlint.outlets import outlets, setting
    from netqlint.reporters.style import PLAIN

    told = setting(tasks)
    for outlet in outlets(said, "concise"):
        text = rendered(said, outlet.format, report, PLAIN, told)
        if outlet.file:
            write_out(outlet, text)
        elif report.findings or report.suppressed:
            tell_lines(text)


def _diff(source: Source, fixed: Fixed) -> str:
    """A unified diff that `patch` understands, line ends and all."""
    import re
    from difflib import unified_diff

    from netqlint.masks import masked

    # lines as patch sees them: a line feed ends one, nothing else does
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", masked(text)) for text in (source.text, fixed.text))
    name = source.name.lstrip("/")
    lines = unified_diff(old, new, _quoted(f"a/{name}"), _quoted(f"b/{name}"))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _quoted(name: str) -> str:
    """The name of a file as git writes it in a diff, so that no name is more than one line, or moves a cursor."""
    from netqlint.text import encode

    if name.isprintable() and not set(name) & set('"\\'):
        # patch takes the name to end at the first blank otherwise
        return name + "\t" if " " in name else name
    signs = (
        f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else "".join(f"\\{b:03o}" for b in encode(sign))
        for sign in name
    )
    return f'"{"".join(signs)}"'
