"""The command line: arguments in, exit code out; the only room that prints.

Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 what is wrong with the call, the configuration, a
rule or a file; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import re
import sys

from netqlint import __version__
from netqlint.arguments import WIDTH, Arguments, Command, Option, columns, near, parse, usage
from netqlint.errors import NetqlintError
from netqlint.finding import SEVERITIES, Report, merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netqlint.config import Settings
    from netqlint.fixer import Fixed
    from netqlint.reporters.style import Style
    from netqlint.text import Source

CLEAN, FOUND, BROKEN, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141

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
    Option("options", "the argument is the option string of this driver, not a path", "DRIVER"),
    Option("select", "only these rules: codes, names or families (NQ2, 2xx)", "RULE,…", many=True),
    Option("ignore", "all but these rules", "RULE,…", many=True),
    Option(
        "fail-on",
        "the least severity that makes the exit code 1: error, warning, info or never (default: warning)",
        "SEVERITY",
        choices=(*SEVERITIES, "never"),
    ),
    Option("stdin-filename", "the name that standard input goes by", "NAME"),
    Option("config", "this configuration file, not the one found upwards", "FILE"),
    Option("isolated", "no configuration file"),
)
OUTPUT = (
    Option("format", "text, concise or json (default: text)", "FORMAT", choices=("text", "concise", "json")),
    Option("output", "write the report to a file", "FILE"),
    Option("color", "auto, always or never (default: auto)", "WHEN", choices=("auto", "always", "never")),
    Option("quiet", "findings only", letter="q"),
    Option("verbose", "every fact and every undecided rule", letter="v"),
    HELP,
)
CHECK = Command(
    "check",
    "Say what is wrong in esx.conf files and folders of them (default: this folder), in standard input (-), or in an "
    "option string (--options).",
    "[PATH …]",
    (*ASSUMED, *OUTPUT),
    more="""\
  netqlint check /etc/vmware/esx.conf
  netqlint check --options igb 'IntMode=3,3' --ports igb=2 --assume esx=4.0
  ssh HOST cat /etc/vmware/esx.conf | netqlint check -

exit code: 0 nothing at or above --fail-on, 1 findings, 2 the call, the
configuration or a file is wrong""",
)
FIX = Command(
    "fix",
    "Mend what can be mended without changing what a host does, and report what is left. Standard input (-) and "
    "option strings come out mended on stdout.",
    "[PATH …]",
    (
        Option("diff", "show what would change, write nothing; the exit code is 1 if anything would"),
        Option("unsafe", "make the fixes too that a person should look at"),
        *ASSUMED,
        *OUTPUT,
    ),
    more="""\
  netqlint fix --diff --unsafe hosts/
  netqlint fix - < esx.conf > esx.conf.mended

