"""The language of conditions: what they mean, how they fail, and that both readings agree."""

from __future__ import annotations

import keyword
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from conditions import NAMES, World, conditions, worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lark import Lark

from netqlint import answers
from netqlint.compile.condition import (
    Condition,
    ConditionError,
    compile_condition,
    evaluate,
    mutations,
    parse,
)
from netqlint.compile.place import folder, grammar

KNOWN: World = {
    "VMDQ": 8,
    "RSS": 0,
    "enabled": True,
    "loaded": False,
    "driver": "igb",
    "IntMode": (2, 1, 0),
    "modules": ("igb", "ixgbe"),
    "links": (True, False),
}


def made(condition: Condition) -> Callable[[World], object]:
    """The function a pack would hold for a condition."""
    room: dict[str, object] = dict(vars(answers))
    exec(f"def when(s): return {condition.python}", room)
    when = room["when"]
    assert callable(when)
    return when


MEANINGS = [
    # text, what is not as in KNOWN, value
    ("VMDQ > 1", {}, True),
    ("VMDQ > 1 && RSS == 0", {}, True),
    ("VMDQ > 1 && RSS == 0", {"VMDQ": None}, None),
    ("VMDQ > 1 && RSS == 0", {"VMDQ": None, "RSS": 1}, False),
    ("VMDQ > 1 && RSS == 0", {"VMDQ": 1, "RSS": None}, False),
    ("VMDQ > 1 || RSS == 0", {"VMDQ": None}, True),
    ("VMDQ > 1 || RSS == 0", {"RSS": None}, True),
    ("VMDQ > 1 || RSS == 0", {"VMDQ": None, "RSS": 1}, None),
    ("VMDQ > 1 || RSS == 0", {"VMDQ": 1, "RSS": 1}, False),
    ("enabled && loaded && true", {"enabled": None}, False),
    ("enabled && true && loaded", {"enabled": None, "loaded": True}, None),
    ("true && enabled", {"enabled": None}, None),
    ("enabled && true", {"enabled": None}, None),
    ("false || loaded || enabled", {"loaded": None}, True),
    ("!enabled", {}, False),
    ("!enabled", {"enabled": None}, None),
    ("!(VMDQ in IntMode)", {}, True),
    ("!!enabled", {}, True),
    ("has(VMDQ)", {}, True),
    ("has(VMDQ)", {"VMDQ": None}, False),
    ("!has(VMDQ) || VMDQ > 1", {"VMDQ": None}, True),
    ("IntMode.exists(mode, !has(mode))", {"IntMode": (2, None)}, True),
    ("has(IntMode)", {"IntMode": (None,)}, True),
    ("VMDQ in [0, 4, 8]", {}, True),
    ("VMDQ in [0, 4, RSS]", {"RSS": None}, None),
    ("VMDQ in [VMDQ, RSS]", {"RSS": None}, None),
    ("2 in IntMode", {"IntMode": (2, None)}, True),
    ("3 in IntMode", {"IntMode": (2, None)}, None),
    ("3 in IntMode", {"IntMode": (2, 1)}, False),
    ("3 in IntMode", {"IntMode": None}, None),
    ("3 in []", {}, False),
    ("VMDQ in []", {"VMDQ": None}, None),
    ("driver == 'igb'", {}, True),
    ('driver == "igb"', {}, True),
    ("driver + 's' == 'igbs'", {}, True),
    ("driver < 'ixgbe'", {}, True),
    ("driver.startsWith('ig') && driver.endsWith('gb') && driver.contains('g')", {}, True),
    ("driver.contains('')", {}, True),
    ("driver.contains('{0}')", {}, False),
    ("'igb'.contains(driver)", {"driver": None}, None),
    ("size(driver) == driver.size()", {}, True),
    ("size(IntMode) == 3", {"IntMode": (None, None, None)}, True),
    ("IntMode[0]", {}, 2),
    ("IntMode[0]", {"IntMode": (None, 1)}, None),
    ("IntMode[3]", {}, None),
    ("IntMode[-1]", {}, None),
    ("IntMode[3] == 0 || enabled", {}, True),
    ("IntMode == [2, 1, 0]", {}, True),
    ("IntMode == [2, 1]", {"IntMode": (None, 1, 0)}, False),
    ("IntMode == [2, 1, 1]", {"IntMode": (None, 1, 0)}, False),
    ("IntMode == [2, 1, 0]", {"IntMode": (None, 1, 0)}, None),
    ("IntMode != [2, 1, 0]", {"IntMode": (None, 1, 1)}, True),
    ("IntMode == []", {}, False),
    ("[] != IntMode", {}, True),
    ("IntMode + [VMDQ]", {}, (2, 1, 0, 8)),
    ("[] + IntMode", {"IntMode": [2, None]}, (2, None)),
    ("[RSS] + IntMode", {"RSS": None}, None),
    ("IntMode.all(mode, mode < 3)", {}, True),
    ("IntMode.all(mode, mode < VMDQ)", {"VMDQ": None}, None),
    ("IntMode.all(mode, mode == 2)", {"IntMode": (None, 1)}, False),
    ("IntMode.all(mode, mode == 2)", {"IntMode": (None, 2)}, None),
    ("IntMode.all(mode, mode == 2)", {"IntMode": ()}, True),
    ("IntMode.exists(mode, mode == 2)", {"IntMode": (None, 2)}, True),
    ("IntMode.exists(mode, mode == 2)", {"IntMode": (None, 1)}, None),
    ("IntMode.exists(mode, mode == 2)", {"IntMode": ()}, False),
    ("IntMode.filter(mode, mode > 0)", {}, (2, 1)),
    ("IntMode.filter(mode, mode > 0)", {"IntMode": (None, 1)}, None),
    ("IntMode.filter(mode, enabled)", {"IntMode": (None, 1)}, (None, 1)),
    ("IntMode.map(mode, mode * 2)", {}, (4, 2, 0)),
    ("IntMode.map(mode, string(mode))", {}, ("2", "1", "0")),
    ("IntMode.map(mode, mode + VMDQ)", {"VMDQ": None}, None),
    ("IntMode.map(mode, 1)", {"IntMode": (None, 2)}, (1, 1)),
    ("IntMode.map(mode, modules.exists(name, size(name) == mode))", {}, (False, False, False)),
    ("links.all(link, link)", {}, False),
    ("links.exists(link, !link)", {}, True),
    ("repeat(VMDQ, 3)", {}, (8, 8, 8)),
    ("repeat(2, size(IntMode)) == IntMode", {}, False),
    ("repeat(VMDQ, -1)", {}, None),
    ("repeat(VMDQ, 4097)", {}, None),
    ("size(repeat(driver, 4096))", {}, 4096),
    ("take(IntMode, 2)", {}, (2, 1)),
    ("take(IntMode, 5)", {}, (2, 1, 0)),
    ("take(IntMode, -1)", {}, None),
    ("take(IntMode, 1)", {"IntMode": (None, 1)}, (None,)),
    ("min(VMDQ, RSS)", {}, 0),
    ("max(VMDQ, RSS)", {}, 8),
    ("min(VMDQ, RSS)", {"RSS": None}, None),
    ("string(VMDQ) + string(enabled) + string(driver)", {}, "8trueigb"),
    ("enabled ? VMDQ : RSS", {}, 8),
    ("enabled ? VMDQ : RSS", {"RSS": None}, 8),
    ("enabled ? VMDQ : RSS", {"enabled": None}, None),
    ("enabled ? [] : IntMode", {}, ()),
    ("loaded ? 1 : enabled ? 2 : 3", {}, 2),
    ("VMDQ / RSS", {}, None),
    ("VMDQ % RSS", {}, None),
    ("VMDQ / RSS > 0 || enabled", {}, True),
    ("-7 / 2", {}, -3),
    ("-7 % 2", {}, -1),
    ("9223372036854775807 + 1", {}, None),
    ("-9223372036854775808", {}, -(2**63)),
    ("- 9223372036854775808 - 1", {}, None),
    ("--9223372036854775808", {}, None),
    ("-9223372036854775808 % -1", {}, None),
    ("-VMDQ", {}, -8),
    ("007", {}, 7),
    (r"'\a\b\f\n\r\t\v\\\'\"\`\?\x41\101\u00e4\U0001f600'", {}, "\a\b\f\n\r\t\v\\'\"`?AAä😀"),
    ("VMDQ\n\t>\r\f1", {}, True),
    ("VMDQ>1&&RSS==0?enabled:loaded", {}, True),
]


