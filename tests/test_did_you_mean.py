"""Every closed vocabulary answers a slip of the pen with the word that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from netqlint.cli import main
from netqlint.commands import COMMANDS
from netqlint.errors import hint, nearest
from netqlint.pack import load

HOST = '/vmkernel/module/igb/options = "IntMode=2,2"\n'
TOML, SIDE = "netqlint.toml", ".netqlint-ignore.yaml"
LAB = "ours/LAB001-x.yaml"
RULE = """\
code: LAB001
name: x
severity: info
summary: One.
for: port
when: VMDQ == 8
message: m
why: w
sources: [s]
confidence: documented
examples: [{good: VMDQ=4, given: {ports: 1}}, {bad: VMDQ=«8», says: m, given: {ports: 1}}]
about: igb
"""

# what is misspelt where: the words of the call, a file that it reads, and the word that was meant
SLIPS: list[tuple[str, list[str], dict[str, str], str]] = [
    # commands and what they do
    ("command", ["chekc"], {}, "check"),
    ("command of help", ["help", "explian"], {}, "explain"),
    ("cache act", ["cache", "claen"], {}, "clean"),
    ("baseline act", ["baseline", "purne"], {}, "prune"),
    ("config act", ["config", "inti"], {}, "init"),
    ("rules act", ["rules", "nwe", "a-rule"], {}, "new"),
    ("completions", ["completions", "powershel"], {}, "powershell"),
    ("schema", ["schema", "confg"], {}, "config"),
    # flags and their values
    ("flag", ["check", "--asume", "esx=4.0"], {}, "--assume"),
    ("flag of suggest", ["suggest", "igb", "--igbb", "1.3"], {}, "--igb"),
    ("format", ["check", "--format", "jsn"], {}, "json"),
    ("format of convert", ["convert", "found.json", "--format", "sariff"], {}, "sarif"),
    ("format of show", ["show", "--format", "svgg"], {}, "svg"),
    ("format of rules", ["rules", "--format", "jsn"], {}, "json"),
    ("format of test", ["test", "--format", "jsn"], {}, "json"),
    ("flag of test", ["test", "--mutat"], {}, "--mutate"),
    ("flag of rules", ["rules", "new", "a-rule", "--famly", "LAB"], {}, "--family"),
    ("flag: diff-base", ["check", "--dif-base", "HEAD"], {}, "--diff-base"),
    ("format of ignores", ["ignores", "--format", "txt"], {}, "text"),
    ("colour", ["check", "--color", "alwys"], {}, "always"),
    ("severity", ["check", "--fail-on", "waring"], {}, "warning"),
    ("form", ["suggest", "igb", "--as", "esxcnf"], {}, "esxconf"),
    ("fact", ["check", "--assume", "exs=4.0"], {}, "esx"),
    ("fact: driver", ["check", "--assume", "igbb=1.3.8.6"], {}, "igb"),
    ("fact: switch", ["check", "--assume", "netqueue=onn"], {}, "on"),
    ("ports", ["check", "--ports", "ibg=2"], {}, "igb"),
    ("controller", ["check", "--ports", "igb=82567"], {}, "82576"),
    ("options", ["check", "--options", "ibg", "IntMode=2"], {}, "igb"),
    ("select", ["check", "--select", "NQ2O1"], {}, "NQ201"),
    ("select by name", ["check", "--select", "vmdq-need-msix"], {}, "vmdq-needs-msix"),
    ("extend-select", ["check", "--extend-select", "NQ2O1"], {}, "NQ201"),
    ("ignore", ["check", "--ignore", "NQ2O1"], {}, "NQ201"),
    ("driver to suggest", ["suggest", "ibg"], {}, "igb"),
    ("driver and version to suggest", ["suggest", "igb", "--driver", "ibg=1.3"], {}, "igb"),
    ("rule to test", ["test", "NQ2O1"], {}, "NQ201"),
    ("own rule to test", ["test", "LAB0O1"], {LAB: RULE, TOML: "rules = ['ours']"}, "LAB001"),
    ("file to test", ["test", "ours/LAB001-y.yaml"], {LAB: RULE}, "LAB001-x.yaml"),
    # words to explain
    ("rule", ["explain", "NQ2O1"], {}, "NQ201"),
    ("rule by name", ["explain", "vmdq-need-msix"], {}, "vmdq-needs-msix"),
    ("parameter", ["explain", "VMDQQ"], {}, "VMDQ"),
    ("parameter of a driver", ["explain", "igb.IntMod"], {}, "igb.IntMode"),
    ("setting", ["explain", "netNetqueueEnable"], {}, "netNetqueueEnabled"),
    ("device", ["explain", "8086:10c99"], {}, "8086:10c9"),
    ("release", ["explain", "esx6.77"], {}, "esx6.7"),
    # the configuration
    ("key", ["check"], {TOML: "selct = ['NQ2']"}, "select"),
    ("key: fail-on", ["check"], {TOML: "fail_on = 'error'"}, "fail-on"),
    ("key of an override", ["check"], {TOML: "[[override]]\npaths = ['a']\nasume.esx = '4.0'"}, "assume"),
    ("value", ["check"], {TOML: "fail-on = 'eror'"}, "error"),
    ("severity of a rule", ["check"], {TOML: "severity.NQ201 = 'eror'"}, "error"),
    ("rule with a severity", ["check"], {TOML: "severity.NQ2O1 = 'error'"}, "NQ201"),
    ("rule in select", ["check"], {TOML: "select = ['NQ2O1']"}, "NQ201"),
    ("rule in ignore", ["check"], {TOML: "ignore = ['NQ2O1']"}, "NQ201"),
    ("rule in extend-select", ["check"], {TOML: "extend-select = ['NQ2O1']"}, "NQ201"),
    ("fact", ["check"], {TOML: "assume.cpu = '4.0'"}, "cpus"),
    ("driver", ["check"], {TOML: "ports.ibg = 2"}, "igb"),
    ("fact of a host", ["check"], {TOML: "[hosts.a]\ncpu = '4'"}, "cpus"),
    ("driver of a host", ["check"], {TOML: "[hosts.a]\nports.ibg = 2"}, "igb"),
    ("fact in an inventory", ["check"], {TOML: "inventory = 'i.toml'", "i.toml": "[a]\nmut = '9000'"}, "mtu"),
    # suppressions
    ("key of an entry", ["check"], {SIDE: "- {rule: NQ201, resaon: why, path: a}"}, "reason"),
    ("rule of an entry", ["check"], {SIDE: "- {rule: NQ2O1, reason: why, path: a}"}, "NQ201"),
    ("parameter of an entry", ["check"], {SIDE: "- {rule: NQ201, reason: why, parameter: VMDQQ}"}, "VMDQ"),
    (
        "setting of an entry",
        ["check"],
        {SIDE: "- {rule: NQ501, reason: why, key: netNetqueueEnable}", "netqlint.toml": "assume.netqueue = true"},
        "netNetqueueEnabled",
    ),
    ("rule in a comment", ["check"], {"esx.conf": f"# netqlint: ignore[NQ2O1] why\n{HOST}"}, "NQ201"),
    ("form of a comment", ["check"], {"esx.conf": f"# netqlint: ingore[NQ201] why\n{HOST}"}, "ignore"),
    # esx.conf itself
    ("parameter in a file", ["check"], {"esx.conf": HOST.replace("IntMode", "IntMdoe")}, "IntMode"),
    ("setting in a file", ["check"], {"esx.conf": '/vmkernel/netNetqueueEnable = "TRUE"\n'}, "netNetqueueEnabled"),
    # rules of one's own
    ("key of a rule", ["check"], {LAB: RULE.replace("why:", "wyh:"), TOML: "rules = ['ours']"}, "why"),
    (
        "name in a condition",
        ["check"],
        {LAB: RULE.replace("when: VMDQ", "when: VMQD"), TOML: "rules = ['ours']"},
        "VMDQ",
    ),
    ("scope of a rule", ["check"], {LAB: RULE.replace("port\nwhen", "prot\nwhen"), TOML: "rules = ['ours']"}, "port"),
    ("severity of one's own", ["check"], {LAB: RULE.replace("info", "inof"), TOML: "rules = ['ours']"}, "info"),
    ("driver of a rule", ["check"], {LAB: RULE.replace("about: igb", "about: ibg"), TOML: "rules = ['ours']"}, "igb"),
]


@pytest.mark.parametrize(("words", "files", "meant"), [slip[1:] for slip in SLIPS], ids=[slip[0] for slip in SLIPS])
def test_a_slip_is_answered_with_what_was_meant(
    words: list[str],
    files: dict[str, str],
    meant: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    for name, text in {".git/x": "", "esx.conf": HOST, **files}.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text)
    assert main([*words, "--quiet", "--format", "concise"] if words == ["check"] else words) in (1, 2)
    out, err = capsys.readouterr()
    told = out + err
    assert told.count("\n") == 1 or words == ["check"]
    assert f"did you mean {meant}" in told or f'did you mean "{meant}"' in told or f"write {meant}" in told, told


def test_every_command_with_a_closed_word_is_in_the_table() -> None:
    tried = {words[0] for _, words, _, _ in SLIPS}
    # these take paths, or nothing
    assert set(COMMANDS) - tried == {"fix", "docs"}


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("NQ1l1", ["NQ111", "NQ121", "NQ311"], "NQ111"),
        ("NQ2O1", ["NQ201", "NQ211", "NQ121"], "NQ201"),
        ("vmdq", ["VMDQ"], "VMDQ"),
        ("nothing", ["VMDQ", "IntMode"], ""),
        ("", ["VMDQ"], ""),
    ],
)
def test_of_those_alike_the_one_that_looks_most_like_it_is_meant(word: str, known: list[str], meant: str) -> None:
    assert nearest(word, known) == meant
    assert hint(word, known) == (f"; did you mean {meant}?" if meant else "")


def test_a_code_with_a_letter_for_a_digit_is_never_another_rule() -> None:
    codes = [str(rule["code"]) for rule in load().rules]
    for code in codes:
        for digit, letter in (("0", "O"), ("0", "o"), ("1", "l"), ("1", "I")):
            if digit in code:
                assert nearest(code.replace(digit, letter, 1), codes) == code