exit code: 0 nothing left at or above --fail-on, 1 findings left, 2 the call,
the configuration or a file is wrong""",
)
EXPLAIN = Command(
    "explain",
    "Explain rules (NQ201, vmdq-needs-msix), parameters (VMDQ, igb.VMDQ), drivers (igb) and VMkernel settings "
    "(netNetqueueEnabled).",
    "RULE|PARAMETER|DRIVER|SETTING …",
    (HELP,),
    least=1,
)
RULES = Command(
    "rules",
    "List the rules: code, severity, fix, name, summary.",
    "",
    (Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")), HELP),
    most=0,
)
SCHEMA = Command(
    "schema",
    "Print the JSON Schema of reports (json), of netqlint.toml (config) or of rule files (rule).",
    "json|config|rule",
    (HELP,),
    least=1,
    most=1,
)


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
    """The console script."""
    raise SystemExit(main())


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
    return act(parse(command, rest))


def _command(name: str) -> tuple[Command, Callable[[Arguments], int]]:
    if name in COMMANDS:
        return COMMANDS[name]
    if name.startswith("-"):
        raise NetqlintError(f"{name} stands before the command; write it behind: netqlint check {name}")
    hint = near(name, COMMANDS)
    if not hint and os.path.lexists(name):
        hint = f"; did you mean netqlint check {name}?"
    hint = hint or f"; there are {', '.join(COMMANDS)}"
    raise NetqlintError(f"no command {name}{hint}")


def _overview() -> str:
    rows = [line for name, (command, _) in COMMANDS.items() for line in columns(name, 7, command.help)]
    return "\n".join(
        [
            "netqlint reads the NetQueue settings of VMware ESX hosts, says what each NIC",
            "port will really get, what is wrong with that and why, and mends it.",
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
    """One line on stderr, whatever the text."""
    print(f"netqlint: {' '.join(text.split())}".encode("utf-8", "backslashreplace").decode(), file=sys.stderr)


# --- check and fix


def _check(said: Arguments) -> int:
    tasks = _tasks(said)
    reports = [task.judge(task.source) for task in tasks]
    _write_report(said, merge(reports))
    return _exit_code(tasks, reports)


def _fix(said: Arguments) -> int:
    from netqlint.fixer import fix

    tasks = _tasks(said)
    allowed = ("safe", "unsafe") if said.has("unsafe") else ("safe",)
    # all is thought through before anything is written
    all_fixed = [fix(task.source, task.judge, allowed) for task in tasks]
    for task, fixed in zip(tasks, all_fixed, strict=True):
        _deliver(task, fixed, said)
    reports = [fixed.report for fixed in all_fixed]
    if said.has("output") or not (said.has("diff") or any(task.path is None for task in tasks)):
        _write_report(said, merge(reports))
    else:
        _tell_left(said, merge(reports))
    if said.has("diff") and any(fixed.made for fixed in all_fixed):
        return FOUND
    return _exit_code(tasks, reports)


def _deliver(task: Task, fixed: Fixed, said: Arguments) -> None:
    from netqlint.text import encode

    if said.has("diff"):
        _put(encode(_diff(task.source, fixed)))
        return
    if task.path is None:
        # a file keeps its end, an option string becomes a line
        line_end = "\n" if task.module and not fixed.text.endswith("\n") else ""
        _put(encode(fixed.text + line_end))
    elif fixed.made:
        from netqlint.write import replace

        replace(task.path, encode(task.source.text), encode(fixed.text))
    for finding in () if said.has("quiet") else fixed.made:
        _tell(f"{task.source.name}: fixed {finding.code} {finding.name}: {finding.fix.title if finding.fix else ''}")


def _tell_left(said: Arguments, report: Report) -> None:
    """The report on stderr, where stdout is taken and there is something to report."""
    from netqlint.reporters import render

    if report.findings:
        text = render(report, said.get("format", "concise"), verbose=said.has("verbose"), quiet=said.has("quiet"))
        print(text.encode("utf-8", "backslashreplace").decode(), end="", file=sys.stderr)


def _diff(source: Source, fixed: Fixed) -> str:
    """A unified diff that `patch` understands, line ends and all."""
    from difflib import unified_diff

    # lines as patch sees them: a line feed ends one, nothing else does
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (source.text, fixed.text))
    name = source.name.lstrip("/")
    # as git does: patch takes the name to end at the first blank otherwise
    name += "\t" if " " in name else ""
    lines = unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class Task:
    """One text to be looked at, under what is known of it; `path` is None where the mended text goes to stdout."""

    def __init__(self, path: str | None, source: Source, settings: Settings, module: str | None = None) -> None:
        from netqlint.facts import Assumed
        from netqlint.pack import load
        from netqlint.selection import selection

        self.path, self.source, self.module = path, source, module
        self.fail_on = settings.fail_on or "warning"
        self.assumed = Assumed(settings.assume, settings.ports)
        self.wanted = selection(load().rules, settings.select, settings.ignore)

    def judge(self, source: Source) -> Report:
        from netqlint.run import check_source

        return check_source(source, self.assumed, module=self.module, wanted=self.wanted)


def _tasks(said: Arguments) -> list[Task]:
    """What there is to do, each file under the configuration that holds for it."""
    own = _own_settings(said)
    configured = _Configured(said)
    if said.has("options"):
        return [_option_task(said, configured.of(os.curdir).for_path(os.curdir).merge(own))]
    from netqlint.run import STDIN, find, open_source

    shown = said.get("stdin-filename")
    if shown and STDIN not in said.places:
        raise NetqlintError("--stdin-filename names standard input, which is not read; say - to read it")
    paths, left_out = find(said.places or [os.curdir], lambda path: configured.of(path).excludes(path))
    for path in () if said.has("quiet") else left_out:
        _tell(f"{path}: not checked, the configuration excludes it")
    tasks = []
    for path in paths:
        named = (shown or os.path.join(os.curdir, "stdin")) if path == STDIN else path
        settings = configured.of(named).for_path(named).merge(own)
        tasks.append(Task(None if path == STDIN else path, open_source(path, shown), settings))
    _spare_files(said, paths)
    return tasks


def _spare_files(said: Arguments, paths: Sequence[str]) -> None:
    """Refuse a report over a file that is read: a slip of the hand there costs an esx.conf."""
    output = said.get("output")
    if output and os.path.realpath(output) in {os.path.realpath(path) for path in paths}:
        raise NetqlintError(f"--output {output}: this file is checked, the report would overwrite it")


def _option_task(said: Arguments, settings: Settings) -> Task:
    from netqlint.run import STDIN, open_source
    from netqlint.text import Source

    module = said.get("options")
    shown = said.get("stdin-filename") or f"<{module} options>"
    if said.places == [STDIN]:
        return Task(None, open_source(STDIN, shown), settings, module)
    # without quotes the shell has cut the string at its blanks
    text = " ".join(said.places)
    if not text.strip():
        raise NetqlintError(f"--options {module} needs the option string: netqlint check --options igb 'IntMode=3,3'")
    if os.path.isfile(text):
        raise NetqlintError(f"--options {module} takes an option string, and {text} is a file; leave --options out")
    return Task(None, Source(shown, text), settings, module)


def _own_settings(said: Arguments) -> Settings:
    from netqlint.config import Settings

    return Settings(
        assume=said.pairs("assume"),
        ports=said.pairs("ports"),
        select=tuple(said.every("select")),
        ignore=tuple(said.every("ignore")),
        fail_on=said.get("fail-on"),
    )


class _Configured:
    """The settings for every path: of the file named in the call, or of the one found upwards from the path."""

    def __init__(self, said: Arguments) -> None:
        self.named = said.get("config")
        self.isolated = said.has("isolated")
        if self.named and self.isolated:
            raise NetqlintError("--config names a configuration file and --isolated wants none; leave one out")
        self.found: dict[str, str] = {}
        self.loaded: dict[str, Settings] = {}

    def of(self, path: str) -> Settings:
        from netqlint.config import Settings, find, load
        from netqlint.pack import load as pack

        file = "" if self.isolated else self.named or find(path, self.found)
        if file not in self.loaded:
            self.loaded[file] = load(file, pack()) if file else Settings()
        return self.loaded[file]


def _exit_code(tasks: Sequence[Task], reports: Sequence[Report]) -> int:
    for task, report in zip(tasks, reports, strict=True):
        if task.fail_on == "never":
            continue
        bad = SEVERITIES[: SEVERITIES.index(task.fail_on) + 1]
        if any(finding.severity in bad for finding in report.findings):
            return FOUND
    return CLEAN


# --- the report


def _write_report(said: Arguments, report: Report) -> None:
    from netqlint.reporters import render

    style = _style(said)
    text = render(report, said.get("format", "text"), style, said.has("verbose"), said.has("quiet"))
    if not said.has("output"):
        _print(text)
        return
    try:
        with open(said.get("output"), "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetqlintError(f"--output {said.get('output')}: cannot be written: {reason}") from None


def _style(said: Arguments) -> Style:
    from netqlint.reporters.style import Style

    terminal = sys.stdout.isatty() and not said.has("output")
    colour = {"always": True, "never": False}.get(said.get("color", "auto"), _coloured(terminal, said.has("output")))
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


# --- what netqlint knows


def _explain(said: Arguments) -> int:
    from netqlint.manual import explain
    from netqlint.pack import load

    width = _width(sys.stdout.isatty())
    _print("\n".join(explain(word, load(), width) for word in said.places))
    return CLEAN


def _rules(said: Arguments) -> int:
    from netqlint.manual import list_rules
    from netqlint.pack import load

    _print(list_rules(load(), as_json=said.get("format") == "json"))
    return CLEAN


def _schema(said: Arguments) -> int:
    import json

    from netqlint.compile.output import json_schema
    from netqlint.compile.rules import rule_schema
    from netqlint.compile.settings import config_schema

    schemas = {"json": json_schema, "config": config_schema, "rule": rule_schema}
    name = said.places[0]
    if name not in schemas:
        raise NetqlintError(f"no schema {name}{near(name, schemas) or '; there are ' + ', '.join(schemas)}")
    _print(json.dumps(schemas[name](), indent=2) + "\n")
    return CLEAN


COMMANDS: dict[str, tuple[Command, Callable[[Arguments], int]]] = {
    "check": (CHECK, _check),
    "fix": (FIX, _fix),
    "explain": (EXPLAIN, _explain),
    "rules": (RULES, _rules),
    "schema": (SCHEMA, _schema),
}
