"""Templates of scripts: what a template engine fills in is unknown, and what it leaves out is a branch."""

from __future__ import annotations

from bisect import bisect_right

from netqlint.patterns import compiled
from netqlint.surfaces.script import HOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

# Jinja and Go `{{ x }}`, Jinja `{% if %}` and `{# … #}`, ERB `<%= x %>` and `<% if %>`
_TAG = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<%.*?%>"
_OPENS = r"(?:\{%|\{\{|<%)-?\s*(?:if|unless|for|range|with|case)\b"
_TURNS = r"(?:\{%|\{\{|<%)-?\s*(?:else|elif|elsif|when)\b"
_CLOSES = r"(?:\{%|\{\{|<%)-?\s*(?:end\w*)\b"


def arm_at(turns: list[tuple[int, int]], at: int) -> int:
    """The number of the stretch a place is in, 0 where no template decides whether it is there."""
    before = bisect_right(turns, at, key=lambda turn: turn[0])
    return turns[before - 1][1] if before else 0


def without(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text of the same length without its templates, and where stretches begin that may be left out, with numbers."""
    if "{{" not in text and "{%" not in text and "<%" not in text:
        return text, []
    arms: list[tuple[int, int]] = []
    number = depth = 0

    def blank(match: re.Match[str]) -> str:
        nonlocal number, depth
        tag = match[0]
        if compiled(_OPENS).match(tag):
            depth, number = depth + 1, number + 1
        elif compiled(_TURNS).match(tag):
            number += 1
        elif compiled(_CLOSES).match(tag):
            depth, number = max(depth - 1, 0), number + 1
        elif tag.startswith(("{{", "<%=")):
            return HOLE * len(tag)
        arms.append((match.end(), number if depth else 0))
        return " " * len(tag)

    return compiled(_TAG).sub(blank, text), arms
