"""Makes what is dear once for a whole test run, however many processes share the run."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder called `name` that `make` has filled; whoever comes first makes it, the others wait."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    shared = factory.getbasetemp().parent / run if run else factory.getbasetemp()
    folder, made = shared / name, shared / f"{name}.made"
    shared.mkdir(exist_ok=True)
    with open(shared / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            # a maker that failed may have left something; each tries anew, and fails for its own tests
            folder.mkdir(exist_ok=True)
            make(folder)
            made.touch()
    return folder


def dist(factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of this checkout and the wheel made of that sdist."""
    return once(factory, "dist", lambda room: must("build", "--no-isolation", "--outdir", str(room), str(CHECKOUT)))


def must(module: str, *words: str) -> None:
    """Run a module of Python that has to succeed."""
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
