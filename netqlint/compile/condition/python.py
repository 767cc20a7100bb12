"""Conditions spelled as Python: one expression over a mapping `s`, None wherever nobody knows."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from string import ascii_lowercase

from netqlint import answers
from netqlint.compile.condition.kinds import MACROS, Names, parts, typed, within
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

# functions of netqlint/answers.py, which take None and give None by themselves
HELPERS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "modulo",
    "all": "every",
    "exists": "some",
    "filter": "keep",
    "map": "transform",
    "repeat": "repeat",
    "take": "take",
}
# plain Python, for operands that are known
PLAIN = {
    "min": "min({0}, {1})",
    "max": "max({0}, {1})",
    "size": "len({0})",
    "startsWith": "{0}.startswith({1})",
    "endsWith": "{0}.endswith({1})",
}
TAKEN = frozenset({"s", *vars(answers), *vars(builtins), *keyword.kwlist})


@dataclass(frozen=True, slots=True)
class Spelling:
    """`body` is the value once none of `tests` holds; each test is that a part is None.

    A `tight` body needs no parentheses. `whole` is a shorter way to say `None if … else body`,
    tight as well; `held` is the same, and from then on `body` can be read.
    """

    body: str
    tests: tuple[str, ...] = ()
    tight: bool = False
    whole: str = ""
    held: str = ""

    @property
    def text(self) -> str:
        if self.whole or not self.tests:
            return self.whole or self.body
        return f"None if {' or '.join(self.tests)} else {self.body}"

    @property
    def operand(self) -> str:
        return self.text if self.whole or (self.tight and not self.tests) else f"({self.text})"

    @property
    def part(self) -> str:
        return self.body if self.tight else f"({self.body})"


@dataclass(frozen=True, slots=True)
class Pen:
    """What a spelling needs: types, what each name is called in Python, words not yet used."""

    names: Names
    called: Mapping[str, str]
    bound: frozenset[str]
    spare: Iterator[str]


def spelled(node: Node, names: Names) -> str:
    """The Python expression of a tree that `typed` has accepted with these names."""
    called = locals_for(sorted(set(words(node))))
    taken = TAKEN.union(called, called.values())
    letters = (letter + number for number in numbers() for letter in ascii_lowercase)
    spare = (letter for letter in letters if letter not in taken)
    return spell(node, Pen(names, called, frozenset(), spare)).text


def numbers() -> Iterator[str]:
    yield ""
    yield from map(str, count(2))


def words(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.name
    for part in parts(node):
        yield from words(part)


def locals_for(names: Sequence[str]) -> Mapping[str, str]:
    # a value is held under its own name, unless that word is one of Python's or of answers.py
    called: dict[str, str] = {}
    for name in names:
        word = name
        while word in TAKEN or (word != name and word in names) or word in called.values():
            word += "_"
        called[name] = word
    return called


def spell(node: Node, pen: Pen) -> Spelling:
    match node:
        case Literal():
            return Spelling(repr(node.value), tight=True)
        case Name():
            return name(node, pen)
        case Listing():
            return listing(node, pen)
        case Logic():
            return logic(node, pen)
        case Unary(operator="!"):
            return known("not {0}", [node.operand], pen)
        case Unary():
            return opaque(f"negate({spell(node.operand, pen).text})", pen)
        case Binary():
            return binary(node, pen)
        case Choice():
            return choice(node, pen)
        case Item():
            return opaque(helped("index", [node.items, node.place], pen), pen)
        case Call():
            return call(node, pen)


def name(node: Name, pen: Pen) -> Spelling:
    word = pen.called[node.name]
    if node.name in pen.bound:
        return Spelling(word, (f"{word} is None",), tight=True, whole=word, held=word)
    return kept(looked_up(node.name), word)


def looked_up(name: str) -> str:
    return f's["{name}"]'


def known(template: str, nodes: Sequence[Node], pen: Pen, tight: bool = False) -> Spelling:
    """A value that takes every operand to be known."""
    operands = [spell(node, pen) for node in nodes]
    tests = tuple(dict.fromkeys(test for operand in operands for test in operand.tests))
    body = template.format(*(operand.part for operand in operands))
    return Spelling(body, tests, tight)


def opaque(whole: str, pen: Pen) -> Spelling:
    """A value that only its evaluation shows to be known."""
    return kept(whole, next(pen.spare))


def kept(whole: str, word: str) -> Spelling:
    held = f"({word} := {whole})"
    return Spelling(word, (f"{held} is None",), tight=True, whole=whole, held=held)


def helped(helper: str, nodes: Sequence[Node], pen: Pen) -> str:
    return f"{helper}({', '.join(spell(node, pen).text for node in nodes)})"


def listing(node: Listing, pen: Pen) -> Spelling:
    return known(row(0, len(node.items)), node.items, pen, tight=True)


def row(start: int, size: int) -> str:
    places = ", ".join(f"{{{at}}}" for at in range(start, start + size))
    return f"({places},)" if size == 1 else f"({places})"


def logic(node: Logic, pen: Pen) -> Spelling:
    """The first part that decides wins; where none does, one unknown part leaves the whole open."""
    spellings = [spell(part, pen) for part in node.parts]
    conjunction = node.operator == "&&"
    if not any(part.tests for part in spellings[:-1]):
        # Python's own `and` and `or` hand the last value through, None as well
        joined = (" and " if conjunction else " or ").join(part.operand for part in spellings)
        return opaque(f"({joined})", pen) if spellings[-1].tests else Spelling(joined)
    decides, otherwise = ("False", "True") if conjunction else ("True", "False")
    deciding, open_ = [], []
    for part in spellings:
        if not part.tests:
            deciding.append(f"not {part.part}" if conjunction else part.part)
            continue
        part = part if part.held else opaque(part.text, pen)
        deciding.append(f"{part.held} is {decides}")
        open_.append(part.body)
    rest = open_[0]
    if len(open_) > 1:
        rest = f"None if {' or '.join(f'{part} is None' for part in open_)} else {otherwise}"
    return opaque(f"({decides} if {' or '.join(deciding)} else {rest})", pen)


def binary(node: Binary, pen: Pen) -> Spelling:
    sides = [node.left, node.right]
    if node.operator == "in":
        if isinstance(node.right, Listing):
            template = "{0} in " + row(1, len(node.right.items))
            return known(template, [node.left, *node.right.items], pen)
        return opaque(helped("among", sides, pen), pen)
    kind = typed(node.left, pen.names)
    if node.operator == "+" and kind != "int":
        return known("{0} + {1}" if kind == "string" else "(*{0}, *{1})", sides, pen)
    if node.operator in HELPERS:
        return opaque(helped(HELPERS[node.operator], sides, pen), pen)
    if kind.startswith("list"):
        return opaque(helped("same" if node.operator == "==" else "differ", sides, pen), pen)
    return known(f"{{0}} {node.operator} {{1}}", sides, pen)


def choice(node: Choice, pen: Pen) -> Spelling:
    test, yes, no = (spell(part, pen) for part in (node.test, node.yes, node.no))
    body = f"{yes.operand} if {test.part} else {no.operand}"
    if not yes.tests and not no.tests:
        return Spelling(body, test.tests)
    return opaque(f"({Spelling(body, test.tests).text})", pen)


def call(node: Call, pen: Pen) -> Spelling:
    match node.function, node.arguments:
        case "has", (Name(name=name),):
            value = pen.called[name] if name in pen.bound else looked_up(name)
            return Spelling(f"{value} is not None")
        case "string", (value,):
            return string(value, pen)
        case "contains", _:
            return known("{1} in {0}", node.arguments, pen)
        case function, (items, Name(name=variable), body) if function in MACROS:
            kind = typed(items, pen.names)
            inner = replace(pen, names=within(pen.names, variable, kind), bound=pen.bound | {variable})
            asked = f"lambda {pen.called[variable]}: {spell(body, inner).text}"
            return opaque(f"{HELPERS[function]}({spell(items, pen).text}, {asked})", pen)
        case function, _ if function in HELPERS:
            return opaque(helped(HELPERS[function], node.arguments, pen), pen)
        case function, _:
            return known(PLAIN[function], node.arguments, pen, tight=True)


def string(value: Node, pen: Pen) -> Spelling:
    kind = typed(value, pen.names)
    if kind == "bool":
        return known('"true" if {0} else "false"', [value], pen)
    return spell(value, pen) if kind == "string" else known("str({0})", [value], pen, tight=True)
