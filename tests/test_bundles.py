"""Bundles: an esx.conf is checked where it lies in an archive, and no archive can do harm."""

from __future__ import annotations

import bz2
import gzip
import io
import random
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netqlint import bundles
from netqlint.bundles import read
from netqlint.cli import main

CONF = b'/vmkernel/module/igb/options = "IntMode=3 3"\n'
NICS = b"""\
Name    PCI          Driver      Link Speed      Duplex MAC Address       MTU    Description
vmnic0  0000:04:00.0 igb         Up   1000Mbps   Full   00:25:90:aa:00:01 1500   82576 Gigabit
vmnic1  0000:04:00.1 igb         Up   1000Mbps   Full   00:25:90:aa:00:02 1500   82576 Gigabit
"""
TOP = "esx-host7-2026-01-02--03.04-5"

Files = Iterable[tuple[str, bytes]]


def tar(files: Files, mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def zipped(files: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return packed.getvalue()


ESXI_5 = [
    (f"{TOP}/README", b"..."),
    (f"{TOP}/bootbank/local.tgz", tar([("etc/vmware/esx.conf", b'/old = "1"\n')])),
    (f"{TOP}/commands/esxcfg-nics_-l.txt", NICS),
    (f"{TOP}/commands/vmware_-vl.txt", b"VMware ESXi 5.0.0 build-469512\n"),
    (f"{TOP}/commands/df.txt", b"Filesystem"),
    (f"{TOP}/etc/vmware/esx.conf", CONF),
]
ESX_4 = [
    ("./vm-support-h-2010.7/tmp/esxcfg-nics.77.txt", NICS),
    ("./vm-support-h-2010.7/etc/vmware/esx.conf", CONF),
]
BACKUP = [
    ("Manifest.txt", b"RELEASELEVEL=1\n"),
    ("state.tgz", tar([("local.tgz", tar([("etc/vmware/esx.conf", CONF)]))])),
]
BUNDLES = {
    "vm-support of ESXi 5 and later": (
        "bundle.tgz",
        tar(ESXI_5),
        ["commands/esxcfg-nics_-l.txt", "commands/vmware_-vl.txt"],
    ),
    "vm-support as zip": ("bundle.zip", zipped(ESXI_5), ["commands/esxcfg-nics_-l.txt", "commands/vmware_-vl.txt"]),
    "vm-support of ESX 4": ("bundle.tar.gz", tar(ESX_4), ["tmp/esxcfg-nics.77.txt"]),
    "without compression": ("bundle.tar", tar(ESX_4, "w"), ["tmp/esxcfg-nics.77.txt"]),
    "backup of the configuration": ("configBundle-h.tgz", tar(BACKUP), []),
    "split files": (
        "bundle.tgz",
        tar(
            [
                (f"{TOP}/etc/vmware/esx.conf.FRAG-00001", CONF[9:]),
                (f"{TOP}/commands/lspci.txt.FRAG-00001", b"..."),
                (f"{TOP}/etc/vmware/esx.conf.FRAG-00000", CONF[:9]),
            ]
        ),
        [],
    ),
}


@pytest.mark.parametrize(("name", "data", "outputs"), BUNDLES.values(), ids=list(BUNDLES))
def test_the_host_of_a_bundle_is_read(name: str, data: bytes, outputs: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    hosts, errors = read(str(path))
    assert errors == []
    assert [(host.text.name, host.text.text) for host in hosts] == [(f"{path}!/etc/vmware/esx.conf", CONF.decode())]
    assert [source.name for source in hosts[0].listings] == [f"{path}!/{output}" for output in outputs]


def test_an_export_of_many_hosts_holds_a_bundle_for_each(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped([("esx-a.tgz", tar(ESXI_5)), ("x/esx-b.tgz", tar(ESX_4)), ("vc.log", b"...")]))
    hosts, errors = read(str(path))
    assert errors == []
    assert [host.text.name.removeprefix(str(path)) for host in hosts] == [
        f"!/esx-a.tgz!/{TOP}/etc/vmware/esx.conf",
        "!/x/esx-b.tgz!/vm-support-h-2010.7/etc/vmware/esx.conf",
    ]


@pytest.mark.parametrize("outer", [tar, zipped])
def test_a_zip_in_an_archive_is_read_where_it_lies(outer: Callable[[Files], bytes], tmp_path: Path) -> None:
    path = tmp_path / "all.tgz"
    path.write_bytes(outer([("x/esx-a.zip", zipped(ESXI_5)), ("esx-b.zip", zipped(BACKUP)), ("esx.zip", b"...")]))
    hosts, errors = read(str(path))
    assert errors == []
    assert {host.text.name.removeprefix(str(path)): len(host.listings) for host in hosts} == {
        "!/esx-b.zip!/etc/vmware/esx.conf": 0,
        f"!/x/esx-a.zip!/{TOP}/etc/vmware/esx.conf": 2,
    }
    assert {host.text.text for host in hosts} == {CONF.decode()}


def test_zips_in_an_archive_are_held_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "all.tgz"
    noise = random.Random(1).randbytes(5 << 20)
    whole = zipped([(f"{TOP}/etc/vmware/esx.conf", CONF), ("noise", noise)])
    path.write_bytes(tar([(f"esx-{nth}.zip", whole) for nth in range(4)]))
    monkeypatch.setattr(bundles, "_MOST_HELD", len(whole))
    tracemalloc.start()
    hosts, errors = read(str(path))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(hosts), errors) == (4, [])
    assert most < 20 << 20


# --- what is wrong with one


def linked() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            member = tarfile.TarInfo("a/etc/vmware/esx.conf")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    return packed.getvalue()


def linked_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("a/etc/vmware/esx.conf")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return packed.getvalue()


def locked(data: bytes) -> bytes:
    """A zip archive that says of every file that it is encrypted."""
    whole = bytearray(data)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(signature)
        while at >= 0:
            whole[at + flags] |= 1
            at = whole.find(signature, at + 1)
    return bytes(whole)


def deep(levels: int) -> bytes:
    data = tar([("etc/vmware/esx.conf", CONF)])
    for _ in range(levels):
        data = tar([("state.tgz", data)])
    return data


def zips(levels: int) -> bytes:
    data = zipped([("etc/vmware/esx.conf", CONF)])
    for _ in range(levels):
        data = zipped([("esx-a.zip", data)])
    return data


def forged(data: bytes, length: int) -> bytes:
    """A zip archive that says its list of names were so long, and has as much in front of it."""
    data = b"PK" + bytes(length) + data
    return data[:-10] + length.to_bytes(4, "little") + data[-6:]


def many() -> bytes:
    return tar((f"{nth}", b"") for nth in range(60))


def header_bomb() -> bytes:
    """A tar whose only header claims a name of some hundred megabytes."""
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 300 << 20
    return gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + bytes(2 << 20))


ZEROS = bytes(90 << 20)
NOTHING = "no etc/vmware/esx.conf in this bundle"
REFUSED = {
    "no host": (tar([("a", b"")]), NOTHING),
    "out of the archive": (tar([("../etc/vmware/esx.conf", CONF), ("a/../../etc/vmware/esx.conf", CONF)]), NOTHING),
    "links": (linked(), NOTHING),
    "links in a zip": (linked_zip(), NOTHING),
    "encrypted": (
        tar([("state.tgz", tar([("local.tgz.ve", b"?")]))]),
        "its configuration is encrypted (local.tgz.ve); take a vm-support bundle of the host, or its esx.conf",
    ),
    "a bomb": (tar([("etc/vmware/zeros", ZEROS)]), "it would unpack to more than 200 times its size; it was not read"),
    "a bomb in a zip": (zipped([("zeros", ZEROS)]), "it would unpack to more than 200 times its size; it was not read"),
    "a bomb in a header": (header_bomb(), "one of its headers is larger than any name; it was not read"),
    "deep": (deep(5), "bundles lie 4 deep in each other; it was not read"),
    "many": (many(), "it holds more than 50 files; it was not read"),
    "an inner one is broken": (
        tar([("bootbank/local.tgz", b"no gzip")]),
        "its local.tgz cannot be read: not a gzipped file (b'no')",
    ),
    "no archive": (b"what is this?", "cannot be read as a bundle: it is no archive of tar, gzip or zip"),
    "another archive": (
        bz2.compress(tar(ESX_4, "w")),
        "cannot be read as a bundle: it is no archive of tar, gzip or zip",
    ),
    "with a password": (
        locked(zipped(ESXI_5)),
        "cannot be read as a bundle: it is encrypted with a password; unpack it and check the folder",
    ),
    "a bomb in bundles in bundles": (
        tar([("esx-a.tgz", tar([("esx-b.tgz", tar([("zeros", ZEROS)]))]))]),
        "it would unpack to more than 200 times its size; it was not read",
    ),
    "a bomb in a zip in a zip": (
        zipped([("esx-a.zip", zipped([("zeros", ZEROS)]))]),
        "it would unpack to more than 200 times its size; it was not read",
    ),
    "many bombs": (
        zipped([(f"esx-{nth}.zip", zipped([("zeros", ZEROS[: 8 << 20])])) for nth in range(9)]),
        "it would unpack to more than 200 times its size; it was not read",
    ),
    "zips in zips": (zips(5), "bundles lie 4 deep in each other; it was not read"),
    "a zip with a password in a zip": (
        zipped([("esx-a.zip", locked(zipped(ESXI_5)))]),
        "its esx-a.zip cannot be read: it is encrypted with a password; unpack it and check the folder",
    ),
    "a locked zip of zips": (
        locked(zipped([("esx-a.zip", zipped(ESXI_5))])),
        "cannot be read as a bundle: it is encrypted with a password; unpack it and check the folder",
    ),
    "no zip in a zip": (
        zipped([("esx-a.zip", b"PK")]),
        "its esx-a.zip cannot be read: file is not a zip file",
    ),
    "a zip that lies of its names": (
        forged(zipped([("zeros", b"")]), 17 << 20),
        "its list of names is larger than that of any bundle; it was not read",
    ),
    "a large zip in a zip": (
        zipped([("esx-a.zip", random.Random(1).randbytes(3 << 20))]),
        "its esx-a.zip is a zip archive of more than 2 MiB in an archive, and was not read; unpack it first",
    ),
    "a zip of a few bytes": (zipped(ESXI_5)[:50], "cannot be read as a bundle: file is not a zip file"),
    "empty": (b"", "cannot be read as a bundle: empty file"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_a_bundle_that_is_none_is_told_in_one_line(
    data: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "_MOST_FILES", 50)
    monkeypatch.setattr(bundles, "_MOST_HELD", 2 << 20)
    path = tmp_path / "bundle.tgz"
    path.write_bytes(data)
    tracemalloc.start()
    hosts, errors = read(str(path))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert hosts == []
    assert [error.reason for error in errors] == [reason]
    assert most < 20 << 20


def test_what_is_lost_of_many_hosts_is_told_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(
        zipped([("esx-a.tgz", tar(ESXI_5)), ("esx-b.tgz", tar(ESX_4)[:300]), ("esx-c.zip", zipped(ESXI_5)[:-40])])
    )
    hosts, errors = read(str(path))
    assert [host.text.name.removeprefix(str(path)) for host in hosts] == ["!/etc/vmware/esx.conf"]
    assert [error.reason.partition(":")[0] for error in errors] == [
        "its esx-b.tgz cannot be read",
        "its esx-c.zip cannot be read",
    ]


def test_a_backup_in_a_bundle_may_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "bundle.tgz"
    path.write_bytes(tar([("esx-a/bootbank/local.tgz", b"?"), ("esx-a/etc/vmware/esx.conf", CONF)]))
    hosts, errors = read(str(path))
    assert (len(hosts), errors) == (1, [])


def test_of_a_bundle_that_was_cut_off_what_is_there_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bundle.tgz"
    noise = random.Random(1).randbytes(1 << 20)
    path.write_bytes(tar([(f"{TOP}/etc/vmware/esx.conf", CONF), (f"{TOP}/var/log/noise", noise)])[:-4096])
    hosts, errors = read(str(path))
    assert [host.text.text for host in hosts] == [CONF.decode()]
    assert len(errors) == 1
    assert errors[0].reason.startswith("cannot be read to its end: ")


@given(st.sampled_from([tar(ESXI_5), zipped(ESXI_5), tar(BACKUP), tar(ESX_4, "w")]), st.data())
@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_damage_never_raises(tmp_path_factory: pytest.TempPathFactory, whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole)))
    damaged = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 600)) :]
    path = tmp_path_factory.getbasetemp() / "damaged.tgz"
    path.write_bytes(damaged)
    for host in read(str(path))[0]:
        assert host.text.name.startswith(f"{path}!/")


