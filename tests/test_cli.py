"""The command line as people and scripts meet it: exit codes, both streams, files before and after."""

from __future__ import annotations

import builtins
import errno
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from netqlint import __version__
from netqlint.cli import main
from netqlint.commands import COMMANDS, room
from netqlint.pack import load

CHECKOUT = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-m", "netqlint"]

# NQ201, an error with an unsafe fix, on both ports
OFF = "IntMode=1,1 VMDQ=8,8"
ON = "IntMode=2,2 VMDQ=8,8"
KNOWN = ["--assume", "igb=400.2.4.10", "--ports", "igb=2", "--select", "NQ201"]
# NQ101, an error with a safe fix
TORN, JOINED = "IntMode=3 3", "IntMode=3,3"


def esxconf(options: str) -> str:
    return f'/net/pnic/child[0000]/name = "vmnic0"\n/vmkernel/module/igb/options = "{options}"\n'


# what one run came to: exit code, stdout, stderr
Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, where no configuration holds and nobody speaks of colours."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    def outcome(*words: str) -> Outcome:
        code = main(words)
        out, err = capsysbinary.readouterr()
        return code, out.decode("utf-8", "surrogateescape"), err.decode()

    return outcome


def process(
    *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE
) -> tuple[int, bytes, str]:
    """What a process of its own came to."""
    done = subprocess.run(
        [*PROGRAM, *words], input=stdin, stdout=stdout, stderr=subprocess.PIPE, env=environment(env), check=False
    )
    return done.returncode, done.stdout, done.stderr.decode()


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), **(more or {})}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


# --- the call

