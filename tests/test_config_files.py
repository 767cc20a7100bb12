"""Settings over several files: what is laid over what, for which hosts it holds, and where it was said."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from netqlint import __version__
from netqlint.cli import main
from netqlint.compile.settings import config_schema
from netqlint.config import Override, Settings, load
from netqlint.errors import NetqlintError
from netqlint.pack import load as load_pack
from netqlint.selection import graded, newer, selection
from netqlint.tasks import Configured

WRONG = '/vmkernel/netnetqueueenabled = "TRUE"\n'
OWN = """\
code: LAB001
name: eight-queues-everywhere
severity: warning
since: {since}
summary: Our hosts ask for eight queues on every port.
about: igb
for: port
require: VMDQ == 8
message: "port {{port}}: VMDQ is {{VMDQ}}"
why: The monitoring of the lab expects it.
sources: [https://wiki.example.com/hosts]
confidence: documented
examples:
  - good: VMDQ=8
    given: {{version: 400.2.4.10, ports: 1}}
  - bad: VMDQ=«4»
    says: "port 0: VMDQ is 4"
    given: {{version: 400.2.4.10, ports: 1}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def loaded(files: dict[str, str]) -> Settings:
    write(files)
    # twice: what is remembered says the same
    load("netqlint.toml", load_pack())
    return load("netqlint.toml", load_pack())


def settings(files: dict[str, str], path: str = "esx.conf") -> dict[str, object]:
    """What holds for a path, as far as it was said."""
    found = loaded(files).for_path(path)
    fields = ("assume", "ports", "select", "ignore", "extend_select", "severity", "fail_on", "exclude", "rules_as_of")
    return {field: getattr(found, field) for field in fields if getattr(found, field)}


# --- one file laid over another


@pytest.mark.parametrize(
    ("base", "own", "expected"),
    [
        ('fail-on = "error"', "", {"fail_on": "error"}),
        ('fail-on = "error"', 'fail-on = "never"', {"fail_on": "never"}),
        ('assume = {esx = "4.0", cpus = 4}', 'assume.esx = "6.7"', {"assume": {"esx": "6.7", "cpus": "4"}}),
        ("ports = {igb = 2, ixgbe = 2}", "ports.igb = 4", {"ports": {"igb": "4", "ixgbe": "2"}}),
        ('ignore = ["NQ2"]', 'ignore = ["NQ1"]', {"ignore": ("NQ2", "NQ1")}),
        ('select = ["NQ1"]\nignore = ["NQ101"]', 'select = ["NQ2"]', {"select": ("NQ2",)}),
        ('extend-select = ["NQ1"]', 'select = ["NQ2"]', {"select": ("NQ2",)}),
        ('select = ["NQ1"]', 'extend-select = ["NQ2"]', {"select": ("NQ1",), "extend_select": ("NQ2",)}),
        (
            'severity = {NQ1 = "info", NQ2 = "info"}',
            'severity.NQ2 = "error"',
            {"severity": {"NQ1": "info", "NQ2": "error"}},
        ),
        ('exclude = ["a"]', 'exclude = ["b"]', {"exclude": ("a", "b")}),
        ('rules-as-of = "0.0.9"', "", {"rules_as_of": "0.0.9"}),
    ],
)  # fmt: skip
def test_a_file_is_laid_over_what_it_extends(base: str, own: str, expected: dict[str, object]) -> None:
    assert settings({"base.toml": base, "netqlint.toml": f'extends = "base.toml"\n{own}'}) == expected


def test_of_several_later_ones_are_laid_over_earlier_ones_and_chains_are_followed() -> None:
    files = {
        "a/a.toml": 'extends = ["../deep.toml"]\nfail-on = "error"\nignore = ["NQ101"]',
        "b.toml": 'fail-on = "info"\nignore = ["NQ102"]',
        "deep.toml": 'fail-on = "never"\nassume.cpus = 2\nbaseline = "known.json"',
        "netqlint.toml": 'extends = ["a/a.toml", "b.toml"]',
    }
    assert settings(files) == {"assume": {"cpus": "2"}, "ignore": ("NQ101", "NQ102"), "fail_on": "info"}
    assert loaded(files).baseline == str(Path("known.json").absolute())


def test_patterns_begin_where_the_file_lies_that_is_found() -> None:
    files = {
        "shared/base.toml": 'exclude = ["hosts/old"]\n[[override]]\npaths = ["hosts/new"]\nassume.cpus = 2',
        "netqlint.toml": 'extends = "shared/base.toml"',
    }
    found = loaded(files)
    assert found.excludes("hosts/old/esx.conf")
    assert found.for_path("hosts/new/esx.conf").assume == {"cpus": "2"}


def test_a_table_of_pyproject_can_be_extended_and_extend() -> None:
    write(
        {
            "p/pyproject.toml": '[tool.netqlint]\nfail-on = "info"',
            "pyproject.toml": "[tool.netqlint]\nextends = 'p/pyproject.toml'",
        }
    )
    assert load("pyproject.toml").fail_on == "info"


def test_rules_of_an_extended_file_are_known() -> None:
    write({"shared/ours/LAB001-eight-queues-everywhere.yaml": OWN.format(since="0.1.0")})
    files = {
        "shared/base.toml": 'rules = ["ours"]',
        "netqlint.toml": 'extends = "shared/base.toml"\nselect = ["LAB001"]',
    }
    assert settings(files) == {"select": ("LAB001",)}
    assert loaded(files).rules == (str(Path("shared/ours").absolute()),)


@pytest.mark.parametrize(
    ("files", "chain"),
    [
        ({"netqlint.toml": 'extends = "netqlint.toml"'}, "netqlint.toml -> netqlint.toml"),
        (
            {"netqlint.toml": 'extends = "a.toml"', "a.toml": 'extends = ["b.toml"]', "b.toml": 'extends = "./a.toml"'},
            "a.toml -> b.toml -> a.toml",
        ),
    ],
)
def test_a_circle_is_told(files: dict[str, str], chain: str) -> None:
    write(files)
    for pack in (None, load_pack()):
        with pytest.raises(NetqlintError) as caught:
            load("netqlint.toml", pack)
        assert str(caught.value) == f"{chain.split(' ')[0]}: a configuration cannot extend itself: {chain}"


def test_a_changed_file_counts_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        write({f"{number:02d}.esx.conf": WRONG})
    write({"base.toml": 'ignore = ["NQ508"]', "netqlint.toml": 'extends = "base.toml"'})
    assert main(["check", "--quiet"]) == 0
    write({"base.toml": 'severity.NQ508 = "info"'})
    assert main(["check", "--quiet"]) == 0
    assert capsys.readouterr().out.count("info[NQ508 ") == 12
    write({"base.toml": 'severity.NQ5 = "error"'})
    assert main(["check", "--quiet"]) == 1
    assert capsys.readouterr().out.count("error[NQ508 ") == 12


# --- hosts

HOSTS = """\
assume = {esx = "6.7", cpus = 4}
[hosts."esx0?.lab"]
esx = "4.0"
igb = "1.3.8.6"
ports.igb = 4
[hosts."racks/*/esx09"]
netqueue = false
ports = {igb = ["82576", "I350"]}
[[override]]
paths = ["special"]
assume.esx = "5.0"
"""


@pytest.mark.parametrize(
    ("path", "esx", "ports"),
    [
        ("esx01.lab/esx.conf", "4.0", {"igb": "4"}),
        ("esx01.lab/etc/vmware/esx.conf", "4.0", {"igb": "4"}),
        ("esx02.lab.esx.conf", "4.0", {"igb": "4"}),
        ("a/esx02.lab-esx.conf", "4.0", {"igb": "4"}),
        ("a/esx02.lab_esx.conf", "4.0", {"igb": "4"}),
        ("esx02.lab", "4.0", {"igb": "4"}),
        ("esx02.labor.esx.conf", "6.7", {}),
        ("esx12.lab.esx.conf", "6.7", {}),
        ("racks/a/esx09/esx.conf", "6.7", {"igb": "82576,I350"}),
        ("racks/a/esx09.esx.conf", "6.7", {"igb": "82576,I350"}),
        ("esx09/esx.conf", "6.7", {}),
        ("special/esx01.lab.esx.conf", "5.0", {"igb": "4"}),
    ],
)
def test_facts_of_a_host_hold_for_its_files(path: str, esx: str, ports: dict[str, str]) -> None:
    top, _, rest = HOSTS.partition("[hosts")
    hosts, _, override = f"[hosts{rest}".partition("[[")
    beside = hosts.replace("[hosts.", "[")
    for files in (
        {"netqlint.toml": HOSTS},
        {"netqlint.toml": f'inventory = "lab/hosts.toml"\n{top}[[{override}', "lab/hosts.toml": beside},
        {"netqlint.toml": f'extends = "b.toml"\n{top}[[{override}', "b.toml": hosts},
    ):
        found = loaded(files).for_path(path)
        assert (found.assume["esx"], dict(found.ports)) == (esx, ports)


def test_what_is_said_of_a_host_here_goes_before_the_inventory() -> None:
    files = {
        "inventory.toml": '["a"]\nesx = "4.0"\ncpus = 2',
        "netqlint.toml": 'inventory = "inventory.toml"\n[hosts.a]\nesx = "5.0"',
    }
    assert settings(files, "a/esx.conf") == {"assume": {"esx": "5.0", "cpus": "2"}}
    assert loaded(files).overrides[0] == Override(
        ("a", "a.esx.conf", "a-esx.conf", "a_esx.conf"), Settings(assume={"esx": "4.0", "cpus": "2"})
    )


# --- which rules, and how bad

RULES = [
    {"code": code, "name": name, "severity": "warning", "since": since}
    for code, name, since in [("NQ101", "a-b", "0.1.0"), ("NQ102", "c-d", "0.2.0"), ("NQ203", "e-f", "0.3")]
]


@pytest.mark.parametrize(
    ("select", "ignore", "more", "as_of", "asked"),
    [
        ((), (), (), "", "NQ101 NQ102 NQ203"),
        ((), (), (), "0.1", "NQ101"),
        ((), (), (), "0.2", "NQ101 NQ102"),
        ((), (), (), "0.3.0", "NQ101 NQ102 NQ203"),
        (("NQ1",), (), (), "0.1.0", "NQ101"),
        (("NQ102",), (), (), "0.1.0", "NQ102"),
        ((), (), ("c-d",), "0.1.0", "NQ101 NQ102"),
        (("NQ203",), (), ("NQ101",), "", "NQ101 NQ203"),
        (("NQ1",), ("NQ101",), ("NQ2",), "", "NQ102 NQ203"),
        ((), ("NQ102",), ("NQ102",), "0.1.0", "NQ101"),
    ],
)
def test_rules_are_chosen(
    select: tuple[str, ...], ignore: tuple[str, ...], more: tuple[str, ...], as_of: str, asked: str
) -> None:
    wanted = selection(RULES, select, ignore, more, newer(RULES, as_of) if as_of else ())
    assert " ".join(str(rule["code"]) for rule in RULES if wanted(rule)) == asked


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ({}, "warning warning warning"),
        ({"NQ": "info"}, "info info info"),
        ({"NQ1": "info", "NQ": "error"}, "info info error"),
        ({"NQ": "error", "1xx": "info"}, "info info error"),
        ({"NQ101": "info", "NQ10": "error"}, "info error warning"),
        ({"a-b": "info", "NQ1": "error"}, "info error warning"),
    ],
)
def test_what_names_a_rule_more_closely_says_how_bad_it_is(severity: dict[str, str], expected: str) -> None:
    assert " ".join(rule["severity"] for rule in graded(RULES, severity)) == expected


