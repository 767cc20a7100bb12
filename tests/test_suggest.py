"""What `netqlint suggest` prints is right by netqlint's own rules, for every host the catalog can tell of."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

import netqlint
from netqlint.cli import main
from netqlint.commands.suggest import FORMS
from netqlint.facts import Assumed
from netqlint.orders import write
from netqlint.pack import load
from netqlint.suggestion import Setup, Wish, suggestion

CATALOG = load().catalog
# where a driver does not say how many ports it has options for, a release how many it supports
MANY, MOST = 8, 1000

# driver, release, version (empty: what the release has), ports
Case = tuple[str, str, str, int]


def cases(driver: str) -> Iterator[Case]:
    """Every host the catalog can tell of that has one driver."""
    found = CATALOG["drivers"][driver]
    versions = ["", *(generation["build"] for generation in found["generations"])]
    for release in CATALOG["releases"]:
        for version in versions:
            supported = CATALOG["releases"][release]["most"].get(driver, {}).get("ports", MOST)
            for ports in range(1, min(supported, found["max_ports"] or MANY) + 1):
                yield driver, release, version, ports


def setup(case: Case, mtu: str) -> tuple[Setup, dict[str, str | int | bool], dict[str, str | int]]:
    driver, release, version, ports = case
    facts: dict[str, str] = {"esx": release} | ({driver: version} if version else {}) | ({"mtu": mtu} if mtu else {})
    assumed = Assumed(facts, {driver: str(ports)})
    return suggestion(Wish((driver,), assumed), load()), {**facts}, {driver: ports}


def option_strings(text: str) -> Iterator[tuple[str, str]]:
    """The driver and its option string in each command, those in comments too."""
    for line in text.splitlines():
        words = shlex.split(line.partition("from outside: ")[2] or line, comments=True)
        if "-s" in words and words[0] in ("esxcfg-module", "vicfg-module"):
            assert words[-2] == words[words.index("-s") + 1]
            yield words[-1], words[-2]
        if words[:5] == ["esxcli", "system", "module", "parameters", "set"]:
            assert words[5::2] == ["-m", "-p"]
            yield words[6], words[8]


@pytest.mark.parametrize("mtu", ["", "9000"])
@pytest.mark.parametrize("driver", CATALOG["drivers"])
def test_every_suggestion_is_clean(driver: str, mtu: str) -> None:
    checked: set[object] = set()
    for case in cases(driver):
        found, facts, ports = setup(case, mtu)
        text = write(found, "esxconf")
        # without options for the driver its ports are nowhere to be seen
        key = (text, *facts.items(), *(ports.items() if found.modules[0].options else ()))
        if key in checked:
            continue
        checked.add(key)
        assert (case, netqlint.check(text, assume=facts, ports=ports).findings) == (case, ())
        strings = {pair for form in ("esxcfg", "esxcli") for pair in option_strings(write(found, form))}
        assert strings == ({(driver, found.modules[0].options)} if found.modules[0].options else set())
        # the options are the same with any MTU, and have no room for the heap that jumbo frames need
        for name, options in strings if not mtu else ():
            assert (case, netqlint.check(options, options=name, assume=facts, ports=ports).findings) == (case, ())


@pytest.mark.parametrize("driver", CATALOG["drivers"])
def test_a_suggestion_gives_every_port_its_queues(driver: str) -> None:
    """On every controller the driver's own reading of what is suggested asks for queues, or nothing is asked there."""
    pack = load()
    for generation in CATALOG["drivers"][driver]["generations"]:
        for controller in generation["domains"]["controller"] if generation["suggest"] else ():
            stack = CATALOG["drivers"][driver]["stack"]
            release = next(r for r, known in CATALOG["releases"].items() if stack in known["stacks"])
            wish = Wish((driver,), Assumed({"esx": release, driver: generation["build"]}, {driver: controller}))
            found = suggestion(wish, pack)
            report = netqlint.check(write(found, "esxconf"), assume={**wish.assumed.facts}, ports={driver: controller})
            assert (generation["id"], controller, report.findings) == (generation["id"], controller, ())
            options = found.modules[0].options
            values = dict(part.split("=") for part in options.split())
            if generation["asks"] and "0" not in values.values():
                reads = {name: int(value) for name, value in values.items()}
                assert pack.functions[generation["asks"]](reads), (generation["id"], controller, options)
            got = netqlint.effective(driver, options, version=generation["build"], controllers=[controller], cpus=16)
            if got[0].get("rx_queues") is not None and "0" not in values.values():
                assert (got[0]["rx_queues"] or 0) > 1, (generation["id"], controller, options, got)


