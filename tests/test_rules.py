"""Every rule's own examples, and what the examples must be worth: a changed rule has to fail them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netqlint.examples import complaints
from netqlint.pack import load, told

if TYPE_CHECKING:
    from netqlint.driver import Plain

RULES = told(load())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["code"])
def test_examples_hold(rule: Plain) -> None:
    assert [str(complaint) for complaint in complaints(rule, load())] == []
