"""Where settings are found, what they mean for a path, and what is said of those that are wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from netqlint.compile.settings import config_schema
from netqlint.compile.toml import line
from netqlint.config import Override, Settings, find, fits, load
from netqlint.errors import NetqlintError
from netqlint.folded import Housed
from netqlint.pack import Pack

PACK = Pack(
    patterns={},
    places={},
    catalog={"drivers": {"e1000": {}, "igb": {}, "ixgbe": {}}},
    rules=(
        {"code": "NQ101", "name": "parameter-misspelt"},
        {"code": "NQ201", "name": "vmdq-needs-msix"},
        {"code": "NQ303", "name": "rss-overruled"},
    ),
    functions=Housed({}, lambda part: {}),
)

FULL = """\
assume = {esx = "4.0", igb = "1.3.8.6", cpus = 16, netqueue = true, mtu = 9000}
ports = {igb = 4, ixgbe = ["82599", "X540"]}
select = ["NQ2", "parameter-misspelt"]
ignore = ["vmdq-needs-msix"]
fail-on = "warning"
exclude = ["old", "*.bak"]

[[override]]
paths = ["hosts/esx0?/**"]
assume.esx = "6.7u3"
ports.igb = 2
ignore = ["NQ101"]

[[override]]
paths = ["hosts/esx01/**", "lab"]
select = ["NQ3"]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "netqlint.toml"
    path.write_text(text, encoding="utf-8", newline="")
    return load(str(path), PACK)


# --- what is read


def test_all_that_can_be_said_is_read(here: Path) -> None:
    assert loaded(here, FULL) == Settings(
        folder=str(here),
        assume={"esx": "4.0", "igb": "1.3.8.6", "cpus": "16", "netqueue": "true", "mtu": "9000"},
        ports={"igb": "4", "ixgbe": "82599,X540"},
        select=("NQ2", "parameter-misspelt"),
        ignore=("vmdq-needs-msix",),
        fail_on="warning",
        exclude=("old", "*.bak"),
        overrides=(
            Override(
                ("hosts/esx0?/**",),
                Settings(assume={"esx": "6.7u3"}, ports={"igb": "2"}, ignore=("NQ101",)),
            ),
            Override(("hosts/esx01/**", "lab"), Settings(select=("NQ3",))),
        ),
    )


def test_a_file_that_says_nothing_says_nothing(here: Path) -> None:
    assert loaded(here, "") == Settings(folder=str(here))


def test_line_ends_and_byte_order_marks_of_windows_are_no_matter(here: Path) -> None:
    plain = loaded(here, FULL)
    assert loaded(here, "\ufeff" + FULL.replace("\n", "\r\n")) == plain


def test_pyproject_says_the_same_in_its_own_table(here: Path) -> None:
    plain = loaded(here, FULL)
    shared = FULL.replace("[[override]]", "[[tool.netqlint.override]]")
    (here / "pyproject.toml").write_text(f'[project]\nname = "x"\n[tool.netqlint]\n{shared}')
    assert load(str(here / "pyproject.toml"), PACK) == plain


def test_names_are_taken_as_they_are_where_nobody_says_which_there_are(here: Path) -> None:
    (here / "netqlint.toml").write_text('assume.bnx2 = "1.0"\nports.bnx2 = 1\nselect = ["X9"]')
    assert load("netqlint.toml") == Settings(
        folder=str(here), assume={"bnx2": "1.0"}, ports={"bnx2": "1"}, select=("X9",)
    )


# --- what is wrong

