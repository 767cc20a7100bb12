"""What the examples of a rule are worth: every small change to the rule must make one of them fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from test_laws import often, world_of
from texts import Case, cases

from netqlint.compile.mutants import SAME, mutants
from netqlint.compile.pack import parameter_types
from netqlint.compile.rules import read_document
from netqlint.examples import unnoticed
from netqlint.pack import load
from netqlint.scopes import SCOPES, Scene

RULES = Path(__file__).parents[1] / "rules"
FILES = sorted(RULES.glob("*/NQ*.yaml"))
PARAMETERS = parameter_types(load().catalog)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_examples_notice_every_small_change(path: Path) -> None:
    found = mutants(read_document(path), path, PARAMETERS)
    assert not [what for what, mutant in found if mutant and unnoticed(mutant, load())]


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
