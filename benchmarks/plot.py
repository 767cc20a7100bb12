"""Draws the plot from the figures: `plot.py RESULTS.json PLOT.svg`. Runs where matplotlib is installed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib  # type: ignore[import-not-found,unused-ignore]  # in the environment of the benchmarks alone
from matplotlib import pyplot  # type: ignore[import-not-found,unused-ignore]

# tones that stand out from white paper and from a dark screen alike
INK, GOOD, BAD, PEER = "#7c7f86", "#2f9e63", "#d9622b", "#4a86c5"
STYLE = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 12,
    "font.family": "sans-serif",
    "font.size": 10,
    "svg.fonttype": "none",
    "svg.hashsalt": "netqlint",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
TITLES = {
    "file": "One file of {lines:,} lines",
    "large": "One file of {large:,} lines",
    "fleet": "{files:,} files of {lines:,} lines",
}


def draw(results: dict[str, Any], plot: Path) -> None:
    """One panel of targets, and one of peers for each job."""
    targets = [row for row in results["rows"] if row["share"] is not None]
    peers = {
        place: [(name, cells[place]) for name, cells in results["cells"].items() if cells[place]["ratio"]]
        for place in TITLES
    }
    heights = [len(targets) + 1, *(len(found) + 1 for found in peers.values())]
    with matplotlib.rc_context(STYLE):
        figure, panels = pyplot.subplots(
            len(heights), 1, figsize=(9, 0.32 * sum(heights) + 2.4), height_ratios=heights, layout="constrained"
        )
        _targets(panels[0], targets)
        for panel, (place, found) in zip(panels[1:], peers.items(), strict=True):
            _peers(panel, f"{TITLES[place].format(**results['sizes'])}: times netqlint's time", found)
        figure.savefig(plot, format="svg", transparent=True, metadata={"Date": None, "Creator": None})


def _targets(panel: Any, rows: list[dict[str, Any]]) -> None:
    names = [f"{row['what']} / {row['against'].replace('`', '')}" for row in rows]
    shares = [row["share"] for row in rows]
    _bars(panel, names, shares, [GOOD if row["reached"] else BAD for row in rows], "{:.0%}")
    panel.set_title("Share of the target that is used", loc="left")


def _peers(panel: Any, title: str, cells: list[tuple[str, dict[str, Any]]]) -> None:
    names = [f"{name} (at least)" if cell["note"] == "stopped" else name for name, cell in cells]
    _bars(panel, names, [cell["ratio"]["middle"] for _, cell in cells], [PEER] * len(cells), "×{:.2g}")
    panel.set_title(title, loc="left")


def _bars(panel: Any, names: list[str], values: list[float], colours: list[str], label: str) -> None:
    bars = panel.barh(names, [value - 1 for value in values], left=1, color=colours, height=0.6)
    panel.set_xscale("log")
    low, high = min([1.0, *values]), max([1.0, *values])
    # room for the figures at both ends
    panel.set_xlim(low / (high / low) ** 0.15 / 1.2, high * (high / low) ** 0.15 * 1.2)
    panel.xaxis.set_visible(False)
    panel.spines[["bottom", "left"]].set_visible(False)
    panel.tick_params(axis="y", length=0)
    panel.axvline(1, color=INK, linewidth=1)
    for bar, value in zip(bars, values, strict=True):
        beside = (5, 0) if value >= 1 else (-5, 0)
        panel.annotate(
            label.format(value),
            (value, bar.get_y() + bar.get_height() / 2),
            xytext=beside,
            textcoords="offset points",
            ha="left" if value >= 1 else "right",
            va="center",
        )
    panel.invert_yaxis()


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
