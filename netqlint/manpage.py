"""The manual page netqlint(1), made of what --help says when a wheel is built."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netqlint.arguments import Command, Option


def manpage(commands: Iterable[Command], about: str, version: str) -> str:
    """All commands with their options, in the macros of man(7)."""
    known = list(commands)
    summary, _, _ = about.removeprefix("netqlint ").replace("\n", " ").partition(", ")
    lines = [
        f'.TH NETQLINT 1 "" "netqlint {_text(version)}" "User Commands"',
        ".SH NAME",
        f"netqlint \\- {_text(summary)}",
        ".SH SYNOPSIS",
    ]
    for command in known:
        lines += [f".B netqlint {_text(command.name)}", f"{_text(f'[OPTION …] {command.places}'.rstrip())}", ".br"]
    lines[-1:] = [".SH DESCRIPTION", *_filled(about), ".SH COMMANDS"]
    for command in known:
        lines += _section(command)
    return "\n".join(lines) + "\n"


def _section(command: Command) -> Iterator[str]:
    yield f".SS netqlint {_text(command.name)} {_text(command.places)}".rstrip()
    yield from _filled(command.help)
    for option in command.options:
        yield ".TP"
        yield _spelt(option)
        yield from _filled(option.help)
    if command.more:
        # as it stands, in a paragraph of its own
        yield from (".PP", ".nf", *(_text(line) for line in command.more.splitlines()), ".fi")


def _spelt(option: Option) -> str:
    names = [f"-{option.letter}"] * bool(option.letter) + [f"--{option.name}"]
    value = f" \\fI{_text(option.value)}\\fR" if option.value else ""
    return ", ".join(f"\\fB{_text(name)}\\fR" for name in names) + value


def _filled(text: str) -> Iterator[str]:
    """A paragraph, in lines as short as those who read the source like them."""
    from textwrap import wrap

    yield from map(_text, wrap(text, 72, break_on_hyphens=False))


def _text(line: str) -> str:
    """A line that says what it says: no character of it is a request."""
    line = re.sub("[\\\\]", r"\\e", line).replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    line = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in line)
    return f"\\&{line}" if line.startswith(".") else line
