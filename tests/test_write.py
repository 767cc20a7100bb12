"""A file is replaced whole or not at all, whatever happens in between."""

from __future__ import annotations

import os
import re
import resource
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from netqlint.errors import NetqlintError
from netqlint.write import Changed, replace

KILLS, FIX_KILLS = 1000, 300
TEMPORARY = re.compile(r"\.esx\.conf\.netqlint-[0-9a-f]{8}\.tmp")


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    path = tmp_path / "esx.conf"
    path.write_bytes(b"old\r\n\xff")
    return path


def test_the_new_text_takes_the_place_of_the_old_and_nothing_else_is_left(conf: Path) -> None:
    replace(str(conf), b"old\r\n\xff", b"new\r\n\xfe")
    assert conf.read_bytes() == b"new\r\n\xfe"
    assert listing(conf.parent) == ["esx.conf"]


def test_a_file_named_without_its_folder_is_found(conf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(conf.parent)
    replace("esx.conf", b"old\r\n\xff", b"new")
    assert conf.read_bytes() == b"new"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o755, 0o2664])
def test_the_mode_is_kept(conf: Path, mode: int) -> None:
    conf.chmod(mode)
    replace(str(conf), b"old\r\n\xff", b"new")
    assert stat.S_IMODE(conf.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_is_kept_where_that_is_permitted(conf: Path) -> None:
    os.chown(conf, 1234, 4321)
    conf.chmod(0o4755)
    replace(str(conf), b"old\r\n\xff", b"new")
    known = conf.stat()
    assert (known.st_uid, known.st_gid, stat.S_IMODE(known.st_mode)) == (1234, 4321, 0o4755)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="the system has no extended attributes")
def test_extended_attributes_are_kept(conf: Path) -> None:
    try:
        os.setxattr(conf, "user.origin", b"esx01")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    replace(str(conf), b"old\r\n\xff", b"new")
    assert os.getxattr(conf, "user.origin") == b"esx01"


def test_a_symbolic_link_stays_and_what_it_points_to_is_replaced(conf: Path) -> None:
    here = conf.parent / "links"
    here.mkdir()
    (here / "second").symlink_to("../esx.conf")
    (here / "first").symlink_to("second")
    replace(str(here / "first"), b"old\r\n\xff", b"new")
    assert conf.read_bytes() == b"new"
    assert os.readlink(here / "first") == "second"
    assert os.readlink(here / "second") == "../esx.conf"
    assert listing(here) == ["first", "second"]


def test_another_hard_link_keeps_the_old_text(conf: Path) -> None:
    os.link(conf, conf.parent / "saved")
    replace(str(conf), b"old\r\n\xff", b"new")
    assert (conf.parent / "saved").read_bytes() == b"old\r\n\xff"


def test_a_file_that_changed_since_it_was_read_is_left_alone(conf: Path) -> None:
    with pytest.raises(Changed) as caught:
        replace(str(conf), b"something else", b"new")
    assert str(caught.value) == f"{conf}: changed since it was read, so nothing was written"
    assert conf.read_bytes() == b"old\r\n\xff"
    assert listing(conf.parent) == ["esx.conf"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing", "No such file or directory"),
        ("folder", "not a regular file"),
        ("pipe", "not a regular file"),
        ("loop", "Too many levels of symbolic links"),
        ("dangling", "No such file or directory"),
        ("esx.conf/below", "Not a directory"),
    ],
)
def test_what_is_no_file_is_refused_in_one_line(conf: Path, name: str, why: str) -> None:
    folder = conf.parent
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    before = listing(folder)
    with pytest.raises(NetqlintError) as caught:
        replace(str(folder / name), b"", b"new")
    assert str(caught.value) == f"{folder / name}: cannot be written: {why}"
    assert listing(folder) == before


def test_a_full_disk_leaves_the_old_text_and_nothing_beside_it(conf: Path) -> None:
    # a limit on file sizes fails in the midst of writing, just as a full disk does
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(NetqlintError) as caught:
            replace(str(conf), b"old\r\n\xff", bytes(20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value) == f"{conf}: cannot be written: File too large"
    assert conf.read_bytes() == b"old\r\n\xff"
    assert listing(conf.parent) == ["esx.conf"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can stop being root")
@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o777), (0o666, 0o755)])
def test_who_may_not_write_the_file_or_its_folder_does_not(file_mode: int, folder_mode: int) -> None:
    # not in tmp_path: nobody but its owner may pass through its parents
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder, "esx.conf")
        conf.write_bytes(b"old")
        conf.chmod(file_mode)
        Path(folder).chmod(folder_mode)
        os.seteuid(65534)
        try:
            with pytest.raises(NetqlintError) as caught:
                replace(str(conf), b"old", b"new")
        finally:
            os.seteuid(0)
        assert str(caught.value) == f"{conf}: cannot be written: Permission denied"
        assert conf.read_bytes() == b"old"
        assert listing(Path(folder)) == ["esx.conf"]


