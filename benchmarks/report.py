"""Turns what was measured into Markdown: what was aimed at, the peers side by side, and how it was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.tools import PEERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.rows import Cell, Row, Sizes

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
KINDS = {
    "esxconf": "esx.conf",
    "python": "Python",
    "workflow": "GitHub workflow (YAML)",
    "sql": "SQL",
    "shell": "shell",
    "sysctl": "sysctl.conf",
}
FRAME = f"""\
# Performance

How fast netqlint is, beside other linters and in relation to what the machine can do at all. `make bench` measures
all of it in one run and writes what stands below.

{BEGIN}
{END}
"""


def section(
    rows: Sequence[Row],
    stages: Sequence[Row],
    cells: Mapping[str, Mapping[str, Cell]],
    versions: Mapping[str, str],
    machine: str,
    sizes: Sizes,
    plot: str,
    *,
    floor: int,
    quick: bool,
) -> str:
    """The whole section; `plot` is the path of the plot, empty where there is none."""
    warning = " **A quick run on small inputs: not for quoting.**" if quick else ""
    parts = [
        f"Measured on {machine}.{warning}",
        _method(sizes, floor),
        "## Targets",
        "\n".join(_targets(rows)),
        "## Where a cold check spends its time",
        STAGES,
        "\n".join(_stages(stages)),
        "## Side by side",
        _side_by_side_intro(sizes),
        "\n".join(_peers(cells, versions, sizes)),
    ]
    if plot:
        alternative = "Bars: how much of each target is used, and how many times netqlint's time each peer takes"
        parts.insert(2, f"![{alternative}]({plot})")
    return "\n\n".join(parts)


def place(text: str, part: str) -> str:
    """The page with the section put between its marks, or at its end where it has none."""
    marked = f"{BEGIN}\n{part}\n{END}"
    if BEGIN not in text or END not in text:
        return f"{text.rstrip()}\n\n{marked}\n"
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: marked, text, count=1, flags=re.DOTALL)


def _method(sizes: Sizes, floor: int) -> str:
    return f"""\
Whole processes are timed in pairs, A B A B, and the median of the paired ratios is the figure: machines speed up
and slow down, and pairs do not mind. There are {sizes.pairs} pairs, fewer where one takes more than
{sizes.patience / sizes.pairs:.2g} s, and none is dropped but the first, which warms up. Below 1 means that what stands
left is faster or smaller. netqlint is installed from its wheel, alone and byte-compiled. All that is measured runs
in the same bare environment and writes to a file. Peak memory is that of the largest single process, and never
below the {floor / 1_000_000:.0f} MB of the one that starts it; MB is a million bytes."""


def _side_by_side_intro(sizes: Sizes) -> str:
    return f"""\
Each tool with its default rules and without a cache, on files of its own kind: one of {sizes.lines:,} lines, one of
{sizes.large:,}, and {sizes.files:,} of {sizes.lines:,}. The languages differ and so does the work: the table says how
long one waits for a file of that length. *×* is how many times netqlint's time it takes, as the median of
{sizes.pairs} pairs unless it says otherwise; what took longer than {sizes.limit:g} s was stopped."""


# --- targets


def _targets(rows: Sequence[Row]) -> Iterator[str]:
    yield "| measured | against | ratio | least to most | pairs | target | reached |"
    yield "| --- | --- | ---: | ---: | ---: | --- | --- |"
    for row in rows:
        note = f" ({row.note})" if row.note else ""
        if row.figure is None:
            yield f"| {row.what} | {row.against} | – | – | – | {row.target} | {row.note} |"
            continue
        least_most = f"{_figure(row.figure.low)} – {_figure(row.figure.high)}"
        answer = {True: "yes", False: "**no**", None: ""}[row.reached]
        yield (
            f"| {row.what}{note} | {row.against} | {_figure(row.figure.middle)} | {least_most} "
            f"| {row.figure.number} | {row.target} | {answer} |"
        )


# --- stages

STAGES = """\
Each row is all of the rows above it and one thing more, so the first is the floor: nothing written in Python starts
faster than Python does."""


def _stages(rows: Sequence[Row]) -> Iterator[str]:
    yield "| up to | against | ratio | least to most | pairs |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for row in rows:
        if row.figure is None:
            yield f"| {row.what} | {row.note} | – | – | – |"
            continue
        least_most = f"{_figure(row.figure.low)} – {_figure(row.figure.high)}"
        yield f"| {row.what} | {row.against} | {_figure(row.figure.middle)} | {least_most} | {row.figure.number} |"


# --- peers


def _peers(cells: Mapping[str, Mapping[str, Cell]], versions: Mapping[str, str], sizes: Sizes) -> Iterator[str]:
    kinds = {"netqlint": "esxconf", **{peer.name: peer.kind for peer in PEERS}}
    places = (f"{sizes.lines:,} lines", f"{sizes.large:,} lines", f"{sizes.files:,} files")
    yield f"| tool | reads | {' | '.join(places)} | peak memory ({places[0]}, {places[1]}) |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for name, found in cells.items():
        title = f"{name} {versions.get(name, '')}".strip()
        peaks = ", ".join(_memory(found[where]) for where in ("file", "large"))
        times = " | ".join(_time(cell, sizes.pairs) for cell in found.values())
        yield f"| {title} | {KINDS[kinds[name]]} | {times} | {peaks} |"


def _time(cell: Cell, full: int) -> str:
    if cell.seconds is None:
        return cell.note
    more = "more than " if cell.note == "stopped" else ""
    time = f"{cell.seconds * 1000:,.0f} ms" if cell.seconds < 1 else f"{cell.seconds:,.1f} s"
    if cell.ratio is None:
        return f"{more}{time}"
    few = (
        f", {cell.ratio.number} pairs" if 1 < cell.ratio.number < full else ", 1 run" if cell.ratio.number == 1 else ""
    )
    return f"{more}{time} (×{_figure(cell.ratio.middle)}{few})"


def _memory(cell: Cell) -> str:
    return "–" if cell.peak is None else f"{cell.peak / 1_000_000:,.0f} MB"


def _figure(value: float) -> str:
    """Three figures that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
