"""The manual page: everything that --help says, in macros that the readers of manuals understand."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from netqlint import __version__
from netqlint.arguments import Command, Option
from netqlint.cli import ABOUT
from netqlint.commands import every
from netqlint.manpage import manpage

COMMANDS = every()
PAGE = manpage(list(COMMANDS.values()), ABOUT, __version__)
LINTERS = {
    "mandoc": ["-Tlint", "-Wwarning"],
    "groff": ["-ww", "-z", "-man", "-Tutf8"],
}
# a page of a project that changes with its version has no day of its own
DATELESS = re.compile(r'.*missing date, using "": TH\n')


@pytest.mark.parametrize("name", LINTERS)
def test_the_page_is_sound(name: str, tmp_path: Path) -> None:
    program = shutil.which(name)
    if not program:
        pytest.skip(f"there is no {name} here")
    (tmp_path / "netqlint.1").write_text(PAGE, "utf-8")
    done = subprocess.run(
        [program, *LINTERS[name], str(tmp_path / "netqlint.1")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert DATELESS.sub("", done.stdout) == ""


def test_every_macro_is_one_of_these() -> None:
    known = {".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".B", ".br"}
    assert {line.partition(" ")[0] for line in PAGE.splitlines() if line.startswith((".", "'"))} == known
    assert PAGE.isascii()


def read(page: str) -> str:
    """The text of a page, without what is for the typesetter."""
    text = re.sub(r"\\f[BIR]|\\&", "", page)
    text = re.sub(r"\\\[u([0-9A-F]{4})\]", lambda found: chr(int(found[1], 16)), text)
    text = text.replace(r"\-", "-").replace(r"\(aq", "'").replace(r"\(ga", "`").replace(r"\e", "\\")
    return " ".join(text.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_says_what_help_says(name: str) -> None:
    command, text = COMMANDS[name], read(PAGE)
    assert f".SS netqlint {name} {command.places}".rstrip() in text
    for said in (command.help, command.more, *(option.help for option in command.options)):
        assert " ".join(said.split()) in text
    for option in command.options:
        assert f".TP {f'-{option.letter}, ' if option.letter else ''}--{option.name} {option.value}".rstrip() in text


def test_no_text_is_taken_for_a_request() -> None:
    option = Option("odd", ".SH 'quoted' and \\fBbold\\fR, `so`", "…")
    page = manpage([Command("x", ".nf", "'p'", (option,), more=".br\n\n'ab")], "netqlint does a, b", "1-2")
    assert page == (
        '.TH NETQLINT 1 "" "netqlint 1\\-2" "User Commands"\n'
        ".SH NAME\nnetqlint \\- does a\n"
        ".SH SYNOPSIS\n.B netqlint x\n[OPTION \\[u2026]] \\(aqp\\(aq\n"
        ".SH DESCRIPTION\nnetqlint does a, b\n"
        ".SH COMMANDS\n.SS netqlint x \\(aqp\\(aq\n\\&.nf\n"
        ".TP\n\\fB\\-\\-odd\\fR \\fI\\[u2026]\\fR\n"
        "\\&.SH \\(aqquoted\\(aq and \\efBbold\\efR, \\(gaso\\(ga\n"
        ".PP\n.nf\n\\&.br\n\n\\(aqab\n.fi\n"
    )
