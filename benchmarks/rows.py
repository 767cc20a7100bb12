"""What is compared with what, and how far it may go: every row of the table comes from here."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import inputs
from benchmarks.timer import Command, RunError, Spread, ratios, shared_gains, spread
from benchmarks.tools import PEERS, PROGRAMS, Netqlint, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.timer import Run, Timer
    from benchmarks.tools import Peer, Tools

MEGABYTE = 1_000_000
# a median of runs that take equally long lies on either side of 1
NOISE = 1.05
OTHER_FLEETS = {"mixed": "findings in every 20th file", "unlike": "no two hosts alike"}
SCRIPTS = {"rollout": "every tenth a command", "commands": "every one a command"}
PLACES = ("file", "large", "fleet")
SETTINGS = """\
fail-on = "warning"

[assume]
esx = "4.1"
igb = "400.2.4.10"

[ports]
igb = 4
"""


@dataclass(frozen=True)
class Row:
    """A figure, the target it is held against, and whether it is reached: None where there is none of the two."""

    what: str
    against: str
    figure: Spread | None = None
    target: str = ""
    reached: bool | None = None
    share: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Target:
    """What a figure must be: at most `bound`, or at least."""

    bound: float
    least: bool = False
    said: str = ""

    def __str__(self) -> str:
        return self.said or f"{'≥' if self.least else '≤'} {self.bound:g}"

    def share(self, value: float) -> float:
        """How much of what is allowed is used: reached up to 1."""
        return self.bound / value if self.least else value / self.bound


@dataclass(frozen=True)
class Cell:
    """A peer at one job of its own: its time, its peak memory, and how many times netqlint's time that is."""

    seconds: float | None = None
    peak: int | None = None
    ratio: Spread | None = None
    note: str = ""


@dataclass(frozen=True)
class Sizes:
    """How large the inputs are (lines, files), and how long a measurement may be."""

    large: int
    files: int
    few: tuple[int, ...]
    pairs: int
    patience: float
    limit: float
    lines: int = 1000
    steps: int = 16_000_000


FULL = Sizes(large=1_000_000, files=1000, few=(2, 30, 300), pairs=21, patience=42, limit=60)
QUICK = Sizes(large=20_000, files=20, few=(2,), pairs=3, patience=1, limit=3, steps=1_000_000)


