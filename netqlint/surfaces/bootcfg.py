"""Reads boot.cfg, what `kernelopt=` tells the VMkernel, and the copy of it in the Manifest.txt of a backup."""

from __future__ import annotations

from netqlint.model import Host, Setting, Slot
from netqlint.patterns import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.text import Source

_LINE = r"(?m)^[ \t]*(?:kernelopt|KERNELOPTS|USEROPTS)[ \t]*=([^\r\n]*)"
_WORD = r"([A-Za-z][A-Za-z0-9_.]*)=([^\s]*)"
_TEMPLATE = ("$", "{{", "<%", "{%")


def read(source: Source) -> Host:
    """The host that a boot.cfg starts."""
    return Host(source, "bootcfg", settings=tuple(_settings(source)))


def _settings(source: Source) -> Iterator[Setting]:
    for line in compiled(_LINE).finditer(source.text):
        for word in compiled(_WORD).finditer(source.text, *line.span(1)):
            if source.text[word.start() - 1] not in " \t=":
                continue
            start = word.start() - (source.text[word.start() - 1] in " \t")
            at = source.span(word.end(), word.end())
            yield Setting(
                source.span(*word.span(1)),
                source.span(*word.span(2)),
                source.span(start, word.end()),
                Slot(at, " ", "=", ""),
                plain=not any(mark in word[2] for mark in _TEMPLATE),
            )
