"""The table of commands, from YAML to checked plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML

from netqlint.compile.page import Part
from netqlint.errors import NetqlintError
from netqlint.version import release

Does = Literal[
    "options", "load", "enabled", "enable", "disable", "setting", "advanced", "vswitch", "vmknic", "boot", ""
]
Role = Literal[
    "module",
    "options",
    "options…",
    "enabled",
    "setting",
    "value",
    "path",
    "key",
    "vswitch",
    "vmknic",
    "portgroup",
    "mtu",
    "append",
    "secret",
    "text",
    "host",
    "table",
]


class Order(Part):
    """The arguments of a command where they go by their places."""

    places: list[Role]
    first: str | None = Field(None, alias="from")
    last: str | None = Field(None, alias="to")


class Form(Part):
    """One way to say a command."""

    words: str = Field("", description="the fixed words behind the name")
    flag: str | None = Field(None, alias="with", description="the flag that makes it this form")
    flags: dict[str, Role | None] = Field({})
    places: list[Role] = Field([])
    orders: list[Order] = Field([], description="the arguments of Get-EsxCli without -V2, the older order first")
    does: Does = ""
    needs: list[Role] = Field([])
    strict: bool | None = None
    mtu: int | None = Field(None, description="the MTU that is written where the call says none")
    first: str | None = Field(None, alias="from")
    last: str | None = Field(None, alias="to")


class Command(Part):
    """A program with all its forms."""

    names: list[str] = Field(min_length=1)
    style: Literal["getopt", "esxcli", "words", "cmdlet", "task", "resource"]
    summary: str
    globals: dict[str, Role | None] = Field({})
    flags: dict[str, Role | None] = Field({})
    places: list[Role] = Field([])
    forms: list[Form] = Field(min_length=1)
    strict: bool = False
    alone: list[str] = Field([], description="flags of which a call may have one")
    complete: list[str] = Field([], description="namespaces of which all commands are listed")
    first: str | None = Field(None, alias="from")
    last: str | None = Field(None, alias="to")
    sources: list[str] = Field(min_length=1)
    confidence: Literal["source", "documented", "inferred", "memory"]


def compile_commands(path: Path) -> dict[str, dict[str, Any]]:
    """By each name of a program, what can be said with it."""
    found: dict[str, dict[str, Any]] = {}
    for command in _read(path):
        for trouble in _troubles(command):
            raise NetqlintError(f"{path}: {command.names[0]}: {trouble}")
        for name in command.names:
            found[name] = _command(name, command)
    return found


def names_of(commands: Mapping[str, dict[str, Any]], *styles: str) -> str:
    """The names as an expression that finds them; one that begins like another stands behind it."""
    names = [name for name, command in commands.items() if command["style"] in styles]
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


def _read(path: Path) -> list[Command]:
    try:
        return TypeAdapter(list[Command]).validate_python(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise NetqlintError(f"{path}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from None


def _troubles(command: Command) -> Iterator[str]:
    """What one part of a command asks of another that is not there."""
    for form in command.forms:
        flags = _flags({**command.flags, **form.flags})
        if form.flag is not None and form.flag not in flags:
            yield f"with: {form.flag} is no flag"
        roles = {*form.places, *command.places, *(role for _, role in flags.values())}
        if "table" in roles:
            # each of its rows is a setting
            roles |= {"key", "value"}
        for role in form.needs:
            if role not in roles and f"{role}…" not in roles:
                yield f"needs: nothing is called {role}"
    flags = _flags(command.flags)
    for flag in command.alone:
        if flag not in flags:
            yield f"alone: {flag} is no flag"


def _command(name: str, command: Command) -> dict[str, Any]:
    return {
        "style": command.style,
        "globals": _flags(command.globals),
        "alone": tuple(command.alone),
        "complete": tuple(tuple(words.split()) for words in command.complete),
        "forms": tuple(_form(name, command, form) for form in command.forms),
    }


def _form(name: str, command: Command, form: Form) -> dict[str, Any]:
    first, last = form.first or command.first, form.last or command.last
    return {
        "form": " ".join(filter(None, (name, form.words, form.flag))),
        "words": tuple(form.words.split()),
        "with": form.flag,
        "flags": _flags({**command.flags, **form.flags}),
        "places": tuple(form.places or command.places),
        "orders": tuple((tuple(one.places), one.first or "", one.last or "") for one in form.orders),
        "does": form.does,
        "needs": tuple(form.needs),
        "mtu": "" if form.mtu is None else str(form.mtu),
        "strict": command.strict if form.strict is None else form.strict,
        "from": first or "",
        "to": last or "",
        "order": (release(first or ""), release(last) if last else None),
    }


def _flags(flags: Mapping[str, str | None]) -> dict[str, tuple[str, str | None]]:
    """By each spelling of a flag its first spelling, and what its value is."""
    table: dict[str, tuple[str, str | None]] = {}
    for spellings, role in flags.items():
        # several flags with one role are written in one row: only a short and a long one are spellings of each other
        words = spellings.split()
        for number, word in enumerate(words):
            pair = not word.startswith("--") or number == 0 or words[number - 1].startswith("--")
            table[word] = (word if pair else words[number - 1], role)
    return table
