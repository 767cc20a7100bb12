"""The command line: arguments in, exit code out; the only room that prints.

Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 what is wrong with the call, the configuration, a
rule or a file; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import sys

from netqlint import __version__
from netqlint.arguments import WIDTH, Arguments, Command, columns, parse, usage
from netqlint.commands import (
    ABOUT,
    BASELINE,
    CACHE,
    CHECK,
    COMPLETIONS,
    CONFIG,
    CONVERT,
    DOCS,
    EXPLAIN,
    FIX,
    IGNORES,
    RULES,
    SCHEMA,
    SHOW,
    SUGGEST,
    TEST,
    with_drivers,
)
from netqlint.errors import NetqlintError, Unreadable, hint
from netqlint.finding import SEVERITIES, Report, discreet, merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from netqlint.config import Settings
    from netqlint.driver import Plain
    from netqlint.fixer import Fixed
    from netqlint.outlets import Outlet
    from netqlint.pack import Pack
    from netqlint.reporters.setting import Setting
    from netqlint.reporters.style import Style
    from netqlint.tasks import Configured, Task
    from netqlint.text import Source

CLEAN, FOUND, BROKEN, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run netqlint; the return value is the exit code. Only bugs raise."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # as long as the process lives
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except NetqlintError as error:
        _tell(str(error))
        return BROKEN
    except BrokenPipeError:
        _forget_stdout()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def script() -> None:
    """The console script. It ends the process itself: Python's tidying up would take as long as reading a host."""
    import gc

    # no check makes a cycle of objects, and looking for them takes a twentieth of the time
    gc.disable()
    code = main()
    try:
        sys.stderr.flush()
    finally:
        os._exit(code)


def _run(words: list[str]) -> int:
    if not words:
        print(_overview(), end="", file=sys.stderr)
        return BROKEN
    name, *rest = words
    if name in ("--version", "-V", "version"):
        _print(f"netqlint {__version__}\n")
        return CLEAN
    if name in ("--help", "-h", "help"):
        _print(usage(_command(rest[0])[0]) if rest else _overview())
        return CLEAN
    command, act = _command(name)
    own = rest[: rest.index("--")] if "--" in rest else rest
    if "--help" in own or "-h" in own:
        _print(usage(command))
        return CLEAN
    if command is SUGGEST:
        command = with_drivers(command, _pack_here().catalog["drivers"])
    return act(parse(command, rest))


def _command(name: str) -> tuple[Command, Callable[[Arguments], int]]:
    if name in COMMANDS:
        return COMMANDS[name]
    if name.startswith("-"):
        raise NetqlintError(f"{name} stands before the command; write it behind: netqlint check {name}")
    likely = hint(name, COMMANDS)
    if not likely and os.path.lexists(name):
        likely = f"; did you mean netqlint check {name}?"
    likely = likely or f"; there are {', '.join(COMMANDS)}"
    raise NetqlintError(f"no command {name}{likely}")


def _overview() -> str:
    wide = max(map(len, COMMANDS))
    rows = [line for name, (command, _) in COMMANDS.items() for line in columns(name, wide, command.help)]
    return "\n".join(
        [
            ABOUT,
            "",
            "usage: netqlint COMMAND [OPTION …] [ARGUMENT …]",
            "",
            *rows,
            "",
            "netqlint COMMAND --help tells more.",
            "",
        ]
    )


# --- the three ways out


def _print(document: str) -> None:
    """Write what the call asked for to stdout, and nothing else ever."""
    _put(document.encode("utf-8", "backslashreplace"))


