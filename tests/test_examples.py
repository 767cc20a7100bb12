"""The examples a newcomer tries first: each says what examples/README.md promises, and can be mended."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from netqlint.cli import main

BOM = b"\xef\xbb\xbf"
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

# read by hand: what each host has wrong, and how often
WRONG: dict[str, dict[str, int]] = {
    "broken-by-hand": {
        "NQ001": 1, "NQ003": 1, "NQ004": 1, "NQ006": 1, "NQ007": 1, "NQ101": 1, "NQ102": 1, "NQ103": 1, "NQ107": 1,
    },
    "edited-on-windows": {"NQ101": 1},
    "esx35-intmode-2": {"NQ204": 1},
    "esx35-jumbo-frames-without-heap": {"NQ505": 1},
    "esx40-after-a-card-was-removed": {"NQ122": 1},
    "esx40-copied-from-an-article": {"NQ110": 1},
    "esx40-misspelt": {"NQ111": 1, "NQ127": 1, "NQ508": 1},
    "esx40-netqueue-off": {"NQ501": 1},
    "esx40-one-value-for-four-ports": {"NQ123": 1},
    "esx40-two-records-for-igb": {"NQ113": 1, "NQ121": 1},
    "esx41-setup-script": {"NQ020": 1, "NQ022": 1, "NQ102": 1},
    "esxi50-lists-of-two-lengths": {"NQ121": 1},
    "esxi50-vmdq-without-msix": {"NQ201": 4},
    "esxi51-intmode-3-left-over": {"NQ202": 2},
    "esxi60-jumbo-above-a-small-switch": {"NQ804": 1},
    "esxi60-powercli": {"NQ037": 1, "NQ101": 1, "NQ508": 1},
    "esxi65-changed-by-hand": {"NQ710": 1, "NQ711": 1},
    "esxi65-dead-settings": {"NQ208": 1, "NQ504": 2},
    "esxi65-kickstart": {"NQ021": 1, "NQ034": 1, "NQ508": 1},
    "esxi65-set-in-three-places": {"NQ720": 1, "NQ721": 1},
    "esxi67-host-profile": {"NQ042": 1, "NQ101": 1, "NQ502": 1},
    "esxi67-igbn-has-the-ports": {"NQ604": 1, "NQ605": 1},
    "esxi67-playbook": {"NQ020": 1, "NQ303": 1, "NQ502": 1},
    "esxi67-puppet": {"NQ508": 1, "NQ802": 1},
    "esxi70-terraform": {"NQ020": 1, "NQ601": 1, "NQ803": 1},
    "esxi70-upgraded": {"NQ601": 1},
}  # fmt: skip
GOOD = ["esx40-eight-ports", "esx40-jumbo-frames", "esxi50-async-igb", "esxi60-rollout-over-ssh", "esxi67-untouched"]
TEXTS = ("esx.conf", "ks.cfg", "setup.sh", "rollout.sh", "setup.ps1", "hosts.yml", "host.vpf", "main.tf", "site.pp")


def text_of(folder: Path) -> Path:
    """The one file of an example that is about a host."""
    (found,) = (folder / name for name in TEXTS if (folder / name).exists())
    return found


def findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert main(["check", "--format", "json", "--fail-on", "never", str(folder)]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
    return found


def test_every_example_is_in_one_table_and_in_the_readme() -> None:
    there = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
    assert sorted([*WRONG, *GOOD]) == there
    told = re.findall(r"^\| \[`(.*?)`\]\((.*?)\) ", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(told) == [(name, f"{name}/{text_of(EXAMPLES / name).name}") for name in there]


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_host_has_what_it_shows(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(EXAMPLES / name, capsys)
    assert Counter(finding["code"] for finding in found if finding["severity"] != "info") == WRONG[name]
    row = next(line for line in (EXAMPLES / "README.md").read_text("utf-8").splitlines() if f"[`{name}`]" in line)
    assert sorted(re.findall(r"NQ\d{3}", row)) == sorted(WRONG[name])


@pytest.mark.parametrize("name", GOOD)
def test_a_good_host_is_left_in_peace(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert [finding for finding in findings(EXAMPLES / name, capsys) if finding["severity"] != "info"] == []


@pytest.mark.parametrize("name", [*WRONG, *GOOD])
def test_a_host_is_as_long_as_real_ones(name: str) -> None:
    assert 60 <= len(text_of(EXAMPLES / name).read_bytes().splitlines()) <= 150


@pytest.mark.parametrize("name", [*WRONG, *GOOD])
def test_what_can_be_mended_is_mended_in_one_go(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    host = text_of(Path(shutil.copytree(EXAMPLES / name, tmp_path / name)))
    before = host.read_bytes()
    main(["fix", "--unsafe", str(host.parent)])
    capsys.readouterr()
    left = findings(host.parent, capsys)
    offered = [finding["fix"]["applicability"] for finding in left if finding["fix"]]
    assert [applicability for applicability in offered if applicability != "display"] == []
    after = host.read_bytes()
    assert [after.count(mark) for mark in (b"\r\n", BOM)] == [before.count(mark) for mark in (b"\r\n", BOM)]
    if name in GOOD:
        assert after == before
