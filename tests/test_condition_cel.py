"""Conditions mean what CEL means: the same text, read by netqlint, by cel-python and by cel-rust
(common-expression-language), two implementations by other hands.

What is unknown here is a name without a value there. CEL has both errors and unknown values, and
treats them alike: each operator and function hands them on, and only what decides a && or a ||
overrules them. celpy turns the error of an unbound name into a value of its own that travels so
through every construct of the subset, the folds of all and exists included. So the comparison goes
all the way, unknown for error, with these exceptions:

- has(NAME), which CEL has for fields only, and lists with unknown items, which cannot be handed in;
- string(bool), which celpy spells True and CEL true (langdef.md, "string");
- list[-1], which celpy counts from the end and CEL calls an error;
- -9223372036854775808 % -1, which is 0 in celpy and an overflow in CEL's reference implementation;
- an error inside filter or map, which celpy throws past every && and || around it (its
  `build_macro_eval` says so), whereas in CEL the whole list is the error: where celpy ends so, the
  comparison is left out.

cel-rust has none of these, but others: it does not read the least number behind a sign, counts the
bytes of a string, and ends all and exists at the first error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import cel
import celpy
import pytest
from celpy import celtypes
from celpy.evaluation import CELEvalError, CELFunction
from conditions import NAMES, conditions, worlds
from hypothesis import HealthCheck, assume, given, settings

from netqlint import answers
from netqlint.compile.condition import compile_condition

ENVIRONMENT = celpy.Environment()


def least(left: celtypes.IntType, right: celtypes.IntType) -> celtypes.IntType:
    return min(left, right)


def most(left: celtypes.IntType, right: celtypes.IntType) -> celtypes.IntType:
    return max(left, right)


def repeat(value: celtypes.Value, times: celtypes.IntType) -> celtypes.ListType:
    if isinstance(value, CELEvalError) or not 0 <= times <= 4096:
        raise ValueError("no such list")
    return celtypes.ListType([value] * int(times))


def take(items: celtypes.ListType, count: celtypes.IntType) -> celtypes.ListType:
    if count < 0:
        raise ValueError("no such list")
    return celtypes.ListType(items[: int(count)])


def contains(owner: str | CELEvalError, part: str | CELEvalError) -> celtypes.BoolType:
    if isinstance(owner, CELEvalError) or isinstance(part, CELEvalError):
        raise ValueError("no such string")
    return celtypes.BoolType(part in owner)


FUNCTIONS: dict[str, CELFunction] = {
    "min": least,
    "max": most,
    "repeat": repeat,
    "take": take,
    # celpy makes 'a' + 'b' a str of Python's, in which its own contains finds no method of that name
    "contains": contains,
}


@pytest.fixture(autouse=True, scope="module")
def short_errors() -> Iterator[None]:
    """Errors that show their message alone.

    celpy puts the repr of one error into the message of the next, with the whole tree printed in it,
    which takes longer than everything else together, and its printer fails at `x in []`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CELEvalError, "__repr__", Exception.__repr__)
        yield


def read_by_celpy(text: str) -> Callable[[Mapping[str, object]], object]:
    """The condition as a function of what is known, with None for an error."""
    program = ENVIRONMENT.program(ENVIRONMENT.compile(text), functions=FUNCTIONS)

    def value(values: Mapping[str, object]) -> object:
        given = {name: handed_in(value) for name, value in values.items() if value is not None}
        try:
            return handed_out(program.evaluate(given))
        except CELEvalError:
            return None

    return value


def read_by_celrust(text: str) -> Callable[[Mapping[str, object]], object]:
    """The same; a list comes out as a tuple."""

    def value(values: Mapping[str, object]) -> object:
        context = cel.Context()
        for name, function in (("min", min), ("max", max), ("repeat", repeated), ("take", taken)):
            context.add_function(name, function)
        for name, known in values.items():
            if known is not None:
                context.add_variable(name, list(known) if isinstance(known, tuple) else known)
        try:
            found = cel.evaluate(text, context)
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
            return None
        return tuple(found) if isinstance(found, list) else found

    return value


def repeated(value: object, times: int) -> list[object]:
    if not 0 <= times <= 4096:
        raise ValueError("no such list")
    return [value] * times


def taken(items: list[object], count: int) -> list[object]:
    if count < 0:
        raise ValueError("no such list")
    return items[:count]


