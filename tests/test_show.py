"""What `netqlint show` tells of a host: every port with what it gets and where that stands in the text."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from texts import Case, cases

from netqlint.cli import main
from netqlint.compile.output import Show, show_schema
from netqlint.drawings import FORMATS, draw
from netqlint.facts import Assumed
from netqlint.pack import load
from netqlint.painter import picture
from netqlint.picture import Cell, Driver, Picture, Switch
from netqlint.reporters.style import Style
from netqlint.run import understand
from netqlint.text import Source, decode

CHECKOUT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(CHECKOUT.glob("examples/*/esx.conf"))
PORTS = """\
/device/006:00.0/device = "10c9"
/device/006:00.0/vendor = "8086"
/device/006:00.0/vmkname = "vmnic2"
/device/006:00.1/device = "10c9"
/device/006:00.1/vendor = "8086"
/device/006:00.1/vmkname = "vmnic3"
"""


def shown(
    text: str, facts: dict[str, str] | None = None, ports: dict[str, str] | None = None, module: str | None = None
) -> Picture:
    return picture(Source("esx.conf", text), Assumed(facts or {}, ports or {}), module, load())


def igb(options: str, version: str = "400.2.4.10", ports: str = "", **facts: str) -> Driver:
    told = {"igb": version, **facts} if version else facts
    return shown(options, told, {"igb": ports} if ports else {}, "igb").drivers[0]


def brief(cell: Cell) -> str:
    place = f"@{cell.place.line}:{cell.place.column}" if cell.place else ""
    return f"{cell.parameter}={'?' if cell.reading.value is None else cell.reading.value} {cell.origin}{place}"


def test_a_device_that_is_passed_through_is_no_port() -> None:
    options = '/vmkernel/module/igb/options = "IntMode=2"\n'
    passed = '/device/006:00.0/owner = "passthru"\n'
    ours = '/device/006:00.0/owner = "vmkernel"\n'
    assert [port.vmnic for port in shown(PORTS + ours + options).drivers[0].ports] == ["vmnic2", "vmnic3"]
    assert [port.vmnic for port in shown(PORTS + passed + options).drivers[0].ports] == ["vmnic3"]


# --- cells

# options, version, ports, cpus, what each port gets
CELLS = [
    ("IntMode=2,0 VMDQ=8,8", "400.2.4.10", "82576,82576", "",
     [["IntMode=2 written@1:9", "VMDQ=8 written@1:18"], ["IntMode=0 written@1:11", "VMDQ=0 written@1:20"]]),
    ("VMDQ=8", "400.2.4.10", "82576,82576", "",
     [["VMDQ=8 written@1:6", "IntMode=2 default"], ["VMDQ=0 missing", "IntMode=2 default"]]),
    ("VMDQ=16", "400.2.4.10", "82576", "", [["VMDQ=0 written@1:6", "IntMode=2 default"]]),
    ("VMDQ=8", "400.2.4.10", "82575", "", [["VMDQ=0 written@1:6", "IntMode=2 default"]]),
    ("VMDQ=8", "400.2.4.10", "1", "", [["VMDQ=? written@1:6", "IntMode=2 default"]]),
    ("VMDQ=8,,8", "400.2.4.10", "2", "", [["VMDQ=? unclear", "IntMode=2 default"]] * 2),
    ("", "1.3.8.6", "2", "", [["IntMode=2 default"]] * 2),
    ("", "5.0.5.1", "I350,82576", "", [["VMDQ=0 default"]] * 2),
    ("EEE=1,1", "5.0.5.1", "I350,82576", "",
     [["EEE=1 written@1:5", "VMDQ=0 default"], ["EEE=1 written@1:7", "VMDQ=0 default"]]),
    ("VMDQ=8 debug=3", "1.3.8.6", "1", "", [["IntMode=2 default"]]),
    ("VMDQ=8,8", "9.9", "1", "", [["VMDQ=? written@1:6"]]),
    ("VMDQ=8,8", "9.9", "", "", [["VMDQ=? written@1:6"], ["VMDQ=? written@1:8"]]),
]  # fmt: skip


@pytest.mark.parametrize(("options", "version", "ports", "cpus", "cells"), CELLS)
def test_every_cell_knows_its_value_and_its_place(
    options: str, version: str, ports: str, cpus: str, cells: Sequence[Sequence[str]]
) -> None:
    driver = igb(options, version, ports)
    assert [[brief(cell) for cell in port.cells] for port in driver.ports] == cells


def test_a_port_without_such_a_thing_is_told_apart() -> None:
    ports = igb("EEE=1,1", "5.0.5.1", "I350,82576").ports
    assert [port.cells[0].applies for port in ports] == [True, False]


def test_ports_stand_in_pci_order_with_what_the_text_tells() -> None:
    text = PORTS.replace("006:00.0", "011:00.0") + '/vmkernel/module/igb/options = "IntMode=3,0"\n'
    ports = shown(text, {"esx": "4.0", "cpus": "16"}).drivers[0].ports
    assert [(p.index, p.address, p.device, p.controller, p.vmnic) for p in ports] == [
        (0, "006:00.1", "8086:10c9", "82576", "vmnic3"),
        (1, "011:00.0", "8086:10c9", "82576", "vmnic2"),
    ]
    assert [(p.rx_queues.value, p.tx_queues.value, p.vectors.value) for p in ports] == [(8, None, 9), (1, 1, 0)]


def test_values_beyond_the_last_port_are_counted() -> None:
    assert [(row.parameter, row.per, row.beyond) for row in igb("VMDQ=8,8,8 debug=3", ports="2").rows] == [
        ("VMDQ", "port", 1),
        ("debug", "module", 0),
    ]
    # where nobody can tell which value is whose, none is surely beyond
    assert [row.beyond for row in igb("VMDQ=8,,8,8,8", ports="2").rows] == [0]


@pytest.mark.parametrize(
    ("text", "facts", "names"),
    [
        (PORTS, {"esx": "4.0"}, ["igb"]),
        (PORTS, {"esx": "7.0"}, []),
        (PORTS, {"esx": "6.7"}, ["igb"]),
        (PORTS.replace("10c9", "1521"), {"esx": "6.7"}, []),
        ("", {"igb": "1.3.8.6"}, ["igb"]),
        ("", {}, []),
    ],
    ids=["one driver", "no driver runs", "one of two", "either", "named", "nothing"],
)
def test_a_driver_without_options_is_shown_where_it_surely_is(
    text: str, facts: dict[str, str], names: list[str]
) -> None:
    assert [driver.name for driver in shown(text, facts).drivers] == names


# --- what is unknown

BOTH = "--ports igb=CONTROLLER,… and --assume cpus=N"
TELLS = [
    ("IntMode=3", "1.3.8.6", "82576", "", ("--assume cpus=N", "", "--assume cpus=N")),
    ("IntMode=3", "1.3.8.6", "1", "", (BOTH, "", BOTH)),
    ("IntMode=3", "1.3.8.6", "1", "2", ("", "", "")),
    ("IntMode=3", "1.3.8.6", "1", "16", ("--ports igb=CONTROLLER,…", "", "--ports igb=CONTROLLER,…")),
    ("VMDQ=8", "400.2.4.10", "1", "", ("--ports igb=CONTROLLER,…",) * 3),
    ("VMDQ=8", "9.9", "1", "", ("--assume igb=VERSION",) * 3),
]  # fmt: skip


@pytest.mark.parametrize(("options", "version", "ports", "cpus", "tells"), TELLS)
def test_the_option_is_named_that_would_tell(
    options: str, version: str, ports: str, cpus: str, tells: tuple[str, ...]
) -> None:
    port = igb(options, version, ports, **({"cpus": cpus} if cpus else {})).ports[0]
    assert (port.rx_queues.tells, port.tx_queues.tells, port.vectors.tells) == tells


def test_what_is_told_then_is_known() -> None:
    port = igb("IntMode=3", "1.3.8.6", "82576", cpus="16").ports[0]
    assert (port.rx_queues.value, port.vectors.value) == (8, 9)


NETQUEUE: Sequence[tuple[str, dict[str, str], str | None, Switch, Switch]] = [
    ('/vmkernel/netNetqueueEnabled = "TRUE"\n', {"esx": "4.0"}, None,
     Switch(True, "netNetqueueEnabled is TRUE at 8:33"), Switch(True, "8 receive queues")),
    ('/vmkernel/netNetqueueEnabled = "FALSE"\n', {"esx": "4.0"}, None,
     Switch(False, "netNetqueueEnabled is FALSE at 8:33"), Switch(False, "netNetqueueEnabled is FALSE at 8:33")),
    ('/vmkernel/netNetqueueEnabled = "maybe"\n', {"esx": "4.0"}, None,
     Switch(None, "netNetqueueEnabled is maybe at 8:33, no boolean", "--assume netqueue=on|off"),
     Switch(None, "netNetqueueEnabled is maybe at 8:33, no boolean", "--assume netqueue=on|off")),
    ("", {"esx": "4.0"}, None,
     Switch(None, "netNetqueueEnabled is not written, and that ESX 4.0 has TRUE by default is from memory only",
            "--assume netqueue=on|off"),
     Switch(None, "netNetqueueEnabled is not written, and that ESX 4.0 has TRUE by default is from memory only",
            "--assume netqueue=on|off")),
    ("", {"esx": "6.7"}, None, Switch(True, "the default of ESX 6.7, nothing is written"),
     Switch(True, "8 receive queues")),
    ("", {"esx": "4.0", "netqueue": "off"}, None, Switch(False, "as you say"), Switch(False, "as you say")),
]  # fmt: skip


@pytest.mark.parametrize(("line", "facts", "module", "host", "port"), NETQUEUE)
def test_netqueue_is_on_off_or_unknown_for_a_reason(
    line: str, facts: dict[str, str], module: str | None, host: Switch, port: Switch
) -> None:
    text = PORTS + '/vmkernel/module/igb/options = "IntMode=2,2 VMDQ=8,8"\n' + line
    found = shown(text, {"igb": "400.2.4.10", **facts}, None, module)
    assert (found.netqueue, found.drivers[0].ports[0].netqueue) == (host, port)


WHY = [
    ("IntMode=2 VMDQ=8", "400.2.4.10", "on", Switch(True, "8 receive queues")),
    ("IntMode=0 VMDQ=8", "400.2.4.10", "on", Switch(False, "one receive queue")),
    ("IntMode=2 RSS=2", "400.2.4.10", "on",
     Switch(None, "its options ask for no NetQueue queues; what ESX does with others is not known")),
    ("IntMode=2 VMDQ=8", "2.1.11.1", "on",
     Switch(False, "none; NetQueue is compiled out of this build, whatever VMDQ says")),
    ("VMDQ=8", "9.9", "on", Switch(None, "the version of the driver is not known", "--assume igb=VERSION")),
    ("IntMode=2 VMDQ=8", "400.2.4.10", "",
     Switch(None, "an option string does not tell of the VMkernel", "--assume netqueue=on|off")),
]  # fmt: skip


@pytest.mark.parametrize(("options", "version", "netqueue", "switch"), WHY)
def test_a_port_says_why_netqueue_has_its_queues_or_not(
    options: str, version: str, netqueue: str, switch: Switch
) -> None:
    facts = {"netqueue": netqueue} if netqueue else {}
    assert igb(options, version, "82576", **facts).ports[0].netqueue == switch


REMARKS = [
    ('/vmkernel/module/igb/options = "VMDQ=8"\n', {"esx": "7.0"},
     ["ESX 7.0 runs no vmklinux drivers, so igb does not run"]),
    ('/vmkernel/module/igb/enabled = "false"\n', {"esx": "4.0"}, ["igb is disabled, so ESX does not load it"]),
    ('/vmkernel/module/igb/options = "VMDQ=8"\n', {"igb": "9.9"},
     ["what igb 9.9 makes of its options is not known; say --assume igb=VERSION",
      "how many ports igb has is not known; say --ports igb=N"]),
    (PORTS + '/vmkernel/module/igb/options = "VMDQ=8"\n/vmkernel/module/igb.o/options = "VMDQ=8"\n', {"esx": "5.1"},
     ["options are written 2 times, at 7:33, 8:35: which of them counts is not known"]),
    (PORTS + '/vmkernel/module/igb/options = "VMDX=8 VMDQ=8,,8"\n', {"igb": "400.2.4.10"},
     ["igb 400.2.4.10 has no parameter VMDX",
      "what VMDQ at 7:40 is meant to be is not clear; netqlint check tells more"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts", "remarks"), REMARKS)
def test_what_stands_in_the_way_is_said(text: str, facts: dict[str, str], remarks: list[str]) -> None:
    driver = shown(text, facts).drivers[0]
    assert list(driver.remarks) == remarks
    if "run" in remarks[0] or "disabled" in remarks[0]:
        assert all(port.netqueue == Switch(False, remarks[0]) for port in driver.ports)
        assert all(cell.reading.value is None for port in driver.ports for cell in port.cells)


# --- whatever is written


@given(cases())
@settings(max_examples=80, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_shown_is_what_is_judged(case: Case) -> None:
    source = Source("text", case.text)
    views = {view.module.name: view for view in understand(source, case.assumed, case.module, load()).views}
    found = picture(source, case.assumed, case.module, load())
    assert all(draw([found], format) for format in FORMATS)
    ElementTree.fromstring(draw([found], "svg"))
    for driver in found.drivers:
        idle = any(word in " ".join(driver.remarks) for word in ("does not run", "is disabled"))
        view = views.get(driver.name)
        for port in driver.ports if view and not idle else ():
            assert view is not None
            judged = view.judged[port.index] if port.index < len(view.judged) else {}
            effective = view.effective[port.index] if port.index < len(view.effective) else {}
            for cell in port.cells:
                if cell.origin != "unclear":
                    reads = judged.get(cell.parameter, {}).get("reads")
                    assert cell.reading.value == effective.get(cell.parameter, reads)
                if cell.place:
                    assert cell.place == view.listed[cell.parameter].values[port.index]
            assert port.rx_queues.value == effective.get("rx_queues")
            assert port.netqueue.on is not True or (port.rx_queues.value or 0) > 1


# --- the formats

NASTY = (
    PORTS.replace("vmnic2", "<&\"'\x1b[31m\u202e\u4e2d").encode()
    + b'/vmkernel/module/igb/options = "VMDQ=8,8,8,8 \xff=<b>]]>,1 IntMode=2"\n'
)


def pictures() -> list[Picture]:
    sources = [decode(path.read_bytes(), path.parent.name) for path in EXAMPLES]
    sources += [decode(NASTY, "<nasty> \x1b[0m"), Source("nothing", "")]
    return [picture(source, Assumed(), None, load()) for source in sources]


@pytest.mark.parametrize("found", pictures(), ids=lambda found: repr(found.host))
def test_every_example_can_be_drawn(found: Picture) -> None:
    document = json.loads(draw([found], "json"))
    Draft202012Validator(show_schema()).validate(document)
    Show.model_validate(document)
    for width in (40, 80, 200):
        text = draw([found], "text", Style(width))
        assert [line for line in text.splitlines() if len(line) > width and "  " not in line.strip()] == []
        assert re.search(r"[^\n\x20-\x7e\xa0-\U0010ffff]", text) is None
    drawing = draw([found], "svg")
    root = ElementTree.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "http" not in drawing.replace("http://www.w3.org/2000/svg", "")
    assert not {element.tag.rpartition("}")[2] for element in root.iter()} & {"script", "image", "use", "a", "b"}


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_drawn_is_always_the_same(format: str) -> None:
    assert draw(pictures()[:3], format) == draw(pictures()[:3], format)


def test_a_table_is_no_wider_than_the_screen() -> None:
    found = shown(
        PORTS + '/vmkernel/module/igb/options = "IntMode=2,2 VMDQ=8,8 RSS=1,1 LLIPort=1,2"\n', {"igb": "400.2.4.10"}
    )
    for width in (40, 60, 80, 120):
        assert max(map(len, draw([found], "text", Style(width)).splitlines())) <= width
    assert draw([found], "text", Style(120)).count("\nport") < draw([found], "text", Style(60)).count("\nport")


def test_a_wrong_position_is_seen_in_the_drawing() -> None:
    drawing = draw([shown("VMDQ=8 IntMode=2,2,2", {"igb": "400.2.4.10"}, {"igb": "2"}, "igb")], "svg")
    assert drawing.count('class="hole"') == 1
    assert drawing.count('class="spare"') == 1
    assert drawing.count('class="port"') == 2
    assert "no port 2" in drawing
    unclear = draw([shown("VMDQ=8,,8", {"igb": "400.2.4.10"}, {"igb": "2"}, "igb")], "svg")
    assert (unclear.count('class="box"'), unclear.count('class="wire"'), unclear.count('class="hole"')) == (0, 0, 2)
    refused = draw([shown("VMDQ=16", {"igb": "400.2.4.10"}, {"igb": "82576"}, "igb")], "svg")
    assert refused.count('class="refused"') == 1


# --- the call

TABLE = """\
<igb options> on ESX 4.0 (as you say)
NetQueue in the VMkernel: on (as you say)

