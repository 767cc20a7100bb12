"""A driver of which hardly anything is known is told of as far as it is, and nothing is made up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from netqlint.compile.pack import write as compiled
from netqlint.drawings import FORMATS, draw
from netqlint.facts import Assumed
from netqlint.manual import explain
from netqlint.orders import write
from netqlint.pack import Pack, made
from netqlint.painter import picture
from netqlint.reference import pages
from netqlint.suggestion import Wish, suggestion
from netqlint.text import Source

RULES = Path(__file__).parent.parent / "rules"
DRIVER = """\
driver: xyz
summary: something | <else>
stack: vmklinux
sources: [nowhere]
generations:
  - id: "3"
    versions: {from: "3"}
    controllers: []
    netqueue: force_netq gives queues
    asks: force_netq > 0
    suggest: {force_netq: 4}
    sources: [nowhere]
    confidence: memory
    parameters:
      force_netq:
      RSS:
      xyz_debug: {per: module}
    effective: {rx_queues: unknown}
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    rules = tmp_path_factory.mktemp("catalog") / "rules"
    shutil.copytree(RULES, rules)
    (rules / "catalog" / "drivers" / "xyz.yaml").write_text(DRIVER, encoding="utf-8")
    return made(compiled(rules))


def test_it_is_explained(pack: Pack) -> None:
    page = explain("xyz.force_netq", pack)
    assert page.startswith(
        "xyz.force_netq\n\nwhat it means is not known\n\nxyz 3..later\n  takes:   unknown, one value"
    )
    assert "default" not in page
    listed = explain("RSS", pack).splitlines()
    assert listed[0] == "RSS: a parameter of several drivers"
    assert {line.partition(":")[0] for line in listed} >= {"igb.RSS", "xyz.RSS"}


def test_it_has_its_page(pack: Pack) -> None:
    page = pages(pack)["drivers/xyz.md"]
    assert "something \\| \\<else\\>" in page
    assert "| 3..later | unknown | unknown | unknown | one for each port | from memory, unverified |" in page


def test_it_is_set_up_with_what_is_known(pack: Pack) -> None:
    wish = Wish(("xyz",), Assumed({"esx": "5.0", "xyz": "3.1"}, {"xyz": "2"}))
    assert 'esxcli system module parameters set -m xyz -p "force_netq=4,4"\n' in write(suggestion(wish, pack))


@pytest.mark.parametrize("options", ["force_netq=8,8 xyz_debug=1", "", "x", "force_netq=8,8,8,8"])
@pytest.mark.parametrize("ports", [{}, {"xyz": "2"}])
@pytest.mark.parametrize("facts", [{}, {"xyz": "3.1"}])
def test_it_is_shown(options: str, ports: dict[str, str], facts: dict[str, str], pack: Pack) -> None:
    found = picture(Source("host", options), Assumed(facts, ports), "xyz", pack)
    assert all(draw([found], format) for format in FORMATS)
    for port in found.drivers[0].ports:
        assert port.rx_queues.value is None
        assert port.netqueue.on is None