def _put(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_stdout()
        raise NetqlintError(f"standard output cannot be written: {(error.strerror or str(error)).lower()}") from None


def _forget_stdout() -> None:
    """Python would complain of a closed pipe or a full disk once more on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(text: str) -> None:
    """One line on stderr, whatever the text: it may quote a configuration."""
    from netqlint.reporters.cells import visible

    try:
        print(f"netqlint: {visible(' '.join(text.split()))}", file=sys.stderr)
    except OSError:
        # where nobody can be told, the exit code still tells
        return


# --- check and fix


def _check(said: Arguments) -> int:
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
            _print("\x1b[H\x1b[2J\x1b[3J")
        try:
            _check_once(said)
        except NetqlintError as error:
            # what is wrong from the start is wrong with the call
            if not begun:
                raise
            _tell(str(error))
        begun = True
        if not said.has("quiet"):
            _tell(f"checked at {strftime('%H:%M:%S')}, waiting for changes; ctrl-C ends it")

    watch(lambda: scene(said.places or [os.curdir], named), check)
    return CLEAN


def _check_once(said: Arguments) -> int:
    from netqlint.tasks import unread

    configured = _configured(said)
    tasks, lost = _found(said, configured)
    for error in lost:
        _tell(str(error))
    if said.has("show-files") or said.has("profile-rules"):
        _print(_file_names(tasks) if said.has("show-files") else _profile(tasks))
        return BROKEN if lost else CLEAN
    if said.has("add-ignore"):
        if said.has("diff-base"):
            raise NetqlintError("--add-ignore writes comments for all findings, --diff-base picks some; leave one out")
        return _add_ignores(tasks, said)
    _tell_preview(said, tasks)
    _tell_facts_alone(said, tasks)
    many = len(tasks) != 1 or said.has("jobs")
    reports = _check_many(tasks, _jobs(said), not said.has("no-cache")) if many else [tasks[0].check()]
    for one in (one for report in reports for one in report.unread):
        _tell(f"{one.path}: {one.reason}")
    _tell_stale(said, tasks, reports)
    _judge_suppressions(said, tasks, reports, configured)
    if said.has("diff-base"):
        from netqlint.revision import sift

        # last, so that what is known or suppressed is told from what is not as in every other check
        reports = sift(tasks, reports, said.get("diff-base"))
    whole = _whole(said, [*reports, *(unread(error) for error in lost)])
    _write_report(said, whole, tasks)
    code = BROKEN if whole.unread else _exit_code(tasks, reports)
    return CLEAN if code == FOUND and said.has("exit-zero") else code


def _whole(said: Arguments, reports: list[Report]) -> Report:
    """One report of all, which tells of suppressed findings where that is asked for."""
    whole = merge(reports)
    return whole if said.has("show-suppressed") else discreet(whole)


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
        _tell(f"not asked, as they came after rules-as-of: {', '.join(sorted(new))}; --extend-select CODE asks one")


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
                _tell(f"{place}: tells facts and sets nothing; --facts hands them to the check of another file")


def _called(task: Task, code: str) -> Plain:
    return next(rule for rule in task.terms.pack.rules if rule["code"] == code)


def _tell_stale(said: Arguments, tasks: Sequence[Task], reports: Sequence[Report]) -> None:
    if not said.has("quiet") and any(task.terms.baseline for task in tasks):
        from netqlint.ledger import gone, remark

        for line in remark(gone(tasks, reports)):
            _tell(line)


def _judge_suppressions(
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
            _put(data)
        elif count:
            replace(task.path, encode(source.text, source.encoding), data)
        if not said.has("quiet"):
            _tell(f"{task.name}: {count} finding{'s are' if count != 1 else ' is'} ignored from now on")
    return CLEAN


def _baseline(said: Arguments) -> int:
    from netqlint import baseline, ledger
    from netqlint.text import encode
    from netqlint.write import replace

    act = ledger.checked_act(said.places.pop(0))
    configured = _configured(said, lenient=act != "write")
    tasks = _tasks(said, configured)
    path = configured.own.baseline or configured.of(os.curdir).baseline or os.path.abspath(baseline.FILE)
    if act != "write":
        known = configured.baseline(path)
        if not any(task.terms.baseline for task in tasks):
            # nobody named it, so it lies where it was written
            configured = _configured_with(said, path)
            tasks = _tasks(said, configured)
    reports = _check_many(tasks, _jobs(said), not said.has("no-cache"))
    if lost := [one for report in reports for one in report.unread]:
        # of what cannot be read nobody knows what is new in it, or gone
        for one in lost:
            _tell(f"{one.path}: {one.reason}")
        return BROKEN
    if act == "write":
        text, told = ledger.first(path, reports)
        _create(path, text)
        _print(f"{os.path.relpath(path)}: {told}\n")
        return CLEAN
    stale = [one for _, gone in ledger.gone(tasks, reports) for one in gone]
    number = sum(one.count for one in stale)
    if act == "prune":
        left = baseline.without(known, stale)
        if stale:
            with open(path, "rb") as file:
                replace(path, file.read(), encode(baseline.written(left)))
        kept = sum(one.count for one in left.values())
        _print(f"{ledger.listed(stale)}{known.name}: {number} taken out, {kept} left\n")
        return CLEAN
    new = len(merge(reports).findings)
    there = sum(one.count for one in known.known.values()) - number
    _print(f"{ledger.listed(stale)}{known.name}: {there} known, {new} new, {number} gone\n")
    return FOUND if new or number else CLEAN


def _configured_with(said: Arguments, path: str) -> Configured:
    said.values["baseline"] = [path]
    return _configured(said)


def _create(path: str, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetqlintError(f"{os.path.relpath(path)}: cannot be written: {reason}") from None


def _ignores(said: Arguments) -> int:
    from netqlint.register import listed

    configured = _configured(said)
    _print(listed(_tasks(said, configured), as_json=said.get("format") == "json"))
    return CLEAN


def _check_many(tasks: Sequence[Task], jobs: int, remember: bool) -> list[Report]:
    from netqlint.fleet import check_all
    from netqlint.progress import Bar

    with Bar(len(tasks)) as tell:
        return check_all(tasks, jobs, remember, tell)


def _jobs(said: Arguments) -> int:
    from netqlint.jobs import usable_cores

    text = said.get("jobs")
    if not text:
        return usable_cores()
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 1000):
        raise NetqlintError(f"--jobs {text}: write a number of processes from 1 to 999")
    return int(text)


def _fix(said: Arguments) -> int:
    from netqlint.fixer import fix, once

    configured = _configured(said)
    tasks, lost = _found(said, configured)
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
    for task, report in zip(*_judge_suppressions(said, tasks, [f.report for f in all_fixed], configured), strict=True):
        sources.append(task.source())
        all_fixed.append(once(task.source(), report, allowed))
    for task, source, fixed in zip(tasks, sources, all_fixed, strict=True):
        _deliver(task, source, fixed, said)
    reports = [fixed.report for fixed in all_fixed]
    whole = _whole(said, reports)
    if said.has("output") or not (shown or any(task.path is None and not task.sealed for task in tasks)):
        _write_report(said, whole, tasks)
    else:
        _tell_left(said, whole, tasks)
    if shown and any(fixed.made for fixed in all_fixed):
        return FOUND
    return _exit_code(tasks, reports)


def _tell_unwritable(said: Arguments, tasks: Sequence[Task], sources: Sequence[Source]) -> None:
    for task, source in zip(tasks, sources, strict=True):
        if task.sealed and not said.has("diff") and not said.has("as"):
            _tell(
                f"{task.name}: a bundle is never changed; netqlint fix --diff shows what is to be changed on the host"
            )
        elif task.surface(source) == "listing":
            _tell(f"{task.name}: what a host has said is never changed; mend its esx.conf, or tell the host")


def _fix_nothing(said: Arguments, tasks: Sequence[Task], lost: Sequence[Unreadable]) -> int:
    """Half of what was asked for is not mended: nothing is, and the report tells why."""
    from netqlint.tasks import unread

    for error in lost:
        _tell(str(error))
    if said.has("format") or said.has("output"):
        _write_report(said, unread(*lost), tasks)
    return BROKEN


def _deliver(task: Task, source: Source, fixed: Fixed, said: Arguments) -> None:
    from netqlint.text import encode

    if said.has("diff"):
        _put(encode(_diff(source, fixed)))
        return
    if said.has("as"):
        from netqlint.remedy import remedy

        _put(encode(remedy(task, source, fixed, said.get("as"))))
        return
    if task.sealed:
        return
    if task.path is None:
        # a file keeps its end, an option string becomes a line
        line_end = "\n" if task.module and not fixed.text.endswith("\n") else ""
        _put(encode(fixed.text + line_end, source.encoding))
    elif fixed.made:
        from netqlint.write import replace

        replace(task.path, encode(source.text, source.encoding), encode(fixed.text, source.encoding))
    for finding in () if said.has("quiet") else fixed.made:
        _tell(f"{task.name}: fixed {finding.code} {finding.name}: {finding.fix.title if finding.fix else ''}")


def _tell_left(said: Arguments, report: Report, tasks: Sequence[Task]) -> None:
    """The report on stderr, where stdout is taken and there is something to report."""
    from netqlint.outlets import outlets, setting
    from netqlint.reporters.style import PLAIN

    told = setting(tasks)
    for outlet in outlets(said, "concise"):
        text = _rendered(said, outlet.format, report, PLAIN, told)
        if outlet.file:
            _write_out(outlet, text)
        elif report.findings or report.suppressed:
            print(text.encode("utf-8", "backslashreplace").decode(), end="", file=sys.stderr)


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


def _configured(said: Arguments, lenient: bool = True) -> Configured:
    from netqlint.tasks import Configured

    heed = not said.has("no-ignores")
    return Configured(_own_settings(said), said.get("config"), said.has("isolated"), heed, lenient, said.get("surface"))


def _tasks(said: Arguments, configured: Configured) -> list[Task]:
    """What there is to do, each text under the configuration that holds for it. Raises for a place not read."""
    tasks, lost = _found(said, configured)
    if lost:
        raise lost[0]
    return tasks


def _found(said: Arguments, configured: Configured) -> tuple[list[Task], list[Unreadable]]:
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
        _tell(f"{path}: not checked, the configuration excludes it")
    if said.has("output") or said.has("format"):
        from netqlint.outlets import outlets, spare

        spare(outlets(said), [name for task in tasks if task.path for name in task.names], "checked")
    return tasks, lost


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


def _exit_code(tasks: Sequence[Task], reports: Sequence[Report]) -> int:
    for task, report in zip(tasks, reports, strict=True):
        if task.terms.fail_on == "never":
            continue
        bad = SEVERITIES[: SEVERITIES.index(task.terms.fail_on) + 1]
        if any(finding.severity in bad for finding in report.findings):
            return FOUND
    return CLEAN


# --- the report


def _write_report(said: Arguments, report: Report, tasks: Sequence[Task]) -> None:
    if said.has("statistics"):
        from netqlint.reporters.statistics import render

        _print(render(report))
    if said.has("format") or said.has("output"):
        from netqlint.outlets import outlets, setting

        _write_reports(said, outlets(said), report, setting(tasks))
    elif not said.has("statistics") and _worth_reading("text", report):
        _print(_rendered(said, "text", report, _style(said)))


def _write_reports(said: Arguments, outlets: Sequence[Outlet], report: Report, told: Setting) -> None:
    for outlet in outlets:
        if outlet.file or _worth_reading(outlet.format, report):
            _write_out(outlet, _rendered(said, outlet.format, report, _style(said, outlet.file), told))
        summary = os.environ.get("GITHUB_STEP_SUMMARY") if outlet.format == "github" else ""
        if summary:
            from netqlint.outlets import append

            append(summary, _rendered(said, "markdown", report, _style(said, summary), told))


def _worth_reading(format: str, report: Report) -> bool:
    """Not where nothing was checked: a person has read why on standard error."""
    from netqlint.reporters import PEOPLE

    return bool(report.checked) or not report.unread or format not in PEOPLE


def _rendered(said: Arguments, format: str, report: Report, style: Style, told: Setting | None = None) -> str:
    from netqlint.reporters import render

    return render(report, format, style, said.has("verbose"), said.has("quiet"), told)


def _write_out(outlet: Outlet, text: str) -> None:
    """To the file of an outlet, else to stdout."""
    if not outlet.file:
        _print(text)
        return
    try:
        with open(outlet.file, "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetqlintError(f"{outlet.said}: cannot be written: {reason}") from None


def _style(said: Arguments, file: str = "") -> Style:
    from netqlint.reporters.style import Style

    terminal = sys.stdout.isatty() and not file
    colour = {"always": True, "never": False}.get(said.get("color", "auto"), _coloured(terminal, bool(file)))
    return Style(_width(terminal), colour)


def _coloured(terminal: bool, to_file: bool) -> bool:
    """NO_COLOR over FORCE_COLOR over the terminal; both count when they are not empty."""
    if os.environ.get("NO_COLOR") or to_file:
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def _width(terminal: bool) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdecimal() and 0 < int(columns[:6]) < 10_000:
        return int(columns[:6])
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH if terminal else WIDTH
    except OSError:
        return WIDTH


def _convert(said: Arguments) -> int:
    from netqlint.outlets import outlets, placed, spare
    from netqlint.reread import report

    path = said.places[0]
    asked = outlets(said)
    spare(asked, [path], "converted")
    document = _document(path)
    _write_reports(said, asked, report(document), placed(tuple(document["rules"]), [_pack_here()]))
    return CLEAN


def _document(path: str) -> dict[str, Any]:
    """The JSON document of a report. Raises NetqlintError for a file that holds no such thing."""
    import json

    from netqlint.compile.output import problem
    from netqlint.files import open_source
    from netqlint.reread import consistent

    source = open_source(path)
    try:
        document = json.loads(source.text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise NetqlintError(
            f"{source.name}: no JSON; netqlint check --format json=FILE writes what can be converted"
        ) from None
    wrong = problem(document)
    if not wrong and not consistent(document):
        wrong = "its places do not fit its lines"
    if wrong:
        raise NetqlintError(f"{source.name}: no JSON report of netqlint: {wrong}")
    assert isinstance(document, dict)
    return document


# --- what netqlint knows


def _show(said: Arguments) -> int:
    from netqlint.drawings import draw
    from netqlint.outlets import outlets
    from netqlint.painter import picture

    tasks = _tasks(said, _configured(said))
    pictures = [
        picture(task.source(), task.assumed, task.module, task.terms.pack, task.terms.surface) for task in tasks
    ]
    outlet = outlets(said)[0]
    _write_out(outlet, draw(pictures, outlet.format, _style(said, outlet.file)))
    return CLEAN


def _docs(said: Arguments) -> int:
    from netqlint.reference import pages
    from netqlint.shelf import write

    if not said.has("out"):
        raise NetqlintError("netqlint docs needs --out DIR, the folder to write the manual to")
    count = write(said.get("out"), pages(_pack_here()))
    _print(f"wrote {count} pages to {said.get('out')}\n")
    return CLEAN


def _explain(said: Arguments) -> int:
    from netqlint.manual import explain

    width = _width(sys.stdout.isatty())
    pack = _pack_here()
    _print("\n".join(explain(word, pack, width) for word in said.places))
    return CLEAN


def _suggest(said: Arguments) -> int:
    from netqlint.orders import write
    from netqlint.suggestion import suggestion
    from netqlint.wishes import wish

    pack = _pack_here()
    setup = suggestion(wish(said, tuple(pack.catalog["drivers"])), pack)
    _print(write(setup, said.get("as"), _width(sys.stdout.isatty())))
    return CLEAN


def _rules(said: Arguments) -> int:
    if said.places:
        return _new_rule(said)
    for name in ("dir", "family", "code"):
        if said.has(name):
            raise NetqlintError(f"--{name} is for a new rule: netqlint rules new NAME --{name} {said.get(name)}")
    from netqlint.manual import list_rules

    _print(list_rules(_pack_here(), as_json=said.get("format") == "json"))
    return CLEAN


def _new_rule(said: Arguments) -> int:
    from netqlint.skeleton import checked_act, skeleton

    act, *names = said.places
    checked_act(act)
    if not names:
        raise NetqlintError("netqlint rules new needs the name of the rule: netqlint rules new eight-queues-everywhere")
    if said.has("format"):
        raise NetqlintError("netqlint rules new takes no --format")
    if said.has("family") and said.has("code"):
        raise NetqlintError("--code says all that --family does; leave one out")
    path, text, then = skeleton(names[0], said.get("family"), said.get("code"), said.get("dir"))
    try:
        os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    except OSError as error:
        raise NetqlintError(f"{error.filename}: cannot be made: {(error.strerror or str(error)).lower()}") from None
    _create(path, text)
    _print(f"wrote {path}; fill in what says TODO, then {then}\n")
    return CLEAN


def _test(said: Arguments) -> int:
    from netqlint.progress import Bar
    from netqlint.rehearsal import cast, rehearse, render, written

    chosen = cast(said.places)
    with Bar(len(chosen.rules)) as tell:
        outcome = rehearse(chosen, said.has("mutate"), tell)
    _print(written(outcome) if said.get("format") == "json" else render(outcome, _style(said), said.has("quiet")))
    return BROKEN if outcome.broken else FOUND if outcome.wrong else CLEAN


def _pack_here() -> Pack:
    """The pack with the rules that the configuration of this folder adds."""
    from netqlint.config import Settings
    from netqlint.tasks import Configured

    return Configured(Settings(), "", isolated=False).terms(os.curdir).pack


def _schema(said: Arguments) -> int:
    import json

    from netqlint.compile.output import json_schema, show_schema
    from netqlint.compile.rules import rule_schema
    from netqlint.compile.settings import config_schema

    schemas = {"json": json_schema, "show": show_schema, "config": config_schema, "rule": rule_schema}
    name = said.places[0]
    if name not in schemas:
        raise NetqlintError(f"no schema {name}{hint(name, schemas) or '; there are ' + ', '.join(schemas)}")
    _print(json.dumps(schemas[name](), indent=2) + "\n")
    return CLEAN


def _config(said: Arguments) -> int:
    act, *paths = said.places
    if act == "show":
        return _show_config(said, paths[0] if paths else os.path.join(os.curdir, "esx.conf"))
    if act != "init":
        raise NetqlintError(f"netqlint config takes show or init, not {act}{hint(act, ('show', 'init'))}")
    from netqlint.config import FILE
    from netqlint.config import find as find_settings
    from netqlint.pack import load
    from netqlint.starter import start

    folder = paths[0] if paths else os.curdir
    if not os.path.isdir(folder):
        raise NetqlintError(f"{folder}: no such folder")
    path = os.path.normpath(os.path.join(folder, FILE))
    there = find_settings(folder)
    if there and os.path.dirname(there) == os.path.abspath(folder):
        raise NetqlintError(f"{os.path.relpath(there)} holds here already; nothing was written")
    _create(path, start(folder, load()))
    _print(f"wrote {path}\n")
    return CLEAN


def _show_config(said: Arguments, path: str) -> int:
    """What holds for a path as TOML, each value with the place it comes from."""
    from netqlint.compile.origins import Said, origins, written

    configured = _configured(said)
    # whatever is wrong with a file is told by those who read it strictly
    configured.terms(path)
    file = configured.near[os.path.dirname(path)]
    found = origins(file, path) if file else []
    if not any(one.key == "fail-on" for one in found):
        found.append(Said("fail-on", "warning", "default"))
    rows = [(f"{one.key} = {written(one.value)}", one.place) for one in found]
    wide = max(len(text) for text, _ in rows)
    head = f"# what holds for {os.path.normpath(path)}, by {os.path.relpath(file) if file else 'no configuration'}"
    excluded = ["# excluded: it is not checked"] if configured.excludes(path) else []
    lines = [head, *excluded, *(f"{text:<{wide}}  # {place}" for text, place in rows)]
    _print("".join(f"{line}\n" for line in lines))
    return CLEAN


def _cache(said: Arguments) -> int:
    from netqlint import cache

    act = said.places[0]
    if act == "path":
        _print(f"{cache.folder() or 'nowhere: there is no home folder'}\n")
    elif act == "clean":
        try:
            _print(f"removed {cache.clean()} files\n")
        except OSError as error:
            raise NetqlintError(
                f"{error.filename}: cannot be removed: {(error.strerror or str(error)).lower()}"
            ) from None
    else:
        raise NetqlintError(f"netqlint cache takes path or clean, not {act}{hint(act, ('path', 'clean'))}")
    return CLEAN


def _completions(said: Arguments) -> int:
    from netqlint.completion import answer, answer_line, script

    what, *words = said.places
    if what != "answer":
        if words or said.values:
            raise NetqlintError(f"netqlint completions {what} takes nothing more")
        _print(script(what))
        return CLEAN
    commands = {name: command for name, (command, _) in COMMANDS.items()}
    line = said.get("line")
    if "suggest" in line or "suggest" in words:
        commands["suggest"] = with_drivers(SUGGEST, _pack_here().catalog["drivers"])
    _print(answer_line(line, said.get("breaks"), commands, _pack_here) if line else answer(words, commands, _pack_here))
    return CLEAN


COMMANDS: dict[str, tuple[Command, Callable[[Arguments], int]]] = {
    "check": (CHECK, _check),
    "fix": (FIX, _fix),
    "show": (SHOW, _show),
    "explain": (EXPLAIN, _explain),
    "suggest": (SUGGEST, _suggest),
    "rules": (RULES, _rules),
    "test": (TEST, _test),
    "docs": (DOCS, _docs),
    "schema": (SCHEMA, _schema),
    "convert": (CONVERT, _convert),
    "cache": (CACHE, _cache),
    "ignores": (IGNORES, _ignores),
    "baseline": (BASELINE, _baseline),
    "config": (CONFIG, _config),
    "completions": (COMPLETIONS, _completions),
}
