"""From the text of a condition to a tree, or to an error that says what is wrong and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedToken

from netqlint.answers import HIGHEST, LOWEST
from netqlint.compile.place import grammar

# Python gives up at 200 nested parentheses, and a level of a condition may cost a few of them
DEEPEST = 40


class ConditionError(ValueError):
    """What is wrong with a condition: `message`, and the 0-based offset `position` it is about."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, true or false."""

    start: int
    end: int
    value: int | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the scope, or the variable of a macro around it."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Listing:
    """[a, b, c]"""

    start: int
    end: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """A whole chain of && or of ||."""

    start: int
    end: int
    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """! or the minus sign."""

    start: int
    end: int
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """A relation, a sum or a product; `at` is where the operator stands."""

    start: int
    end: int
    operator: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Choice:
    """test ? yes : no"""

    start: int
    end: int
    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Item:
    """items[place]"""

    start: int
    end: int
    items: Node
    place: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or a method whose owner is the first argument; `at` is where its name stands."""

    start: int
    end: int
    function: str
    arguments: tuple[Node, ...]
    method: bool
    at: int


Node = Literal | Name | Listing | Logic | Unary | Binary | Choice | Item | Call


def parse(text: str) -> Node:
    """The tree of a condition; ConditionError where it has none."""
    if not text.strip(" \t\n\f\r"):
        raise ConditionError("there is no condition", 0)
    try:
        tree = reader().parse(text)
    except UnexpectedCharacters as error:
        raise stray(text, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        raise unexpected(text, error.token) from None
    measure(tree)
    return grow(tree)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a condition that parses, blanks left out."""
    return reader().lex(text)


@cache
def reader() -> Lark:
    return Lark(
        grammar("condition"),
        start="condition",
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=False,
    )


def measure(tree: Tree[Token]) -> None:
    heights: dict[int, int] = {}
    for branch in tree.iter_subtrees():  # children come before their parents
        below = (heights[id(child)] for child in branch.children if isinstance(child, Tree))
        heights[id(branch)] = 1 + max(below, default=0)
        if heights[id(branch)] > DEEPEST:
            raise ConditionError("the condition is nested too deeply", branch.meta.start_pos)


def grow(tree: Tree[Token]) -> Node:
    start, end = tree.meta.start_pos, tree.meta.end_pos
    match tree.data, tree.children:
        case "name", [Token() as name]:
            return Name(start, end, str(name))
        case "integer", [Token() as digits]:
            return Literal(start, end, whole(digits, HIGHEST))
        case "string", [Token() as quoted]:
            return Literal(start, end, unquote(quoted))
        case "true" | "false", [Token() as word]:
            return Literal(start, end, word == "true")
        case "listing", listed:
            return Listing(start, end, grown(listed))
        case "group", [Tree() as inner]:
            # the parentheses go along, so that what is cut out of the text by its span stays whole
            return replace(grow(inner), start=start, end=end)
        case ("either" | "both") as word, parts:
            return Logic(start, end, "||" if word == "either" else "&&", grown(parts))
        case "minus", [Token(), Tree(data="integer", children=[Token() as digits])]:
            # one more fits into 64 bits below zero than above
            return Literal(start, end, -whole(digits, -LOWEST))
        case "negation" | "minus", [Token() as operator, Tree() as operand]:
            return Unary(start, end, str(operator), grow(operand))
        case "binary", [Tree() as left, Token() as operator, Tree() as right]:
            return Binary(start, end, str(operator), grow(left), grow(right), place(operator))
        case "choice", [Tree() as test, Tree() as yes, Tree() as no]:
            return Choice(start, end, grow(test), grow(yes), grow(no))
        case "item", [Tree() as items, Tree() as at]:
            return Item(start, end, grow(items), grow(at))
        case "call", [Token() as name, *listed]:
            return Call(start, end, str(name), grown(listed), False, place(name))
        case "method", [Tree() as owner, Token() as name, *listed]:
            every = (grow(owner), *grown(listed))
            return Call(start, end, str(name), every, True, place(name))
        case "field", [Tree(), Token() as name]:
            message = f"nothing has a field {name}: only methods such as .size() follow a dot"
            raise ConditionError(message, place(name))
        case "reserved", [Token() as word]:
            raise ConditionError(reserved(word), start)
        case _:
            raise AssertionError(f"the grammar has a rule nobody reads: {tree.data}")


def grown(listed: list[Token | Tree[Token]]) -> tuple[Node, ...]:
    return tuple(grow(branch) for branch in listed if isinstance(branch, Tree))


def whole(digits: Token, most: int) -> int:
    # by length first, for Python refuses to read numbers of thousands of digits
    if len(digits.lstrip("0")) > len(str(most)) or int(digits) > most:
        raise ConditionError("the number does not fit into 64 bits", place(digits))
    return int(digits)


def place(token: Token) -> int:
    return token.start_pos or 0


ESCAPE = re.compile(r"\\(x..|u....|U........|[0-7]{3}|.)")
ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unquote(quoted: str) -> str:
    return ESCAPE.sub(lambda found: unescape(found[1]), quoted[1:-1])


def unescape(code: str) -> str:
    if code[0] in "xuU" and len(code) > 1:
        return chr(int(code[1:], 16))
    if len(code) == 3:
        return chr(int(code, 8))
    return ESCAPED.get(code, code)


def reserved(word: str) -> str:
    if word == "null":
        return "null is no value here: write has(NAME) to ask whether NAME is known"
    return f"{word} is a word that CEL reserves"


STRAY = {
    "=": "= is no operator: write == to compare",
    "&": "& is no operator: write && for and",
    "|": "| is no operator: write || for or",
}
SPELLED = {"and": "&&", "or": "||", "not": "!", "is": "==", "if": "? :"}


def stray(text: str, position: int) -> ConditionError:
    found = text[position]
    if found in "\"'":
        return ConditionError(broken(text, position), position)
    return ConditionError(STRAY.get(found, f"{found} means nothing in a condition"), position)


def broken(text: str, position: int) -> str:
    closed = re.compile(r"(['\"])(\\.|(?!\1)[^\\\r\n])*\1").match(text, position)
    if closed:
        return f"the string {closed[0]} has an escape that CEL does not know"
    return "the string is never closed"


def unexpected(text: str, token: Token) -> ConditionError:
    if token.type == "$END":
        return ConditionError("the condition ends too early", len(text))
    word = SPELLED.get(token.lower())
    if word:
        return ConditionError(f"{token} is no operator: write {word}", place(token))
    return ConditionError(f"nothing in a condition continues with {token} here", place(token))
