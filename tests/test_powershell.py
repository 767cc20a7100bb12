"""PowerCLI: what a person reads in a script, what is the same as in an esx.conf, what nobody can break."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from test_shell import HOST, OPTIONS, host_of, rules_of, told
from texts import PACK

import netqlint
from netqlint.cli import main
from netqlint.surfaces import named, parser, surface_of
from netqlint.text import Source

TABLE = Path(__file__).parent / "powercli_lines.tsv"
LINES = [
    (line.replace("⏎", "\n").replace("⇥", "\t"), read_in_it)
    for line, tab, read_in_it in (row.rpartition("\t") for row in TABLE.read_text(encoding="utf-8").splitlines())
    if tab
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_a_script_says_what_a_person_reads_in_it(text: str, expected: str) -> None:
    assert (" ; ".join(told(host_of(text, "powershell"))) or "-") == expected


# --- the same host, told in several ways, is judged alike

SCRIPTS = [
    "Get-VMHostModule igb | Set-VMHostModule -Options '{options}'\n"
    "Get-AdvancedSetting -Entity $h -Name VMkernel.Boot.netNetqueueEnabled | Set-AdvancedSetting -Value '{netqueue}'\n",
    '$esxcli = Get-EsxCli -VMHost $h -V2\r\n$a = @{{module = "igb"; parameterstring = "{options}"}}\r\n'
    "$esxcli.system.module.parameters.set.Invoke($a)\r\n"
    '$esxcli.system.settings.kernel.set.Invoke(@{{setting = "netNetqueueEnabled"; value = "{netqueue}"}})\r\n',
    '\ufeff$esxcli.system.module.parameters.set($null, "igb", "{options}")\n'
    "$esxcli.system.settings.kernel.set('netNetqueueEnabled', '{netqueue}')\n",
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("netqueue", ["TRUE", "FALSE", "yes", "x"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_host_is_judged_alike_however_it_is_told(script: str, netqueue: str, options: str) -> None:
    said = {"options": options, "netqueue": netqueue}
    assert rules_of(script.format(**said), "setup.ps1") == rules_of(HOST.format(**said), "esx.conf")


# --- what one call undoes

UNDONE = [
    ("Set-VMHostModule igb -Options 'RSS=1'\nSet-VMHostModule igb -Options 'VMDQ=8'", True),
    ("Set-VMHostModule igb -Options 'RSS=1' -Server a\nSet-VMHostModule igb -Options 'VMDQ=8' -Server b", False),
    (
        "Get-VMHost a | Get-VMHostModule igb | Set-VMHostModule -Options 'RSS=1'\n"
        "Get-VMHost b | Get-VMHostModule igb | Set-VMHostModule -Options 'VMDQ=8'",
        False,
    ),
    (
        "$m = Get-VMHostModule igb -VMHost a\nSet-VMHostModule $m -Options 'RSS=1'\n"
        "$m = Get-VMHostModule igb -VMHost b\nSet-VMHostModule $m -Options 'VMDQ=8'",
        False,
    ),
    (
        "Connect-VIServer a\nSet-VMHostModule igb -Options 'RSS=1'\n"
        "Connect-VIServer b\nSet-VMHostModule igb -Options 'VMDQ=8'",
        False,
    ),
    ("if ($a) { Set-VMHostModule igb -Options 'RSS=1' } else { Set-VMHostModule igb -Options 'VMDQ=8' }", False),
    ("function f { Set-VMHostModule igb -Options 'RSS=1' }\nSet-VMHostModule igb -Options 'VMDQ=8'", False),
    ("if ($a) { Set-VMHostModule igb -Options 'RSS=1'; return }\nSet-VMHostModule igb -Options 'VMDQ=8'", False),
    ("if ($a) { Set-VMHostModule igb -Options 'RSS=1' }\nSet-VMHostModule igb -Options 'VMDQ=8'", True),
    (
        "$esxcli = Get-EsxCli -VMHost a -V2\n"
        "$esxcli.system.module.parameters.set.Invoke(@{module='igb'; parameterstring='RSS=1'})\n"
        "$esxcli = Get-EsxCli -VMHost b -V2\n"
        "$esxcli.system.module.parameters.set.Invoke(@{module='igb'; parameterstring='VMDQ=8'})",
        False,
    ),
    (
        "$esxcli.system.module.parameters.set($null, 'igb', 'VMDQ=8')\n"
        "$esxcli.system.module.parameters.set($null, $null, 'igb', 'VMDQ=8')",
        False,
    ),
]


@pytest.mark.parametrize(("text", "undone"), UNDONE)
def test_a_call_is_undone_where_that_is_sure(text: str, undone: bool) -> None:
    report = netqlint.check(text, name="x.ps1")
    assert ("NQ020" in [one.code for one in report.findings]) is undone


# --- what is not known accuses nobody


@pytest.mark.parametrize(
    "text",
    [
        "Set-VMHostModule igb -Options $options",
        "Set-VMHostModule igb -Options “IntMode=9 9”",
        "Set-VMHostModule igb -Options IntMode=9,9",
        "Set-VMHostModule igb -Options @'\nIntMode=9\n'@\n",
        'Set-VMHostModule igb -Options "VMDQ=$a,$b,$c"',
        'Set-VMHostModule igb -Options "VMDQ=$(Get-Queues)"',
        "Set-VMHostModule igb -Options ('VMDQ=' + 99)",
        "Get-AdvancedSetting -Entity $h -Name VMkernel.Boot.netNetqueueEnabled | Set-AdvancedSetting -Value $on",
        "Get-VirtualSwitch -Name vSwitch0 | Set-VirtualSwitch -Mtu $mtu",
        "$esxcli.system.module.parameters.set.Invoke(@{module='igb'; parameterstring=$options})",
    ],
)
def test_what_nobody_knows_accuses_nobody(text: str) -> None:
    report = netqlint.check(text, name="x.ps1", assume={"esx": "5.0"}, ports={"igb": 2})
    assert [one for one in report.findings if one.severity != "info"] == []


# --- fixes

FIXES = [
    ('Set-VMHostModule igb -Options "IntMode=2 2"', 'Set-VMHostModule igb -Options "IntMode=2,2"'),
    ("\ufeffSet-VMHostModule igb `\r\n -Options 'IntMode=2, 2'\r\n", None),
    ("Set-VMHostModule igb -Options VMDQ=8", 'Set-VMHostModule igb -Options "VMDQ=8,8"'),
    (
        "$esxcli.system.module.parameters.set.Invoke(@{module='igb'; parameterstring='IntMode=2,2,VMDQ=8,8'})",
        "$esxcli.system.module.parameters.set.Invoke(@{module='igb'; parameterstring='IntMode=2,2 VMDQ=8,8'})",
    ),
    (
        "$esxcli.system.settings.kernel.set.Invoke(@{setting='netNetqueueEnabled'; value=1})",
        "$esxcli.system.settings.kernel.set.Invoke(@{setting='netNetqueueEnabled'; value='TRUE'})",
    ),
    (
        "$p = @{ HostModule = 'igb'; Options = 'IntMode=2 2' } # so\nSet-VMHostModule @p\n",
        "$p = @{ HostModule = 'igb'; Options = 'IntMode=2,2' } # so\nSet-VMHostModule @p\n",
    ),
    (
        'Get-AdvancedSetting -Name "VMkernel.Boot.netnetqueueenabled" | Set-AdvancedSetting -Value "yes"',
        'Get-AdvancedSetting -Name "VMkernel.Boot.netNetqueueEnabled" | Set-AdvancedSetting -Value "TRUE"',
    ),
]


@pytest.mark.parametrize(("before", "after"), FIXES)
def test_a_fix_changes_the_value_and_nothing_else(before: str, after: str | None) -> None:
    fixed = netqlint.fix(before, name="x.ps1", assume={"esx": "5.0"}, ports={"igb": 2}, unsafe=True)
    assert fixed.text == (before.replace("2, 2", "2,2") if after is None else after)


# --- which text is which, comments, secrets


@pytest.mark.parametrize("name", ["setup.ps1", "a/Setup.PS1", "Hosts.psm1", "setup.ps1.j2"])
def test_a_name_tells_powershell(name: str) -> None:
    assert named(name) == "powershell"


def test_a_beginning_tells_powershell() -> None:
    for text in ("Connect-VIServer vc\n", "$esxcli.system.module.list.Invoke()\n"):
        assert surface_of(Source("<stdin>", text), PACK.patterns) == "powershell"


def test_a_folder_is_searched_for_scripts_of_powercli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.ps1").write_text("get-vmhostmodule igb | SET-VMHOSTMODULE -Options ''\n", encoding="utf-8")
    (tmp_path / "b.ps1").write_text("Get-ChildItem\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--show-files"]) == 0
    assert capsys.readouterr().out.split() == ["a.ps1"]


CALL = "Set-VMHostModule igb -Options 'IntMode=3 3'"
SPARED = [
    f"# netqlint: ignore[NQ101] so it came\n{CALL}\n",
    f"{CALL} # netqlint: ignore[NQ101] so it came\n",
    f"<# netqlint: ignore[NQ101] so it came #>\r\n{CALL}\r\n",
    f"{CALL} <# netqlint: ignore[NQ101] so it came #>\n",
    "# netqlint: ignore[NQ101] so it came\nSet-VMHostModule igb `\n  -Options 'IntMode=3 3'\n",
    f"if ($a) {{\n\t# netqlint: ignore[NQ101] so it came\n\t{CALL}\n}}\n",
]


@pytest.mark.parametrize("text", SPARED)
def test_comments_spare_findings(text: str) -> None:
    report = netqlint.check(text, name="x.ps1")
    assert [one.code for one in report.findings if one.severity != "info"] == []
    assert [one.finding.code for one in report.suppressed] == ["NQ101"]
    assert {one.finding.reason if hasattr(one.finding, "reason") else "" for one in report.suppressed} == {""}


def test_comments_are_written_above_the_whole_command(tmp_path: Path) -> None:
    path = tmp_path / "x.ps1"
    path.write_text("if ($a) {\n  Set-VMHostModule igb `\n    -Options 'IntMode=3 3'\n}\n", encoding="utf-8")
    assert main(["check", "--quiet", "--add-ignore", "so it came", str(path)]) == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1:3] == ["  # netqlint: ignore[NQ101] so it came", "  Set-VMHostModule igb `"]


@pytest.mark.parametrize(
    "line",
    [
        "Connect-VIServer vc -User root -Password '{}'; ",
        '$password = "{}"; ',
        "$env:VI_PASSWORD = '{}'; ",
        'ConvertTo-SecureString "{}" -AsPlainText -Force; ',
    ],
)
def test_secrets_are_told_to_nobody(line: str) -> None:
    from netqlint.reporters import DOCUMENTS, render

    report = netqlint.check(line.format("S3cretX9") + CALL, name="x.ps1")
    assert report.findings
    for format in ("text", *DOCUMENTS):
        assert "S3cretX9" not in render(report, format)


def test_a_parser_that_is_not_there_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "setup.ps1").write_text("Set-VMHostModule igb -Options 'VMDQ=8'\n", encoding="utf-8")
    monkeypatch.setattr(parser, "_parsers", {})
    monkeypatch.delitem(sys.modules, "tree_sitter_powershell._binding", raising=False)
    monkeypatch.setitem(sys.modules, "tree_sitter_powershell", None)
    find = PathFinder.find_spec
    monkeypatch.setattr(
        PathFinder, "find_spec", lambda name, *more: None if "tree_sitter_powershell" in name else find(name, *more)
    )
    assert main(["check", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("netqlint: tree-sitter-powershell cannot be loaded (")
