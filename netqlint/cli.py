"""The command line: arguments in, exit code out; the only room that prints.

Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 what is wrong with the call, the configuration, a
rule or a file; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import re
import sys

from netqlint import __version__
from netqlint.arguments import Arguments, Command, Option, near, parse, usage
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
WIDTH = 80

HELP = Option("help", "show this help", letter="h")
FACTS = (
    Option("assume", "a fact of the hosts: esx=4.0, igb=1.3.8.6, cpus=16, mtu=9000, netqueue=on", "NAME=VALUE", many=True),
    Option("ports", "how many ports a driver has, or their controllers in PCI order", "DRIVER=N", many=True),
    Option("options", "the argument is the option string of this driver, not a path", "DRIVER"),
    Option("select", "only these rules: codes, names or families (NQ2, 2xx)", "RULE,…", many=True),
    Option("ignore", "all but these rules", "RULE,…", many=True),
    Option("fail-on", "the least severity that makes the exit code 1 (default: warning)", "SEVERITY", choices=(*SEVERITIES, "never")),
    Option("stdin-filename", "the name to report `-` under", "NAME"),
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
    "Say what is wrong in esx.conf files, folders of them, or (with --options) an option string.",
    "[PATH …]",
    (*FACTS, *OUTPUT),
)
FIX = Command(
    "fix",
    "Write right what can be mended safely; `-` and option strings go to stdout.",
    "[PATH …]",
    (
        Option("diff", "show what would change, write nothing"),
        Option("unsafe", "make the fixes too that a person should look at"),
        *FACTS,
        *OUTPUT,
    ),
)
EXPLAIN = Command(
    "explain",
    "Explain a rule (NQ201, vmdq-needs-msix), a parameter (VMDQ, igb.VMDQ) or a kernel setting.",
    "CODE|NAME|PARAMETER",
    (HELP,),
    least=1,
    most=1,
)
RULES = Command(
    "rules",
    "List the rules.",
    "",
    (Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")), HELP),
    most=0,
)
SCHEMA = Command("schema", "Print a JSON Schema.", "json|config|rule", (HELP,), least=1, most=1)


def main(argv: Sequence[str] | None = None) -> int:
    """Run netqlint; the return value is the exit code. Only bugs raise."""
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return code
    except NetqlintError as error:
        print(f"netqlint: {_one_line(str(error))}", file=sys.stderr)
        return BROKEN
    except BrokenPipeError:
        # Python would complain about the closed pipe once more on its way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def script() -> None:
    """The console script."""
    raise SystemExit(main())


def _one_line(text: str) -> str:
    return " ".join(text.split()).encode("utf-8", "backslashreplace").decode("utf-8")


def _run(words: list[str]) -> int:
    if not words or words[0] in ("--help", "-h", "help"):
        _print(_overview())
        return CLEAN if words else BROKEN
    if words[0] in ("--version", "-V", "version"):
        _print(f"netqlint {__version__}\n")
        return CLEAN
    name = words[0]
    if name not in COMMANDS:
        hint = near(name, COMMANDS) or f"; there are {', '.join(COMMANDS)}"
        raise NetqlintError(f"no command {name}{hint}")
    command, act = COMMANDS[name]
    if any(word in ("--help", "-h") for word in words[1:]):
        _print(usage(command))
        return CLEAN
    return act(parse(command, words[1:]))


def _overview() -> str:
    rows = "".join(f"  {name:<8} {command.help}\n" for name, (command, _) in COMMANDS.items())
    return (
        "netqlint finds, explains and mends mistakes in VMware ESX NetQueue configuration.\n\n"
        f"usage: netqlint COMMAND [OPTION …] [ARGUMENT …]\n\n{rows}\nnetqlint COMMAND --help tells more.\n"
    )


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


# --- check and fix


def _check(said: Arguments) -> int:
    from netqlint.run import check_source

    tasks = _tasks(said)
    reports = []
    for task in tasks:
        source = task.open()
        reports.append(check_source(source, task.assumed, module=task.module, wanted=task.wanted))
    report = merge(reports)
    _write_report(said, report)
    return _exit_code(tasks, reports)


def _fix(said: Arguments) -> int:
    from netqlint.fixer import fix
    from netqlint.run import STDIN, check_source

    tasks = _tasks(said)
    allowed = ("safe", "unsafe") if said.has("unsafe") else ("safe",)
    reports, changes, to_stdout = [], 0, False
    for task in tasks:
        source = task.open()
        fixed = fix(source, lambda text, task=task: check_source(text, task.assumed, module=task.module, wanted=task.wanted), allowed)  # type: ignore[misc]  # mypy cannot type a default argument here
        reports.append(fixed.report)
        changes += bool(fixed.made)
        if said.has("diff"):
            _print(_diff(source, fixed))
        elif task.path in (STDIN, None):
            _print(fixed.text + ("" if task.path else "\n"))
            to_stdout = True
        elif fixed.made:
            _replace(task.path, source, fixed)
        _tell_made(source.name, fixed, said)
    if not to_stdout and not said.has("diff"):
        _write_report(said, merge(reports))
    return FOUND if said.has("diff") and changes else _exit_code(tasks, reports)


def _replace(path: str, source: Source, fixed: Fixed) -> None:
    from netqlint.text import encode
    from netqlint.write import replace

    replace(path, encode(source.text), encode(fixed.text))


def _tell_made(name: str, fixed: Fixed, said: Arguments) -> None:
    if said.has("quiet") or said.has("diff"):
        return
    for finding in fixed.made:
        title = finding.fix.title if finding.fix else ""
        print(_one_line(f"{name}: {finding.code} {finding.name}: {title}"), file=sys.stderr)


def _diff(source: Source, fixed: Fixed) -> str:
    """A unified diff that `patch` understands, line ends and all."""
    from difflib import unified_diff

    # lines as patch sees them: a line feed ends one, nothing else does
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (source.text, fixed.text))
    name = source.name.lstrip("/")
    lines = unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class Task:
    """One text to be looked at, under what is known of it; `path` is None for an option string of the call."""

    def __init__(self, path: str | None, text: str, settings: Settings, module: str | None, shown: str | None) -> None:
        from netqlint.facts import Assumed
        from netqlint.pack import load
        from netqlint.selection import selection

        self.path, self.text, self.module, self.shown = path, text, module, shown
        self.fail_on = settings.fail_on or "warning"
        self.assumed = Assumed(settings.assume, settings.ports)
        self.wanted = selection(load().rules, settings.select, settings.ignore)

    def open(self) -> Source:
        from netqlint.run import open_source
        from netqlint.text import Source

        if self.path is None:
            return Source(f"<{self.module} options>", self.text)
        return open_source(self.path, self.shown)


def _tasks(said: Arguments) -> list[Task]:
    """What there is to do, each file under the configuration that holds for it."""
    from netqlint.run import STDIN, find

    own = _own_settings(said)
    if said.has("options"):
        return _option_tasks(said, own)
    settings = _Configured(said, own)
    shown = said.get("stdin-filename") or None
    paths = find(said.places or ["."], lambda path: settings.of(path).excludes(path))
    tasks = []
    for path in paths:
        name = (shown or os.path.join(os.curdir, "stdin")) if path == STDIN else path
        tasks.append(Task(path, "", settings.of(name).for_path(name).merge(own), None, shown if path == STDIN else None))
    return tasks


def _option_tasks(said: Arguments, own: Settings) -> list[Task]:
    if not said.places:
        raise NetqlintError("--options needs the option string as an argument: netqlint check --options igb 'IntMode=3,3'")
    module = said.get("options")
    settings = _Configured(said, own).of(os.curdir).for_path(os.curdir).merge(own)
    return [Task(None, text, settings, module, None) for text in said.places]


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

    def __init__(self, said: Arguments, own: Settings) -> None:
        self.named = said.get("config")
        self.isolated = said.has("isolated")
        self.found: dict[str, str] = {}
        self.loaded: dict[str, Settings] = {}

    def of(self, path: str) -> Settings:
        from netqlint.config import Settings, find, load

        file = "" if self.isolated else self.named or find(path, self.found)
        if file not in self.loaded:
            self.loaded[file] = load(file) if file else Settings()
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
        raise NetqlintError(f"{said.get('output')}: cannot be written: {(error.strerror or str(error)).lower()}") from None


def _style(said: Arguments) -> Style:
    from netqlint.reporters.style import Style

    terminal = sys.stdout.isatty() and not said.has("output")
    colour = {"always": True, "never": False}.get(said.get("color", "auto"), _coloured(terminal))
    return Style(_width(terminal), colour)


def _coloured(terminal: bool) -> bool:
    """NO_COLOR over FORCE_COLOR over the terminal; both count when they are not empty."""
    if os.environ.get("NO_COLOR"):
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

    _print(explain(said.places[0], load(), _width(sys.stdout.isatty())))
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