MISTAKES = [
    # keys
    ('\n\nasume = {esx = "4.0"}', 3, 'unknown key "asume"; did you mean "assume"?'),
    ('select = ["NQ1"]\nfail_on = "error"', 2, 'unknown key "fail_on"; did you mean "fail-on"?'),
    ("# no asume\r\nasume = 1\r\n", 2, 'unknown key "asume"; did you mean "assume"?'),
    ("colour = true", 1, 'unknown key "colour"; netqlint schema config lists them'),
    ("[tool.netqlint]", 1, 'unknown key "tool": in netqlint.toml the settings stand at the top'),
    ("[netqlint]", 1, 'unknown key "netqlint": in netqlint.toml the settings stand at the top'),
    (
        '[[override]]\npaths = ["a"]\n[[override]]\npath = ["b"]\npaths = ["b"]',
        4,
        'unknown key "path" in override; did you mean "paths"?',
    ),
    (
        '[[override]]\npaths = ["a"]\nexclude = ["b"]',
        3,
        'unknown key "exclude" in override; there are assume, extend-select, facts, ignore, paths, ports, select, '
        "severity",
    ),
    ('[[override]]\npaths = ["a"]\n\n[[override]]\nports.igb = 1', 4, "override needs paths"),
    # values
    (
        'fail-on = "warn"',
        1,
        'fail-on is "warn": it takes "error", "warning", "info" or "never"; did you mean "warning"?',
    ),
    ("assume = 3", 1, "assume is 3: it takes a table"),
    ("assume.esx = 4.0", 1, 'assume.esx is 4.0: it takes text in quotes, "4.0"'),
    (
        'assume.esx = "new"',
        1,
        'assume.esx is "new": it takes a release, such as "4.0" or "6.7u3"',
    ),
    ("[assume]\nesx = '4.0'\nigb = 3", 3, 'assume.igb is 3: it takes text in quotes, "3"'),
    ('assume.igb = "new"', 1, 'assume.igb is "new": it takes a version, such as "1.3.8.6"'),
    ('assume.cpus = "16"', 1, 'assume.cpus is "16": it takes a whole number'),
    ("assume.cpus = 0", 1, "assume.cpus is 0: it takes a number above 0"),
    ('assume.netqueue = "on"', 1, 'assume.netqueue is "on": it takes true or false'),
    ("assume.esx = 2009-05-21", 1, 'assume.esx is "2009-05-21": it takes text in quotes'),
    ("ports = 4", 1, "ports is 4: it takes a table"),
    *(
        (
            f"[ports]\nigb = {value}",
            2,
            f"ports.igb is {value}: it takes the number of ports, or a list of their controllers in PCI order",
        )
        for value in ("0", "1000", "true", '"4"', "[]", '["82576", 4]', '[""]')
    ),
    ('select = "NQ201"', 1, 'select is "NQ201": it takes a list, ["NQ201"]'),
    ("select = []", 1, "select is []: it takes a list that is not empty"),
    ('ignore = [\n  "NQ201",\n  7,\n]', 3, 'ignore is 7: it takes text in quotes, "7"'),
    ('ignore = [""]', 1, 'ignore is "": it takes text that is not empty'),
    ("override = 3", 1, "override is 3: it takes a list"),
    (
        '\n[override]\npaths = ["a"]',
        2,
        "override is a table: it takes a list of tables, each under [[override]]",
    ),
    ("override = [3]", 1, "override is 3: it takes a table"),
    # names
    ('assume = {exs = "4.0"}', 1, 'unknown fact "exs"; did you mean "esx"?'),
    ('assume = {igbb = "1.3"}', 1, 'unknown fact "igbb"; did you mean "igb"?'),
    ("ports.igb = 2\n\nports.ixgb = 2", 3, 'unknown driver "ixgb"; did you mean "ixgbe"?'),
    ("ports.tg3 = 2", 1, 'unknown driver "tg3"; there are e1000, igb, ixgbe'),
    ('select = [\n  "NQ101",\n  "NQ2O1",\n]', 3, 'unknown rule "NQ2O1"; did you mean "NQ201"?'),
    (
        'ignore = ["NQ9"]',
        1,
        'unknown rule "NQ9"; there are NQ101, NQ201, NQ303, parameter-misspelt, rss-overruled, vmdq-needs-msix',
    ),
    ('ignore = ["vmdq"]', 1, 'unknown rule "vmdq"; did you mean "vmdq-needs-msix"?'),
    (
        '[[override]]\npaths = ["a"]\nignore = ["NQ20l"]',
        3,
        'unknown rule "NQ20l"; did you mean "NQ201"?',
    ),
    # patterns
    ('exclude = [\n  "a",\n  "../b",\n]', 3, 'pattern "../b" leads out of the folder it begins at'),
    (
        '[[override]]\npaths = ["hosts\\\\esx01"]',
        2,
        'pattern "hosts\\esx01": write / between folders, and [*] for a star itself',
    ),
    ('exclude = ["[z-a]"]', 1, 'pattern "[z-a]": bad character range z-a'),
]
NO_TOML = [
    ("assume.cpus = 1\n\nselect = [\n  'NQ1'\n\nignore = ['NQ2']\n", 6, " at column 1"),
    ("\n\nselect = [\n  'NQ1',\n  'NQ2'\n\n", 3, ""),
    ('\nselect = """NQ1\n\n', 2, ""),
    ("ports = {igb = 4}\r\nports = {}\r\n", 2, " at column 11"),
    ("ports = {igb = 4}\nports = {}", 2, ""),
    ("select = [NQ1]", 1, " at column 11"),
    ("fail-on warning\n", 1, " at column 9"),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES)
