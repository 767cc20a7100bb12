"""Work shared out over processes comes back as if one had done it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netqlint.cli import main
from netqlint.errors import NetqlintError
from netqlint.jobs import spread

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="one process does all the work without fork")


def square(number: int) -> int:
    return number * number


def picky(number: int) -> int:
    if number in (40, 70):
        raise NetqlintError(f"{number} is no good")
    return number


def broken(number: int) -> int:
    return 1 // (number - 30)


def deadly(number: int) -> int:
    if number == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("count", [0, 1, 2, 3, 63, 64, 65, 1000, 9000])
@pytest.mark.parametrize("jobs", [1, 2, 3, 17])
def test_results_keep_the_order_of_the_items(count: int, jobs: int) -> None:
    told: list[int] = []
    assert spread(square, range(count), jobs, told.append) == [number * number for number in range(count)]
    assert told == sorted(told)
    assert (told or [0])[-1] == count


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_the_first_item_that_cannot_be_done_is_named(jobs: int) -> None:
    with pytest.raises(NetqlintError, match=r"^40 is no good$"):
        spread(picky, range(100), jobs)


@pytest.mark.parametrize("work", [broken, deadly])
def test_a_worker_that_breaks_ends_the_run_with_a_word(work: object, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NetqlintError, match=r"^a worker process ended before its work was done"):
        spread(work, range(100), 2)  # type: ignore[arg-type]  # both are functions of a number


def test_no_worker_outlives_the_call() -> None:
    spread(square, range(200), 4)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def fleet(folder: Path, hosts: int, lines: int) -> None:
    for host in range(hosts):
        text = "".join(f'/storage/lun[{line:05d}]/name = "{host}"\n' for line in range(lines))
        mode = 3 if host % 7 else 9
        (folder / f"{host:04d}-esx.conf").write_text(f'{text}/vmkernel/module/igb/options = "IntMode={mode},3"\n')


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_the_report_is_the_same_for_every_number_of_jobs(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    fleet(tmp_path, 90, 1200)
    monkeypatch.chdir(tmp_path)
    reports = set()
    for words in (["--jobs", "1"], ["--jobs", "2"], ["--jobs", "3", "--no-cache"], ["--jobs", "2"]):
        assert main(["check", "--format", form, "--ports", "igb=2", *words]) == 1
        reports.add(capfdbinary.readouterr().out)
    assert len(reports) == 1


def test_ctrl_c_ends_all_processes_at_once(tmp_path: Path) -> None:
    fleet(tmp_path, 400, 3000)
    # enough to be shared out on any machine
    for copy in range(4):
        (tmp_path / f"copy{copy}").mkdir()
        for path in tmp_path.glob("*-esx.conf"):
            os.link(path, tmp_path / f"copy{copy}" / path.name)
    command = [sys.executable, "-m", "netqlint", "check", "--jobs", "2", "--no-cache", str(tmp_path)]
    root = Path(__file__).parent.parent
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
        start_new_session=True,
    ) as running:
        deadline = time.monotonic() + 30
        while len(processes(running.pid)) < 3 and running.poll() is None and time.monotonic() < deadline:
            pass
        begun = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=10)
    assert (running.returncode, out, err) == (130, b"", b"")
    assert time.monotonic() - begun < 5
    assert processes(running.pid) == []


def processes(group: int) -> list[int]:
    """The living processes of a session."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == group and fields[0] != "Z":
            found.append(int(place.parent.name))
    return found
