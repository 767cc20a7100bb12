"""Scripts: what a person reads in their lines, what is the same as in an esx.conf, what nobody can break."""

from __future__ import annotations

from pathlib import Path

import pytest

import netqlint
from netqlint.model import Host, Module, Setting
from netqlint.pack import load
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
            assert name and mtu
            rows.append((name.start, f"{kind} {name.text}={mtu.text if mtu.text.isdecimal() else '?'}"))
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
