"""`netqlint fix --as`: commands for hosts that are told and not written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from texts import PACK, Case, esxconf_cases

from netqlint.cli import main
from netqlint.facts import Assumed
from netqlint.fixer import fix
from netqlint.model import Host, Nic
from netqlint.remedy import remedy
from netqlint.run import check_source, understand
from netqlint.tasks import Task, Terms
from netqlint.text import Source
from netqlint.world import mtu, truth

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def outcome(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return outcome


# an esx.conf, what is known of its host, the form, and what is told beside the reasons
REMEDIES: list[tuple[str, list[str], str, list[str]]] = [
    ('/vmkernel/module/igb/options = "IntMode=2 2"\n', ["esx=5.1"], "esxcli",
     ['esxcli system module parameters set -m igb -p "IntMode=2,2"']),
    ('/vmkernel/module/igb/options = "IntMode=3 3"\n', ["esx=4.0"], "esxcfg",
     ['esxcfg-module -s "IntMode=3,3" igb', "esxcfg-boot -b"]),
    ('/vmkernel/netnetqueueenabled = "TRUE"\n', ["esx=5.1"], "esxcli",
     ["esxcli system settings kernel set -s netNetqueueEnabled -v TRUE"]),
    ('/vmkernel/netnetqueueenabled = "TRUE"\n', ["esx=4.1"], "esxcfg",
     ["esxcfg-advcfg -k TRUE netNetqueueEnabled", "esxcfg-boot -b"]),
    ('/net/vswitch/child[0000]/mtu = "9999"\n/net/vswitch/child[0000]/name = "vSwitch0"\n', ["esx=6.7"], "esxcli",
     ["esxcli network vswitch standard set -v vSwitch0 -m 9000"]),
    ('/net/vmkernelnic/child[0000]/mtu = "9999"\n/net/vmkernelnic/child[0000]/name = "vmk1"\n'
     '/net/vmkernelnic/child[0000]/portgroup = "fast storage"\n', ["esx=4.1"], "esxcfg",
     ["esxcfg-vmknic -m 9000 'fast storage'", "esxcfg-boot -b"]),
    # a line of its text is broken, and the host knows nothing of that
    ('/firewall/a = "b\n', ["esx=6.7"], "esxcli", []),
    ('/vmkernel/module/igb/options = "IntMode=2 2"\n', ["esx=4.0"], "esxcli", []),
    ('/vmkernel/module/igb/options = "IntMode=2,2"\n', ["esx=6.0"], "esxcli", []),
    # nobody knows which of the two counts
    ('/vmkernel/netNetqueueEnabled = "TRUE"\n/vmkernel/disableMSI = "TRUE"\n/vmkernel/netNetqueueEnabled = "FALSE"\n',
     ["esx=6.7"], "esxcli", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts", "form", "commands"), REMEDIES)
def test_a_host_is_told_what_puts_it_right(
    text: str, facts: list[str], form: str, commands: list[str], run: Run, tmp_path: Path
) -> None:
    host = tmp_path / "esx.conf"
    host.write_text(text, encoding="utf-8")
    assumed = [word for fact in facts for word in ("--assume", fact)]
    code, out, _ = run("fix", "--unsafe", "--as", form, *assumed, "esx.conf")
    assert [row for row in out.splitlines() if not row.startswith("#")] == commands
    assert code == 1 or not out
    assert host.read_text(encoding="utf-8") == text


def test_what_has_no_name_is_told_without_a_command(run: Run, tmp_path: Path) -> None:
    text = '/net/vswitch/child[0000]/mtu = "9999"\n/net/vmkernelnic/child[0001]/mtu = "9999"\n'
    (tmp_path / "esx.conf").write_text(text, encoding="utf-8")
    for form in ("esxcli", "esxcfg"):
        rows = run("fix", "--unsafe", "--as", form, "--assume", "esx=6.7", "esx.conf")[1].splitlines()
        assert [row for row in rows if "MTU 9000:" in row] == [
            "# a virtual switch is to have the MTU 9000: what its name is the text does not tell",
            "# a vmkernel NIC is to have the MTU 9000: what its name is the text does not tell",
        ]
        assert all(row.startswith("#") for row in rows)


def test_what_a_release_has_no_command_for_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "esx.conf").write_text('/vmkernel/module/igb/options = "IntMode=2 2"\n', encoding="utf-8")
    _, out, _ = run("fix", "--as", "esxcli", "--assume", "esx=4.0", "esx.conf")
    assert out.splitlines()[-1] == "# ESX 4.0 has no esxcli for this: say --as esxcfg"


def test_a_text_and_commands_cannot_be_shown_at_once(run: Run) -> None:
    assert run("fix", "--as", "esxcli", "--diff")[0] == 2


def test_the_report_is_on_stderr(run: Run, tmp_path: Path) -> None:
    (tmp_path / "esx.conf").write_text('/vmkernel/module/igb/options = "IntMode=2 2,9"\n', encoding="utf-8")
    _, out, _ = run(
        "fix", "--as", "esxcli", "--assume", "esx=5.1", "--format", "json", "--output", "r.json", "esx.conf"
    )
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["checked"] == ["esx.conf"]
    assert all(row.startswith(("#", "esxcli ")) for row in out.splitlines())


@given(esxconf_cases())
@example(Case('/vmkernel/disableMSI = "0"\n/vmkernel/useNUMAInfo = "yes"\n/vmkernel/disableMSI = "TRUE"\n'))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_commands_say_what_mending_says(case: Case) -> None:
    assumed = Assumed({**case.assumed.facts, "esx": "6.0"}, case.assumed.ports)
    terms = Terms(assumed, PACK, lambda rule: True, "warning", "")
    source = Source("esx.conf", case.text)
    task = Task(None, source.name, terms, source)
    fixed = fix(source, lambda text: check_source(text, assumed, pack=PACK), ("safe", "unsafe"))
    mended, before = (
        understand(Source("esx.conf", text), assumed, None, PACK).host for text in (fixed.text, source.text)
    )
    script = remedy(task, source, fixed, "esxcli")
    told = (
        understand(Source("setup.sh", script), assumed, None, PACK, "shell").host if script else Host(source, "shell")
    )
    wanted, known = state(mended), state(before)
    changed = {
        what: value
        for what, value in wanted.items()
        if known.get(what) != value and all(map(str.isprintable, (*what, str(value))))
    }
    # a switch whose name was broken has one now, and is told nothing for that
    named = {what for what in (*state(told), *changed) if what[0] in ("options", "enabled", "setting")}
    named |= {(kind, name.text) for kind, nics in _nics(before) for nic in nics if (name := nic.field("name"))}
    assert {what: value for what, value in state(told).items() if what in named} == {
        what: value for what, value in changed.items() if what in named
    }


def state(host: Host) -> dict[tuple[str, str], object]:
    """What a host is told, where it is told once."""
    found: dict[tuple[str, str], object] = {}
    for module in host.modules:
        texts = [options.span.text.strip() for options in module.options]
        if len(texts) == 1:
            found["options", module.name] = texts[0]
        flags = {truth(flag.text) for flag in module.enabled}
        if len(flags) == 1 and None not in flags:
            found["enabled", module.name] = flags.pop()
    names = Counter((one.group, one.name.text) for one in (*host.settings, *host.advanced))
    for one in (*host.settings, *host.advanced):
        if names[one.group, one.name.text] == 1:
            found["setting", f"{one.group}.{one.name.text}"] = one.value.text.strip()
    for kind, nics in _nics(host):
        for nic in nics:
            name = nic.field("name")
            if name and nic.field("mtu"):
                found[kind, name.text] = mtu(nic)
    return found


def _nics(host: Host) -> tuple[tuple[str, tuple[Nic, ...]], ...]:
    return (("vswitch", host.vswitches), ("vmknic", host.vmknics))
