"""Real texts, where they are at hand: esx.conf excerpts, option strings of real hosts, command lines."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import netqlint
from netqlint.pack import load

CORPUS = Path(os.environ.get("NETQLINT_CORPUS", Path(__file__).parents[2] / "shared")) / "corpus"
DRIVERS = sorted(load().catalog["drivers"])
OPTIONS = re.compile(r"options = '([^'\r\n]*)'")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

# What each file is found guilty of, judged by hand; a file that is not named is found clean.
FOUND: dict[str, list[str]] = {
    # the author's own `/…/...` between the real lines: no equals sign, and no setting
    "annotated_vswitch_move_howto.conf": ["2: NQ006", "14: NQ006"],
    # lines of three files in one
    "synthetic_dissect_and_weasel.conf": ["2: NQ010"],
}


def files(pattern: str) -> list[Path]:
    return sorted(CORPUS.glob(pattern))


@pytest.mark.parametrize("path", files("esxconf/*.conf"), ids=lambda path: path.name)
def test_a_real_file_is_read_and_found_guilty_of_what_it_is(path: Path) -> None:
    report = netqlint.check(path.read_bytes(), name=path.name)
    assert [f"{finding.span.line}: {finding.code}" for finding in report.findings] == FOUND.get(path.name, [])


def test_every_file_that_is_judged_is_there() -> None:
    assert set(FOUND) <= {path.name for path in files("esxconf/*.conf")}


@pytest.mark.parametrize("driver", DRIVERS)
def test_option_strings_of_real_hosts_are_read_for_every_driver(driver: str) -> None:
    strings = {text for path in files("commands/*.txt") for text in OPTIONS.findall(path.read_text("utf-8"))}
    assert strings
    for text in strings:
        report = netqlint.check(text, options=driver)
        assert all(0 <= f.span.start <= f.span.end <= len(text) for f in report.findings)


def test_command_lines_are_read_as_whatever_they_are_given_for() -> None:
    lines = (CORPUS / "command-lines.tsv").read_text("utf-8").splitlines()[1:]
    assert lines
    for line in lines:
        text = line.partition("\t")[2]
        for driver in (None, *DRIVERS):
            netqlint.check(text, options=driver)
            netqlint.fix(text, options=driver, unsafe=True)