WRONG_CALLS = [
    (["chek"], "no command chek; did you mean check?"),
    (["CHECK"], "no command CHECK; did you mean check?"),
    (["frobnicate"], "no command frobnicate; there are check, fix, show, explain, suggest, rules, test, docs, schema"),
    (["there.txt"], "no command there.txt; did you mean netqlint check there.txt?"),
    (["--quiet", "check"], "--quiet stands before the command; write it behind: netqlint check --quiet"),
    (["help", "chekc"], "no command chekc; did you mean check?"),
    (["check", "--formt", "json"], "netqlint check has no option --formt; did you mean --format?"),
    (["check", "--fail_on", "error"], "netqlint check has no option --fail_on; did you mean --fail-on?"),
    (["check", "--diff"], "netqlint check has no option --diff; did you mean --diff-base?"),
    (["check", "-z"], "netqlint check has no option -z; netqlint check --help lists them"),
    (["check", "-qv"], "netqlint check has no option -qv; netqlint check --help lists them"),
    (["fix", "--dif"], "netqlint fix has no option --dif; did you mean --diff?"),
    (["check", "--format", "jsn"], "--format jsn: no such choice; did you mean json?"),
    (["check", "--format=yaml"], "--format yaml: no such choice; there are text, concise, grouped, json,"),
    (["check", "--fail-on", "Eror"], "--fail-on Eror: no such choice; did you mean error?"),
    (["check", "--color", "allways"], "--color allways: no such choice; did you mean always?"),
    (["check", "--config"], "--config needs a value: --config FILE"),
    (["check", "--config="], "--config needs a value: --config FILE"),
    (["check", "--config", "--isolated"], "--config needs a value: --config FILE"),
    (["check", "--select", " "], "--select needs a value: --select RULE,…"),
    (["check", "--quiet=yes"], "--quiet takes no value"),
    (["check", "--output", "a", "--output", "b"], "--output is given twice"),
    (["check", "there.txt", "--format", "json", "--format", "text"],
     "the reports json and text both go to standard output; give one of them a file: --format text=FILE"),
    (["check", "there.txt", "--format", "json=r", "--format", "sarif=./r"],
     "the reports json and sarif both go to ./r"),
    (["check", "there.txt", "--format", "json=r", "--format", "sarif", "--output", "r"],
     "the reports json and sarif both go to r"),
    (["check", "there.txt", "--format", "jsn=r"], "--format jsn: no such choice; did you mean json?"),
    (["check", "there.txt", "--format", "json="], "--format json=: write --format json=FILE, or --format json"),
    (["check", "there.txt", "--format", "json", "--statistics"],
     "--statistics goes to standard output in place of the report; give --format json a file: --format json=FILE"),
    (["check", "there.txt", "--jobs", "0"], "--jobs 0: write a number of processes from 1 to 999"),
    (["check", "there.txt", "--jobs", "two"], "--jobs two: write a number of processes from 1 to 999"),
    (["check", "--config", "a", "--isolated"],
     "--config names a configuration file and --isolated wants none; leave one out"),
    (["check", "--ports", "4"], "--ports 4: write --ports DRIVER=N"),
    (["check", "--assume", "4.0"], "--assume 4.0: write --assume NAME=VALUE"),
    (["check", "--assume", "esx="], "--assume esx=: write --assume NAME=VALUE"),
    (["rules", "NQ201"], "netqlint rules takes no arguments, not NQ201"),
    (["explain"], "netqlint explain needs WORD …; see netqlint explain --help"),
    (["schema"], "netqlint schema needs json|show|config|rule; see netqlint schema --help"),
    (["schema", "jsn"], "no schema jsn; did you mean json?"),
    (["schema", "json", "rule"], "netqlint schema takes json|show|config|rule, not json rule"),
    (["check", "nosuch"], "nosuch: no such file or folder"),
    (["check", ""], "'': no such file or folder"),
    (["check", "dangling"], "dangling: cannot be read: no such file or directory"),
    (["check", "links"], "links/esx.conf: cannot be read: no such file or directory"),
    (
        ["check", "empty"],
        "empty: no esx.conf in this folder or below, no script that sets up a host, and nothing that a host says of "
        "itself; name the file, or say - for standard input",
    ),
    (["fix", "there.txt", "nosuch"], "nosuch: no such file or folder"),
    (["check", "there.txt", "--output", "there.txt"],
     "--output there.txt: this file is checked, the report would overwrite it"),
    (["check", "there.txt", "--format", "text", "--format", "sarif=./there.txt"],
     "--format sarif=./there.txt: this file is checked, the report would overwrite it"),
    (["check", "there.txt", "--format", "sarif=no/r"],
     "--format sarif=no/r: cannot be written: no such file or directory"),
    (["check", "there.txt", "--output", "no/r"], "--output no/r: cannot be written: no such file or directory"),
    (["convert", "nosuch.json"], "nosuch.json: cannot be read: no such file or directory"),
    (["convert", "there.txt"], "there.txt: no JSON; netqlint check --format json=FILE writes what can be converted"),
    (["convert"], "netqlint convert needs FINDINGS.json; see netqlint convert --help"),
    (["check", "there.txt", "--output", "empty"], "--output empty: cannot be written: is a directory"),
    (["check", "there.txt", "--stdin-filename", "x"],
     "--stdin-filename names standard input, which is not read; say - to read it"),
    (["check", "there.txt", "--select", "NQ999"], "no rule is called NQ999"),
    (["check", "there.txt", "--select", "vmdq-need-msix"],
     "no rule is called vmdq-need-msix; did you mean vmdq-needs-msix?"),
    (["check", "there.txt", "--ignore", "Vmdq_Needs_Msix"],
     "no rule is called Vmdq_Needs_Msix; did you mean vmdq-needs-msix?"),
    (["check", "there.txt", "--assume", "exs=4.0"], "--assume exs: no such fact; did you mean esx?"),
    (["check", "there.txt", "--assume", "esx=four"], "--assume esx=four: no release; write it like 4.0 or 6.7u3"),
    (["check", "there.txt", "--assume", "esx=4.7"], "--assume esx=4.7: no such release; there are 3.5, 4.0,"),
    (["check", "there.txt", "--assume", "igb=new"], "--assume igb=new: no version; write it like 1.3.8.6"),
    (["check", "there.txt", "--assume", "cpus=many"], "--assume cpus=many: not a number above 0"),
    (["check", "there.txt", "--assume", "netqueue=1"], "--assume netqueue=1: write on or off"),
    (["check", "there.txt", "--ports", "ibg=4"], "--ports ibg: no such driver; did you mean igb?"),
    (["check", "there.txt", "--ports", "igb=82577"],
     "--ports igb=82577: write a number or controllers; '82577' is neither; did you mean 82576?"),
    (["check", "there.txt", "--ports", "igb=0"], "--ports igb=0: a host without ports of igb needs no --ports"),
    (["check", "--options", "igbb", "IntMode=3"], "no driver igbb in the catalog; did you mean igb"),
    (["check", "--options", "igb"],
     "--options igb needs the option string: netqlint check --options igb 'IntMode=3,3'"),
    (["check", "--options", "igb", "there.txt"],
     "--options igb takes an option string, and there.txt is a file; leave --options out"),
    (["check", "there.txt", "--config", "nosuch.toml"], "nosuch.toml: cannot be read"),
    (["explain", "NQ"], "nothing is called NQ; did you mean netq?"),
    (["explain", "vmdq-needs-msx"], "nothing is called vmdq-needs-msx; did you mean vmdq-needs-msix?"),
    (["explain", "IntMod"], "nothing is called IntMod; did you mean IntMode?"),
    (["explain", "igb.VMDX"], "nothing is called igb.VMDX; did you mean igb.VMDQ?"),
    (["explain", "netNetqueueEnable"], "nothing is called netNetqueueEnable; did you mean netNetqueueEnabled?"),
    (["explain", "esx6.8"], "nothing is called esx6.8; did you mean esx6.7?"),
    (["explain", "8086-10c9"], "nothing is called 8086-10c9; did you mean 8086:10c9?"),
    (["explain", "quux"], "nothing is called quux; netqlint rules lists the rules"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), WRONG_CALLS, ids=[" ".join(words) for words, _ in WRONG_CALLS])
def test_a_wrong_call_is_answered_in_one_line(words: Sequence[str], said: str, run: Run, here: Path) -> None:
    write(here / "there.txt", esxconf(TORN))
    (here / "empty").mkdir()
    (here / "links").mkdir()
    (here / "links" / "esx.conf").symlink_to("nowhere")
    (here / "dangling").symlink_to("nowhere")
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith(f"netqlint: {said}")
    assert err.count("\n") == 1


def test_a_line_feed_in_a_name_does_not_break_the_line(run: Run) -> None:
    assert run("check", "no\nsuch") == (2, "", "netqlint: no such: no such file or folder\n")


def test_a_diff_names_files_as_git_does(run: Run, here: Path) -> None:
    host = write(here / 'a\nb\x1b[31m"' / "esx.conf", esxconf(TORN))
    code, diff, _ = process("fix", "--diff", "--select", "NQ101", ".")
    assert code == 1
    assert diff.startswith(b'--- "a/a\\012b\\033[31m\\"/esx.conf"\n+++ "b/a\\012b\\033[31m\\"/esx.conf"\n@@')
    subprocess.run(["git", "apply"], input=diff, check=True, cwd=here)
    assert host.read_text("utf-8") == esxconf(JOINED)