# --- the call

CALLS: Sequence[tuple[str, Sequence[str]]] = [
    (
        "--esx 4.0 --igb 1.3.8.6 --ports 4",
        ['esxcfg-module -e igb', 'esxcfg-module -s "IntMode=3,3,3,3" igb',
         "esxcfg-advcfg -k TRUE netNetqueueEnabled", "esxcfg-boot -b"],
    ),
    (
        "igb --ports 4 --esx 4.0 --assume igb=1.3.8.6 --mtu 9000 --as esxconf",
        ['/vmkernel/module/igb/options = "IntMode=3,3,3,3"', '/vmkernel/netNetqueueEnabled = "TRUE"',
         '/vmkernel/netPktHeapMinSize = "32"', '/vmkernel/netPktHeapMaxSize = "128"'],
    ),
    (
        "--driver igb=400.2.4.10 --ports igb=82576,82575,I350 --esx 5.1",
        ['esxcli system module parameters set -m igb -p "IntMode=2,2,2 VMDQ=8,4,0"',
         "esxcli system settings kernel set -s netNetqueueEnabled -v TRUE"],
    ),
    (
        "igb --esx 5.1 --ports 2 --vmdq 4 --as esxcfg",
        ['esxcfg-module -s "IntMode=2,2 VMDQ=4,4" igb', "esxcfg-advcfg -k TRUE netNetqueueEnabled"],
    ),
    ("igb --esx 7.0", []),
    ("igb --esx 4.0 --ports 2 --as esxcli", []),
    ("igb --esx 6.7", ["esxcli system settings kernel set -s netNetqueueEnabled -v TRUE"]),
    ("igbn --esx 8.0", ["esxcli system settings kernel set -s netNetqueueEnabled -v TRUE"]),
    # what is said goes into comments, and stays there
    ("--esx '4.0 \n reboot' --igb 1.3.8.6 --ports 1 --as esxconf",
     ['/vmkernel/module/igb/options = "IntMode=3"', '/vmkernel/netNetqueueEnabled = "TRUE"']),
]  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.mark.parametrize(("call", "lines"), CALLS)
def test_all_but_comments_can_be_pasted(call: str, lines: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", *shlex.split(call)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line for line in out.splitlines() if line and not line.startswith("# ")] == lines
    assert [line for line in out.splitlines() if len(line) > 80 and line.startswith("# ") and "vicfg" not in line] == []


SAYS = [
    ("igb --esx 4.0 --ports 2 --as esxcli", "ESX 4.0 has no esxcli for module options: say --as esxcfg"),
    ("igb --esx 7.0", "nothing to write: ESX 7.0 runs no vmklinux drivers, and igb is one"),
    ("igb --esx 5.0", "so nothing is written for igb"),
    (
        "igb --esx 6.0 --igb 2.4.10 --ports 1",
        "that ESX 6.0 runs such a version of igb is not known; it is of ESX 4.0, 4.1, 5.0, 5.1",
    ),
    ("igb --esx 5.5 --igb 2.9", "nothing to write: nothing is known of igb 2.9"),
    ("igb --esx 5.1 --ports 1 --mtu 9000", "whether ESX 5.1 has netPktHeapMinSize is not known, so it is not written"),
    ("igbn --esx 8.0 --mtu 9000", "ESX 8.0 has no netPktHeapMinSize; there is netPktHeapMinMBPerGB in other units"),
    ("igb --ports 1", "esx: 4.0 (nothing in the text tells; say --assume esx=RELEASE if it is another)"),
    ("igb --esx 4.0 --ports 1", "netPktHeapMinSize is for jumbo frames: say --mtu 9000 where there are any"),
    ("igb --esx 4.0 --ports 1 --vmdq 4", "--vmdq 4: igb 1.3.19.12 has no VMDQ to set"),
    (
        "igb --esx 5.1 --ports 1",
        "VMDQ=4 for 82575; VMDQ=8 for 82576, 82580; VMDQ=0 for I350: say",
    ),
]


@pytest.mark.parametrize(("call", "says"), SAYS)
def test_what_cannot_be_set_is_told_with_its_reason(call: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", *shlex.split(call)]) == 0
    said = " ".join(line.removeprefix("#").strip() for line in capsys.readouterr().out.splitlines())
    assert says in said


WRONG = [
    ("", "netqlint suggest needs a driver: netqlint suggest igb --ports 4; there are "),
    ("ibg", "no driver ibg in the catalog; did you mean igb?"),
    ("--ibg 1.3", "netqlint suggest has no option --ibg; did you mean --igb?"),
    ("igb", "a list has a value for every port, and how many igb has is unknown; say --ports igb=N"),
    ("igb --ports igb=33", "--ports igb=33: igb takes values for 32 ports at most"),
    ("igb --ports 33", "--ports 33: igb takes values for 32 ports at most"),
    ("igb --ports =4", "--ports =4: write --ports 4 or --ports DRIVER=N"),
    ("igb igbn --ports 4", "--ports 4: of which driver? write --ports igb=4"),
    ("--driver ibg=1", "--driver ibg=1: no such driver; did you mean igb?"),
    ("igb --ports 1 --esx 4.0 --assume esx=5.0", "--esx 4.0: it was 5.0 before; say it once"),
    ("igb --ports 1 --assume netqueue=off", "--assume netqueue=off: what is suggested switches NetQueue on"),
    ("igb --ports 1 --esx 4.9", "--esx 4.9: no such release; there are 3.5"),
    ("igb --ports 1 --esx x", "--esx x: no release; write it like 4.0 or 6.7u3"),
    ("igb --ports 1 --assume esx=4.9", "--assume esx=4.9: no such release; there are 3.5"),
    ("igb --ports 1 --esx 4.9 --assume esx=4.9", "--assume esx=4.9: no such release; there are 3.5"),
    ("--igb x --ports 1", "--igb x: no version; write it like 1.3.8.6"),
    ("--driver igb=x --ports 1", "--driver igb=x: no version; write it like 1.3.8.6"),
    ("--assume igb=x --ports 1", "--assume igb=x: no version; write it like 1.3.8.6"),
    ("igb --ports 1 --mtu 0", "--mtu 0: not a number above 0"),
    ("igb --ports 82577", "--ports 82577: write a number or controllers; '82577' is neither; did you mean 82576?"),
    ("igb --ports igb=0", "--ports igb=0: a host without ports of igb needs no --ports"),
    ("igb --ports 1 --vmdq 1", "--vmdq 1: write a number of queues, from 2 on: one is what every port has"),
    ("igb --ports 1 --vmdq x", "--vmdq x: write a number of queues"),
    ("igb --ports 1 --esx 5.1 --vmdq 9", "--vmdq 9: port 0 of igb takes VMDQ=0..8"),
    ("igb --ports 82576,82575 --esx 5.1 --vmdq 5", "--vmdq 5: port 1 of igb (82575) takes VMDQ=0..4"),
    ("igb --ports 1 --as esxcl", "--as esxcl: no such choice; did you mean esxcli?"),
]


@pytest.mark.parametrize(("call", "says"), WRONG)
def test_a_wrong_call_is_answered_in_one_line(call: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", *shlex.split(call)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"netqlint: {says}")
    assert err.count("\n") == 1


def test_every_form_can_be_asked_for() -> None:
    found, _, _ = setup(("igb", "5.1", "", 2), "")
    texts: Mapping[str, str] = {form: write(found, form) for form in FORMS}
    assert len(set(texts.values())) == len(FORMS)
    assert write(found) == texts["esxcli"]
