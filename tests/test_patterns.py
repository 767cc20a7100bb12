"""A pattern that is read back finds what the one that `re` compiles finds."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_grammars import TEXTS
from texts import EXAMPLES

from netqlint import cache, patterns
from netqlint.pack import load
from netqlint.surfaces import script

PACK = load()
ALL = [*PACK.patterns.values(), *(pattern for group in PACK.places.values() for _, pattern in group)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    forget(monkeypatch)
    patterns.remember("0" * 64)
    return tmp_path / "netqlint"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a new process begins."""
    monkeypatch.setattr(patterns, "_ready", {})
    monkeypatch.setattr(patterns, "_parts", {})
    monkeypatch.setattr(patterns, "_place", "")


def again(monkeypatch: pytest.MonkeyPatch) -> None:
    forget(monkeypatch)
    patterns.remember("0" * 64)


def test_what_was_compiled_is_not_compiled_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for pattern in ALL:
        patterns.compiled(pattern)
    again(monkeypatch)
    monkeypatch.setattr(patterns, "_made", lambda pattern: pytest.fail(f"{pattern} was compiled again"))
    for pattern in ALL:
        # of an older Python the text is ours, and the code that of another
        assert patterns.compiled(pattern) == re.compile(pattern) or patterns._fit(pattern) != pattern
        assert patterns.compiled(pattern).groupindex == re.compile(pattern).groupindex


REVIVED = {
    name: patterns._assembled(text, parts)
    for name, text in PACK.patterns.items()
    if (parts := patterns._compiler_parts(patterns._fit(text)))
}


@given(TEXTS["esxconf"] | TEXTS["options"])
@settings(max_examples=300, deadline=None)
def test_it_finds_the_same(text: str) -> None:
    for name, pattern in PACK.patterns.items():
        ours = [(match.lastgroup, match.span()) for match in REVIVED[name].finditer(text)]
        assert ours == [(match.lastgroup, match.span()) for match in re.compile(patterns._fit(pattern)).finditer(text)]


@pytest.mark.parametrize(
    "parts",
    [(), (0,), ("x", [], 0, {}, ()), (0, [99999], 0, {}, (None,)), (0, [1, 2, 3], 5, {}, (None,)), None, 7],
    ids=repr,
)
def test_what_the_engine_does_not_take_is_compiled(parts: object, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns.compiled("a+(?P<b>b)")
    (place,) = store.iterdir()
    cache.write(str(place), {"a+(?P<b>b)": parts})
    again(monkeypatch)
    match = patterns.compiled("a+(?P<b>b)").search("xaab")
    assert match is not None
    assert (match.span(), match["b"]) == ((1, 4), "b")


def test_a_python_with_other_insides_does_without(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_engine", lambda: None)
    monkeypatch.setattr(patterns, "_compiler_parts", lambda pattern: None)
    assert patterns.compiled("a|b") == re.compile("a|b")
    assert list(store.parent.iterdir()) == []


POSSESSIVE = {"lines": PACK.patterns["esxconf"], "command": script._COMMAND, "word": script._WORD}


@pytest.mark.parametrize("pattern", POSSESSIVE.values(), ids=POSSESSIVE)
def test_groups_of_older_pythons_find_the_same(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 2))
    weaker = patterns._fit(pattern)
    monkeypatch.undo()
    assert weaker != pattern
    if sys.version_info >= (3, 11, 5):
        for text in (case.text for _, case in EXAMPLES):
            found, same = ([match.span() for match in re.finditer(one, text)] for one in (pattern, weaker))
            assert found == same
