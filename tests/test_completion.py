"""What TAB offers: asked of the tables, then of real shells with the scripts that netqlint prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netqlint.cli import main
from netqlint.commands import COMMANDS, room
from netqlint.completion import SCRIPTS
from netqlint.pack import load

CHECKOUT = Path(__file__).resolve().parent.parent
CHECK_OPTIONS = [f"--{option.name}" for option in room("check").COMMAND.options]
FILES = [":files"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "hosts").mkdir()
    (tmp_path / "hosts" / "esx.conf").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["completions", "answer", *words]) == 0
    return capsys.readouterr().out.splitlines()


def values(rows: list[str]) -> list[str]:
    return [row.partition("\t")[0] for row in rows]


# the words typed so far, the last one being typed; and what it can become
OFFERS: list[tuple[list[str], list[str]]] = [
    ([""], [*COMMANDS, "--help", "--version"]),
    (["ch"], ["check"]),
    (["--v"], ["--version"]),
    (["help", "ch"], ["check"]),
    (["nosuch", ""], []),
    (["check", "--st"], ["--stdin-filename", "--statistics"]),
    (["check", "-"], CHECK_OPTIONS),
    (["check", "--isolated", "--iso"], []),
    (["check", "--format", "json=f", "hosts", "--form"], ["--format"]),
    (["check", "--format", "js"], ["json", "jsonl"]),
    (["check", "--format", "sarif="], FILES),
    (["check", "--format", "nosuch="], []),
    (["check", "--format=js"], ["--format=json", "--format=jsonl"]),
    (["check", "--format=sarif="], FILES),
    (["check", "--fail-on", ""], ["error", "warning", "info", "never"]),
    (["check", "--color=a"], ["--color=auto", "--color=always"]),
    (["check", "--config", ""], FILES),
    (["check", "--config="], FILES),
    (["docs", "--out", ""], FILES),
    (["check", "--jobs", ""], []),
    (["check", ""], FILES),
    (["check", "hosts", ""], FILES),
    (["check", "--", "--f"], FILES),
    (["check", "--select", "nq201"], ["NQ201"]),
    (["check", "--select", "NQ201,vmdq-needs"], ["NQ201,vmdq-needs-msix"]),
    (["check", "--ignore=NQ101,NQ201,NQ20"], [f"--ignore=NQ101,NQ201,NQ20{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9)]),
    (["check", "--options", "igb"], ["igb", "igbn"]),
    (["check", "--options", "igb", "VM"], ["VMDQ="]),
    (["check", "--options", "igb", "IntMode=2 VM"], ["IntMode=2 VMDQ="]),
    (["check", "--options", "nosuch", ""], []),
    (["check", "--assume", "es"], ["esx="]),
    (["check", "--assume", "esx=6"], ["esx=6.0", "esx=6.5", "esx=6.7"]),
    (["check", "--assume", "netqueue="], ["netqueue=on", "netqueue=off"]),
    (["check", "--assume", "igb=1"], ["igb=1.3.8.6", "igb=1.3.19.12"]),
    (["check", "--assume", "nosuch="], []),
    (["check", "--ports", "ixgbe"], ["ixgbe=", "ixgben="]),
    (["suggest", "igb"], ["igb", "igbn"]),
    (["suggest", "--igb"], ["--igb", "--igbn"]),
    (["suggest", "--esx", "3"], ["3.5"]),
    (["suggest", "--driver", "igb=2"], ["igb=2.1.11.1"]),
    (["suggest", "--as", "esxc"], ["esxconf", "esxcfg", "esxcli"]),
    (["explain", "netNetqueueEnabled"], ["netNetqueueEnabled"]),
    (["explain", "Net.NetNetqL"], ["Net.NetNetqLBDynamicPool"]),
    (["explain", "igb.IntM"], ["igb.IntMode"]),
    (["explain", "vmdq-needs"], ["vmdq-needs-msix"]),
    (["explain", "6.7"], ["6.7"]),
    (["explain", "8086:10c9"], ["8086:10c9"]),
    (["schema", ""], ["json", "show", "config", "rule"]),
    (["schema", "json", ""], []),
    (["cache", "c"], ["clean"]),
    (["config", ""], ["show", "init"]),
    (["config", "show", ""], FILES),
    (["baseline", "w"], ["write"]),
    (["baseline", "write", ""], FILES),
    (["convert", ""], FILES),
    (["rules", ""], ["new"]),
    (["rules", "new", ""], []),
    (["rules", "new", "a-rule", "--dir", ""], FILES),
    (["test", "vmdq-needs"], [*FILES, "vmdq-needs-msix"]),
    (["completions", "b"], ["bash"]),
]


@pytest.mark.parametrize(("words", "offers"), OFFERS, ids=[" ".join(words) for words, _ in OFFERS])
def test_every_word_is_completed(words: list[str], offers: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert values(told(capsys, "--", *words)) == offers


def test_everything_with_a_page_is_offered_to_explain(capsys: pytest.CaptureFixture[str]) -> None:
    pack = load()
    offered = set(values(told(capsys, "--", "explain", "")))
    wanted = {name for rule in pack.rules for name in (rule["code"], rule["name"])}
    assert wanted | {"igb", "VMDQ", "netNetqueueEnabled", "Net.NetNetqLBDynamicPool", "6.7"} <= offered
    for word in ("NQ201", "vmdq-needs-msix", "VMDQ", "netNetqueueEnabled", "6.7"):
        assert word in offered
        assert main(["explain", word]) == 0


def test_offers_have_meanings_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--", "check", "--select", "NQ201") == [
        "NQ201\tvmdq-needs-msix: VMDq queues need MSI-X interrupts."
    ]
    assert max(len(row.partition("\t")[2]) for row in told(capsys, "--", "explain", "")) <= 80


def test_rules_of_a_team_are_offered(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = CHECKOUT / "rules" / "igb" / "NQ201-vmdq-needs-msix.yaml"
    (here / "ours").mkdir()
    text = example.read_text("utf-8").replace("NQ201", "LAB201").replace("vmdq-needs-msix", "lab-needs-msix")
    (here / "ours" / "LAB201-lab-needs-msix.yaml").write_text(text, "utf-8")
    (here / "netqlint.toml").write_text('rules = ["ours"]\n', encoding="utf-8")
    assert values(told(capsys, "--", "check", "--select", "lab")) == ["LAB201", "lab-needs-msix"]


LINES: list[tuple[str, list[str]]] = [
    ("netqlint ch", ["check"]),
    ("netqlint check --format js", ["json", "jsonl"]),
    ("netqlint check --format=js", ["json", "jsonl"]),
    ("netqlint check --assume igb=1.3.8", ["1.3.8.6"]),
    ("netqlint explain 8086:10c9", ["10c9"]),
    ("netqlint check 'a b' \"c", FILES),
    ("netqlint check --options igb 'IntMode=2 VM", ["2 VMDQ="]),
    ("netqlint check it\\'s --isol", ["--isolated"]),
]


@pytest.mark.parametrize(("line", "offers"), LINES)
def test_a_line_is_cut_into_words_as_bash_does(
    line: str, offers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert values(told(capsys, f"--line={line}", "--breaks= \t\n\"'><=;|&(:")) == offers


def test_a_backslash_is_part_of_a_path_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert values(told(capsys, "--line=netqlint check C:\\hosts\\ --isol")) == ["--isolated"]
    assert values(told(capsys, "--line=netqlint check --format=js")) == ["--format=json", "--format=jsonl"]


def test_shells_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", "pwsh"]) == 2
    said = "no completions for pwsh; there are bash, zsh, fish, powershell"
    assert capsys.readouterr() == ("", f"netqlint: {said}\n")
    assert main(["completions", "bash", "zsh"]) == 2
    assert capsys.readouterr().err == "netqlint: netqlint completions bash takes nothing more\n"
    for shell in SCRIPTS:
        assert main(["completions", shell]) == 0
        assert capsys.readouterr().out == SCRIPTS[shell]


# --- the shells themselves


@pytest.fixture
def path(tmp_path: Path) -> Iterator[str]:
    """A PATH that begins with a netqlint of this checkout."""
    room = tmp_path / "bin"
    room.mkdir()
    program = room / "netqlint"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}" exec "{sys.executable}" -m netqlint "$@"\n', "utf-8")
    program.chmod(0o755)
    yield f"{room}{os.pathsep}{os.environ['PATH']}"


def shell(name: str, path: str, script: str, *more: str) -> list[str]:
    program = os.environ.get(f"NETQLINT_TEST_{name.upper()}") or shutil.which(name)
    if not program:
        pytest.skip(f"there is no {name} here")
    done = subprocess.run(
        [program, *more, "-c", script],
        env={**os.environ, "PATH": path, "TERM": "dumb"}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


# as readline calls it: the line, the cursor, and the words cut at COMP_WORDBREAKS
ASK_BASH = """
source <(netqlint completions bash)
compopt() { echo "compopt $*"; }
COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_WORDS=(netqlint) COMP_CWORD=1
_netqlint
printf '%s\\n' "${COMPREPLY[@]}"
complete -p netqlint
"""
REGISTERED = "complete -F _netqlint netqlint"


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("netqlint expl", ["explain"]),
        ("netqlint check --format=sar", ["sarif"]),
        ("netqlint check --fail-on ", ["error", "warning", "info", "never"]),
        ("netqlint check --ports igbn", ["compopt -o nospace", "igbn="]),
        ("netqlint check ho", ["compopt -o default", ""]),
        ("netqlint check --config=", ["compopt -o default", ""]),
        ("netqlint explain vmdq-needs", ["vmdq-needs-msix"]),
        ("netqlint nosuch ", [""]),
    ],
)
def test_bash_completes(line: str, offers: list[str], path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINE", line)
    assert shell("bash", path, ASK_BASH, "--norc", "--noprofile") == [*offers, REGISTERED]


@pytest.mark.parametrize("shown", ["bash"])
def test_the_script_for_bash_is_sound(shown: str, tmp_path: Path) -> None:
    script = tmp_path / "netqlint.bash"
    script.write_text(SCRIPTS[shown], encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", "--shell=bash", "--norc", script],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


# a terminal of its own, in which TAB is pressed
ASK_ZSH = """
zmodload zsh/zpty
zpty line zsh -f -i
send() { zpty -w line "$1"; }
send 'PS1= ; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -d $TMPDIR/dump'
send 'source <(netqlint completions zsh)'
send 'show() { print -r -- "<<$BUFFER>>"; exit }; zle -N show; bindkey "^X" show'
send 'print rea""dy'
zpty -r line said '*ready*'
zpty -w -n line $LINE$'\\t'
zpty -w -n line $'\\C-x'
zpty -r line said '*>>*'
print -r -- ${${said##*<<}%%>>*}
"""


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("netqlint expl", "netqlint explain "),
        ("netqlint check --form", "netqlint check --format "),
        ("netqlint check --format=sar", "netqlint check --format=sarif "),
        ("netqlint check --ports igbn", "netqlint check --ports igbn="),
        ("netqlint check ho", "netqlint check hosts/"),
        ("netqlint check --format sarif=ho", "netqlint check --format sarif=hosts/"),
        ("netqlint explain vmdq-needs", "netqlint explain vmdq-needs-msix "),
    ],
)
def test_zsh_completes(line: str, becomes: str, path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LINE", line)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert shell("zsh", path, ASK_ZSH, "-f") == [becomes]


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("netqlint expl", ["explain"]),
        ("netqlint check --form", ["--format"]),
        ("netqlint check --format=sar", ["--format=sarif"]),
        ("netqlint check --fail-on ", ["error", "info", "never", "warning"]),
        ("netqlint check ho", ["hosts/"]),
        ("netqlint check --format sarif=ho", ["sarif=hosts/"]),
        ("netqlint explain vmdq-needs", ["vmdq-needs-msix"]),
    ],
)
def test_fish_completes(line: str, offers: list[str], path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINE", line)
    script = "netqlint completions fish | source; complete -C $LINE"
    assert sorted(values(shell("fish", path, script, "--no-config"))) == offers


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("netqlint expl", ["explain"]),
        ("netqlint check --format ", ["text", "concise", "grouped", "json"]),
        ("netqlint check --format=sar", ["--format=sarif"]),
    ],
)
def test_powershell_completes(line: str, offers: list[str], path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINE", line)
    script = (
        "netqlint completions powershell | Out-String | Invoke-Expression; "
        "(TabExpansion2 $env:LINE $env:LINE.Length).CompletionMatches.CompletionText"
    )
    assert shell("pwsh", path, script, "-NoProfile")[: len(offers)] == offers


def test_the_script_for_powershell_closes_what_it_opens() -> None:
    """All that can be said of it where there is no PowerShell."""
    for opening, closing in ("{}", "()", "[]"):
        assert SCRIPTS["powershell"].count(opening) == SCRIPTS["powershell"].count(closing)
    assert SCRIPTS["powershell"].count('"') % 2 == SCRIPTS["powershell"].count("'") % 2 == 0
