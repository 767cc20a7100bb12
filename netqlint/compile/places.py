"""From the key paths of `places.yaml` to the patterns that recognise them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML

from netqlint.errors import NetqlintError

_HOLE = re.compile(r"\{(\w+)(?:: ([^}]*))?\}")
_CHILD = r"child\[[^\]]+\]"
_COMPONENT = "[^/]+"
_ANY = "any "


class Place(BaseModel):
    """A key path of esx.conf, with the parts that vary in braces, and how sure it is.

    With `value`, only lines of that value are looked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    what: str
    path: str
    confidence: Literal["image", "sample", "tools", "memory"]
    value: str = ""
    note: str = ""


# the names that a hole takes which stands for those of a part of the catalog
Known = Mapping[str, Iterable[str]]


def load_places(path: Path, known: Known) -> dict[str, tuple[tuple[str, str], ...]]:
    """By the first component of the key: what each path means and the regular expression of its keys."""
    places: dict[str, tuple[tuple[str, str], ...]] = {}
    for place in _read(path):
        root = place.path.split("/", 2)[1]
        places[root] = (*places.get(root, ()), (place.what, pattern(place.path, known)))
    return places


def known_lines(path: Path, known: Known) -> str:
    """A regular expression without groups for the beginning of every line, as ESX writes it, that any path means."""
    paths = []
    for place in _read(path):
        *parts, last = [_part(part, known) for part in place.path.removeprefix("/").split("/")]
        paths.append([*parts, f'{last} = "{re.escape(place.value)}"' if place.value else f"{last} ="])
    return _tree(paths)


def _part(part: str, known: Known) -> str:
    """One component of a path as a regular expression without groups."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern(part, known))


def _tree(paths: Iterable[Sequence[str]]) -> str:
    """The paths with what they begin with in common written once: the engine tries each beginning once."""
    branches: dict[str, list[Sequence[str]]] = {}
    for first, *rest in paths:
        branches.setdefault(first, []).append(rest)
    options = (part + (_tree(rests) if any(rests) else "") for part, rests in branches.items())
    return f"/(?:{'|'.join(options)})"


def _read(path: Path) -> list[Place]:
    try:
        return TypeAdapter(list[Place]).validate_python(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise NetqlintError(f"{path}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from None


def pattern(path: str, known: Known) -> str:
    """`/vmkernel/module/{module}/options` as a regular expression with the group `module`.

    A hole takes one component of the path; `{child}` and `{index}` one with an index, `{index}` without a
    group; `{field: name, mtu}` one of the components it lists, `{name: any advanced}` one of the names that
    `known` has under `advanced`, in upper or lower case.
    """
    parts = _HOLE.split(path)
    holes = (_hole(name, choices, known) for name, choices in zip(parts[1::3], parts[2::3], strict=True))
    return "".join(re.escape(text) + hole for text, hole in zip(parts[::3], [*holes, ""], strict=True))


def _hole(name: str, choices: str | None, known: Known) -> str:
    if name == "index":
        return _CHILD
    if choices and choices.startswith(_ANY):
        return f"(?P<{name}>{_in_any_case(known[choices.removeprefix(_ANY)])})"
    if choices:
        words = "|".join(re.escape(choice) for choice in choices.split(", "))
        return f"(?P<{name}>{words})"
    return f"(?P<{name}>{_CHILD if name == 'child' else _COMPONENT})"


def _in_any_case(words: Iterable[str]) -> str:
    """A choice of words in upper or lower case, told apart by first letters, which the engine passes over."""
    rests: dict[str, list[str]] = {}
    for word in sorted(words):
        rests.setdefault(word[0].lower(), []).append(re.escape(word[1:]))
    return "|".join(f"[{first.upper()}{first}](?i:{'|'.join(found)})" for first, found in sorted(rests.items()))
