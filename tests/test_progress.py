"""A bar is for those who sit before a terminal and wait."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from test_bundles import CONF, tar

from netqlint import progress
from netqlint.cli import main


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


KINDS = pytest.mark.parametrize("kind", [Terminal, io.StringIO], ids=["terminal", "pipe"])


def wait(kind: type[io.StringIO], monkeypatch: pytest.MonkeyPatch, patience: float = 0.0) -> io.StringIO:
    """What is written to standard error, by somebody who wonders after `patience` seconds."""
    shown = kind()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    return shown


@KINDS
@pytest.mark.parametrize(("total", "patience", "seen"), [(3, 0.0, True), (1, 0.0, False), (3, 60.0, False)])
def test_a_bar_is_shown_to_who_waits_for_several(
    total: int, patience: float, seen: bool, kind: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = wait(kind, monkeypatch, patience)
    with progress.Bar(total) as tell:
        for done in range(1, total + 1):
            tell(done)
    assert ("checking" in stderr.getvalue()) == (seen and stderr.isatty())


def test_without_rich_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = wait(Terminal, monkeypatch)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with progress.Bar(2) as tell:
        tell(1)
        tell(2)
    assert stderr.getvalue() == ""


@KINDS
def test_reading_bundles_is_shown(
    kind: type[io.StringIO], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stderr = wait(kind, monkeypatch)
    monkeypatch.chdir(tmp_path)
    for name in ("a.tgz", "b.tgz"):
        Path(name).write_bytes(tar([("etc/vmware/esx.conf", CONF)]))
    assert main(["check", "a.tgz", "b.tgz", "--jobs", "1"]) == 1
    assert ("reading bundles" in stderr.getvalue()) == stderr.isatty()
    assert "a.tgz!/etc/vmware/esx.conf" in capsys.readouterr().out