def test_severity_can_differ_by_path(capsys: pytest.CaptureFixture[str]) -> None:
    write({"a/esx.conf": WRONG, "b/esx.conf": WRONG})
    write({"netqlint.toml": '[[override]]\npaths = ["b"]\nseverity.NQ508 = "error"'})
    main(["check", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["path"], one["severity"]) for one in found] == [("a/esx.conf", "warning"), ("b/esx.conf", "error")]


def test_newer_rules_wait_until_they_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    write({"ours/LAB001-eight-queues-everywhere.yaml": OWN.format(since="0.1.1")})
    write({"netqlint.toml": 'rules = ["ours"]\nrules-as-of = "0.1"\nassume.igb = "400.2.4.10"'})
    write({"esx.conf": '/vmkernel/module/igb/options = "IntMode=2 VMDQ=4"\n'})
    assert main(["check", "--format", "concise", "--select", "LAB"]) == 0
    out, err = capsys.readouterr()
    assert "LAB001" not in out
    assert err == "netqlint: not asked, as they came after rules-as-of: LAB001; --extend-select CODE asks one\n"
    assert main(["check", "--quiet", "--select", "NQ102", "--extend-select", "LAB001"]) == 1
    out, err = capsys.readouterr()
    assert ("LAB001" in out, err) == (True, "")


