"""Writes the pack: grammars, catalog and rules as one Python module of plain data and small functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import StringIO
from itertools import pairwise
from pathlib import Path
from tokenize import OP, generate_tokens
from typing import Any

from netqlint.compile.catalog import compile_catalog, functions
from netqlint.compile.commands import compile_commands, names_of
from netqlint.compile.grammar import scanner, sieve
from netqlint.compile.place import PACKAGE
from netqlint.compile.places import known_lines, load_places
from netqlint.compile.rules import SELDOM, WORDS, load_own_rules, load_rules
from netqlint.pack import Pack
from netqlint.text import line_starts

SOUND = ("BOM", "WRITTEN", "SETTING", "COMMENT", "EMPTY")
# what most hosts give no reason to look up
_APART = ("devices", "commands", WORDS)
# what a rule says when it has found something, as most have not
_SAID = ("summary", "message", "related", "at", "fix")
# columns: an instruction begins within the first 80
_NARROW = 60
MANUAL = ("why", "sources", "confidence", "conditions", "examples")
_HEAD = '''"""Generated from grammars/ and rules/: what netqlint needs to check, and nothing else."""

from __future__ import annotations

from netqlint.answers import *  # noqa: F403
from netqlint.folded import Folded, Housed


def module(name):
    return __import__(f"netqlint._pack.{name}", fromlist=["PART"])


'''
_HEAD_OF_PART = """from netqlint.answers import *  # noqa: F403


"""


def modules(root: Path) -> dict[str, str]:
    """The texts of the package `_pack`, by module, for the `grammars` and `rules` folders below `root`.

    Every driver, the manual and more have a module of their own: a check asks for a driver or two, and reading them
    all would take it a twentieth longer.
    """
    apart: dict[str, str] = {}
    whole = write(root / "rules", apart)
    return {name: _narrow(text) for name, text in {"__init__": whole, **apart}.items()}


def _narrow(text: str) -> str:
    """The same program in short lines.

    Python keeps for every instruction where it was written, which beyond column 80 takes four times the room: in the
    module of a driver more than all the rest.
    """
    starts = line_starts(text)
    cuts = [0]
    depth = 0
    for token in generate_tokens(StringIO(text).readline):
        at = starts[token.start[0] - 1] + token.start[1]
        if depth and at - max(cuts[-1], starts[token.start[0] - 1]) > _NARROW:
            cuts.append(at)
        if token.type == OP:
            depth += (token.string in "([{") - (token.string in ")]}")
    return "\n".join(text[start:end] for start, end in pairwise([*cuts, len(text)]))


def write(rules_folder: Path, apart: dict[str, str] | None = None) -> str:
    """The text of the pack for a `rules` folder; with `apart`, without the modules it puts there."""
    places = rules_folder / "catalog" / "places.yaml"
    catalog = compile_catalog(rules_folder / "catalog")
    sources = dict(functions(catalog))
    catalog.pop("functions")
    catalog.pop("texts")
    commands = compile_commands(rules_folder / "catalog" / "commands.yaml")
    rules = load_rules(rules_folder, parameter_types(catalog))
    known = {"advanced": {*catalog["settings"], *(name.partition(".")[2] for name in catalog["advanced"])}}
    patterns = {
        "esxconf": sieve("esxconf", SOUND, rest="UNREADABLE", passed="WRITTEN", unless=known_lines(places, known)),
        "esxconf mistakes": scanner("esxconf"),
        "options": scanner("options"),
        "commands": names_of(commands, "getopt", "esxcli", "words"),
        "cmdlets": names_of(commands, "cmdlet"),
        "tasks": names_of(commands, "task"),
        "resources": names_of(commands, "resource"),
    }
    drivers = {name: _part(name, repr(driver), apart) for name, driver in catalog.pop("drivers").items()}
    words = {str(rule["code"]): {key: rule.pop(key) for key in _SAID} for rule in rules}
    parts = {name: repr(found) for name, found in (*catalog.items(), ("commands", commands), (WORDS, words))}
    if apart is not None:
        apart[SELDOM] = ""
    parts |= {"drivers": _fold(drivers), **{name: _part(name, parts[name], apart) for name in _APART}}
    data = f"PATTERNS = {patterns!r}\nPLACES = {load_places(places, known)!r}\nCATALOG = {_fold(parts)}\n"
    return _module(sources, rules, data, apart)


def _part(name: str, text: str, apart: dict[str, str] | None) -> str:
    """The expression that gives what `text` says: itself, or a look into the module that it becomes."""
    if apart is None:
        return text
    apart[name] = f"PART = {text}\n"
    return f"module({name!r}).PART"


def _fold(parts: Mapping[str, str]) -> str:
    return "Folded({" + ", ".join(f"{name!r}: lambda: {text}" for name, text in parts.items()) + "})"


def extension(folders: Iterable[str], pack: Pack) -> str:
    """The text of a module with the rules of these folders, checked against the catalog and rules of a pack."""
    types = parameter_types(pack.catalog)
    rules = [rule for folder in folders for rule in load_own_rules(Path(folder), types, pack.rules)]
    return _module({}, rules, f"BASE = {pack.digest!r}\n")


def _module(
    sources: dict[str, str], rules: list[dict[str, object]], data: str, apart: dict[str, str] | None = None
) -> str:
    manual = {}
    for rule in rules:
        own = rule.pop("functions")
        assert isinstance(own, dict)
        sources |= own
        manual[str(rule["code"])] = {key: rule.pop(key) for key in MANUAL}
    here = dict(sources)
    for home in apart or ():
        there = {name: here.pop(name) for name in sources if name.startswith(f"{home}.")}
        if apart and there:
            apart[home] = f"{_HEAD_OF_PART}{_functions(there)}{apart[home]}"
    text = "".join(
        [
            _HEAD,
            _functions(here),
            "FUNCTIONS = Housed(FUNCTIONS, lambda name: module(name).FUNCTIONS)\n",
            data,
            f"RULES = {tuple(rules)!r}\n",
            f"MANUAL = lambda: {_part('manual', repr(json.dumps(manual)), apart)}\n",
        ]
    )
    return f"{text}DIGEST = {digest(text + ''.join((apart or {}).values()), PACKAGE)!r}\n"


def _functions(sources: Mapping[str, str]) -> str:
    """The text of these functions, and of the table that has them by name."""
    spelt = {name: name.rpartition(".")[2] for name in sorted(sources)}
    made = "".join(f"def {own}(s):\n    return ({sources[name]})\n\n" for name, own in spelt.items())
    return f"{made}FUNCTIONS = {{{', '.join(f'{name!r}: {own}' for name, own in spelt.items())}}}\n"


def digest(text: str, package: Path) -> str:
    """What stands for this pack as this netqlint runs it: reports are remembered under it."""
    found = sha256(text.encode())
    for path in sorted(package.rglob("*.py")):
        if "_pack" not in path.parts:
            found.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def parameter_types(catalog: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """For every driver the names that conditions may use, and whether each has a value per port or module."""
    return {
        name: {
            parameter: found["per"]
            for generation in driver["generations"]
            for parameter, found in generation["parameters"].items()
            if found["per"] != "list" and found["type"] != "string"
        }
        for name, driver in catalog["drivers"].items()
    }
