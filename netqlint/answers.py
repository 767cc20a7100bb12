"""What compiled conditions call: three-valued answers, in which None is what nobody knows.

Numbers are CEL's 64-bit ones. Where CEL has a run-time error (a division by zero, an index out of
range, an overflow), nothing is decided, and the answer is None as well.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    Item = TypeVar("Item")
    Made = TypeVar("Made")

LOWEST = -(2**63)
HIGHEST = 2**63 - 1
# a number typed into a configuration must not become a list that fills the memory
LONGEST = 4096


def number(value: int) -> int | None:
    """The value itself, unless 64 bits are too few for it."""
    return value if LOWEST <= value <= HIGHEST else None


def add(left: int | None, right: int | None) -> int | None:
    """left + right."""
    return None if left is None or right is None else number(left + right)


def subtract(left: int | None, right: int | None) -> int | None:
    """left - right."""
    return None if left is None or right is None else number(left - right)


def multiply(left: int | None, right: int | None) -> int | None:
    """left * right."""
    return None if left is None or right is None else number(left * right)


def divide(left: int | None, right: int | None) -> int | None:
    """left / right, cut off toward zero as in C: -7 / 2 is -3."""
    if left is None or right is None or right == 0:
        return None
    quotient = abs(left) // abs(right)
    return number(quotient if (left < 0) == (right < 0) else -quotient)


def modulo(left: int | None, right: int | None) -> int | None:
    """left % right, with the sign of left as in C: -7 % 2 is -1."""
    if left is None or right is None or right == 0:
        return None
    # the quotient of this one pair does not fit, and CEL calls the remainder an overflow too
    if left == LOWEST and right == -1:
        return None
    remainder = abs(left) % abs(right)
    return remainder if left >= 0 else -remainder


def negate(value: int | None) -> int | None:
    """-value."""
    return None if value is None else number(-value)


def same(left: Sequence[object] | None, right: Sequence[object] | None) -> bool | None:
    """left == right for lists: a surely different pair decides, an unknown one leaves it open."""
    if left is None or right is None:
        return None
    if len(left) != len(right):
        return False
    answer: bool | None = True
    for ours, theirs in zip(left, right, strict=True):
        if ours is None or theirs is None:
            answer = None
        elif ours != theirs:
            return False
    return answer


def differ(left: Sequence[object] | None, right: Sequence[object] | None) -> bool | None:
    """left != right for lists."""
    answer = same(left, right)
    return None if answer is None else not answer


def among(value: object, items: Sequence[object] | None) -> bool | None:
    """value in items: where it is not found, an unknown item may still be it."""
    if value is None or items is None:
        return None
    if value in items:
        return True
    return None if None in items else False


def index(items: Sequence[Item] | None, at: int | None) -> Item | None:
    """items[at]."""
    if items is None or at is None or not 0 <= at < len(items):
        return None
    return items[at]


def repeat(value: Item | None, times: int | None) -> tuple[Item, ...] | None:
    """A list of the value, so many times; nothing below 0 or above 4096 times."""
    if value is None or times is None or not 0 <= times <= LONGEST:
        return None
    return (value,) * times


def take(items: Sequence[Item] | None, count: int | None) -> Sequence[Item] | None:
    """The first items, all of them where there are fewer; nothing for a count below 0."""
    if items is None or count is None or count < 0:
        return None
    return items[:count]


def every(items: Sequence[Item] | None, holds: Callable[[Item], bool | None]) -> bool | None:
    """items.all(...): the && of all answers."""
    if items is None:
        return None
    answer: bool | None = True
    for item in items:
        held = holds(item)
        if held is False:
            return False
        if held is None:
            answer = None
    return answer


def some(items: Sequence[Item] | None, holds: Callable[[Item], bool | None]) -> bool | None:
    """items.exists(...): the || of all answers."""
    if items is None:
        return None
    answer: bool | None = False
    for item in items:
        held = holds(item)
        if held:
            return True
        if held is None:
            answer = None
    return answer


def keep(items: Sequence[Item] | None, holds: Callable[[Item], bool | None]) -> tuple[Item, ...] | None:
    """items.filter(...): one open answer leaves the whole list open."""
    if items is None:
        return None
    kept = []
    for item in items:
        held = holds(item)
        if held is None:
            return None
        if held:
            kept.append(item)
    return tuple(kept)


def transform(items: Sequence[Item] | None, make: Callable[[Item], Made | None]) -> tuple[Made, ...] | None:
    """items.map(...): one unknown result leaves the whole list open."""
    if items is None:
        return None
    made = []
    for item in items:
        result = make(item)
        if result is None:
            return None
        made.append(result)
    return tuple(made)
