"""The image: what its file says, and what its steps make of what is sent to the builder."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser
from once import CHECKOUT

STEPS = [(step["instruction"], step["value"]) for step in DockerfileParser(str(CHECKOUT / "Dockerfile")).structure
         if step["instruction"] != "COMMENT"]  # fmt: skip
LAST = STEPS[max(number for number, (name, _) in enumerate(STEPS) if name == "FROM") :]


def said(name: str) -> list[str]:
    return [value for instruction, value in LAST if instruction == name]


def test_the_file_is_sound() -> None:
    tool = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([tool, CHECKOUT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_small_pinned_and_nobodys() -> None:
    bases = [value.partition(" AS ")[0] for name, value in STEPS if name == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.1[1-9]-slim", base) for base in bases)
    assert said("USER") == ["65532:65532"]
    assert said("WORKDIR") == ["/work"]
    assert said("ENTRYPOINT") == ['["netqlint"]']
    # all that is installed comes from the stage that is thrown away, and stays the administrator's
    assert said("RUN") == []
    assert said("COPY") == ["--from=build /opt/netqlint /opt/netqlint"]


# --- the build


def sent(folder: Path) -> None:
    """Copy what .dockerignore leaves, as far as its patterns here go."""
    lines = [line for line in (CHECKOUT / ".dockerignore").read_text("utf-8").split("\n") if line and line[0] != "#"]
    kept = [line[1:] for line in lines if line.startswith("!")]
    assert set(lines) - {f"!{name}" for name in kept} == {"*", "**/__pycache__", "netqlint/_pack.py"}
    ignored = shutil.ignore_patterns("__pycache__", "_pack.py")
    for name in kept:
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(CHECKOUT / name, folder / name)


@pytest.fixture(scope="module")
def opt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first stage leaves in /opt/netqlint, made of nothing but what is sent to the builder."""
    source, opt = tmp_path_factory.mktemp("src"), tmp_path_factory.mktemp("opt") / "netqlint"
    sent(source)
    (run,) = [value for name, value in STEPS if name == "RUN"]
    script = run.replace("/opt/netqlint", shlex.quote(str(opt))).replace(
        "python -m", f"{shlex.quote(sys.executable)} -m"
    )
    done = subprocess.run(["sh", "-e", "-c", script], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return opt


def test_the_environment_holds_netqlint_compiled_and_no_pip(opt: Path) -> None:
    assert (opt / "bin" / "netqlint").is_file()
    assert list(opt.glob("lib/python*/site-packages/pip")) == []
    assert list(opt.glob("lib/python*/site-packages/netqlint/__pycache__/cli.*.pyc")) != []


def test_it_checks_what_is_mounted_without_a_home_of_its_own(opt: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "esx.conf").write_text('/vmkernel/module/igb/options = "IntMode=3 3"\n', "utf-8")
    work.chmod(0o555)
    # only what the image itself sets
    env = {"PATH": str(opt / "bin"), "XDG_CACHE_HOME": str(tmp_path / "tmp"), "HOME": "/"}
    done = subprocess.run(
        ["netqlint", "check", "--select", "NQ101", "esx.conf"],
        cwd=work, env=env, executable=opt / "bin" / "netqlint", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("error[NQ101 blanks-between-values]")
