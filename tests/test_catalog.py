"""What is wrong in the catalog is told with its line and with the word that was probably meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from netqlint.compile.catalog import compile_catalog
from netqlint.compile.page import CatalogError

CATALOG = Path(__file__).parent.parent / "rules" / "catalog"

# file, what it says, what somebody makes of it, what is wrong with that

SLIPS = [
    ("drivers/igb.yaml", "max_ports: 32", "max_port: 32", "unknown key max_port: did you mean max_ports?"),
    ("drivers/igb.yaml", "? 0 : VMDQ", "? 0 : VMDX", "VMDQ: unknown name VMDX: did you mean VMDQ?"),
    ("drivers/igb.yaml", "max: 65535", "max: 6.5", "max is 6.5: it takes a whole number"),
    ("drivers/igb.yaml", "stack: vmklinux\n", "", "stack is missing"),
    ("drivers/igb.yaml", "{from: 2.1.11.1", "{from: 1.3.9", "1.3.9 is already in generation 1.3"),
    ("drivers/igb.yaml", 'async: ["4.0"', 'async: ["4.9"', "unknown release 4.9: did you mean 4.1?"),
    (
        "drivers/igb.yaml",
        'tx_queues_mq: "rx_queues"',
        'tx_queues_mq: "rx_queues > 1"',
        "tx_queues_mq: this is a bool, not an int",
    ),
    ("drivers/igb.yaml", "driver: igb\n", "driver: igbx\n", "igbx belongs into igbx.yaml"),
    ("devices/igb.yaml", "claims: {igb:", "claims: {igbx:", "unknown driver igbx: did you mean igb?"),
    ("drivers/igb.yaml", "version: 2.1.11.1", "version: 2.1.11.0", "no generation of igb covers 2.1.11.0"),
    (
        "drivers/igb.yaml",
        "suggest: {IntMode: 3}",
        "suggest: {IntMod: 3}",
        "unknown parameter IntMod: did you mean IntMode?",
    ),
    ("drivers/igb.yaml", "suggest: {IntMode: 3}", "suggest: {IntMode: 4}", "IntMode takes 0..3, not 4"),
    ("drivers/igb.yaml", "suggest: {IntMode: 3}", 'suggest: {IntMode: "cpus"}', "IntMode: unknown name cpus"),
    (
        "releases.yaml",
        "stacks: [native]",
        "stacks: [natve]",
        "releases.7.0.stacks.0 is 'natve': input should be 'vmklinux' or 'native'",
    ),
    (
        "settings/netqueue.yaml",
        "type: bool",
        "type: bool\n    type: int",
        'found duplicate key "type" with value "int" (original value: "bool")',
    ),
]


@pytest.mark.parametrize(("file", "said", "slip", "complaint"), SLIPS)
def test_a_slip_is_told_with_its_line(tmp_path: Path, file: str, said: str, slip: str, complaint: str) -> None:
    folder = tmp_path / "catalog"
    shutil.copytree(CATALOG, folder)
    path = folder / file
    before, found, after = path.read_text().partition(said)
    assert found
    path.write_text(before + slip + after)
    with pytest.raises(CatalogError) as caught:
        compile_catalog(folder)
    line = 1 if "missing" in complaint else before.count("\n") + 1 + slip.count("\n") * ("dup" in complaint)
    assert str(caught.value) == f"{path}:{line}: {complaint}"
