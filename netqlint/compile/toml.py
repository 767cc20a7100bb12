"""A TOML file: what it says and in which line, which Python's own reader does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeAlias

from netqlint.errors import NetqlintError

Steps: TypeAlias = tuple[str | int, ...]
# what TOML gives before anyone has checked it
Raw: TypeAlias = Any


def decode(data: bytes, path: str) -> str:
    """The text of the file at `path`; NetqlintError where it is no UTF-8."""
    try:
        # editors of Windows put a byte order mark in front
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NetqlintError(f"{path}:{line}: not UTF-8") from None


def parse(text: str, path: str) -> dict[str, Raw]:
    """What the text says; NetqlintError where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NetqlintError(f"{path}:{_told(str(error), text)}") from None


def _told(message: str, text: str) -> str:
    placed = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    if placed is None:
        return f"1: not TOML: {message}"
    what, row, column = placed.groups()
    what = f"not TOML: {what[:1].lower()}{what[1:]}"
    if row is None:
        # what is left open is found missing at the end only, but told where it begins
        return f"{_broken(text.split(chr(10)))}: {what}"
    return f"{row}: {what} at column {column}"


def _broken(lines: list[str]) -> int:
    """The line, from 1, in which the statement begins that spoils the end of the text."""
    sound = (end for end in reversed(range(len(lines))) if _said(lines[:end]) is not None)
    return next(sound) + 1


def _said(lines: list[str]) -> dict[str, Raw] | None:
    """What the first lines of a text say, None where they end in the midst of a statement."""
    try:
        # with its own line end, for a lone CR is no TOML
        return tomllib.loads("\n".join(lines) + "\n")
    except tomllib.TOMLDecodeError:
        return None


def line(text: str, steps: Steps, word: str = "") -> int:
    """The line, from 1, of what the steps lead to, or of the last thing there is on the way.

    Statements end with a line: the one that wrote a value is the first without which the text has
    not got it. Where it has several lines, the first of them that holds `word` is meant.
    """
    lines = text.split("\n")
    begin, found, depth = 0, 1, 0
    for end in range(1, len(lines) + 1):
        said = _said(lines[:end])
        if said is None:
            continue
        reached = _depth(said, steps)
        if reached > depth:
            depth = reached
            found = next((n for n in range(begin, end) if word in lines[n]), begin) + 1
        if depth == len(steps):
            break
        begin = end
    return found


def _depth(said: Raw, steps: Steps) -> int:
    """How many of the steps can be taken."""
    for taken, step in enumerate(steps):
        try:
            said = said[step]
        except (KeyError, IndexError, TypeError):
            return taken
    return len(steps)