def test_what_is_wrong_is_named_with_its_line(here: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(NetqlintError) as caught:
        loaded(here, text)
    assert str(caught.value) == f"netqlint.toml:{line}: {message}"


@pytest.mark.parametrize(("text", "line", "where"), NO_TOML)
def test_what_is_no_toml_is_told_where_it_begins_to_be_none(here: Path, text: str, line: int, where: str) -> None:
    with pytest.raises(NetqlintError) as caught:
        loaded(here, text)
    # what it complains of is Python's own wording, and differs between versions
    assert re.fullmatch(rf"netqlint\.toml:{line}: not TOML: [a-z][^(]*?{where}", str(caught.value))


def test_what_is_no_utf_8_is_told_with_its_line(here: Path) -> None:
    (here / "netqlint.toml").write_bytes(b"# all\n# \xe9t\xe9\n")
    with pytest.raises(NetqlintError, match=r"^netqlint\.toml:2: not UTF-8$"):
        load("netqlint.toml")


@pytest.mark.parametrize(("name", "why"), [("missing.toml", "no such file or directory"), (".git", "is a directory")])
def test_a_file_that_cannot_be_read_is_an_error(here: Path, name: str, why: str) -> None:
    with pytest.raises(NetqlintError) as caught:
        load(str(here / name))
    assert str(caught.value) == f"{name}: cannot be read: {why}"


def test_lines_of_a_pyproject_are_its_own(here: Path) -> None:
    text = '[project]\nname = "asume"\n\n[tool.netqlint]\n\nasume = 3\n'
    (here / "pyproject.toml").write_text(text)
    with pytest.raises(NetqlintError) as caught:
        load("pyproject.toml")
    assert str(caught.value) == 'pyproject.toml:6: unknown key "asume"; did you mean "assume"?'
    (here / "pyproject.toml").write_text('[project]\nname = "x"\n[tool]\nnetqlint = 3\n')
    with pytest.raises(NetqlintError) as caught:
        load("pyproject.toml")
    assert str(caught.value) == "pyproject.toml:4: tool.netqlint is 3: it takes a table"


@pytest.mark.parametrize("text", ["", "tool = 3", "[tool.ruff]"])
def test_a_pyproject_that_does_not_speak_to_us_is_no_configuration(here: Path, text: str) -> None:
    (here / "pyproject.toml").write_text(text)
    with pytest.raises(NetqlintError, match=r"^pyproject\.toml: no table \[tool\.netqlint\]$"):
        load("pyproject.toml")


def test_a_file_elsewhere_is_named_as_one_would_from_here(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "netqlint.toml").write_text("a = 1")
    (here / "hosts").mkdir()
    monkeypatch.chdir(here / "hosts")
    with pytest.raises(NetqlintError, match=r"^\.\./netqlint\.toml:1: unknown key"):
        load(find("esx.conf"))


@pytest.mark.parametrize(
    ("steps", "word", "expected"),
    [
        (("assume",), "", 1),
        (("assume", "cpus"), "", 2),
        (("ports", "a.b"), "", 4),
        (("override", 0), "", 6),
        (("override", 1), "", 13),
        (("override", 0, "paths"), "", 7),
        (("override", 0, "paths", 1), '"b"', 10),
        (("override", 1, "paths", 1), '"b"', 14),
        (("override", 1, "nothing"), "", 13),
        (("text",), "", 17),
    ],
)
def test_every_value_has_its_line(steps: tuple[str | int, ...], word: str, expected: int) -> None:
    text = """\
[assume]
cpus = 1 # cpus = 2
[ports]
"a.b" = 3

[[override]]
paths = [
  # "c"
  "a",
  "b",
]

[[override]]
paths = ["a", "b"]
# last
[[other]]
[text]
a = 1
"""
    assert line(text, steps, word) == expected


# --- where it is found


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        ({}, "esx.conf", ""),
        ({"netqlint.toml": ""}, "esx.conf", "netqlint.toml"),
        ({"netqlint.toml": ""}, ".", "netqlint.toml"),
        ({"netqlint.toml": ""}, "-", "netqlint.toml"),
        ({"netqlint.toml": ""}, "a/b/missing/esx.conf", "netqlint.toml"),
        ({"netqlint.toml": "", "a/netqlint.toml": ""}, "a/b/esx.conf", "a/netqlint.toml"),
        ({"netqlint.toml": "", "a/netqlint.toml": ""}, "a", "a/netqlint.toml"),
        ({"netqlint.toml": "", "a/netqlint.toml": ""}, "a/../esx.conf", "netqlint.toml"),
        ({"netqlint.toml": "", "a/.git/HEAD": ""}, "a/b/esx.conf", ""),
        ({"netqlint.toml": "", "a/.git": "gitdir: x"}, "a/b/esx.conf", ""),
        ({"netqlint.toml": "", "a/.git/HEAD": "", "a/netqlint.toml": ""}, "a", "a/netqlint.toml"),
        ({"netqlint.toml/x": ""}, "esx.conf", ""),
        ({"pyproject.toml": "[tool.netqlint]"}, "a/esx.conf", "pyproject.toml"),
        ({"pyproject.toml": "[tool]\nnetqlint.select = []"}, "a/esx.conf", "pyproject.toml"),
        ({"pyproject.toml": "[tool.netqlint]", "netqlint.toml": ""}, "a", "netqlint.toml"),
        ({"pyproject.toml": "", "netqlint.toml": "", "a/pyproject.toml": ""}, "a", "netqlint.toml"),
        ({"pyproject.toml": "[tool.ruff]\nx = 'netqlint'"}, "esx.conf", ""),
        ({"pyproject.toml": "tool = 3 # netqlint"}, "esx.conf", ""),
        ({"pyproject.toml": "[tool.netqlint"}, "esx.conf", "pyproject.toml"),
        ({"pyproject.toml": "[tool.ruff # netqlint"}, "esx.conf", "pyproject.toml"),
        ({"pyproject.toml": "[tool]\nnetqlint = {"}, "esx.conf", "pyproject.toml"),
        ({"pyproject.toml": "[tool.ruff", "netqlint.toml": ""}, "a/esx.conf", "netqlint.toml"),
        ({"pyproject.toml": "[tool.ruff"}, "esx.conf", ""),
    ],
)
def test_the_nearest_configuration_of_the_repository_holds(
    here: Path, files: dict[str, str], path: str, expected: str
) -> None:
    (here / "a" / "b").mkdir(parents=True)
    for name, text in files.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)
    assert find(path) == (str(here / expected) if expected else "")