def read_by_netqlint(text: str) -> Callable[[Mapping[str, object]], object]:
    python = compile_condition(text, NAMES).python
    value: Callable[[Mapping[str, object]], object] = eval(f"lambda s: {python}", dict(vars(answers)))
    return value


def handed_in(value: object) -> celtypes.Value:
    match value:
        case bool():
            return celtypes.BoolType(value)
        case int():
            return celtypes.IntType(value)
        case str():
            return celtypes.StringType(value)
        case tuple():
            return celtypes.ListType([handed_in(item) for item in value])
        case _:
            raise AssertionError(f"no value of a condition: {value!r}")


def handed_out(value: object) -> object:
    match value:
        case celtypes.BoolType():
            return bool(value)
        case int():
            return int(value)
        case str():
            return str(value)
        case list():
            return tuple(handed_out(item) for item in value)
        case _:
            raise AssertionError(f"no result of a condition: {value!r}")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conditions(known_to_cel=True))
def test_a_condition_means_what_cel_means(text: str) -> None:
    ours, theirs = read_by_netqlint(text), read_by_celpy(text)
    thrown = ".map(" in text or ".filter(" in text
    for values in worlds(compile_condition(text, NAMES).names, most=8, holes=False):
        expected = theirs(values)
        if expected is not None or not thrown:
            assert repr(ours(values)) == repr(expected), values


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conditions(known_to_cel=True))
def test_a_condition_means_what_another_cel_means(text: str) -> None:
    assume("-9223372036854775808" not in text)
    ours, theirs = read_by_netqlint(text), read_by_celrust(text)
    ended = ".all(" in text or ".exists(" in text
    for values in worlds(compile_condition(text, NAMES).names, most=8, holes=False):
        expected = theirs(values)
        if expected is not None or not ended:
            assert repr(ours(values)) == repr(expected), values


# the laws of the language manual that random texts meet too rarely
EDGES = """
    1 + 2 * 3 - 4 % 3 == 6
    2 - 3 - 4 == -5
    64 / 8 / 2 == 4
    -7 / 2 == -3 && 7 / -2 == -3 && -7 / -2 == 3
    -7 % 2 == -1 && 7 % -2 == 1 && -7 % -2 == -1
    false && false || true
    true || true && false
    true ? false : true ? true : true
    1 < 2 == true
    !false == true
    --1 == 1
    3-1 == 2
    -9223372036854775808 < 0
    9223372036854775807 + 1 > 0
    -9223372036854775807 - 2 < 0
    -(-9223372036854775808) > 0
    -9223372036854775808 / -1 > 0
    9223372036854775807 * 2 > 0
    1 / 0 > 0
    1 % 0 > 0
    1 / 0 > 0 || true
    true || 1 / 0 > 0
    1 / 0 > 0 && false
    false && 1 / 0 > 0
    1 / 0 > 0 || false
    1 / 0 > 0 ? true : true
    true ? true : 1 / 0 > 0
    [0, 1].all(i, 1 / i == 2)
    [0, 1].all(i, 1 / i == 1)
    [0, 1].exists(i, 1 / i == 1)
    [0, 1].exists(i, 1 / i == 2)
    [0, 1].filter(i, 1 / i == 1) == [1]
    [0, 1].map(i, 1 / i) == [1]
    [1, 2][2] == 1
    1 in [1, 1 / 0]
    [1, 2] == [1]
    [] == []
    1 in []
    false < true
    'B' < 'a' && 'a' < 'ab' && '' < 'a'
    size('\\u00e4') == 1
    'a\\x62\\143\\n\\t\\\\\\'' == "abc\\n\\t\\\\'"
    [[1].size(), 'abc'.size()] == [1, 3]
"""


OTHERWISE_IN_RUST = (
    "-(-9223372036854775808) > 0",
    "[0, 1].all(i, 1 / i == 2)",
    "[0, 1].exists(i, 1 / i == 1)",
    "size('\\u00e4') == 1",
)


@pytest.mark.parametrize("text", [line.strip() for line in EDGES.strip().splitlines()])
def test_an_edge_is_where_cel_has_it(text: str) -> None:
    assert repr(read_by_netqlint(text)({})) == repr(read_by_celpy(text)({}))
    if text not in OTHERWISE_IN_RUST:
        assert repr(read_by_netqlint(text)({})) == repr(read_by_celrust(text)({}))