# --- on the command line


def run(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "host7.tgz"
    path.write_bytes(tar(ESXI_5))
    return path


def test_findings_point_into_a_bundle(bundle: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, _ = run(capsysbinary, "check", "host7.tgz", "--select", "NQ101", "--format", "concise")
    assert code == 1
    assert out.startswith("host7.tgz!/etc/vmware/esx.conf:1:41: error NQ101 ")
    out = run(capsysbinary, "check", "host7.tgz", "--select", "NQ101")[1]
    known = "known: esx 5.0.0 by host7.tgz!/commands/vmware_-vl.txt:1"
    assert known in out


def test_a_bundle_is_never_written(bundle: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    before = bundle.read_bytes()
    code, out, err = run(capsysbinary, "fix", "host7.tgz", "--unsafe", "--select", "NQ101", "--quiet")
    assert code == 1
    assert "IntMode=3 3" in out
    assert err == (
        "netqlint: host7.tgz!/etc/vmware/esx.conf: a bundle is never changed; "
        "netqlint fix --diff shows what is to be changed on the host\n"
    )
    code, out, err = run(capsysbinary, "fix", "host7.tgz", "--diff", "--select", "NQ101")
    assert (code, err) == (1, "")
    assert out == (
        "--- a/host7.tgz!/etc/vmware/esx.conf\n+++ b/host7.tgz!/etc/vmware/esx.conf\n@@ -1 +1 @@\n"
        '-/vmkernel/module/igb/options = "IntMode=3 3"\n+/vmkernel/module/igb/options = "IntMode=3,3"\n'
    )
    code, _, err = run(capsysbinary, "check", "host7.tgz", "--add-ignore", "why")
    assert (code, err) == (
        2,
        "netqlint: host7.tgz!/etc/vmware/esx.conf: a bundle is never changed; write it to .netqlint-ignore.yaml\n",
    )
    assert bundle.read_bytes() == before


def test_a_bundle_has_the_configuration_of_its_place(bundle: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (bundle.parent / "netqlint.toml").write_text('[[override]]\npaths = ["host7.tgz"]\nignore = ["NQ101"]\n', "utf-8")
    out = run(capsysbinary, "check", "host7.tgz", "--format", "concise", "--fail-on", "never")[1]
    assert "NQ101" not in out
    (bundle.parent / "nics.txt").write_bytes(NICS.replace(b"igb ", b"tg3 "))
    out = run(capsysbinary, "check", "host7.tgz", "--facts", "nics.txt", "--select", "NQ716")[1]
    assert "the drivers of its NICs are tg3" in out


def test_a_bundle_and_its_files_are_told_alike(bundle: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    # the first Pythons 3.11 know no filters, and later ones want to be told one
    safely: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(bundle) as archive:
        archive.extractall(bundle.parent, **safely)

    def told(*words: str) -> str:
        # names differ in length, and so do the lines they stand in
        return " ".join(run(capsysbinary, *words)[1].replace(f"{TOP}/", "host7.tgz!/").split())

    assert told("check", TOP, "--verbose") == told("check", "host7.tgz", "--verbose")
    assert told("show", TOP) == told("show", "host7.tgz")
