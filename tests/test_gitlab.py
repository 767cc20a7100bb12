"""The component for GitLab: what its file says, and its script as a runner executes it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from once import CHECKOUT, dist, once
from ruamel.yaml import YAML

TEMPLATE = CHECKOUT / "templates" / "netqlint" / "template.yml"
SPEC, JOBS = YAML(typ="safe").load_all(TEMPLATE)
INPUTS = SPEC["spec"]["inputs"]
TORN = '/vmkernel/module/igb/options = "IntMode=3 3"\n'


def made(given: dict[str, str]) -> dict[str, Any]:
    """The jobs as GitLab makes them: inputs stand in values and keys, never in the text of YAML."""
    values = {**{name: said["default"] for name, said in INPUTS.items() if "default" in said}, **given}

    def put(part: Any) -> Any:
        if isinstance(part, dict):
            return {put(key): put(value) for key, value in part.items()}
        if isinstance(part, list):
            return [put(value) for value in part]
        if isinstance(part, str):
            return re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda found: values[found[1]], part)
        return part

    jobs = put(JOBS)
    assert isinstance(jobs, dict)
    return jobs


def test_every_input_is_used_and_none_in_a_script() -> None:
    assert set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", TEMPLATE.read_text("utf-8"))) == set(INPUTS)
    ((_, job),) = JOBS.items()
    assert "$[[" not in "".join(job["script"])
    assert [name for name, said in INPUTS.items() if "default" not in said] == ["install"]


@pytest.mark.parametrize("part", ["spec", "jobs"])
def test_the_file_is_what_the_schema_of_gitlab_says(part: str, tmp_path: Path) -> None:
    text = StringIO()
    YAML(typ="safe").dump(SPEC if part == "spec" else made({"install": "netqlint"}), text)
    (tmp_path / "part.yml").write_text(text.getvalue(), "utf-8")
    tool = Path(sys.executable).parent / "check-jsonschema"
    words = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    done = subprocess.run([tool, *words, tmp_path / "part.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# --- its script


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As much of an image as the job uses: a python with pip."""
    return once(tmp_path_factory, "image", lambda room: venv.create(room, with_pip=True))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return next(dist(tmp_path_factory).glob("*.whl"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "netqlint.toml").write_text('select = ["NQ101"]\n', "utf-8")
    for name in ("hosts/a", "with blanks/b"):
        (folder / name).mkdir(parents=True)
        (folder / name / "esx.conf").write_text(TORN, "utf-8")
    return folder


def run(project: Path, image: Path, **inputs: str) -> tuple[int, str]:
    """What the job came to: exit code and log; as in GitLab, the first line that fails ends it."""
    ((_, job),) = made({name.replace("_", "-"): value for name, value in inputs.items()}).items()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NETQLINT"))}
    env = {**clean, **job["variables"], "PATH": f"{image / 'bin'}{os.pathsep}{clean['PATH']}"}
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["script"])],
        cwd=project, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_the_job_reports_what_it_finds(project: Path, image: Path, wheel: Path) -> None:
    code, log = run(project, image, install=str(wheel))
    assert code == 1
    assert "error[NQ101" in log
    ((_, job),) = JOBS.items()
    reports = job["artifacts"]["reports"]
    assert sorted(reports.values()) == sorted(job["artifacts"]["paths"])
    quality = json.loads((project / reports["codequality"]).read_text("utf-8"))
    assert [found["location"]["path"] for found in quality] == ["hosts/a/esx.conf", "with blanks/b/esx.conf"]
    assert JUnitXml.fromfile(str(project / reports["junit"])).failures == 2
    for host in project.rglob("esx.conf"):
        host.write_text("", "utf-8")
    assert run(project, image, install=str(wheel))[0] == 0


def test_inputs_narrow_what_is_asked(project: Path, image: Path, wheel: Path) -> None:
    given = {"paths": "with blanks/b\n", "fail_on": "never", "args": "--assume\nesx=4.0"}
    code, log = run(project, image, install=str(wheel), **given)
    assert (code, "1 file checked" in log) == (0, True), log


@pytest.mark.parametrize("name", ["paths", "fail_on", "args", "install"])
def test_what_comes_from_outside_is_never_run(name: str, project: Path, image: Path, wheel: Path) -> None:
    evil = "$(touch owned) `touch owned` \"; touch owned; '; touch owned; *"
    code, _ = run(project, image, **{"install": str(wheel), name: evil})
    assert (code != 0, list(project.rglob("owned"))) == (True, [])
