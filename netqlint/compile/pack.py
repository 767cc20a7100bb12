"""Writes the pack: grammars, catalog and rules as one Python module of plain data and small functions."""

from __future__ import annotations

from pathlib import Path

from netqlint.compile.catalog import compile_catalog, functions
from netqlint.compile.grammar import scanner, sieve
from netqlint.compile.places import known_lines, load_places
from netqlint.compile.rules import load_rules

_HEAD = '''"""Generated from grammars/ and rules/: what netqlint needs to check, and nothing else."""

from __future__ import annotations

from netqlint.answers import *  # noqa: F403

'''


def source(root: Path) -> str:
    """The text of the module `_pack.py` for the `grammars` and `rules` folders below `root`."""
    return write(root / "rules")


def write(rules_folder: Path) -> str:
    """The text of the pack for a `rules` folder."""
    places = rules_folder / "catalog" / "places.yaml"
    catalog = compile_catalog(rules_folder / "catalog")
    rules = load_rules(rules_folder, parameter_types(catalog))
    sources = dict(functions(catalog))
    for rule in rules:
        own = rule.pop("functions")
        assert isinstance(own, dict)
        sources |= own
    catalog.pop("functions")
    texts = catalog.pop("texts")
    parts = [_HEAD]
    parts += [f"def {name}(s):\n    return {python}\n\n" for name, python in sorted(sources.items())]
    parts.append("FUNCTIONS = {" + ", ".join(f"{name!r}: {name}" for name in sorted(sources)) + "}\n")
    patterns = {"esxconf": sieve("esxconf", "WRITTEN", unless=known_lines(places)), "options": scanner("options")}
    parts.append(f"PATTERNS = {patterns!r}\n")
    parts.append(f"PLACES = {load_places(places)!r}\n")
    parts.append(f"CATALOG = {catalog!r}\n")
    parts.append(f"TEXTS = {texts!r}\n")
    parts.append(f"RULES = {tuple(rules)!r}\n")
    return "".join(parts)


def parameter_types(catalog: dict[str, object]) -> dict[str, dict[str, str]]:
    """For every driver the names that conditions may use: the per-port parameters of all its generations."""
    drivers = catalog["drivers"]
    assert isinstance(drivers, dict)
    return {
        name: {
            parameter: found["type"]
            for generation in driver["generations"]
            for parameter, found in generation["parameters"].items()
            if found["per"] == "port"
        }
        for name, driver in drivers.items()
    }
