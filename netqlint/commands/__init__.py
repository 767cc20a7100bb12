"""Every command is a module of this package; here is what they share: the options of several, what these come to."""

from __future__ import annotations

import os

from netqlint.arguments import Option
from netqlint.console import say, style, tell
from netqlint.errors import NetqlintError, Unreadable
from netqlint.finding import SEVERITIES, Report, discreet, merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from netqlint.arguments import Arguments, Command
    from netqlint.config import Settings
    from netqlint.outlets import Outlet
    from netqlint.pack import Pack
    from netqlint.reporters.setting import Setting
    from netqlint.reporters.style import Style
    from netqlint.tasks import Configured, Task

    class Room(Protocol):
        """The module of a command: what can be said to it, and what that does."""

        COMMAND: Command
        run: Callable[[Arguments], int]


COMMANDS = (
    "check",
    "fix",
    "show",
    "explain",
    "suggest",
    "rules",
    "test",
    "docs",
    "schema",
    "convert",
    "cache",
    "ignores",
    "baseline",
    "config",
    "completions",
)
CLEAN, FOUND, BROKEN = 0, 1, 2

# as `netqlint.reporters` has them, which a call that goes wrong need not load
FORMATS = (
    "text",
    "concise",
    "grouped",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "rdjsonl",
    "azure",
    "html",
    "markdown",
)


KINDS = ("esxconf", "shell", "kickstart", "bootcfg", "powershell", "ansible", "hostprofile", "terraform", "puppet")

HELP = Option("help", "show this help", letter="h")

ASSUMED = (
    Option(
        "assume",
        "a fact of the hosts: esx=4.0, igb=1.3.8.6 (or another driver's version), cpus=16, mtu=9000, netqueue=on",
        "NAME=VALUE",
        many=True,
    ),
    Option(
        "ports",
        "how many ports a driver has: igb=4, or igb=82576,82576,I350, their controllers in PCI order",
        "DRIVER=N",
        many=True,
    ),
    Option(
        "facts",
        "what the hosts say of themselves: an output of esxcli network nic list, esxcfg-nics -l, lspci, ethtool -i, "
        "vmware -vl and others, or a folder of such files; also taken from beside an esx.conf",
        "FILE",
        many=True,
    ),
    Option("options", "the argument is the option string of this driver, not a path", "DRIVER"),
    Option(
        "surface",
        f"how the texts are written, where their names do not tell: {', '.join(KINDS[:-1])} or {KINDS[-1]}",
        "KIND",
        choices=KINDS,
    ),
    Option("select", "only these rules: codes, names or families (NQ2, 2xx)", "RULE,…", many=True),
    Option("ignore", "all but these rules", "RULE,…", many=True),
    Option("extend-select", "these rules too", "RULE,…", many=True),
    Option(
        "fail-on",
        "the least severity that makes the exit code 1: error, warning, info or never (default: warning)",
        "SEVERITY",
        choices=(*SEVERITIES, "never"),
    ),
    Option("stdin-filename", "the name that standard input goes by", "NAME"),
    Option("config", "this configuration file, not the one found upwards", "FILE"),
    Option("isolated", "no configuration file, and nothing from beside an esx.conf"),
)

HEED = Option("no-ignores", "report also what comments and .netqlint-ignore.yaml ask to be spared, as for an audit")

SHOW_SUPPRESSED = Option(
    "show-suppressed",
    "show also the findings that are counted as ignored, marked so, and what spares them: a comment, "
    ".netqlint-ignore.yaml or a baseline; github, azure, gitlab, checkstyle and rdjson have no place for them",
)

KNOWN = Option("baseline", "findings in this baseline are known, and neither reported nor fixed", "FILE")

OUTPUT = (
    Option(
        "format",
        f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]} (default: text), to a file or to standard output; "
        "may be said several times",
        "FORMAT[=FILE]",
        many=True,
        choices=FORMATS,
    ),
    Option("output", "write the report that has no file of its own to this one", "FILE"),
    Option("color", "auto, always or never (default: auto)", "WHEN", choices=("auto", "always", "never")),
    Option("quiet", "findings only", letter="q"),
    Option("verbose", "every fact and every undecided rule", letter="v"),
    HELP,
)


def room(name: str) -> Room:
    """The module of one of COMMANDS, loaded when it is asked for."""
    found: Room = __import__(f"netqlint.commands.{name}", fromlist=["run"])
    return found


def every() -> dict[str, Command]:
    """What can be said to each command, by its name."""
    return {name: room(name).COMMAND for name in COMMANDS}


def configure(said: Arguments, lenient: bool = True) -> Configured:
    """The settings for every path; see `Configured` for `lenient`."""
    from netqlint.tasks import Configured

    heed = not said.has("no-ignores")
    return Configured(_own_settings(said), said.get("config"), said.has("isolated"), heed, lenient, said.get("surface"))


def _own_settings(said: Arguments) -> Settings:
    from netqlint.config import Settings

    return Settings(
        assume=said.pairs("assume"),
        ports=said.pairs("ports"),
        select=tuple(said.every("select")),
        ignore=tuple(said.every("ignore")),
        fail_on=said.get("fail-on"),
        extend_select=tuple(said.every("extend-select")),
        baseline=os.path.abspath(said.get("baseline")) if said.has("baseline") else "",
        facts=tuple(said.values.get("facts", ())),
    )


