"""What the documents show is what netqlint prints; with NETQLINT_UPDATE=1 they are written anew."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "CONTRIBUTING.md"]
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
