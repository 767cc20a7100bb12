"""A baseline holds what is known and nothing else: it outlives moved lines, counts what is alike, and hides no news."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from test_laws import often
from texts import Case, cases

from netqlint import baseline
from netqlint.cli import main
from netqlint.run import check_source
from netqlint.text import Source

FILE = baseline.FILE
# NQ508 (warning) and NQ502 (info or warning): one finding each
OTHER_CASE = '/vmkernel/netnetqueueenabled = "TRUE"\n'
# NQ108 twice, alike but for the place
LETTERS = '/vmkernel/module/igb/options = "IntMode=2,2 VMDQ=x,8"\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def new(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    _, out, _ = run(capsys, "check", "--format", "json", "--baseline", FILE, "--select", "NQ508,NQ108", *words)
    return [f"{one['code']} {one['start']['line']}" for one in json.loads(out)["findings"]]


def write(text: str, name: str = "esx.conf") -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def begin(capsys: pytest.CaptureFixture[str], text: str = OTHER_CASE + LETTERS) -> None:
    write(text)
    code, out, _ = run(capsys, "baseline", "write", "--select", "NQ508,NQ108")
    assert (code, out) == (0, f"{FILE}: 2 findings are known from now on\n")


def test_what_is_known_is_not_reported(capsys: pytest.CaptureFixture[str]) -> None:
    begin(capsys)
    assert new(capsys) == []
    code, out, err = run(capsys, "check", "--baseline", FILE, "--select", "NQ508,NQ108")
    assert (code, err) == (0, "")
    assert out.startswith("no findings · 2 ignored · 1 file checked\n")
    code, out, _ = run(capsys, "baseline", "check", "--select", "NQ508,NQ108")
    assert (code, out) == (0, f"{FILE}: 2 known, 0 new, 0 gone\n")
    assert new(capsys, "--no-ignores") == ["NQ508 1", "NQ108 2"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# a line more\n\n" + LETTERS + "\n" + OTHER_CASE, []),
        ((OTHER_CASE + LETTERS).replace("\n", "\r\n"), []),
        (OTHER_CASE + LETTERS.replace(" VMDQ", "  VMDQ"), []),
        # alike, but one more
        (OTHER_CASE + OTHER_CASE.replace("TRUE", "FALSE") + LETTERS, ["NQ508 2"]),
        # the same rule, elsewhere or of another text
        (OTHER_CASE + LETTERS.replace("x,8", "x,x"), ["NQ108 2"]),
        (OTHER_CASE + LETTERS.replace("x,8", "8,x"), ["NQ108 2"]),
        (OTHER_CASE + LETTERS.replace("x,8", "y,8"), ["NQ108 2"]),
        (OTHER_CASE + LETTERS.replace("VMDQ", "RSS"), ["NQ108 2"]),
        (OTHER_CASE.replace("netq", "NETQ") + LETTERS, ["NQ508 1"]),
    ],
)
def test_it_outlives_moved_lines_and_hides_no_news(
    text: str, found: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    begin(capsys)
    write(text)
    assert new(capsys) == found


def test_a_file_of_another_name_is_news(capsys: pytest.CaptureFixture[str]) -> None:
    begin(capsys)
    write(OTHER_CASE, "b/esx.conf")
    assert new(capsys) == ["NQ508 1"]


def test_paths_are_those_of_the_baseline_wherever_it_is_called_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(OTHER_CASE + LETTERS, "lab/esx.conf")
    assert run(capsys, "baseline", "write", "lab")[0] == 0
    monkeypatch.chdir("lab")
    assert run(capsys, "check", "--quiet", "--baseline", f"../{FILE}") == (0, "", "")
    assert run(capsys, "check", "--quiet", "--baseline", f"../{FILE}", os.path.abspath("esx.conf")) == (0, "", "")


def test_writing_it_anew_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    begin(capsys)
    before = Path(FILE).read_text()
    write(OTHER_CASE + LETTERS.replace("x,8", "x,x"))
    code, _, err = run(capsys, "baseline", "write")
    assert (code, Path(FILE).read_text()) == (2, before)
    assert err.startswith(f"netqlint: {FILE} is there already, and writing it anew would hide what is new; ")


def test_what_is_mended_is_named_and_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    begin(capsys)
    # one mended, another broken
    write(LETTERS.replace("x,8", "x,x"))
    chosen = ("--select", "NQ508,NQ108")
    code, _, err = run(capsys, "check", "--baseline", FILE, *chosen)
    assert code == 1
    told = f"netqlint: baseline {FILE}: 1 of its findings is gone (esx.conf NQ508 netnetqueueenabled); "
    assert err == f"{told}netqlint baseline prune takes them out\n"
    gone = "esx.conf: NQ508 setting-in-other-case netnetqueueenabled: gone: netnetqueueenabled\n"
    assert run(capsys, "baseline", "check", *chosen)[:2] == (1, f"{gone}{FILE}: 1 known, 1 new, 1 gone\n")
    assert run(capsys, "baseline", "prune", *chosen)[:2] == (0, f"{gone}{FILE}: 1 taken out, 1 left\n")
    assert run(capsys, "baseline", "check", *chosen)[:2] == (1, f"{FILE}: 1 known, 1 new, 0 gone\n")


def test_what_was_not_looked_at_is_not_stale(capsys: pytest.CaptureFixture[str]) -> None:
    write(OTHER_CASE, "a/esx.conf")
    write(OTHER_CASE, "b/esx.conf")
    assert run(capsys, "baseline", "write")[0] == 0
    write("", "a/esx.conf")
    write("", "b/esx.conf")
    assert run(capsys, "baseline", "check", "--ignore", "NQ508")[1].endswith("2 known, 0 new, 0 gone\n")
    assert run(capsys, "baseline", "check", "a")[1].endswith("1 known, 0 new, 1 gone\n")
    os.unlink("b/esx.conf")
    assert run(capsys, "baseline", "check", "a")[1].endswith("0 known, 0 new, 2 gone\n")


def test_what_a_comment_spares_as_well_is_not_gone(capsys: pytest.CaptureFixture[str]) -> None:
    begin(capsys)
    write("# netqlint: ignore[NQ508] why\n" + OTHER_CASE + LETTERS)
    assert run(capsys, "check", "--baseline", FILE, "--select", "NQ508,NQ108")[2] == ""
    assert run(capsys, "baseline", "check", "--select", "NQ508,NQ108")[1].endswith("2 known, 0 new, 0 gone\n")


def test_alike_findings_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    many = OTHER_CASE * 3
    write(many)
    assert run(capsys, "baseline", "write", "--select", "NQ508")[1].startswith(f"{FILE}: 3 findings")
    assert [row["count"] for row in json.loads(Path(FILE).read_text())["findings"]] == [3]
    write(OTHER_CASE)
    assert run(capsys, "baseline", "prune", "--select", "NQ508")[1].endswith("2 taken out, 1 left\n")
    write(many)
    assert len(new(capsys)) == 2


def test_the_configuration_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("netqlint.toml").write_text('baseline = "old/known.json"\nselect = ["NQ508"]\n')
    Path("old").mkdir()
    write(OTHER_CASE)
    assert run(capsys, "baseline", "write")[0] == 0
    assert json.loads(Path("old/known.json").read_text())["findings"][0]["path"] == "../esx.conf"
    assert run(capsys, "check", "--quiet") == (0, "", "")
    assert run(capsys, "fix", "--quiet") == (0, "", "")
    assert Path("esx.conf").read_text() == OTHER_CASE
    assert run(capsys, "baseline", "check")[:2] == (0, "old/known.json: 1 known, 0 new, 0 gone\n")


def test_a_remembered_report_is_held_against_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        write(OTHER_CASE, f"{number:02d}.esx.conf")
    assert run(capsys, "check", "--quiet", "--select", "NQ508")[0] == 1
    assert run(capsys, "baseline", "write", "--select", "NQ508")[0] == 0
    assert new(capsys) == new(capsys, "--no-cache") == []
    os.unlink(FILE)
    assert run(capsys, "check", "--quiet", "--select", "NQ508")[0] == 1


MISTAKES = [
    (None, "cannot be read: no such file or directory"),
    ("{", "not JSON: "),
    ("[]", 'not one of this netqlint: its "schema" is not "netqlint/baseline-v1"'),
    ('{"schema": "netqlint/baseline-v1"}', "finding 1 is not as netqlint writes them; write it anew"),
    ('{"schema": "netqlint/baseline-v1", "findings": [{}]}', "finding 1 is not as netqlint writes them; "),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_what_is_no_baseline_stops_the_run(text: str | None, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(OTHER_CASE)
    if text is not None:
        Path(FILE).write_text(text)
    code, out, err = run(capsys, "check", "--baseline", FILE)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"netqlint: baseline {FILE}: {message}")


def test_an_entry_that_somebody_has_changed_is_no_entry(capsys: pytest.CaptureFixture[str]) -> None:
    begin(capsys)
    Path(FILE).write_text(Path(FILE).read_text().replace('"text": "x"', '"text": "y"'))
    assert run(capsys, "check", "--baseline", FILE)[0] == 2


def test_an_unknown_act_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "baseline", "wirte")
    assert (code, err) == (2, "netqlint: netqlint baseline takes write, check, prune, not wirte; did you mean write?\n")


# --- laws


@given(cases())
@often(60)
def test_nothing_known_is_reported_and_nothing_else_is_hidden(case: Case) -> None:
    report = check_source(Source("esx.conf", case.text), case.assumed, module=case.module)
    folder = os.getcwd()
    known = baseline.gather(report.findings, folder)
    text = baseline.written(known)
    again = [baseline.Known(*row.values()) for row in json.loads(text)["findings"]]
    assert baseline.written({one.fingerprint: one for one in again}) == text
    whole = baseline.Baseline("b", folder, known)
    sifted = baseline.sift(report, whole)
    assert (sifted.findings, len(sifted.suppressed)) == ((), len(report.findings))
    assert baseline.stale(whole, {}, [sifted]) == []
    if report.findings:
        one = Random(len(case.text)).choice(report.findings)
        print_ = baseline.known_as(one, folder).fingerprint
        less = {key: value for key, value in known.items() if key != print_}
        left = baseline.sift(report, baseline.Baseline("b", folder, less)).findings
        assert {baseline.known_as(other, folder).fingerprint for other in left} == {print_}
        assert len(left) == known[print_].count
