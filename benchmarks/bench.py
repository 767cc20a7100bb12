"""The whole run: installs, makes inputs, measures, and writes the table and the plot."""

from __future__ import annotations

import json
import os
import platform
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import inputs, report
from benchmarks.rows import FULL, QUICK, Bench
from benchmarks.timer import Timer
from benchmarks.tools import CHECKOUT, PEERS, SETTINGS, Tools, tell, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

HOME = CHECKOUT / "build" / "bench"
PAGE = CHECKOUT / "docs" / "performance.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Measures everything; 1 where a measurement failed, or a target is missed in a run that counts."""
    parser = ArgumentParser(prog="benchmarks/run.py", description="Measures netqlint beside its peers.")
    parser.add_argument(
        "--quick", action="store_true", help="small inputs, few pairs: to see that it runs, not for figures"
    )
    parser.add_argument("--home", type=Path, default=HOME, help="where tools, inputs and results go")
    said = parser.parse_args(argv)
    sizes, home = QUICK if said.quick else FULL, said.home.resolve()
    tools = Tools(home)
    tell("Installing.")
    tools.install()
    folder = home / "inputs"
    inputs.fence(folder)
    for name, text in SETTINGS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Timer(folder, home) as timer:
        bench = Bench(tools, timer, folder, sizes)
        cells = {"netqlint": bench.own(), **{peer.name: bench.cells(peer) for peer in PEERS}}
        rows, stages = list(bench.rows(cells)), list(bench.stages())
        known, floor = versions(tools, timer), timer.floor()
    results, plot = home / "results.json", home / "performance.svg"
    saved = {
        "rows": [asdict(row) for row in rows],
        "stages": [asdict(row) for row in stages],
        "cells": {name: {place: asdict(cell) for place, cell in found.items()} for name, found in cells.items()},
        "sizes": asdict(sizes),
        "versions": known,
        "machine": machine(),
    }
    results.write_text(json.dumps(saved, indent=1), encoding="utf-8")
    drawn = tools.draw(results, plot)
    part = report.section(
        rows, stages, cells, known, machine(), sizes, plot.name if drawn else "", floor=floor, quick=said.quick
    )
    (home / "performance.md").write_text(f"{part}\n", encoding="utf-8")
    sys.stdout.write(f"{part}\n")
    if not said.quick:
        _publish(part, plot if drawn else None)
    failed = any(row.note.startswith("failed") for row in (*rows, *stages))
    missed = any(row.reached is False for row in rows) and not said.quick
    return 1 if failed or missed else 0


def _publish(part: str, plot: Path | None) -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else report.FRAME
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(report.place(page, part), encoding="utf-8")
    if plot:
        (PAGE.parent / plot.name).write_bytes(plot.read_bytes())


def machine() -> str:
    """What it ran on, without its name."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} × {_processor()}, {platform.system()}, {python}"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
