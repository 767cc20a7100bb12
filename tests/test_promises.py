"""Every promise of docs/promises.md has a test that is there, and the figures that are counted here."""

from __future__ import annotations

import os
import re
from pathlib import Path

import test_write

from netqlint.pack import load, told
from netqlint.reporters import FORMATS

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "promises.md"
TEST = re.compile(r"`(test_\w+)::(test_\w+)`")
FIGURE = re.compile(r"\*\*([^*]+)\*\*")
FIELDS = ("fixes", "partialFingerprints", "relatedLocations", "columnKind", "logicalLocations")


def figures() -> list[str]:
    """In the order of the page."""
    sarif = (HERE / "golden" / "full.sarif").read_text(encoding="utf-8")
    fields = [field for field in FIELDS if f'"{field}"' in sarif]
    rules = told(load())
    # what a rule that mends must show beside, its examples are held to by test_rules
    shown = [rule for rule in rules if all(any(one[kind] for one in rule["examples"]) for kind in ("good", "bad"))]
    return [
        f"{len(fields)} of {len(FIELDS)}",
        f"{test_write.KILLS:,}",
        f"{test_write.FIX_KILLS:,}",
        f"{len(shown)} of {len(rules)}",
        str(len(FORMATS)),
    ]


def test_the_figures_are_those_counted() -> None:
    page, counted = PAGE.read_text(encoding="utf-8"), iter(figures())
    written = FIGURE.sub(lambda _: f"**{next(counted)}**", page)
    if os.environ.get("NETQLINT_UPDATE"):
        PAGE.write_text(written, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written
    assert next(counted, None) is None


def test_every_promise_names_tests_that_are_there() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    for row in rows:
        shown = row.rstrip(" |").rpartition("|")[2]
        assert TEST.findall(shown) or (HERE.parent / shown.strip(" `")).is_file(), row
        for module, name in TEST.findall(shown):
            assert f"\ndef {name}(" in (HERE / f"{module}.py").read_text(encoding="utf-8"), f"{module}::{name}"
