"""The hooks as pre-commit runs them: from a clone, in an environment it made itself, on a repository of others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from netqlint.files import is_esxconf, is_script

CHECKOUT = Path(__file__).resolve().parent.parent
HOOKS = YAML(typ="safe").load(CHECKOUT / ".pre-commit-hooks.yaml")
TORN = '/net/pnic/child[0000]/name = "vmnic0"\r\n/vmkernel/module/igb/options = "IntMode=3 3"'
MENDED = TORN.replace("3 3", "3,3")

# --- which files

PATHS = [
    ("esx.conf", True),
    ("etc/vmware/esx.conf", True),
    ("hosts/esx07.lab.example.com/esx.conf", True),
    ("hosts/esx07.esx.conf", True),
    ("hosts/esx07-esx.conf", True),
    ("hosts/esx07_esx.conf", True),
    ("from windows/ESX.CONF", True),
    ("Esx.conf", True),
    ("my_esx.conf", True),
    ("esx01-esx.conf", True),
    ("hosts/esx01/etc/vmware/esx.conf", True),
    ("esx.conf.d/esx.conf", True),
    ("mit Leerzeichen/höst-esx.conf", True),
    ("notesx.conf", False),
    ("my esx.conf", False),
    ("esx.conf~", False),
    (".esx.conf.swp", False),
    ("esx.config", False),
    ("esxXconf", False),
    ("vm-support/esx07-2014-03-01/etc/vmware/esx.conf", True),
    ("esx.conf.bak", False),
    ("esx.conf.LOCK", False),
    ("etc/vmware/esxi.conf", False),
    ("etc/vmware/hostd/config.xml", True),
    ("vortesx.conf", False),
    ("esx-conf", False),
    ("esx.conf/notes.txt", False),
    ("dhcpd.conf", False),
    ("README.md", False),
    ("setup.sh", True),
    ("roles/esx/templates/setup.sh.j2", True),
    ("etc/rc.local.d/local.sh", True),
    ("etc/rc.local", True),
    ("pxe/ks.cfg", True),
    ("pxe/esx07-KS.CFG", True),
    ("pxe/esx07.ks", True),
    ("pxe/ks.cfg.erb", True),
    ("pxe/boot.cfg", True),
    ("books.cfg", False),
    ("grub.cfg", False),
    ("setup.sh.bak", False),
    ("rc.local.d/README", False),
    ("a.sh/b.txt", False),
    (".sh", False),
    ("setup.ps1", True),
    ("Setup.PSM1", True),
    ("setup.ps1xml", False),
    ("roles/esx/tasks/main.yml", True),
    ("site.YAML", True),
    (".yml", False),
    ("profiles/host.vpf", True),
    ("host.XML.j2", True),
    ("host.xmlx", False),
    ("network/main.tf", True),
    ("main.tfvars", False),
    ("manifests/site.pp", True),
]


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
@pytest.mark.parametrize(("path", "taken"), PATHS)
def test_hooks_take_the_files_that_a_folder_is_searched_for(hook: dict[str, str], path: str, taken: bool) -> None:
    assert bool(re.search(hook["files"], path)) == taken
    assert (is_esxconf(path) or is_script(path)) == taken


def test_hooks_are_what_pre_commit_takes_for_hooks(tmp_path: Path) -> None:
    code, said = pre_commit("validate-manifest", str(CHECKOUT / ".pre-commit-hooks.yaml"), cwd=tmp_path, home=tmp_path)
    assert (code, said) == (0, "")
    assert {hook["id"]: hook["entry"] for hook in HOOKS} == {
        "netqlint": "netqlint check",
        "netqlint-fix": "netqlint fix",
    }


# --- the hooks at work


def surroundings(home: Path) -> dict[str, str]:
    """A home of its own, but the package index and cache of whoever runs the tests."""
    user = Path.home()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))},
        "HOME": str(home),
        "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME", str(user / ".config")),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(user / ".cache")),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
    }


def git(*words: str, cwd: Path, home: Path) -> str:
    done = subprocess.run(["git", *words], cwd=cwd, env=surroundings(home), capture_output=True, text=True, check=True)
    return done.stdout


def pre_commit(*words: str, cwd: Path, home: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *words],
        cwd=cwd, env=surroundings(home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def commit(folder: Path, home: Path) -> str:
    git("init", "--quiet", cwd=folder, home=home)
    git("add", "--all", cwd=folder, home=home)
    git("commit", "--quiet", "--no-verify", "--message", "as it is", cwd=folder, home=home)
    return git("rev-parse", "HEAD", cwd=folder, home=home).strip()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "gitconfig").write_text("[user]\nname = nobody\nemail = nobody@example.com\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ours(home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This checkout as it stands, committed, and the name of the commit."""
    clone = tmp_path_factory.mktemp("netqlint")
    listed = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    for name in git(*listed, cwd=CHECKOUT, home=home).rstrip("\0").split("\0"):
        if (CHECKOUT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_bytes((CHECKOUT / name).read_bytes())
    return clone, commit(clone, home)


THEIRS = {
    "hosts/esx07/esx.conf": TORN,
    "hosts/esx08-esx.conf": MENDED,
    "hosts/esx07/esx.conf.bak": TORN,
    "notes.txt": f"netqlint would say much of this: {TORN}\n",
}


@pytest.fixture
def theirs(home: Path, ours: tuple[Path, str], tmp_path: Path) -> Path:
    """A repository of hosts that has both hooks."""
    clone, revision = ours
    for name, text in THEIRS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    (tmp_path / "netqlint.toml").write_text('select = ["NQ101"]\n', encoding="utf-8")
    hooks = "".join(f"      - id: {hook['id']}\n" for hook in HOOKS)
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {clone}\n    rev: {revision}\n    hooks:\n{hooks}", encoding="utf-8"
    )
    commit(tmp_path, home)
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]


def test_the_hook_can_be_tried_on_any_repository(ours: tuple[Path, str], theirs: Path, home: Path) -> None:
    code, said = pre_commit("try-repo", str(ours[0]), "netqlint", "--all-files", cwd=theirs, home=home)
    assert code == 1, said
    assert "- exit code: 1\n" in said
    assert "error[NQ101 blanks-between-values]" in said
    assert "--> hosts/esx07/esx.conf:2:41" in said
    assert "esx08" not in said
    assert git("status", "--porcelain", cwd=theirs, home=home) == ""


def test_the_fixing_hook_mends_and_then_both_pass(theirs: Path, home: Path) -> None:
    before = {path: (path.stat(), path.read_bytes()) for path in files(theirs)}
    code, said = pre_commit("run", "netqlint", "--all-files", cwd=theirs, home=home)
    assert code == 1, said
    code, said = pre_commit("run", "netqlint-fix", "--all-files", cwd=theirs, home=home)
    assert (code, "- files were modified by this hook\n" in said) == (1, True), said
    assert "hosts/esx07/esx.conf: fixed NQ101 blanks-between-values" in said
    host = theirs / "hosts" / "esx07" / "esx.conf"
    assert host.read_bytes() == MENDED.encode()
    code, said = pre_commit("run", "--all-files", cwd=theirs, home=home)
    assert (code, said.count("Passed")) == (0, 2), said
    assert {path for path, (stat, data) in before.items() if (path.stat(), path.read_bytes()) != (stat, data)} == {host}
    assert git("status", "--porcelain", cwd=theirs, home=home) == " M hosts/esx07/esx.conf\n"
