"""The catalog says what was gathered: the kernel settings of 42 builds, module parameters, devices."""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netqlint.pack import load
from netqlint.version import parse, release, within

CORPUS = Path(os.environ.get("NETQLINT_CORPUS", Path(__file__).parents[2] / "shared"))
FACTS = CORPUS / "facts"
CATALOG = load().catalog
Row = dict[str, str]

if not FACTS.is_dir():
    pytest.skip("the facts are not here", allow_module_level=True)


@cache
def rows(name: str) -> tuple[Row, ...]:
    with open(FACTS / name, encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


# --- kernel settings


def built(title: str) -> tuple[str, int]:
    """`ESXi 6.7 Update 1 Build 10302608 Kernel Settings` is 6.7u1, 10302608."""
    found = re.fullmatch(r"ESXi (\S+?)(?: Update (\w+))? Build (\d+) Kernel Settings", title)
    assert found
    return found[1] + (f"u{found[2]}" if found[2] else ""), int(found[3])


def order(name: str) -> tuple[int, ...]:
    """The numbers of a build: one without an update is the first of its release, not any."""
    numbers = release(name)
    return numbers if len(numbers) > 2 else (*numbers, 0)


@cache
def seen() -> dict[str, dict[tuple[int, ...], Row]]:
    """The rows of each setting, by build."""
    settings: dict[str, dict[tuple[int, ...], Row]] = defaultdict(dict)
    for row in rows("kernel_settings_net.csv"):
        settings[row["name"]][order(built(row["esxi_build"])[0])] = row
    return settings


def default(text: str) -> int | bool:
    return {"TRUE": True, "FALSE": False}[text] if text in ("TRUE", "FALSE") else int(text, 0)


def test_the_releases_list_every_build() -> None:
    builds = {built(row["esxi_build"]) for row in rows("kernel_settings_net.csv")}
    listed = [build for known in CATALOG["releases"].values() for build in known["builds"]]
    assert len(listed) == len(builds) == 42
    assert set(listed) == builds
    for name, known in CATALOG["releases"].items():
        orders = [order(build) for build, _ in known["builds"]]
        assert orders == sorted(orders)
        assert all(found[:2] == release(name) for found in orders)


@pytest.mark.parametrize("name", sorted(seen()))
def test_a_setting_is_where_it_was_seen_and_nowhere_else(name: str) -> None:
    setting = CATALOG["settings"][name]
    for known in CATALOG["releases"].values():
        for build, _ in known["builds"]:
            here = order(build)
            spans = [span for span in setting["known"] if within(here, span["from"], span["to"])]
            gone = [span for span in setting["missing"] if within(here, span["from"], span["to"])]
            row = seen()[name].get(here)
            assert (len(spans), len(gone)) == ((1, 0) if row else (0, 1)), build
            if row:
                assert_as_told(spans[0], setting["type"], row)


def assert_as_told(span: dict[str, Any], kind: str, row: Row) -> None:
    told = default(row["default"])
    assert span["default"] == told
    assert type(told).__name__ == kind
    limit = re.search(r"[Mm]aximum value (?:for this setting )?is (\d+)", row["description"])
    assert span.get("max") == (int(limit[1]) if limit else None)
    multiple = re.search(r"multiple of (\d+)", row["description"])
    assert span.get("multiple") == (int(multiple[1]) if multiple else None)


# Settings of no list, with the reason.
UNLISTED = {
    "netPktHeapMinSize": "ESX 3.5 to 4.1 only; the catalog says that every list lacks it",
    "netPktHeapMaxSize": "ESX 3.5 to 4.1 only; the catalog says that every list lacks it",
    "preferVmklinux": "of drivers, not of the network: the lists of the network leave it out",
    "vtdEnablePostedIntr": "left out of the lists of the network; it must not pass for a misspelt iovEnablePostedIntr",
}


def test_a_setting_that_no_list_has_is_there_for_a_reason() -> None:
    assert set(CATALOG["settings"]) - set(seen()) == set(UNLISTED)


def test_what_a_setting_may_not_be_above_is_a_setting() -> None:
    above = [found["at-most"] for found in CATALOG["settings"].values() if found["at-most"]]
    assert above
    assert set(above) <= set(CATALOG["settings"])
    named = {name for found in CATALOG["settings"].values() for name in found["successors"]}
    assert named <= set(CATALOG["settings"])


# --- drivers


# Drivers of the facts that the catalog does not have, with the reason; the set may only shrink.
ABSENT = {
    "*vmklinux NIC driver*": "parameters that vmklinux gives every driver: they stand with each of them",
    "elxnet (driver name inferred)": "the name of the driver is a guess",
}

# Parameters of described drivers that the catalog does not have, or has otherwise, with the reason.
LEFT_OUT = {
    ("igb", "LRO"): "only builds for Linux have it: the catalog lists it under `linux`",
    ("igb", "LROAggr"): "only builds for Linux have it: the catalog lists it under `linux`",
    ("igb", "DisableHwReset"): "only builds for Linux have it: the catalog lists it under `linux`",
    ("igb", "DumpBuffers"): "only builds for Linux have it: the catalog lists it under `linux`",
    ("igb", "other parameters"): "no name, but a remark on a build",
    ("enic", "(none)"): "no name: the driver has no parameters",
    ("ixgbe", "DCA"): "compiled out of VMware's builds",
    **{
        ("vmxnet3", name): "in its source, and not in the module that ESXi 6.7 ships"
        for name in ("num_tqs", "num_rqs", "share_tx_intr", "buddy_intr", "rss_ind_table")
    },
}
OTHERWISE = {
    ("igb", "max_vfs"): "one number in the driver of Linux itself, a list in the builds of Intel",
    **{
        ("s2io", name): "a list whose places are rings of one port, not ports"
        for name in ("rts_frm_len", "rx_ring_sz", "tx_fifo_len")
    },
}


def parameters() -> list[tuple[str, str, str]]:
    """Driver, parameter and `port` or `module`, for the drivers that the catalog describes."""
    return [
        (row["driver"], name, "port" if row["per_port_array"] == "1" else "module")
        for row in rows("driver_params.csv")
        if row["driver"] in CATALOG["drivers"]
        for name in row["param"].split("/")
    ]


def test_every_driver_is_described_or_known_to_be_absent() -> None:
    told = {row["driver"] for row in rows("driver_params.csv")}
    assert told - set(CATALOG["drivers"]) <= set(ABSENT)
    assert set(ABSENT) <= told


def test_every_parameter_of_a_described_driver_is_in_the_catalog() -> None:
    drivers = CATALOG["drivers"]
    lacking = {(driver, name) for driver, name, _ in parameters() if name not in drivers[driver]["names"]}
    assert lacking == set(LEFT_OUT)


def test_every_parameter_goes_to_ports_or_to_the_module_as_was_told() -> None:
    otherwise = {
        (driver, name)
        for driver, name, per in parameters()
        for generation in CATALOG["drivers"][driver]["generations"]
        if name in generation["parameters"] and generation["parameters"][name]["per"] != per
    }
    assert otherwise == set(OTHERWISE)


# --- devices


NEWER = (
    *("15ae", "15b0", "15c2", "15c3", "15c4", "15c6", "15c7", "15c8", "15ca", "15cc", "15ce", "15e4", "15e5"),
    *("57ae", "57af", "57b0", "57b1", "57b2"),
)
# Ids that the facts name and no driver claims.
UNCLAIMED = {
    "8086:1534": "defined by igb, claimed by no build of it that was seen in source",
    "8086:1535": "defined by igb, claimed by no build of it that was seen in source",
    "8086:1546": "defined by igb and not claimed",
    "8086:15f6": "defined by igb and not claimed",
    "8086:154a": "of builds of ixgbe for Linux, newer than those of ESX",
    **{f"8086:{model}": "an X550 or E610, of builds of ixgbe for Linux, newer than those of ESX" for model in NEWER},
}


def test_every_device_of_a_described_driver_is_in_the_catalog() -> None:
    claimed = {number for number, device in CATALOG["devices"].items() if device["claims"]}
    told = {
        f"{row['vendor']}:{row['device']}".lower(): row
        for row in rows("pci_devices.csv")
        if row["driver"] in CATALOG["drivers"]
    }
    assert set(told) - claimed <= set(UNCLAIMED)
    wrong = [
        (number, row["controller"], CATALOG["devices"][number]["controller"])
        for number, row in told.items()
        if number in claimed and CATALOG["devices"][number]["controller"] != row["controller"]
    ]
    assert wrong == []


def test_the_igb_of_esxi_67_claims_what_its_source_claims() -> None:
    for row in rows("pci_devices.csv"):
        number = f"{row['vendor']}:{row['device']}".lower()
        if row["driver"] == "igb" and row["esxi67_inbox"] == "1":
            claim = CATALOG["devices"][number]["claims"]["igb"]
            since = claim["since"]
            assert since is None or since <= parse("5.0.5.1"), number


# --- candidates


ANSWERED = ("VMK", "OWN", "SYN", "LEN", "SRV", "MTU", "PSD", "VXL")


def test_every_candidate_is_answered_in_one_line() -> None:
    text = (Path(__file__).parents[1] / "rules" / "CANDIDATES.md").read_text("utf-8")
    told = [row["id"] for row in rows("candidate_rules.csv") if row["id"].startswith(ANSWERED)]
    answered = re.findall(r"^- ([A-Z]+\d+[a-z]?): ", text, re.MULTILINE)
    assert sorted(name for name in answered if name.startswith(ANSWERED)) == sorted(told)
    codes = {rule["code"] for rule in load().rules}
    assert set(re.findall(r"NQ\d{3}", text)) <= codes