@pytest.mark.parametrize(("text", "told", "value"), MEANINGS)
def test_a_condition_means(text: str, told: World, value: object) -> None:
    values = {**KNOWN, **told}
    assert repr(made(compile_condition(text, NAMES))(values)) == repr(value)
    assert repr(evaluate(text, NAMES, values)) == repr(value)


MISTAKES = [
    # text, offset, message
    ("", 0, "there is no condition"),
    (" \n", 0, "there is no condition"),
    ("VMDQ >", 6, "the condition ends too early"),
    ("(VMDQ > 1", 9, "the condition ends too early"),
    ("VMDQ = 1", 5, "= is no operator: write == to compare"),
    ("enabled & loaded", 8, "& is no operator: write && for and"),
    ("enabled | loaded", 8, "| is no operator: write || for or"),
    ("enabled and loaded", 8, "and is no operator: write &&"),
    ("enabled or loaded", 8, "or is no operator: write ||"),
    ("VMDQ not in IntMode", 5, "not is no operator: write !"),
    ("VMDQ $ 1", 5, "$ means nothing in a condition"),
    ("VMDQ > 1)", 8, "nothing in a condition continues with ) here"),
    ("VMDQ > 0x10", 8, "nothing in a condition continues with x10 here"),
    ("VMDQ > 1.5", 9, "nothing in a condition continues with 5 here"),
    ("driver == 'igb", 10, "the string is never closed"),
    ("driver == '\\q'", 10, "the string '\\q' has an escape that CEL does not know"),
    ("driver == '\\ud800'", 10, "the string '\\ud800' has an escape that CEL does not know"),
    ("driver == '''igb'''", 12, "nothing in a condition continues with 'igb' here"),
    ("VMDQ == null", 8, "null is no value here: write has(NAME) to ask whether NAME is known"),
    ("enabled && if", 11, "if is a word that CEL reserves"),
    ("IntMode.size > 1", 8, "nothing has a field size: only methods such as .size() follow a dot"),
    ("9223372036854775808", 0, "the number does not fit into 64 bits"),
    ("-(9223372036854775808)", 2, "the number does not fit into 64 bits"),
    ("RSS > " + "9" * 5000, 6, "the number does not fit into 64 bits"),
    ("(" * 60 + "1" + ")" * 60, 20, "the condition is nested too deeply"),
    ("vmdq > 1", 0, "unknown name vmdq: did you mean VMDQ?"),
    ("enabled && VMQD > 1", 11, "unknown name VMQD: did you mean VMDQ?"),
    ("ports > 1", 0, "unknown name ports"),
    ("has(Driver)", 4, "unknown name Driver: did you mean driver?"),
    ("IntMode.all(mode, mod > 1)", 18, "unknown name mod: did you mean mode?"),
    ("IntMode.all(mode, true) && mode > 1", 27, "unknown name mode: did you mean modules?"),
    ("Size(IntMode) > 1", 0, "unknown function Size: did you mean size?"),
    ("startWith(driver, 'i')", 0, "unknown function startWith: did you mean startsWith?"),
    ("len(IntMode)", 0, "unknown function len"),
    ("driver.startswith('i')", 7, "unknown method startswith: did you mean startsWith?"),
    ("IntMode.any(mode, mode > 1)", 8, "unknown method any"),
    (
        "startsWith(driver, 'i')",
        0,
        "there is no startsWith(string, string): write string.startsWith(string)",
    ),
    ("VMDQ.min(1)", 5, "there is no int.min(int): write min(int, int)"),
    ("min(1)", 0, "there is no min(int): write min(int, int)"),
    ("size()", 0, "there is no size(): write size(string) or size(list)"),
    ("size(VMDQ)", 0, "there is no size(int): write size(string) or size(list)"),
    (
        "string(IntMode)",
        0,
        "there is no string(list(int)): write string(int), string(bool) or string(string)",
    ),
    ("repeat(IntMode, 2)", 0, "there is no repeat(list(int), int): write repeat(value, int)"),
    ("has(VMDQ + 1)", 0, "has takes one name: write has(NAME)"),
    ("VMDQ.has()", 5, "has takes one name: write has(NAME)"),
    (
        "IntMode.all(mode > 1)",
        8,
        "all goes through a list: write list.all(item, bool)",
    ),
    (
        "all(IntMode, mode, true)",
        0,
        "all goes through a list: write list.all(item, bool)",
    ),
    ("driver.all(letter, true)", 0, "all goes through a list, not a string"),
    ("IntMode.all(VMDQ, true)", 12, "VMDQ already has a meaning here"),
    ("IntMode.all(i, IntMode.all(i, true))", 27, "i already has a meaning here"),
    ("IntMode.exists(mode, mode)", 21, "exists asks a bool, not an int"),
    ("IntMode.map(mode, IntMode)", 18, "a list cannot hold a list(int)"),
    ("VMDQ > '1'", 5, "there is no int > string: both sides must have one type"),
    ("VMDQ == true", 5, "there is no int == bool: both sides must have one type"),
    ("IntMode < [1]", 8, "there is no list(int) < list(int): lists have no order"),
    ("1 < VMDQ < 8", 9, "there is no bool < int: both sides must have one type"),
    ("VMDQ && enabled", 0, "&& joins bools, not an int"),
    ("enabled || (VMDQ)", 11, "|| joins bools, not an int"),
    ("!VMDQ", 1, "! negates a bool, not an int"),
    ("-enabled", 1, "- negates an int, not a bool"),
    ("enabled + loaded", 8, "there is no bool + bool: + takes two ints, two strings or two lists"),
    ("driver * 2", 7, "there is no string * int: * takes two ints"),
    ("VMDQ in 8", 8, "in looks into a list, not an int"),
    ("VMDQ in modules", 5, "there is no int in list(string): the list has other items"),
    ("driver['i']", 0, "[ ] looks into a list, not a string"),
    ("IntMode[driver]", 8, "an index is an int, not a string"),
    ("[][0]", 0, "[ ] looks into a list, not an empty list"),
    ("[1, 'one']", 4, "a list holds items of one type, not an int and a string"),
    ("[IntMode]", 1, "a list cannot hold a list(int)"),
    ("[]", 0, "nothing tells what this empty list would hold"),
    ("VMDQ ? 1 : 2", 0, "? asks a bool, not an int"),
    ("enabled ? 1 : '2'", 14, "both sides of : have one type, not an int and a string"),
]