# what stands where a file is expected, and what is said of it; all of it is no accident of ours
IN_THE_WAY = [
    ("netqlint.toml", "link", "netqlint.toml: cannot be read: no such file or directory"),
    (".netqlint-ignore.yaml", "link", ".netqlint-ignore.yaml: cannot be read: no such file or directory"),
    ("rules/OUR1.yaml", "link", "rules/OUR1.yaml: cannot be read: no such file or directory"),
    ("rules/OUR1.yaml", "unreadable", "rules/OUR1.yaml: cannot be read: permission denied"),
    ("rules", "unreadable", "rules: cannot be read: permission denied"),
    ("facts", "unreadable", "facts: cannot be read: permission denied"),
    ("netqlint.toml", "unreadable", "netqlint.toml: cannot be read: permission denied"),
]


@pytest.mark.parametrize(("name", "what", "said"), IN_THE_WAY, ids=[f"{name} {what}" for name, what, _ in IN_THE_WAY])
def test_what_cannot_be_read_is_told_in_one_line(
    name: str, what: str, said: str, run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / "esx.conf", esxconf(JOINED))
    write(here / "netqlint.toml", f'{name.partition("/")[0]} = ["{name.partition("/")[0]}"]\n')
    place = here / name
    place.parent.mkdir(exist_ok=True)
    if name == place.name:
        (here / "netqlint.toml").unlink() if what != "unreadable" or name == "netqlint.toml" else None
    if what == "link":
        place.symlink_to("nowhere")
    else:
        place.touch() if "." in name else place.mkdir()
        forbid(place, monkeypatch)
    assert run("check") == (2, "", f"netqlint: {said}\n")


