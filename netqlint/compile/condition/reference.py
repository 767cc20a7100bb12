"""The reference reading of conditions: a plain walk over the tree, equal to the compiled form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netqlint.answers import HIGHEST, LONGEST, LOWEST
from netqlint.compile.condition.tree import (
    Binary,
    Call,
    Choice,
    Item,
    Listing,
    Literal,
    Logic,
    Name,
    Node,
    Unary,
)

Values = Mapping[str, object]


class Undecided(Exception):
    """CEL's error and CEL's unknown in one: it passes upward until a && or || does not need it."""


def walked(node: Node, values: Values) -> object:
    """The value of a tree that type-checks, None where it is unknown."""
    try:
        return value(node, values)
    except Undecided:
        return None


def value(node: Node, values: Values) -> object:
    match node:
        case Literal():
            return node.value
        case Name():
            return decided(values[node.name])
        case Listing():
            return tuple(value(item, values) for item in node.items)
        case Logic():
            return folded(node.operator, [walked(part, values) for part in node.parts])
        case Unary(operator="!"):
            return not value(node.operand, values)
        case Unary():
            return number(-integer(node.operand, values))
        case Binary():
            return binary(node, values)
        case Choice():
            return value(node.yes if value(node.test, values) else node.no, values)
        case Item():
            items, place = sequence(node.items, values), integer(node.place, values)
            return decided(items[place] if 0 <= place < len(items) else None)
        case Call():
            return call(node, values)


def decided(found: object) -> object:
    if found is None:
        raise Undecided
    return found


def number(found: int) -> int:
    if not LOWEST <= found <= HIGHEST:
        raise Undecided
    return found


def integer(node: Node, values: Values) -> int:
    found = value(node, values)
    assert isinstance(found, int)
    return found


def text(node: Node, values: Values) -> str:
    found = value(node, values)
    assert isinstance(found, str)
    return found


def sequence(node: Node, values: Values) -> Sequence[object]:
    found = value(node, values)
    assert isinstance(found, tuple | list)
    return found


def folded(operator: str, answers: Sequence[object]) -> object:
    decides = operator == "||"
    if decides in answers:
        return decides
    if None in answers:
        raise Undecided
    return not decides


def binary(node: Binary, values: Values) -> object:
    left, right = value(node.left, values), value(node.right, values)
    match node.operator, left, right:
        case "in", _, tuple() | list():
            return folded("||", [equal(left, item) for item in right])
        case "==", _, _:
            return decided(equal(left, right))
        case "!=", _, _:
            return not decided(equal(left, right))
        case "+", str(), str():
            return left + right
        case "+", tuple() | list(), tuple() | list():
            return (*left, *right)
        case "<" | "<=" | ">" | ">=", _, _:
            return ordered(node.operator, left, right)
        case _, int(), int():
            return number(arithmetic(node.operator, left, right))
        case _:
            raise AssertionError(f"no type allows {left!r} {node.operator} {right!r}")


def ordered(operator: str, left: object, right: object) -> bool:
    match left, right:
        case (int(), int()):
            sign = (left > right) - (left < right)
        case (str(), str()):
            sign = (left > right) - (left < right)
        case _:
            raise AssertionError(f"no type allows {left!r} {operator} {right!r}")
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[operator]


def equal(left: object, right: object) -> object:
    match left, right:
        case (None, _) | (_, None):
            return None
        case (tuple() | list(), tuple() | list()):
            if len(left) != len(right):
                return False
            pairs = [equal(ours, theirs) for ours, theirs in zip(left, right, strict=True)]
            return False if False in pairs else None if None in pairs else True
        case _:
            return left == right


def arithmetic(operator: str, left: int, right: int) -> int:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    if right == 0:
        raise Undecided
    quotient = left // right
    if quotient < 0 and quotient * right != left:
        quotient += 1  # Python rounds down, CEL toward zero
    number(quotient)
    return quotient if operator == "/" else left - quotient * right


def call(node: Call, values: Values) -> object:
    match node.function, node.arguments:
        case "has", (Name(name=name),):
            return values[name] is not None
        case "all" | "exists" | "filter" | "map", (items, Name(name=name), body):
            return macro(node.function, sequence(items, values), name, body, values)
        case "size", (only,):
            found = value(only, values)
            assert isinstance(found, str | tuple | list)
            return len(found)
        case "string", (only,):
            found = value(only, values)
            return str(found).lower() if isinstance(found, bool) else str(found)
        case "min" | "max", (left, right):
            pair = integer(left, values), integer(right, values)
            return min(pair) if node.function == "min" else max(pair)
        case "repeat", (only, times):
            found = value(only, values)
            return tuple(found for _ in range(counted(times, values, LONGEST)))
        case "take", (items, size):
            found, upto = sequence(items, values), counted(size, values, HIGHEST)
            return tuple(item for at, item in enumerate(found) if at < upto)
        case "startsWith", (owner, other):
            return text(owner, values).startswith(text(other, values))
        case "endsWith", (owner, other):
            return text(owner, values).endswith(text(other, values))
        case "contains", (owner, other):
            return text(other, values) in text(owner, values)
        case _:
            raise AssertionError(f"no type allows {node.function}")


def counted(node: Node, values: Values, most: int) -> int:
    found = integer(node, values)
    if not 0 <= found <= most:
        raise Undecided
    return found


def macro(function: str, items: Sequence[object], name: str, body: Node, values: Values) -> object:
    answers = [walked(body, {**values, name: item}) for item in items]
    if function == "all":
        return folded("&&", answers)
    if function == "exists":
        return folded("||", answers)
    if None in answers:
        raise Undecided
    if function == "map":
        return tuple(answers)
    return tuple(item for item, kept in zip(items, answers, strict=True) if kept)
