"""The files that texts lie in: which are worth looking at, as their names tell, and how they are read."""

from __future__ import annotations

import os

from netqlint.errors import Unreadable
from netqlint.patterns import compiled
from netqlint.surfaces import named
from netqlint.text import Source, decode

STDIN = "-"
# A text takes up to four times its size in memory; no real esx.conf has a hundredth of this.
LARGEST = 256 << 20


def open_source(path: str, shown: str | None = None) -> Source:
    """The text of a file (`-`: standard input). Raises NetqlintError where it cannot be read."""
    if path == STDIN:
        return decode(_standard_input(), shown or "<stdin>")
    return decode(content_of(path)[0], shown or path)


def content_of(path: str) -> tuple[bytes, os.stat_result]:
    """The bytes of a file, and its status from before they were read."""
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            _check_size(path, path, status.st_size)
            # a pipe or a device has no size of its own
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(path, f"cannot be read: {_reason(error)}") from None
    _check_size(path, path, len(data))
    return data, status


def _standard_input() -> bytes:
    import sys

    if sys.stdin is None:
        raise Unreadable(STDIN, "is closed", "standard input is closed, so - cannot be read")
    try:
        data = sys.stdin.buffer.read(LARGEST + 1)
    except OSError as error:
        said = f"cannot be read: {_reason(error)}"
        raise Unreadable(STDIN, said, f"standard input {said}") from None
    _check_size(STDIN, "standard input", len(data))
    return data


def _check_size(path: str, name: str, size: int) -> None:
    if size > LARGEST:
        reason = f"more than {LARGEST >> 20} MiB, too large for an esx.conf; it was not read"
        raise Unreadable(path, reason, f"{name}: {reason}")


# esx-host7-2026-01-02--03.04-5.tgz, and what browsers make of it
_DATED = r"[-_]\d{4}-\d\d-\d\d"


def is_esxconf(path: str) -> bool:
    """Whether a file of this name is searched for: `esx.conf`, `host7.esx.conf`, `host7-esx.conf`."""
    lower = path.lower()
    return lower == "esx.conf" or lower.endswith(_ESXCONFS)


_ESXCONFS = tuple(f"{mark}esx.conf" for mark in (".", "-", "_", "/", os.sep))


# how the files begin that people, and vm-support, keep the outputs of commands in
_OUTPUTS = (
    "esxcfg-", "vicfg-", "esxcli", "localcli", "lspci", "vmkchdev", "ethtool", "vsish", "vmkload_mod", "nicinfo",
    "vmware-v", "vmware_-v", "vmware.",
)  # fmt: skip


def is_output(name: str) -> bool:
    """Whether a file is named for the command it may hold the output of: `lspci_-v.txt`, `esxcfg-nics-l.txt`."""
    return name[-4:].lower() == ".txt" and name.lower().startswith(_OUTPUTS)


# texts that a host has once, and everybody calls so
ONCE = ("boot.cfg", "local.sh", "rc.local")
# the folders of an unpacked bundle that hold texts of its host
_INNER = (("etc", "vmware"), ("etc", "rc.local.d"), ("etc",), ("bootbank",), ("root",))
_LAST = tuple(inner[-1] for inner in _INNER)


def bundle_of(folder: str) -> str:
    """The top of the unpacked bundle that has texts of its host in this folder, empty where there is none."""
    parts = os.path.abspath(folder).split(os.sep)
    if parts[-1] not in _LAST:
        return ""
    for inner in _INNER:
        top = parts[: -len(inner)]
        if tuple(parts[-len(inner) :]) == inner and top and top[-1].startswith(("esx-", "vm-support-")):
            return os.path.normpath(os.path.join(folder, *[os.pardir] * len(inner)))
    return ""


def is_bundle(name: str) -> bool:
    """Whether a file of this name is an archive, such as a bundle of vm-support or a backup of the configuration."""
    return name.lower().endswith((".tgz", ".tar.gz", ".tar", ".zip"))


def is_host_bundle(path: str) -> bool:
    """Whether a file has a name that hosts give their bundles."""
    lower = os.path.basename(path).lower()
    if not lower.startswith(("esx-", "vm-support-", "configbundle-")) or not is_bundle(lower):
        return False
    # much else begins with esx
    return not lower.startswith("esx-") or compiled(_DATED).search(lower) is not None


def is_script(path: str) -> bool:
    """Whether a file of this name is searched for what netqlint knows: `setup.sh`, `ks.cfg`, `boot.cfg.j2`."""
    return named(path) not in ("", "esxconf")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
