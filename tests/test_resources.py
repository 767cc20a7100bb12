"""Terraform and Puppet: what a person reads in them, what is the same as in an esx.conf, what nobody can break."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import strategies as st
from test_shell import HOST, OPTIONS, host_of, rules_of, told
from texts import marred, option_strings

import netqlint
from netqlint.cli import main
from netqlint.masks import masked
from netqlint.surfaces import named


def switch(mtu: str, name: str = '"vSwitch1"', label: str = "a") -> str:
    return f'resource "vsphere_host_virtual_switch" "{label}" {{\n  name = {name}\n  mtu  = {mtu}\n}}\n'


def ran(*commands: str) -> str:
    """A provisioner that runs these strings, quotes and all."""
    lines = "".join(f"      {command},\n" for command in commands)
    return f'resource "null_resource" "a" {{\n  provisioner "remote-exec" {{\n    inline = [\n{lines}    ]\n  }}\n}}\n'


SET = "esxcfg-module -s '{}' igb"
TERRAFORM = [
    (switch("9000"), "vswitch vSwitch1=9000"),
    (switch('"9000"'), "vswitch vSwitch1=9000"),
    (switch("var.mtu"), "vswitch vSwitch1=?"),
    (switch("9000 # so"), "vswitch vSwitch1=9000"),
    (switch('"${var.mtu}"'), "vswitch vSwitch1=?"),
    (switch("9000", "var.name"), "vswitch a=9000"),
    (switch("9000", '"x-${each.key}"'), "vswitch a=9000"),
    (switch("9000") + switch("1500", label="b"), "vswitch vSwitch1=9000 ; vswitch vSwitch1=1500"),
    (switch("9000").replace('"vsphere_host_virtual_switch"', "vsphere_host_virtual_switch"), "vswitch vSwitch1=9000"),
    (switch("9000").replace("resource", "data"), "-"),
    (switch("9000").replace("  mtu  = 9000\n", ""), "-"),
    (switch("9000")[:-2], "-"),
    ('resource "vsphere_distributed_virtual_switch" "a" {\n  name = "dvs"\n  max_mtu = 9000\n}\n', "vswitch dvs=9000"),
    ('resource "vsphere_vnic" "a" {\n  portgroup = x.y.name\n  mtu = 9000\n}\n', "vmknic a=9000"),
    ('resource "aws_vpn" "a" {\n  mtu = 9000\n}\n', "-"),
    (ran(f'"{SET.format("IntMode=3,3")}"'), "module igb IntMode=3,3"),
    (ran('"esxcfg-module -s \\"IntMode=3,3\\" igb"'), "module igb IntMode=3,3"),
    (ran("\"esxcfg-module -s 'VMDQ=${var.q}' igb\""), "module igb VMDQ=?"),
    (ran('"esxcfg-module -s ${var.options} igb"'), "module igb ?"),
    (ran("\"esxcfg-module -s 'A=\\u0041' igb\""), "-"),
    (ran("\"esxcfg-module -s 'A=$${x}' igb\""), "-"),
    (ran('"sleep 1"', f'"{SET.format("RSS=1")}"'), "module igb RSS=1"),
    (ran(f"<<EOT\n{SET.format('RSS=1')}\nesxcfg-advcfg -k TRUE a\nEOT\n"), "module igb RSS=1 ; kernel a=TRUE"),
    (ran("<<-EOT\n        esxcfg-module -s 'RSS=${x}' igb\n      EOT\n"), "module igb RSS=?"),
    (ran("local.commands"), "-"),
    (
        'resource "a" "b" {\n  provisioner "local-exec" {\n    command = "ssh h esxcfg-advcfg -k 1 a"\n  }\n}\n',
        "kernel a=1",
    ),
    ('resource "null_resource" "a" {\n  provisioner "file" {\n    content = "esxcfg-advcfg -k 1 a"\n  }\n}\n', "-"),
    ('# resource "vsphere_vnic" "a" {\n', "-"),
    ("a{" * 3000, "-"),
]
PUPPET = [
    ("esx_vswitch { 'h:vSwitch1': mtu => 9000 }\n", "vswitch vSwitch1=9000"),
    ('esx_vswitch { "${host}:vSwitch1":\n  ensure => present,\n  mtu => "9000",\n}\n', "vswitch vSwitch1=9000"),
    ("esx_vswitch { 'name': vswitch => 'vSwitch2', mtu => $mtu }\n", "vswitch vSwitch2=?"),
    ("esx_vswitch { $name: mtu => 9000 }\n", "vswitch $name=9000"),
    ("esx_vswitch { 'h:a': ensure => absent, mtu => 9000 }\n", "-"),
    ("esx_vswitch { 'h:a': }\n", "-"),
    ("esx_vswitch { 'any':\n  name => 'h:vSwitch5',\n  mtu => 9000,\n}\n", "vswitch vSwitch5=9000"),
    (
        "esx_vswitch { default: mtu => 9000; 'h:a': nics => []; 'h:b': mtu => 1500 }\n",
        "vswitch a=9000 ; vswitch b=1500",
    ),
    ("esx_vswitch { 'h:a': * => $more, mtu => 9000 }\n", "vswitch a=9000"),
    ("esx_vswitch { 'h:a': mtu +> 9000 }\n", "-"),
    ("esx_vmknic { 'h:vmk1': mtu => 9000; 'h:vmk2': mtu => 1500 }\n", "vmknic vmk1=9000 ; vmknic vmk2=1500"),
    ("class a { if $x { vc_dvswitch { '/dc/dvs': max_mtu => 9000 } } }\n", "vswitch dvs=9000"),
    (
        "esx_advanced_options { $h:\n  options => {\n    'VMkernel.Boot.netNetqueueEnabled' => true, # so\n"
        '    "Net.TcpipHeapMax" => 1536,\n    "Net.TcpipHeapSize" => $size,\n  },\n}\n',
        "kernel netNetqueueEnabled=true ; advanced Net.TcpipHeapMax=1536 ; advanced Net.TcpipHeapSize=?",
    ),
    ("esx_advanced_options { $h: options => $all }\n", "-"),
    ("powercli::vcenter::dvs { 'vc': dvswitch_name => 'dvs1', mtu => '9000' }\n", "vswitch dvs1=9000"),
    ("powercli::vcenter::dvs { 'vc': dvswitch_name => $name, mtu => $mtu }\n", "vswitch vc=?"),
    ("powercli::esx::vmkernel { 'h': server_data => $data, defaults => $all }\n", "-"),
    ("Esx_vswitch { mtu => 9000 }\n", "-"),
    ("notify { 'esx_vswitch': mtu => 9000 }\n", "-"),
    ("esx_vswitch { 'h:a': mtu => 9000\n", "-"),
    ("# esx_vswitch { 'h:a': mtu => 9000 }\n", "-"),
]
DEFAULTS = [
    ("esx_vswitch { 'h:a': nics => [] }\n", ["a"]),
    ("esx_vswitch { 'h:a': nics => []; 'h:b': mtu => 9000; 'h:c': path => '/x' }\n", ["a", "c"]),
    ("esx_vswitch { 'h:a': }\n", []),
    ("esx_vswitch { 'h:a': ensure => absent, path => '/x' }\n", []),
    ("esx_vswitch { 'h:a': * => $more }\n", []),
    ("esx_vswitch { default: mtu => 9000; 'h:a': nics => [] }\n", []),
    ("Esx_vswitch { mtu => 9000 }\nesx_vswitch { 'h:a': nics => [] }\n", []),
    ("esx_vswitch { 'h:a': nics => [] }\nEsx_vswitch <| |> { mtu => 9000 }\n", []),
    ("esx_vswitch { 'h:a': nics => [] }\nEsx_vswitch['h:a'] { mtu => 9000 }\n", []),
    ("esx_vswitch { 'h:a': nics => [], require => Esx_vswitch['h:b'] }\n", ["a"]),
    ("esx_vmknic { 'h:a': portgroup => 'x' }\nvc_dvswitch { '/x/y': spec => 1 }\n", []),
]


@pytest.mark.parametrize(("text", "expected"), DEFAULTS)
def test_a_type_with_a_default_writes_it(text: str, expected: list[str]) -> None:
    found = netqlint.check(text, name="a.pp").findings
    assert [one.span.text for one in found if one.code == "NQ039"] == expected


ROWS = [*[("terraform", *row) for row in TERRAFORM], *[("puppet", *row) for row in PUPPET]]


@pytest.mark.parametrize(("surface", "text", "expected"), ROWS)
def test_a_resource_says_what_a_person_reads_in_it(surface: str, text: str, expected: str) -> None:
    assert (" ; ".join(told(host_of(text, surface))) or "-") == expected


# --- the same host, told in several ways, is judged alike


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("netqueue", ["TRUE", "FALSE", "yes", "x"])
@pytest.mark.parametrize("written", ['"{}"', "<<EOT\n{}\nEOT\n"])
def test_a_host_is_judged_alike_however_it_is_told(written: str, netqueue: str, options: str) -> None:
    commands = (SET.format(options), f"esxcfg-advcfg -k {netqueue} netNetqueueEnabled")
    text = ran(*[written.format(command) for command in commands])
    said = {"options": options, "netqueue": netqueue}
    assert rules_of(text, "main.tf") == rules_of(HOST.format(**said), "esx.conf")


@pytest.mark.parametrize("netqueue", ["TRUE", "FALSE", "yes", "x"])
def test_a_setting_is_judged_alike_in_puppet(netqueue: str) -> None:
    text = f"esx_advanced_options {{ 'h': options => {{ 'VMkernel.Boot.netNetqueueEnabled' => '{netqueue}' }} }}\n"
    assert rules_of(text, "site.pp") == rules_of(f'/vmkernel/netNetqueueEnabled = "{netqueue}"\n', "esx.conf")


def test_one_resource_undoes_no_other() -> None:
    text = ran(f'"{SET.format("RSS=1")}"') + ran(f'"{SET.format("VMDQ=8")}"').replace('"a"', '"b"')
    assert "NQ020" not in [one.code for one in netqlint.check(text, name="a.tf").findings]
    text = ran(f'"{SET.format("RSS=1")}"', f'"{SET.format("VMDQ=8")}"')
    assert "NQ020" in [one.code for one in netqlint.check(text, name="a.tf").findings]


# --- fixes

KERNEL = "<<EOT\nesxcfg-advcfg -k {} netNetqueueEnabled\nEOT\n"
OPTION = "esx_advanced_options {{ 'h': options => {{ 'VMkernel.Boot.netNetqueueEnabled' => {} }} }}\n"
FIXES = [
    ("a.tf", switch("9500"), switch("9000")),
    ("a.tf", f"\ufeff{switch('9500')}", f"\ufeff{switch('9000')}"),
    ("a.tf", ran(f'"{SET.format("IntMode=2 2")}"'), ran(f'"{SET.format("IntMode=2,2")}"')),
    ("a.tf", ran('"esxcfg-module -s RSS=1,1,VMDQ=8,8 igb"'), ran('"esxcfg-module -s \'RSS=1,1 VMDQ=8,8\' igb"')),
    ("a.tf", ran(KERNEL.format("yes")), ran(KERNEL.format("TRUE"))),
    ("a.pp", "esx_vmknic { 'h:\u00e9': mtu => 9500 }\r\n", "esx_vmknic { 'h:\u00e9': mtu => 9000 }\r\n"),
    ("a.pp", OPTION.format("'yes'"), OPTION.format("'TRUE'")),
    ("a.pp", OPTION.format("1"), OPTION.format("'TRUE'")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after"), FIXES)
def test_a_fix_changes_the_value_and_nothing_else(name: str, before: str, after: str) -> None:
    assert netqlint.fix(before, name=name, assume={"esx": "5.0"}, ports={"igb": 2}, unsafe=True).text == after


# --- which files, comments, secrets


@pytest.mark.parametrize(("name", "surface"), [("main.tf", "terraform"), ("SITE.PP", "puppet"), ("a.tfvars", "")])
def test_a_name_tells_them(name: str, surface: str) -> None:
    assert named(name) == surface


def test_a_folder_is_searched_for_them_and_passes_others_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "a.tf": switch("9000"),
        "b.tf": 'resource "aws_vpn" "a" {}\n',
        "c.tf": ran(f'"{SET.format("")}"'),
        "d.tf": '# esxcli\nresource "a" "b" {}\n',
        "e.pp": OPTION.format("true"),
        "f.pp": "notify { 'a': }\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--show-files"]) == 0
    assert capsys.readouterr().out.split() == ["a.tf", "c.tf", "e.pp"]


SPARED = [
    ("a.tf", f"# netqlint: ignore[NQ802] so it came\n{switch('9500')}"),
    ("a.tf", switch("9500 # netqlint: ignore[NQ802] so it came")),
    ("a.pp", "# netqlint: ignore[NQ802] so it came\nesx_vswitch { 'h:a':\n  mtu => 9500,\n}\n"),
]


@pytest.mark.parametrize(("name", "text"), SPARED)
def test_comments_spare_findings(name: str, text: str) -> None:
    report = netqlint.check(text, name=name)
    assert report.findings == ()
    assert [one.finding.code for one in report.suppressed] == ["NQ802"]


def test_comments_are_written_above_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.tf"
    path.write_text(switch("9500"), encoding="utf-8")
    assert main(["check", "--quiet", "--add-ignore", "so it came", str(path)]) == 0
    assert "  # netqlint: ignore[NQ802] so it came\n  mtu  = 9500\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ['password = "#"', "password => '#',", '"root_password" => "#"'])
def test_passwords_are_masked(text: str) -> None:
    assert masked(text.replace("#", "Hunter2")) == text.replace("#", "*******")


# --- what the laws of `test_surface_laws` are tried on

PIECES = [
    *"\"'\\${}[]()=,:;#<>%@/ \t\n\r",
    *("\r\n", "${x}", "%{ if a }", "<<EOT\n", "EOT\n", "=> ", 'resource "vsphere_vnic" "a" {', "mtu = ", "inline = ["),
    *('provisioner "remote-exec" {', "esxcfg-module -s ", "IntMode=3,3", "igb", "esx_vswitch {", "'h:a':", "mtu => "),
    *("é", "\udcff", "\x00", "\x85", "\u2028", "\ue000", "\ufeff", "/*", "//", "$${", "\\u00"),
]  # fmt: skip
WRITTEN = ['"{}"', "<<EOT\n{}\nEOT\n", "<<-EOT\n        {}\n      EOT\n"]


@st.composite
def resources(draw: st.DrawFn, surface: str) -> str:
    """Resources as people write them, and now and then one broken somewhere."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        if surface == "terraform" and draw(st.booleans()):
            command = SET.format(draw(option_strings("igb")))
            parts.append(ran(draw(st.sampled_from(WRITTEN)).format(command)))
        else:
            rows = PUPPET if surface == "puppet" else TERRAFORM[:-1]
            parts.append(draw(st.sampled_from(rows))[0])
    text = draw(st.sampled_from(["", "\ufeff"])) + "".join(parts)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return marred(draw, text, PIECES)
