"""How a host is told: commands of ESX that set what netqlint reads, in the two families it has had.

`esxcfg` is that of ESX 3.5 to 4.1, which later hosts still have, `esxcli` that of ESXi 5.0 and later.
"""

from __future__ import annotations

from netqlint.patterns import compiled

# what a shell takes as it stands between double quotes, and nobody reads as the end of a line
_PLAIN = r"[\w=,.:+\-/ ]*"


def options(form: str, module: str, text: str) -> str:
    """Gives a module this option string, in the place of all it has."""
    if form == "esxcli":
        return f"esxcli system module parameters set -m {word(module)} -p {quoted(text)}"
    return f"esxcfg-module -s {quoted(text)} {word(module)}"


def enabled(form: str, module: str, on: bool) -> str:
    """Has a module loaded at boot, or not."""
    if form == "esxcli":
        return f"esxcli system module set -m {word(module)} -e {'true' if on else 'false'}"
    return f"esxcfg-module -{'e' if on else 'd'} {word(module)}"


def kernel(form: str, name: str, value: str) -> str:
    """Sets a VMkernel boot setting."""
    if form == "esxcli":
        return f"esxcli system settings kernel set -s {word(name)} -v {word(value)}"
    return f"esxcfg-advcfg -k {word(value)} {word(name)}"


def advanced(form: str, group: str, name: str, value: str) -> str:
    """Sets an advanced setting, which takes effect at once."""
    path = word(f"/{group}/{name}")
    if form == "esxcfg":
        return f"esxcfg-advcfg -s {word(value)} {path}"
    kind = "-i" if compiled("-?[0-9]+").fullmatch(value) else "-s"
    return f"esxcli system settings advanced set -o {path} {kind} {word(value)}"


def switch_mtu(form: str, switch: str, mtu: str) -> str:
    if form == "esxcli":
        return f"esxcli network vswitch standard set -v {word(switch)} -m {word(mtu)}"
    return f"esxcfg-vswitch -m {word(mtu)} {word(switch)}"


def interface_mtu(form: str, name: str, mtu: str) -> str:
    """Sets the MTU of a vmkernel NIC, which esxcfg knows by its port group: that is `name` then."""
    if form == "esxcli":
        return f"esxcli network ip interface set -i {word(name)} -m {word(mtu)}"
    return f"esxcfg-vmknic -m {word(mtu)} {word(name)}"


def quoted(text: str) -> str:
    """A text as one word, between quotes also where it needs none."""
    return f'"{text}"' if compiled(_PLAIN).fullmatch(text) else _escaped(text)


def word(text: str) -> str:
    """A text as one word."""
    return text if text and " " not in text and compiled(_PLAIN).fullmatch(text) else _escaped(text)


def _escaped(text: str) -> str:
    from shlex import quote

    return quote(text)