igb 400.2.4.10 (as you say), read as 2.3.4..2.4.13
ports: 82576,82576,82575 (as you say)

port  controller  VMDQ       IntMode    rx  tx  irq  NetQueue
   0  82576       8 1:6      2 default  8   8   9    on
   1  82576       0 missing  2 default  1   1   2    off
   2  82575       0 missing  2 default  1   1   2    off

VMDQ: the list ends before port 1, the rest of the ports have the default
NetQueue on port 0: on, 8 receive queues
NetQueue on ports 1-2: off, one receive queue
N:M behind a value: line and column of the characters that give it
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(call: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["show", *shlex.split(call)])
    return (code, *capsys.readouterr())


SAID = (
    "--options igb VMDQ=8 --ports igb=82576,82576,82575 --assume igb=400.2.4.10 --assume esx=4.0 --assume netqueue=on"
)


def test_a_host_is_shown_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SAID, capsys) == (0, TABLE, "")
    code, coloured, _ = run(f"{SAID} --color always", capsys)
    assert code == 0
    assert re.sub("\033\\[[0-9;]*m", "", coloured) == TABLE
    assert coloured != TABLE


def test_files_folders_and_configurations_are_read_as_check_does(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "esx.conf").write_text('/vmkernel/module/igb/options = "VMDQ=8"\n', encoding="utf-8")
    (here / "netqlint.toml").write_text('assume = {igb = "400.2.4.10"}\nports = {igb = 1}\n', encoding="utf-8")
    assert "igb 400.2.4.10 (as you say)" in run("", capsys)[1]
    assert "igb 400.2.4.10 (as you say)" not in run("--isolated", capsys)[1]
    documents = json.loads(run("esx.conf . --format json", capsys)[1])
    assert [host["host"] for host in documents["hosts"]] == ["esx.conf"]
    assert run("--format svg --output ports.svg", capsys) == (0, "", "")
    assert (here / "ports.svg").read_text(encoding="utf-8").startswith("<svg ")


WRONG = [
    ("nosuch", "nosuch: no such file or folder"),
    ("--format sgv", "--format sgv: no such choice; did you mean svg?"),
    ("--select NQ201", "netqlint show has no option --select; netqlint show --help lists them"),
    ("esx.conf --output esx.conf", "--output esx.conf: this file is checked, the report would overwrite it"),
    ("esx.conf --ports igb=x", "--ports igb=x: write a number or controllers"),
]


@pytest.mark.parametrize(("call", "says"), WRONG)
def test_a_wrong_call_is_answered_in_one_line(
    call: str, says: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "esx.conf").write_text('/vmkernel/module/igb/options = "VMDQ=8"\n', encoding="utf-8")
    code, out, err = run(call, capsys)
    assert (code, out) == (2, "")
    assert err.startswith(f"netqlint: {says}")
    assert err.count("\n") == 1
