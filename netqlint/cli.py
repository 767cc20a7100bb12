"""The command line: arguments in, exit code out.

Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 what is wrong with the call, the configuration, a
rule or a file; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import sys

from netqlint import __version__
from netqlint.errors import NetqlintError, hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED, PIPE_CLOSED = 130, 141
ABOUT = """\
netqlint reads the NetQueue settings of VMware ESX hosts, says what each NIC
port will really get, what is wrong with that and why, and mends it."""


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


def main(argv: Sequence[str] | None = None) -> int:
    """Run netqlint; the return value is the exit code. Only bugs raise."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # as long as the process lives
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except NetqlintError as error:
        from netqlint.commands import BROKEN
        from netqlint.console import tell

        tell(str(error))
        return BROKEN
    except BrokenPipeError:
        from netqlint.console import forget_stdout

        forget_stdout()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(words: list[str]) -> int:
    # only now: so all is loaded without looking for cycles, and may be interrupted
    from netqlint.arguments import parse, usage
    from netqlint.commands import BROKEN, CLEAN, room
    from netqlint.console import say, tell_lines

    if not words:
        tell_lines(_overview())
        return BROKEN
    name, *rest = words
    if name in ("--version", "-V", "version"):
        say(f"netqlint {__version__}\n")
        return CLEAN
    if name in ("--help", "-h", "help"):
        say(usage(room(_command(rest[0])).COMMAND) if rest else _overview())
        return CLEAN
    asked = room(_command(name))
    own = rest[: rest.index("--")] if "--" in rest else rest
    if "--help" in own or "-h" in own:
        say(usage(asked.COMMAND))
        return CLEAN
    command = asked.COMMAND
    if name == "suggest":
        from netqlint.commands.suggest import with_drivers

        command = with_drivers()
    return asked.run(parse(command, rest))


def _command(name: str) -> str:
    from netqlint.commands import COMMANDS

    if name in COMMANDS:
        return name
    if name.startswith("-"):
        raise NetqlintError(f"{name} stands before the command; write it behind: netqlint check {name}")
    likely = hint(name, COMMANDS)
    if not likely and os.path.lexists(name):
        likely = f"; did you mean netqlint check {name}?"
    likely = likely or f"; there are {', '.join(COMMANDS)}"
    raise NetqlintError(f"no command {name}{likely}")


def _overview() -> str:
    from netqlint.arguments import columns
    from netqlint.commands import COMMANDS, room

    wide = max(map(len, COMMANDS))
    rows = [line for name in COMMANDS for line in columns(name, wide, room(name).COMMAND.help)]
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