def tasks_of(said: Arguments, configured: Configured) -> list[Task]:
    """What there is to do, each text under the configuration that holds for it. Raises for a place not read."""
    tasks, lost = find_tasks(said, configured)
    if lost:
        raise lost[0]
    return tasks


def find_tasks(said: Arguments, configured: Configured) -> tuple[list[Task], list[Unreadable]]:
    """What there is to do, and the places where that cannot be known."""
    from netqlint.files import STDIN
    from netqlint.tasks import file_tasks, option_task

    shown = said.get("stdin-filename")
    if said.has("options"):
        try:
            return [option_task(said.get("options"), said.places, shown, configured)], []
        except Unreadable as error:
            return [], [error]
    if shown and STDIN not in said.places:
        raise NetqlintError("--stdin-filename names standard input, which is not read; say - to read it")
    tasks, left_out, lost = file_tasks(said.places or [os.curdir], shown, configured)
    for path in () if said.has("quiet") else left_out:
        tell(f"{path}: not checked, the configuration excludes it")
    if said.has("output") or said.has("format"):
        from netqlint.outlets import outlets, spare

        spare(outlets(said), [name for task in tasks if task.path for name in task.names], "checked")
    return tasks, lost


def pack_here() -> Pack:
    """The pack with the rules that the configuration of this folder adds."""
    from netqlint.config import Settings
    from netqlint.tasks import Configured

    return Configured(Settings(), "", isolated=False).terms(os.curdir).pack


def check_many(tasks: Sequence[Task], jobs: int, remember: bool) -> list[Report]:
    """A report for each task, by so many processes; `remember` what was found clean. Progress is shown on terminals."""
    from netqlint.fleet import check_all
    from netqlint.progress import Bar

    with Bar(len(tasks)) as tell:
        return check_all(tasks, jobs, remember, tell)


def jobs_of(said: Arguments) -> int:
    """How many processes share the work. Raises NetqlintError for what is no such number."""
    from netqlint.jobs import usable_cores

    text = said.get("jobs")
    if not text:
        return usable_cores()
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 1000):
        raise NetqlintError(f"--jobs {text}: write a number of processes from 1 to 999")
    return int(text)


def judge_suppressions(
    said: Arguments, tasks: list[Task], reports: list[Report], configured: Configured
) -> tuple[list[Task], list[Report]]:
    """Add what is wrong with the files of suppressions to the tasks and their reports."""
    if not any(task.ignores for task in tasks):
        return [], []
    from netqlint.leftovers import leftovers

    more = leftovers(said.places or [os.curdir], tasks, reports, configured)
    tasks += more[0]
    reports += more[1]
    return more


def exit_code(tasks: Sequence[Task], reports: Sequence[Report]) -> int:
    """FOUND where a report has something at or above the severity that its task fails on, else CLEAN."""
    for task, report in zip(tasks, reports, strict=True):
        if task.terms.fail_on == "never":
            continue
        bad = SEVERITIES[: SEVERITIES.index(task.terms.fail_on) + 1]
        if any(finding.severity in bad for finding in report.findings):
            return FOUND
    return CLEAN


def one_report(said: Arguments, reports: list[Report]) -> Report:
    """One report of all, which tells of suppressed findings where that is asked for."""
    merged = merge(reports)
    return merged if said.has("show-suppressed") else discreet(merged)


def style_of(said: Arguments, file: str = "") -> Style:
    """How to write for people, to stdout or to a file."""
    return style(said.get("color", "auto"), file)


def write_report(said: Arguments, report: Report, tasks: Sequence[Task]) -> None:
    """The report in all formats that are asked for, each to where it is wanted."""
    if said.has("statistics"):
        from netqlint.reporters.statistics import render

        say(render(report))
    if said.has("format") or said.has("output"):
        from netqlint.outlets import outlets, setting

        write_reports(said, outlets(said), report, setting(tasks))
    elif not said.has("statistics") and _worth_reading("text", report):
        say(rendered(said, "text", report, style_of(said)))


def write_reports(said: Arguments, outlets: Sequence[Outlet], report: Report, told: Setting) -> None:
    """The report through these outlets; GitHub's format also fills the summary of the job."""
    for outlet in outlets:
        if outlet.file or _worth_reading(outlet.format, report):
            write_out(outlet, rendered(said, outlet.format, report, style_of(said, outlet.file), told))
        summary = os.environ.get("GITHUB_STEP_SUMMARY") if outlet.format == "github" else ""
        if summary:
            from netqlint.outlets import append

            append(summary, rendered(said, "markdown", report, style_of(said, summary), told))


def _worth_reading(format: str, report: Report) -> bool:
    """Not where nothing was checked: a person has read why on standard error."""
    from netqlint.reporters import PEOPLE

    return bool(report.checked) or not report.unread or format not in PEOPLE


def rendered(said: Arguments, format: str, report: Report, style: Style, told: Setting | None = None) -> str:
    """The text of a report, as verbose or quiet as is asked for."""
    from netqlint.reporters import render

    return render(report, format, style, said.has("verbose"), said.has("quiet"), told)


def write_out(outlet: Outlet, text: str) -> None:
    """To the file of an outlet, else to stdout."""
    if not outlet.file:
        say(text)
        return
    try:
        with open(outlet.file, "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetqlintError(f"{outlet.said}: cannot be written: {reason}") from None


def create(path: str, text: str) -> None:
    """Write a file that must not be there yet. Raises NetqlintError where that cannot be."""
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetqlintError(f"{os.path.relpath(path)}: cannot be written: {reason}") from None
