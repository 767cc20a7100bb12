"""The action for GitHub: what its file says, and its steps as a runner takes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from once import CHECKOUT, once
from ruamel.yaml import YAML

ACTION = YAML(typ="safe").load(CHECKOUT / "action.yml")
INSTALL, CHECK = ACTION["runs"]["steps"]
DEFAULTS = {name: said["default"] for name, said in ACTION["inputs"].items()}
TORN = '/vmkernel/module/igb/options = "IntMode=3 3"\n'
BASH = shutil.which("bash") or "bash"
TOOLS = Path(sys.executable).parent


# --- what it says


@pytest.mark.parametrize(
    "words",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions"],
        ["zizmor", "--offline", "--no-progress", "--no-config", "--persona", "auditor"],
    ],
    ids=lambda words: str(words[0]),
)
def test_the_file_is_sound(words: list[str]) -> None:
    tool, *rest = words
    done = subprocess.run([TOOLS / tool, *rest, CHECKOUT / "action.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("step", [INSTALL, CHECK], ids=["install", "check"])
def test_the_scripts_are_sound_and_hold_nothing_from_outside(step: dict[str, Any]) -> None:
    assert "${{" not in step["run"]
    assert all(value.startswith("${{ inputs.") for value in step["env"].values())
    done = subprocess.run(
        [TOOLS / "shellcheck", "--shell=bash", "--norc", "-"],
        input=step["run"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_every_input_reaches_a_step_and_every_output_comes_from_one() -> None:
    used = {value for step in (INSTALL, CHECK) for value in step["env"].values()}
    assert used == {f"${{{{ inputs.{name} }}}}" for name in DEFAULTS}
    assert {said["value"] for said in ACTION["outputs"].values()} == {
        f"${{{{ steps.check.outputs.{name} }}}}" for name in ACTION["outputs"]
    }
    assert all(f"{name}=" in CHECK["run"] for name in ACTION["outputs"])


# --- its steps


class Runner:
    """As much of a runner as a composite action sees."""

    def __init__(self, temp: Path, workspace: Path) -> None:
        self.temp, self.workspace = temp, workspace
        self.output, self.summary = workspace.parent / "output", workspace.parent / "summary"

    def take(self, step: dict[str, Any], **inputs: str) -> tuple[int, str, dict[str, str]]:
        """What a step came to: exit code, log, outputs."""
        given = {**DEFAULTS, **{name.replace("_", "-"): value for name, value in inputs.items()}}
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NETQLINT"))}
        for file in (self.output, self.summary):
            file.write_text("", "utf-8")
        env = {
            **clean,
            **{
                name: given[value.removeprefix("${{ inputs.").removesuffix(" }}")]
                for name, value in step["env"].items()
            },
            "PATH": os.pathsep.join([str(self.temp / "python"), clean["PATH"]]),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(CHECKOUT),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        script = self.workspace.parent / "step.sh"
        script.write_text(step["run"], "utf-8")
        done = subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        rows = (line.partition("=") for line in self.output.read_text("utf-8").splitlines())
        return done.returncode, done.stdout, {name: value for name, _, value in rows}


@pytest.fixture(scope="session")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first step leaves behind: the netqlint of this checkout."""

    def install(room: Path) -> None:
        (room / "python").mkdir(exist_ok=True)
        # `python3` may be too old where the tests run under another
        if not (room / "python" / "python3").exists():
            (room / "python" / "python3").symlink_to(sys.executable)
        (room / "work").mkdir(exist_ok=True)
        code, log, _ = Runner(room, room / "work").take(INSTALL)
        assert code == 0, log

    return once(tmp_path_factory, "runner", install)


@pytest.fixture
def runner(temp: Path, tmp_path: Path) -> Runner:
    """One that has checked out a repository of hosts; its temporary files are its own."""
    own = tmp_path / "temp"
    own.mkdir()
    (own / "netqlint").symlink_to(temp / "netqlint")
    workspace = tmp_path / "workspace"
    (workspace / ".git").mkdir(parents=True)
    (workspace / "netqlint.toml").write_text('select = ["NQ101", "NQ603"]\n', "utf-8")
    for name in ("hosts/a", "with blanks/b"):
        (workspace / name).mkdir(parents=True)
        (workspace / name / "esx.conf").write_text(TORN, "utf-8")
    return Runner(own, workspace)


def test_findings_fail_the_job_and_are_shown(runner: Runner) -> None:
    code, log, outputs = runner.take(CHECK, sarif="netqlint.sarif")
    assert (code, outputs) == (1, {"exit-code": "1", "findings": "2", "sarif": "netqlint.sarif"})
    assert [line.partition(",")[0] for line in log.splitlines() if line.startswith("::")] == [
        "::error file=hosts/a/esx.conf",
        "::error file=with blanks/b/esx.conf",
    ]
    assert "NQ101" in runner.summary.read_text("utf-8")
    sarif = json.loads((runner.workspace / "netqlint.sarif").read_text("utf-8"))
    assert [found["ruleId"] for found in sarif["runs"][0]["results"]] == ["NQ101", "NQ101"]


def test_inputs_narrow_what_is_asked(runner: Runner) -> None:
    outputs = {"exit-code": "0", "findings": "1"}
    given = {"paths": "with blanks/b\n", "fail_on": "never", "args": "--assume\nesx=4.0\n--no-cache\n"}
    assert runner.take(CHECK, **given)[::2] == (0, outputs)


def test_nothing_found_is_success(runner: Runner) -> None:
    for host in runner.workspace.rglob("esx.conf"):
        host.write_text("", "utf-8")
    assert runner.take(CHECK)[::2] == (0, {"exit-code": "0", "findings": "0"})


def test_a_wrong_call_is_no_success(runner: Runner) -> None:
    code, log, outputs = runner.take(CHECK, paths="nosuch", fail_on="never")
    assert (code, outputs["exit-code"]) == (2, "2")
    assert "nosuch: no such file or folder" in log
    code, log, outputs = runner.take(CHECK, fail_on="sometimes")
    assert (code, outputs) == (2, {"exit-code": "2", "findings": ""})


EVIL = "$(touch owned) `touch owned` \"; touch owned; '; touch owned; --output owned"


@pytest.mark.parametrize("name", ["paths", "fail_on", "sarif", "args"])
def test_what_comes_from_outside_is_never_run(name: str, runner: Runner) -> None:
    runner.take(CHECK, **{name: EVIL})
    assert list(runner.workspace.rglob("owned")) == []


def test_a_name_writes_no_output_of_its_own(runner: Runner) -> None:
    code, log, outputs = runner.take(CHECK, sarif="a\nexit-code=0")
    assert (code, outputs) == (2, {})
    assert log == "::error title=netqlint::the input sarif is the name of one file\n"


@pytest.mark.parametrize("version", ["--index-url=http://example.com", "$(touch owned)", "0.1.0 evil", "git+https://x"])
def test_a_version_is_nothing_but_a_version(version: str, runner: Runner) -> None:
    code, log, _ = runner.take(INSTALL, version=version)
    assert (code, list(runner.workspace.rglob("owned"))) == (2, [])
    assert log == "::error title=netqlint::the input version is no version; write it like 0.1.0\n"


def test_an_old_python_is_told(runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, log, _ = runner.take(INSTALL, python="python2")
    assert code == 2
    assert log == "::error title=netqlint::needs Python 3.11 or newer; add actions/setup-python before it\n"
