"""`netqlint test` and `netqlint rules new`: what those meet who write rules of their own."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from test_own_rules import RULE, SETTINGS

from netqlint.cli import main
from netqlint.compile.rules import GAP
from netqlint.pack import load

FILE = "ours/LAB001-eight-queues-everywhere.yaml"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    top = tmp_path / "repository"
    (top / ".git").mkdir(parents=True)
    (top / "ours").mkdir()
    monkeypatch.chdir(top)
    Path(FILE).write_text(RULE)
    Path("netqlint.toml").write_text(SETTINGS)
    return top


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def outcome(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return outcome


# --- examples


@pytest.mark.parametrize(
    "words",
    [[], ["ours"], [FILE], ["LAB001"], ["lab001"], ["eight-queues-everywhere"], ["LAB"], ["ours", FILE, "LAB001"]],
    ids=" ".join,
)
def test_rules_are_named_by_folder_file_code_name_or_not_at_all(words: list[str], run: Run) -> None:
    assert run("test", *words) == (0, "all examples hold · 1 rule, 2 examples tried\n", "")


@pytest.mark.parametrize("words", [["NQ201"], ["vmdq-needs-msix"], ["NQ201", "vmdq-needs-msix"]], ids=" ".join)
def test_rules_of_netqlint_are_tried_too(words: list[str], run: Run) -> None:
    rule = json.loads(load().manual())["NQ201"]
    told = f"all examples hold · 1 rule, {len(rule['examples'])} examples tried\n"
    assert run("test", *words) == (0, told, "")
    path = next(Path(__file__).parents[1].glob("rules/*/NQ201-*.yaml"))
    assert run("test", str(path)) == (0, told, "")


def test_rules_of_both_kinds_are_tried_together(run: Run) -> None:
    code, out, _ = run("test", "NQ2", "LAB")
    count = 1 + sum(rule["code"].startswith("NQ2") for rule in load().rules)
    assert (code, out.startswith(f"all examples hold · {count} rules, ")) == (0, True)


# what is changed in the rule, and what is said of it
FAILING: dict[str, tuple[str, str, str]] = {
    "marked elsewhere": (
        "VMDQ=8,«4»",
        "VMDQ=«8»,4",
        ":19: LAB001 example 2: expected VMDQ=«8»,4, got VMDQ=8,«4» (port 1: VMDQ is 4; our hosts have 8); "
        "write bad: VMDQ=8,«4»",
    ),
    "bad that is good": (
        "VMDQ=8,«4»",
        "VMDQ=8,«8»",
        ":19: LAB001 example 2: expected VMDQ=8,«8», got nothing; write good: VMDQ=8,8",
    ),
    "good that is bad": (
        "good: VMDQ=8",
        "good: VMDQ=2",
        ":17: LAB001 example 1: expected nothing in VMDQ=2, got VMDQ=«2» (port 0: VMDQ is 2; our hosts have 8); "
        "write bad: VMDQ=«2»",
    ),
    "another message": (
        "VMDQ is 4; our hosts have 8",
        "VMDQ is 4",
        ':19: LAB001 example 2: expected says: "port 1: VMDQ is 4", got "port 1: VMDQ is 4; our hosts have 8"; '
        'write says: "port 1: VMDQ is 4; our hosts have 8"',
    ),
    "another fix": (
        "fixed: VMDQ=8,8",
        "fixed: VMDQ=8,9",
        ":19: LAB001 example 2: expected fixed: VMDQ=8,9, got VMDQ=8,8; write fixed: VMDQ=8,8",
    ),
    "a fact that is none": (
        "{version: 400.2.4.10, ports: 1}",
        "{version: 400.2.4.10, ports: 1, esx: x}",
        ":17: LAB001 example 1: --assume esx=x: no release; write it like 4.0 or 6.7u3",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), FAILING.values(), ids=FAILING)
def test_an_example_that_fails_is_answered_with_the_line_to_write(old: str, new: str, said: str, run: Run) -> None:
    Path(FILE).write_text(RULE.replace(old, new, 1))
    code, out, err = run("test")
    assert (code, err) == (1, "")
    row, blank, closing = out.splitlines()
    assert row.startswith(f"{FILE}{said}"), row
    assert (blank, closing) == ("", "1 example fails · 1 rule, 2 examples tried")
    assert run("test", "--quiet") == (1, f"{row}\n", "")


def test_what_is_to_be_written_holds(run: Run) -> None:
    for old, new in (
        ("VMDQ=8,«4»", "VMDQ=«8»,4"),
        ('our hosts have 8"\n    fixed: VMDQ=8,8', 'x"\n    fixed: VMDQ=8,9'),
    ):
        text = RULE.replace(old, new)
        for _ in range(3):
            Path(FILE).write_text(text)
            for found in re.finditer(r":(\d+): .*; write (\w+): (.*)", run("test")[1]):
                lines = text.splitlines(keepends=True)
                # the key in or below the line that is named
                nth = next(n for n in range(int(found[1]) - 1, len(lines)) if f"{found[2]}: " in lines[n])
                lines[nth] = f"{lines[nth].partition(found[2])[0]}{found[2]}: {found[3]}\n"
                text = "".join(lines)
        assert run("test")[0] == 0


def test_a_rule_that_cannot_be_decided_is_told_what_it_lacks(run: Run) -> None:
    text = RULE.replace("require: VMDQ == 8", "require: VMDQ == 8 || netqueue")
    Path(FILE).write_text(text)
    assert (
        "got nothing, being undecided for lack of --assume netqueue=on|off; write given: {netqueue: on|off}"
        in run("test")[1]
    )


def test_small_changes_that_no_example_notices_are_named(run: Run) -> None:
    assert run("test", "--mutate")[0] == 0
    Path(FILE).write_text(RULE.replace("require: VMDQ == 8", "when: VMDQ > 0\nrequire: VMDQ == 8"))
    code, out, _ = run("test", "--mutate")
    assert code == 1
    assert out == (
        f"{FILE}:7: LAB001 with when: VMDQ > 1: no example notices the change; add one on the other side of it\n"
        "\n1 change unnoticed · 1 rule, 2 examples, 26 changes tried\n"
    )


def test_the_outcome_is_json_too(run: Run) -> None:
    Path(FILE).write_text(RULE.replace("VMDQ=8,«4»", "VMDQ=8,«8»"))
    message = "LAB001 example 2: expected VMDQ=8,«8», got nothing; write good: VMDQ=8,8"
    wrong = {"kind": "example", "path": FILE, "line": 19, "code": "LAB001", "message": message}
    code, out, _ = run("test", "--format", "json")
    assert (code, json.loads(out)) == (1, {"tried": {"rules": 1, "examples": 2, "changes": 0}, "wrong": [wrong]})


# --- files that are no rules


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("VMDQ == 8", "VMQD == 8", ":7: require: unknown name VMQD: did you mean VMDQ?"),
        ("VMDQ == 8", "VMDQ + 8", ":7: require: this is an int, not a bool"),
        ("severity: warning", "severty: warning", ":3: unknown key severty; did you mean severity?"),
        ("severity: warning", "severity: warnin", ":3: severity is warnin: it takes error, warning, info; did you"),
        ("confidence: documented", "confidence: memory", ":3: what is known from memory only is an info at most"),
        ("  - https://wiki.example.com/hosts\n", "", ":13: sources: input should be a valid list"),
        ("code: LAB001", "code: LAB002", ":1: the file of this rule is called LAB002-eight-queues-everywhere.yaml"),
        ("name: eight", "name: [eight", ":3: expected ',' or ']', but got ':'"),
        ("    says: ", "    #: ", ":16: no bad example pins the message (says: …)"),
    ],
)
def test_a_file_that_is_no_rule_is_framed(old: str, new: str, said: str, run: Run) -> None:
    Path(FILE).write_text(RULE.replace(old, new))
    Path("ours/LAB009-fine.yaml").write_text(
        RULE.replace("LAB001", "LAB009").replace("name: eight-queues-everywhere", "name: fine")
    )
    code, out, err = run("test")
    assert (code, err) == (2, "")
    assert " ".join(out.split()).startswith(f"error: {FILE}{said}")
    number = said[1:].partition(":")[0]
    line = Path(FILE).read_text().splitlines()[int(number) - 1]
    assert f"\n {number} | {line}\n" in out
    # the others are tried all the same
    assert out.endswith("\n1 file is no rule · 1 rule, 2 examples tried\n")
    assert run("test", "LAB009") == (0, "all examples hold · 1 rule, 2 examples tried\n", "")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("LAB002-x.yaml", b"\xff", "ours/LAB002-x.yaml:1: cannot be read: 'utf-8' codec can't decode byte 0xff"),
        ("LAB002-x.yaml", b"\0", "ours/LAB002-x.yaml:1: "),
        ("LAB002-x.yaml", b"", "ours/LAB002-x.yaml:1: a rule file is a mapping"),
        ("NQ999-x.yaml", b"", "ours/NQ999-x.yaml:1: codes that begin with NQ are netqlint's own; use letters of"),
        (
            "more/LAB001-eight-queues-everywhere.yaml",
            RULE.encode(),
            "ours/more/LAB001-eight-queues-everywhere.yaml:1: LAB001 is the code or name of",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told(name: str, data: bytes, said: str, run: Run, here: Path) -> None:
    path = here / "ours" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    code, out, err = run("test")
    assert (code, err) == (2, "")
    assert " ".join(out.split()).startswith(f"error: {said}"), out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch/"], "nosuch/: no such file or folder"),
        (
            ["ours/LAB001-eight-queues.yaml"],
            "ours/LAB001-eight-queues.yaml: no such file or folder; did you mean LAB001-eight-queues-everywhere.yaml?",
        ),
        (["empty"], "empty: no rules in this folder; netqlint rules new writes one"),
        (["short"], "short: no rules in this folder; the name of short/a.yml must end in .yaml"),
        (["short/a.yml"], "short/a.yml: the name of a rule file ends in .yaml"),
        (["LAB01"], "no rule is called LAB01; did you mean LAB001?"),
    ],
)
def test_a_word_that_names_no_rule_is_answered_in_one_line(words: list[str], said: str, run: Run) -> None:
    Path("empty").mkdir()
    Path("short").mkdir()
    Path("short/a.yml").write_text(RULE)
    assert run("test", *words) == (2, "", f"netqlint: {said}\n")


def test_without_rules_of_ones_own_there_is_nothing_to_test(run: Run) -> None:
    Path("netqlint.toml").unlink()
    said = 'no rules to test: name files, folders or rules, or say rules = ["FOLDER"] in netqlint.toml'
    assert run("test") == (2, "", f"netqlint: {said}\n")


def test_colours_are_for_a_terminal(run: Run) -> None:
    Path(FILE).write_text(RULE.replace("VMDQ == 8", "VMQD == 8"))
    assert "\033" not in run("test")[1]
    assert "\033[1;31m" in run("test", "--color", "always")[1]
    ours, theirs = pty.openpty()
    surroundings = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[1])}
    program = [sys.executable, "-m", "netqlint", "test"]
    done = subprocess.run(program, stdout=theirs, stderr=subprocess.DEVNULL, env=surroundings, check=False)
    assert (done.returncode, b"\033[1;31merror:" in os.read(ours, 65536)) == (2, True)


# --- a new rule

ANSWERS = {
    "severity": "warning",
    "summary": "Our hosts ask for eight queues on every port.",
    "for": "port",
    "require": "VMDQ == 8",
    "message": '"port {port}: VMDQ is {VMDQ}; our hosts have 8"',
    "why": "The monitoring of the lab expects it.",
    "confidence": "documented",
    "good": "VMDQ=8",
    "bad": "VMDQ=8,«4»",
    "says": '"port 1: VMDQ is 4; our hosts have 8"',
}


def test_a_new_rule_fails_until_every_gap_is_filled(run: Run) -> None:
    code, out, err = run("rules", "new", "more-queues")
    path = Path("ours/LAB002-more-queues.yaml")
    assert (code, out, err) == (0, f"wrote {path}; fill in what says TODO, then netqlint test {path}\n", "")
    text = path.read_text().replace("# about: igb >= 2.0.6 ", "about: igb >= 2.0.6 ")
    gaps = text.count(GAP)
    for left in range(gaps, 0, -1):
        path.write_text(text)
        code, out, err = run("test", str(path))
        told = [row for row in out.splitlines() if ": still to be written: " in row]
        assert (code, err, len(told)) == (2, "", left)
        first = re.search(rf'([a-z]+: |- )"{GAP}(.*)"', text)
        assert first
        number = text[: first.start()].count("\n") + 1
        assert told[0].startswith(f"{path}:{number}: ") and told[0].endswith(f": still to be written: {first[2]}")
        answer = ANSWERS.get(first[1].removesuffix(": "), "https://wiki.example.com/hosts")
        text = f"{text[: first.start()]}{first[1]}{answer}{text[first.end() :]}"
    path.write_text(text)
    assert run("test", str(path)) == (0, "all examples hold · 1 rule, 2 examples tried\n", "")


def test_a_gap_stops_a_check(run: Run) -> None:
    run("rules", "new", "more-queues")
    Path("esx.conf").write_text('/a = "1"\n')
    code, out, err = run("check")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "LAB002-more-queues.yaml:3: severity: still to be written: error, warning or info" in err


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["a"], "ours/LAB002-a.yaml"),
        (["a", "--family", "LAB"], "ours/LAB002-a.yaml"),
        (["a", "--family", "LAB4"], "ours/LAB401-a.yaml"),
        (["a", "--family", "OPS"], "ours/OPS001-a.yaml"),
        (["a", "--family", "OPS0"], "ours/OPS001-a.yaml"),
        (["a", "--code", "OPS1234"], "ours/OPS1234-a.yaml"),
        (["a", "--dir", "more/deep", "--family", "OPS"], "more/deep/OPS001-a.yaml"),
        (["a", "--dir", "more", "--family", "LAB"], "more/LAB002-a.yaml"),
        (["a", "--dir", "./ours/deep", "--family", "LAB"], "ours/deep/LAB002-a.yaml"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_new_rule_has_the_next_code(words: list[str], path: str, run: Run) -> None:
    code, out, err = run("rules", "new", *words)
    assert (code, err, out.startswith(f"wrote {path}; ")) == (0, "", True)
    assert out.count("\n") == 1
    assert ("rules = [" in out) == (not path.startswith("ours/"))
    assert Path(path).read_text().startswith(f"code: {Path(path).name.partition('-')[0]}\nname: a\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["new"], "netqlint rules new needs the name of the rule: netqlint rules new eight-queues-everywhere"),
        (["list"], "netqlint rules takes no arguments, not list; netqlint rules new NAME begins a rule"),
        (["new", "a", "b"], "netqlint rules takes [new NAME], not new a b"),
        (["--dir", "x"], "--dir is for a new rule: netqlint rules new NAME --dir x"),
        (["new", "a", "--format", "json"], "netqlint rules new takes no --format"),
        (["new", "a", "--family", "LAB", "--code", "LAB002"], "--code says all that --family does; leave one out"),
        (["new", "A_b"], "A_b: a name has small letters, digits and single hyphens; write a-b"),
        (["new", "é"], "é: a name has small letters, digits and single hyphens"),
        (
            ["new", "vmdq-needs-msix"],
            "vmdq-needs-msix is the name of NQ201-vmdq-needs-msix.yaml already; nothing was written",
        ),
        (
            ["new", "eight-queues-everywhere"],
            f"eight-queues-everywhere is the name of {FILE} already; nothing was written",
        ),
        (["new", "a", "--code", "LAB001"], f"--code LAB001: it is the code of {FILE}; LAB002 is free"),
        (["new", "a", "--code", "NQ999"], "--code NQ999: netqlint's own begin with NQ; use letters of your own"),
        (["new", "a", "--code", "L1"], "--code L1: a code has 2 to 8 capitals and 3 or 4 digits, such as LAB001"),
        (["new", "a", "--family", "NQ2"], "--family NQ2: netqlint's own begin with NQ; use letters of your own"),
        (
            ["new", "a", "--family", "lab"],
            "--family lab: write 2 to 8 capitals, and a digit if you like, such as LAB or LAB2",
        ),
        (["new", "a", "--dir", "other"], "other has no rules yet; say what codes begin with: --family LAB"),
        (["new", "a", "--dir", "netqlint.toml"], "--dir netqlint.toml: no folder"),
        (
            ["new", "a", "--dir", "netqlint.toml/x", "--family", "LAB"],
            "netqlint.toml/x: cannot be made: not a directory",
        ),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_cannot_be_a_new_rule_is_answered_in_one_line(words: list[str], said: str, run: Run, here: Path) -> None:
    before = sorted(here.rglob("*"))
    assert run("rules", *words) == (2, "", f"netqlint: {said}\n")
    assert sorted(here.rglob("*")) == before


def test_of_several_families_or_folders_one_must_be_said(run: Run) -> None:
    assert run("rules", "new", "a", "--family", "OPS")[0] == 0
    told = "netqlint: ours has codes of several families; say --family LAB or --family OPS\n"
    assert run("rules", "new", "b") == (2, "", told)
    Path("netqlint.toml").write_text('rules = ["ours", "theirs"]\n')
    told = "netqlint: the configuration names several folders of rules; say --dir ours or --dir theirs\n"
    assert run("rules", "new", "b") == (2, "", told)
    Path("netqlint.toml").unlink()
    told = "netqlint: the configuration names no folder of rules; say --dir FOLDER\n"
    assert run("rules", "new", "b") == (2, "", told)
