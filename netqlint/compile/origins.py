"""Where each setting that holds for a path was said: which file, in which line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from json import dumps
from typing import NamedTuple

from netqlint.compile.settings import host_paths
from netqlint.compile.toml import Raw, Steps, decode, line, parse
from netqlint.config import SHARED, fits

LISTS = ("ignore", "extend-select", "exclude", "rules")
# an inventory is nothing but the table of hosts
AT_THE_TOP: Steps = ("inventory",)
TABLES = ("assume", "ports", "severity")


class Said(NamedTuple):
    """One value: its key as in TOML, and the place that says so."""

    key: str
    value: Raw
    place: str


def origins(file: str, path: str) -> list[Said]:
    """All that the configuration `file` and those it extends say of `path`, as it comes out; wrong files are refused
    before."""
    folder = os.path.dirname(os.path.abspath(file))
    everywhere: list[Said] = []
    somewhere: list[Said] = []
    for text, shown, table, said in _chain(file):
        if "hosts" in said:
            somewhere += _of_hosts(said["hosts"], path, folder, text, shown, table)
        for index, part in enumerate(said.get("override", ())):
            if fits(path, tuple(part["paths"]), folder):
                rest = {name: inner for name, inner in part.items() if name != "paths"}
                somewhere += _part(rest, text, shown, (*table, "override", index))
        rest = {key: value for key, value in said.items() if key not in ("hosts", "override")}
        everywhere += _part(rest, text, shown, table)
    return _folded([*everywhere, *somewhere])


def _chain(file: str) -> Iterator[tuple[str, str, Steps, Mapping[str, Raw]]]:
    """The files that say something, those that are laid over first."""
    shown = os.path.relpath(file)
    with open(file, "rb") as opened:
        text = decode(opened.read(), shown)
    table: Steps = ("tool", "netqlint") if os.path.basename(file) == SHARED else ()
    said = parse(text, shown)
    for step in table:
        said = said[str(step)]
    bases = said.get("extends", [])
    for base in [bases] if isinstance(bases, str) else bases:
        yield from _chain(os.path.join(os.path.dirname(file), base))
    if "inventory" in said:
        inventory = os.path.join(os.path.dirname(file), said["inventory"])
        with open(inventory, "rb") as opened:
            lines = decode(opened.read(), inventory)
        hosts = parse(lines, inventory)
        yield lines, os.path.relpath(inventory), AT_THE_TOP, {"hosts": hosts}
    yield text, shown, table, said


def _of_hosts(hosts: Mapping[str, Raw], path: str, folder: str, text: str, shown: str, steps: Steps) -> Iterator[Said]:
    steps = () if steps == AT_THE_TOP else (*steps, "hosts")
    for pattern, facts in hosts.items():
        if fits(path, host_paths(pattern), folder):
            for name, value in facts.items():
                inner = value.items() if name == "ports" else [(None, value)]
                for driver, said in inner:
                    key = ("ports", driver) if driver is not None else (name,) if name == "facts" else ("assume", name)
                    place = line(text, (*steps, pattern, name, *((driver,) if driver is not None else ())))
                    yield Said(_dotted(*key), said, f"{shown}:{place}")


def _part(part: Mapping[str, Raw], text: str, shown: str, steps: Steps) -> Iterator[Said]:
    for key, value in part.items():
        if key in TABLES:
            for name, inner in value.items():
                yield Said(_dotted(key, name), inner, f"{shown}:{line(text, (*steps, key, name))}")
        else:
            yield Said(key, value, f"{shown}:{line(text, (*steps, key))}")


def _dotted(*parts: str) -> str:
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else dumps(part) for part in parts)


def _folded(said: list[Said]) -> list[Said]:
    """What is left when each is laid over those before it."""
    found: dict[str, Said] = {}
    for one in said:
        if one.key == "select":
            found.pop("ignore", None)
            found.pop("extend-select", None)
        if one.key in LISTS and one.key in found:
            before = found[one.key]
            one = Said(one.key, [*before.value, *one.value], f"{before.place}, {one.place}")
        found[one.key] = one
    tables = [one.key.partition(".")[0] for one in found.values()]
    order = [*ORDER, *tables]
    return sorted(found.values(), key=lambda one: order.index(one.key.partition(".")[0]))


ORDER = (
    "extends",
    "inventory",
    "required-version",
    "rules-as-of",
    "rules",
    "exclude",
    "assume",
    "ports",
    "facts",
    "select",
    "ignore",
    "extend-select",
    "severity",
    "baseline",
    "fail-on",
)


def written(value: Raw) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return dumps(value, ensure_ascii=False)
