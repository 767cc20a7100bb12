"""Compiled patterns, kept between runs.

Python's `re` takes half as long to import as Python to start, and parses and compiles every pattern anew in every
process, which for the two scanners takes a third as long again. So what comes out of the compiler is remembered and
handed to the engine as it is, without `re`. The engine's entrance is no public one: where it looks different from what
is expected here, and wherever anything is amiss with what was remembered, `re` does it all as usual.
"""

from __future__ import annotations

import sys

from netqlint import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any, TypeAlias

    # flags, code, number of groups, group numbers by name, names by number: all the engine asks for
    Parts: TypeAlias = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]

# the bytes of a number of the engine's code
_WIDE = 4
_ready: dict[str, re.Pattern[str]] = {}
_parts: dict[str, Parts] = {}
_place = ""


def remember(digest: str) -> None:
    """Use what earlier runs with the same pack and the same Python have compiled, and add to it."""
    global _place
    # the engine's number and the version tell whose code it is
    name = f"{digest[:24]}-{sys.implementation.cache_tag}-{sys.hexversion:x}-{getattr(_engine(), 'MAGIC', 0)}"
    place = cache.named("patterns", name)
    if place == _place:
        return
    _place = place
    kept = cache.read(_place)
    _parts.clear()
    if isinstance(kept, dict):
        _parts.update(kept)


def compiled(pattern: str) -> re.Pattern[str]:
    """`re.compile(pattern)`, sooner."""
    if pattern not in _ready:
        _ready[pattern] = _revived(pattern) or _made(pattern)
    return _ready[pattern]


def _engine() -> Any:
    try:
        import _sre  # type: ignore[import-not-found]  # no stub describes it
    except ModuleNotFoundError:
        return None
    return _sre


def _revived(pattern: str) -> re.Pattern[str] | None:
    parts = _parts.get(pattern)
    try:
        made = _assembled(pattern, parts) if parts else None
    except (AttributeError, TypeError, ValueError, RuntimeError, OverflowError):
        return None
    return made if hasattr(made, "finditer") else None


def _assembled(pattern: str, parts: Parts) -> re.Pattern[str]:
    """What the engine makes of what came out of the compiler."""
    flags, code, *groups = parts
    numbers = memoryview(code).cast("I").tolist()
    made: re.Pattern[str] = _engine().compile(pattern, flags, numbers, *groups)
    return made


def _made(pattern: str) -> re.Pattern[str]:
    import re

    fit = _fit(pattern)
    parts = _compiler_parts(fit) if _place else None
    if parts is not None:
        _parts[pattern] = parts
        cache.write(_place, dict(_parts))
    return re.compile(fit)


def _fit(pattern: str) -> str:
    """The pattern as this Python can be trusted with it.

    Up to 3.11.4 the engine loses its way in possessive groups (gh-106052). Where netqlint has one, what follows it
    matches behind all that it took, so a greedy one finds the same; it only keeps books of what it passed.
    """
    if sys.version_info >= (3, 11, 5):
        return pattern
    return pattern.replace(")*+", ")*").replace(")++", ")+")


def _compiler_parts(pattern: str) -> Parts | None:
    """What `re.compile` hands to the engine; None where its insides are not the ones known here (3.11 to 3.14)."""
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]  # not public, hence all the care

        parsed = _parser.parse(pattern, 0)
        # the compiler names its numbers; as plain bytes they are read back at once, and made into numbers when needed
        code = b"".join(int(number).to_bytes(_WIDE, sys.byteorder) for number in _compiler._code(parsed, 0))
        numbers = dict(parsed.state.groupdict)
        names: list[str | None] = [None] * parsed.state.groups
        for name, number in numbers.items():
            names[number] = name
        return int(parsed.state.flags), code, parsed.state.groups - 1, numbers, tuple(names)
    except (ImportError, AttributeError, TypeError):
        return None
