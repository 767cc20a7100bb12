"""Conditions with one small thing wrong, for asking whether a rule's examples would notice."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from netqlint.answers import HIGHEST
from netqlint.compile.condition.kinds import Names, parts, typed
from netqlint.compile.condition.tree import Binary, Node, Unary, parse, tokens

OPPOSITE = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "&&": "||",
    "||": "&&",
}


def mutations(text: str, names: Names) -> Iterator[str]:
    """The condition with one comparison made its opposite, one && or || swapped, one number 1 off.

    All other characters stay, and each text type-checks as this one does. Raises ConditionError.
    """
    tree = parse(text)
    typed(tree, names)
    for token in tokens(text):
        start, end = token.start_pos or 0, token.end_pos or 0
        for other in others(token):
            yield text[:start] + other + text[end:]
    yield from inversions(text, tree)


def others(token: Token) -> Iterator[str]:
    if token in OPPOSITE:
        yield OPPOSITE[token]
    if token.type != "INT":
        return
    # 0 only moves up: -1 is no index and no count
    if int(token) > 0:
        yield str(int(token) - 1)
    if int(token) < HIGHEST:
        yield str(int(token) + 1)


def inversions(text: str, node: Node) -> Iterator[str]:
    """`a in b` made `!(a in b)`, and the reverse."""
    match node:
        case Unary(operator="!", operand=Binary(operator="in") as found):
            # the parentheses stay, without them the `in` might join with what stands around it
            yield text[: node.start] + text[found.start : found.end] + text[node.end :]
            below: tuple[Node, ...] = (found.left, found.right)
        case Binary(operator="in"):
            bare = text[node.start : node.end]
            yield f"{text[: node.start]}!({bare}){text[node.end :]}"
            below = (node.left, node.right)
        case _:
            below = parts(node)
    for part in below:
        yield from inversions(text, part)
