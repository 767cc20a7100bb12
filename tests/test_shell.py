"""Scripts: what a person reads in their lines, what is the same as in an esx.conf, what nobody can break."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import netqlint
from netqlint.cli import main
from netqlint.compile.commands import compile_commands
from netqlint.errors import NetqlintError
from netqlint.finding import Edit, Finding, Fix, Label, Report
from netqlint.masks import safe
from netqlint.model import Host, Module, Setting
from netqlint.pack import load
from netqlint.reporters import DOCUMENTS, render
from netqlint.surfaces import named, read, surface_of
from netqlint.text import Source

PACK = load()
LINES = Path(__file__).parent / "command_lines.tsv"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "command-lines.tsv"
ROWS = [
    (line.replace("⏎", "\n").replace("⇥", "\t"), read_in_it)
    for line, tab, read_in_it in (row.rpartition("\t") for row in LINES.read_text(encoding="utf-8").splitlines())
    if tab
]


def host_of(text: str, surface: str = "shell") -> Host:
    return read(Source("text", text), PACK, None, surface)


# --- what a person reads


def told(host: Host) -> list[str]:
    """What a host is told, in the words of the table."""
    rows = [(module.anchor.start, row) for module in host.modules for row in module_told(module, host)]
    rows += [(setting.name.start, f"kernel {assigned(setting)}") for setting in host.settings]
    rows += [(setting.name.start, f"advanced {setting.group}.{assigned(setting)}") for setting in host.advanced]
    for kind, nics in (("vswitch", host.vswitches), ("vmknic", host.vmknics)):
        for nic in nics:
            name, mtu = nic.field("name"), nic.field("mtu")
            assert mtu
            what = name.text if name else "?"
            rows.append((nic.child.start, f"{kind} {what}={mtu.text if mtu.text.isdecimal() else '?'}"))
    return [row for _, row in sorted(rows)]


def module_told(module: Module, host: Host) -> list[str]:
    kind = next((c.writes for c in host.commands if c.what == module.name and c.writes == "load"), "module")
    rows = []
    for options in module.options:
        words = [
            f"{one.name.text}={','.join(v.text for v in one.values) if one.plain else '?'}"
            for one in options.parameters
        ]
        rows.append(" ".join([kind, module.name, *words, *(["?"] if options.open else [])]))
    for flag in module.enabled:
        on = flag.text.lower() in ("-e", "--enable", "true", "1")
        rows.append(f"{'enable' if on else 'disable'} {module.name}")
    return rows


def assigned(setting: Setting) -> str:
    return f"{setting.name.text}={setting.value.text if setting.plain else '?'}"


@pytest.mark.parametrize(("line", "expected"), ROWS)
def test_a_line_says_what_a_person_reads_in_it(line: str, expected: str) -> None:
    assert (" ; ".join(told(host_of(line))) or "-") == expected


# --- real lines, where they are at hand: nothing is read in what is no shell, and nothing breaks


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpus is not here")
def test_the_lines_of_real_scripts_are_read_or_passed_over() -> None:
    known = {line.replace("⏎", "\n") for line, _ in ROWS}
    for row in CORPUS.read_text(encoding="utf-8").splitlines()[1:]:
        kind, _, line = row.partition("\t")
        found = told(host_of(line))
        if line not in known and not kind.startswith(("esx", "vim", "vmkload")):
            assert found == [], line
        report = netqlint.check(line, name="line.sh")
        assert [one for one in report.findings if one.code.startswith(("NQ00", "NQ01"))] == []


# --- the same host, told in several ways, is judged alike


def rules_of(text: str, name: str) -> list[tuple[str, str, str]]:
    report = netqlint.check(text, name=name, assume={"esx": "5.0"}, ports={"igb": 2})
    # what is about the text itself is not about the host
    own = [one for one in report.findings if not one.code.startswith("NQ0")]
    return sorted((one.code, one.subject, one.message) for one in own)


OPTIONS = [
    "IntMode=2,2 VMDQ=8,8",
    "IntMode=0,2 VMDQ=8,8",
    "IntMode=3,3",
    "VMDQ=16,8",
    "VMDQ=8,8,8",
    "VMDQ=8",
    "VMDQ=8, 8",
    "VMDQ=8 8",
    "IntMode=2,2,VMDQ=8,8",
    "IntMod=2,2",
    "intmode=2,2",
    "IntMode=x,2",
    "RSS=4,4 VMDQ=8,8",
    "IntMode=2,,2",
    "LLIPort=80,80 IntMode=0,0",
    "",
]
SCRIPTS = {
    "setup.sh": 'esxcfg-module -s "{options}" igb\nesxcfg-advcfg -k {netqueue} netNetqueueEnabled\n',
    "ks.cfg": (
        "vmaccepteula\nrootpw x\n%firstboot --interpreter=busybox\n"
        "esxcli system module parameters set -m igb -p '{options}'\n"
        "esxcli system settings kernel set -s netNetqueueEnabled -v {netqueue}\n"
    ),
    "local.sh": (
        '#!/bin/sh\nssh h <<EOF\nesxcli system module parameters set -p="{options}" -m=igb\n'
        "vim-cmd hostsvc/advopt/update VMkernel.Boot.netNetqueueEnabled string {netqueue}\nEOF\n"
    ),
}
HOST = '/vmkernel/module/igb/options = "{options}"\n/vmkernel/netNetqueueEnabled = "{netqueue}"\n'


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("netqueue", ["TRUE", "FALSE", "yes", "x"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_host_is_judged_alike_however_it_is_told(name: str, netqueue: str, options: str) -> None:
    said = {"options": options, "netqueue": netqueue}
    assert rules_of(SCRIPTS[name].format(**said), name) == rules_of(HOST.format(**said), "esx.conf")


# --- what is not known accuses nobody

UNKNOWN = [
    'esxcfg-module -s "IntMode=2,2 VMDQ=$queues" igb',
    'esxcfg-module -s "$options" igb',
    'esxcfg-module -s "IntMode=0,0 $more" igb',
    'esxcfg-module -s "VMDQ={{ queues }}" igb',
    'esxcfg-module -s "VMDQ=${a},${b},${c}" igb',
    "esxcfg-module -s $options igb",
    "esxcli system module parameters set $args",
    "esxcli system module parameters set -m igb -p $(options)",
    "esxcfg-module $force -s IntMode=2,2 igb",
    "esxcfg-module -s IntMode=2,2 $force igb",
    "esxcli $server system module parameters set -m igb -p VMDQ=8,8",
    'esxcli system settings kernel set -s netNetqueueEnabled -v "$value"',
    'esxcfg-advcfg -k "$value" netPktHeapMaxSize',
    "esxcfg-vswitch -m $MTU vSwitch0",
    "esxcli network vswitch standard set -v vSwitch0 -m {{ mtu }}",
]


@pytest.mark.parametrize("line", UNKNOWN)
def test_what_nobody_knows_accuses_nobody(line: str) -> None:
    report = netqlint.check(line, name="x.sh", assume={"esx": "5.0"}, ports={"igb": 2})
    assert [one for one in report.findings if one.severity != "info"] == []


def test_the_rest_of_an_option_string_is_judged_all_the_same() -> None:
    line = 'esxcfg-module -s "IntMode=$mode VMDQ=8,99" igb'
    report = netqlint.check(line, name="x.sh", assume={"esx": "5.0"}, ports={"igb": 2})
    assert [(one.code, one.span.text) for one in report.findings if one.severity == "error"] == [("NQ206", "99")]


WRAPPED = [
    ("trap 'esxcfg-module -s VMDQ=8 igb' EXIT", "module igb VMDQ=8"),
    ("trap -- \"esxcfg-module -s 'VMDQ=8 IntMode=2' igb\" 0 INT", "module igb VMDQ=8 IntMode=2"),
    ('trap "esxcfg-module -s VMDQ=$n igb" EXIT', "module igb VMDQ=?"),
    ("trap -l 'esxcfg-module -s VMDQ=8 igb'", ""),
    ("trap 'esxcfg-module -s VMDQ=8 igb'", ""),
    ("trap esxcfg-boot EXIT", ""),
    ("find . -type f -exec esxcfg-module -s 'VMDQ=8 IntMode=2' igb \\;", "module igb VMDQ=8 IntMode=2"),
    ("find . -exec ls {} + -execdir esxcfg-module -s VMDQ=8 igb ';' -print", "module igb VMDQ=8"),
    ("find . -exec esxcfg-module -s VMDQ={} igb \\;", "module igb VMDQ=?"),
    ("find . -exec esxcfg-module -s VMDQ=8 {} \\;", ""),
    ("find . -exec sh -c 'esxcfg-module -s VMDQ=8 igb' \\;", "module igb VMDQ=8"),
    ("find . -name esxcfg-module -exec ls {} \\;", ""),
    ("find . -exec esxcfg-module -s VMDQ=8 igb", ""),
    ("xargs -I{} esxcfg-module -s VMDQ={} igb < list", "module igb VMDQ=?"),
    ("xargs -I % sh -c 'esxcfg-module -s VMDQ=8 %' < list", ""),
    ("xargs -n 1 esxcfg-module -s VMDQ=8 < list", ""),
    ("xargs --replace=H ssh H 'esxcfg-module -s VMDQ=8 igb'", "module igb VMDQ=8"),
    ("xargs -a esxcfg-module ls", ""),
    ("eval 'esxcfg-module -s \"VMDQ=8 IntMode=2\" igb'", "module igb VMDQ=8 IntMode=2"),
    ('eval "esxcfg-module -s VMDQ=$n igb"', "module igb VMDQ=?"),
    ("bash -o pipefail -c 'esxcfg-module -s VMDQ=8 igb'", "module igb VMDQ=8"),
    ("busybox sh -c 'esxcfg-module -s VMDQ=8 igb'", "module igb VMDQ=8"),
    ("su - root -c 'esxcfg-module -s VMDQ=8 igb'", "module igb VMDQ=8"),
    ("sh run.sh -c 'esxcfg-module -s VMDQ=8 igb'", ""),
    ("bash <<EOF\nesxcfg-module -s VMDQ=$n igb\nEOF", "module igb VMDQ=?"),
    ("bash -s a b <<'EOF'\nesxcfg-module -s VMDQ=8 igb\nEOF", "module igb VMDQ=8"),
    ("sudo sh -e - <<EOF\nesxcfg-module -s VMDQ=8 igb\nEOF", "module igb VMDQ=8"),
    ("su root <<EOF\nesxcfg-module -s VMDQ=8 igb\nEOF", "module igb VMDQ=8"),
    ("bash run.sh <<EOF\nesxcfg-module -s VMDQ=8 igb\nEOF", ""),
    ("bash -c 'cat > f' <<EOF\nesxcfg-module -s VMDQ=8 igb\nEOF", ""),
]


@pytest.mark.parametrize(("line", "expected"), WRAPPED)
def test_what_others_run_is_read_where_it_is_sure(line: str, expected: str) -> None:
    host = host_of(line)
    assert "; ".join(told(host)) == expected
    assert not [fault for command in host.commands for fault in command.faults]


@pytest.mark.parametrize(
    "later",
    ["trap '{}' EXIT", "find . -exec {} \\;", "xargs -I% {} < list", "xargs sh -c '{}'"],
)
def test_what_may_not_be_run_undoes_nothing(later: str) -> None:
    first = "esxcfg-module -s VMDQ=8 igb\n"
    assert [one.later for one in host_of(first + later.format(first.strip())).commands] == [None, None]
    assert [one.later for one in host_of(later.format(first.strip()) + "\n" + first).commands] == [None, None]


# --- fixes

FIXES = [
    ('esxcfg-module -s "IntMode=2 2" igb', 'esxcfg-module -s "IntMode=2,2" igb'),
    ("esxcfg-module -s 'IntMode=2, 2' igb\r\n", "esxcfg-module -s 'IntMode=2,2' igb\r\n"),
    ("  esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb", '  esxcfg-module -s "IntMode=2,2 VMDQ=8,8" igb'),
    (
        'ssh h "esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb"',
        "ssh h \"esxcfg-module -s 'IntMode=2,2 VMDQ=8,8' igb\"",
    ),
    ('ssh h "esxcfg-module -s \\"IntMode=2 2\\" igb"', 'ssh h "esxcfg-module -s \\"IntMode=2,2\\" igb"'),
    ("esxcfg-module -s IntMode=2\\ 2 igb", "esxcfg-module -s IntMode=2,2 igb"),
    ('esxcfg-module \\\n  -s "IntMode=2, \\\n2" igb', 'esxcfg-module \\\n  -s "IntMode=2,\\\n2" igb'),
    (
        "esxcli system module parameters set -m igb -p=IntMode=2,2,VMDQ=8,8",
        'esxcli system module parameters set -m igb -p="IntMode=2,2 VMDQ=8,8"',
    ),
    (
        "esxcli system settings kernel set -s netnetqueueenabled -v yes",
        "esxcli system settings kernel set -s netNetqueueEnabled -v TRUE",
    ),
    ("esxcfg-advcfg -k netNetqueueEnabled TRUE # on", "esxcfg-advcfg -k TRUE netNetqueueEnabled # on"),
    ("esxcfg-module -s IntMode=2,2 VMDQ=8,8 igb", 'esxcfg-module -s "IntMode=2,2 VMDQ=8,8" igb'),
    (
        "cat > f <<EOF\nesxcfg-module -s 'IntMode=2 2' igb\nEOF\n",
        "cat > f <<EOF\nesxcfg-module -s 'IntMode=2,2' igb\nEOF\n",
    ),
    ('esxcfg-module -s "IntMode=2 2 VMDQ=$x" igb', 'esxcfg-module -s "IntMode=2,2 VMDQ=$x" igb'),
    (
        'ssh h esxcfg-module -s "IntMode=2,2 VMDQ=8,8" igb',
        "ssh h esxcfg-module -s \"'IntMode=2,2 VMDQ=8,8'\" igb",
    ),
    (
        'ssh h "\n  esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb\n"\n',
        "ssh h \"\n  esxcfg-module -s 'IntMode=2,2 VMDQ=8,8' igb\n\"\n",
    ),
    (
        "ssh h '\n  esxcfg-module -s IntMode=2,2 VMDQ=8,8 igb\n'\n",
        "ssh h '\n  esxcfg-module -s \"IntMode=2,2 VMDQ=8,8\" igb\n'\n",
    ),
    # no quotes are left
    (
        "sh -c \"ssh h 'esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb'\"",
        "sh -c \"ssh h 'esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb'\"",
    ),
    ("esxcfg-module -s IntMode=“2,2” igb", "esxcfg-module -s IntMode=2,2 igb"),
    (
        "trap 'esxcfg-module -s IntMode=2,2 VMDQ=8,8 igb' EXIT",
        "trap 'esxcfg-module -s \"IntMode=2,2 VMDQ=8,8\" igb' EXIT",
    ),
    ("trap \"esxcfg-module -s 'IntMode=2 2' igb\" EXIT", "trap \"esxcfg-module -s 'IntMode=2,2' igb\" EXIT"),
    (
        "find . -exec esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb \\;",
        'find . -exec esxcfg-module -s "IntMode=2,2 VMDQ=8,8" igb \\;',
    ),
    (
        "find . -exec sh -c 'esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb' \\;",
        "find . -exec sh -c 'esxcfg-module -s \"IntMode=2,2 VMDQ=8,8\" igb' \\;",
    ),
    (
        "xargs -I{} ssh {} \"esxcfg-module -s 'IntMode=2 2' igb\" < hosts",
        "xargs -I{} ssh {} \"esxcfg-module -s 'IntMode=2,2' igb\" < hosts",
    ),
    ("eval 'esxcfg-module -s \"IntMode=2 2\" igb'", "eval 'esxcfg-module -s \"IntMode=2,2\" igb'"),
]


@pytest.mark.parametrize(("before", "after"), FIXES)
def test_a_fix_changes_the_option_string_and_nothing_else(before: str, after: str) -> None:
    fixed = netqlint.fix(before, name="x.sh", assume={"esx": "5.0"}, ports={"igb": 2})
    assert fixed.text == after


# --- which text is which

NAMES = [
    ("setup.sh", "shell"),
    ("a/b/local.sh", "shell"),
    ("rc.local", "shell"),
    ("etc/rc.local.j2", "shell"),
    ("setup.sh.erb", "shell"),
    ("setup.sh.tmpl", "shell"),
    ("KS.CFG", "kickstart"),
    ("esx07-ks.cfg", "kickstart"),
    ("esx.ks", "kickstart"),
    ("ks.cfg.j2", "kickstart"),
    ("boot.cfg", "bootcfg"),
    ("pxe/boot.cfg.erb", "bootcfg"),
    ("esx.conf", "esxconf"),
    ("host7.esx.conf", "esxconf"),
    ("c:\\tftp\\ks.cfg", "kickstart"),
    ("books.cfg", ""),
    ("notes.txt", ""),
    (".sh", ""),
    ("esx.conf.bak", ""),
]


@pytest.mark.parametrize(("name", "surface"), NAMES)
def test_a_name_tells_how_a_text_is_written(name: str, surface: str) -> None:
    assert named(name) == surface


BEGINNINGS = [
    ("#!/bin/sh\n", "shell"),
    ("#!/usr/bin/env bash\n", "shell"),
    ("#!/usr/bin/python\n", "esxconf"),
    ('/vmkernel/netNetqueueEnabled = "TRUE"\n', "esxconf"),
    ("vmaccepteula\nrootpw x\n", "kickstart"),
    ("install\n%firstboot --interpreter=busybox\n", "kickstart"),
    ("bootstate=0\ntitle=x\nkernelopt=a=b\n", "bootcfg"),
    ("# set up\nesxcli system module list\n", "shell"),
    ("", "esxconf"),
    ("IntMode=3,3", "esxconf"),
]


@pytest.mark.parametrize(("text", "surface"), BEGINNINGS)
def test_where_the_name_tells_nothing_the_beginning_does(text: str, surface: str) -> None:
    assert surface_of(Source("<stdin>", text), PACK.patterns) == surface


# --- boot.cfg


def test_a_boot_cfg_has_kernel_settings() -> None:
    text = (
        "bootstate=0\r\nkernel=b.b00\r\n"
        "kernelopt=runweasel ks=http://h/ks.cfg netNetqueueEnabled=False iovDisableIR={{ x }}\r\n"
    )
    host = host_of(text, "bootcfg")
    assert [assigned(setting) for setting in host.settings] == [
        "ks=http://h/ks.cfg",
        "netNetqueueEnabled=False",
        "iovDisableIR=?",
    ]


def test_a_boot_cfg_is_mended_in_place() -> None:
    text = "kernelopt=ks=x netNetqueueEnabled=0\r\nmodules=a --- b\r\n"
    assert netqlint.fix(text, name="boot.cfg").text == text.replace("=0\r", "=FALSE\r")


# --- which files of a folder

HELD = 'esxcfg-module -s "IntMode=3 3" igb\n'


def folder_of(tmp_path: Path) -> Path:
    texts = {
        "setup.sh": HELD,
        "other.sh": "echo hello\n",
        "pxe/ks.cfg": f"vmaccepteula\n%firstboot\n{HELD}",
        "pxe/other-ks.cfg": "install\n",
        "pxe/boot.cfg": "kernelopt=netNetqueueEnabled=TRUE\n",
        "old/boot.cfg": "bootstate=0\n",
        "roles/local.sh.j2": HELD,
        "notes.txt": HELD,
        "esx.conf": '/system/uuid = "1"\n',
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_is_searched_for_scripts_that_say_something_of_a_host(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder_of(tmp_path))
    assert main(["check", "--show-files"]) == 0
    assert capsys.readouterr().out.split() == [
        "esx.conf",
        "pxe/boot.cfg",
        "pxe/ks.cfg",
        "roles/local.sh.j2",
        "setup.sh",
    ]


def test_a_file_that_is_named_is_read_whatever_it_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder_of(tmp_path))
    assert main(["check", "--format", "concise", "other.sh"]) == 0
    assert "1 file checked" in capsys.readouterr().out


@pytest.mark.parametrize(("kind", "codes"), [("shell", ["NQ025", "NQ101"]), ("esxconf", ["NQ009"]), ("bootcfg", [])])
def test_the_call_may_say_how_a_text_is_written(
    kind: str, codes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(HELD, encoding="utf-8")
    main(["check", "--format", "json", "--surface", kind, str(path)])
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["findings"]] == codes


def test_a_folder_of_scripts_about_something_else_holds_nothing_to_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.sh").write_text("echo hello\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 2
    assert "no script that sets up a host" in capsys.readouterr().err


# --- comments

SPARED = [
    "# netqlint: ignore[NQ101] so it came\nesxcfg-module -s 'IntMode=3 3' igb\n",
    "esxcfg-module -s 'IntMode=3 3' igb # netqlint: ignore[NQ101] so it came\n",
    "esxcfg-module -s 'IntMode=3 3' igb; # netqlint: ignore[NQ101] so it came\n",
    "# netqlint: ignore[NQ101] so it came\nesxcfg-module \\\n  -s 'IntMode=3 3' \\\n  igb\n",
    "if a; then\n\t# netqlint: ignore[NQ101] so it came\n\tesxcfg-module -s 'IntMode=3 3' igb\nfi\n",
    "# netqlint: ignore-file[NQ101] so it came\nssh h <<EOF\nesxcfg-module -s 'IntMode=3 3' igb\nEOF\n",
    "# netqlint: ignore-start[NQ101] so it came\nesxcfg-module -s 'IntMode=3 3' igb\n# netqlint: ignore-end[NQ101]\n",
    "%firstboot --interpreter=busybox\n# netqlint: ignore[NQ101] so it came\nesxcfg-module -s 'IntMode=3 3' igb\n",
]


@pytest.mark.parametrize("text", SPARED)
def test_comments_of_scripts_spare_findings(text: str) -> None:
    report = netqlint.check(text, name="ks.cfg" if "%" in text else "x.sh")
    assert [one.code for one in report.findings if one.severity != "info"] == []
    assert [one.finding.code for one in report.suppressed] == ["NQ101"]


def test_comments_are_written_above_the_whole_command(tmp_path: Path) -> None:
    path = tmp_path / "x.sh"
    path.write_text("if a; then\n  esxcfg-module \\\n    -s 'IntMode=3 3' igb\nfi\n", encoding="utf-8")
    assert main(["check", "--quiet", "--add-ignore", "so it came", str(path)]) == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1:3] == ["  # netqlint: ignore[NQ025,NQ101] so it came", "  esxcfg-module \\"]


# --- secrets

SECRETS = [
    "vicfg-module --server h --password {} -s 'IntMode=3 3' igb",
    "vicfg-module --server h --password='{}' -s 'IntMode=3 3' igb",
    "esxcli -s vc -u root -p {} system module parameters set -m igb -p 'IntMode=3 3'",
    'esxcli --server=vc -p "{}" system module parameters set -m igb -p "IntMode=3 3"',
    "esxcli -p={} system module parameters set -m igb -p 'IntMode=3 3'",
    "VI_PASSWORD={} vicfg-module -s 'IntMode=3 3' igb",
    "sshpass -p {} ssh h \"esxcfg-module -s 'IntMode=3 3' igb\"",
    "curl -u root:{} https://h/; esxcfg-module -s 'IntMode=3 3' igb",
    "wget https://root:{}@h/x; esxcfg-module -s 'IntMode=3 3' igb",
    "TOKEN={}; esxcfg-module -s 'IntMode=3 3' igb",
    "echo root:{} | chpasswd; esxcfg-module -s 'IntMode=3 3' igb",
    "PASSPHRASE={}; esxcfg-module -s 'IntMode=3 3' igb",
    "PassWord={}; esxcfg-module -s 'IntMode=3 3' igb",
    "rootpw {}\nesxcfg-module -s 'IntMode=3 3' igb",
    "rootpw --iscrypted {}\nesxcfg-module -s 'IntMode=3 3' igb",
]


@pytest.mark.parametrize("line", SECRETS)
@pytest.mark.parametrize("format", ["text", *DOCUMENTS])
def test_secrets_are_told_to_nobody(line: str, format: str) -> None:
    report = netqlint.check(line.format("S3cretX9"), name="x.sh")
    assert report.findings
    told = render(report, format)
    assert "S3cretX9" not in told
    other = render(netqlint.check(line.format("0therPw8"), name="x.sh"), format)
    assert told == other


@pytest.mark.parametrize("line", SECRETS)
def test_secrets_are_in_no_patch_and_stay_in_the_file(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.sh").write_text(line.format("S3cretX9") + "\n", encoding="utf-8")
    main(["fix", "--diff", "--unsafe", "x.sh"])
    out, err = capsys.readouterr()
    assert "+" in out
    assert "S3cretX9" not in out + err
    main(["fix", "--unsafe", "x.sh"])
    assert "S3cretX9" in Path("x.sh").read_text(encoding="utf-8")
    assert "S3cretX9" not in "".join(capsys.readouterr())


def test_words_of_ours_are_no_secret() -> None:
    line = "esxcli system module parameters set -m igb -p IntMode=2 --password S3cretX9\n"
    told = render(netqlint.check(line, name="x.sh", assume={"esx": "5.1"}), "concise")
    assert "takes --password in front of the namespace only" in told
    assert "S3cretX9" not in told


def test_a_secret_that_words_of_ours_quote_is_masked_in_them() -> None:
    source = Source("x.sh", "esxcli --password S3cretX9 system module list\n")
    place = source.span(0, 6)
    fix = Fix("move S3cretX9", "safe", (Edit(place, "vicfg --password S3cretX9"),))
    words = "takes --password in front, not S3cretX9"
    found = Finding("NQ1", "n", "error", words, place, "s", "w", (Label(place, "S3cretX9"),), fix)
    (told,) = safe(Report((found,), ("x.sh",))).findings
    assert told.fix is not None
    assert told.message == "takes --password in front, not ********"
    assert (told.related[0].text, told.fix.title) == ("********", "move ********")
    assert told.fix.edits[0].text == "vicfg --password ********"
    assert told.span.source.text == source.text.replace("S3cretX9", "********")


PLAIN = [
    "esxcli system module parameters set -m igb -p 'IntMode=3 3'",
    "esxcli -p $PASSWORD system module parameters set -m igb -p 'IntMode=3 3'",
    "vicfg-module --password {{ password }} -s 'IntMode=3 3' igb",
    'vicfg-module --password "$pw" -s "IntMode=3 3" igb',
]


@pytest.mark.parametrize("line", PLAIN)
def test_what_is_no_secret_is_shown(line: str) -> None:
    assert line.replace("'", '"') in render(netqlint.check(line, name="x.sh"), "json").replace("'", '"').replace(
        "\\", ""
    )


# --- the table of commands

SLIPS = [
    ("{with: -s, does: options, needs: [module]}", "{with: -y, does: options, needs: [module]}", "with: -y is no flag"),
    ("{with: -s, does: options, needs: [module]}", "{with: -s, does: options, needs: [mtu]}", "nothing is called mtu"),
    ("alone: [-s, -g, -e, -d, -q, -u, -l, -i]", "alone: [-y]", "alone: -y is no flag"),
    ("does: options, needs: [module]", "does: optoins, needs: [module]", "does"),
]


@pytest.mark.parametrize(("text", "slip", "said"), SLIPS)
def test_a_slip_in_the_table_is_told(text: str, slip: str, said: str, tmp_path: Path) -> None:
    table = (Path(__file__).parents[1] / "rules" / "catalog" / "commands.yaml").read_text(encoding="utf-8")
    assert text in table
    path = tmp_path / "commands.yaml"
    path.write_text(table.replace(text, slip, 1), encoding="utf-8")
    with pytest.raises(NetqlintError, match=said):
        compile_commands(path)


def test_a_command_shows_the_release() -> None:
    report = netqlint.check("esxcli system module parameters set -m igb -p VMDQ=8\n", name="x.sh")
    told = next(fact for fact in report.facts if fact.name == "esx")
    assert (told.value, told.basis, told.how) == ("5.0", "shown", "esxcli system module parameters set is there")
