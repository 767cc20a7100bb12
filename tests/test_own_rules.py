"""Rules of a team's own stand beside netqlint's, and are held to the same form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netqlint.cli import main

RULE = """\
code: LAB001
name: eight-queues-everywhere
severity: warning
summary: Our hosts ask for eight queues on every port.
about: igb >= 2.0.6
for: port
require: VMDQ == 8
at: VMDQ
message: "port {port}: VMDQ is {VMDQ}; our hosts have 8"
fix: {applicability: unsafe, set: {VMDQ: 8}}
why: |
  The monitoring of the lab expects it.
sources:
  - https://wiki.example.com/hosts
confidence: documented
examples:
  - good: VMDQ=8
    given: {version: 400.2.4.10, ports: 1}
  - bad: VMDQ=8,«4»
    says: "port 1: VMDQ is 4; our hosts have 8"
    fixed: VMDQ=8,8
    given: {version: 400.2.4.10, ports: 2}
"""
HOST = '/vmkernel/module/igb/options = "IntMode=2,2 VMDQ=8,4"\n'
SETTINGS = 'rules = ["ours"]\nassume = { igb = "400.2.4.10", netqueue = true, mtu = 1500 }\nports = { igb = 2 }\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    here = tmp_path / "repository"
    (here / "ours").mkdir(parents=True)
    (here / "ours" / "LAB001-eight-queues-everywhere.yaml").write_text(RULE)
    (here / "netqlint.toml").write_text(SETTINGS)
    (here / "esx.conf").write_text(HOST)
    monkeypatch.chdir(here)
    return here


def found(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, str]]:
    main(["check", "--format", "json", *words])
    return [(finding["code"], finding["text"]) for finding in json.loads(capsys.readouterr().out)["findings"]]


def test_they_are_asked_with_all_others(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys) == [("LAB001", "4")]
    assert found(capsys) == [("LAB001", "4")]
    (repository / "esx.conf").write_text(HOST.replace("IntMode=2,2", "IntMode=2,0"))
    assert found(capsys) == [("NQ201", "0"), ("LAB001", "4")]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--select", "LAB"], ["LAB001"]),
        (["--select", "eight-queues-everywhere"], ["LAB001"]),
        (["--ignore", "LAB001"], []),
        (["--select", "NQ"], []),
        (["--isolated", "--ports", "igb=2", "--assume", "igb=400.2.4.10"], []),
    ],
)
def test_they_are_chosen_like_all_others(
    words: list[str], codes: list[str], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [code for code, _ in found(capsys, *words)] == codes


def test_they_are_explained_and_listed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "LAB001"]) == 0
    assert capsys.readouterr().out.startswith("LAB001 eight-queues-everywhere (warning)\n")
    assert main(["rules"]) == 0
    assert "LAB001  warning  unsafe" in capsys.readouterr().out


def test_they_mend(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", "--unsafe", "--quiet"]) == 0
    assert (repository / "esx.conf").read_text() == HOST.replace("8,4", "8,8")


def test_a_changed_rule_counts_at_once(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys) == [("LAB001", "4")]
    rule = repository / "ours" / "LAB001-eight-queues-everywhere.yaml"
    rule.write_text(RULE.replace("VMDQ == 8", "VMDQ == 4"))
    assert found(capsys) == [("LAB001", "8")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("VMDQ == 8", "VMQD == 8", ":7: require: unknown name VMQD: did you mean VMDQ?"),
        ("severity: warning", "severty: warning", ":3: unknown key severty; did you mean severity?"),
        ("code: LAB001", "code: NQ201", ":1: the file of this rule is called NQ201-eight-queues-everywhere.yaml"),
        ("name: eight-queues-everywhere", "name: vmdq-needs-msix", None),
    ],
)
def test_a_rule_that_cannot_be_right_stops_the_run(
    old: str, new: str, message: str | None, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = repository / "ours" / "LAB001-eight-queues-everywhere.yaml"
    rule.write_text(RULE.replace(old, new))
    if message is None:
        rule.rename(rule.with_name("LAB001-vmdq-needs-msix.yaml"))
    assert main(["check"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert (message or "vmdq-needs-msix is the code or name of NQ201-vmdq-needs-msix.yaml already") in err


def test_a_folder_without_rules_is_an_error(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "netqlint.toml").write_text('rules = ["theirs"]\n')
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "netqlint: theirs: cannot be read: no such file or directory\n"
    (repository / "theirs").mkdir()
    assert main(["check"]) == 2
    assert capsys.readouterr().err.rstrip().endswith("theirs: no rules in this folder, which the configuration names")
