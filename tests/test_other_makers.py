"""What each port gets from drivers of other makers: by the rows of a table, each read in the driver's own source."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netqlint import answers
from netqlint.compile.catalog import compile_catalog, functions
from netqlint.compile.page import CatalogError
from netqlint.driver import effective_ports, judged_ports, place_of, read_integer, refused

CATALOG = Path(__file__).parent.parent / "rules" / "catalog"

Port = dict[str, int | None]


@cache
def compiled() -> dict[str, Any]:
    return compile_catalog(CATALOG)


@cache
def called() -> dict[str, Any]:
    return {name: eval(f"lambda s: {python}", dict(vars(answers))) for name, python in functions(compiled())}


def generation(driver: str, name: str) -> dict[str, Any]:
    found = [found for found in compiled()["drivers"][driver]["generations"] if found["id"] == name]
    return dict(found[0])


def values(options: str) -> dict[str, list[int | None]]:
    pairs = (option.partition("=") for option in options.split())
    return {name: [read_integer(value) for value in listed.split(",")] for name, _, listed in pairs}


def effective(driver: str, name: str, options: str, ports: str, cpus: int | None = 16) -> list[Port]:
    controllers = [port if port != "?" else None for port in ports.split(",")]
    return effective_ports(generation(driver, name), values(options), controllers, cpus, called())


# driver, generation, options, controllers, what each port runs with
TABLE: list[tuple[str, str, str, str, str, list[int | None]]] = [
    # the list of tg3 counts the ports that can use NetQueue, and no others
    ("tg3", "3.131", "force_netq=4,2", "5719,other,5720", "rx_queues", [5, 1, 3]),
    ("tg3", "3.131", "force_netq=4,2", "5719,other,5720", "netqueue", [1, 0, 1]),
    ("tg3", "3.131", "force_netq=4,2", "5719,?,5720", "rx_queues", [5, None, None]),
    ("tg3", "3.131", "force_netq=4", "other,other", "rx_queues", [1, 1]),
    ("tg3", "3.131", "force_netq=4,0", "5718,5718", "tx_queues", [1, 1]),
    ("tg3", "3.131", "force_netq=4,0", "5718,5718", "vectors", [5, 1]),
    ("tg3", "3.131", "force_netq=16,-1", "5719,5719", "rx_queues", [17, 7]),
    # one value it does not take, wherever it stands, and no port comes up
    ("tg3", "3.131", "force_netq=4,17", "5719", "rx_queues", [None]),
    ("tg3", "3.110", "force_netq=1", "5719,other", "rx_queues", [None, None]),
    ("tg3", "3.110", "force_netq=0,-1", "5719,other", "rx_queues", [1, 1]),
    # 2.0 of bnx2 counts the 5709 and 5716, 2.2 every port
    ("bnx2", "2.0 of the maker", "force_netq=4,0", "5708,5709,5716", "netqueue", [0, 1, 0]),
    ("bnx2", "2.2 of the maker", "force_netq=4,0", "5708,5709,5716", "netqueue", [0, 0, 1]),
    ("bnx2", "2.2 of the maker", "force_netq=1,2", "5709,5709", "netqueue", [0, 1]),
    ("bnx2", "2.2 of the maker", "disable_msi=1", "5709", "rx_queues", [1]),
    ("bnx2", "2.2", "", "5709", "netqueue", [0]),
    # numbers for the whole module
    ("bnx2x", "1.61", "multi_mode=0", "?,?", "netqueue", [0, 0]),
    ("bnx2x", "1.61", "int_mode=2 num_queues=4", "?", "rx_queues", [1]),
    ("bnx2x", "1.61", "int_mode=3", "?", "netqueue", [1]),
    ("bnx2x", "1.78", "int_mode=1 num_queues=4", "?", "rx_queues", [1]),
    ("bnx2x", "1.78", "int_mode=3", "?", "rx_queues", [None]),
    ("bnx2x", "1.78", "RSS=8", "?", "RSS", [0]),
    ("bnx2x", "1.78", "RSS=4", "?", "RSS", [None]),
    ("bnx2x", "1.78", "RSS=4 num_rss_pools=0", "?", "RSS", [0]),
    ("nx_nic", "5.0", "num_rx_queues=15", "?", "num_rx_queues", [-1]),
    ("nx_nic", "5.0", "multi_ctx=0", "?", "netqueue", [0]),
    ("nx_nic", "5.0", "use_msi_x=0", "?", "netqueue", [0]),
    ("nx_nic", "5.0", "", "?", "netqueue", [None]),
    ("s2io", "2.1", "", "?", "intr_type", [2]),
    ("s2io", "2.1", "intr_type=0", "?", "intr_type", [0]),
    ("s2io", "2.1", "intr_type=1", "?", "intr_type", [0]),
    ("s2io", "2.1", "enable_netq=0", "?", "intr_type", [99]),
    ("mlx4_en", "1.9", "netq=0 netq_num_rings_per_rss=4", "?", "netq_num_rings_per_rss", [0]),
    ("mlx4_en", "1.9", "netq_num_rings_per_rss=4", "?", "netq_num_rings_per_rss", [None]),
    ("mlx4_en", "1.9", "netq=0", "?", "netqueue", [0]),
    ("mlx4_core", "1.9", "max_vfs=64", "?", "max_vfs", [64]),
    ("mlx4_core", "1.9", "max_vfs=65", "?", "max_vfs", [None]),
    ("elxnet", "names", "RSS=4,4", "?,?", "rx_queues", [None, None]),
]


@pytest.mark.parametrize(("driver", "name", "options", "ports", "result", "expected"), TABLE)
def test_a_port_gets(driver: str, name: str, options: str, ports: str, result: str, expected: list[int | None]) -> None:
    assert [port[result] for port in effective(driver, name, options, ports)] == expected


def test_the_own_choice_of_tg3_follows_the_cpus() -> None:
    known = [effective("tg3", "3.131", "force_netq=-1", "5719", cpus)[0]["rx_queues"] for cpus in (1, 4, 6, 7, 64)]
    assert known == [2, 5, 7, 7, 7]
    assert effective("tg3", "3.131", "force_netq=-1", "5719", None)[0]["rx_queues"] is None


def test_a_list_for_the_whole_module_is_read_as_nothing() -> None:
    (port,) = judged_ports(generation("bnx2x", "1.78"), values("num_queues=4,4"), [None], 16, called())
    assert port["num_queues"]["legal"] is None and port["num_queues"]["reads"] is None


def test_a_driver_looks_at_as_many_values_as_it_says() -> None:
    tg3 = generation("tg3", "3.131")
    assert refused(tg3, {"force_netq": [0] * 31 + [17]}) is True
    assert refused(tg3, {"force_netq": [0] * 32 + [17]}) is False
    assert refused(tg3, {"force_netq": [0, None]}) is None


def test_a_port_that_does_not_count_has_no_place() -> None:
    force_netq = generation("tg3", "3.131")["parameters"]["force_netq"]
    places = [place_of(force_netq, ("other", "5719", None, "5720"), port) for port in range(4)]
    assert places == [-1, 0, None, None]


def test_a_value_can_be_refused_only_where_the_range_is_plain(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "catalog"
    shutil.copytree(CATALOG, folder)
    path = folder / "drivers" / "tg3.yaml"
    path.write_text(path.read_text().replace("    min: -1\n", "", 1))
    with pytest.raises(CatalogError) as caught:
        compile_catalog(folder)
    assert "a value outside two plain numbers, min and max" in str(caught.value)


def test_names_are_all_that_is_said_where_only_names_are_known() -> None:
    for driver in compiled()["drivers"].values():
        for found in driver["generations"]:
            if found["id"] == "names" and driver["stack"] == "native":
                told = [p for p in found["parameters"].values() if p["default"] is not None or p["min"] is not None]
                assert told == []
