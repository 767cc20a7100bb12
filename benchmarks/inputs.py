"""The texts that are measured: esx.conf files and, for every peer, as many lines of its own kind.

Everything follows from the number of lines and the number of the host, so each run reads the same bytes.
"""

from __future__ import annotations

import os
from itertools import count, islice
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# What share of a file each section has, in lines of 1,000. The rest is storage. Sections stand in the order in
# which hosts up to ESXi 5.0 write them: sorted by key. About one line in eight is of a kind netqlint looks into.
SHARES = {"adv": 40, "device": 50, "firewall": 230, "fs": 60, "nas": 120, "pnic": 18, "vmkernelnic": 10, "vswitch": 200}
LEAST = 200
MENDABLE = 10
SPOILED_EVERY = 20
PORTS = 4
# Hosts of a cluster are installed alike: they have the same drivers' options, switches and port groups.
CLUSTER = 16


def esxconf(lines: int, host: int = 0, cluster: int | None = None) -> list[str]:
    """An esx.conf of exactly `lines` lines, without their line ends: sound, no key twice."""
    if lines < LEAST:
        raise ValueError(f"a host has at least {LEAST} lines, not {lines}")
    dice, cluster = Random(host), host // CLUSTER if cluster is None else cluster
    sections: dict[str, list[str]] = {}
    for name, share in SHARES.items():
        sections[name] = list(islice(_SECTIONS[name](dice, cluster), lines * share // 1000))
    uuid = _uuid(dice)
    fixed = [f'/system/uuid = "{uuid}"', *_modules(cluster)]
    room = lines - sum(map(len, sections.values())) - len(fixed)
    storage = list(islice(_storage(dice), room))
    return [line for section in sections.values() for line in section] + storage + fixed


def spoiled(lines: int, host: int = 0) -> list[str]:
    """The same with what people get wrong, in the option string, in settings and in the form of lines."""
    text = esxconf(lines, host)
    options = next(index for index, line in enumerate(text) if line.startswith("/vmkernel/module/igb/options"))
    text[options] = '/vmkernel/module/igb/options = "IntMode=2,0,1,2 VMDQ=8,8,8,9"'
    text[0] = text[0].removesuffix('"')
    text[1] = text[1].removeprefix("/")
    text[2] = text[2].replace('"', "")
    text[3] = text[4]
    return text


def mixed(lines: int, host: int = 0) -> list[str]:
    """One host of a fleet in which every 20th has something wrong."""
    return (spoiled if host % SPOILED_EVERY == SPOILED_EVERY - 1 else esxconf)(lines, host)


def unlike(lines: int, host: int = 0) -> list[str]:
    """One host of a fleet in which no two are installed alike."""
    return esxconf(lines, host, cluster=host)


def mendable(lines: int, host: int = 0) -> list[str]:
    """The same with exactly MENDABLE lines wrong, each in a way that has one plain remedy: a quote is missing."""
    text = esxconf(lines, host)
    for number in range(MENDABLE):
        at = number * (lines // MENDABLE)
        text[at] = text[at].removesuffix('"')
    return text


# --- sections of esx.conf, each endless


def _adv(dice: Random, _: int) -> Iterator[str]:
    known = ("LVM/EnableResignature", "Disk/DiskMaxIOSize", "DataMover/MaxHWTransferSize", "Net/FollowHardwareMac")
    values = ("0", "4096", "16384", "1")
    for name, value in zip(known, values, strict=True):
        yield f'/adv/{name} = "{value}"'
    for number in count():
        yield f'/adv/UserVars/Setting{number:05d} = "{dice.getrandbits(12)}"'


def _device(dice: Random, _: int) -> Iterator[str]:
    for number in count():
        # bus, device, function: all decimal
        address = f"{number // 64:03d}:{number // 2 % 32:02d}.{number % 2}"
        yield f'/device/{address}/owner = "vmkernel"'
        if number % 8 == 0:
            yield f'/device/{address}/vmkname = "vmnic{number // 8}"'


def _firewall(dice: Random, _: int) -> Iterator[str]:
    for number in count():
        stem = f"/firewall/services/service{number:05d}"
        yield f'{stem}/allowedall = "{_flag(dice)}"'
        for address in range(4):
            yield f'{stem}/allowedip[{address:04d}]/ipstr = "10.{dice.getrandbits(8)}.{dice.getrandbits(8)}.0/24"'
        yield f'{stem}/enabled = "{_flag(dice)}"'


def _fs(dice: Random, _: int) -> Iterator[str]:
    while True:
        uuid = f"{dice.getrandbits(32):08x}-{dice.getrandbits(32):08x}-{dice.getrandbits(16):04x}-{_hex(dice, 48)}"
        stem = f"/fs/vmfs[{uuid}]/forceMountedLvm"
        yield f'{stem}/forceMount = "true"'
        yield f'{stem}/lvmName = "snap-{dice.getrandbits(32):08x}-{uuid}"'
        yield f'{stem}/readOnly = "false"'


def _nas(dice: Random, _: int) -> Iterator[str]:
    for number in count():
        stem = f"/nas/Datastore_{number:05d}"
        yield f'{stem}/enabled = "true"'
        yield f'{stem}/host = "filer{dice.getrandbits(6):02d}.example.com"'
        yield f'{stem}/readOnly = "{_flag(dice)}"'
        yield f'{stem}/share = "/vol/datastores/{number:05d}"'


def _pnic(dice: Random, _: int) -> Iterator[str]:
    for number in count():
        stem = f"/net/pnic/child[{number:04d}]"
        mac = _mac(dice, "00:1b:21")
        yield f'{stem}/mac = "{mac}"'
        yield f'{stem}/name = "vmnic{number}"'
        yield f'{stem}/virtualMac = "{_mac(dice, "00:50:56")}"'


def _vmkernelnic(dice: Random, _: int) -> Iterator[str]:
    for number in count():
        stem = f"/net/vmkernelnic/child[{number:04d}]"
        yield f'{stem}/dhcp = "false"'
        yield f'{stem}/ipv4address = "192.168.{dice.getrandbits(7)}.{dice.getrandbits(7)}"'
        yield f'{stem}/ipv4netmask = "255.255.255.0"'
        yield f'{stem}/mac = "{_mac(dice, "00:50:56")}"'
        yield f'{stem}/name = "vmk{number}"'


_TEAM = (
    'hasUplinkOrder = "true"',
    'linkCriteria/beacon = "ignore"',
    'linkCriteria/fullDuplex = "ignore"',
    'linkCriteria/minSpeed = "10"',
    'linkCriteria/pctError = "ignore"',
    'maxActive = "1"',
    'notifySwitch = "true"',
    'reversePolicy = "true"',
    'rollingRestoration = "false"',
    'team = "lb_srcid"',
)
_SWITCH = (
    'capabilities/ChecksumOffload = "true"',
    'capabilities/VlanTag = "true"',
    'capabilities/VlanUntag = "true"',
    'cdp/status = "listen"',
)
_POLICIES = (
    'securityPolicy/forgedTx = "true"',
    'securityPolicy/interPgTx = "true"',
    'securityPolicy/localPackets = "true"',
    'securityPolicy/macChange = "true"',
    'securityPolicy/promiscuous = "false"',
    'shapingPolicy/enabled = "false"',
)


def _vswitch(dice: Random, cluster: int) -> Iterator[str]:
    for number in count():
        stem, nic = f"/net/vswitch/child[{number:04d}]", f"vmnic{number}"
        yield from (f"{stem}/{line}" for line in _SWITCH)
        yield f'{stem}/name = "vSwitch{number}"'
        yield f'{stem}/numPorts = "128"'
        for group in range(3):
            inner = f"{stem}/portgroup/child[{group:04d}]"
            yield f'{inner}/name = "Cluster {cluster} network {number}-{group}"'
            yield from (f"{inner}/teamPolicy/{line}" for line in _TEAM)
            yield f'{inner}/teamPolicy/uplinks[0000]/pnic = "{nic}"'
            yield f'{inner}/vlanId = "{dice.getrandbits(11)}"'
        yield from (f"{stem}/{line}" for line in _POLICIES)
        yield from (f"{stem}/teamPolicy/{line}" for line in _TEAM)
        yield f'{stem}/teamPolicy/uplinks[0000]/pnic = "{nic}"'
        yield f'{stem}/uplinks/child[0000]/pnic = "{nic}"'


def _storage(dice: Random) -> Iterator[str]:
    for number in count():
        stem = f"/storage/plugin/NMP/device[naa.6006016{_hex(dice, 96)}]"
        yield f'{stem}/psp = "VMW_PSP_RR"'
        yield f'{stem}/pspConfig = "policy=iops;iops={dice.getrandbits(10)};bytes=10485760;useANO=0"'
        yield f'{stem}/satp = "VMW_SATP_ALUA_CX"'
        yield f'{stem}/shared = "{_flag(dice)}"'
        yield f'{stem}/uid = "{number:08d}"'


def _modules(cluster: int) -> Iterator[str]:
    ports = ",".join(["{}"] * PORTS)
    settings = f"IntMode={ports.format(*[2] * PORTS)} VMDQ={ports.format(*[2 + cluster % 7] * PORTS)}"
    yield '/vmkernel/module/igb/enabled = "true"'
    yield f'/vmkernel/module/igb/options = "{settings}"'
    yield '/vmkernel/netNetqueueEnabled = "TRUE"'


_SECTIONS: dict[str, Callable[[Random, int], Iterator[str]]] = {
    "adv": _adv,
    "device": _device,
    "firewall": _firewall,
    "fs": _fs,
    "nas": _nas,
    "pnic": _pnic,
    "vmkernelnic": _vmkernelnic,
    "vswitch": _vswitch,
}


# getrandbits gives the same in every version of Python, which choice and shuffle do not promise


def _flag(dice: Random) -> str:
    return "true" if dice.getrandbits(1) else "false"


def _hex(dice: Random, bits: int) -> str:
    return f"{dice.getrandbits(bits):0{bits // 4}x}"


def _mac(dice: Random, vendor: str) -> str:
    return f"{vendor}:{dice.getrandbits(6):02x}:{dice.getrandbits(8):02x}:{dice.getrandbits(8):02x}"


def _uuid(dice: Random) -> str:
    return f"{_hex(dice, 32)}-{_hex(dice, 32)}-{_hex(dice, 16)}-{_hex(dice, 48)}"


# --- what the peers read


def python(lines: int, host: int = 0) -> list[str]:
    """Python that ruff has nothing to say about: functions with loops, calls and conditions."""
    return _repeated(
        ['"""Settings of one host."""', "", "import os", "", "HOME = os.curdir", ""], _function, lines, host, "#"
    )


def _function(number: int, host: int) -> list[str]:
    return [
        "",
        f"def read_{number}(values, limit={host + number}):",
        '    """Adds up what is below the limit."""',
        "    total = 0",
        "    for index, value in enumerate(values):",
        "        if value < limit and index % 2 == 0:",
        f"            total += value * {number + 1}",
        "        else:",
        '            print(f"{index}: {value} is left out")',
        '    return {"total": total, "limit": limit, "home": HOME}',
        "",
    ]


def workflow(lines: int, host: int = 0) -> list[str]:
    """A GitHub workflow: YAML for yamllint and check-jsonschema, and what zizmor is for."""
    head = ["---", f"name: host {host}", '"on": [push]', "permissions: {}", "jobs:"]
    return _repeated(head, _job, lines, host, "#")


def _job(number: int, host: int) -> list[str]:
    return [
        f"  job{number}:",
        f"    name: Job {number} of host {host}",
        "    runs-on: ubuntu-latest",
        "    timeout-minutes: 10",
        "    steps:",
        f"      - name: Say {number}",
        f"        run: echo {number}",
        "        env:",
        f'          NUMBER: "{number}"',
    ]


def sql(lines: int, host: int = 0) -> list[str]:
    """Statements in ANSI SQL."""
    return _repeated([f"-- ports of host {host}"], _statement, lines, host, "--")


def _statement(number: int, host: int) -> list[str]:
    return [
        "SELECT",
        "    ports.host,",
        "    ports.name,",
        "    COUNT(*) AS queues",
        "FROM ports",
        "INNER JOIN drivers ON ports.driver = drivers.name",
        f"WHERE ports.host = {host} AND ports.number > {number}",
        "GROUP BY ports.host, ports.name",
        "ORDER BY ports.name;",
        "",
    ]


def shell(lines: int, host: int = 0) -> list[str]:
    """POSIX shell functions."""
    return _repeated(["#!/bin/sh", "set -eu"], _procedure, lines, host, "#")


def _procedure(number: int, host: int) -> list[str]:
    return [
        "",
        f"set_{number}() {{",
        '    name=$1 value=${2:-"2,2"}',
        '    if [ -z "$name" ]; then',
        f'        echo "host {host}: no name" >&2',
        f"        return {number % 100 + 1}",
        "    fi",
        '    esxcfg-module -s "IntMode=$value" "$name" || echo "failed: $name"',
        "}",
        f'set_{number} igb "{number % 4},2"',
    ]


def rollout(lines: int, host: int = 0) -> list[str]:
    """A script that sets up one host after the other: every tenth line is for ESX, and nothing is wrong."""
    return _repeated(["#!/bin/sh", "set -eu"], _visit, lines, host, "#")


def _visit(number: int, host: int) -> list[str]:
    name = f"esx{number}.rack{host}.example.com"
    return [
        "",
        f"# {name}",
        f'log="logs/{number}.log"',
        f"if ping -c 1 {name} > /dev/null; then",
        f"    ssh root@{name} 'esxcfg-module -s \"IntMode=2,2 VMDQ=4,{number % 7 + 2}\" igb && esxcfg-boot -b'",
        f'    echo "{name}: done" >> "$log"',
        "else",
        f'    echo "{name}: away" >&2',
        "fi",
        'date >> "$log"',
    ]


def commands(lines: int, host: int = 0) -> list[str]:
    """A script in which every line is for ESX, and nothing is wrong."""
    return _repeated(["#!/bin/sh"], _orders, lines, host, "#")


def _orders(number: int, host: int) -> list[str]:
    name = f"esx{number}.rack{host}.example.com"
    return [
        f"ssh root@{name} esxcfg-advcfg -k TRUE netNetqueueEnabled",
        f"ssh root@{name} 'esxcfg-module -s \"IntMode=2,2 VMDQ=4,{number % 7 + 2}\" igb'",
        f"ssh root@{name} esxcfg-vswitch -m 1500 vSwitch{number % 4}",
        f"ssh root@{name} esxcfg-boot -b",
    ]


def sysctl(lines: int, host: int = 0) -> list[str]:
    """Settings that augeas has a lens for."""
    return [f"net.host{host}.setting{number} = {number}" for number in range(lines)]


def _repeated(
    head: list[str], block: Callable[[int, int], list[str]], lines: int, host: int, comment: str
) -> list[str]:
    """As many blocks as fit, then comments."""
    size = len(block(0, host))
    text = [*head, *(line for number in range((lines - len(head)) // size) for line in block(number, host))]
    while len(text) < lines:
        text.append(f"{comment} line {len(text) + 1}")
    return text


# --- on disk

KINDS: dict[str, tuple[Callable[[int, int], list[str]], str]] = {
    "mixed": (mixed, "esx.conf"),
    "unlike": (unlike, "esx.conf"),
    "esxconf": (esxconf, "esx.conf"),
    "python": (python, "py"),
    "workflow": (workflow, "yml"),
    "sql": (sql, "sql"),
    "shell": (shell, "sh"),
    "rollout": (rollout, "sh"),
    "commands": (commands, "sh"),
    "sysctl": (sysctl, "conf"),
}


def write(path: Path, text: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in text), encoding="utf-8", newline="\n")
    return path


def write_file(folder: Path, kind: str, lines: int) -> Path:
    """One file of this kind."""
    make, ending = KINDS[kind]
    return write(folder / kind / f"{lines}.{ending}", make(lines, 0))


def write_fleet(folder: Path, kind: str, files: int, lines: int) -> Path:
    """A folder of files of this kind, one for each host."""
    make, ending = KINDS[kind]
    fleet = folder / f"{kind}-{files}"
    # zizmor takes workflows where GitHub does
    inner = fleet / ".github" / "workflows" if kind == "workflow" else fleet
    for host in range(files):
        write(inner / f"host{host:04d}.{ending}", make(lines, host))
    return fleet


def fence(folder: Path) -> None:
    """Keeps the settings and ignored files of the checkout out of the way: no tool looks beyond a `.git`."""
    os.makedirs(folder / ".git", exist_ok=True)