class Bench:
    """One run: the tools, the timer, the inputs."""

    def __init__(self, tools: Tools, timer: Timer, folder: Path, sizes: Sizes) -> None:
        self.tools, self.timer, self.folder, self.sizes = tools, timer, folder, sizes
        self.netqlint = Netqlint(tools, timer)
        self.bare = Command([tools.python, "-c", "pass"], (0,))
        self.made: dict[tuple[str, str, int], Path] = {}

    # --- measuring

    def pairs(self, commands: Sequence[Command]) -> list[tuple[Run, ...]]:
        """As many rounds as patience allows, after one that warms up; one that takes too long is all there is."""
        first = self.timer.rounds(commands, 1)
        number = rounds_for(sum(run.seconds for run in first[0]), self.sizes)
        return first if number == 1 else self.timer.rounds(commands, number)

    def row(self, what: str, against: str, commands: Sequence[Command], target: Target | None = None) -> Row:
        return _judged(what, against, spread(ratios(self.pairs(commands))), target)

    def program(self, name: str, *words: object) -> Command:
        """One of the bare programs, on the same interpreter as netqlint."""
        return Command([self.tools.python, PROGRAMS / name, *map(str, words)], (0,))

    def peer(self, name: str, path: Path) -> Command | None:
        return self.tools.command(next(peer for peer in PEERS if peer.name == name), path)

    # --- inputs

    def file(self, kind: str, lines: int) -> Path:
        if ("file", kind, lines) not in self.made:
            self.made["file", kind, lines] = inputs.write_file(self.folder, kind, lines)
        return self.made["file", kind, lines]

    def fleet(self, kind: str, files: int) -> Path:
        if ("fleet", kind, files) not in self.made:
            self.made["fleet", kind, files] = inputs.write_fleet(self.folder, kind, files, self.sizes.lines)
        return self.made["fleet", kind, files]

    # --- the table of targets

    def rows(self, cells: Mapping[str, Mapping[str, Cell]]) -> Iterator[Row]:
        """All rows; those of the peers are taken from what was measured of them already."""
        yield from self._tried(_cold)
        yield from self._tried(_configured)
        yield from _python_peers(cells, self.sizes)
        for measure in (_large, _growth, _fleet, _jobs, _few, _warm, _fix, _scripts):
            yield from self._tried(measure)

    def stages(self) -> Iterator[Row]:
        """What a cold check is made of: each row is all above it and one thing more."""
        yield from self._tried(_stages)

    def _tried(self, measure: Callable[[Bench], Iterator[Row]]) -> Iterator[Row]:
        title = (measure.__doc__ or "").rstrip(".")
        tell(f"{title}.")
        try:
            yield from measure(self)
        except RunError as error:
            tell(str(error))
            yield Row(title, "", note=error.brief)

    # --- the table of peers

    def own(self) -> dict[str, Cell]:
        """netqlint itself, in the same places."""
        tell("netqlint on its own files.")
        paths = (
            self.file("esxconf", self.sizes.lines),
            self.file("esxconf", self.sizes.large),
            self.fleet("esxconf", self.sizes.files),
        )
        return dict(zip(PLACES, map(self._own_cell, paths), strict=True))

    def _own_cell(self, path: Path) -> Cell:
        try:
            runs = [run for (run,) in self.pairs((self.netqlint.check(path),))]
        except RunError as error:
            tell(str(error))
            return Cell(note=error.brief)
        return Cell(spread(run.seconds for run in runs).middle, max(run.peak for run in runs))

    def cells(self, peer: Peer) -> dict[str, Cell]:
        """A peer on one small file, one large file and many files, each against netqlint."""
        tell(f"{peer.name} on its own files.")
        small = self._cell(peer, self.file, self.sizes.lines, 0.0)
        # were it no more than linear, so much longer would it take
        slow = (small.seconds or 0.0) / self.sizes.lines
        large = self._cell(peer, self.file, self.sizes.large, slow * self.sizes.large)
        fleet = self._cell(peer, self.fleet, self.sizes.files, slow * self.sizes.files * self.sizes.lines)
        return dict(zip(PLACES, (small, large, fleet), strict=True))

    def _cell(self, peer: Peer, make: Callable[[str, int], Path], size: int, expected: float) -> Cell:
        if expected > 3 * self.sizes.limit:
            return Cell(note=f"not run: some {expected:,.0f} s to expect")
        theirs = self.tools.command(peer, make(peer.kind, size))
        if theirs is None:
            return Cell(note="not installed")
        ours = self.netqlint.check(make("esxconf", size))
        try:
            run = self.timer.run(theirs, self.sizes.limit)
            if run.stopped:
                mine = self.timer.run(ours)
                return Cell(run.seconds, run.peak, spread([run.seconds / mine.seconds]), "stopped")
            found = self.pairs((theirs, ours))
        except RunError as error:
            tell(str(error))
            return Cell(note=error.brief)
        middle = spread(theirs.seconds for theirs, _ in found).middle
        return Cell(middle, max(theirs.peak for theirs, _ in found), spread(ratios(found)))


def rounds_for(seconds: float, sizes: Sizes) -> int:
    """How many rounds of so many seconds are worth the wait: all of them when short, one when very long."""
    if seconds <= sizes.patience / sizes.pairs:
        return sizes.pairs
    if seconds <= sizes.patience:
        return max(3, int(sizes.patience / seconds))
    return 3 if seconds <= 3 * sizes.patience else 1


def _judged(what: str, against: str, figure: Spread, target: Target | None, note: str = "") -> Row:
    if target is None:
        return Row(what, against, figure, note=note)
    share = target.share(figure.middle)
    return Row(what, against, figure, str(target), share <= 1, share, note)


def _missing(what: str, against: str, target: Target | None, note: str) -> Row:
    return Row(what, against, target=str(target or ""), note=note)


# --- measures, in the order of the table


def _cold(bench: Bench) -> Iterator[Row]:
    """Cold check of one small file."""
    ours = bench.netqlint.check(bench.file("esxconf", bench.sizes.lines))
    what = f"check of {bench.sizes.lines:,} lines, cold"
    yield bench.row(what, "`python -c pass`", (ours, bench.bare), Target(2.5))
    ruff = bench.peer("ruff", bench.file("python", bench.sizes.lines))
    target = Target(3)
    if ruff:
        yield bench.row(what, "ruff --no-cache", (ours, ruff), target)
    else:
        yield _missing(what, "ruff --no-cache", target, "ruff is not installed")


