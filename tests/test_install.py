"""What people get who install netqlint: a wheel, alone in an environment that never saw the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from once import dist, must, once
from test_manpage import PAGE

from netqlint import __version__

CHECKOUT = Path(__file__).resolve().parent.parent
TORN = '/vmkernel/module/igb/options = "IntMode=3 3"\n'


def run(*words: str | Path, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A process whose surroundings know nothing of this checkout, nor of what it has compiled."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    surroundings = {**clean, "XDG_CACHE_HOME": str(cwd / "cache")}
    return subprocess.run(words, cwd=cwd, input=stdin, capture_output=True, text=True, env=surroundings, check=False)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dist(tmp_path_factory)


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="session")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel and what it depends on, and nothing else."""

    def install(room: Path) -> None:
        venv.create(room, with_pip=False)
        must("pip", "--python", str(room / "bin" / "python"), "install", "--quiet", "--no-compile", str(wheel))

    return once(tmp_path_factory, "alone", install) / "bin" / "python"


@pytest.fixture
def netqlint(python: Path) -> Path:
    return python.parent / "netqlint"


# --- what is packed


def files(folder: str, suffix: str) -> set[str]:
    return {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / folder).rglob(f"*{suffix}")}


def test_the_wheel_holds_all_that_netqlint_is_made_of(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = {name for name in files("netqlint", ".py") if "/_pack/" not in name} - {"netqlint/compile/wheel.py"}
    declared = {f"netqlint/{name}" for name in files("grammars", ".lark") | files("rules", ".yaml")}
    drivers = {Path(name).stem for name in declared if "/catalog/drivers/" in name}
    compiled = {
        f"netqlint/_pack/{name}.py"
        for name in {"__init__", "manual", "commands", "devices", "seldom", "words", *drivers}
    }
    alone = {name for name in held if ".dist-info/" not in name and ".data/" not in name}
    # the list of candidates lies beside the rules it speaks of
    assert alone == package | declared | compiled | {"netqlint/py.typed"}
    assert [name for name in held if name.endswith("/licenses/LICENSE")] != []
    page = f"netqlint-{__version__}.data/data/share/man/man1/netqlint.1"
    assert [name for name in held if ".data/" in name] == [page]
    assert zipfile.ZipFile(wheel).read(page).decode() == PAGE


def test_the_sdist_holds_what_the_wheel_is_made_of_and_its_tests(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        held = {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in archive.getnames()}
    wanted = files("netqlint", ".py") | files("grammars", ".lark") | files("rules", ".yaml") | files("tests", ".py")
    assert {name for name in wanted - held if "/_pack/" not in name} == set()
    assert {"LICENSE", "README.md", "pyproject.toml", "netqlint/py.typed"} - held == set()


# --- what it does


def test_it_checks_and_mends(netqlint: Path, tmp_path: Path) -> None:
    host = tmp_path / "esx.conf"
    host.write_text(TORN, encoding="utf-8")
    checked = run(netqlint, "check", "--select", "NQ101", cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert checked.stdout.startswith("error[NQ101 blanks-between-values]: ")
    assert run(netqlint, "fix", "--quiet", "--select", "NQ101", cwd=tmp_path).returncode == 0
    assert host.read_text(encoding="utf-8") == TORN.replace("3 3", "3,3")


def test_it_compiles_nothing_but_expressions(netqlint: Path, tmp_path: Path) -> None:
    run(netqlint, "check", "-", cwd=tmp_path, stdin=TORN)
    kept = [path.name.partition("-")[0] for path in tmp_path.rglob("*") if path.is_file()]
    assert kept == ["patterns"]


ALWAYS = """
    __init__ _pack answers arguments cache checker cli commands commands.check config console driver errors facts
    files finding folded memo model pack patterns record reporters reporters.cells reporters.style reporters.summary
    reporters.text run scopes scopes.hosts scopes.mistakes scopes.modules scopes.network scopes.parameters
    scopes.ports scopes.settings scopes.subject scopes.values surfaces
    tasks text version world
"""
FINDINGS = """
    _pack.seldom _pack.words mend reporters.blocks reporters.change reporters.frame reporters.marks reporters.offers
    reporters.views
"""
SCRIPT = """
    scopes.commands surfaces.calling surfaces.calls surfaces.options surfaces.script surfaces.shell surfaces.templates
"""
MODULES = """
import sys
{imports}
known = set(sys.modules)
from netqlint.cli import main
main({words!r})
print(*sorted(set(sys.modules) - known), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("text", "settings", "more"),
    [
        ('/system/uuid = "1"\n/vmkernel/module/igb/options = "IntMode=3,3"\n', "", ""),
        (TORN, "", FINDINGS),
        (TORN, 'assume = { esx = "4.0" }\n', FINDINGS),
    ],
    ids=["a clean file", "findings", "findings under a configuration"],
)
def test_a_check_loads_these_modules_and_no_other(
    text: str, settings: str, more: str, python: Path, tmp_path: Path
) -> None:
    (tmp_path / "esx.conf").write_text(text, encoding="utf-8")
    if settings:
        (tmp_path / "netqlint.toml").write_text(settings, encoding="utf-8")
    # what every Python has at hand; `re` is for the first run, which compiles expressions, and for it alone
    imports = f"import __future__, _sre{', bisect, itertools' if more else ''}"
    code = MODULES.format(imports=imports, words=["check", "esx.conf"])
    for _ in range(2):
        done = run(python, "-c", code, cwd=tmp_path)
    names = f"{ALWAYS} {more} surfaces.esxconf surfaces.options _pack.igb".split()
    assert set(done.stderr.split()) == {"netqlint" if name == "__init__" else f"netqlint.{name}" for name in names}


def test_files_that_have_not_changed_are_not_judged(python: Path, tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"host{number}.esx.conf").write_text('/system/uuid = "1"\n', encoding="utf-8")
    code = MODULES.format(imports="import __future__, os", words=["check", "--jobs", "1", "."])
    for _ in range(2):
        done = run(python, "-c", code, cwd=tmp_path)
    assert "20 files checked" in done.stdout
    assert not {"netqlint.run", "netqlint.checker", "netqlint.surfaces.esxconf"} & set(done.stderr.split())


@pytest.mark.parametrize(
    ("text", "more", "parser"),
    [
        ("#!/bin/sh\necho hello\n", "surfaces.options surfaces.shell surfaces.script", False),
        ('#!/bin/sh\nesxcfg-module -s "IntMode=3 3" igb\n', f"{SCRIPT} {FINDINGS} _pack.igb _pack.commands", False),
        (
            'if true; then\n  esxcfg-module -s "IntMode=3 3" igb\nfi\n',
            f"{SCRIPT} {FINDINGS} surfaces.parser _pack.igb _pack.commands",
            True,
        ),
    ],
    ids=["a script of something else", "a script of plain commands", "a script of more than that"],
)
def test_a_parser_is_loaded_for_a_script_that_needs_one(
    text: str, more: str, parser: bool, python: Path, tmp_path: Path
) -> None:
    (tmp_path / "setup.sh").write_text(text, encoding="utf-8")
    imports = "import __future__, _sre, bisect, itertools, enum, importlib.machinery"
    code = MODULES.format(imports=imports, words=["check", "setup.sh"])
    for _ in range(2):
        done = run(python, "-c", code, cwd=tmp_path)
    expected = {"netqlint" if name == "__init__" else f"netqlint.{name}" for name in (ALWAYS + more).split()}
    assert {name for name in done.stderr.split() if name.startswith("netqlint")} == expected
    parsers = {name for name in done.stderr.split() if name.startswith("tree_sitter")}
    # the half of each package that does the work, and not the one that takes longer to import
    assert parsers <= ({"tree_sitter._binding", "tree_sitter_bash._binding"} if parser else set())
    assert "shutil" not in done.stderr.split()


POWERCLI = "Get-VMHostModule igb | Set-VMHostModule -Options 'IntMode=3 3'\n"
PLAYBOOK = "- vmware_host_kernel_manager: {kernel_module_name: igb, kernel_module_option: 'IntMode=3 3'}\n"
PROFILE = """<profile>
  <parameter><key>moduleName</key><value>igb</value></parameter>
  <option><parameterName>IntMode</parameterName><parameterValue>3 3</parameterValue></option>
</profile>
"""
TERRAFORM = (
    'resource "a" "b" {\n  provisioner "local-exec" {\n    command = "esxcfg-module -s \'IntMode=3 3\' igb"\n  }\n}\n'
)
PUPPET = "esx_advanced_options { 'h': options => { 'VMkernel.Boot.netNetqueueEnabled' => 'yes' } }\n"
# what comes with a library
LIBRARIES = {
    "": set(),
    "ruamel": {"ruamel"},
    "defusedxml": {"defusedxml", "xml"},
    "tree_sitter_powershell": {"tree_sitter_powershell"},
    "tree_sitter_hcl": {"tree_sitter_hcl", "tree_sitter_bash"},
    "tree_sitter_puppet": {"tree_sitter_puppet"},
}
LISTINGS = " ".join(f"surfaces.listings{one}" for one in ("", ".blocks", ".lines", ".records", ".single", ".tables"))
OF_CALLS = """
    scopes.commands surfaces.calling surfaces.calls surfaces.options surfaces.script surfaces.shell _pack.igb
    _pack.commands
"""
OF_SETTINGS = OF_CALLS.replace("_pack.igb", "")


@pytest.mark.parametrize(
    ("name", "text", "more", "library"),
    [
        ("setup.ps1", "Get-ChildItem\n", "surfaces.powershell surfaces.calling surfaces.calls surfaces.script", ""),
        ("setup.ps1", POWERCLI, f"surfaces.powershell surfaces.parser {OF_CALLS} {FINDINGS}", "tree_sitter_powershell"),
        ("site.yml", "a: 1\n", "surfaces.playbook surfaces.calling surfaces.calls surfaces.script", ""),
        ("site.yml", PLAYBOOK, f"surfaces.playbook {OF_CALLS} {FINDINGS}", "ruamel"),
        ("host.xml", "<a/>", f"surfaces.hostprofile surfaces.options surfaces.script {LISTINGS}", ""),
        (
            "host.xml",
            PROFILE,
            f"surfaces.hostprofile surfaces.options surfaces.script _pack.igb {FINDINGS}",
            "defusedxml",
        ),
        ("main.tf", "a {}\n", "surfaces.resources surfaces.calling surfaces.calls surfaces.script", ""),
        ("main.tf", TERRAFORM, f"surfaces.resources surfaces.parser {OF_CALLS} {FINDINGS}", "tree_sitter_hcl"),
        ("site.pp", "a {}\n", "surfaces.resources surfaces.calling surfaces.calls surfaces.script", ""),
        ("site.pp", PUPPET, f"surfaces.resources surfaces.parser {OF_SETTINGS} {FINDINGS}", "tree_sitter_puppet"),
    ],
    ids=[
        "PowerShell of something else",
        "PowerCLI",
        "YAML of something else",
        "a playbook",
        "XML of something else",
        "a host profile",
        "Terraform of something else",
        "Terraform",
        "Puppet of something else",
        "Puppet",
    ],
)
def test_a_library_is_loaded_for_a_text_that_needs_it(
    name: str, text: str, more: str, library: str, python: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    imports = "import __future__, _sre, bisect, itertools, enum, importlib.machinery"
    code = MODULES.format(imports=imports, words=["check", name])
    for _ in range(2):
        done = run(python, "-c", code, cwd=tmp_path)
    expected = {"netqlint" if one == "__init__" else f"netqlint.{one}" for one in (f"{ALWAYS} {more}").split()}
    assert {one for one in done.stderr.split() if one.startswith("netqlint")} == expected
    loaded = {one.partition(".")[0] for one in done.stderr.split()}
    # a half of a package that is taken alone is in no list
    assert (
        loaded & {"ruamel", "defusedxml", "xml", *(one for one in loaded if "tree_sitter_" in one)}
        <= LIBRARIES[library]
    )


def test_it_knows_every_rule_of_the_checkout(netqlint: Path, tmp_path: Path) -> None:
    rules = json.loads(run(netqlint, "rules", "--format", "json", cwd=tmp_path).stdout)
    here = sorted(path.name[:5] for path in (CHECKOUT / "rules").glob("*/NQ*.yaml"))
    assert [rule["code"] for rule in rules] == here


@pytest.mark.parametrize("word", ["NQ201", "VMDQ", "igb", "netNetqueueEnabled", "8086:10c9", "6.7"])
def test_it_explains(word: str, netqlint: Path, tmp_path: Path) -> None:
    done = run(netqlint, "explain", word, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert word in done.stdout


@pytest.mark.parametrize("name", ["json", "show", "config", "rule"])
def test_it_publishes_its_schemas(name: str, netqlint: Path, tmp_path: Path) -> None:
    done = run(netqlint, "schema", name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["$schema"].startswith(
        ("https://json-schema.org/", "http://json-schema.org/draft-07/")
    )


def test_it_reads_a_configuration(netqlint: Path, tmp_path: Path) -> None:
    (tmp_path / "netqlint.toml").write_text('ignore = ["NQ101"]\n', encoding="utf-8")
    done = run(netqlint, "check", "-", "--quiet", cwd=tmp_path, stdin=TORN)
    assert (done.stdout, done.stderr) == ("", "")


def test_it_is_a_library_with_types(python: Path, tmp_path: Path) -> None:
    said = "import netqlint; print(netqlint.__version__, netqlint.__file__)"
    version, _, place = run(python, "-c", said, cwd=tmp_path).stdout.strip().partition(" ")
    assert version in next(name for name in os.listdir(Path(place).parent.parent) if name.startswith("netqlint-"))
    assert (Path(place).parent / "py.typed").is_file()
    assert CHECKOUT not in Path(place).parents


@pytest.mark.parametrize(
    ("name", "text", "module", "library"),
    [
        ("host.xml", PROFILE, "defusedxml.common", "defusedxml"),
        ("site.yml", PLAYBOOK, "ruamel.yaml", "ruamel.yaml"),
    ],
)
def test_a_library_that_is_not_there_is_told_in_a_line(
    name: str, text: str, module: str, library: str, python: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    lacking = f"import sys; sys.modules[{module!r}] = None"
    call = f"{lacking}; from netqlint.cli import main; sys.exit(main(['check', {name!r}]))"
    done = run(python, "-c", call, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"netqlint: {library} cannot be loaded (")
    assert done.stderr.count("\n") == 1
