"""The three functions of netqlint: what they take, what they give, what they refuse."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import pytest

import netqlint
from netqlint import NetqlintError
from netqlint.finding import Fact, Undecided
from netqlint.text import encode

OPTIONS = "IntMode=2,0,1 VMDQ=8,8,8"
FACTS: Mapping[str, str | int | bool] = {"igb": "400.2.4.10", "esx": "4.0"}
ESXCONF = f'# igb\r\n/vmkernel/module/igb/options = "{OPTIONS}"\r\n'
SAYS = [
    "port 1: VMDQ=8 needs MSI-X (IntMode=2), but IntMode is 0, so igb gives it one queue",
    "port 2: VMDQ=8 needs MSI-X (IntMode=2), but IntMode is 1, so igb gives it one queue",
]


def said(report: netqlint.finding.Report, code: str = "NQ201") -> list[str]:
    return [finding.message for finding in report.findings if finding.code == code]


@pytest.mark.parametrize(
    "text", [ESXCONF, ESXCONF.encode(), b"\xef\xbb\xbf" + ESXCONF.encode()], ids=["str", "bytes", "bom"]
)
def test_a_file_is_text_or_bytes(text: str | bytes) -> None:
    report = netqlint.check(text, name="host7.esx.conf", assume=FACTS, ports={"igb": 3})
    assert said(report) == SAYS
    assert report.checked == ("host7.esx.conf",)
    places = [
        (found.span.line, found.span.column, found.span.text) for found in report.findings if found.code == "NQ201"
    ]
    assert places == [(2, 43, "0"), (2, 45, "1")]


def test_an_option_string_is_a_text_of_its_own() -> None:
    report = netqlint.check(OPTIONS, options="igb", assume=FACTS, ports={"igb": 3})
    assert said(report) == SAYS
    assert report.checked == ("esx.conf",)


@pytest.mark.parametrize("ports", [3, "3", "82576,82576,82576", "82576, I350,82576"])
def test_ports_are_a_number_or_the_controllers(ports: str | int) -> None:
    report = netqlint.check(OPTIONS, options="igb", assume=FACTS, ports={"igb": ports})
    assert said(report) == SAYS
    assert Fact("esx.conf", "ports.igb", str(ports), "assumed", "as you say") in report.facts


@pytest.mark.parametrize("told", [True, "on", "TRUE"])
def test_a_fact_may_be_a_flag(told: bool | str) -> None:
    report = netqlint.check(ESXCONF, assume={"netqueue": told})
    assert [fact.basis for fact in report.facts if fact.name == "netqueue"] == ["assumed"]


# facts, ports, driver of the option string, what is said
REFUSED: list[tuple[dict[str, str | int | bool], dict[str, str | int], str, str]] = [
    ({}, {}, "igbx", "no driver igbx in the catalog"),
    ({"exs": "4.0"}, {}, "igb", "--assume exs: no such fact; did you mean esx?"),
    ({"CPU": 4}, {}, "igb", "--assume CPU: no such fact; did you mean cpus?"),
    ({"esx": "old"}, {}, "igb", "--assume esx=old: no release; write it like 4.0 or 6.7u3"),
    ({"cpus": 0}, {}, "igb", "--assume cpus=0: not a number above 0"),
    ({"cpus": "-1"}, {}, "igb", "--assume cpus=-1: not a number above 0"),
    ({"cpus": "1" + 9 * "0"}, {}, "igb", "--assume cpus=1000000000: not a number of at most 9 digits"),
    ({"mtu": "9" * 5000}, {}, "igb", f"--assume mtu={'9' * 5000}: not a number of at most 9 digits"),
    ({"mtu": "big"}, {}, "igb", "--assume mtu=big: not a number above 0"),
    ({"netqueue": "maybe"}, {}, "igb", "--assume netqueue=maybe: write on or off"),
    ({}, {"ibg": 2}, "igb", "--ports ibg: no such driver; did you mean igb?"),
    ({}, {"igb": -1}, "igb", "--ports igb=-1: write a number"),
    ({}, {"igb": "82576,"}, "igb", "--ports igb=82576,: write a number"),
    ({}, {"igb": ""}, "igb", "--ports igb=: write a number"),
]


@pytest.mark.parametrize(("assume", "ports", "driver", "says"), REFUSED)
def test_what_cannot_be_so_is_refused(
    assume: dict[str, str | int | bool], ports: dict[str, str | int], driver: str, says: str
) -> None:
    for ask in (netqlint.check, netqlint.fix):
        with pytest.raises(NetqlintError) as refused:
            ask(OPTIONS, assume=assume, ports=ports, options=driver)
        assert str(refused.value).startswith(says)


def test_what_is_missing_to_decide_a_rule_is_named() -> None:
    report = netqlint.check("VMDQ=8", options="igb", assume={"igb": "9"})
    assert report.findings == ()
    assert all(isinstance(rule, Undecided) and rule.missing for rule in report.undecided)


def test_a_safe_fix_is_made_and_an_unsafe_one_when_asked_for() -> None:
    safe = netqlint.fix(ESXCONF, assume=FACTS, ports={"igb": 3})
    assert (safe.text, safe.made) == (ESXCONF, ())
    assert said(safe.report) == SAYS
    unsafe = netqlint.fix(ESXCONF, assume=FACTS, ports={"igb": 3}, unsafe=True)
    assert unsafe.text == ESXCONF.replace("2,0,1", "2,2,2")
    assert [finding.message for finding in unsafe.made] == SAYS
    assert said(unsafe.report) == []


def test_bytes_that_are_no_text_come_back() -> None:
    data = b"\xff\xfe" + ESXCONF.encode() + b"\x80"
    assert encode(netqlint.fix(data, assume=FACTS, ports={"igb": 3}).text) == data


def test_results_can_be_sent_away() -> None:
    report = netqlint.check(ESXCONF, assume=FACTS, ports={"igb": 3})
    fixed = netqlint.fix(ESXCONF, assume=FACTS, ports={"igb": 3}, unsafe=True)
    assert pickle.loads(pickle.dumps((report, fixed))) == (report, fixed)


# driver, options, version, controllers, cpus, the values asked about
EFFECTIVE = [
    ("igb", "IntMode=3", "1.3.8.6", ["82576"], 16, {"IntMode": 3, "rx_queues": 8, "vectors": 9}),
    ("igb", "IntMode=3", "1.3.8.6", ["82576"], None, {"IntMode": 3, "rx_queues": None, "vectors": None}),
    ("igb", "IntMode=3", "1.3.8.6", [None], 16, {"IntMode": 3, "rx_queues": None}),
    ("igb", "IntMode=0,3", "1.3.8.6", ["82576"], 16, {"IntMode": 0, "rx_queues": 1, "vectors": 0}),
    ("igb", "", "400.2.4.10", ["82576"], 16, {"VMDQ": 0, "netqueue": None}),
    ("igb", "intmode = 9", "1.3.8.6", ["82576"], 16, {"IntMode": 2, "rx_queues": 1}),
]


@pytest.mark.parametrize(("driver", "options", "version", "controllers", "cpus", "values"), EFFECTIVE)
def test_what_a_port_really_gets(
    driver: str,
    options: str,
    version: str,
    controllers: list[str | None],
    cpus: int | None,
    values: dict[str, int | None],
) -> None:
    ports = netqlint.effective(driver, options, version=version, controllers=controllers, cpus=cpus)
    assert [{name: port.get(name) for name in values} for port in ports] == [values]


def test_there_is_one_answer_for_each_port() -> None:
    assert netqlint.effective("igb", "IntMode=3", version="1.3.8.6", controllers=[]) == []
    ports = netqlint.effective("igb", "IntMode=3", version="1.3.8.6", controllers=["82576", "82575"], cpus=16)
    assert [port["rx_queues"] for port in ports] == [8, 1]


@pytest.mark.parametrize(
    ("driver", "version", "says"),
    [
        ("igbx", "1", "no driver igbx in the catalog; did you mean igb"),
        ("igb", "0.1", "no generation of igb is known to cover version 0.1"),
        ("igb", "new", "no generation of igb is known to cover version new"),
    ],
)
def test_a_driver_or_version_nobody_knows_is_refused(driver: str, version: str, says: str) -> None:
    with pytest.raises(NetqlintError) as refused:
        netqlint.effective(driver, "IntMode=3", version=version, controllers=["82576"])
    assert str(refused.value).startswith(says)
