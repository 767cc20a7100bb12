"""Reads kickstarts: their sections, and the scripts in them."""

from __future__ import annotations

from netqlint.model import Host, Mistake
from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.surfaces import shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netqlint.folded import Plain
    from netqlint.text import Source, Span

# a section ends where a line begins with one of these
_HEAD = r"(?m)^(?:%(post|pre|packages|vmlicense_text|firstboot)|%?(include))(?:[^\n]*)"
_WORD = r"include[^\s]+"
_SCRIPTS = ("pre", "post", "firstboot")
_INTERPRETER = r"--interpreter(?:=|[ \t]+)([^\s]+)"
_SHELLS = ("busybox", "bash", "sh", "ash", "/bin/sh", "/bin/ash", "/bin/bash")


class Section(Record):
    """A script of a kickstart: its kind, what runs it (empty where nothing says), and the characters it takes."""

    kind: str
    interpreter: Span | None
    head: Span
    start: int
    end: int
    cut: Span | None = None

    @property
    def shell(self) -> bool:
        return self.interpreter is None or self.interpreter.text.strip("\"'") in _SHELLS


def read(source: Source, patterns: Mapping[str, str], catalog: Plain) -> Host:
    """The host that a kickstart installs."""
    sections = list(_sections(source))
    found = [
        (section.kind, one)
        for section in sections
        if section.shell
        for one in shell.calls_in(source, section.start, section.end, patterns, catalog, ("section", section.kind))
    ]
    return shell.host(source, "kickstart", found, patterns, tuple(_mistakes(sections)))


def _sections(source: Source) -> Iterator[Section]:
    heads = list(compiled(_HEAD).finditer(source.text))
    for number, head in enumerate(heads):
        if head[1] not in _SCRIPTS:
            continue
        line = source.span(head.start(), head.start() + len(head[0].rstrip("\r")))
        asked = compiled(_INTERPRETER).search(head[0])
        interpreter = source.span(head.start() + asked.start(1), head.start() + asked.end(1)) if asked else None
        end = heads[number + 1].start() if number + 1 < len(heads) else len(source.text)
        following = heads[number + 1] if number + 1 < len(heads) else None
        # `include` begins a directive, and so does every word that begins like it
        cut = following is not None and following[2] and compiled(_WORD).match(source.text, following.start())
        span = source.span(*cut.span()) if cut else None
        yield Section(head[1], interpreter, line, min(head.end() + 1, end), end, span)


def _mistakes(sections: list[Section]) -> Iterator[Mistake]:
    for section in sections:
        if section.interpreter is not None and section.interpreter.text.strip("\"'") not in ("busybox", "python"):
            yield Mistake("interpreter", section.interpreter)
        if section.cut is not None:
            yield Mistake("cut", section.cut)
