"""The types of conditions: every tree has one of six, found before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netqlint.compile.condition.tree import (
    Binary,
    Call,
    Choice,
    ConditionError,
    Item,
    Listing,
    Literal,
    Logic,
    Name,
    Node,
    Unary,
)
from netqlint.errors import hint

SCALARS = ("bool", "int", "string")
LISTS = tuple(f"list({scalar})" for scalar in SCALARS)
# [] alone: a list whose items have no type yet
EMPTY = "list(?)"

Names = Mapping[str, str]
Signatures = Mapping[tuple[str, ...], str]

FUNCTIONS: Mapping[str, Signatures] = {
    "size": {(kind,): "int" for kind in ("string", *LISTS)},
    "string": {(kind,): "string" for kind in SCALARS},
    "min": {("int", "int"): "int"},
    "max": {("int", "int"): "int"},
    "repeat": {(kind, "int"): f"list({kind})" for kind in SCALARS},
    "take": {(kind, "int"): kind for kind in LISTS},
}
METHODS: Mapping[str, Signatures] = {
    "size": FUNCTIONS["size"],
    "startsWith": {("string", "string"): "bool"},
    "endsWith": {("string", "string"): "bool"},
    "contains": {("string", "string"): "bool"},
}
MACROS = ("all", "exists", "filter", "map")

USAGE = {
    "size": "size(string) or size(list)",
    "string": "string(int), string(bool) or string(string)",
    "min": "min(int, int)",
    "max": "max(int, int)",
    "repeat": "repeat(value, int)",
    "take": "take(list, int)",
    "has": "has(NAME)",
    "startsWith": "string.startsWith(string)",
    "endsWith": "string.endsWith(string)",
    "contains": "string.contains(string)",
    "all": "list.all(item, bool)",
    "exists": "list.exists(item, bool)",
    "filter": "list.filter(item, bool)",
    "map": "list.map(item, value)",
}

SUMS: Mapping[str, tuple[str, ...]] = {
    "+": ("int", "string", *LISTS, EMPTY),
    "-": ("int",),
    "*": ("int",),
    "/": ("int",),
    "%": ("int",),
}


def typed(node: Node, names: Names) -> str:
    """The type of a tree whose free names have these types; ConditionError where there is none."""
    match node:
        case Literal():
            return literal(node)
        case Name():
            return names.get(node.name) or unknown(node, names)
        case Listing():
            return listing(node, names)
        case Logic():
            for part in node.parts:
                need("bool", part, names, f"{node.operator} joins bools")
            return "bool"
        case Unary(operator="!"):
            return need("bool", node.operand, names, "! negates a bool")
        case Unary():
            return need("int", node.operand, names, "- negates an int")
        case Binary():
            return binary(node, names)
        case Choice():
            return choice(node, names)
        case Item():
            return item(node, names)
        case Call():
            return call(node, names)


def need(kind: str, node: Node, names: Names, demand: str) -> str:
    found = typed(node, names)
    if found != kind:
        raise ConditionError(f"{demand}, not {article(found)}", node.start)
    return kind


def article(kind: str) -> str:
    if kind == EMPTY:
        return "an empty list"
    return f"an {kind}" if kind == "int" else f"a {kind}"


def joined(left: str, right: str) -> str | None:
    """The one type of two sides, where [] takes that of the other list."""
    if left == right:
        return left
    if EMPTY in (left, right) and {left, right} & set(LISTS):
        return left if right == EMPTY else right
    return None


def literal(node: Literal) -> str:
    if isinstance(node.value, bool):
        return "bool"
    return "string" if isinstance(node.value, str) else "int"


def unknown(node: Name, names: Names) -> str:
    raise ConditionError(f"unknown name {node.name}{hint(node.name, names, ':')}", node.start)


def listing(node: Listing, names: Names) -> str:
    if not node.items:
        return EMPTY
    first, *others = (typed(part, names) for part in node.items)
    if first not in SCALARS:
        raise ConditionError(f"a list cannot hold {article(first)}", node.items[0].start)
    for kind, part in zip(others, node.items[1:], strict=True):
        if kind != first:
            message = f"a list holds items of one type, not {article(first)} and {article(kind)}"
            raise ConditionError(message, part.start)
    return f"list({first})"


def binary(node: Binary, names: Names) -> str:
    left, right = typed(node.left, names), typed(node.right, names)
    said = f"{left} {node.operator} {right}"
    if node.operator == "in":
        if right not in (*LISTS, EMPTY):
            raise ConditionError(f"in looks into a list, not {article(right)}", node.right.start)
        if right not in (EMPTY, f"list({left})") or left not in SCALARS:
            raise ConditionError(f"there is no {said}: the list has other items", node.at)
        return "bool"
    both = joined(left, right)
    if node.operator in SUMS:
        if both is None or both not in SUMS[node.operator]:
            takes = "two ints, two strings or two lists" if node.operator == "+" else "two ints"
            raise ConditionError(f"there is no {said}: {node.operator} takes {takes}", node.at)
        return both
    if both is None:
        raise ConditionError(f"there is no {said}: both sides must have one type", node.at)
    if node.operator not in ("==", "!=") and both not in SCALARS:
        raise ConditionError(f"there is no {said}: lists have no order", node.at)
    return "bool"


def choice(node: Choice, names: Names) -> str:
    need("bool", node.test, names, "? asks a bool")
    yes, no = typed(node.yes, names), typed(node.no, names)
    both = joined(yes, no)
    if both is None:
        message = f"both sides of : have one type, not {article(yes)} and {article(no)}"
        raise ConditionError(message, node.no.start)
    return both


def item(node: Item, names: Names) -> str:
    kind = typed(node.items, names)
    if kind not in LISTS:
        raise ConditionError(f"[ ] looks into a list, not {article(kind)}", node.items.start)
    need("int", node.place, names, "an index is an int")
    return of(kind)


def of(kind: str) -> str:
    """int for list(int)."""
    return kind.removeprefix("list(").removesuffix(")")


def call(node: Call, names: Names) -> str:
    if node.function not in USAGE:
        what = "method" if node.method else "function"
        known = [*METHODS, *MACROS] if node.method else [*FUNCTIONS, "has"]
        likely = hint(node.function, known, ":") or hint(node.function, USAGE, ":")
        raise ConditionError(f"unknown {what} {node.function}{likely}", node.at)
    if node.function == "has":
        return has(node, names)
    if node.function in MACROS:
        return macro(node, names)
    given = tuple(typed(argument, names) for argument in node.arguments)
    table = METHODS if node.method else FUNCTIONS
    result = table.get(node.function, {}).get(given)
    if result is None:
        raise misused(node, said(node, given))
    return result


def said(node: Call, given: Sequence[str]) -> str:
    if node.method:
        return f"{given[0]}.{node.function}({', '.join(given[1:])})"
    return f"{node.function}({', '.join(given)})"


def misused(node: Call, said: str) -> ConditionError:
    return ConditionError(f"there is no {said}: write {USAGE[node.function]}", node.at)


def has(node: Call, names: Names) -> str:
    match node.method, node.arguments:
        case False, (Name() as name,):
            typed(name, names)
            return "bool"
        case _:
            raise ConditionError("has takes one name: write has(NAME)", node.at)


def macro(node: Call, names: Names) -> str:
    match node.method, node.arguments:
        case True, (items, Name() as variable, body):
            pass
        case _:
            message = f"{node.function} goes through a list: write {USAGE[node.function]}"
            raise ConditionError(message, node.at)
    kind = typed(items, names)
    if kind not in LISTS:
        message = f"{node.function} goes through a list, not {article(kind)}"
        raise ConditionError(message, items.start)
    if variable.name in names:
        # CEL would let the item hide the name; one of the two is a slip
        raise ConditionError(f"{variable.name} already has a meaning here", variable.start)
    inner = within(names, variable.name, kind)
    if node.function != "map":
        need("bool", body, inner, f"{node.function} asks a bool")
        return kind if node.function == "filter" else "bool"
    made = typed(body, inner)
    if made not in SCALARS:
        raise ConditionError(f"a list cannot hold {article(made)}", body.start)
    return f"list({made})"


def within(names: Names, variable: str, kind: str) -> Names:
    """The names known inside a macro that goes through a list of this type."""
    return {**names, variable: of(kind)}


def free(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of the scope a tree uses, as they come in the text."""
    match node:
        case Name(name=name):
            if name not in bound:
                yield name
        case Call(function=function, arguments=(items, Name() as variable, body)) if function in MACROS:
            yield from free(items, bound)
            yield from free(body, bound | {variable.name})
        case _:
            for part in parts(node):
                yield from free(part, bound)


def parts(node: Node) -> tuple[Node, ...]:
    """What a tree is made of, one level down, as it comes in the text."""
    match node:
        case Listing(items=several) | Logic(parts=several) | Call(arguments=several):
            return several
        case Unary(operand=only):
            return (only,)
        case Binary(left=left, right=right):
            return (left, right)
        case Item(items=left, place=right):
            return (left, right)
        case Choice(test=test, yes=yes, no=no):
            return (test, yes, no)
        case _:
            return ()