def test_the_search_ends_at_the_top_of_the_file_system() -> None:
    assert find(os.sep) == find(os.path.join(os.sep, "esx.conf"))


def test_each_folder_is_looked_at_once(here: Path) -> None:
    (here / "a" / "b").mkdir(parents=True)
    seen: dict[str, str] = {}
    assert find("a/b/esx.conf", seen) == ""
    (here / "a" / "netqlint.toml").touch()
    assert find("a/c.conf", seen) == ""
    assert seen == {str(here): "", str(here / "a"): "", str(here / "a" / "b"): ""}


def test_where_there_is_no_configuration_nothing_is_imported_to_read_it(here: Path) -> None:
    script = """
import sys
before = set(sys.modules)
from netqlint.config import Settings, find
assert find("esx.conf") == ""
assert Settings().for_path("esx.conf").excludes("x") is False
print(sorted(set(sys.modules) - before - {"netqlint"}))
"""
    (here / "pyproject.toml").write_text("[project]")
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    heavy = {"argparse", "dataclasses", "enum", "json", "pathlib", "pydantic", "re", "tomllib", "typing"}
    seen = set(re.findall(r"'([a-z_.]+)'", done.stdout))
    assert {name for name in seen if name.startswith("netqlint")} == {
        "netqlint.cache",
        "netqlint.config",
        "netqlint.errors",
        "netqlint.memo",
        "netqlint.patterns",
        "netqlint.record",
    }
    assert seen & heavy == set()


