"""Conditions grown at random: well-typed texts over a few names, and the worlds they can meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from math import gcd, prod

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

NAMES: Mapping[str, str] = {
    "VMDQ": "int",
    "RSS": "int",
    "enabled": "bool",
    "loaded": "bool",
    "driver": "string",
    "IntMode": "list(int)",
    "modules": "list(string)",
    "links": "list(bool)",
}
VALUES: Mapping[str, Sequence[object]] = {
    "int": (8, 0, None, -3, 2**63 - 1),
    "bool": (True, None, False),
    "string": ("igb", "ixgbe", None, ""),
    "list(int)": ((2, 0), None, (1, 8, -3), ()),
    "list(string)": (("ixgbe", "e1000e"), None, ("igb",), ()),
    "list(bool)": ((True, False), (True,), None, ()),
}
# lists that are known, but not to the last item
HOLES: Mapping[str, Sequence[object]] = {
    "list(int)": ((None,), (8, None, 0)),
    "list(string)": ((None, "igb"),),
    "list(bool)": ((False, None), (None, True)),
}
SCALARS = ("bool", "int", "string")
LISTS = ("list(int)", "list(string)", "list(bool)")

World = Mapping[str, object]


def worlds(names: Sequence[str], most: int, holes: bool = True) -> Iterator[World]:
    """Values for these names in every combination, or in `most` spread over all of them."""
    choices = [(*VALUES[NAMES[name]], *(HOLES.get(NAMES[name], ()) if holes else ())) for name in names]
    total = prod(len(choice) for choice in choices)
    step = max(1, total // most)
    # a step that shares no factor with the total changes every name's value from world to world
    step += next(more for more in count() if gcd(step + more, total) == 1)
    for at in range(min(most, total)):
        yield dict(zip(names, combination(choices, at * step % total), strict=True))


def combination(choices: Sequence[Sequence[object]], at: int) -> Iterator[object]:
    for choice in choices:
        at, place = divmod(at, len(choice))
        yield choice[place]


@st.composite
def conditions(draw: DrawFn, known_to_cel: bool = False) -> str:
    """A condition of any type over NAMES, with the parentheses it needs and now and then more.

    `known_to_cel` leaves out what CEL has not, and what its implementation celpy gets wrong.
    """
    kind = draw(st.sampled_from(("bool", "bool", "bool", *SCALARS, *LISTS)))
    return Garden(draw, NAMES, 3, known_to_cel).text(kind)


# How tightly a text binds: ?: is 0, ||, &&, relations, sums, products, signs, and members are 7.
Bound = tuple[str, int]


@dataclass(frozen=True)
class Garden:
    """Where one condition grows: the names in reach, and how many levels it may still rise."""

    draw: DrawFn
    names: Mapping[str, str]
    height: int
    known_to_cel: bool

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def chance(self, times: int) -> bool:
        """Yes, but for once in so many times."""
        return self.draw(st.integers(1, times)) > 1

    def text(self, kind: str, level: int = 0) -> str:
        text, own = self.bound(kind)
        return text if own >= level and self.chance(8) else f"({text})"

    def bound(self, kind: str) -> Bound:
        if self.height == 0 or not self.chance(4):
            return self.leaf(kind)
        ways = {"bool": BOOLS, "int": INTS, "string": STRINGS}.get(kind, SEQUENCES)
        return self.draw(st.sampled_from(ways))(replace(self, height=self.height - 1), kind)

    def leaf(self, kind: str) -> Bound:
        fitting = [name for name, type_ in self.names.items() if type_ == kind]
        if fitting and self.chance(3):
            return self.pick(*fitting), 7
        if kind in LISTS:
            # never [], which has no type of its own
            count = self.draw(st.integers(1, 3))
            return f"[{', '.join(self.leaf(kind[5:-1])[0] for _ in range(count))}]", 7
        literal = self.pick(*LITERALS[kind])
        return literal, 6 if literal.startswith("-") else 7

    def operands(self, operator: str, kind: str, level: int, most: int = 2) -> Bound:
        count = self.draw(st.integers(2, most))
        # the operators are left-associative, so all operands but the first bind more tightly
        texts = [self.text(kind, level if at == 0 else level + 1) for at in range(count)]
        return f" {operator} ".join(texts), level

    def call(self, function: str, *kinds: str) -> Bound:
        return f"{function}({', '.join(self.text(kind) for kind in kinds)})", 7

    def method(self, owner: str, function: str, *kinds: str) -> Bound:
        arguments = ", ".join(self.text(kind) for kind in kinds)
        return f"{self.text(owner, 7)}.{function}({arguments})", 7

    def macro(self, function: str, kind: str, made: str) -> Bound:
        variable = f"item{len(self.names) - len(NAMES) or ''}"
        inner = replace(self, names={**self.names, variable: kind[5:-1]})
        return f"{self.text(kind, 7)}.{function}({variable}, {inner.text(made)})", 7

    def item(self, kind: str) -> Bound:
        # celpy lets a negative index count from the end, as Python does
        place = self.pick("0", "1", "5") if self.known_to_cel else self.text("int")
        return f"{self.text(f'list({kind})', 7)}[{place}]", 7

    def choice(self, kind: str) -> Bound:
        return f"{self.text('bool', 1)} ? {self.text(kind, 1)} : {self.text(kind)}", 0


LITERALS = {
    "bool": ("true", "false"),
    "int": ("0", "1", "2", "8", "-1", "-9223372036854775808"),
    "string": ('"igb"', "'igb'", "''", r"'i\x67b\'\n'", "'{}'"),
}
Way = Callable[[Garden, str], Bound]


def relation(garden: Garden, kind: str) -> Bound:
    operator = garden.pick("==", "!=", "<", "<=", ">", ">=")
    sides = garden.pick(*SCALARS, *(LISTS if operator in ("==", "!=") else ()))
    if sides == "bool":
        # a == b == c compares the first answer with c
        return garden.operands(operator, sides, 3, most=3)
    return f"{garden.text(sides, 4)} {operator} {garden.text(sides, 4)}", 3


def membership(garden: Garden, kind: str) -> Bound:
    scalar = garden.pick(*SCALARS)
    items = garden.text(f"list({scalar})", 4) if garden.chance(8) else "[]"
    return f"{garden.text(scalar, 3 if scalar == 'bool' else 4)} in {items}", 3


def knowledge(garden: Garden, kind: str) -> Bound:
    if garden.known_to_cel:
        return relation(garden, kind)
    return f"has({garden.pick(*garden.names)})", 7


def quotient(garden: Garden, kind: str) -> Bound:
    operator = garden.pick("*", "/", "%")
    if operator == "%" and garden.known_to_cel:
        # celpy gives 0 for the least number % -1, which overflows in CEL
        return f"{garden.text('int', 5)} % {garden.pick('0', '2', '-8')}", 5
    return garden.operands(operator, "int", 5, most=3)


def spelled(garden: Garden, kind: str) -> Bound:
    # celpy spells true as Python does, True
    return garden.call("string", garden.pick(*(SCALARS[1:] if garden.known_to_cel else SCALARS)))


BOOLS: Sequence[Way] = (
    relation,
    relation,
    relation,
    membership,
    knowledge,
    lambda garden, kind: garden.operands("&&", "bool", 2, most=3),
    lambda garden, kind: garden.operands("||", "bool", 1, most=3),
    lambda garden, kind: (f"!{garden.text('bool', 6)}", 6),
    lambda garden, kind: garden.macro("all", garden.pick(*LISTS), "bool"),
    lambda garden, kind: garden.macro("exists", garden.pick(*LISTS), "bool"),
    lambda garden, kind: garden.method("string", garden.pick("startsWith", "endsWith", "contains"), "string"),
    Garden.item,
    Garden.choice,
)
INTS: Sequence[Way] = (
    lambda garden, kind: garden.operands("+", "int", 4, most=3),
    lambda garden, kind: garden.operands("-", "int", 4, most=3),
    quotient,
    lambda garden, kind: (f"-{garden.text('int', 6)}", 6),
    lambda garden, kind: garden.call("size", garden.pick("string", *LISTS)),
    lambda garden, kind: garden.method(garden.pick("string", *LISTS), "size"),
    lambda garden, kind: garden.call(garden.pick("min", "max"), "int", "int"),
    Garden.item,
    Garden.choice,
)
STRINGS: Sequence[Way] = (
    lambda garden, kind: garden.operands("+", "string", 4, most=3),
    spelled,
    Garden.item,
    Garden.choice,
)
SEQUENCES: Sequence[Way] = (
    lambda garden, kind: (f"[{garden.text(kind[5:-1])}, {garden.text(kind[5:-1])}]", 7),
    lambda garden, kind: garden.operands("+", kind, 4, most=3),
    lambda garden, kind: garden.macro("filter", kind, "bool"),
    lambda garden, kind: garden.macro("map", garden.pick(*LISTS), kind[5:-1]),
    lambda garden, kind: garden.call("repeat", kind[5:-1], "int"),
    lambda garden, kind: garden.call("take", kind, "int"),
    Garden.choice,
)