def test_only_what_dead_writers_of_the_same_file_left_is_removed(conf: Path) -> None:
    import fcntl

    folder = conf.parent
    kept = [
        ".esx.conf.netqlint-0000000g.tmp",
        ".esx.conf.netqlint-00000000.tmp.txt",
        ".other.conf.netqlint-00000000.tmp",
        "esx.conf.netqlint-00000000.tmp",
    ]
    for name in [*kept, ".esx.conf.netqlint-00000001.tmp", ".esx.conf.netqlint-00000002.tmp"]:
        (folder / name).touch()
    (folder / ".esx.conf.netqlint-00000003.tmp").symlink_to("esx.conf")
    (folder / ".esx.conf.netqlint-00000004.tmp").mkdir()
    with open(folder / ".esx.conf.netqlint-00000002.tmp", "r+b") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        replace(str(conf), b"old\r\n\xff", b"new")
    assert conf.read_bytes() == b"new"
    assert listing(folder) == sorted(
        [
            *kept,
            ".esx.conf.netqlint-00000002.tmp",
            ".esx.conf.netqlint-00000003.tmp",
            ".esx.conf.netqlint-00000004.tmp",
            "esx.conf",
        ]
    )


# Forks a writer that replaces the file over and over, kills it after FROM to FROM + SPAN
# microseconds and says on one line which text it found and how many temporary files.
KILLER = """
import os, random, signal, sys, time
from netqlint.write import replace

path, texts = sys.argv[1], (b"old" * 40_000, b"new" * 50_000)
folder = os.path.dirname(path)
for kill in range(int(sys.argv[2])):
    ready, started = os.pipe()
    writer = os.fork()
    if writer == 0:
        os.write(started, b"!")
        while True:
            present = open(path, "rb", buffering=0).readall()
            replace(path, present, texts[present == texts[0]])
    os.read(ready, 1)
    os.close(ready)
    os.close(started)
    time.sleep(random.uniform(0, 0.012))
    os.kill(writer, signal.SIGKILL)
    _, status = os.waitpid(writer, 0)
    found = open(path, "rb", buffering=0).readall()
    what = ("old", "new")[texts.index(found)] if found in texts else f"broken: {found[:20]}"
    mode = os.stat(path).st_mode & 0o7777
    print(what, oct(mode), os.WTERMSIG(status), *sorted(set(os.listdir(folder)) - {"esx.conf"}))
"""


def test_killed_at_any_moment_the_file_is_the_old_or_the_new(conf: Path) -> None:
    conf.write_bytes(b"old" * 40_000)
    conf.chmod(0o640)
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(conf), str(KILLS)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=True,
    )
    seen = [line.split() for line in done.stdout.splitlines()]
    assert len(seen) == KILLS
    assert {tuple(words[:3]) for words in seen} == {("old", "0o640", "9"), ("new", "0o640", "9")}
    left = [words[3:] for words in seen]
    assert all(TEMPORARY.fullmatch(name) for names in left for name in names)
    # many died in the midst of writing, and each cleaned up behind the one before
    assert sum(map(bool, left)) > KILLS / 20
    assert max(map(len, left)) <= 2

    replace(str(conf), conf.read_bytes(), b"at last")
    assert listing(conf.parent) == ["esx.conf"]


def test_many_writers_at_once_leave_one_of_their_texts_and_nothing_else(conf: Path) -> None:
    script = """
import sys
from netqlint.write import Changed, replace
path, mine = sys.argv[1], sys.argv[2].encode() * 1000
written = 0
while written < 40:
    try:
        replace(path, open(path, "rb").read(), mine)
        written += 1
    except Changed:
        pass
"""
    writers = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", script, str(conf), letter],
            cwd=Path(__file__).parents[1],
        )
        for letter in "abcd"
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert conf.read_bytes() in {letter * 1000 for letter in (b"a", b"b", b"c", b"d")}
    assert listing(conf.parent) == ["esx.conf"]


# Forks `netqlint fix` on a broken file over and over and kills it at any moment from its first step to its last.
FIX_KILLER = """
import os, random, signal, sys, time
from netqlint.cli import main

path, broken = sys.argv[1], b'/vmkernel/module/igb/options = "IntMode=3 3"\\n' + b"# a long file\\n" * 5_000
mended = broken.replace(b"3 3", b"3,3")
sys.stderr = open(os.devnull, "w")
sys.stdout = open(os.devnull, "w")

def fix():
    open(path, "wb").write(broken)
    child = os.fork()
    if child == 0:
        os._exit(main(["fix", "--isolated", "--select", "NQ101", path]))
    return child

longest = 0.0
for _ in range(5):
    begun = time.perf_counter()
    os.waitpid(fix(), 0)
    longest = max(longest, time.perf_counter() - begun)
for kill in range(int(sys.argv[2])):
    child = fix()
    time.sleep(random.uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = open(path, "rb").read()
    print("old" if found == broken else "new" if found == mended else f"torn {found[:60]}", file=sys.__stdout__)
"""


def test_fix_killed_at_any_moment_leaves_the_old_or_the_new(conf: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIX_KILLER, str(conf), str(FIX_KILLS)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=True,
    )
    seen = done.stdout.split("\n")[:-1]
    assert len(seen) == FIX_KILLS
    assert set(seen) == {"old", "new"}
