"""Ansible: what a person reads in its tasks, what is the same as in an esx.conf, what nobody can break."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_shell import HOST, OPTIONS, host_of, rules_of, told

import netqlint
from netqlint.cli import main
from netqlint.surfaces import named

KERNEL = "- community.vmware.vmware_host_kernel_manager:\n    kernel_module_name: igb\n    kernel_module_option: "
CONFIG = "- vmware_host_config_manager:\n    options:\n      "
TASKS = [
    (f"{KERNEL}IntMode=3,3 VMDQ=8,8\n", "module igb IntMode=3,3 VMDQ=8,8"),
    (f'{KERNEL}"IntMode=3,3"\n', "module igb IntMode=3,3"),
    (f"{KERNEL}'IntMode=3,3' # as it was\n", "module igb IntMode=3,3"),
    (f"{KERNEL}''\n", "module igb"),
    (f"{KERNEL}\n", "module igb ?"),
    (f"{KERNEL}|-\n      IntMode=3,3\n", "module igb IntMode=3,3"),
    (f"{KERNEL}>-\n      IntMode=3,3\n      VMDQ=8,8\n", "module igb IntMode=3,3 VMDQ=8,8"),
    (f'{KERNEL}"IntMode={{{{ mode }}}} VMDQ=8,8"\n', "module igb IntMode=? VMDQ=8,8"),
    (f'{KERNEL}"{{{{ options }}}}"\n', "module igb ?"),
    (f'{KERNEL}"{{% if a %}}IntMode=3{{% endif %}}"\n', "module igb ?"),
    (f"{KERNEL}[IntMode=3]\n", "-"),
    (KERNEL.replace("igb", '"{{ module }}"') + "IntMode=3,3\n", "-"),
    ("- vmware_host_kernel_manager: {kernel_module_name: igb, kernel_module_option: 'RSS=1'}\n", "module igb RSS=1"),
    (
        f"- hosts: all\n  tasks:\n    - block:\n        {KERNEL}RSS=1\n".replace("\n    k", "\n            k"),
        "module igb RSS=1",
    ),
    (f"{CONFIG}VMkernel.Boot.netNetqueueEnabled: 'TRUE'\n", "kernel netNetqueueEnabled=TRUE"),
    (f"{CONFIG}VMkernel.Boot.netNetqueueEnabled: true\n", "kernel netNetqueueEnabled=true"),
    (f"{CONFIG}VMkernel.Boot.netNetqueueEnabled: yes\n", "kernel netNetqueueEnabled=?"),
    (
        f"{CONFIG}Net.TcpipHeapMax: 1536\n      Net.TcpipHeapSize: '{{{{ size }}}}'\n",
        "advanced Net.TcpipHeapMax=1536 ; advanced Net.TcpipHeapSize=?",
    ),
    ("- community.vmware.vmware_vswitch:\n    switch_name: vSwitch0\n    mtu: 9000\n", "vswitch vSwitch0=9000"),
    ("- vmware_vswitch: {switch: vSwitch0, mtu: '{{ mtu }}'}\n", "vswitch vSwitch0=?"),
    ("- vmware_vswitch: {switch: vSwitch0, mtu: 9000, state: absent}\n", "-"),
    ("- vmware_dvswitch: {switch_name: dvs, mtu: 9000}\n", "vswitch dvs=9000"),
    ("- vmware_vmkernel: {device: vmk1, portgroup_name: pg, mtu: 9000}\n", "vmknic vmk1=9000"),
    ("- shell: esxcfg-module -s 'IntMode=3,3' igb\n", "module igb IntMode=3,3"),
    ("- ansible.builtin.command: esxcli system module parameters set -m igb -p {{ x }}\n", "module igb ?"),
    (
        "- raw: |\n    # first\n    esxcfg-module -s 'IntMode=3,3' igb\n    esxcfg-advcfg -k TRUE netNetqueueEnabled\n",
        "module igb IntMode=3,3 ; kernel netNetqueueEnabled=TRUE",
    ),
    (
        "- command:\n    cmd: >-\n      esxcli system settings kernel set\n      -s netNetqueueEnabled -v TRUE\n",
        "kernel netNetqueueEnabled=TRUE",
    ),
    ('- shell: "esxcfg-module -s \\"IntMode=3,3\\" igb"\n', "module igb IntMode=3,3"),
    ("- debug: msg='vmware_vswitch'\n", "-"),
    # a command as a list of words
    (
        "- ansible.builtin.command:\n    argv: [esxcli, system, module, parameters, set, -m, igb, -p, RSS=1 VMDQ=8]\n",
        "module igb RSS=1 VMDQ=8",
    ),
    (
        "- command:\n    argv:\n      - esxcfg-module\n      - -s\n      - IntMode=3,3 VMDQ=8,8\n      - igb\n",
        "module igb IntMode=3,3 VMDQ=8,8",
    ),
    ("- command: {argv: [esxcfg-advcfg, -k, '{{ on }}', netNetqueueEnabled]}\n", "kernel netNetqueueEnabled=?"),
    ("- command: {argv: [sudo, esxcfg-advcfg, -k, TRUE, netNetqueueEnabled]}\n", "kernel netNetqueueEnabled=TRUE"),
    ("- command: {argv: [ssh, h, \"esxcfg-module -s 'RSS=1' igb\"]}\n", "module igb RSS=1"),
    ("- command: {argv: [echo, esxcfg-module, -s, RSS=1, igb]}\n", "-"),
    ("- command: {argv: '{{ words }}', chdir: /esxcli}\n", "-"),
    ("- command: {argv: [esxcfg-module, [a], -s, RSS=1]}\n", "-"),
    ("- command:\n  args:\n    argv: [esxcfg-module, -s, RSS=1, igb]\n", "module igb RSS=1"),
    # what Ansible takes out of a command for itself
    ("- shell: esxcfg-module -s 'RSS=1' igb chdir=/tmp creates='/a b'\n", "module igb RSS=1"),
    ("- command: chdir=/x esxcli system settings kernel set -s a -v 1 removes=/a\n", "kernel a=1"),
    ("- shell: esxcfg-module -s 'chdir=1 RSS=1' igb\n", "module igb chdir=1 RSS=1"),
    # arguments in one text
    ("- vmware_vswitch: hostname=h switch=vSwitch0 mtu=9000\n", "vswitch vSwitch0=9000"),
    ("- community.vmware.vmware_vswitch: switch='a b' mtu='{{ mtu }}'\n", "vswitch a b=?"),
    ("- vmware_vswitch: switch={{ a | default('x') }} mtu=9000\n", "vswitch ?=9000"),
    (
        "- vmware_host_kernel_manager: >\n    kernel_module_name=igb\n    kernel_module_option='RSS=1 VMDQ=8'\n",
        "module igb RSS=1 VMDQ=8",
    ),
    ("- vmware_host_kernel_manager: kernel_module_name=igb kernel_module_option=RSS=1\n", "module igb RSS=1"),
    ("- vmware_host_kernel_manager: kernel_module_name=igb kernel_module_option='RSS=\\x31'\n", "module igb ?"),
    ("- vmware_host_kernel_manager: kernel_module_name=igb lone kernel_module_option=RSS=1\n", "-"),
    ("- vmware_vswitch:\n  args:\n    switch: a\n    mtu: 9000\n", "vswitch a=9000"),
    # a module that is named in a value
    ("- local_action: vmware_vswitch switch=a mtu=9000\n", "vswitch a=9000"),
    ("- action: community.vmware.vmware_vmkernel device=vmk1 mtu=9000\n", "vmknic vmk1=9000"),
    ("- local_action:\n    module: community.vmware.vmware_vswitch\n    switch: a\n    mtu: 9000\n", "vswitch a=9000"),
    ("- action: command esxcfg-advcfg -k TRUE netNetqueueEnabled\n", "kernel netNetqueueEnabled=TRUE"),
    ("- local_action: {module: shell, cmd: esxcfg-module -s RSS=1 igb}\n", "module igb RSS=1"),
    ("- action: '{{ module }} switch=vmware_vswitch mtu=9000'\n", "-"),
    # where tasks stand
    (
        "- block:\n    - vmware_vswitch: {switch: a, mtu: 1}\n  rescue:\n    - vmware_vswitch: {switch: b, mtu: 2}\n"
        "  always:\n    - vmware_vswitch: {switch: c, mtu: 3}\n",
        "vswitch a=1 ; vswitch b=2 ; vswitch c=3",
    ),
    (
        "- hosts: a\n  tasks: [{shell: esxcfg-module -s RSS=1 igb}]\n"
        "  handlers: [{vmware_vswitch: {switch: a, mtu: 2}}]\n",
        "module igb RSS=1 ; vswitch a=2",
    ),
    ("- vmware_vswitch: {switch: '{{ item.name }}', mtu: 9000}\n  loop: '{{ all }}'\n", "vswitch ?=9000"),
    ("- vmware_vswitch: {switch: a, mtu: '{{ item }}'}\n  with_items: [1500, 9000]\n", "vswitch a=?"),
    ("vmware_vswitch: [\n", "-"),
    ("# vmware_vswitch: {switch: a, mtu: 9000}\n", "-"),
]


@pytest.mark.parametrize(("text", "expected"), TASKS)
def test_a_task_says_what_a_person_reads_in_it(text: str, expected: str) -> None:
    assert (" ; ".join(told(host_of(text, "ansible"))) or "-") == expected


# --- the same host, told in several ways, is judged alike

PLAYS = [
    KERNEL + "'{options}'\n" + CONFIG + "'VMkernel.Boot.netNetqueueEnabled': '{netqueue}'\n",
    "\ufeff---\r\n- hosts: all\r\n  tasks:\r\n    - shell: \"esxcfg-module -s '{options}' igb\"\r\n"
    "    - raw: |\r\n        esxcfg-advcfg -k {netqueue} netNetqueueEnabled\r\n",
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("netqueue", ["TRUE", "FALSE", "yes", "x"])
@pytest.mark.parametrize("play", PLAYS)
def test_a_host_is_judged_alike_however_it_is_told(play: str, netqueue: str, options: str) -> None:
    said = {"options": options, "netqueue": netqueue}
    assert rules_of(play.format(**said), "site.yml") == rules_of(HOST.format(**said), "esx.conf")


# --- what one task undoes

TASK = "- vmware_host_kernel_manager: {{kernel_module_name: igb, kernel_module_option: '{}'}}\n"
UNDONE = [
    (TASK.format("RSS=1") + TASK.format("VMDQ=8"), True),
    (TASK.format("RSS=1") + TASK.format("VMDQ=8") + "  when: a\n", False),
    (TASK.format("RSS=1") + "  loop: [a]\n" + TASK.format("VMDQ=8") + "  loop: [b]\n", False),
    (
        TASK.format("RSS=1").replace("}", ", esxi_hostname: a}")
        + TASK.format("VMDQ=8").replace("}", ", esxi_hostname: b}"),
        False,
    ),
]


@pytest.mark.parametrize(("text", "undone"), UNDONE)
def test_a_task_is_undone_where_that_is_sure(text: str, undone: bool) -> None:
    assert ("NQ020" in [one.code for one in netqlint.check(text, name="x.yml").findings]) is undone


IN_PARTS = "- hosts: a\n  tasks: [{}]\n  {}: [{}]\n"
OPTION_TASK = TASK[2:].rstrip()


@pytest.mark.parametrize("part", ["pre_tasks", "post_tasks", "handlers"])
def test_what_is_run_at_another_time_undoes_nothing(part: str) -> None:
    text = IN_PARTS.format(OPTION_TASK.format("RSS=1"), part, OPTION_TASK.format("VMDQ=8"))
    assert "NQ020" not in [one.code for one in netqlint.check(text, name="x.yml").findings]


# --- an MTU left to its default


@pytest.mark.parametrize(
    ("text", "told_so"),
    [
        ("- vmware_vswitch: {switch: a, nics: [vmnic1]}\n", True),
        ("- vmware_vmkernel: {device: vmk1}\n", True),
        ("- vmware_vswitch: {switch: a, mtu: '{{ mtu | default(omit) }}'}\n", False),
        ("- vmware_vswitch: {switch: a, state: absent}\n", False),
        ("- vmware_vswitch: {switch: a, state: '{{ state }}'}\n", False),
        ("- vmware_vswitch: &a {mtu: 9000, switch: a}\n- vmware_vswitch: {<<: *a, switch: b}\n", False),
        ("- vmware_vswitch: &a {hostname: a, switch: a}\n- vmware_vswitch: {<<: [*a], switch: b}\n", True),
        ("- vmware_vswitch: '{{ item }}'\n", False),
        (
            "- module_defaults: {vmware_vswitch: {mtu: 9000}}\n  hosts: a\n  tasks: [{vmware_vswitch: {switch: a}}]\n",
            False,
        ),
        (
            "- module_defaults: {community.vmware.vmware_vswitch: {hostname: h}}\n  hosts: a\n"
            "  tasks: [{vmware_vswitch: {switch: a}}]\n",
            True,
        ),
        (
            "- module_defaults: {group/vmware: {mtu: 9000}}\n  hosts: a\n  tasks: [{vmware_vswitch: {switch: a}}]\n",
            False,
        ),
        ("- module_defaults: '{{ all }}'\n  hosts: a\n  tasks: [{vmware_vswitch: {switch: a}}]\n", False),
        ("- vmware_vswitch: hostname=h switch=a\n", True),
        ("- vmware_vswitch: hostname=h switch=a {{ more }}\n", False),
        ("- local_action: vmware_vmkernel device=vmk1\n", True),
        ("- vmware_vswitch: {switch: a}\n  args: '{{ more }}'\n", False),
        ("- vmware_vswitch: {switch: a}\n  args: {mtu: 9000}\n", False),
        ("- vmware_vswitch:\n  args: {switch: a}\n", True),
        (f"{KERNEL}RSS=1\n", False),
    ],
)
def test_an_mtu_left_to_its_default_is_told(text: str, told_so: bool) -> None:
    assert ("NQ039" in [one.code for one in netqlint.check(text, name="x.yml").findings]) is told_so


# --- fixes

FIXES = [
    (f'{KERNEL}"IntMode=2 2"\n', f'{KERNEL}"IntMode=2,2"\n'),
    (f"\ufeff{KERNEL}IntMode=2, 2 # so\r\n", f"\ufeff{KERNEL}IntMode=2,2 # so\r\n"),
    (f"{KERNEL}>-\n      IntMode=2,2,VMDQ=8,8\n", f"{KERNEL}>-\n      IntMode=2,2 VMDQ=8,8\n"),
    (f"{CONFIG}VMkernel.Boot.netnetqueueenabled: 'yes'\n", f"{CONFIG}VMkernel.Boot.netNetqueueEnabled: 'TRUE'\n"),
    (f"{CONFIG}VMkernel.Boot.netNetqueueEnabled: 1\n", f"{CONFIG}VMkernel.Boot.netNetqueueEnabled: TRUE\n"),
    (
        '- shell: "esxcfg-module -s IntMode=2,2,VMDQ=8,8 igb"\n',
        "- shell: \"esxcfg-module -s 'IntMode=2,2 VMDQ=8,8' igb\"\n",
    ),
    (
        "- command: {argv: [esxcfg-module, -s, 'IntMode=2 2', igb]} # so\n",
        "- command: {argv: [esxcfg-module, -s, 'IntMode=2,2', igb]} # so\n",
    ),
    (
        "- command: {argv: [esxcfg-module, -s, IntMode=2 2, igb]}\n",
        '- command: {argv: [esxcfg-module, -s, "IntMode=2,2", igb]}\n',
    ),
    (
        "- command:\n    argv:\n      - esxcfg-module\n      - -s\n      - IntMode=2 2\n      - igb\n",
        "- command:\n    argv:\n      - esxcfg-module\n      - -s\n      - IntMode=2,2\n      - igb\n",
    ),
    (
        "- vmware_host_kernel_manager: {kernel_module_name: igb, kernel_module_option: IntMode=2 2}\n",
        '- vmware_host_kernel_manager: {kernel_module_name: igb, kernel_module_option: "IntMode=2,2"}\n',
    ),
    # in brackets a plain line ends at the comma
    ("- {shell: esxcfg-module -s 'IntMode=2 2' igb}\n", "- {shell: esxcfg-module -s 'IntMode=2 2' igb}\n"),
    (
        "- local_action: vmware_host_kernel_manager kernel_module_name=igb kernel_module_option='IntMode=2 2'\n",
        "- local_action: vmware_host_kernel_manager kernel_module_name=igb kernel_module_option='IntMode=2,2'\n",
    ),
    (
        "- vmware_host_kernel_manager: kernel_module_name=igb kernel_module_option=IntMode=2,2,VMDQ=8,8\n",
        '- vmware_host_kernel_manager: kernel_module_name=igb kernel_module_option="IntMode=2,2 VMDQ=8,8"\n',
    ),
    (
        "- shell: |\n    esxcfg-module -s IntMode=2,2 VMDQ=8,8 igb\n",
        '- shell: |\n    esxcfg-module -s "IntMode=2,2 VMDQ=8,8" igb\n',
    ),
]


@pytest.mark.parametrize(("before", "after"), FIXES)
def test_a_fix_changes_the_value_and_nothing_else(before: str, after: str) -> None:
    assert netqlint.fix(before, name="x.yml", assume={"esx": "5.0"}, ports={"igb": 2}).text == after


# --- which files, comments


@pytest.mark.parametrize("name", ["site.yml", "roles/esx/tasks/main.YAML"])
def test_a_name_tells_yaml(name: str) -> None:
    assert named(name) == "ansible"


def test_a_folder_is_searched_for_playbooks_and_passes_other_yaml_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"a.yml": f"{KERNEL}''\n", "b.yaml": "a: 1\n", "c.yml": "- name: x\n  shell: esxcli system module list\n"}
    texts["d.yml"] = "- name: x\n  local_action: command esxcli system module list\n"
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--show-files"]) == 0
    assert capsys.readouterr().out.split() == ["a.yml", "c.yml", "d.yml"]


SPARED = [
    f"# netqlint: ignore[NQ101] so it came\n{KERNEL}IntMode=3 3\n",
    f"{KERNEL}IntMode=3 3 # netqlint: ignore[NQ101] so it came\n",
    "# netqlint: ignore[NQ101] so it came\n- raw: |\n    esxcli system module parameters set -m igb -p 'IntMode=2 2'\n",
]


@pytest.mark.parametrize("text", SPARED)
def test_comments_spare_findings(text: str) -> None:
    report = netqlint.check(text, name="x.yml")
    assert [one.code for one in report.findings if one.severity != "info"] == []
    assert [one.finding.code for one in report.suppressed] == ["NQ101"]


def test_comments_are_written_above_the_key(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    text = "- command:\n    cmd: >-\n      esxcli system module parameters set\n      -m igb -p 'IntMode=2 2'\n"
    path.write_text(text, encoding="utf-8")
    assert main(["check", "--quiet", "--add-ignore", "so it came", str(path)]) == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1:3] == ["    # netqlint: ignore[NQ101] so it came", "    cmd: >-"]
    assert netqlint.check(path.read_bytes(), name="x.yml").findings == ()