@pytest.mark.parametrize(("text", "position", "message"), MISTAKES)
def test_a_mistake_is_told(text: str, position: int, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, NAMES)
    assert (caught.value.position, caught.value.message) == (position, message)
    assert str(caught.value) == message


COMPILED = [
    # text, expected type, condition
    (
        "VMDQ > 1",
        "bool",
        Condition("VMDQ > 1", "bool", ("VMDQ",), 'None if (VMDQ := s["VMDQ"]) is None else VMDQ > 1'),
    ),
    (
        "VMDQ in [0, 8]",
        None,
        Condition(
            "VMDQ in [0, 8]",
            "bool",
            ("VMDQ",),
            'None if (VMDQ := s["VMDQ"]) is None else VMDQ in (0, 8)',
        ),
    ),
    ("[]", "list(int)", Condition("[]", "list(int)", (), "()")),
    (
        "true && has(RSS)",
        None,
        Condition("true && has(RSS)", "bool", ("RSS",), 'True and (s["RSS"] is not None)'),
    ),
    (
        "IntMode.all(mode, mode == VMDQ)",
        None,
        Condition(
            "IntMode.all(mode, mode == VMDQ)",
            "bool",
            ("IntMode", "VMDQ"),
            'every(s["IntMode"], lambda mode: None if mode is None or (VMDQ := s["VMDQ"]) is None else mode == VMDQ)',
        ),
    ),
    (
        "loaded || VMDQ > RSS + 1",
        None,
        Condition(
            "loaded || VMDQ > RSS + 1",
            "bool",
            ("loaded", "VMDQ", "RSS"),
            '(True if (loaded := s["loaded"]) is True or (b := None if (VMDQ := s["VMDQ"]) is None'
            ' or (a := add(s["RSS"], 1)) is None else VMDQ > a) is True'
            " else None if loaded is None or b is None else False)",
        ),
    ),
]


