"""Files in UTF-16, as Windows PowerShell writes them: read, judged, mended, and written as they were."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import netqlint
from netqlint.cli import main
from netqlint.text import Source, decode, encode

ENCODINGS = ["utf-16-le", "utf-16-be"]
SCRIPT = "\ufeff# für ESX 😀\r\nSet-VMHostModule igb -Options 'IntMode=3 3'\r\n"
MENDED = SCRIPT.replace("3 3", "3,3")

each = pytest.mark.parametrize("encoding", ENCODINGS)


@each
def test_a_script_is_judged_at_its_lines_and_columns(encoding: str) -> None:
    report = netqlint.check(SCRIPT.encode(encoding), name="x.ps1", ports={"igb": 2})
    assert [(one.code, one.span.line, one.span.column) for one in report.findings] == [("NQ101", 2, 40)]


@each
def test_a_fix_is_written_in_the_encoding_of_the_file(
    encoding: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "x.ps1"
    path.write_bytes(SCRIPT.encode(encoding))
    assert main(["fix", "--quiet", str(path)]) == 0
    assert path.read_bytes() == MENDED.encode(encoding)
    assert main(["fix", "--quiet", str(path)]) == 0
    assert path.read_bytes() == MENDED.encode(encoding)
    path.write_bytes(SCRIPT.encode(encoding))
    main(["fix", "--diff", str(path)])
    assert "+Set-VMHostModule igb -Options 'IntMode=3,3'" in capsysbinary.readouterr().out.decode()


@each
def test_comments_are_written_in_the_encoding_of_the_file(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ps1"
    path.write_bytes(SCRIPT.encode(encoding))
    assert main(["check", "--quiet", "--add-ignore", "so it came", str(path)]) == 0
    lines = path.read_bytes().decode(encoding).split("\r\n")
    assert lines[1] == "# netqlint: ignore[NQ101] so it came"
    assert main(["check", "--quiet", str(path)]) == 0


@each
def test_a_folder_is_searched_for_scripts_in_utf_16(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "a.ps1": SCRIPT,
        "b.ps1": "\ufeffGet-ChildItem\n",
        "c.sh": "\ufeffesxcli system module list\n",
        "d.yml": "\ufeff- vmware_vswitch: {switch: a, mtu: 9000}\n",
        "boot.cfg": "\ufeffkernelopt=netNetqueueEnabled=TRUE\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode(encoding))
    monkeypatch.chdir(tmp_path)
    main(["check", "--show-files"])
    assert capsys.readouterr().out.split() == ["a.ps1", "boot.cfg", "c.sh", "d.yml"]


@each
def test_what_a_host_reads_is_judged_and_told_to_be_in_utf_16(encoding: str) -> None:
    text = '\ufeff/vmkernel/netNetqueueEnabled = "yes"\n'
    plain = [one.code for one in netqlint.check(text.encode()).findings]
    assert [one.code for one in netqlint.check(text.encode(encoding)).findings] == sorted(["NQ014", *plain])
    script = "\ufeffesxcfg-module -s 'IntMode=3 3' igb\n".encode(encoding)
    assert {"NQ014", "NQ101"} <= {one.code for one in netqlint.check(script, name="x.sh").findings}


@each
def test_the_first_line_ends_where_lines_end(encoding: str) -> None:
    text = "\ufeffesxcfg-module -s 'IntMode=2' igb\x0b\u2028# so\resxcfg-advcfg -k TRUE netNetqueueEnabled\n"
    found = [one for one in netqlint.check(text.encode(encoding), name="x.sh").findings if one.code == "NQ014"]
    assert [one.span.text for one in found] == ["esxcfg-module -s 'IntMode=2' igb\x0b\u2028# so"]


@each
def test_what_powershell_kept_of_a_host_tells_facts(encoding: str) -> None:
    # ssh host esxcfg-module -g igb > igb.txt
    said = "\ufeffigb enabled = 1 options = 'IntMode=3 3'\r\n"
    wide, plain = (netqlint.check(data, name="igb.txt") for data in (said.encode(encoding), said.encode()))
    assert [one.code for one in plain.findings]
    assert [one.code for one in wide.findings] == [one.code for one in plain.findings]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\xff\xfe\x00\x00S\x00\x00\x00",
        b"\xff\xfeS",
        b"\xff\xfe\x00\xd8",
        b"\xfe\xff\xd8\x00",
        b"\x7fELF\x00\x00\x01\x00esxcli",
        b"S\x00e\x00t\x00",
    ],
)
def test_what_is_no_utf_16_is_read_byte_by_byte_as_ever(data: bytes) -> None:
    assert decode(data, "x") == Source("x", data.decode("utf-8", "surrogateescape"))
    assert encode(decode(data, "x").text) == data


@each
def test_a_mark_alone_says_nothing(encoding: str) -> None:
    source = decode("\ufeff".encode(encoding), "esx.conf")
    assert (source.text, source.encoding) == ("\ufeff", encoding)
    assert netqlint.check("\ufeff".encode(encoding)).findings == ()


@each
def test_places_in_the_report_are_those_of_the_text(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for name, data in (("x.ps1", SCRIPT.encode(encoding)), ("y.ps1", SCRIPT.encode())):
        (tmp_path / name).write_bytes(data)
        main(["check", "--format", "json", str(tmp_path / name)])
        (finding,) = json.loads(capsys.readouterr().out)["findings"]
        found.append((finding["start"], finding["end"], finding["text"]))
    assert found[0] == found[1]


@each
def test_lines_that_changed_are_known(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("x.ps1")
    path.write_bytes(f"{SCRIPT}# end\r\n".encode(encoding))
    for words in (
        ["init", "-q"],
        ["add", "x.ps1"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", *words], check=True)
    path.write_bytes(f"{SCRIPT}# end\r\nSet-VMHostModule ixgbe -Options 'VMDQ=3 3'\r\n".encode(encoding))
    main(["check", "--format", "json", "--diff-base", "HEAD", "x.ps1"])
    assert {one["start"]["line"] for one in json.loads(capsys.readouterr().out)["findings"]} == {4}


# --- what begins as UTF-16 and is none


def cut(text: str, encoding: str) -> bytes:
    return f"\ufeff{text}".encode(encoding)[:-1]


BROKEN = [
    cut("Set-VMHostModule igb -Options 'IntMode=3 3'\r\n", "utf-16-le"),
    cut("esxcfg-module -s 'IntMode=3 3' igb\n", "utf-16-be"),
    "\ufeff# 😀".encode("utf-16-le")[:-2],
    b"\xff\xfe\x00\xd8\x00\xd8esxcli",
    "\ufeff# a\n".encode("utf-16-le") + b"esxcli x\n",
    b"\xff\xfeS",
    b"\xff\xfe\x00\x00S\x00\x00\x00",
]


@pytest.mark.parametrize("name", ["esx.conf", "x.ps1", "x.sh", "ks.cfg", "boot.cfg", "x.yml", "x.xml", "x.tf", "x.pp"])
@pytest.mark.parametrize("data", BROKEN)
def test_broken_utf_16_is_told_once_and_not_judged(data: bytes, name: str) -> None:
    report = netqlint.check(data, name=name)
    assert [(one.code, one.span.line, one.span.column, one.fix) for one in report.findings] == [("NQ015", 1, 1, None)]
    assert netqlint.fix(data, name=name, unsafe=True).text.encode("utf-8", "surrogateescape") == data


def test_broken_utf_16_is_never_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for nth, data in enumerate(BROKEN):
        path = Path(f"{nth}.ps1")
        path.write_bytes(data)
        for words in (["fix", "--unsafe", "--quiet"], ["check", "--quiet", "--add-ignore", "why"]):
            assert main([*words, str(path)]) in (1, 2)
            assert path.read_bytes() == data
    assert "broken UTF-16 has no room for comments; write it to .netqlint-ignore.yaml" in capsys.readouterr().err


def test_a_folder_is_searched_for_what_is_broken_and_was_worth_reading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.ps1").write_bytes(BROKEN[0])
    Path("b.ps1").write_bytes(cut("Get-ChildItem\n", "utf-16-le"))
    Path("c.sh").write_bytes(BROKEN[1])
    main(["check", "--show-files"])
    assert capsys.readouterr().out.split() == ["a.ps1", "c.sh"]


def test_a_broken_output_is_told_where_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("esx.conf").write_text("", encoding="utf-8")
    Path("igb.txt").write_bytes(cut("igb enabled = 1 options = 'IntMode=3 3'\r\n", "utf-16-le"))
    assert main(["check", "igb.txt", "--format", "concise"]) == 1
    assert capsys.readouterr().out.startswith("igb.txt:1:1: error NQ015 ")
    assert main(["check", "esx.conf", "--facts", "igb.txt"]) == 2
    assert capsys.readouterr().err == "netqlint: igb.txt: no output of a host's command that netqlint reads\n"
