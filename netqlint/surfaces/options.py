"""Reads a module option string in place: `IntMode=3,3 VMDQ=8,8`."""

from __future__ import annotations

from netqlint.finding import Edit
from netqlint.model import Host, Mistake, Module, Options, Parameter, Slot, later
from netqlint.patterns import compiled
from netqlint.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BLANKS = " \t\r\n\f\v"
_INTEGER = r"[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)"

# How each mistake that has one plain meaning is written right.
_MEANT = {
    "BLANKS_AT_EQUALS": "=",
    "BLANKS_AT_COMMA": ",",
    "BLANKS_FOR_COMMA": ",",
    "OTHER_SEPARATOR": ",",
    "GLUED": " ",
}
_DASHES = ("\u2013", "\u2014", "\u2212")
_HARD_BLANK = "\u00a0"
_SILENT = ("NAME", "EQUALS", "VALUE", "COMMA", "BLANKS")
_EQUALS = ("EQUALS", "BLANKS_AT_EQUALS")
_LIST = ("BLANKS_FOR_COMMA", "BLANKS_AT_COMMA", "OTHER_SEPARATOR")
# What may stand in front of a quote that can simply go, by what follows it; and behind one that ends a value.
_IN_FRONT = {
    "VALUE": ("BLANKS", "COMMA", "EQUALS", "BLANKS_AT_EQUALS"),
    "NAME": ("", "BLANKS", "BLANKS_FOR_COMMA"),
}
_BEHIND = ("", "BLANKS", "COMMA", "GLUED")


def read(source: Source, patterns: Mapping[str, str], module: str) -> Host:
    """A whole text that is nothing but the option string of `module`."""
    options = read_options(source.span(0, len(source.text)), patterns["options"], module)
    whole = Module(module, (), (options,), (), options.span, None)
    return Host(source, "options", modules=(whole,))


def read_options(span: Span, pattern: str, module: str) -> Options:
    """The option string that stands at `span`; all places are places of its source."""
    tokens = tuple(_tokens(span, pattern))
    names = [index for index, (kind, _) in enumerate(tokens) if kind == "NAME"]
    bounds = [*names, len(tokens)]
    mistakes = list(_before_parameters(tokens, bounds[0], module))
    parameters = []
    for start, end in zip(names, bounds[1:], strict=True):
        found = list(_mistakes(tokens, start, end, module, tokens[start][1].text))
        mistakes += found
        parameters.append(_parameter(tokens[start:end], found))
    return Options(module, span, tuple(parameters), tuple(mistakes), _slot(span))


def read_again(span: Span, like: Options, quotes: tuple[Edit, ...] | None, cuts: str) -> Options:
    """The option string that stands at `span`, of which the text is that of another; made when somebody looks."""
    distance, source = span.start - like.span.start, span.source

    def moved(place: Span) -> Span:
        return Span(place.start + distance, place.end + distance, source)

    def parameter(one: Parameter) -> Parameter:
        return Parameter(moved(one.name), tuple(map(moved, one.values)), moved(one.span), one.sound, one.plain)

    def mistake(one: Mistake) -> Mistake:
        repair = tuple([Edit(moved(edit.span), edit.text) for edit in one.repair])
        return Mistake(one.kind, moved(one.span), repair, one.module, one.parameter)

    parameters = later(lambda: map(parameter, like.parameters))
    mistakes = later(lambda: map(mistake, like.mistakes))
    slot = like.slot and Slot(moved(like.slot.at), like.slot.before, like.slot.between, like.slot.behind)
    return Options(like.module, span, parameters, mistakes, slot, like.open, quotes, cuts, like)


def _tokens(span: Span, pattern: str) -> Iterator[tuple[str, Span]]:
    source = span.source
    for match in compiled(pattern).finditer(source.text, span.start, span.end):
        yield str(match.lastgroup), Span(match.start(), match.end(), source)


def _parameter(tokens: Sequence[tuple[str, Span]], mistakes: Sequence[Mistake]) -> Parameter:
    name = tokens[0][1]
    values = tuple(place for kind, place in tokens if kind == "VALUE")
    last = next(place for kind, place in reversed(tokens) if kind not in ("BLANKS", "GLUED"))
    signed = any(place.text in _DASHES for _, place in tokens)
    plain = bool(values) and not signed and all(mistake.repair for mistake in mistakes)
    return Parameter(name, values, name.to(last), plain and not mistakes, plain)