def test_all_rules_of_this_release_are_of_it() -> None:
    assert newer(load_pack().rules, __version__) == ()


# --- what is wrong

SCHEMA = config_schema()
WARNING = '"error", "warning" or "info"; did you mean "warning"?'
PORTS = "the number of ports, or a list of their controllers in PCI order"
SHAPES = [
    ("extends = 3", 1, "extends is 3: it takes the name of a file, or a list of such names"),
    ("extends = []", 1, "extends is []: it takes the name of a file, or a list of such names"),
    ('severity.NQ1 = "warn"', 1, f'severity.NQ1 is "warn": it takes {WARNING}'),
    ("severity = 3", 1, "severity is 3: it takes a table"),
    ("baseline = 3", 1, 'baseline is 3: it takes text in quotes, "3"'),
    ("hosts = 3", 1, "hosts is 3: it takes a table"),
    ("[hosts]\na = 3", 2, "hosts.a is 3: it takes a table"),
    ("[hosts.a]\ncpus = 0", 2, "hosts.a.cpus is 0: it takes a number above 0"),
    ("[hosts.a]\nports.igb = 0", 2, f"hosts.a.ports.igb is 0: it takes {PORTS}"),
    ("required-version = 1", 1, 'required-version is 1: it takes text in quotes, "1"'),
    ("rules-as-of = 0.1", 1, 'rules-as-of is 0.1: it takes text in quotes, "0.1"'),
    ("inventory = ''", 1, 'inventory is "": it takes text that is not empty'),
    ("requires-version = '1'", 1, 'unknown key "requires-version"; did you mean "required-version"?'),
]  # fmt: skip
SENSE = [
    ('extends = "there.toml"', 1, "extends: there is no file there.toml"),
    ('inventory = "there.toml"', 1, "inventory: there is no file there.toml"),
    ('severity = {NQ5O8 = "info"}', 1, 'unknown rule "NQ5O8"; did you mean "NQ508"?'),
    ('extend-select = ["NQ5O8"]', 1, 'unknown rule "NQ5O8"; did you mean "NQ508"?'),
    ("[hosts.a]\nibg = '1.3'", 2, 'unknown fact "ibg"; did you mean "igb"?'),
    ("[hosts.a]\nesx = 'new'", 2, 'hosts."a".esx is "new": it takes a release, such as "4.0" or "6.7u3"'),
    ("[hosts.a]\nports.ibg = 2", 2, 'unknown driver "ibg"; did you mean "igb"?'),
    ("[hosts.'../a']\ncpus = 2", 1, 'pattern "../a" leads out of the folder it begins at'),
    ('required-version = "new"', 1, 'required-version is "new": it takes versions such as "0.1.0" or ">=0.1, <2"'),
    ('required-version = ">=99"', 1, f'required-version is ">=99", and this is netqlint {__version__}'),
    ('rules-as-of = "new"', 1, f'rules-as-of is "new": it takes a version of netqlint, such as "{__version__}"'),
    ('rules-as-of = "99.0"', 1, f'rules-as-of is "99.0", and this is netqlint {__version__}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), [*SHAPES, *SENSE])
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(NetqlintError) as caught:
        loaded({"netqlint.toml": text})
    assert str(caught.value) == f"netqlint.toml:{line}: {message}"


@pytest.mark.parametrize(("text", "line", "message"), SHAPES)
def test_the_schema_refuses_it_too(text: str, line: int, message: str) -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors(tomllib.loads(text))) != []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 3", ":1: hosts.a is 3: it takes a table"),
        ("[a]\n\nexs = '4.0'", ':3: unknown fact "exs"; did you mean "esx"?'),
        ("[a", ":1: not TOML: "),
        ("[a]\nports.igb = 0", ":2: hosts.a.ports.igb is 0: it takes the number of ports, "),
    ],
)
def test_what_is_wrong_in_an_inventory_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(NetqlintError) as caught:
        loaded({"netqlint.toml": 'inventory = "i.toml"', "i.toml": text})
    assert str(caught.value).startswith(f"i.toml{message}")


