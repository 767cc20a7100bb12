"""Markdown that holds text from anywhere: nothing in it is markup, a mention or a link."""

from __future__ import annotations

import re

from netqlint.reporters.cells import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;", "|": "&#124;", "~": "&#126;"}
_SPECIAL = re.compile(r"[\\`*_{}\[\]()!&<>@#|~]|(?<=[A-Za-z]):(?=//)|(?<=[Ww]{3})\.")
_ADDRESS = re.compile(r"https?://[^\s<>()]+")


def escape(text: str) -> str:
    """Text as Markdown, on one line."""
    return _SPECIAL.sub(_escaped, plain(text))


def _escaped(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0], f"\\{found[0]}")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a table; the cells are Markdown."""
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def manual(rule: Mapping[str, Any]) -> str:
    """The page of a rule: its summary, the reasons, an example and the sources."""
    lines = [escape(rule["summary"]), ""]
    for paragraph in rule["why"].split("\n\n"):
        lines += [escape(" ".join(paragraph.split())), ""]
    for example in rule["examples"]:
        if example["bad"] is not None:
            lines += ["Bad:", "", *_fenced(example["bad"].replace("«", "").replace("»", "")), ""]
            if example["fixed"]:
                lines += ["Fixed:", "", *_fenced(example["fixed"]), ""]
            break
    lines.append("Sources:")
    lines += [f"- {_linked(source)}" for source in rule["sources"]]
    return "\n".join(lines) + "\n"


def _fenced(text: str) -> Iterator[str]:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from text.rstrip("\n").split("\n")
    yield fence


def _linked(text: str) -> str:
    return f"<{text}>" if _ADDRESS.fullmatch(text) else escape(text)
