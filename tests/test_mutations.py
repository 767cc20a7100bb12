"""What the examples of a rule are worth: every small change to the rule must make one of them fail.

Not asked about, since no example can show it: severity, the words of `related` and `title`, and whether a fix is
safe (examples make the fixes of both kinds).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from ruamel.yaml import YAML
from test_laws import often, world_of
from texts import Case, cases

from netqlint import answers
from netqlint.compile.condition import mutations
from netqlint.compile.pack import parameter_types
from netqlint.compile.rules import RuleError, compile_rule, vocabulary
from netqlint.examples import complaints
from netqlint.pack import Pack, load
from netqlint.scopes import SCOPES, Scene

RULES = Path(__file__).parents[1] / "rules"
FILES = sorted(RULES.glob("*/NQ*.yaml"))
PARAMETERS = parameter_types(load().catalog)

# Places that are one and the same for every subject of their scope: what is underlined where nothing is named.
SAME = {"module": "options", "setting": "setting", "repeat": "key", "value": "value", "host": "jumbo", "vswitch": "mtu"}
SAME["vmknic"] = "mtu"
SAME["advanced"] = "setting"
SAME["twin"] = "options"
SAME["uplink"] = "uplink"
SAME["team"] = "values"

Rule = dict[str, Any]
Mutant = tuple[str, Rule]


@cache
def read(path: Path) -> Rule:
    rule: Rule = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return rule


def mutants(rule: Rule, folder: Path) -> Iterator[Mutant]:
    """The rule with one small thing changed, and a word on what was."""
    names, spots, at = scope_of(rule, folder)
    for key in ("when", "require"):
        for text in mutations(rule[key], names) if key in rule else ():
            yield f"{key}: {text}", {**rule, key: text}
    yield "message: one character more", {**rule, "message": rule["message"] + "."}
    for spot in spots:
        if spot != at:
            yield f"at: {spot}", {**rule, "at": spot}
    if "fix" in rule:
        yield "fix: none", {key: value for key, value in rule.items() if key != "fix"}
        yield from fix_mutants(rule, names)


def fix_mutants(rule: Rule, names: dict[str, str]) -> Iterator[Mutant]:
    for name, value in rule["fix"].get("set", {}).items():
        for other in (value - 1, value + 1) if isinstance(value, int) else mutations(value, names):
            mutant = deepcopy(rule)
            mutant["fix"]["set"][name] = other
            yield f"fix.set.{name}: {other}", mutant


def scope_of(rule: Rule, folder: Path) -> tuple[dict[str, str], list[str], str]:
    """The names conditions may use, the places to underline, and the one that is."""
    compiled = compile_changed(rule, folder)
    names, spots = vocabulary(SCOPES[rule["for"]], compiled["about"], PARAMETERS)
    at: str = compiled["at"]
    same = {"": SAME.get(rule["for"], "")}
    # a value of VMDQ stands where VMDQ has its value for that port
    match re.findall(r"\bparameter == '(\w+)'", rule.get("when", "")):
        case [parameter] if rule["for"] == "value":
            same[parameter] = "value"
    return names, sorted(spots - same.keys()), same.get(at, at)


def compile_changed(rule: Rule, folder: Path) -> Rule:
    """The rule as its file would be compiled: JSON is YAML, and quick to write."""
    path = folder / f"{rule['code']}-{rule['name']}.yaml"
    path.write_text(json.dumps(rule), encoding="utf-8")
    return compile_rule(path, PARAMETERS)


def survives(rule: Rule, folder: Path) -> bool:
    """Whether all examples hold for a changed rule; one that does not even load is noticed."""
    try:
        compiled = compile_changed(rule, folder)
    except RuleError:
        return False
    pack = load()
    own = {name: function_of(text) for name, text in compiled["functions"].items()}
    # a suppression is judged by what all rules find
    rules = tuple(compiled if other["code"] == compiled["code"] else other for other in pack.rules)
    changed = Pack(pack.patterns, pack.places, pack.catalog, rules, {**pack.functions, **own})
    return next(complaints(compiled, changed), None) is None


@cache
def function_of(text: str) -> Callable[[Any], Any]:
    function: Callable[[Any], Any] = eval(f"lambda s: {text}", dict(vars(answers)))
    return function


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_examples_notice_every_small_change(path: Path, tmp_path: Path) -> None:
    rule = read(path)
    assert not [what for what, mutant in mutants(rule, tmp_path) if survives(mutant, tmp_path)]


@given(cases())
@often(60)
def test_a_scope_without_a_named_place_underlines_its_first(case: Case) -> None:
    scene = Scene(world_of(case))
    for scope, spot in SAME.items():
        for subject in SCOPES[scope].subjects(scene):
            assert subject.spots[""] == subject.spots[spot]


@given(cases())
@often(60)
def test_a_value_stands_where_its_parameter_has_it(case: Case) -> None:
    for subject in SCOPES["value"].subjects(Scene(world_of(case))):
        assert subject.spots[str(subject.names["parameter"])] == subject.spots["value"]