# --- what it means


def test_overrides_fit_by_path_and_later_ones_win(here: Path) -> None:
    settings = loaded(here, FULL)
    plain = Settings(
        str(here),
        settings.assume,
        settings.ports,
        settings.select,
        settings.ignore,
        "warning",
        ("old", "*.bak"),
    )
    first = Settings(
        str(here),
        {**settings.assume, "esx": "6.7u3"},
        {"igb": "2", "ixgbe": "82599,X540"},
        ("NQ2", "parameter-misspelt"),
        ("vmdq-needs-msix", "NQ101"),
        "warning",
        ("old", "*.bak"),
    )
    second = Settings(str(here), first.assume, first.ports, ("NQ3",), (), "warning", ("old", "*.bak"))
    assert settings.for_path("esx.conf") == plain
    assert settings.for_path("hosts/esx11/esx.conf") == plain
    assert settings.for_path("hosts/esx02/esx.conf") == first
    assert settings.for_path(str(here / "hosts/esx02/esx.conf")) == first
    assert settings.for_path("hosts/esx01/etc/esx.conf") == second


def test_paths_are_relative_to_the_configuration_wherever_one_stands(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = loaded(here, FULL)
    (here / "hosts" / "esx02").mkdir(parents=True)
    monkeypatch.chdir(here / "hosts")
    assert settings.for_path("esx02/esx.conf").assume["esx"] == "6.7u3"
    assert settings.for_path("../hosts/esx02/esx.conf").assume["esx"] == "6.7u3"
    assert settings.excludes("../old/esx.conf") and not settings.excludes("../../old/esx.conf")


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        (Settings(), (("NQ2",), ("NQ201",), "warning")),
        (Settings(ignore=("NQ3",)), (("NQ2",), ("NQ201", "NQ3"), "warning")),
        (Settings(select=("NQ201",)), (("NQ201",), (), "warning")),
        (Settings(select=("NQ",), ignore=("NQ3",)), (("NQ",), ("NQ3",), "warning")),
        (Settings(fail_on="never"), (("NQ2",), ("NQ201",), "never")),
    ],
)
def test_a_select_begins_anew_and_an_ignore_takes_more_away(
    over: Settings, expected: tuple[tuple[str, ...], tuple[str, ...], str]
) -> None:
    under = Settings(select=("NQ2",), ignore=("NQ201",), fail_on="warning")
    both = under.merge(over)
    assert (both.select, both.ignore, both.fail_on) == expected


def test_what_is_laid_over_adds_its_patterns(here: Path) -> None:
    lab = Override(("lab",), Settings(select=("NQ1",)))
    host = Override(("lab/esx01",), Settings(select=("NQ3",)))
    over = Settings("elsewhere", exclude=("b",), overrides=(host,))
    both = Settings(str(here), exclude=("a",), overrides=(lab,)).merge(over)
    assert both == Settings(str(here), exclude=("a", "b"), overrides=(lab, host))
    assert both.for_path("lab/esx01/esx.conf").select == ("NQ3",)


# --- patterns