@pytest.mark.parametrize(("text", "expect", "condition"), COMPILED)
def test_a_condition_becomes(text: str, expect: str | None, condition: Condition) -> None:
    assert compile_condition(text, NAMES, expect) == condition


@pytest.mark.parametrize(
    ("text", "expect", "position", "message"),
    [
        (" VMDQ", "bool", 1, "this is an int, not a bool"),
        ("VMDQ > 1", "int", 0, "this is a bool, not an int"),
        ("[]", "bool", 0, "this is an empty list, not a bool"),
        ("[1]", "list(string)", 0, "this is a list(int), not a list(string)"),
    ],
)
def test_a_type_is_expected(text: str, expect: str, position: int, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, NAMES, expect)
    assert (caught.value.position, caught.value.message) == (position, message)


# words that would break the Python of a condition if they stood there as they are
WORDS = sorted({"s", "a", "b", "x_", *keyword.kwlist, *vars(answers), "len", "min", "str"})
RESERVED = {"as", "break", "continue", "else", "for", "if", "import", "in", "return", "while"}


@pytest.mark.parametrize("word", [word for word in WORDS if word not in RESERVED])
def test_a_name_may_be_any_word(word: str) -> None:
    text = f"size(string(min({word}, {word}_) * c)) < 3 && [1].all(x, x > {word} - {word}_)"
    when = made(compile_condition(text, {word: "int", f"{word}_": "int", "c": "int"}))
    assert when({word: 7, f"{word}_": 8, "c": 9}) is True
    assert when({word: 7, f"{word}_": 3, "c": 9}) is False
    assert when({word: 7, f"{word}_": None, "c": 9}) is None


