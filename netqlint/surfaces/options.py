"""Reads a module option string in place: `IntMode=3,3 VMDQ=8,8`."""

from __future__ import annotations

import re
from functools import lru_cache

from netqlint.finding import Edit
from netqlint.model import Host, Mistake, Module, Options, Parameter, Slot
from netqlint.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BLANKS = " \t\r\n\f\v"
_INTEGER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)")

# How each mistake that has one plain meaning is written right.
_MEANT = {
    "BLANKS_AT_EQUALS": "=",
    "BLANKS_AT_COMMA": ",",
    "BLANKS_FOR_COMMA": ",",
    "OTHER_SEPARATOR": ",",
    "GLUED": " ",
    "QUOTE": "",
}
_PLAIN = {"\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00a0": " "}
_SILENT = ("NAME", "EQUALS", "VALUE", "COMMA", "BLANKS")
_LIST = ("BLANKS_FOR_COMMA", "BLANKS_AT_COMMA", "OTHER_SEPARATOR")


def read(source: Source, patterns: Mapping[str, str], module: str) -> Host:
    """A whole text that is nothing but the option string of `module`."""
    options = read_options(source.span(0, len(source.text)), patterns["options"], module)
    whole = Module(module, (), (options,), (), options.span, None)
    return Host(source, "options", modules=(whole,))


def read_options(span: Span, pattern: str, module: str) -> Options:
    """The option string that stands at `span`; all places are places of its source."""
    tokens = tuple(_tokens(span, pattern))
    starts = [index for index, (kind, _) in enumerate(tokens) if kind == "NAME"] + [len(tokens)]
    mistakes = list(_mistakes(tokens[: starts[0]], module, ""))
    parameters = []
    for start, end in zip(starts, starts[1:]):
        found = list(_mistakes(tokens[start:end], module, tokens[start][1].text))
        mistakes += found
        parameters.append(_parameter(tokens[start:end], found))
    return Options(module, span, tuple(parameters), tuple(mistakes), _slot(span))


def _tokens(span: Span, pattern: str) -> Iterator[tuple[str, Span]]:
    source = span.source
    for match in _compiled(pattern).finditer(source.text, span.start, span.end):
        yield str(match.lastgroup), Span(match.start(), match.end(), source)


@lru_cache(maxsize=2)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _parameter(tokens: Sequence[tuple[str, Span]], mistakes: Sequence[Mistake]) -> Parameter:
    name = tokens[0][1]
    values = tuple(place for kind, place in tokens if kind == "VALUE")
    last = next(place for kind, place in reversed(tokens) if kind not in ("BLANKS", "GLUED"))
    plain = bool(values) and all(mistake.repair for mistake in mistakes)
    return Parameter(name, values, name.to(last), plain and not mistakes, plain)


def _mistakes(tokens: Sequence[tuple[str, Span]], module: str, parameter: str) -> Iterator[Mistake]:
    """One mistake for each run of the same kind in a list: `3 3 3 3` is one mistake, mended in three places."""
    index = 0
    while index < len(tokens):
        kind, place = tokens[index]
        end = _run(tokens, index) if kind in _LIST else index
        if kind in _LIST:
            yield _list_mistake(tokens[max(index - 1, 0) : end + 2], kind, module, parameter)
        elif kind == "EQUALS" and (index != 1 or not parameter):
            yield Mistake("unreadable", place, (), module, parameter)
        elif kind not in _SILENT:
            yield Mistake(_name(kind), place, _repair(kind, place), module, parameter)
        index = end + 1
    if parameter and not any(kind == "VALUE" for kind, _ in tokens):
        yield Mistake("value-missing", tokens[0][1].to(tokens[1][1]), (), module, parameter)


def _run(tokens: Sequence[tuple[str, Span]], start: int) -> int:
    end = start
    while end + 2 < len(tokens) and tokens[end + 2][0] == tokens[start][0] and tokens[end + 1][0] == "VALUE":
        end += 2
    return end


def _list_mistake(tokens: Sequence[tuple[str, Span]], kind: str, module: str, parameter: str) -> Mistake:
    """Values stand on both sides of every separator in `tokens`; only integers are sure to be list values."""
    values = [place for what, place in tokens if what == "VALUE"]
    separators = [place for what, place in tokens if what == kind]
    whole = tokens[0][1].to(tokens[-1][1])
    plain = bool(parameter) and len(values) > len(separators) and all(_INTEGER.fullmatch(v.text) for v in values)
    repair = tuple(Edit(place, _MEANT[kind]) for place in separators) if plain else ()
    return Mistake(_name(kind), whole, repair, module, parameter)


def _repair(kind: str, place: Span) -> tuple[Edit, ...]:
    if kind == "TYPOGRAPHIC":
        return (Edit(place, _PLAIN.get(place.text, "")),)
    return (Edit(place, _MEANT[kind]),) if kind in _MEANT else ()


def _name(kind: str) -> str:
    return kind.lower().replace("_", "-")


def _slot(span: Span) -> Slot:
    text = span.text
    end = span.start + len(text.rstrip(_BLANKS))
    lead = " " if text.strip(_BLANKS) else ""
    return Slot(Span(end, end, span.source), lead, "=", "")