@pytest.mark.parametrize("wanted", ["0.1", "==0.1.0", ">=0.1, <2", "!=0.2", "<= 0.1.0", ">0.0.9"])
def test_a_version_that_is_as_required_is_fine(wanted: str) -> None:
    assert settings({"netqlint.toml": f'required-version = "{wanted}"'}) == {}


@pytest.mark.parametrize("wanted", ["0.2", "!=0.1", "<0.1", ">0.1", "<=0.0.9", ">=0.1, <0.1"])
def test_a_version_that_is_not_as_required_stops_the_run(wanted: str) -> None:
    with pytest.raises(NetqlintError, match="and this is netqlint"):
        settings({"netqlint.toml": f'required-version = "{wanted}"'})


def test_the_schema_is_ready_for_editors() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert (SCHEMA["$schema"], SCHEMA["$id"]) == (
        "http://json-schema.org/draft-07/schema#",
        "https://json.schemastore.org/netqlint.json",
    )
    assert "$defs" not in json.dumps(SCHEMA)
    assert list(Draft7Validator(SCHEMA).iter_errors(tomllib.loads(HOSTS))) == []
    definitions = SCHEMA["definitions"]
    assert isinstance(definitions, dict)
    assert all(table["description"] for table in definitions.values())


# --- where it was said


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["config", "show", *words]) == 0
    return capsys.readouterr().out


