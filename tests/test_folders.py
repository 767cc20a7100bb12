"""Folders: what in them is opened at all, and which of their texts are one host's."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from test_bundles import BACKUP, ESXI_5, tar, zipped

from netqlint import bundles
from netqlint.cli import main
from netqlint.config import Settings
from netqlint.files import is_host_bundle
from netqlint.pack import load
from netqlint.surfaces.listings import read
from netqlint.tasks import Configured, file_tasks
from netqlint.text import Source

NICS = """\
Name    PCI Device    Driver  Link  Speed  Duplex  MAC Address         MTU  Description
------  ------------  ------  ----  -----  ------  -----------------  ----  -----------
vmnic0  0000:004:00.0  igb    Up     1000  Full    00:25:90:aa:00:01  1500  Intel Corporation 82576 Gigabit
vmnic1  0000:004:00.1  igb    Up     1000  Full    00:25:90:aa:00:02  1500  Intel Corporation 82576 Gigabit
"""
IGB = "igb enabled = 1 options = 'IntMode=2,2 VMDQ=8,8,8'\n"
IXGBE = "ixgbe enabled = 1 options = 'RSS=4'\n"
RELEASE = "VMware ESXi 5.0.0 build-469512\n"
SAID = {
    "esxcfg-module-g-igb.txt": IGB,
    "esxcfg-module-g-ixgbe.txt": IXGBE,
    "esxcli-network-nic-list.txt": NICS,
    "vmware-vl.txt": RELEASE,
}

Run = tuple[int, str, str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> Run:
    code = main(words)
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return folder


def taken(*places: str) -> list[list[str]]:
    """The texts that would be judged, those together that are one host's."""
    tasks, _, _ = file_tasks(places or ["."], "", Configured(Settings(), "", False))
    return [list(task.names) for task in tasks]


# --- what a host says of itself, and nothing else


def test_outputs_alone_are_a_host(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(here / "host7", SAID)
    code, out, err = run(capsysbinary, "check", "host7", "--format", "json", "--select", "NQ122,NQ716")
    document = json.loads(out)
    assert (code, err) == (1, "")
    assert document["checked"] == sorted(f"host7/{name}" for name in SAID)
    assert [(one["code"], one["path"]) for one in document["findings"]] == [
        ("NQ122", "host7/esxcfg-module-g-igb.txt"),
        ("NQ716", "host7/esxcfg-module-g-ixgbe.txt"),
    ]
    assert {fact["name"]: fact["value"] for fact in document["facts"] if fact["basis"] == "listed"} == {
        "esx": "5.0.0", "mtu": "1500", "ports.igb": "82576,82576",
    }  # fmt: skip
    assert run(capsysbinary, "check", "host7", "--show-files")[1].split() == document["checked"]


FOLDERS = {
    "a folder for each host": ({"a/esxcfg-module-g.txt": IGB, "b/esxcfg-module-g.txt": IGB},
        [["a/esxcfg-module-g.txt"], ["b/esxcfg-module-g.txt"]]),
    "beside an esx.conf they tell of its host": ({"a/esx.conf": "", "a/esxcfg-module-g.txt": IGB}, [["a/esx.conf"]]),
    "beside two nobody knows of which": ({"esx.conf": "", "b-esx.conf": "", "esxcli.txt": IGB},
        [["b-esx.conf"], ["esx.conf"]]),
    "one that holds settings goes first": ({"esxcfg-module-g.txt": IGB, "esxcfg-a.txt": NICS},
        [["esxcfg-module-g.txt", "esxcfg-a.txt"]]),
    "other text": ({"notes.txt": IGB, "README.txt": NICS, "esxcfg-module-g.md": IGB}, []),
    "called like one, and none": ({"esxcli-cheat-sheet.txt": "esxcli is a tool\n"}, []),
    "two hosts by their prompts": (
        {"esxcfg-module-g.txt": f"[root@a:~] esxcfg-module -g igb\n{IGB}",
         "vmware-vl.txt": f"[root@b:~] vmware -vl\n{RELEASE}"},
        [["esxcfg-module-g.txt"], ["vmware-vl.txt"]]),
    "two hosts by their options": (
        {"esxcfg-module-a.txt": IGB, "esxcfg-module-b.txt": IGB.replace("IntMode=2,2", "IntMode=2")},
        [["esxcfg-module-a.txt"], ["esxcfg-module-b.txt"]]),
    "options in another order": (
        {"esxcfg-module-a.txt": IGB, "esxcfg-module-b.txt": "igb enabled = 1 options = 'VMDQ=8,8,8 IntMode=2,2'\n"},
        [["esxcfg-module-a.txt", "esxcfg-module-b.txt"]]),
    "two hosts by the places of their NICs": (
        {"esxcfg-nics-a.txt": NICS, "esxcfg-nics-b.txt": NICS.replace("0000:004", "0000:005")},
        [["esxcfg-nics-a.txt"], ["esxcfg-nics-b.txt"]]),
    "a place spelt otherwise": (
        {"esxcfg-nics-a.txt": NICS, "esxcfg-nics-b.txt": NICS.replace("0000:004", "0000:04")},
        [["esxcfg-nics-a.txt", "esxcfg-nics-b.txt"]]),
    "the room of an unpacked bundle": (
        {"x/commands/esxcfg-nics_-l.txt": NICS, "x/etc/vmware/esx.conf": ""}, [["x/etc/vmware/esx.conf"]]),
    "a room without a host": ({"x/commands/esxcfg-nics_-l.txt": NICS}, [["x/commands/esxcfg-nics_-l.txt"]]),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), FOLDERS.values(), ids=list(FOLDERS))
