"""Rules with one small thing changed: what the examples of a rule are worth is whether one of them notices each.

Not asked about, since no example can show it: severity, the words of `related` and `title`, and whether a fix is
safe (examples make the fixes of both kinds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from netqlint.compile.condition import mutations
from netqlint.compile.rules import RuleError, compile_document, vocabulary
from netqlint.scopes import SCOPES

# Places that are one and the same for every subject of their scope: what is underlined where nothing is named.
SAME = {"module": "options", "setting": "setting", "repeat": "key", "value": "value", "host": "jumbo", "vswitch": "mtu"}
SAME["vmknic"] = "mtu"
SAME["advanced"] = "setting"
SAME["twin"] = "options"
SAME["uplink"] = "uplink"
SAME["team"] = "values"

Rule = dict[str, Any]
Mutant = tuple[str, Rule]
Parameters = Mapping[str, Mapping[str, str]]


def mutants(rule: Rule, path: Path, parameters: Parameters) -> Iterator[tuple[str, Rule | None]]:
    """What was changed in a rule as its file says it, and the rule compiled; None where it no longer is one."""
    for what, changed in _changed(rule, path, parameters):
        try:
            yield what, compile_document(changed, path, parameters)
        except RuleError:
            yield what, None


def _changed(rule: Rule, path: Path, parameters: Parameters) -> Iterator[Mutant]:
    names, spots, at = _scope_of(rule, path, parameters)
    for key in ("when", "require"):
        for text in mutations(rule[key], names) if key in rule else ():
            yield f"{key}: {text}", {**rule, key: text}
    yield "message: one character more", {**rule, "message": rule["message"] + "."}
    for spot in spots:
        if spot != at:
            yield f"at: {spot}", {**rule, "at": spot}
    if "fix" in rule:
        yield "fix: none", {key: value for key, value in rule.items() if key != "fix"}
        yield from _fixes(rule, names)


def _fixes(rule: Rule, names: dict[str, str]) -> Iterator[Mutant]:
    for name, value in rule["fix"].get("set", {}).items():
        for other in (value - 1, value + 1) if isinstance(value, int) else mutations(value, names):
            mutant = deepcopy(rule)
            mutant["fix"]["set"][name] = other
            yield f"fix.set.{name}: {other}", mutant


def _scope_of(rule: Rule, path: Path, parameters: Parameters) -> tuple[dict[str, str], list[str], str]:
    """The names conditions may use, the places to underline, and the one that is."""
    compiled: Rule = compile_document(rule, path, parameters)
    names, spots = vocabulary(SCOPES[rule["for"]], compiled["about"], parameters)
    at: str = compiled["at"]
    same = {"": SAME.get(rule["for"], "")}
    # a value of VMDQ stands where VMDQ has its value for that port
    match re.findall(r"\bparameter == '(\w+)'", rule.get("when", "")):
        case [parameter] if rule["for"] == "value":
            same[parameter] = "value"
    return names, sorted(spots - same.keys()), same.get(at, at)