def test_every_value_that_holds_has_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    write(
        {
            "base.toml": 'assume.esx = "4.0"\nignore = ["NQ501"]\n[severity]\nNQ1 = "info"\n[hosts.b]\nports.igb = 4\n',
            "lab.toml": '\n["hosts/*"]\nesx = "5.0"\n',
            "netqlint.toml": 'extends = "base.toml"\ninventory = "lab.toml"\nignore = [\n  "NQ502",\n]\n'
            'assume.cpus = 4\n[hosts.b]\nesx = "5.1"\n[[override]]\npaths = ["hosts/b"]\nassume.cpus = 8\n',
        }
    )  # fmt: skip
    assert shown(capsys, "hosts/b/esx.conf") == (
        "# what holds for hosts/b/esx.conf, by netqlint.toml\n"
        'extends = "base.toml"        # netqlint.toml:1\n'
        'inventory = "lab.toml"       # netqlint.toml:2\n'
        'assume.esx = "5.1"           # netqlint.toml:8\n'
        "assume.cpus = 8              # netqlint.toml:11\n"
        "ports.igb = 4                # base.toml:6\n"
        'ignore = ["NQ501", "NQ502"]  # base.toml:2, netqlint.toml:3\n'
        'severity.NQ1 = "info"        # base.toml:4\n'
        'fail-on = "warning"          # default\n'
    )
    assert 'assume.esx = "5.0"           # lab.toml:3\n' in shown(capsys, "hosts/c/esx.conf")
    assert 'assume.esx = "4.0"           # base.toml:1\n' in shown(capsys)
    assert (
        shown(capsys, "--isolated")
        == '# what holds for esx.conf, by no configuration\nfail-on = "warning"  # default\n'
    )