def _configured(bench: Bench) -> Iterator[Row]:
    """Cold check with a configuration file and findings as text."""
    folder = bench.folder / "configured"
    file = inputs.write(folder / "host.esx.conf", inputs.spoiled(bench.sizes.lines))
    (folder / "netqlint.toml").write_text(SETTINGS, encoding="utf-8")
    ours = bench.netqlint.check(file)
    count = sum(_summary(bench, file)[name] for name in ("error", "warning", "info"))
    row = bench.row("the same, configured, findings as text", "`python -c pass`", (ours, bench.bare), Target(3))
    yield Row(row.what, row.against, row.figure, row.target, row.reached, row.share, f"{count} findings")


def _python_peers(cells: Mapping[str, Mapping[str, Cell]], sizes: Sizes) -> Iterator[Row]:
    target = Target(3, least=True)
    for peer in PEERS:
        if not peer.python:
            continue
        cell = cells[peer.name]["file"]
        what = f"{peer.name} on {sizes.lines:,} lines"
        if cell.ratio:
            yield _judged(what, "netqlint", cell.ratio, target, cell.note)
        else:
            yield _missing(what, "netqlint", target, cell.note)


def _large(bench: Bench) -> Iterator[Row]:
    """One large file: time and peak memory."""
    file = bench.file("esxconf", bench.sizes.large)
    found = bench.pairs((bench.netqlint.check(file), bench.program("finditer.py", file)))
    what = f"check of {bench.sizes.large:,} lines"
    yield _judged(what, "bare `re.finditer`", spread(ratios(found)), Target(0.7))
    size = file.stat().st_size
    allowed = 3 * size + 40 * MEGABYTE
    peaks = spread(ours.peak / size for ours, _ in found)
    note = f"{peaks.middle * size / MEGABYTE:.0f} MB for a file of {size / MEGABYTE:.0f} MB"
    target = Target(allowed / size, said=f"≤ 3 × file + 40 MB = {allowed / MEGABYTE:.0f} MB")
    yield _judged(f"peak memory, {bench.sizes.large:,} lines", "size of the file", peaks, target, note)


def _growth(bench: Bench) -> Iterator[Row]:
    """Growth from a tenth of the large file to all of it."""
    tenth = bench.sizes.large // 10
    files = [bench.file("esxconf", lines) for lines in (bench.sizes.large, tenth)]
    whole, part = (bench.netqlint.check(file) for file in files)
    yield bench.row(f"check of {bench.sizes.large:,} lines", f"{tenth:,} lines", (whole, part), Target(11))


def _fleet(bench: Bench) -> Iterator[Row]:
    """Many files without a cache."""
    hosts, what = (
        bench.fleet("esxconf", bench.sizes.files),
        f"{bench.sizes.files:,} files × {bench.sizes.lines:,} lines",
    )
    ruff = bench.peer("ruff", bench.fleet("python", bench.sizes.files))
    for jobs, target in ((1, None), (2, Target(1))):
        name, note = f"{what}, {jobs} job{'s' * (jobs > 1)}", "not yet: netqlint has no --jobs"
        if ruff is None:
            yield _missing(name, "ruff --no-cache", target, "ruff is not installed")
        elif bench.netqlint.has("--jobs"):
            yield bench.row(name, "ruff --no-cache", (bench.netqlint.check("--jobs", str(jobs), hosts), ruff), target)
        elif jobs == 1:
            yield bench.row(name, "ruff --no-cache", (bench.netqlint.check(hosts), ruff), target)
        else:
            yield _missing(name, "ruff --no-cache", target, note)
    if ruff and bench.netqlint.has("--jobs"):
        for kind, told in OTHER_FLEETS.items():
            other = bench.netqlint.check("--jobs", "2", bench.fleet(kind, bench.sizes.files))
            yield bench.row(f"the same, 2 jobs, {told}", "ruff --no-cache", (other, ruff))


def _jobs(bench: Bench) -> Iterator[Row]:
    """What a second job gains."""
    what, against, target = (
        f"gain of 2 jobs over 1, {bench.sizes.files:,} files",
        "gain of 2 bare loops",
        Target(0.85, least=True),
    )
    if not bench.netqlint.has("--jobs"):
        yield _missing(what, against, target, "not yet: netqlint has no --jobs")
        return
    one, two = _by_jobs(bench, bench.sizes.files)
    loop, loops = (bench.program("loops.py", number, bench.sizes.steps) for number in (1, 2))
    gains = shared_gains(bench.pairs((one, two, loop, loops)))
    yield _judged(what, against, spread(gains), target)


def _few(bench: Bench) -> Iterator[Row]:
    """Few files: a second job must not slow them down."""
    target = Target(NOISE, said=f"≤ 1 ({NOISE - 1:.0%} of noise allowed)")
    for files in bench.sizes.few:
        what, against = f"2 jobs, {files} files", "1 job"
        if bench.netqlint.has("--jobs"):
            one, two = _by_jobs(bench, files)
            yield bench.row(what, against, (two, one), target)
        else:
            yield _missing(what, against, target, "not yet: netqlint has no --jobs")


