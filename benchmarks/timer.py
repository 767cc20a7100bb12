"""Times whole processes in pairs, A B A B: on a machine that speeds up and slows down only ratios can be trusted.

A process is timed from its start to its end, its memory is the peak the system saw. Every run counts but the
first of each command, which warms caches up.
"""

from __future__ import annotations

import marshal
import os
import selectors
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

STARTER = Path(__file__).with_name("starter.py")


class RunError(Exception):
    """A measured command could not be started, or ended otherwise than it should; `brief` is for a table."""

    def __init__(self, message: str, brief: str = "failed") -> None:
        super().__init__(message)
        self.brief = brief


@dataclass(frozen=True)
class Command:
    """What is run: `codes` are the exit codes that mean it did its work, `prepare` is done before, untimed."""

    argv: Sequence[str | Path]
    codes: tuple[int, ...] = (0, 1)
    prepare: Callable[[], object] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What one process took: seconds of the clock and of the processor, peak memory in bytes."""

    seconds: float
    cpu: float
    peak: int
    stopped: bool = False


@dataclass(frozen=True)
class Spread:
    """The median of some figures, the least and the greatest of them, and how many there are."""

    middle: float
    low: float
    high: float
    number: int


def spread(figures: Iterable[float]) -> Spread:
    found = list(figures)
    return Spread(median(found), min(found), max(found), len(found))


def ratios(rounds: Iterable[Sequence[Run]], *, peak: bool = False) -> list[float]:
    """First to second of each round, in time or in peak memory."""
    if peak:
        return [first.peak / second.peak for first, second, *_ in rounds]
    return [first.seconds / second.seconds for first, second, *_ in rounds]


def shared_gains(rounds: Iterable[Sequence[Run]]) -> list[float]:
    """What share of the gain of bare loops a program gets, for rounds of (one job, two jobs, one loop, two loops)."""
    return [(one.seconds / two.seconds) / (bare.seconds / both.seconds) for one, two, bare, both in rounds]


def clean_environment(home: Path) -> dict[str, str]:
    """The same for every command: nothing of Python's or of the caller's own taste, caches under `home`."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
    }


class Timer:
    """Runs commands in `folder`, one at a time; a context manager."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.environment = clean_environment(home)
        self.out, self.err = home / "stdout", home / "stderr"

    def __enter__(self) -> Self:
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.starter = subprocess.Popen(
            [sys.executable, "-I", "-S", STARTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self.folder,
            # nothing is read ahead, so that waiting for an answer sees every answer
            bufsize=0,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.starter.kill()
        self.starter.communicate()

    def run(self, command: Command, limit: float | None = None) -> Run:
        """Runs a command once; one that takes longer than `limit` seconds is stopped.

        Raises RunError where it cannot be started or ends with none of its exit codes.
        """
        if command.prepare:
            command.prepare()
        argv = [str(word) for word in command.argv]
        order = (argv, {**self.environment, **command.environment}, str(self.out), str(self.err))
        self._say(marshal.dumps(order).hex())
        child = int(self._hear(None))
        if not child:
            raise RunError(f"{_shown(argv)}: cannot be started")
        stopped = False
        try:
            answer = self._hear(limit)
        except TimeoutError:
            stopped = True
            _kill(child)
            answer = self._hear(None)
        except BaseException:
            _kill(child)
            raise
        seconds, cpu, peak, code = answer.split()
        if not stopped and int(code) not in command.codes:
            raise RunError(f"{_shown(argv)}: exit code {code}: {self._last_words()}", f"failed, exit code {code}")
        return Run(float(seconds), float(cpu), int(peak), stopped)

    def rounds(self, commands: Sequence[Command], number: int) -> list[tuple[Run, ...]]:
        """Runs the commands in turn, `number` times over."""
        return [tuple(self.run(command) for command in commands) for _ in range(number)]

    def floor(self) -> int:
        """The peak memory of a process that needs none: that of the one it was started by."""
        return self.run(Command([shutil.which("true") or "/bin/true"], (0,))).peak

    def output(self, command: Command) -> str:
        """What a command writes to stdout."""
        self.run(command)
        return self.out.read_text(encoding="utf-8", errors="replace")

    def _say(self, line: str) -> None:
        assert self.starter.stdin
        self.starter.stdin.write(f"{line}\n".encode())

    def _hear(self, limit: float | None) -> str:
        assert self.starter.stdout
        if limit is not None:
            with selectors.DefaultSelector() as selector:
                selector.register(self.starter.stdout, selectors.EVENT_READ)
                if not selector.select(limit):
                    raise TimeoutError
        line = self.starter.stdout.readline()
        if not line:
            raise RunError("what starts the commands has died")
        return line.decode()

    def _last_words(self) -> str:
        text = self.err.read_text(encoding="utf-8", errors="replace") or self.out.read_text(errors="replace")
        return " ".join(text.split())[-300:]


def _shown(argv: Sequence[str]) -> str:
    """A command as it is told to people: no folders of this machine."""
    return " ".join(Path(word).name if os.path.isabs(word) else word for word in argv[:4])


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
