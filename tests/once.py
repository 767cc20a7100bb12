"""Makes what is dear once for a whole test run, however many processes share the run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


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