NESTS = [
    ("(", "enabled", ")"),
    ("!", "enabled", ""),
    ("-", "VMDQ", ""),
    ("enabled && (loaded || (", "enabled", "))"),
    ("enabled ? loaded : ", "enabled", ""),
    ("(loaded == enabled ? loaded : !loaded) ? enabled : ", "loaded", ""),
    ("", "enabled", " == enabled"),
    ("1 + max(1, 2 * (", "VMDQ", "))"),
    ("size(string([", "VMDQ", "][0]))"),
    ("", "modules", ".filter(i, i == driver || i < driver)"),
    ("[1].map(i, 1)[", "0", "]"),
]


@pytest.mark.parametrize(("opening", "middle", "closing"), NESTS)
def test_the_deepest_condition_is_still_python(opening: str, middle: str, closing: str) -> None:
    levels = 1
    with pytest.raises(ConditionError, match="nested too deeply"):
        while levels < 50:
            text = opening * levels + middle + closing * levels
            made(compile_condition(text, NAMES))(KNOWN)
            levels += 1
    assert levels > 9


def test_a_long_chain_is_no_deep_condition() -> None:
    text = " && ".join(["VMDQ > 1 || RSS == 0"] * 500)
    assert made(compile_condition(text, NAMES))(KNOWN) is True