def test_a_folder_is_read_as_what_it_is(files: dict[str, str], expected: list[list[str]], here: Path) -> None:
    write(here, files)
    assert taken() == expected


@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_in_a_folder_is_not_waited_for(
    linked: bool, here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    os.mkfifo(here / ("pipe" if linked else "esx.conf"))
    if linked:
        (here / "esx.conf").symlink_to("pipe")
    (here / "setup.sh").write_text("esxcfg-module -s IntMode=2 igb\n", encoding="utf-8")
    assert main(["check", "--show-files", "."]) == 0
    assert capsysbinary.readouterr().out == b"setup.sh\n"


def test_an_output_named_beside_its_folder_is_read_once(here: Path) -> None:
    write(here, {**SAID, "setup.sh": "esxcfg-module -s IntMode=2 igb\n"})
    assert taken("vmware-vl.txt", ".", "setup.sh") == [["setup.sh"], list(SAID)]
    assert taken("vmware-vl.txt", "setup.sh") == [["vmware-vl.txt"], ["setup.sh"]]


def test_outputs_can_be_excluded_one_by_one(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(here, {**SAID, "netqlint.toml": 'exclude = ["*ixgbe*"]\n'})
    assert taken() == [["esxcfg-module-g-igb.txt", "esxcli-network-nic-list.txt", "vmware-vl.txt"]]
    (here / "netqlint.toml").write_text('exclude = ["*.txt"]\n', "utf-8")
    code, _, err = run(capsysbinary, "check")
    assert (code, "excludes all that would be checked" in err) == (2, True)


def test_outputs_that_are_named_as_facts_are_no_host(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(here, {f"facts/host7/{name}": text for name, text in SAID.items()})
    write(here, {"hosts/host7.esx.conf": QUEUES_ON, "said/esxcfg-module-g.txt": IGB})
    configuration = here / "netqlint.toml"
    alone = ["facts/host7/esxcfg-module-g-igb.txt", "facts/host7/esxcfg-module-g-ixgbe.txt",
             "facts/host7/esxcli-network-nic-list.txt", "facts/host7/vmware-vl.txt"]  # fmt: skip
    assert taken() == [alone, ["hosts/host7.esx.conf"], ["said/esxcfg-module-g.txt"]]
    configuration.write_text('[hosts.host7]\nfacts = ["facts/host7", "said/esxcfg-module-g.txt"]\n', "utf-8")
    assert taken() == [["hosts/host7.esx.conf"]]
    configuration.unlink()
    shown = run(capsysbinary, "check", ".", "--facts", "facts/host7", "--show-files")[1]
    assert shown.split() == ["hosts/host7.esx.conf", "said/esxcfg-module-g.txt"]


def test_what_is_not_called_like_an_output_is_not_opened(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {"a/esx.conf": "", "a/notes.txt": IGB, "b/esxcfg-module-g.txt": IGB, "c/words.txt": IGB})
    opened: list[str] = []

    def note(path: object, *rest: object, **more: object) -> object:
        opened.append(str(path))
        return real(path, *rest, **more)  # type: ignore[call-overload]

    real = open
    monkeypatch.setattr("builtins.open", note)
    taken()
    assert [path for path in opened if path.endswith(".txt")] == ["b/esxcfg-module-g.txt"]


def test_facts_alone_are_told_to_be_that(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(here / "host7", {"esxcli-network-nic-list.txt": NICS, "vmware-vl.txt": RELEASE})
    said = "netqlint: host7: tells facts and sets nothing; --facts hands them to the check of another file\n"
    code, _, err = run(capsysbinary, "check")
    assert (code, err) == (0, said)


def test_a_report_never_overwrites_an_output(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(here, SAID)
    code, _, err = run(capsysbinary, "check", ".", "--output", "vmware-vl.txt")
    assert (code, err) == (
        2,
        "netqlint: --output vmware-vl.txt: this file is checked, the report would overwrite it\n",
    )


def test_a_host_of_outputs_is_shown_as_one(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(here / "a", SAID)
    lines = run(capsysbinary, "show", "a")[1].splitlines()
    assert lines[0] == "a/esxcfg-module-g-igb.txt on ESX 5.0.0 (a/vmware-vl.txt:1)"
    assert [line for line in lines if line.startswith("N:M")] == [
        "N:M behind a value: line and column of the characters that give it",
        "N:M behind a value: line and column of the characters that give it in",
    ]
    assert lines[-1] == "  a/esxcfg-module-g-ixgbe.txt"


def test_entries_for_any_output_of_a_host_are_of_use(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    entry = "- rule: {}\n  path: {}\n  reason: so it is\n"
    write(here, SAID)
    (here / ".netqlint-ignore.yaml").write_text(
        entry.format("NQ716", "esxcfg-module-g-ixgbe.txt") + entry.format("NQ101", "esxcfg-module-g-ixgbe.txt"), "utf-8"
    )
    out = run(capsysbinary, "check", ".", "--select", "NQ716,NQ101,NQ122,NQ901", "--format", "concise", "--quiet")[1]
    assert [line.split(": ")[0] for line in out.splitlines()] == [
        ".netqlint-ignore.yaml:4:1", "esxcfg-module-g-igb.txt:1:49",
    ]  # fmt: skip


def test_many_folders_of_outputs_are_told_the_same_again(
    here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for nth in range(10):
        write(here / f"host{nth}", SAID)
    first = run(capsysbinary, "check", ".", "--format", "json")
    assert run(capsysbinary, "check", ".", "--format", "json") == first
    assert len(json.loads(first[1])["checked"]) == 40


def test_the_same_asked_twice_is_read_where_it_was_asked_last(here: Path) -> None:
    listing = (
        "~ # esxcli system module parameters list -m igb\n"
        "Name  Type  Value  Description\n----  ----  -----  -----------\nRSS   int   {}      x\n"
    )
    first, again = (Source(f"{nth}.txt", listing.format(nth)) for nth in (1, 2))
    module = read(first, load().patterns, [again]).modules[0]
    assert [(place.source.name, place.text) for place in module.options[0].parameters[0].values] == [("2.txt", "2")]


# --- bundles

NAMES = [
    ("esx-host7-2026-01-02--03.04-5.tgz", True),
    ("esx-2010-07-01--12.30.4711.tgz", True),
    ("ESX-HOST7-2026-01-02--03.04-5.ZIP", True),
    ("esx-host7.example.com-2026-01-02--03.04-5.tar.gz", True),
    ("vm-support-host7.tgz", True),
    ("configBundle-host7.tgz", True),
    ("esx-tools-1.0.tgz", False),
    ("esxi-2026-01-02.tgz", False),
    ("host7.tgz", False),
    ("my-configBundle-host7.tgz", False),
    ("esx-host7-2026-01-02--03.04-5.log", False),
]


@pytest.mark.parametrize(("name", "answer"), NAMES)
def test_hosts_call_their_bundles_so(name: str, answer: bool) -> None:
    assert is_host_bundle(name) is answer


def test_bundles_are_found_in_folders(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (here / "support").mkdir()
    (here / "support" / "esx-host7-2026-01-02--03.04-5.tgz").write_bytes(tar(ESXI_5))
    (here / "support" / "esx-host8-2026-01-02--03.04-5.zip").write_bytes(zipped(ESXI_5))
    (here / "configBundle-h.tgz").write_bytes(tar(BACKUP))
    (here / "other.tgz").write_bytes(tar(ESXI_5))
    assert taken() == [
        ["configBundle-h.tgz!/etc/vmware/esx.conf"],
        ["support/esx-host7-2026-01-02--03.04-5.tgz!/etc/vmware/esx.conf"],
        ["support/esx-host8-2026-01-02--03.04-5.zip!/etc/vmware/esx.conf"],
    ]
    (here / "netqlint.toml").write_text('exclude = ["support"]\n', "utf-8")
    assert taken() == [["configBundle-h.tgz!/etc/vmware/esx.conf"]]
    assert run(capsysbinary, "check", ".", "--select", "NQ101", "--quiet", "--format", "concise")[0] == 1


FOREIGN = {
    "files of something else": tar([("esx_tools/setup.py", b"")]),
    "a large file of something else": tar([("disk.img", bytes(2 << 20)), ("etc/vmware/esx.conf", b"")]),
    "a sign too far behind": tar([*((f"{nth}", b"") for nth in range(20)), ("etc/vmware/esx.conf", b"")]),
    "nothing at all": tar([]),
    "a zip of something else": zipped([("a/b.txt", b"")]),
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=list(FOREIGN))
def test_an_archive_of_something_else_is_passed_over(
    data: bytes, here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (here / "esx-2026-01-02.tgz").write_bytes(data)
    (here / "esx.conf").write_text("", "utf-8")
    assert run(capsysbinary, "check", ".")[0::2] == (0, "")
    assert taken() == [["esx.conf"]]


UNREADABLE = {
    b"": "cannot be read as a bundle: empty file",
    b"what is this?": "cannot be read as a bundle: it is no archive of tar, gzip or zip",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n": (
        "cannot be read as a bundle: only a pointer of git lfs is here; git lfs pull brings the bundle"
    ),
    tar(ESXI_5)[:40]: "cannot be read as a bundle: ",
}


@pytest.mark.parametrize(("data", "said"), UNREADABLE.items(), ids=["empty", "text", "git lfs", "cut off"])
def test_a_bundle_that_cannot_be_read_is_no_silent_pass(
    data: bytes, said: str, here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (here / "configBundle-h.tgz").write_bytes(data)
    (here / "esx.conf").write_text("", "utf-8")
    code, _, err = run(capsysbinary, "check", ".")
    assert code == 2
    assert err.startswith(f"netqlint: configBundle-h.tgz: {said}")
    assert err.count("\n") == 1


def test_of_a_foreign_archive_only_the_beginning_is_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = here / "esx-2026-01-02.tgz"
    path.write_bytes(tar([("disk.img", os.urandom(8 << 20)), ("etc/vmware/esx.conf", b"")]))
    taken = 0

    class Watched(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal taken
            data = super().read(size)
            taken += len(data or b"")
            return data or b""

    monkeypatch.setattr(bundles, "open", Watched, raising=False)
    assert not bundles.begins_as_one(str(path))
    assert 0 < taken < 3 << 20


# --- other texts of a host

QUEUES_ON = '/vmkernel/netNetqueueEnabled = "TRUE"\n/vmkernel/module/igb/options = "IntMode=2,2"\n'
QUEUES_OFF = "bootstate=0\nkernelopt=installerDiskDumpSlotSize=2560 netNetqueueEnabled=FALSE\n"
OTHER_OPTIONS = '#!/bin/sh\nesxcfg-module -s "IntMode=1,1" igb\nexit 0\n'
NOT_YET = "#!/bin/sh\n# local configuration options\nexit 0\n"
FIRSTBOOT = 'vmaccepteula\n%firstboot\nesxcfg-module -s "RSS=4" ixgbe\n'
LATER = '#!/bin/sh\nesxcli system module parameters set -m igb -p "IntMode=1,1"\n'
UNPACKED = "esx-host7-2026-01-02--03.04-5"
KIN = {
    "beside an esx.conf": (
        {"esx.conf": QUEUES_ON, "boot.cfg": QUEUES_OFF, "local.sh": OTHER_OPTIONS},
        ["NQ720 esx.conf:1:33 boot.cfg:2:61", "NQ721 esx.conf:2:33 local.sh:2:19"]),
    "beside two": ({"esx.conf": QUEUES_ON, "b-esx.conf": "", "boot.cfg": QUEUES_OFF, "local.sh": OTHER_OPTIONS}, []),
    "a script of any name": ({"esx.conf": QUEUES_ON, "disable.sh": OTHER_OPTIONS, "old-boot.cfg": QUEUES_OFF}, []),
    "a template": ({"esx.conf": QUEUES_ON, "local.sh.j2": OTHER_OPTIONS}, []),
    "one of two kickstarts": (
        {"esx.conf": QUEUES_ON, "a.ks": FIRSTBOOT.replace('"RSS=4" ixgbe', "IntMode=1 igb"), "b.ks": FIRSTBOOT}, []),
    "two scripts": (
        {"esx.conf": QUEUES_ON, "local.sh": 'esxcfg-module -s "RSS=4,4" ixgbe\n', "ks.cfg": FIRSTBOOT},
        ["NQ721 local.sh:1:19 ks.cfg:3:19"]),
    "an unpacked bundle": (
        {f"{UNPACKED}/etc/vmware/esx.conf": QUEUES_ON, f"{UNPACKED}/bootbank/boot.cfg": QUEUES_OFF,
         f"{UNPACKED}/etc/rc.local.d/local.sh": OTHER_OPTIONS},
        [f"NQ720 {UNPACKED}/etc/vmware/esx.conf:1:33 {UNPACKED}/bootbank/boot.cfg:2:61",
         f"NQ721 {UNPACKED}/etc/vmware/esx.conf:2:33 {UNPACKED}/etc/rc.local.d/local.sh:2:19"]),
    "excluded": (
        {"esx.conf": QUEUES_ON, "boot.cfg": QUEUES_OFF, "netqlint.toml": 'exclude = ["boot.cfg"]\n'}, []),
}  # fmt: skip


def differences(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> list[str]:
    """Each difference with its two places."""
    document = json.loads(run(capsysbinary, "check", *words, "--select", "NQ72", "--format", "json")[1])
    places = [[one, *one["related"]] for one in document["findings"]]
    return [
        " ".join([found[0]["code"], *(f"{at['path']}:{at['start']['line']}:{at['start']['column']}" for at in found)])
        for found in places
    ]


@pytest.mark.parametrize(("files", "expected"), KIN.values(), ids=list(KIN))
def test_texts_that_surely_are_of_one_host_are_compared(
    files: dict[str, str], expected: list[str], here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(here, files)
    assert differences(capsysbinary, ".") == expected
    assert differences(capsysbinary, ".", "--isolated") == []


TELLING = (
    '/resourceGroups/version = "4.1.0"\n/net/vswitch/child[0000]/mtu = "9000"\n/vmkernel/netNetqueueEnabled = "FALSE"\n'
    '/device/002:00.0/vendor = "8086"\n/device/002:00.0/device = "10c9"\n'
    '/device/002:00.1/vendor = "8086"\n/device/002:00.1/device = "10c9"\n'
)
INHERITED = "esx 4.1.0 @1, mtu 9000 @2, netqueue off @3, ports.igb 82576,82576 @4"
HEIRS = {
    "beside it": ("esx.conf", "local.sh", INHERITED),
    "a boot configuration": ("host7-esx.conf", "boot.cfg", "esx 4.1.0 @1, mtu 9000 @2"),
    "what installed it, perhaps with an older release": ("esx.conf", "host7.ks", ""),
    "in an unpacked bundle": (f"{UNPACKED}/etc/vmware/esx.conf", f"{UNPACKED}/etc/rc.local.d/local.sh", INHERITED),
    "of any name": ("esx.conf", "setup.sh", ""),
    "a template": ("esx.conf", "local.sh.j2", ""),
    "elsewhere": ("esx.conf", "other/local.sh", ""),
}


def told_by(name: str, capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> str:
    """What is known of the host of a text by a text of that name, each with its line."""
    document = json.loads(run(capsysbinary, "check", *words, "--format", "json")[1])
    facts = sorted(
        (fact["name"], fact["value"], fact["how"]) for fact in document["facts"] if fact["basis"] == "listed"
    )
    assert all(how.rpartition(":")[0].endswith(name) for _, _, how in facts)
    return ", ".join(f"{what} {value} @{how.rpartition(':')[2]}" for what, value, how in facts)


@pytest.mark.parametrize(("conf", "script", "expected"), HEIRS.values(), ids=list(HEIRS))
def test_what_an_esx_conf_tells_of_its_host_holds_for_what_sets_it_up(
    conf: str, script: str, expected: str, here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = "kernelopt=netNetqueueEnabled=TRUE\n" if script == "boot.cfg" else OTHER_OPTIONS
    write(here, {conf: TELLING, script: text})
    assert told_by(conf, capsysbinary, script) == expected
    assert told_by(conf, capsysbinary, f"./{script}") == expected
    assert told_by(conf, capsysbinary, script, "--isolated") == ""
    write(here, {"netqlint.toml": 'exclude = ["*esx.conf", "etc"]\n'})
    assert told_by(conf, capsysbinary, script) == ""
    write(here, {"netqlint.toml": "", f"{os.path.dirname(conf) or '.'}/b-esx.conf": ""})
    assert told_by(conf, capsysbinary, script) == ""


def test_a_bundle_tells_its_scripts_what_its_esx_conf_tells(
    here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    files = {"etc/vmware/esx.conf": TELLING, "etc/rc.local.d/local.sh": OTHER_OPTIONS, "root/ks.cfg": FIRSTBOOT}
    (here / "esx-a.tgz").write_bytes(tar([(f"{UNPACKED}/{name}", text.encode()) for name, text in files.items()]))
    assert told_by("esx.conf", capsysbinary, "esx-a.tgz") == INHERITED


def test_outputs_and_the_user_go_before_an_esx_conf(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write(here, {"esx.conf": TELLING, "local.sh": OTHER_OPTIONS, "vmware-vl.txt": RELEASE})
    document = json.loads(run(capsysbinary, "check", "local.sh", "--format", "json")[1])
    assert [fact["how"] for fact in document["facts"] if fact["name"] == "esx"] == ["vmware-vl.txt:1"]
    document = json.loads(
        run(capsysbinary, "check", "local.sh", "--assume", "esx=5.0", "--ports", "igb=4", "--format", "json")[1]
    )
    told = {fact["name"]: fact["value"] for fact in document["facts"] if fact["basis"] == "assumed"}
    assert told == {"esx": "5.0", "ports.igb": "4"}


def test_what_a_text_writes_itself_it_is_judged_for(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    setting = "esxcfg-advcfg -k TRUE netNetqueueEnabled\n"
    write(here, {"esx.conf": TELLING, "local.sh": OTHER_OPTIONS.replace("exit 0\n", setting)})
    assert "netqueue" not in told_by("esx.conf", capsysbinary, "local.sh")


def test_a_release_that_is_only_shown_is_shown_by_both(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    alias = '/vmkdevmgr/pci/p0000:02:00.0/alias = "vmnic0"\n'
    write(here, {"esx.conf": alias, "local.sh": OTHER_OPTIONS})
    document = json.loads(run(capsysbinary, "check", "local.sh", "--format", "json")[1])
    [release] = [fact for fact in document["facts"] if fact["name"] == "esx"]
    assert (release["value"], release["basis"], release["how"]) == ("5.5", "shown", "/vmkdevmgr/ is there")


def test_a_change_of_an_esx_conf_makes_its_scripts_be_judged_anew(
    here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for nth in range(10):
        write(here / f"host{nth}", {"esx.conf": TELLING.replace("4.1.0", "5.0.0"), "local.sh": LATER})
    assert run(capsysbinary, "check", ".", "--select", "NQ024", "--quiet")[:2] == (0, "")
    write(here / "host3", {"esx.conf": TELLING})
    out = run(capsysbinary, "check", ".", "--select", "NQ024", "--format", "concise")[1]
    assert [line.partition(" ")[0] for line in out.splitlines() if "NQ024" in line] == ["host3/local.sh:2:1:"]


def test_a_change_beside_an_esx_conf_makes_it_be_judged_anew(
    here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for nth in range(10):
        write(here / f"host{nth}", {"esx.conf": QUEUES_ON, "boot.cfg": QUEUES_OFF.replace("FALSE", "TRUE")})
    assert differences(capsysbinary, ".") == []
    (here / "host3" / "boot.cfg").write_text(QUEUES_OFF, "utf-8")
    assert differences(capsysbinary, ".") == ["NQ720 host3/esx.conf:1:33 host3/boot.cfg:2:61"]


def test_the_texts_of_a_bundle_are_of_one_host(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    files = {"README": "", "etc/vmware/esx.conf": QUEUES_ON, "bootbank/boot.cfg": QUEUES_OFF,
             "etc/rc.local.d/local.sh": OTHER_OPTIONS, "etc/rc.local.d/009.other.sh": NOT_YET,
             "root/ks.cfg": FIRSTBOOT.replace("RSS=4", "RSS=4 4"), "commands/vmware_-vl.txt": RELEASE}  # fmt: skip
    members = [(f"{UNPACKED}/{name}", text.encode()) for name, text in files.items()]
    path = f"{UNPACKED}.tgz"
    (here / path).write_bytes(tar(members))
    assert differences(capsysbinary, ".") == [
        f"NQ720 {path}!/etc/vmware/esx.conf:1:33 {path}!/bootbank/boot.cfg:2:61",
        f"NQ721 {path}!/etc/vmware/esx.conf:2:33 {path}!/etc/rc.local.d/local.sh:2:19",
    ]
    # each script is judged by itself too, where it has anything to be judged
    assert [name for [name] in taken()] == [
        f"{path}!/{name}"
        for name in ("etc/vmware/esx.conf", "bootbank/boot.cfg", "etc/rc.local.d/local.sh", "root/ks.cfg")
    ]
    before = (here / path).read_bytes()
    code, out, err = run(capsysbinary, "fix", path, "--select", "NQ101", "--diff")
    assert (code, err) == (1, "")
    assert f"+++ b/{path}!/root/ks.cfg\n" in out
    assert run(capsysbinary, "fix", path, "--unsafe", "--quiet")[0] == 1
    assert (here / path).read_bytes() == before
    told = run(capsysbinary, "check", path)[1]
    (here / path).unlink()
    write(here / UNPACKED, files)
    again = run(capsysbinary, "check", UNPACKED)[1]
    assert " ".join(again.replace(f"{UNPACKED}/", f"{path}!/").split()) == " ".join(told.split())


def test_the_manifest_of_a_backup_repeats_its_boot_options(
    here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    state = tar([("local.tgz", tar([("etc/vmware/esx.conf", QUEUES_ON.encode())]))])
    manifest = b"RELEASELEVEL=1\nUUID=2\nKERNELOPTS=netNetqueueEnabled=FALSE\nUSEROPTS=netNetqueueEnabled=FALSE\n"
    (here / "configBundle-h.tgz").write_bytes(tar([("Manifest.txt", manifest), ("state.tgz", state)]))
    assert differences(capsysbinary, ".") == [
        "NQ720 configBundle-h.tgz!/etc/vmware/esx.conf:1:33 configBundle-h.tgz!/Manifest.txt:3:31"
    ]
    assert taken() == [["configBundle-h.tgz!/etc/vmware/esx.conf"]]


def test_of_many_bundles_in_one_each_has_its_own_texts(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    def one(top: str, options: str) -> bytes:
        return tar([(f"{top}/etc/vmware/esx.conf", QUEUES_ON.encode()), (f"{top}/bootbank/boot.cfg", options.encode())])

    (here / "all.zip").write_bytes(
        zipped([("esx-a.tgz", one("esx-a", QUEUES_OFF)), ("esx-b.tgz", one("esx-b", "kernelopt=\n"))])
    )
    assert differences(capsysbinary, "all.zip") == [
        "NQ720 all.zip!/esx-a.tgz!/esx-a/etc/vmware/esx.conf:1:33 all.zip!/esx-a.tgz!/esx-a/bootbank/boot.cfg:2:61"
    ]
