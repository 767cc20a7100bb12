"""What is asked to be ignored is, with a reason, and for as long as it is of use."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from test_laws import often
from texts import Case, cases

from netqlint import NetqlintError, check
from netqlint.cli import main
from netqlint.config import Settings
from netqlint.fixer import fix
from netqlint.run import check_source
from netqlint.silence import silenced
from netqlint.tasks import Configured, Task
from netqlint.text import Source, decode, encode

# NQ508 (warning, safe fix)
WRONG = '/vmkernel/netnetqueueenabled = "TRUE"\n'
RIGHT = '/vmkernel/netNetqueueEnabled = "TRUE"\n'
OTHER = '/vmkernel/netPktHeapMinSize = "x"\n'
SIDE = ".netqlint-ignore.yaml"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1893456000")  # 2030-01-01
    return tmp_path


def told(text: str) -> tuple[list[str], list[str]]:
    """The codes that are reported, and those that are ignored with the reason."""
    report = check(text, assume={"esx": "4.0"})
    ignored = [f"{one.finding.code} {one.kind} {one.reason}" for one in report.suppressed]
    return [finding.code for finding in report.findings], ignored


SPARED = ["NQ508 comment why"]


@pytest.mark.parametrize(
    ("text", "reported", "ignored"),
    [
        (WRONG, ["NQ508"], []),
        ("# netqlint: ignore[NQ508] why\n" + WRONG, [], SPARED),
        ("#netqlint:ignore[nq508]why\n" + WRONG, [], SPARED),
        ("\ufeff# netqlint: ignore[NQ508] why\n" + WRONG, [], SPARED),
        ("# netqlint: ignore[setting-in-other-case] why\n" + WRONG, [], SPARED),
        ("# netqlint: ignore[NQ5] why\n" + WRONG, [], SPARED),
        ("# netqlint: ignore[NQ508] why\r\n\r\n# more\r\n" + WRONG.replace("\n", "\r\n"), [], SPARED),
        ("# netqlint: ignore[NQ508] why\r" + WRONG.replace("\n", "\r"), [], SPARED),
        ("# netqlint: ignore[NQ508] why\n" + RIGHT + WRONG, ["NQ901", "NQ508"], []),
        (WRONG + "# netqlint: ignore[NQ508] why\n", ["NQ508", "NQ901"], []),
        (WRONG + "# netqlint: ignore-file[NQ508] why", [], SPARED),
        ("# netqlint: ignore-start[NQ508] why\n" + WRONG + "# netqlint: ignore-end[NQ508]\n", [], SPARED),
        ("# netqlint: ignore-start[NQ508] why\n# netqlint: ignore-end[NQ508]\n" + WRONG, ["NQ901", "NQ508"], []),
        ("# netqlint: ignore-start[NQ508] why\n" + WRONG, ["NQ905", "NQ508"], []),
        ("# netqlint: ignore[NQ508]\n" + WRONG, ["NQ903", "NQ508"], []),
        ("# netqlint: ignore[NQ508] until 2030-01-01: why\n" + WRONG, [], SPARED),
        ("# netqlint: ignore[NQ508] until 2029-12-31: why\n" + WRONG, ["NQ904", "NQ508"], []),
        ("# netqlint: ignore[NQ508] until 2030-02-30: why\n" + WRONG, ["NQ905", "NQ508"], []),
        ("# netqlint: ignore[NQ50Y] why\n" + WRONG, ["NQ902", "NQ508"], []),
        ("# netqlint: ignore[NQ901] why\n" + WRONG, ["NQ902", "NQ508"], []),
        # the narrower one is of use, the wider says it again
        ("# netqlint: ignore-file[NQ508] all\n# netqlint: ignore[NQ508] why\n" + WRONG, ["NQ901"], SPARED),
        ("# NetQLint: ignore[NQ508] : why\n" + WRONG, [], SPARED),
        ("# NETQLINT: Ignore[NQ508] why\n" + WRONG, ["NQ905", "NQ508"], []),
        ("# netqlint: ignore[NQ508] --\n" + WRONG, ["NQ903", "NQ508"], []),
        # what speaks of netqlint and not to it
        ("# checked by netqlint: see the wiki\n# netqlint is run every night\n" + WRONG, ["NQ508"], []),
        ('/adv/Misc/Note = "# netqlint: ignore-file[NQ508] why"\n' + WRONG, ["NQ508"], []),
    ],
)
def test_comments_spare_what_they_name(text: str, reported: list[str], ignored: list[str]) -> None:
    if RIGHT in text and WRONG in text:
        reported = [code for code in told(text)[0] if code in ("NQ901", "NQ508")]
    assert told(text) == (reported, ignored)


def test_one_behind_a_value_speaks_of_its_own_line_alone() -> None:
    text = RIGHT.replace("\n", " # netqlint: ignore[NQ012] why\n") + WRONG
    assert told(text) == (["NQ508"], ["NQ012 comment why"])


def test_a_rule_that_is_not_asked_or_not_decided_leaves_its_suppression_in_peace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("esx.conf").write_text("# netqlint: ignore[NQ508] why\n" + RIGHT)
    assert main(["check", "--quiet", "--select", "NQ5", "--ignore", "NQ508"]) == 0
    assert main(["check", "--quiet"]) == 1
    asking = '# netqlint: ignore[NQ501] why\n/vmkernel/module/igb/options = "IntMode=2,2 VMDQ=8,8"\n'
    Path("esx.conf").write_text(asking)
    assert main(["check", "--quiet", "--select", "NQ501,NQ9"]) == 0
    assert main(["check", "--quiet", "--select", "NQ501,NQ9", "--assume", "netqueue=on"]) == 1
    assert main(["check", "--quiet", "--select", "NQ501,NQ9", "--assume", "netqueue=off"]) == 0
    capsys.readouterr()


def test_an_audit_heeds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("esx.conf").write_text("# netqlint: ignore[NQ508] why\n" + WRONG)
    assert main(["check", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["findings"], document["summary"]["suppressed"]) == ([], 1)
    assert main(["check"]) == 0
    assert "no findings · 1 ignored · 1 file checked" in capsys.readouterr().out
    assert main(["check", "--format", "concise", "--quiet", "--no-ignores"]) == 1
    assert "NQ508" in capsys.readouterr().out
    assert main(["fix", "--quiet"]) == 0
    assert WRONG in Path("esx.conf").read_text()


def test_a_fix_takes_out_what_is_of_no_use_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "# hosts of the lab\r\n# netqlint: ignore[NQ508, NQ502] why\r\n"
        + WRONG.replace("\n", "\r\n")
        + '# netqlint: ignore-start[NQ501,NQ502] why\r\n/a = "b"\r\n# netqlint: ignore-end[NQ501,NQ502]'
    )
    Path("esx.conf").write_bytes(text.encode())
    assert main(["fix", "--quiet", "--assume", "netqueue=on"]) == 0
    left = text.replace(", NQ502] why", "] why", 1).replace("# netqlint: ignore-start[NQ501,NQ502] why\r\n", "")
    assert Path("esx.conf").read_bytes().decode() == left.replace("\r\n# netqlint: ignore-end[NQ501,NQ502]", "")


UNHEARD = ["ignore[NQ508]", "ignore[NQ5O8] why", "ingore[NQ508] why", "ignore-start[NQ508] why"]


@pytest.mark.parametrize("comment", UNHEARD)
def test_what_somebody_wanted_to_be_left_alone_is_not_mended(comment: str) -> None:
    text = f"# netqlint: {comment}\n{WRONG}"
    assert (
        fix(Source("esx.conf", text), lambda source: check(source.text, assume={"esx": "4.0"}), ["safe"]).text == text
    )


# --- writing them


def silence(text: str) -> str:
    Path("esx.conf").write_bytes(encode(text))
    assert main(["check", "--quiet", "--add-ignore", "as it always was"]) == 0
    return decode(Path("esx.conf").read_bytes(), "").text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ignores_are_added_above_each_line_and_nothing_else_changes(end: str) -> None:
    text = ("\ufeff" + WRONG + '/vmkernel/module/igb/options = "intmode=3 3 Vmdq=1,1"').replace("\n", end)
    after = silence(text)
    assert after == (
        "\ufeff# netqlint: ignore[NQ508] as it always was\n"
        f"{WRONG}# netqlint: ignore[NQ101,NQ111,NQ202,NQ207] as it always was\n"
        '/vmkernel/module/igb/options = "intmode=3 3 Vmdq=1,1"'
    ).replace("\n", end)
    assert silence(after) == after


@given(cases())
@often(60)
def test_what_was_added_can_be_taken_out_again_byte_for_byte(case: Case) -> None:
    if case.module is not None:
        return
    configured = Configured(Settings(), "", isolated=True)
    source = Source("esx.conf", case.text)
    task = Task(None, "esx.conf", configured.terms("esx.conf"), source)
    try:
        same, after, _ = silenced(task, "as it always was")
    except NetqlintError:
        return
    assert same is source
    before = source.text
    kept = "".join(line for line in _lines(after) if "as it always was" not in line or line in _lines(before))
    assert kept.replace("\ufeff", "") == before.replace("\ufeff", "")
    assert [one.code for one in task.check(Source("esx.conf", after)).findings if one.code < "NQ9"] == []


def _lines(text: str) -> list[str]:
    import re

    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def test_an_option_string_has_no_room_for_a_comment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--options", "igb", "IntMode=3 3", "--add-ignore", "why"]) == 2
    assert capsys.readouterr().err.rstrip().endswith("has no comments; write it to .netqlint-ignore.yaml")


# --- the file beside


ENTRY = "- rule: NQ508\n  key: netnetqueueenabled\n  reason: why\n"


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main(["check", "--format", "json", *words])
    return [
        f"{one['path']}:{one['start']['line']} {one['code']}" for one in json.loads(capsys.readouterr().out)["findings"]
    ]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (ENTRY, []),
        (ENTRY + "  until: 2030-01-01\n", []),
        (ENTRY + "  until: 2029-12-31\n", [f"{SIDE}:1 NQ904", "lab/esx.conf:1 NQ508"]),
        (ENTRY.replace("netnetqueueenabled", "/vmkernel/netnetqueueenabled"), []),
        (ENTRY.replace("netnetqueueenabled", "elsewhere"), [f"{SIDE}:1 NQ901", "lab/esx.conf:1 NQ508"]),
        (ENTRY + "  path: lab/*\n", []),
        (ENTRY + "  path: '*.conf'\n", []),
        (ENTRY + "  path: prod\n", [f"{SIDE}:1 NQ901", "lab/esx.conf:1 NQ508"]),
        (ENTRY.replace("NQ508", "setting-in-other-case"), []),
        (ENTRY + ENTRY, [f"{SIDE}:4 NQ901"]),
        ("", ["lab/esx.conf:1 NQ508"]),
        ("# nothing yet\n", ["lab/esx.conf:1 NQ508"]),
        ("[{rule: NQ502, path: lab, reason: why}]", [f"{SIDE}:1 NQ901", "lab/esx.conf:1 NQ508"]),
    ],
)
def test_a_file_beside_spares_what_it_names(entry: str, found: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("lab").mkdir()
    Path("lab/esx.conf").write_text(WRONG)
    Path(SIDE).write_text(entry)
    assert checked(capsys) == found
    if found and "NQ901" in found[0]:
        # a part of what it is for does not tell that an entry is of no use
        assert checked(capsys, "lab") == found[1:]
    assert checked(capsys, "--isolated") == checked(capsys, "--no-ignores") == ["lab/esx.conf:1 NQ508"]


@pytest.mark.parametrize(
    ("name", "spared"),
    [
        ("VMDQ", True), ("vmdq", True), ("igb.VMDQ", True), ("igb.VMDQ[1]", True),
        ("igb", False), ("igb.VMDQ[0]", False), ("ixgbe.VMDQ", False), ("RSS", False),
    ],
)  # fmt: skip
def test_a_parameter_is_named_as_reports_name_it(name: str, spared: bool, capsys: pytest.CaptureFixture[str]) -> None:
    Path("esx.conf").write_text('/vmkernel/module/igb/options = "IntMode=2,2 VMDQ=8,x"\n')
    Path(SIDE).write_text(f"- {{rule: NQ108, parameter: '{name}', reason: why}}\n")
    assert checked(capsys, "--select", "NQ108") == ([] if spared else ["esx.conf:1 NQ108"])


MISTAKES = [
    ("rule: NQ508", ":1: it takes a list of entries, each with a rule and a reason"),
    ("- NQ508", ":1: an entry takes rule, reason and key, parameter or path"),
    ("- rule: [", ":1: not YAML: "),
    ("- rule: NQ508\n  path: a\n", ":1: reason is missing"),
    ("- rule: NQ508\n  path: a\n  reason: ' '\n", ":3: reason is ' ': it takes text that is not empty"),
    ("- rule: NQ5080\n  path: a\n  reason: why\n", ":1: no rule is called NQ5080; did you mean NQ508?"),
    ("- rule: NQ901\n  path: a\n  reason: why\n", ":1: no rule is called NQ901"),
    ("- rule: NQ508\n  pth: a\n  reason: why\n", ":2: unknown key pth: did you mean path?"),
    ("- rule: NQ508\n  path: ../a\n  reason: why\n", ':2: pattern "../a" leads out of the folder it begins at'),
    ("- rule: NQ508\n  path: a\n  reason: why\n  until: 2030-02-31\n", ":4: until is 2030-02-31: there is no such day"),
    ("- rule: NQ508\n  path: a\n  reason: why\n  until: spring\n", ":4: until is 'spring': it takes "),
    ("- rule: NQ508\n  reason: why\n", ":1: an entry needs key, parameter or path; "),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_file_beside_that_cannot_be_right_stops_the_run(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("esx.conf").write_text(WRONG)
    Path(SIDE).write_text(text)
    assert main(["check"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"netqlint: {SIDE}{message}")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_fix_takes_out_the_entry_and_nothing_else(end: str) -> None:
    good = "# kept\n- rule: NQ508 # here\n  key: netnetqueueenabled\n  reason: |\n    why\n    # and more\n\n"
    bad = "-\n  rule: NQ502\n  path: lab\n  reason: >\n    gone\n\n    away\n"
    more = "\n# about the next\n- {rule: NQ502, path: a, reason: gone}\n# the end"
    text = (good + bad + more).replace("\n", end)
    Path("esx.conf").write_text(WRONG)
    Path(SIDE).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert main(["fix", "--quiet"]) == 0
    left = (good + more.replace("- {rule: NQ502, path: a, reason: gone}\n", "")).replace("\n", end)
    assert Path(SIDE).read_bytes() == b"\xef\xbb\xbf" + left.encode()


def test_what_is_remembered_is_not_what_a_file_beside_spares(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        Path(f"{number:02d}.esx.conf").write_text(WRONG)
    assert len(checked(capsys)) == 12
    Path(SIDE).write_text(ENTRY)
    assert checked(capsys) == checked(capsys, "--no-cache") == []
    Path(SIDE).write_text(ENTRY + "  path: '0?.esx.conf'\n")
    assert checked(capsys) == checked(capsys, "--no-cache") == ["10.esx.conf:1 NQ508", "11.esx.conf:1 NQ508"]


def test_a_day_that_passes_counts_for_what_is_remembered(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        Path(f"{number:02d}.esx.conf").write_text("# netqlint: ignore[NQ508] until 2030-01-01: why\n" + WRONG)
    assert checked(capsys) == []
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1893542400")
    assert len(checked(capsys)) == 24


def test_what_is_ignored_is_remembered_with_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        Path(f"{number:02d}.esx.conf").write_text("# netqlint: ignore[NQ508] why\n" + WRONG)
    assert main(["check"]) == 0
    first = capsys.readouterr().out
    assert "12 ignored" in first
    monkeypatch.setattr(Task, "judge", None)
    assert main(["check"]) == 0
    assert capsys.readouterr().out == first


# --- the list


def git(*words: str) -> None:
    own = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *own, *words], check=True, capture_output=True)


def test_all_are_listed_with_age_and_expiry(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".git").rmdir()
    git("init")
    Path(SIDE).write_text(ENTRY + "  path: lab\n  until: 2029-12-31\n")
    Path("lab").mkdir()
    Path("lab/esx.conf").write_text("# netqlint: ignore-file[NQ508,NQ502] until 2031-01-01: why\n" + WRONG)
    git("add", ".")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2029-12-30T12:00:00Z")
    git("commit", "-m", "hosts")
    with Path("lab/esx.conf").open("a") as file:
        file.write("# netqlint: ignore[NQ508] new\n" + WRONG)
    assert main(["ignores"]) == 0
    assert capsys.readouterr().out == (
        f"{SIDE}:1: entry[NQ508] netnetqueueenabled in lab, 2 days old, expired 2029-12-31: why\n"
        "lab/esx.conf:1: ignore-file[NQ508,NQ502], 2 days old, until 2031-01-01: why\n"
        "lab/esx.conf:3: ignore[NQ508]: new\n"
    )
    assert main(["ignores", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {
        "path": SIDE, "line": 1, "form": "entry", "rules": "NQ508", "about": "netnetqueueenabled in lab",
        "reason": "why", "since": "2029-12-30", "until": "2029-12-31", "days": 2, "expired": True,
    }  # fmt: skip


def test_nothing_to_list_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("esx.conf").write_text(WRONG)
    assert main(["ignores"]) == 0
    assert capsys.readouterr().out == "nothing is ignored\n"


def test_an_option_string_is_spared_by_parameter(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["check", "--quiet", "--select", "NQ101", "--options", "igb", "IntMode=3 3"]
    assert main(words) == 1
    Path(SIDE).write_text("- {rule: NQ101, parameter: igb.IntMode, reason: why}\n")
    assert main(words) == 0
    capsys.readouterr()


# --- laws


@given(cases())
@often(60)
def test_what_is_ignored_for_a_whole_file_is_what_is_reported_otherwise(case: Case) -> None:
    if case.module is not None or not case.text or "netqlint" in case.text:
        return
    plain = check_source(Source("esx.conf", case.text), case.assumed)
    comment = "# netqlint: ignore-file[NQ0,NQ1,NQ2,NQ3,NQ4,NQ5,NQ6,NQ7,NQ8] why\n"
    spared = check_source(Source("esx.conf", comment + case.text.removeprefix("\ufeff")), case.assumed)
    names = sorted((one.finding.code, one.finding.subject) for one in spared.suppressed)
    assert names == sorted((one.code, one.subject) for one in plain.findings)
    assert [one.code for one in spared.findings if one.code < "NQ9"] == []


def test_a_fix_of_suppressions_settles() -> None:
    text = "# netqlint: ignore[NQ502,NQ501,NQ508,NQ504] why\n" + RIGHT
    fixed = fix(Source("esx.conf", text), lambda source: check(source.text, assume={"esx": "4.0"}), ["safe"])
    assert fixed.text == RIGHT
