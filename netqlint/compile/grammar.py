"""From a `.lark` grammar of flat terminals to the one regular expression that reads its texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lark import Lark
from lark.lexer import TerminalDef

from netqlint.compile.place import grammar


def reader(name: str) -> Lark:
    """The grammar as lark reads it: the reference that the derived pattern must agree with."""
    return Lark(grammar(name), parser="lalr", lexer="basic")


def scanner(name: str) -> str:
    """The terminals of a grammar as one alternation of named groups, in the order in which lark tries them.

    Only flat grammars can be scanned: those in which a token is decided by the text around it alone. Whether
    pattern and lark agree is what `tests/test_grammars.py` holds on to.
    """
    terminals = sorted(reader(name).terminals, key=_rank)
    pattern = "|".join(f"(?P<{terminal.name}>{terminal.pattern.to_regexp()})" for terminal in terminals)
    re.compile(pattern)
    return pattern


def sieve(name: str, sound: Sequence[str], rest: str, passed: str, unless: str) -> str:
    """The scanner of a grammar for texts with few mistakes: a quarter of the whole one, so a quarter to compile.

    It knows the `sound` tokens and takes every other one for a `rest`, the token that anything can be; the whole
    scanner then tells what that is. Tokens called `passed` never become a match, except where `unless` matches
    at their start. At the end of the text there may be one match of no group.
    """
    terminals = {terminal.name: terminal.pattern.to_regexp() for terminal in sorted(reader(name).terminals, key=_rank)}
    wanted = [kind for kind in terminals if kind in sound or kind == rest]
    alternatives = "|".join(f"(?P<{kind}>{terminals[kind]})" for kind in wanted)
    # possessive: what is passed over is never looked at again, and takes no memory
    return rf"(?:(?!{unless})(?:{terminals[passed]}))*+(?:{alternatives}|\Z)"


def _rank(terminal: TerminalDef) -> tuple[int, int, int, str]:
    pattern = terminal.pattern
    return (-terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name)