def forbid(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a file or folder one that may not be read; root, who may read everything, is told so by a stand-in."""
    place.chmod(0)
    if os.geteuid() == 0:
        for module, function in ((builtins, "open"), (os, "listdir"), (os, "scandir")):
            monkeypatch.setattr(module, function, forbidding(place, getattr(module, function)))


def forbidding(place: Path, real: Callable[..., object]) -> Callable[..., object]:
    def refuse(path: object = ".", *rest: object, **more: object) -> object:
        if not isinstance(path, int) and os.path.abspath(os.fsdecode(path)) == str(place):  # type: ignore[arg-type]
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *rest, **more)

    return refuse


def test_a_baseline_of_what_cannot_be_read_is_not_written(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / "a.esx.conf", esxconf(TORN))
    forbid(write(here / "esx.conf", esxconf(TORN)), monkeypatch)
    said = "netqlint: esx.conf: cannot be read: permission denied\n"
    assert run("baseline", "write", ".") == (2, "", said)
    assert not (here / ".netqlint-baseline.json").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_where_nobody_can_be_told_the_exit_code_still_tells() -> None:
    done = subprocess.run(f"{' '.join(PROGRAM)} check nowhere 2>/dev/full", shell=True, env=environment(), check=False)
    assert done.returncode == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(run: Run, here: Path) -> None:
    write(here / "esx.conf", "").chmod(0)
    assert run("check") == (2, "", "netqlint: esx.conf: cannot be read: permission denied\n")


def test_nothing_said_is_answered_with_the_overview(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert run("--help") == run("help") == run("-h") == (0, err, "")


@pytest.mark.parametrize("word", ["--version", "-V", "version"])
def test_the_version_is_told(word: str, run: Run) -> None:
    assert run(word) == (0, f"netqlint {__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_80_columns_and_names_every_option(name: str, run: Run) -> None:
    code, out, err = run(name, "--help")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert [option.name for option in room(name).COMMAND.options if f"--{option.name}" not in out] == []
    assert run(name, "nosuch", "-h") == run("help", name) == (0, out, "")


def test_the_overview_fits_80_columns_and_names_every_command(run: Run) -> None:
    _, out, _ = run("--help")
    assert max(map(len, out.splitlines())) <= 80
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


# --- exit codes and streams


def test_a_clean_host_is_0_and_findings_are_1(run: Run, here: Path) -> None:
    host = write(here / "esx.conf", esxconf(ON))
    assert run("check", *KNOWN)[0] == 0
    write(host, esxconf(OFF))
    code, out, err = run("check", *KNOWN)
    assert (code, err) == (1, "")
    assert out.startswith("error[NQ201 vmdq-needs-msix]: port 0: VMDQ=8")


ERROR, WARNING = esxconf(TORN), esxconf(JOINED) + '/vmkernel/module/igb.o/enabled = "true"\n'
THRESHOLDS = [
    (ERROR, "error", 1),
    (ERROR, "warning", 1),
    (ERROR, "info", 1),
    (ERROR, "never", 0),
    (WARNING, "error", 0),
    (WARNING, "warning", 1),
    (WARNING, "info", 1),
    (WARNING, "never", 0),
    (esxconf(JOINED), "info", 0),
]


@pytest.mark.parametrize(("text", "least", "code"), THRESHOLDS)
def test_fail_on_is_the_least_severity_that_fails(text: str, least: str, code: int, run: Run, here: Path) -> None:
    write(here / "esx.conf", text)
    only = ["--select", "NQ101,two-module-names"]
    assert run("check", "--fail-on", least, *only)[0] == code


def test_warnings_fail_by_default(run: Run, here: Path) -> None:
    write(here / "esx.conf", WARNING)
    assert run("check", "--select", "two-module-names")[0] == 1


def test_an_interrupt_is_130() -> None:
    with subprocess.Popen(
        [*PROGRAM, "check", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as running:
        # more than a pipe holds: once it is all written, somebody is reading
        assert running.stdin is not None
        running.stdin.write(b'/a/b = "c"\n' * 20_000)
        running.stdin.flush()
        # and a signal is only heard while it waits for more
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
        assert running.stdout is not None and running.stderr is not None
        assert (running.stdout.read(), running.stderr.read()) == (b"", b"")


@pytest.mark.parametrize(
    "words",
    [
        ["rules"],
        ["check", "-", "--format", "json"],
        ["fix", "-"],
        ["schema", "json"],
        ["show", "-"],
        ["explain", "igb"],
        ["suggest", "igb", "--ports", "4"],
    ],
)
def test_a_reader_that_goes_away_is_141(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert process(*words, stdin=ERROR.encode(), stdout=writer)[::2] == (141, "")
    finally:
        os.close(writer)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_told_in_one_line() -> None:
    with open("/dev/full", "wb") as full:
        code, _, err = process("rules", stdout=full.fileno())
    assert (code, err) == (2, "netqlint: standard output cannot be written: no space left on device\n")


CLOSED = [
    ("check - >&-", 1, ""),
    ("check nosuch 2>&-", 2, ""),
    ("check - <&-", 2, "netqlint: standard input is closed, so - cannot be read\n"),
]


@pytest.mark.parametrize(("call", "code", "err"), CLOSED)
def test_a_closed_stream_is_no_accident(call: str, code: int, err: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m netqlint {call}', sys.executable],
        input=ERROR.encode(), capture_output=True, env=environment(), check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.decode()) == (code, b"", err)


def test_the_report_is_alone_on_stdout(run: Run, here: Path) -> None:
    write(here / "esx.conf", esxconf(OFF))
    _, out, err = run("check", "--format", "json", "--verbose", *KNOWN)
    assert err == ""
    assert [finding["code"] for finding in json.loads(out)["findings"]] == ["NQ201", "NQ201"]


# --- what is checked


def test_folders_are_searched_and_every_file_is_checked_once(run: Run, here: Path) -> None:
    found = ["a/esx.conf", "a/host7-esx.conf", "b/ESX.CONF", "b/host8.esx.conf", "b/host9_esx.conf", "esx.conf"]
    for name in (*found, ".git/esx.conf", "b/note.conf", "b/esx.conf.bak"):
        write(here / name, esxconf(ON))
    (here / "c").mkdir()
    (here / "c" / "esx.conf").symlink_to("../esx.conf")
    named = ["a", "./a/esx.conf", "b/note.conf"]
    report = json.loads(run("check", ".", *named, "--format", "json", *KNOWN)[1])
    assert report["checked"] == sorted([*found, "b/note.conf"])


def test_standard_input_is_checked_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    text = esxconf(OFF).encode()
    concise = ["--format", "concise", "--quiet"]
    assert process("check", "-", *KNOWN, *concise, stdin=text)[1].startswith(b"<stdin>:2:41: error NQ201 ")
    named = process("check", "-", "--stdin-filename", "hosts/esx.conf", *KNOWN, *concise, stdin=text)
    assert named[1].startswith(b"hosts/esx.conf:2:41: error NQ201 ")


def test_the_name_of_standard_input_chooses_its_configuration(here: Path) -> None:
    write(here / "netqlint.toml", 'ignore = ["NQ101"]\n[[override]]\npaths = ["loud"]\nselect = ["NQ101"]\n')
    assert process("check", "-", stdin=ERROR.encode())[0] == 0
    assert process("check", "-", "--stdin-filename", "loud/esx.conf", stdin=ERROR.encode())[0] == 1


OPTION_CALLS = [
    ["IntMode=1,1 VMDQ=8,8"],
    ["IntMode=1,1", "VMDQ=8,8"],
    ["--", "IntMode=1,1", "VMDQ=8,8"],
]


@pytest.mark.parametrize("words", OPTION_CALLS)
def test_an_option_string_is_checked_with_and_without_quotes(words: list[str], run: Run) -> None:
    code, out, _ = run("check", "--options", "igb", *KNOWN, "--format", "concise", "--quiet", *words)
    assert code == 1
    assert [line.partition(": ")[0] for line in out.splitlines()] == ["<igb options>:1:9", "<igb options>:1:11"]


def test_an_option_string_comes_from_standard_input() -> None:
    code, out, _ = process(
        "check", "--options", "igb", "-", *KNOWN, "--format", "concise", "--quiet", stdin=OFF.encode()
    )
    assert (code, out.count(b"error NQ201")) == (1, 2)


PORTS = [
    ("igb=2", 2),
    ("igb=1", 1),
    ("igb=82576,82576", 2),
    ("igb=82576", 1),
    ("igb=i350,82576", 2),
    ("igb= 82576 , 82576 ", 2),
]


@pytest.mark.parametrize(("ports", "count"), PORTS)
def test_ports_are_a_number_or_controllers(ports: str, count: int, run: Run) -> None:
    words = ["--assume", "igb=400.2.4.10", "--select", "NQ201", "--format", "json", "--ports", ports]
    report = json.loads(run("check", "--options", "igb", OFF, *words)[1])
    assert len(report["findings"]) == count


def test_of_two_facts_of_one_name_the_later_holds(run: Run) -> None:
    words = ["--assume", "igb=400.2.4.10", "--assume", "igb=1.3.8.6", "--ports", "igb=2", "--select", "NQ201"]
    assert run("check", "--options", "igb", OFF, *words)[0] == 0


# --- which rules

CHOICES = [
    (["--select", "NQ101"], ["NQ101"]),
    (["--select", "nq101"], ["NQ101"]),
    (["--select", "blanks-between-values"], ["NQ101"]),
    (["--select", "NQ1"], ["NQ101", "NQ103"]),
    (["--select", "1xx"], ["NQ101", "NQ103"]),
    (["--select", "10"], ["NQ101", "NQ103"]),
    (["--select", "NQ103,NQ101"], ["NQ101", "NQ103"]),
    (["--select", "NQ103", "--select", "NQ101"], ["NQ101", "NQ103"]),
    (["--select", "NQ1", "--ignore", "NQ103"], ["NQ101"]),
    (["--select", "NQ1", "--ignore", "NQ1"], []),
    (["--select", "NQ0"], []),
]


@pytest.mark.parametrize(("words", "codes"), CHOICES, ids=[" ".join(words) for words, _ in CHOICES])
def test_rules_are_chosen_by_code_name_and_family(words: list[str], codes: list[str], run: Run) -> None:
    text = "IntMode=3 3,InterruptThrottleRate=1,1"
    facts = ["--assume", "esx=4.0", "--ports", "igb=2", "--format", "json"]
    report = json.loads(run("check", "--options", "igb", text, *facts, *words)[1])
    assert sorted({finding["code"] for finding in report["findings"]}) == codes


# --- how it is told


def test_json_is_what_its_schema_says(run: Run, here: Path) -> None:
    schema = json.loads(run("schema", "json")[1])
    Draft202012Validator.check_schema(schema)
    write(here / "esx.conf", esxconf(OFF))
    for words in (KNOWN, []):
        Draft202012Validator(schema).validate(json.loads(run("check", "--format", "json", *words)[1]))


def test_quiet_tells_findings_only_and_verbose_every_fact(run: Run, here: Path) -> None:
    write(here / "esx.conf", esxconf(ON))
    assert run("check", "--quiet", *KNOWN) == (0, "", "")
    assert run("check", "-q", *KNOWN) == (0, "", "")
    assert "igb 400.2.4.10 (assumed: as you say)" in run("check", "-v", *KNOWN)[1]


def test_a_report_goes_to_a_file(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "esx.conf", esxconf(OFF))
    _, shown, _ = run("check", *KNOWN)
    # a file is no terminal, whatever the surroundings want
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run("check", "--output", "report", *KNOWN) == (1, "", "")
    assert (here / "report").read_text(encoding="utf-8") == shown


def test_a_report_does_not_follow_a_link_onto_what_is_checked(run: Run, here: Path) -> None:
    host = write(here / "esx.conf", esxconf(OFF))
    (here / "report").symlink_to("esx.conf")
    assert run("check", "--output", "report")[0] == 2
    assert host.read_text(encoding="utf-8") == esxconf(OFF)


COLOURS: list[tuple[list[str], dict[str, str], bool, bool]] = [
    # words, surroundings, on a terminal, coloured
    ([], {}, False, False),
    ([], {"TERM": "xterm"}, True, True),
    ([], {"TERM": "dumb"}, True, False),
    ([], {"TERM": "xterm", "NO_COLOR": "1"}, True, False),
    ([], {"TERM": "xterm", "NO_COLOR": ""}, True, True),
    ([], {"FORCE_COLOR": "1"}, False, True),
    ([], {"FORCE_COLOR": ""}, False, False),
    ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ([], {"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    (["--color", "always"], {}, False, True),
    (["--color", "always"], {"NO_COLOR": "1"}, False, True),
    (["--color", "never"], {"TERM": "xterm", "FORCE_COLOR": "1"}, True, False),
    (["--color=auto"], {"TERM": "xterm"}, True, True),
]


@pytest.mark.parametrize(("words", "surroundings", "terminal", "coloured"), COLOURS)
def test_colours_are_for_those_who_see_them(
    words: list[str], surroundings: dict[str, str], terminal: bool, coloured: bool
) -> None:
    call = ["check", "--options", "igb", OFF, *KNOWN, *words]
    out = on_terminal(call, surroundings) if terminal else process(*call, env=surroundings)[1]
    assert b"NQ201" in out
    assert (b"\033[" in out) == coloured


def on_terminal(words: Sequence[str], surroundings: Mapping[str, str]) -> bytes:
    """All that a process writes to a terminal of its own."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([*PROGRAM, *words], stdout=theirs, stderr=theirs, env=environment(surroundings)) as running:
        os.close(theirs)
        written = b""
        # Linux answers with an error once nobody is left to write
        while part := _read(ours):
            written += part
        running.wait(30)
    os.close(ours)
    return written


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("100", 100), ("", 80), ("many", 80)])
def test_lines_are_as_wide_as_there_is_room(
    columns: str, width: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    longest = max(map(len, run("check", "--options", "igb", OFF, *KNOWN)[1].splitlines()))
    assert width - 25 < longest <= width


# --- configuration


def test_configuration_is_found_upwards_and_told_apart_by_path(run: Run, here: Path) -> None:
    write(
        here / "netqlint.toml",
        'assume.igb = "400.2.4.10"\nports.igb = 2\nselect = ["NQ201"]\nexclude = ["old"]\n'
        '[[override]]\npaths = ["lab/**"]\nignore = ["NQ201"]\n',
    )
    for name in ("deep/down/esx.conf", "lab/esx.conf", "old/esx.conf"):
        write(here / name, esxconf(OFF))
    report = json.loads(run("check", "--format", "json")[1])
    assert report["checked"] == ["deep/down/esx.conf", "lab/esx.conf"]
    assert {finding["path"] for finding in report["findings"]} == {"deep/down/esx.conf"}


def test_what_is_excluded_stays_out_even_when_named(run: Run, here: Path) -> None:
    write(here / "netqlint.toml", 'exclude = ["old"]\n')
    write(here / "old" / "esx.conf", ERROR)
    code, out, err = run("check", "old/esx.conf")
    assert (code, err) == (0, "netqlint: old/esx.conf: not checked, the configuration excludes it\n")
    assert out.endswith("0 files checked\n")
    assert run("check", "old/esx.conf", "--quiet") == (0, "", "")
    assert run("fix", "old/esx.conf", "--quiet") == (0, "", "")
    assert (here / "old" / "esx.conf").read_text(encoding="utf-8") == ERROR
    said = "old: nothing to check, the configuration excludes all that would be checked in this folder"
    assert run("check", "old") == (2, "", f"netqlint: {said}\n")


def test_the_call_goes_before_the_configuration(run: Run, here: Path) -> None:
    write(here / "netqlint.toml", 'fail-on = "never"\nassume.igb = "1.3.8.6"\nports.igb = 2\n')
    write(here / "esx.conf", esxconf(OFF))
    assert run("check")[0] == 0
    assert run("check", "--fail-on", "error", *KNOWN)[0] == 1


def test_another_configuration_or_none_may_be_named(run: Run, here: Path) -> None:
    write(here / "netqlint.toml", 'select = ["NQ101"]\n')
    write(here / "other.toml", 'select = ["NQ201"]\n')
    write(here / "esx.conf", ERROR)
    assert [run("check", *words)[0] for words in ([], ["--config", "other.toml"], ["--isolated"])] == [1, 0, 1]


def test_pyproject_is_a_configuration_too(run: Run, here: Path) -> None:
    write(here / "pyproject.toml", '[tool.netqlint]\nignore = ["quux"]\n')
    write(here / "esx.conf", ERROR)
    assert run("check") == (2, "", 'netqlint: pyproject.toml:2: unknown rule "quux"\n')
    write(here / "pyproject.toml", '[tool.netqlint]\nselect = ["NQ2"]\n')
    assert run("check")[0] == 0


BROKEN_SHARED = {
    "broken": (b"[tool.ruff]\n[tool.netqlint\n", "pyproject.toml:2: not TOML: "),
    "of others, and broken": (b"# netqlint\n[tool.ruff\n", "pyproject.toml:2: not TOML: "),
    "no text": (b"# netqlint \xff", "pyproject.toml:1: not UTF-8\n"),
    "in UTF-16": ("\ufeff[tool.netqlint]\n".encode("utf-16-le"), "pyproject.toml:1: not UTF-8\n"),
}


@pytest.mark.parametrize(("data", "said"), BROKEN_SHARED.values(), ids=list(BROKEN_SHARED))
def test_a_pyproject_that_may_speak_to_us_and_is_broken_is_told(data: bytes, said: str, run: Run, here: Path) -> None:
    (here / "pyproject.toml").write_bytes(data)
    (here / "a").mkdir()
    write(here / "a" / "esx.conf", ERROR)
    write(here / "other.toml", "")
    code, out, err = run("check", "a")
    assert (code, out) == (2, "")
    assert err.startswith(f"netqlint: {said}")
    assert err.count("\n") == 1
    assert [run("check", "a", *words)[0] for words in (["--isolated"], ["--config", "other.toml"])] == [1, 1]


def test_a_pyproject_that_may_not_be_read_is_told(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "pyproject.toml", "")
    write(here / "esx.conf", ERROR)
    forbid(here / "pyproject.toml", monkeypatch)
    assert run("check") == (2, "", "netqlint: pyproject.toml: cannot be read: permission denied\n")
    assert run("check", "--isolated")[0] == 1


WRONG_CONFIGURATIONS = [
    ('selct = ["NQ101"]', 'netqlint.toml:1: unknown key "selct"; did you mean "select"?'),
    ('fail-on = "eror"',
     'netqlint.toml:1: fail-on is "eror": it takes "error", "warning", "info" or "never"; did you mean "error"?'),
    ('[assume]\nesx = 4.0', 'netqlint.toml:2: assume.esx is 4.0: it takes text in quotes, "4.0"'),
    ('[assume]\nigbb = "1.3.8.6"', 'netqlint.toml:2: unknown fact "igbb"; did you mean "igb'),
    ('[ports]\nibg = 4', 'netqlint.toml:2: unknown driver "ibg"; did you mean "igb'),
    ('select = ["vmdq-need-msix"]', 'netqlint.toml:1: unknown rule "vmdq-need-msix"; did you mean "vmdq-needs-msix"?'),
    ('select = [', "netqlint.toml:1: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG_CONFIGURATIONS)
def test_what_is_wrong_in_a_configuration_is_answered_in_one_line(text: str, said: str, run: Run, here: Path) -> None:
    write(here / "netqlint.toml", f"{text}\n")
    write(here / "esx.conf", ERROR)
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert err.startswith(f"netqlint: {said}")
    assert err.count("\n") == 1


def test_configurations_are_what_their_schema_says(run: Run) -> None:
    schema = json.loads(run("schema", "config")[1])
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    examples = sorted((CHECKOUT / "examples").glob("*/netqlint.toml"))
    assert examples
    for path in examples:
        check.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    assert not check.is_valid({"selct": ["NQ101"]})


# --- fixing


def test_safe_fixes_are_written_and_told_on_stderr(run: Run, here: Path) -> None:
    host = write(here / "esx.conf", ERROR)
    code, out, err = run("fix", "--select", "NQ101")
    assert (code, host.read_text(encoding="utf-8")) == (0, esxconf(JOINED))
    assert err.startswith("netqlint: esx.conf: fixed NQ101 blanks-between-values: ")
    assert err.count("\n") == 1
    assert out.startswith("no findings · 1 file checked\n")
    assert run("fix", "--select", "NQ101", "--quiet") == (0, "", "")


def test_unsafe_fixes_wait_for_the_word(run: Run, here: Path) -> None:
    host = write(here / "esx.conf", esxconf(OFF))
    code, out, err = run("fix", *KNOWN)
    assert (code, err, host.read_text(encoding="utf-8")) == (1, "", esxconf(OFF))
    assert "netqlint fix --unsafe" in out
    code, out, _ = run("fix", "--unsafe", *KNOWN)
    assert (code, host.read_text(encoding="utf-8")) == (0, esxconf(ON))


SHAPES = {
    "as it is": esxconf(TORN),
    "crlf": esxconf(TORN).replace("\n", "\r\n"),
    "cr": esxconf(TORN).replace("\n", "\r"),
    "mixed line ends": esxconf(TORN).replace("\n", "\r\n", 1),
    "no line end": esxconf(TORN).rstrip("\n"),
    "byte order mark": "\ufeff" + esxconf(TORN),
    "no utf-8": '/nas/\udce4\udcff/host = "\udcfc"\n' + esxconf(TORN),
    "nul": '/nas/a\0b/host = "\0"\n' + esxconf(TORN),
    "blank lines and comments": "\n# said by hand\n\n" + esxconf(TORN) + "\n\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_all_but_the_mended_characters_stays(text: str, run: Run, here: Path) -> None:
    host = write(here / "esx.conf", text)
    mended = text.replace(TORN, JOINED).encode("utf-8", "surrogateescape")
    piped = process("fix", "-", "--select", "NQ101", stdin=host.read_bytes())
    assert run("fix", "--select", "NQ101")[0] == 0
    assert (host.read_bytes(), piped[1]) == (mended, mended)


PATCHES = [["patch", "--quiet", "-p1", "--binary"], ["git", "apply"]]


@pytest.mark.parametrize("tool", PATCHES, ids=["patch", "git"])
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "nul"])
def test_a_diff_can_be_applied(tool: list[str], shape: str, here: Path) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"needs {tool[0]}")
    host = write(here / "my hosts" / "esx.conf", SHAPES[shape])
    code, diff, err = process("fix", "--diff", "--select", "NQ101", "my hosts/esx.conf")
    assert (code, err) == (1, "")
    assert host.read_bytes() == SHAPES[shape].encode("utf-8", "surrogateescape")
    subprocess.run(tool, input=diff, check=True, cwd=here)
    assert host.read_bytes() == SHAPES[shape].replace(TORN, JOINED).encode("utf-8", "surrogateescape")


def test_a_diff_without_changes_is_empty(run: Run, here: Path) -> None:
    write(here / "esx.conf", esxconf(JOINED))
    assert run("fix", "--diff", "--select", "NQ101") == (0, "", "")


def test_what_a_diff_leaves_wrong_is_told_on_stderr(run: Run, here: Path) -> None:
    write(here / "esx.conf", esxconf(OFF))
    code, out, err = run("fix", "--diff", *KNOWN)
    assert (code, out) == (1, "")
    assert err.startswith("esx.conf:2:41: error NQ201 vmdq-needs-msix: port 0")


def test_standard_input_comes_out_mended() -> None:
    code, out, err = process("fix", "-", "--select", "NQ101", stdin=ERROR.encode())
    assert (code, out.decode()) == (0, esxconf(JOINED))
    assert err.startswith("netqlint: <stdin>: fixed NQ101 ")


def test_an_option_string_comes_out_mended(run: Run) -> None:
    assert run("fix", "--options", "igb", TORN, "--select", "NQ101", "--quiet") == (0, f"{JOINED}\n", "")
    assert run("fix", "--options", "igb", "--unsafe", "--quiet", *KNOWN, OFF) == (0, f"{ON}\n", "")
    code, out, err = run("fix", "--options", "igb", *KNOWN, OFF)
    assert (code, out) == (1, f"{OFF}\n")
    assert err.startswith("<igb options>:1:9: error NQ201 ")


def test_a_report_of_what_is_left_goes_to_a_file(run: Run, here: Path) -> None:
    assert run("fix", "--options", "igb", "--output", "left", "--format", "json", *KNOWN, OFF) == (1, f"{OFF}\n", "")
    assert len(json.loads((here / "left").read_text(encoding="utf-8"))["findings"]) == 2


def test_a_link_stays_a_link_and_a_mode_a_mode(run: Run, here: Path) -> None:
    host = write(here / "real" / "esx.conf", ERROR)
    host.chmod(0o640)
    link = here / "esx.conf"
    link.symlink_to("real/esx.conf")
    assert run("fix", "esx.conf", "--select", "NQ101")[0] == 0
    assert (os.readlink(link), host.stat().st_mode & 0o777) == ("real/esx.conf", 0o640)
    assert host.read_text(encoding="utf-8") == esxconf(JOINED)


def test_nothing_is_written_when_one_file_cannot_be_read(run: Run, here: Path) -> None:
    host = write(here / "a" / "esx.conf", ERROR)
    (here / "b").mkdir()
    (here / "b" / "esx.conf").symlink_to("nowhere")
    assert run("fix")[0] == 2
    assert host.read_text(encoding="utf-8") == ERROR


def test_a_clean_file_is_not_touched(run: Run, here: Path) -> None:
    host = write(here / "esx.conf", esxconf(JOINED))

    def state() -> tuple[object, ...]:
        # all but the time of the last reading, which reading may change
        found = host.stat()
        return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode, host.read_bytes()

    before = state()
    assert run("fix", "--select", "NQ101")[0] == 0
    assert state() == before
    assert sorted(path.name for path in here.iterdir()) == [".git", "esx.conf"]


def test_a_fix_through_a_pipe_is_refused_where_it_would_be_lost(here: Path) -> None:
    os.mkfifo(here / "pipe")
    words = [*PROGRAM, "fix", "pipe"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as running:
        (here / "pipe").write_text(ERROR, encoding="utf-8")
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (2, b"")
    assert err == b"netqlint: pipe: cannot be written: not a regular file\n"


# --- odd texts


def test_an_empty_file_is_clean(run: Run, here: Path) -> None:
    write(here / "esx.conf", "")
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert out.startswith("no findings · 1 file checked\n")


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_text_is_read(name: str, run: Run, here: Path) -> None:
    write(here / "esx.conf", SHAPES[name])
    code, out, err = run("check", "--format", "json")
    assert (code, err) == (1, "")
    assert "NQ101" in [finding["code"] for finding in json.loads(out)["findings"]]


def test_twenty_megabytes_take_seconds(here: Path) -> None:
    kinds = ["/storage/plugin/NMP/device[{:06d}]/rpolicy", "/net/pnic/child[{:06d}]/mac", "/adv/Net/Number{}"]
    lines = [f'{kinds[number % 3].format(number)} = "00:50:56:00:00:01"\n' for number in range(410_000)]
    host = write(here / "esx.conf", "".join(lines) + ERROR)
    assert host.stat().st_size > 20_000_000
    # the time of this process alone, however busy the machine is
    before = os.times()
    code, out, _ = process("check", "--format", "concise", "--select", "NQ101")
    after = os.times()
    assert code == 1
    assert out.startswith(b"esx.conf:410002:")
    assert after.children_user - before.children_user < 30


# --- what netqlint knows

PAGES = [
    ("NQ201", "NQ201 vmdq-needs-msix (error)"),
    ("nq201", "NQ201 vmdq-needs-msix (error)"),
    ("vmdq-needs-msix", "NQ201 vmdq-needs-msix (error)"),
    ("igb.VMDQ", "igb.VMDQ"),
    ("IGB.vmdq", "igb.VMDQ"),
    ("igb", "igb: Intel gigabit Ethernet (82575, 82576, 82580, I350, I354, I210, I211)"),
    ("netnetqueueenabled", "netNetqueueEnabled (VMkernel boot setting, bool)"),
    ("8086:10C9", "8086:10c9 82576 Gigabit Network Connection"),
    ("10c9", "8086:10c9 82576 Gigabit Network Connection"),
    ("6.7", "ESX 6.7: ESXi 6.7"),
    ("esx6.7", "ESX 6.7: ESXi 6.7"),
    ("ESXi 6.7u3", "ESX 6.7: ESXi 6.7"),
    ("7", "ESX 7.0: ESXi 7.0"),
]


@pytest.mark.parametrize(("word", "first"), PAGES)
def test_pages_are_found_by_every_name(word: str, first: str, run: Run) -> None:
    code, out, err = run("explain", word)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == first


def test_a_parameter_says_where_it_differs(run: Run) -> None:
    assert "differs with the version of igb: 2.1.11.1; 2.3.4..2.4.13, 3.1.16..4.3.0; 5.0.5.1" in run(
        "explain", "igb.VMDQ"
    )[1].replace("\n", " ")
    assert "default: 1, but 0 on I350" in run("explain", "igb.EEE")[1]


def test_a_release_says_what_it_has(run: Run) -> None:
    _, out, _ = run("explain", "4.0")
    for said in (
        "igb 1.3.19.12: comes with it (from memory, unverified)",
        "igb 2.3.4..2.4.13: can be installed",
        "NQ505 heap-unset-for-jumbo-frames",
    ):
        assert said in " ".join(out.split())
    assert "NQ505" not in run("explain", "6.7")[1]


def test_a_device_says_who_claims_it(run: Run) -> None:
    _, out, _ = run("explain", "8086:1521")
    assert re.search(r"^claimed by: igb .* and later$", out, re.MULTILINE)
    assert re.search(r"^claimed by: igbn", out, re.MULTILINE)


def test_the_offer_of_a_report_can_be_pasted(run: Run) -> None:
    code, out, _ = run("explain", "NQ101", "NQ201")
    assert code == 0
    assert out == f"{run('explain', 'NQ101')[1]}\n{run('explain', 'NQ201')[1]}"


def test_every_page_fits_80_columns_but_for_addresses(run: Run) -> None:
    words = [rule["code"] for rule in json.loads(run("rules", "--format", "json")[1])]
    catalog = load().catalog
    words += [word for kind in ("drivers", "devices", "settings", "releases") for word in catalog[kind]]
    words += [f"{driver}.{name}" for driver, found in catalog["drivers"].items() for name in found["names"]]
    wide = [line for word in words for line in run("explain", word)[1].splitlines() if len(line) > 80]
    assert [line for line in wide if "http" not in line and max(map(len, line.split())) < 60] == []


def test_rules_are_listed_as_text_and_as_json(run: Run) -> None:
    code, text, err = run("rules")
    rules = json.loads(run("rules", "--format", "json")[1])
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in text.splitlines()] == [rule["code"] for rule in rules]
    assert "NQ201" in [rule["code"] for rule in rules]
    assert re.search(
        r"^NQ201 +error +unsafe +vmdq-needs-msix +VMDq queues need MSI-X interrupts\.$", text, re.MULTILINE
    )


def test_rule_files_are_what_their_schema_says(run: Run) -> None:
    check = Draft202012Validator(json.loads(run("schema", "rule")[1]))
    files = sorted((CHECKOUT / "rules").glob("*/NQ*.yaml"))
    assert files
    for path in files:
        check.validate(YAML(typ="safe").load(path))


@pytest.mark.parametrize("name", ["json", "show", "config", "rule"])
def test_schemas_are_schemas(name: str, run: Run) -> None:
    code, out, err = run("schema", name)
    assert (code, err) == (0, "")
    Draft202012Validator.check_schema(json.loads(out))
