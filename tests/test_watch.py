"""`check --watch` as a process of its own: what makes it look again, what it prints, how it ends."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netqlint.cli import main
from netqlint.watch import scene

CHECKOUT = Path(__file__).resolve().parent.parent
TORN = '/vmkernel/module/igb/options = "IntMode=3 3"\n'
MENDED = TORN.replace("3 3", "3,3")
WAITING = "waiting for changes; ctrl-C ends it\n"
# however busy the machine is
PATIENCE = 120.0


class Watching:
    """A running `netqlint check --watch`, and what it has printed so far."""

    def __init__(self, folder: Path, *words: str, stdout: int | None = None) -> None:
        self.out, self.err = folder.parent / "out", folder.parent / "err"
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "netqlint", "check", "--watch", *words],
                cwd=folder, stdout=out if stdout is None else stdout, stderr=err,
                env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            )  # fmt: skip

    def rounds(self) -> int:
        return self.err.read_text("utf-8").count(WAITING)

    def until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            assert self.process.poll() is None, self.err.read_text("utf-8")
            assert time.monotonic() < end, self.out.read_text("utf-8") + self.err.read_text("utf-8")
            time.sleep(0.02)

    def last(self) -> str:
        """The end of the last report."""
        return (self.out.read_text("utf-8").splitlines() or [""])[-1]

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "repository"
    (inner / ".git").mkdir(parents=True)
    (inner / "hosts" / "a").mkdir(parents=True)
    (inner / "hosts" / "a" / "esx.conf").write_text(TORN, "utf-8")
    return inner


@pytest.fixture
def watching(folder: Path) -> Iterator[Callable[..., Watching]]:
    begun: list[Watching] = []

    def begin(*words: str, stdout: int | None = None) -> Watching:
        begun.append(Watching(folder, *words, stdout=stdout))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.wait()


def test_it_checks_again_after_every_change_and_ends_quietly(folder: Path, watching: Callable[..., Watching]) -> None:
    run = watching("--select", "NQ101", "--format", "concise", "hosts")
    host = folder / "hosts" / "a" / "esx.conf"
    run.until(lambda: run.rounds() == 1)
    assert "NQ101" in run.out.read_text("utf-8")
    seen = len(run.out.read_text("utf-8"))

    def since() -> str:
        return run.out.read_text("utf-8")[seen:]

    # as editors do: a new file in the place of the old one
    (folder / "new").write_text(MENDED, "utf-8")
    os.replace(folder / "new", host)
    run.until(lambda: run.last().startswith("no findings · 1 file checked"))
    # a file in a folder that was not there
    (folder / "hosts" / "b").mkdir()
    (folder / "hosts" / "b" / "esx.conf").write_text(TORN, "utf-8")
    run.until(lambda: "b/esx.conf:1:" in since() and "2 files checked" in run.last())
    # a configuration above, wrong at first
    (folder / "netqlint.toml").write_text("bogus = 1\n", "utf-8")
    run.until(lambda: 'netqlint.toml:1: unknown key "bogus"' in run.err.read_text("utf-8"))
    (folder / "netqlint.toml").write_text('exclude = ["b"]\n', "utf-8")
    run.until(lambda: run.last().startswith("no findings · 1 file checked"))
    (folder / "netqlint.toml").unlink()
    run.until(lambda: "2 files checked" in run.last())
    # a file of suppressions
    (folder / ".netqlint-ignore.yaml").write_text("- {rule: NQ101, key: igb.options, reason: so}\n", "utf-8")
    known = run.rounds()
    run.until(lambda: run.rounds() > known)
    (folder / ".netqlint-ignore.yaml").unlink()
    # and a file that goes
    (folder / "hosts" / "b" / "esx.conf").unlink()
    run.until(lambda: run.last().startswith("no findings · 1 file checked"))
    assert run.end() == 130
    assert "Traceback" not in run.err.read_text("utf-8")


def test_what_is_nobodys_business_starts_nothing(folder: Path) -> None:
    before = scene([str(folder / "hosts")])
    (folder / "hosts" / "report.json").write_text("{}", "utf-8")
    (folder / "hosts" / "notes.txt").write_text("nothing", "utf-8")
    (folder / "hosts" / "a" / "esx.conf.bak").write_text(TORN, "utf-8")
    assert scene([str(folder / "hosts")]) == before


@pytest.mark.parametrize(
    "name", ["esx.conf", "h-esx.conf", "setup.sh", "ks.cfg", "boot.cfg", "set.ps1", "site.yml", "esxcfg-module-g.txt"]
)
def test_whatever_is_checked_in_a_folder_is_watched(folder: Path, name: str) -> None:
    before = scene([str(folder / "hosts")])
    (folder / "hosts" / name).write_text("one", "utf-8")
    there = scene([str(folder / "hosts")])
    (folder / "hosts" / name).write_text("another", "utf-8")
    assert len({str(before), str(there), str(scene([str(folder / "hosts")]))}) == 3


def test_a_folder_may_go_and_come_back(folder: Path, watching: Callable[..., Watching]) -> None:
    run = watching("--select", "NQ101", "--quiet", "hosts/a")
    run.until(lambda: "NQ101" in run.out.read_text("utf-8"))
    os.rename(folder / "hosts", folder / "away")
    run.until(lambda: "hosts/a: no such file or folder" in run.err.read_text("utf-8"))
    seen = len(run.out.read_text("utf-8"))
    os.rename(folder / "away", folder / "hosts")
    run.until(lambda: "NQ101" in run.out.read_text("utf-8")[seen:])
    assert run.end() == 130


def test_a_terminal_is_cleared(
    folder: Path, watching: Callable[..., Watching], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    run = watching("hosts", stdout=theirs)
    os.close(theirs)
    shown = b""
    end = time.monotonic() + PATIENCE
    while b"1 file checked" not in shown and time.monotonic() < end:
        if select.select([ours], [], [], 0.1)[0]:
            shown += os.read(ours, 65536)
    assert shown.startswith(b"\x1b[H\x1b[2J\x1b[3J")
    assert run.end() == 130
    os.close(ours)


WRONG: list[tuple[list[str], str]] = [
    (["--options", "igb", "x"], "--watch and --options do not go together; leave one out"),
    (["--add-ignore", "x"], "--watch and --add-ignore do not go together; leave one out"),
    (["--show-files"], "--watch and --show-files do not go together; leave one out"),
    (["--profile-rules"], "--watch and --profile-rules do not go together; leave one out"),
    (["-"], "--watch needs files that can change, and standard input is read once"),
    (["--select", "NQ999"], "no rule is called NQ999; did you mean NQ909?"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_a_wrong_call_is_answered_at_once(
    words: list[str], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert main(["check", "--watch", *words]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"netqlint: {said.partition(';')[0]}")


def test_without_the_extra_it_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["check", "--watch"]) == 2
    said = "--watch needs watchfiles: pip install 'netqlint[watch]'"
    assert capsys.readouterr() == ("", f"netqlint: {said}\n")


def test_a_check_depends_on_all_that_its_settings_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for path, text in {
        "netqlint.toml": 'extends = "shared/base.toml"\ninventory = "hosts.toml"\nbaseline = "known.json"\n',
        "shared/base.toml": 'extends = ["netqlint.toml"]\nrules = ["rules"]\n',
        "shared/netqlint.toml": "wrong\n",
        "shared/rules/deep/LAB001-x.yaml": "",
        "hosts/pyproject.toml": '[tool.netqlint]\nextends = "../other.toml"\n',
        "hosts/.hg/esx.conf": "",
        "hosts/esx.conf.bak": "",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    os.symlink(folder / "elsewhere" / "esx.conf", folder / "hosts" / "esx.conf")
    (folder / "elsewhere").mkdir()
    seen = scene(["hosts"], ["said.toml"])
    there = {os.path.relpath(path) for path, stamp in seen.stamps.items() if stamp}
    assert there == {
        "hosts/a/esx.conf",
        "hosts/pyproject.toml",
        "netqlint.toml",
        "shared/base.toml",
        "shared/netqlint.toml",
        "shared/rules/deep/LAB001-x.yaml",
    }
    missing = {os.path.relpath(path) for path, stamp in seen.stamps.items() if not stamp}
    assert {"hosts.toml", "known.json", "other.toml", "said.toml", "hosts/esx.conf"} <= missing
    listened = {os.path.relpath(path) for path in seen.folders}
    assert {".", "hosts", "hosts/a", "elsewhere", "shared", "shared/rules/deep"} <= listened
    assert not any(".hg" in path for path in listened)
    (folder / "elsewhere" / "esx.conf").write_text(TORN, "utf-8")
    assert scene(["hosts"], ["said.toml"]) != seen