MUTATIONS = [
    ("VMDQ > 1", ["VMDQ <= 1", "VMDQ > 0", "VMDQ > 2"]),
    ("RSS == 0", ["RSS != 0", "RSS == 1"]),
    ("RSS>=-1", ["RSS<-1", "RSS>=-0", "RSS>=-2"]),
    (
        "enabled && loaded || enabled",
        ["enabled || loaded || enabled", "enabled && loaded && enabled"],
    ),
    ("VMDQ in IntMode", ["!(VMDQ in IntMode)"]),
    ("VMDQ in IntMode == enabled", ["VMDQ in IntMode != enabled", "!(VMDQ in IntMode) == enabled"]),
    (
        "! (VMDQ in IntMode) && loaded",
        ["! (VMDQ in IntMode) || loaded", "(VMDQ in IntMode) && loaded"],
    ),
    ("!!(VMDQ in IntMode)", ["!(VMDQ in IntMode)"]),
    ("(VMDQ in IntMode)", ["!((VMDQ in IntMode))"]),
    ("driver == '<1'", ["driver != '<1'"]),
    ("RSS < 9223372036854775807", ["RSS >= 9223372036854775807", "RSS < 9223372036854775806"]),
    (
        "IntMode.exists(mode, mode in [VMDQ])",
        ["IntMode.exists(mode, !(mode in [VMDQ]))"],
    ),
    ("has(VMDQ)", []),
]


@pytest.mark.parametrize(("text", "mutated"), MUTATIONS)
def test_a_condition_is_mutated(text: str, mutated: list[str]) -> None:
    assert list(mutations(text, NAMES)) == mutated


LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(LAW, max_examples=700)
@given(conditions())
def test_the_compiled_form_equals_the_reference(text: str) -> None:
    condition, tree = compile_condition(text, NAMES), parse(text)
    when = made(condition)
    for values in worlds(condition.names, most=24):
        assert repr(when(values)) == repr(evaluate(tree, NAMES, values)), values


@settings(LAW, max_examples=300)
@given(conditions(known_to_cel=True))
def test_what_is_decided_stays_so_when_more_becomes_known(text: str) -> None:
    # has(NAME) is the one way to ask about knowledge itself, so it is left out
    condition = compile_condition(text, NAMES)
    when = made(condition)
    for values in worlds(condition.names, most=24):
        for name, value in values.items():
            before = when({**values, name: None})
            assert fits(before, when(values)), (name, value)


def fits(before: object, after: object) -> bool:
    """Whether `after` says what `before` said, or something where it said nothing."""
    match before, after:
        case None, _:
            return True
        case (tuple(), tuple()):
            return len(before) == len(after) and all(map(fits, before, after))
        case _:
            return before == after


@settings(LAW, max_examples=150)
@given(conditions())
def test_every_mutation_is_a_condition_of_the_same_type(text: str) -> None:
    kind = compile_condition(text, NAMES).type
    for mutated in mutations(text, NAMES):
        assert mutated != text
        assert compile_condition(mutated, NAMES).type == kind


PIECES = (
    *NAMES,
    *"()[].,!-+%?:<",
    "&&",
    "||",
    "==",
    "in",
    "0",
    "1",
    "'igb'",
    "true",
    "size",
    "all",
)


@settings(LAW, max_examples=300)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_every_text_is_a_condition_or_a_mistake_in_a_place(text: str) -> None:
    try:
        condition = compile_condition(text, NAMES)
    except ConditionError as error:
        assert 0 <= error.position <= len(text)
        return
    made(condition)(KNOWN)


def test_the_grammar_leaves_nothing_to_chance(caplog: pytest.LogCaptureFixture) -> None:
    # lark settles conflicts between shifting and reducing by itself, and says so only when asked
    with caplog.at_level(logging.DEBUG, logger="lark"):
        Lark(grammar("condition"), start="condition", parser="lalr", lexer="basic", debug=True)
    assert [record.getMessage() for record in caplog.records if "onflict" in record.msg] == []


def test_the_folders_are_beside_the_package() -> None:
    assert folder("grammars") == Path(__file__).resolve().parent.parent / "grammars"
    with pytest.raises(FileNotFoundError, match="no folder nothing in"):
        folder("nothing")