@pytest.mark.parametrize(
    ("pattern", "fit", "unfit"),
    [
        (
            "esx.conf",
            "esx.conf a/esx.conf a/b/esx.conf esx.conf/x",
            "esx_conf xesx.conf esx.conf.1",
        ),
        ("*.conf", "esx.conf a/esx.conf .conf", "esx.conf1"),
        ("old", "old old/a b/old/a", "older/a a/bold"),
        ("old/", "old old/a b/old/a", "older/a"),
        ("/old", "old old/a", "b/old older"),
        ("./old", "old old/a", "b/old"),
        ("a/b", "a/b a/b/c", "x/a/b ab a/bc"),
        ("hosts/*", "hosts/a hosts/a/b", "x/hosts/a"),
        ("hosts/*.conf", "hosts/a.conf", "hosts/a/b.conf hosts/a.confx"),
        ("hosts/**", "hosts/a hosts/a/b", "x/hosts/a hostsx/a"),
        ("**/lab/*.conf", "lab/a.conf x/lab/a.conf x/y/lab/a.conf", "lab/x/a.conf xlab/a.conf"),
        ("a/**/b", "a/b a/x/b a/x/y/b a/x/b/z", "ab a/xb x/a/b"),
        ("a/**/**/b", "a/b a/x/b", "ab"),
        ("**", "a a/b", ""),
        (".", "a a/b", ""),
        ("esx?", "esx1 esx12/../esx2", "esx esx12 esx/1"),
        ("a?b", "axb", "a/b ab"),
        ("esx0[1-3]", "esx01 esx03/a", "esx04 esx0- esx0"),
        ("esx[!0-9]", "esxa esx-", "esx1 esx"),
        ("a[!b]c/d", "axc/d", "abc/d a/c/d"),
        ("a[+-9]c/d", "a.c/d", "a/c/d"),
        ("[]x]", "] x", "[ y"),
        ("[^x]", "^ x", "y"),
        ("a[b", "a[b", "ab"),
        ("[]", "[]", "a"),
        ("[*]", "*", "a"),
        ("[.]x", ".x a/.x", "ax"),
        ("a+(b|c).d", "a+(b|c).d", "aab.d abxd"),
        ("Esx", "Esx", "esx"),
        ("ä*", "ä äb/c", "a"),
    ],
)
def test_patterns_fit(here: Path, pattern: str, fit: str, unfit: str) -> None:
    fitting = [path for path in fit.split() if fits(path, (pattern,), str(here))]
    assert fitting == fit.split()
    assert [path for path in unfit.split() if fits(path, (pattern,), str(here))] == []


def walk(parts: list[str], names: list[str]) -> bool:
    """Whether names of folders fit parts of a pattern, tried one by one."""
    if not parts:
        return True
    if parts[0] == "**":
        return walk(parts[1:], names) or (bool(names) and walk(parts, names[1:]))
    return bool(names) and spell(parts[0], names[0]) and walk(parts[1:], names[1:])


def spell(part: str, name: str) -> bool:
    if not part:
        return not name
    if part[0] == "*":
        return spell(part[1:], name) or (bool(name) and spell(part, name[1:]))
    return bool(name) and part[0] in ("?", name[0]) and spell(part[1:], name[1:])


@given(
    st.lists(st.text("ab*?.", min_size=1, max_size=4) | st.just("**"), min_size=1, max_size=4),
    st.lists(st.text("ab.", min_size=1, max_size=4), min_size=1, max_size=4),
)
@example(["a", "**", "b"], ["a", "b"])
def test_patterns_fit_what_a_walk_over_the_folders_says(parts: list[str], names: list[str]) -> None:
    parts = [part for part in parts if part.strip(".")] or ["a"]
    names = [name for name in names if name.strip(".")] or ["b"]
    assert fits("/".join(names), ("/" + "/".join(parts),), os.getcwd()) is walk(parts, names)


@given(st.text(min_size=1, max_size=12), st.text("ab/-]", min_size=1, max_size=8))
def test_a_pattern_is_refused_or_works(pattern: str, path: str) -> None:
    try:
        assert fits(path, (pattern,), os.getcwd()) in (True, False)
    except NetqlintError as error:
        assert str(error).startswith(f'pattern "{pattern}"')


# --- the schema


SCHEMA = config_schema()


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert list(Draft7Validator(SCHEMA).iter_errors(tomllib.loads(FULL))) == []


# what only netqlint can know: names and versions, and patterns that fit nothing
SENSE = ("unknown fact", "unknown driver", "unknown rule", "pattern", "release", "version")


@pytest.mark.parametrize(
    "text",
    [text for text, _, message in MISTAKES if not any(word in message for word in SENSE)],
)
def test_the_schema_refuses_what_netqlint_refuses(text: str) -> None:
    # JSON has no dates: a reader of TOML hands them to a validator as text
    said = tomllib.loads(text.replace("2009-05-21", "20090521"))
    assert list(Draft7Validator(SCHEMA).iter_errors(said)) != []


def test_whoever_edits_a_configuration_is_told_what_each_key_means() -> None:
    properties = SCHEMA["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == [
        "assume",
        "ports",
        "facts",
        "select",
        "ignore",
        "extend-select",
        "severity",
        "fail-on",
        "exclude",
        "rules",
        "extends",
        "baseline",
        "required-version",
        "rules-as-of",
        "hosts",
        "inventory",
        "override",
    ]
    assert all(entry["description"] for entry in properties.values())
    assert "null" not in str(SCHEMA)
