"""What is remembered makes a run faster, never different."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest
from texts import EXAMPLES

from netqlint import cache
from netqlint.cli import main
from netqlint.compile.pack import digest
from netqlint.tasks import Task
from netqlint.text import encode


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "netqlint"


def made(value: object = ("made",)) -> tuple[object, list[int]]:
    """What `recall` gives, and whether it had to be made."""
    calls: list[int] = []

    def make() -> object:
        calls.append(1)
        return value

    return cache.recall("pack", [b"part"], make), calls


def only(home: Path) -> Path:
    (found,) = home.iterdir()
    return found


def test_what_was_made_is_read_back(home: Path) -> None:
    assert made() == (("made",), [1])
    assert made() == (("made",), [])
    assert only(home).stat().st_mode & 0o777 == 0o600


def test_a_python_with_other_insides_keeps_it_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("_imp.source_hash")
    assert made() == (("made",), [1])
    assert made() == (("made",), [])
    only(home).write_bytes(only(home).read_bytes()[:-1] + b"x")
    assert made() == (("made",), [1])


def test_other_parts_are_made_anew() -> None:
    cache.recall("pack", [b"ab", b"c"], lambda: 1)
    assert cache.recall("pack", [b"a", b"bc"], lambda: 2) == 2


@pytest.mark.parametrize(
    "damage",
    [b"", b"x", b"\0" * 31, b"\0" * 500],
    ids=["empty", "a byte", "less than a digest", "zeros"],
)
def test_a_damaged_cache_is_made_anew(home: Path, damage: bytes) -> None:
    made()
    only(home).write_bytes(damage)
    assert made() == (("made",), [1])
    assert made() == (("made",), [])


def test_a_cache_cut_at_any_byte_is_made_anew(home: Path) -> None:
    made()
    whole = only(home).read_bytes()
    for end in range(len(whole)):
        only(home).write_bytes(whole[:end])
        assert made() == (("made",), [1])


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_trusted(home: Path, mode: int) -> None:
    made()
    only(home).chmod(mode)
    assert made()[1] == [1]


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_is_not_trusted(home: Path, mode: int) -> None:
    made()
    home.chmod(mode)
    assert made()[1] == [1]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_trusted(home: Path) -> None:
    made()
    os.chown(only(home), 12345, 12345)
    assert made()[1] == [1]


def test_a_link_is_not_followed(home: Path, tmp_path: Path) -> None:
    made()
    place = only(home)
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    # a link counts as open to all, whoever made it
    assert made()[1] == [1]


def test_without_a_place_everything_is_made_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    for home in ("relative", str(tmp_path / "file"), "/proc/none"):
        monkeypatch.setenv("XDG_CACHE_HOME", home)
        assert made() == (("made",), [1])
        assert made() == (("made",), [1])


def test_no_more_than_a_few_of_a_kind_are_kept(home: Path) -> None:
    for number in range(40):
        cache.recall("pack", [str(number).encode()], lambda: "same")
        cache.recall("config", [str(number).encode()], lambda: "same")
    kinds = [path.name.partition("-")[0] for path in home.iterdir()]
    assert (kinds.count("pack"), kinds.count("config")) == (4, 40)


def test_runs_at_once_do_not_disturb_each_other(home: Path) -> None:
    answers: list[object] = []

    def run() -> None:
        answers.extend(cache.recall("pack", [b"%d" % (turn % 3)], lambda: "x" * 50_000) for turn in range(40))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {"x" * 50_000}
    assert not list(home.glob("*.tmp"))


# --- remembered reports


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "hosts"
    folder.mkdir()
    for number in range(12):
        write(folder, number, "IntMode=3,3")
    monkeypatch.chdir(folder)
    return folder


def write(folder: Path, number: int, options: str) -> None:
    text = f'/system/uuid = "{number}"\n/vmkernel/module/igb/options = "{options}"\n'
    (folder / f"{number:02d}.esx.conf").write_text(text)


def report(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> dict[str, object]:
    main(["check", "--format", "json", "--ports", "igb=2", *words])
    document: dict[str, object] = json.loads(capsysbinary.readouterr().out)
    return document


def test_a_remembered_report_is_the_same(hosts: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    first = report(capsysbinary)
    assert report(capsysbinary) == first
    assert report(capsysbinary, "--no-cache") == first


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_what_is_remembered_of_findings_is_all_of_them(
    hosts: Path, form: str, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [case for _, case in EXAMPLES if case.module is None and not case.surface]
    for nth, case in enumerate(case for case in cases if " until " not in case.text):
        (hosts / f"example{nth}.esx.conf").write_bytes(encode(case.text))
    main(["check", "--format", form])
    first = capsysbinary.readouterr().out
    assert first.count(b"NQ") > 40
    monkeypatch.setattr(Task, "judge", None)
    main(["check", "--format", form])
    assert capsysbinary.readouterr().out == first


def test_a_file_with_findings_is_compared_before_it_is_quoted(
    hosts: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(hosts, 3, "IntMode=9,3")
    report(capsysbinary)
    # nothing but the content tells that it is another one
    monkeypatch.setattr("netqlint.fleet._stamp", lambda status: (0,))
    report(capsysbinary)
    write(hosts, 3, "IntMode=3,9")
    assert report(capsysbinary) == report(capsysbinary, "--no-cache")


@pytest.mark.parametrize("same_size", [True, False])
def test_a_changed_file_is_looked_at_again(
    hosts: Path, same_size: bool, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert report(capsysbinary)["findings"] == []
    write(hosts, 3, "IntMode=9,3" if same_size else "IntMode=9,3 ")
    assert report(capsysbinary) == report(capsysbinary, "--no-cache")
    assert report(capsysbinary)["findings"] != []


def test_a_file_that_is_only_touched_is_known_by_its_content(
    hosts: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    first = report(capsysbinary)
    for path in hosts.iterdir():
        os.utime(path, (time.time() + 5, time.time() + 5))
    assert report(capsysbinary) == first


@pytest.mark.parametrize(
    "words", [["--assume", "igb=400.2.4.10"], ["--ignore", "NQ501"], ["--assume", "esx=6.7"], ["--select", "NQ2"]]
)
def test_other_terms_are_judged_anew(hosts: Path, words: list[str], capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report(capsysbinary)
    assert report(capsysbinary, *words) == report(capsysbinary, *words, "--no-cache")


def test_a_file_that_is_gone_is_not_reported(hosts: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report(capsysbinary)
    (hosts / "05.esx.conf").unlink()
    assert report(capsysbinary) == report(capsysbinary, "--no-cache")


def test_another_netqlint_remembers_nothing_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "checker.py").write_text("verdict = 1\n")
    before = digest("RULES = ()", tmp_path)
    assert digest("RULES = ()", tmp_path) == before
    assert digest("RULES = (1,)", tmp_path) != before
    (tmp_path / "checker.py").write_text("verdict = 2\n")
    assert digest("RULES = ()", tmp_path) != before


def test_cache_clean_forgets_everything(home: Path, hosts: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report(capsysbinary)
    kept = len(list(home.iterdir()))
    assert main(["cache", "path"]) == 0
    assert capsysbinary.readouterr().out == f"{home}\n".encode()
    assert main(["cache", "clean"]) == 0
    assert capsysbinary.readouterr().out == f"removed {kept} files\n".encode()
    assert list(home.iterdir()) == []