def _by_jobs(bench: Bench, files: int) -> tuple[Command, Command]:
    hosts = bench.fleet("esxconf", files)
    return bench.netqlint.check("--jobs", "1", hosts), bench.netqlint.check("--jobs", "2", hosts)


def _warm(bench: Bench) -> Iterator[Row]:
    """Many files, unchanged since the last run."""
    hosts = bench.fleet("esxconf", bench.sizes.files)
    what, target = f"{bench.sizes.files:,} unchanged files, warm cache", Target(5)
    # a cache of which nothing says how to do without it is no cache
    if not bench.netqlint.has("--no-cache"):
        yield _missing(what, "`python -c pass`", target, "not yet: netqlint has no --no-cache")
        return
    ours = bench.netqlint.check(hosts, cached=True)
    yield bench.row(what, "`python -c pass`", (ours, bench.bare), target)
    mixed = bench.netqlint.check(bench.fleet("mixed", bench.sizes.files), cached=True)
    yield bench.row(f"the same, {OTHER_FLEETS['mixed']}", "`python -c pass`", (mixed, bench.bare))
    program = bench.tools.program(next(peer for peer in PEERS if peer.name == "ruff"))
    if program:
        words = ("check", "--isolated", "--cache-dir", bench.tools.home / "cache" / "ruff")
        ruff = Command([program, *words, bench.fleet("python", bench.sizes.files)])
        yield bench.row(what, "ruff, warm cache", (ours, ruff))


def _fix(bench: Bench) -> Iterator[Row]:
    """Fixing one file with ten findings."""
    text = inputs.mendable(bench.sizes.lines)
    kept = inputs.write(bench.folder / "mendable" / "kept", text)
    file = inputs.write(bench.folder / "mendable" / "esx.conf", text)
    what, target = f"fix of {inputs.MENDABLE} findings in {bench.sizes.lines:,} lines", Target(2)
    summary = _summary(bench, file)
    found = summary["fixable_safe"] + summary["fixable_unsafe"]
    if found != inputs.MENDABLE:
        note = f"not yet: netqlint can fix {found} of the {inputs.MENDABLE} mistakes"
        yield _missing(what, "check of the same file", target, note)
        return
    anew = partial(shutil.copyfile, kept, file)
    words = ["--unsafe"] if summary["fixable_unsafe"] else []
    fix = Command([bench.tools.netqlint, "fix", *words, file], prepare=anew)
    check = Command(bench.netqlint.check(file).argv, prepare=anew)
    yield bench.row(what, "check of the same file", (fix, check), target)


def _scripts(bench: Bench) -> Iterator[Row]:
    """Scripts that set up hosts."""
    for kind, told in SCRIPTS.items():
        ours = bench.netqlint.check(bench.file(kind, bench.sizes.lines))
        what = f"check of a script of {bench.sizes.lines:,} lines, {told}"
        yield bench.row(what, "`python -c pass`", (ours, bench.bare), Target(6))


def _stages(bench: Bench) -> Iterator[Row]:
    """Stages of a cold check of one small file."""
    ruff = bench.peer("ruff", bench.file("python", bench.sizes.lines))
    if ruff:
        yield bench.row("`python -c pass`", f"ruff --no-cache, {bench.sizes.lines:,} lines", (bench.bare, ruff))
    modules = "import netqlint.cli, netqlint.commands.check, netqlint.tasks, netqlint.reporters.text"
    pack = f"{modules}, netqlint.pack; netqlint.pack.load()"
    empty = inputs.write(bench.folder / "empty" / "esx.conf", [])
    for what, command in (
        ("its modules loaded", Command([bench.tools.python, "-c", modules], (0,))),
        ("rules and catalog loaded", Command([bench.tools.python, "-c", pack], (0,))),
        ("an empty file checked", bench.netqlint.check(empty)),
        (f"{bench.sizes.lines:,} lines checked", bench.netqlint.check(bench.file("esxconf", bench.sizes.lines))),
    ):
        yield bench.row(what, "`python -c pass`", (command, bench.bare))


def _summary(bench: Bench, path: Path) -> dict[str, int]:
    """How many findings of which severity, and how many of them can be fixed."""
    summary: dict[str, int] = json.loads(bench.timer.output(bench.netqlint.check("--format", "json", path)))["summary"]
    return summary
