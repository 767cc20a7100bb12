"""`--diff-base`: what stands in lines that changed is reported, and nothing else; git says which those are."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_bundles import tar
from test_laws import often

from netqlint.cli import main

ODD = 'hosts/a "b" \\ é\tc.esx.conf'
# NQ009 in every line that is no setting; NQ108 in the second
HOST = 'one\n/vmkernel/module/igb/options = "VMDQ=x"\nthree\n'
WORDS = ["--isolated", "--select", "NQ009,NQ108,NQ9", "--no-cache"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository of a person without any habits."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    top = tmp_path / "repository"
    top.mkdir()
    monkeypatch.chdir(top)
    git("init", "--quiet", "--initial-branch=trunk")
    return top


def git(*words: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "core.autocrlf=false")
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


def commit(texts: dict[str, str | bytes]) -> None:
    for name, text in texts.items():
        write(name, text)
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message=one")


def write(name: str, text: str | bytes) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())


def found(capsys: pytest.CaptureFixture[str], *words: str, base: str = "HEAD") -> list[str]:
    code = main(["check", "--diff-base", base, *WORDS, "--format", "json", *words])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert code == bool(findings)
    return [f"{one['path']}:{one['start']['line']} {one['code']}" for one in findings]


# what was committed, what lies there now, and where the findings are
CHANGES: dict[str, tuple[str | bytes, str | bytes, list[int]]] = {
    "nothing": (HOST, HOST, []),
    "a line changed": (HOST, HOST.replace("three", "thrice"), [3]),
    "a line added in front": (HOST, f"zero\n{HOST}", [1]),
    "a line added behind": (HOST, f"{HOST}four\n", [4]),
    "a line taken out: the one in its place": (HOST, HOST.replace("one\n", ""), [1]),
    "a line taken out at the end: the last one": (HOST, HOST.replace("three\n", ""), [2]),
    "a line end taken out": (HOST, HOST.removesuffix("\n"), [3]),
    "other line ends": (HOST, HOST.replace("\n", "\r\n"), [1, 2, 3]),
    "the same with CRLF": (HOST.replace("\n", "\r\n"), HOST.replace("\n", "\r\n").replace("three", "3"), [3]),
    "a lone CR ends no line for git": ("one\rtwo\nthree\n", "one\r2\nthree\n", [1, 2]),
    "bytes that are no UTF-8": (b"\xff\nb\n", b"\xff\n\xfe\n", [2]),
    "a NUL makes it no other file": ("one\0\ntwo\n", "one\0\n2\n", [2]),
    "a byte order mark": ("\ufeffone\ntwo\n", "\ufeffone\n2\n", [2]),
    "what looks like a patch": (
        "-- a/x\n++ b/x\n@@ -1 +1 @@\n",
        "-- a/x\n++ b/y\n@@ -9 +9 @@\n++ b/z\n",
        [2, 3, 4],
    ),
    "a comment that spared a finding, taken out": (
        "# netqlint: ignore[NQ009] why\none\ntwo\n",
        "one\ntwo\n",
        [1],
    ),
    "one that stood further up": (
        "# netqlint: ignore[NQ009] why\n\n# a comment\n\none\ntwo\n",
        "\n# a comment\n\none\ntwo\n",
        [4],
    ),
    "all lines taken out": (HOST, "", []),
    "a comment that is of no use since then": (
        '# netqlint: ignore[NQ009] why\none\n# netqlint: ignore[NQ009] why\n/a = "1"\n',
        '# netqlint: ignore[NQ009] why\n/b = "1"\n# netqlint: ignore[NQ009] why\n/a = "1"\n',
        [1],
    ),
    "a part that is ignored for nothing since then": (
        '# netqlint: ignore-start[NQ009] why\n/a = "1"\none\n# netqlint: ignore-end[NQ009]\n',
        '# netqlint: ignore-start[NQ009] why\n/a = "1"\n# netqlint: ignore-end[NQ009]\n',
        [1],
    ),
    "a file that is ignored for nothing since then": (
        '# netqlint: ignore-file[NQ009] why\n/a = "1"\none\n',
        '# netqlint: ignore-file[NQ009] why\n/a = "1"\n/b = "1"\n',
        [1],
    ),
}


@pytest.mark.parametrize(("before", "after", "lines"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("name", ["esx.conf", ODD])
def test_only_changed_lines_count(
    name: str,
    before: str | bytes,
    after: str | bytes,
    lines: list[int],
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit({name: before})
    write(name, after)
    assert [place.removeprefix(name).split()[0] for place in found(capsys)] == [f":{line}" for line in lines]
    # the same from below the top, of what is staged, and of what comes through a pipe
    git("add", "--all")
    below = here / Path(name).parent
    monkeypatch.chdir(below)
    assert len(found(capsys)) == len(lines)
    data = after if isinstance(after, bytes) else after.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert len(found(capsys, "-", "--stdin-filename", Path(name).name)) == len(lines)


def test_a_new_file_counts_as_a_whole(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST, ".gitignore": "c/"})
    for name in ("a/esx.conf", "b/esx.conf", "c/esx.conf"):
        write(name, "one\n")
    git("add", "a/esx.conf")
    git("add", "--intent-to-add", "b/esx.conf")
    assert found(capsys) == ["a/esx.conf:1 NQ009", "b/esx.conf:1 NQ009", "c/esx.conf:1 NQ009"]
    # out of the index, though still there
    git("rm", "--quiet", "--cached", "esx.conf")
    assert found(capsys, "esx.conf") == ["esx.conf:1 NQ009", "esx.conf:2 NQ108", "esx.conf:3 NQ009"]


def test_a_file_with_another_name_is_the_same_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST * 3, "other": ""})
    Path("hosts").mkdir()
    git("mv", "esx.conf", ODD)
    assert found(capsys) == []
    write(ODD, f"{HOST * 3}four\n")
    assert found(capsys) == [f"{ODD}:10 NQ009"]


def test_a_deleted_file_has_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"a/esx.conf": HOST, "b/esx.conf": HOST})
    Path("a/esx.conf").unlink()
    assert found(capsys) == []


def test_a_link_is_what_it_leads_to(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"there/esx.conf": HOST})
    Path("esx.conf").symlink_to("there/esx.conf")
    assert found(capsys, "esx.conf") == []
    write("there/esx.conf", f"zero\n{HOST}")
    assert found(capsys, "esx.conf") == ["esx.conf:1 NQ009"]


def test_what_no_repository_knows_counts_as_a_whole(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST})
    write("../esx.conf", "one\n")
    assert found(capsys, "esx.conf", "../esx.conf") == ["../esx.conf:1 NQ009"]


def test_each_repository_has_its_own_revision(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST})
    Path("inner").mkdir()
    git("-C", "inner", "init", "--quiet", "--initial-branch=trunk")
    write("inner/esx.conf", "one\n")
    for words in (("add", "--all"), ("commit", "--message=one")):
        git("-C", "inner", *words)
    write("inner/esx.conf", "one\ntwo\n")
    assert found(capsys, base="trunk") == ["inner/esx.conf:2 NQ009"]


def test_branches_tags_and_older_commits_are_revisions(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST})
    git("tag", "first")
    commit({"esx.conf": f"{HOST}four\n"})
    assert [found(capsys, base=base) for base in ("trunk", "HEAD")] == [[], []]
    assert [found(capsys, base=base) for base in ("first", "HEAD~1", "trunk^")] == [["esx.conf:4 NQ009"]] * 3


def test_habits_of_the_user_change_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST, ".gitattributes": "*.conf diff=mine\n"})
    for key, value in {
        "color.ui": "always",
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.external": "false",
        "diff.mine.textconv": "false",
        "diff.mine.binary": "true",
        "diff.interHunkContext": "9",
        "diff.relative": "true",
        "core.quotePath": "false",
    }.items():
        git("config", key, value)
    write("esx.conf", f"zero\n{HOST}four\n")
    assert found(capsys) == ["esx.conf:1 NQ009", "esx.conf:5 NQ009"]


def test_another_place_of_a_finding_counts_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # NQ010 is about the second of two records, and points at the first
    first, second = (f'/vmkernel/module/igb/options = "IntMode={n}"\n' for n in (2, 0))
    commit({"esx.conf": f"{first}{second}"})
    both = [["check", "--isolated", "--select", "NQ010", "--diff-base", "HEAD", "--format", "concise", "--quiet"]]
    for text in (f"{first}{second}", f"{first.replace('2', '1')}{second}", f"{first}{second.replace('0', '1')}"):
        write("esx.conf", text)
        both.append([str(main(both[0])), str(bool(capsys.readouterr().out))])
    assert both[1:] == [["0", "False"], ["1", "True"], ["1", "True"]]


def differing(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main(["check", "--diff-base", "HEAD", "--select", "NQ71,NQ101", "--format", "json", "--no-cache", *words])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return [f"{one['path']} {one['code']}" for one in findings]


def test_another_text_of_a_host_counts_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf, said = '/vmkernel/module/igb/options = "IntMode=2"\n', "igb enabled = 1 options = 'IntMode=3'\n"
    commit({"esx.conf": conf, "esxcfg-module-g.txt": said})
    assert differing(capsys) == []
    write("esxcfg-module-g.txt", said.replace("3", "1"))
    assert differing(capsys) == ["esx.conf NQ710"]
    commit({"esxcfg-module-g.txt": conf})
    write("../elsewhere.txt", said)
    assert differing(capsys, "--facts", "../elsewhere.txt") == []
    write("esx.conf", f"# a line\n{conf}")
    assert differing(capsys, "--facts", "../elsewhere.txt") == []


def test_each_output_of_a_host_has_its_own_lines(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torn = "{} enabled = 1 options = 'IntMode=3 3'\n"
    texts = {f"esxcfg-module-g-{name}.txt": torn.format(name) for name in ("igb", "ixgbe")}
    commit(dict(texts))
    assert differing(capsys) == []
    write("esxcfg-module-g-ixgbe.txt", f"~ # esxcfg-module -g ixgbe\n{torn.format('ixgbe')}")
    assert differing(capsys) == []
    write("esxcfg-module-g-ixgbe.txt", torn.format("ixgbe").replace("3 3", "4 4"))
    assert differing(capsys) == ["esxcfg-module-g-ixgbe.txt NQ101"]


def test_a_bundle_is_one_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf = ("etc/vmware/esx.conf", b'/vmkernel/module/igb/options = "IntMode=3 3"\n')
    commit({"configBundle-h.tgz": tar([conf])})
    assert differing(capsys) == []
    write("configBundle-new.tgz", tar([conf]))
    assert differing(capsys) == ["configBundle-new.tgz!/etc/vmware/esx.conf NQ101"]
    write("configBundle-h.tgz", tar([("a", b""), conf]))
    assert len(differing(capsys)) == 2


def test_what_is_outside_is_counted_and_forgiven(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST})
    assert main(["check", "--diff-base", "HEAD", *WORDS]) == 0
    assert capsys.readouterr().out.startswith("no findings · 3 outside the diff · 1 file checked\n")
    write("esx.conf", f"# netqlint: ignore[NQ009] why\n{HOST}four\n")
    assert main(["check", "--diff-base", "HEAD", *WORDS]) == 1
    assert "1 error · 1 ignored · 2 outside the diff · 1 file checked\n" in capsys.readouterr().out
    main(["check", "--diff-base", "HEAD", *WORDS, "--statistics"])
    assert capsys.readouterr().out == "1  error    NQ009 unreadable  in 1 file\n"


def test_a_baseline_stays_as_current_as_it_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({"esx.conf": HOST})
    main(["baseline", "write", "--isolated", "--select", "NQ009"])
    write("esx.conf", f"{HOST}four\n")
    capsys.readouterr()
    assert main(["check", "--diff-base", "HEAD", "--baseline", ".netqlint-baseline.json", *WORDS]) == 1
    out, err = capsys.readouterr()
    assert "1 error · 2 ignored · 1 outside the diff · 1 file checked\n" in out
    assert err == ""


def test_entries_of_a_file_count_by_their_own_lines(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = "- {rule: NQ009, path: esx.conf, reason: why}\n"
    commit({"esx.conf": '/a = "1"\n', ".netqlint-ignore.yaml": entry})
    words = ["check", "--diff-base", "HEAD", "--select", "NQ009,NQ901", "--format", "concise", "--quiet"]
    assert (main(words), capsys.readouterr().out) == (0, "")
    write(".netqlint-ignore.yaml", f"{entry}{entry}")
    assert main(words) == 1
    assert capsys.readouterr().out.startswith(".netqlint-ignore.yaml:2:")


def test_many_files_and_processes_find_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit({f"h{number}/esx.conf": HOST for number in range(12)})
    for number in range(0, 12, 3):
        write(f"h{number}/esx.conf", f"{HOST}four\n")
    places = [f"h{number}/esx.conf:4 NQ009" for number in range(0, 12, 3)]
    for words in (["--jobs", "1"], ["--jobs", "3"]):
        assert found(capsys, *words) == places
    for _ in range(2):
        main(["check", "--diff-base", "HEAD", "--isolated", "--select", "NQ009", "--format", "concise", "-q"])
        assert capsys.readouterr().out.count("\n") == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--diff-base", "trnk"], "--diff-base trnk: no such revision; did you mean trunk?"),
        (["--diff-base", "haed"], "--diff-base haed: no such revision; did you mean HEAD?"),
        (
            ["--diff-base", "0123456"],
            "--diff-base 0123456: no such revision in this repository; a clone without its history needs git fetch",
        ),
        (
            ["--diff-base", "trunk..."],
            '--diff-base trunk...: no such revision but a range; write the one to compare with: --diff-base "$(git '
            'merge-base trunk HEAD)"',
        ),
        (
            ["--diff-base=--output=x"],
            "--diff-base --output=x: no revision, an option; write a branch, a tag or a commit",
        ),
        (
            ["--diff-base", "HEAD", "../outside/esx.conf"],
            "--diff-base HEAD: ../outside/esx.conf lies in no git repository, so nothing can be compared",
        ),
        (
            ["--diff-base", "HEAD", "../bare/esx.conf"],
            "--diff-base HEAD: git in ../bare: not a git repository: ",
        ),
        (
            ["--diff-base", "HEAD", "-"],
            "--diff-base compares files, and standard input has no name; say --stdin-filename NAME",
        ),
        (
            ["--diff-base", "HEAD", "--options", "igb", "VMDQ=8"],
            "--diff-base compares files, and an option string has no earlier revision; leave one out",
        ),
        (
            ["--diff-base", "HEAD", "--add-ignore", "why"],
            "--add-ignore writes comments for all findings, --diff-base picks some; leave one out",
        ),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_cannot_be_compared_is_answered_in_one_line(
    words: list[str],
    said: str,
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit({"esx.conf": '/a = "1"\n'})
    write("../outside/esx.conf", HOST)
    write("../bare/esx.conf", HOST)
    write("../bare/.git", "gitdir: nowhere\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\n")))
    assert main(["check", *WORDS, *words]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"netqlint: {said}")


def test_without_git_there_is_nothing_to_compare(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit({"esx.conf": HOST})
    monkeypatch.setenv("PATH", str(here))
    assert main(["check", "--diff-base", "HEAD"]) == 2
    said = "netqlint: --diff-base needs git, which cannot be run: no such file or directory\n"
    assert capsys.readouterr() == ("", said)


# --- a law

# for each line of the old text: whether it stays, and how many new ones stand in front of it
EDITS = st.lists(st.tuples(st.booleans(), st.sampled_from([0, 0, 0, 1, 2])), min_size=1, max_size=12)


def touched(old: list[str], new: list[str]) -> set[int]:
    """The lines (from 1) of the new text that changed, where no two lines were ever alike."""
    lines = {number for number, line in enumerate(new, 1) if line not in old}
    kept = [-1, *(old.index(line) for line in new if line in old), len(old)]
    at = [0, *(number for number, line in enumerate(new, 1) if line in old), len(new) + 1]
    for (before, after), (above, below) in zip(pairwise(kept), pairwise(at), strict=True):
        if after > before + 1 and below == above + 1 and new:
            lines.add(min(below, len(new)))
    return lines


@given(edits=EDITS, end=st.sampled_from(["\n", "\r\n"]), last=st.tuples(st.booleans(), st.booleans()))
@often(40)
def test_lines_are_those_that_any_fool_would_count(
    edits: list[tuple[bool, int]], end: str, last: tuple[bool, bool], tmp_path_factory: pytest.TempPathFactory
) -> None:
    top = tmp_path_factory.mktemp("law")
    old = [f"old {number}{end}" for number in range(len(edits))]
    new = []
    for number, (stays, added) in enumerate(edits):
        new += [f"new {number} {nth}{end}" for nth in range(added)]
        new += [old[number]] if stays else []
    for text, ended in ((old, last[0]), (new, last[1])):
        if text and not ended:
            text[-1] = text[-1].removesuffix(end)
    run = ["git", "-C", str(top), "-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "core.autocrlf=false"]
    host = top / "esx.conf"
    host.write_bytes("".join(old).encode())
    for words in (["init", "--quiet"], ["add", "esx.conf"], ["commit", "--quiet", "--message=one"]):
        subprocess.run([*run, *words], check=True)
    host.write_bytes("".join(new).encode())
    report = top / "report.json"
    main(["check", "--diff-base", "HEAD", *WORDS, "--format", f"json={report}", str(host)])
    lines = [one["start"]["line"] for one in json.loads(report.read_text())["findings"]]
    assert lines == sorted(touched(old, new))