@pytest.mark.parametrize("path", ["esx.conf", "special/esx.conf", "esx01.lab/esx.conf", "racks/a/esx09.esx.conf"])
def test_what_is_shown_is_what_holds(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    more = 'select = ["NQ1", "NQ2"]\nignore = ["NQ101"]\nextend-select = ["NQ5"]\nseverity = {2xx = "info"}\n'
    write({"netqlint.toml": more + HOSTS})
    said = tomllib.loads(shown(capsys, path))
    write({"plain.toml": shown(capsys, path)})
    again, found = load("plain.toml"), load("netqlint.toml").for_path(path)
    for field in ("assume", "ports", "select", "ignore", "extend_select", "severity"):
        assert getattr(again, field) == getattr(found, field), field
    assert said["fail-on"] == "warning"


def test_a_select_that_begins_anew_is_shown_alone(capsys: pytest.CaptureFixture[str]) -> None:
    override = '[[override]]\npaths = ["x"]\nselect = ["NQ5"]\n'
    write({"netqlint.toml": f'ignore = ["NQ1"]\nselect = ["NQ2"]\nexclude = ["x"]\n{override}'})
    assert shown(capsys, "x/esx.conf") == (
        "# what holds for x/esx.conf, by netqlint.toml\n"
        "# excluded: it is not checked\n"
        'exclude = ["x"]      # netqlint.toml:3\n'
        'select = ["NQ5"]     # netqlint.toml:6\n'
        'fail-on = "warning"  # default\n'
    )


def test_a_wrong_file_is_told_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    write({"netqlint.toml": "selct = []"})
    assert main(["config", "show"]) == 2
    assert capsys.readouterr().err == 'netqlint: netqlint.toml:1: unknown key "selct"; did you mean "select"?\n'
    assert main(["config", "sohw"]) == 2
    assert capsys.readouterr().err == "netqlint: netqlint config takes show or init, not sohw; did you mean show?\n"


# --- to begin with


def test_a_configuration_to_begin_with_changes_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    write({"esx01.lab.esx.conf": WRONG, "esx02.lab/esx.conf": '/vmkernel/module/igb/options = "VMDQ=8,8"\n'})
    main(["check", "--format", "json"])
    before = capsys.readouterr().out
    assert main(["config", "init"]) == 0
    assert capsys.readouterr().out == "wrote netqlint.toml\n"
    main(["check", "--format", "json"])
    assert capsys.readouterr().out == before
    text = Path("netqlint.toml").read_text()
    assert "# Settings of netqlint for the 2 esx.conf files below this folder.\n" in text
    assert '# [hosts."esx02.lab"]\n' in text
    # every proposal is one that can be taken
    taken = "\n".join(
        line.removeprefix("# ") if " = " in line or "[hosts" in line else line for line in text.splitlines()
    )
    assert loaded({"netqlint.toml": taken}).assume["esx"] != ""


def test_a_configuration_is_not_written_over_another(capsys: pytest.CaptureFixture[str]) -> None:
    write({"netqlint.toml": "# mine\n", "p/pyproject.toml": "[tool.netqlint]\n"})
    assert main(["config", "init"]) == 2
    assert capsys.readouterr().err == "netqlint: netqlint.toml holds here already; nothing was written\n"
    assert Path("netqlint.toml").read_text() == "# mine\n"
    assert main(["config", "init", "p"]) == 2
    assert main(["config", "init", "nowhere"]) == 2
    Path("q").mkdir()
    assert main(["config", "init", "q"]) == 0
    assert "for the 0 esx.conf files" in Path("q/netqlint.toml").read_text()


def test_files_of_one_configuration_share_their_terms() -> None:
    write({"base.toml": "assume.cpus = 2", "netqlint.toml": 'extends = "base.toml"'})
    configured = Configured(Settings(), "", isolated=False)
    assert configured.terms("a/esx.conf") is configured.terms("b/esx.conf")