def _before_parameters(tokens: Sequence[tuple[str, Span]], end: int, module: str) -> Iterator[Mistake]:
    """Words before the first `NAME=` are one mistake, whatever stands between them."""
    if all(kind != "VALUE" for kind, _ in tokens[:end]):
        yield from _mistakes(tokens, 0, end, module, "")
        return
    # a quote in front of blanks makes them look like a comma forgotten
    places = [place for kind, place in tokens[:end] if kind not in ("BLANKS", "BLANKS_FOR_COMMA", "GLUED")]
    yield Mistake("name-missing", places[0].to(places[-1]), (), module)


def _mistakes(
    tokens: Sequence[tuple[str, Span]], start: int, end: int, module: str, parameter: str
) -> Iterator[Mistake]:
    """One mistake for each run of the same kind in a list: `3 3 3 3` is one mistake, mended in three places."""
    index = start
    while index < end:
        kind, place = tokens[index]
        last = _run(tokens, index) if kind in _LIST else index
        if kind in ("COMMA", "BLANKS_AT_COMMA") and _kind(tokens, index - 1) == "BLANKS_AT_EQUALS":
            yield Mistake("hole", place, (), module, parameter)
        elif kind in _LIST:
            if not _explained(_kind(tokens, index - 1)) and not _explained(_kind(tokens, last + 1)):
                yield _list_mistake(tokens[max(index - 1, 0) : last + 2], kind, module, parameter)
        elif kind in _EQUALS and (index != start + 1 or not parameter):
            yield Mistake("unreadable", place, (), module, parameter)
        elif kind not in _SILENT:
            yield Mistake(_name(kind), place, _repair(tokens, index), module, parameter)
        index = last + 1
    if parameter and not any(kind == "VALUE" for kind, _ in tokens[start:end]):
        yield Mistake("value-missing", tokens[start][1].to(tokens[start + 1][1]), (), module, parameter)


def _kind(tokens: Sequence[tuple[str, Span]], index: int) -> str:
    return tokens[index][0] if 0 <= index < len(tokens) else ""


def _explained(kind: str) -> bool:
    """Whether a token is a mistake by itself, so that the blank or separator beside it needs no word."""
    return bool(kind) and kind not in (*_SILENT, *_LIST, "BLANKS_AT_EQUALS")


def _run(tokens: Sequence[tuple[str, Span]], start: int) -> int:
    end = start
    while (
        _kind(tokens, end + 1) == "VALUE"
        and _kind(tokens, end + 2) == tokens[start][0]
        and _kind(tokens, end + 3) == "VALUE"
    ):
        end += 2
    return end


def _list_mistake(tokens: Sequence[tuple[str, Span]], kind: str, module: str, parameter: str) -> Mistake:
    """Values stand on both sides of every separator in `tokens`; only integers are sure to be list values."""
    values = [place for what, place in tokens if what == "VALUE"]
    separators = [place for what, place in tokens if what == kind]
    whole = tokens[0][1].to(tokens[-1][1])
    plain = (
        bool(parameter) and len(values) > len(separators) and all(compiled(_INTEGER).fullmatch(v.text) for v in values)
    )
    repair = tuple(Edit(place, _MEANT[kind]) for place in separators) if plain else ()
    return Mistake(_name(kind), whole, repair, module, parameter)


def _repair(tokens: Sequence[tuple[str, Span]], index: int) -> tuple[Edit, ...]:
    kind, place = tokens[index]
    meant = _character(tokens, index) if kind in ("QUOTE", "TYPOGRAPHIC") else _MEANT.get(kind)
    return () if meant is None else (Edit(place, meant),)


def _character(tokens: Sequence[tuple[str, Span]], index: int) -> str | None:
    """What a quote, dash or hard blank stands for; None where its loss would join what it parts."""
    text, before, behind = tokens[index][1].text, _kind(tokens, index - 1), _kind(tokens, index + 1)
    if text in _DASHES:
        negative = before in ("EQUALS", "COMMA") and behind == "VALUE" and tokens[index + 1][1].text.isdecimal()
        return "-" if negative else None
    if text == _HARD_BLANK and before == "VALUE" and behind in ("NAME", "VALUE"):
        numbers = all(compiled(_INTEGER).fullmatch(tokens[index + step][1].text) for step in (-1, 1))
        return " " if behind == "NAME" else "," if numbers else None
    ends = before == "VALUE" and behind in _BEHIND
    return "" if ends or before in _IN_FRONT.get(behind, ()) else None


def _name(kind: str) -> str:
    return kind.lower().replace("_", "-")


def _slot(span: Span) -> Slot:
    text = span.text
    end = span.start + len(text.rstrip(_BLANKS))
    lead = " " if text.strip(_BLANKS) else ""
    return Slot(Span(end, end, span.source), lead, "=", "")
