"""A YAML page, strictly read: every complaint names the line and the word probably meant."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from netqlint.errors import NetqlintError, hint

# what YAML gives before it is checked
Raw: TypeAlias = Any
Steps: TypeAlias = tuple[str | int, ...]
Kind = TypeVar("Kind", bound="Part")

NEEDS = {
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}


class CatalogError(NetqlintError):
    """What is wrong in a catalog file, and in which line of it, counted from 1."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


class Part(BaseModel):
    """A piece of a page: no key but its own, no value of another type, no change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def load(path: Path) -> dict[str, Raw]:
    """The page as it is written; CatalogError where it is no YAML or no mapping."""
    try:
        raw = YAML(typ="safe").load(path)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise CatalogError(path, mark.line + 1 if mark else 1, str(error.problem)) from None
    if not isinstance(raw, dict):
        raise CatalogError(path, 1, "the page is no mapping")
    return raw


def read(path: Path, kind: type[Kind]) -> Kind:
    """The page as a `kind`."""
    return check(path, (), kind, load(path))


def check(path: Path, steps: Steps, kind: type[Kind], raw: Raw) -> Kind:
    """What stands at `steps` of the page as a `kind`; CatalogError for the first thing wrong."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=True)[0]
    # pydantic names the member of a union, such as `int | str`, that a value failed to be
    loc = tuple(step for step in found["loc"] if step not in ("int", "str", "bool"))
    raise CatalogError(
        path,
        at(path, (*steps, *loc)),
        complaint(kind, loc, found["type"], found["msg"], found["input"]),
    )


def complaint(kind: type[Part], loc: Steps, what: str, message: str, value: object) -> str:
    where = ".".join(map(str, loc))
    if what == "extra_forbidden":
        return f"unknown key {where}{hint(str(loc[-1]), keys(kind), ':')}"
    if what == "missing":
        return f"{where} is missing"
    if what == "literal_error":
        return f"{where} is {value!r}: {message[0].lower()}{message[1:]}"
    return f"{where} is {value!r}: it takes {NEEDS.get(what, message)}"


@cache
def keys(kind: type[Part]) -> tuple[str, ...]:
    """Every key a page of this kind may have somewhere."""
    found: dict[str, None] = {}
    for name, field in kind.model_fields.items():
        found[field.alias or name] = None
        for part in parts(field.annotation):
            found.update(dict.fromkeys(keys(part)))
    return tuple(found)


def parts(annotation: object) -> list[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [part for argument in get_args(annotation) for part in parts(argument)]


def at(path: Path, steps: Steps) -> int:
    """The line, from 1, of what the steps lead to, or of the last thing on the way there."""
    node: Raw = YAML().load(path)
    line = 0
    for step in steps:
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0]
        else:
            break
        node = node[step]
    return line + 1
