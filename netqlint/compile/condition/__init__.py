"""The language of conditions, a strict subset of CEL: read, type-checked and compiled to Python.

A name of the scope is a value or None, the unknown value. `&&` and `||` are three-valued, so what
decides, decides: `false && unknown` is false. Everything else that meets an unknown is unknown, and
so is what CEL calls a run-time error. Two things are netqlint's own: `has(NAME)` asks whether NAME
is known and is itself never unknown, and the functions min, max, repeat and take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netqlint.compile.condition.kinds import EMPTY, Names, article, free, joined, typed
from netqlint.compile.condition.mutations import mutations
from netqlint.compile.condition.python import spelled
from netqlint.compile.condition.reference import walked
from netqlint.compile.condition.tree import ConditionError, Node, parse

__all__ = [
    "Condition",
    "ConditionError",
    "compile_condition",
    "evaluate",
    "mutations",
    "parse",
]


@dataclass(frozen=True)
class Condition:
    """A condition that holds water: its text, type, names in order of use, and form in Python."""

    text: str
    type: str
    names: tuple[str, ...]
    python: str


def compile_condition(text: str, names: Names, expect: str | None = None) -> Condition:
    """The condition over names of these types (bool, int, string, list(…)), of the type expected.

    `Condition.python` is one expression over a mapping `s` from names to values, in which the
    functions of netqlint/answers.py must be in reach. Raises ConditionError.
    """
    tree = parse(text)
    kind = settled(tree, typed(tree, names), expect)
    return Condition(text, kind, tuple(dict.fromkeys(free(tree))), spelled(tree, names))


def settled(tree: Node, found: str, expect: str | None) -> str:
    if expect and joined(found, expect) != expect:
        raise ConditionError(f"this is {article(found)}, not {article(expect)}", tree.start)
    if expect is None and found == EMPTY:
        raise ConditionError("nothing tells what this empty list would hold", tree.start)
    return expect or found


def evaluate(condition: str | Node, names: Names, values: Mapping[str, object]) -> object:
    """The value of a condition by a plain walk over its tree, None where it is unknown.

    Slow and simple: what the compiled form is tested against. Raises ConditionError.
    """
    tree = parse(condition) if isinstance(condition, str) else condition
    typed(tree, names)
    return walked(tree, values)
