"""A file of suppressions, strictly read: what each entry says, and in which lines."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from netqlint.compile.page import Part, complaint
from netqlint.compile.toml import decode
from netqlint.config import matcher
from netqlint.errors import NetqlintError, hint
from netqlint.pack import Pack
from netqlint.selection import fits_rule


def is_day(text: str) -> bool:
    """Whether there is such a day, written like 2030-01-31."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


Words = Annotated[str, Field(min_length=1)]


class EntryText(Part):
    """What is not to be reported, and why."""

    rule: Words = Field(description="a rule by code, name or family")
    key: Words | None = Field(None, description="the setting it is about: netNetqueueEnabled, or the whole key")
    parameter: Words | None = Field(None, description="the parameter it is about: VMDQ, igb.VMDQ, igb.VMDQ[2]")
    path: Words | None = Field(None, description="a pattern of paths, relative to this file; absent: all")
    reason: Words = Field(description="why it is to be ignored")
    until: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = Field(
        None, description="the last day it holds, such as 2030-01-31; absent: for good"
    )

    @field_validator("until", mode="before")
    @classmethod
    def day(cls, value: object) -> object:
        return value.isoformat() if type(value) is date else value

    @field_validator("reason")
    @classmethod
    def said(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("text that is not empty")
        return text


def read(data: bytes, path: str, pack: Pack) -> tuple[tuple[object, ...], ...]:
    """The entries as plain data (see netqlint.sidefile.Entry). Raises NetqlintError for the first thing wrong."""
    text = decode(data, path)
    # as it will be cut: a byte order mark is a character of the first line
    whole = data.decode("utf-8")
    try:
        document = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NetqlintError(f"{path}:{mark.line + 1 if mark else 1}: not YAML: {error.problem}") from None
    except YAMLError as error:
        raise NetqlintError(f"{path}:1: not YAML: {' '.join(str(error).split())}") from None
    except ValueError as error:
        # of a day that YAML takes for one
        days = re.finditer(r"(?m)^.*?\buntil[\"']?:[ \t]*([0-9-]+)", text)
        bad = next((day for day in days if not is_day(day[1])), None)
        row = text.count("\n", 0, bad.start(1)) + 1 if bad else 1
        told = f"until is {bad[1]}: there is no such day" if bad else f"not YAML: {error}"
        raise NetqlintError(f"{path}:{row}: {told}") from None
    if document is None:
        return ()
    if not isinstance(document, CommentedSeq):
        raise NetqlintError(f"{path}:1: it takes a list of entries, each with a rule and a reason")
    places = _places(document, whole)
    return tuple(_entry(document, index, path, pack, places[index]) for index in range(len(document)))


def _entry(
    document: CommentedSeq, index: int, path: str, pack: Pack, place: tuple[tuple[int, int], tuple[int, int]]
) -> tuple[object, ...]:
    raw: Any = document[index]
    first = document.lc.item(index)[0] + 1
    if not isinstance(raw, CommentedMap):
        raise NetqlintError(f"{path}:{first}: an entry takes rule, reason and key, parameter or path")

    def wrong(key: object, message: str) -> NetqlintError:
        line = raw.lc.key(key)[0] + 1 if key in raw else first
        return NetqlintError(f"{path}:{line}: {message}")

    try:
        entry = EntryText.model_validate(dict(raw))
    except ValidationError as error:
        # a misspelt key is also a missing one: the misspelling says more
        found = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
        message = found["msg"].removeprefix("Value error, ")
        text = complaint(EntryText, found["loc"], found["type"], message, found["input"])
        raise wrong(found["loc"][0], text) from None
    if not any(fits_rule(entry.rule, rule) for rule in pack.rules if rule["for"] != "suppression"):
        known = [rule for rule in pack.rules if rule["for"] != "suppression"]
        names = [name for rule in known for name in (rule["code"], rule["name"])]
        raise wrong("rule", f"no rule is called {entry.rule}{hint(entry.rule, names)}")
    if not (entry.key or entry.parameter or entry.path):
        raise wrong("rule", "an entry needs key, parameter or path; a rule for nobody goes to ignore in the settings")
    if entry.until and not is_day(entry.until):
        raise wrong("until", f"until is {entry.until}: there is no such day")
    if entry.path:
        try:
            matcher(entry.path)
        except NetqlintError as error:
            raise wrong("path", str(error)) from None
    said = (entry.rule, entry.key, entry.parameter, entry.path, entry.reason.strip(), entry.until)
    return (*(text or "" for text in said), first, *place)


def _places(document: CommentedSeq, text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where each entry stands: from its first to its last character, and its lines (none where lines are shared)."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    if document.fa.flow_style():
        first = [document.lc.item(index)[0] for index in range(len(document))]
        return [((starts[at], starts[at] + len(lines[at].rstrip("\r\n"))), (0, 0)) for at in first]
    first = [_dash(lines, document.lc.item(index)[0]) for index in range(len(document))]
    found = []
    for at, beyond in zip(first, [*first[1:], len(lines)], strict=True):
        indent = _indent(lines[at])
        end = beyond
        while end > at + 1 and _is_between(lines[end - 1], indent):
            end -= 1
        place = (starts[at] + indent, starts[end - 1] + len(lines[end - 1].rstrip()))
        found.append((place, (starts[at], starts[end])))
    return found


def _dash(lines: list[str], at: int) -> int:
    """The line with the dash of an entry, which may stand above what it says."""
    while at > 0 and not lines[at].lstrip("\ufeff \t").startswith("-"):
        at -= 1
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip("\ufeff \t"))


def _is_between(line: str, indent: int) -> bool:
    """Whether a line behind an entry is none of its own: empty, the end of the document, a comment for what follows."""
    told = line.strip()
    return not told or told in ("---", "...") or (told.startswith("#") and _indent(line) <= indent)
