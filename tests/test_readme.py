"""What the documents show is what netqlint prints; with NETQLINT_UPDATE=1 they are written anew."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from netqlint import __version__
from netqlint.arguments import parse
from netqlint.commands import room
from netqlint.completion import SCRIPTS

CHECKOUT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "CONTRIBUTING.md"]
TOOLS = Path(sys.executable).parent
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
PROMPT = "$ "


def shown(block: str) -> str:
    """A block with the real outputs of its commands."""
    commands = [line for line in block.splitlines() if line.startswith(PROMPT)]
    return "\n".join(f"{command}\n{output(command.removeprefix(PROMPT))}" for command in commands)


def output(command: str) -> str:
    program, *words = shlex.split(command)
    assert program == "netqlint"
    surroundings = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "netqlint", *words],
        cwd=CHECKOUT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout
    return done.stdout


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_outputs_in_a_document_are_real(name: str) -> None:
    path = CHECKOUT / name
    text = path.read_text(encoding="utf-8")
    assert BLOCK.search(text)
    real = BLOCK.sub(lambda block: shown(block[0]), text)
    if os.environ.get("NETQLINT_UPDATE"):
        path.write_text(real, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == real


@pytest.mark.parametrize("name", [*DOCUMENTS, "CHANGELOG.md", "examples/README.md"])
def test_the_links_in_a_document_lead_somewhere(name: str) -> None:
    path = CHECKOUT / name
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_configuration_in_the_readme_is_one(tmp_path: Path) -> None:
    block = re.search(r"(?<=^```toml\n).*?(?=^```$)", (CHECKOUT / "README.md").read_text("utf-8"), re.DOTALL | re.M)
    assert block
    (tmp_path / "netqlint.toml").write_text(block[0], encoding="utf-8")
    (tmp_path / "esx.conf").write_text("", encoding="utf-8")
    assert output(f"netqlint check {shlex.quote(str(tmp_path))}").startswith("no findings · 1 file checked\n")


def test_the_python_in_the_readme_runs() -> None:
    block = re.search(r"(?<=^```python\n).*?(?=^```$)", (CHECKOUT / "README.md").read_text("utf-8"), re.DOTALL | re.M)
    assert block
    text = (CHECKOUT / "examples" / "esx40-one-value-for-four-ports" / "esx.conf").read_text(encoding="utf-8")
    names: dict[str, object] = {"text": text, "print": lambda *said: None}
    exec(block[0], names)
    assert names["mended"] == text


# --- where netqlint runs


def fenced(heading: str, language: str = "yaml") -> str:
    """The block below a heading of the README."""
    _, _, below = (CHECKOUT / "README.md").read_text("utf-8").partition(f"\n## {heading}\n")
    block = re.search(rf"(?<=^```{language}\n).*?(?=^```$)", below.partition("\n## ")[0], re.DOTALL | re.M)
    assert block
    return block[0]


def declared(name: str) -> Any:
    return next(iter(YAML(typ="safe").load_all(CHECKOUT / name)))


PLACES = {
    "pre-commit": ["pre-commit", "validate-config"],
    "GitHub": ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    "GitLab": ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"],
}


@pytest.mark.parametrize("heading", PLACES)
def test_a_place_in_the_readme_is_described_as_it_wants_it(heading: str, tmp_path: Path) -> None:
    (tmp_path / "shown.yaml").write_text(fenced(heading), encoding="utf-8")
    tool, *words = PLACES[heading]
    done = subprocess.run(
        [TOOLS / tool, *words, tmp_path / "shown.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_readme_names_is_there() -> None:
    tag = f"v{__version__}"
    shown = {heading: YAML(typ="safe").load(fenced(heading)) for heading in PLACES}
    (repository,) = shown["pre-commit"]["repos"]
    assert repository["rev"] == tag
    assert {hook["id"] for hook in repository["hooks"]} == {hook["id"] for hook in declared(".pre-commit-hooks.yaml")}
    action = declared("action.yml")
    _, step, upload = shown["GitHub"]["jobs"]["netqlint"]["steps"]
    assert step["uses"].endswith(f"/netqlint@{tag}")
    assert set(step["with"]) - set(action["inputs"]) == set()
    for used in (upload["if"], upload["with"]["sarif_file"]):
        assert set(re.findall(r"steps\.netqlint\.outputs\.([a-z-]+)", used)) - set(action["outputs"]) == set()
    (component,) = shown["GitLab"]["include"]
    inputs = declared("templates/netqlint/template.yml")["spec"]["inputs"]
    assert component["component"].endswith(f"/netqlint@{tag}")
    assert component["inputs"]["install"].endswith(f"@{tag}")
    needed = {name for name, said in inputs.items() if "default" not in said}
    assert needed <= set(component["inputs"]) <= set(inputs)


def test_the_commands_for_docker_are_those_of_the_dockerfile() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text("utf-8").splitlines()[:2]
    assert fenced("Docker", "sh").splitlines() == [line.removeprefix("# ") for line in lines]


def test_the_lines_for_shells_are_those_of_the_help() -> None:
    lines = fenced("In the shell", "sh").splitlines()
    commands = [line.partition("  ")[0] for line in lines if "completions" in line]
    assert [command for command in commands if command not in room("completions").COMMAND.more] == []
    assert {command.split("completions ")[1].split()[0].rstrip(")") for command in commands} == set(SCRIPTS)
    *_, watched = lines
    assert parse(room("check").COMMAND, shlex.split(watched, comments=True)[2:]).has("watch")
