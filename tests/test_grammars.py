"""The derived scanners read every text as lark does, losing and inventing nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark

from netqlint.compile.grammar import reader, scanner
from netqlint.pack import load
from netqlint.patterns import compiled

GRAMMARS = {name: (reader(name), re.compile(scanner(name))) for name in ("esxconf", "options")}

# the pieces that decide what a token is, and a few that should not
OPTION_PIECES = [
    "IntMode",
    "VMDQ",
    "a",
    "=",
    ",",
    ", ",
    " ,",
    " ",
    "  ",
    "\t",
    "3",
    "-1",
    "0x3",
    "...",
    "…",
    ";",
    "|",
    ":",
]
OPTION_PIECES += ['"', "'", "“", "–", "\u00a0", "/", "\n", "\r", "é", "\udcff", "\x00", "08", "3x"]
LINE_PIECES = [
    "/vmkernel",
    "/module",
    "/igb",
    "/options",
    "/child[0000]",
    "[",
    "]",
    "/",
    "a",
    " ",
    "\t",
    "=",
    " = ",
    '"',
    "“",
    "”",
    "#",
]
LINE_PIECES += ["\n", "\r\n", "\r", "\ufeff", "\u2028", "\x85", "\x0b", "\udcff", "é", "IntMode=3,3", "x\\", "{name}"]
TEXTS = {
    "options": st.lists(st.sampled_from(OPTION_PIECES) | st.characters(), max_size=24).map("".join),
    "esxconf": st.lists(st.sampled_from(LINE_PIECES) | st.characters(), max_size=30).map("".join),
}


def by_lark(lark: Lark, text: str) -> list[tuple[str, int, int]]:
    return [(token.type, token.start_pos or 0, (token.start_pos or 0) + len(token)) for token in lark.lex(text)]


def by_pattern(pattern: re.Pattern[str], text: str) -> list[tuple[str, int, int]]:
    return [(str(match.lastgroup), match.start(), match.end()) for match in pattern.finditer(text)]


def check_text(name: str, text: str) -> None:
    lark, pattern = GRAMMARS[name]
    tokens = by_pattern(pattern, text)
    assert tokens == by_lark(lark, text)
    assert "".join(text[start:end] for _, start, end in tokens) == text
    # total: the rules of the grammar take whatever the terminals give
    lark.parse(text)


@given(TEXTS["options"])
@example("IntMode=3,3, ... 3")
@example("IntMode = 3 , 3;;VMDQ=8,,")
@settings(max_examples=600, deadline=None)
def test_option_strings_are_read_as_lark_reads_them(text: str) -> None:
    check_text("options", text)


@given(TEXTS["esxconf"])
@example('\ufeff/a = "b"\r/c = “d”\r\n/e = "f')
@settings(max_examples=600, deadline=None)
def test_esxconf_is_read_as_lark_reads_it(text: str) -> None:
    check_text("esxconf", text)


@given(TEXTS["esxconf"])
@example('/a/b = "c"\n/vmkernel/module/igb/options = "x"\n/d = "e"\n# f\n/g')
@settings(max_examples=600, deadline=None)
def test_what_is_passed_over_is_only_what_nobody_asks_for(text: str) -> None:
    sieve = compiled(load().patterns["esxconf"])
    found = {m.span(m.lastgroup): m.lastgroup for m in sieve.finditer(text) if m.lastgroup}
    sound = ("BOM", "WRITTEN", "SETTING", "COMMENT", "EMPTY")
    every = {(start, end): kind for kind, start, end in by_pattern(GRAMMARS["esxconf"][1], text)}
    assert found == {span: kind if kind in sound else "UNREADABLE" for span, kind in every.items() if span in found}
    places = [re.compile(pattern) for group in load().places.values() for _, pattern in group]
    for start, end in every.keys() - found.keys():
        key, _, value = text[start:end].partition(' = "')
        assert re.fullmatch(r'/[^"\r\n]*', key)
        assert re.fullmatch(r'[^"\r\n]*"\n', value)
        assert not any(place.fullmatch(key) for place in places)


@pytest.mark.parametrize(
    ("grammar", "piece", "start", "end"),
    [
        ("options", ",", "IntMode=3", ""),
        ("options", " ", "IntMode", "3"),
        ("options", " ", "IntMode=3", ","),
        ("options", "3,", "IntMode=", ""),
        ("options", "a", "", ""),
        ("options", "a ", "", "="),
        ("options", ".", "", ""),
        ("options", ", ", "a=", ""),
        ("options", '"', "", ""),
        ("esxconf", "/a", "", ""),
        ("esxconf", "a ", "/", ""),
        ("esxconf", "/a[0]", "", " = x"),
        ("esxconf", " ", "", "x"),
        ("esxconf", " ", '/a = "x"', "y"),
        ("esxconf", '"', "/a = ", ""),
        ("esxconf", "\n", "", ""),
        ("esxconf", "[", "/a", ""),
        ("esxconf", "“", "/a = ", ""),
        ("esxconf", "= ", "/a ", ""),
    ],
)
def test_time_grows_with_the_length_alone(grammar: str, piece: str, start: str, end: str) -> None:
    """Eight times the text takes about eight times the steps: a pattern that backtracks badly takes 64."""
    import time

    pattern = GRAMMARS[grammar][1]

    def seconds(times: int) -> float:
        text = start + piece * times + end
        best = 9.0
        for _ in range(3):
            begun = time.perf_counter()
            sum(1 for _ in pattern.finditer(text))
            best = min(best, time.perf_counter() - begun)
        return best

    assert seconds(16_000) < 24 * seconds(2_000) + 0.02
