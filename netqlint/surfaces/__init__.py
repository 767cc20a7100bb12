"""The kinds of text netqlint reads, and which reader is for which."""

from __future__ import annotations

from netqlint.surfaces import esxconf, options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Places = Mapping[str, Sequence[tuple[str, str]]]

    from netqlint.model import Host
    from netqlint.text import Source


def read(source: Source, patterns: Mapping[str, str], places: Places, module: str | None) -> Host:
    """The host a text describes; with `module`, the text is the option string of that module."""
    if module is not None:
        return options.read(source, patterns, module)
    return esxconf.read(source, patterns, places)
