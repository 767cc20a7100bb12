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
    if is_listing(source):
        from netqlint.surfaces import listings

        return listings.read(source, patterns)
    return esxconf.read(source, patterns, places)


def is_listing(source: Source) -> bool:
    """Whether a text is the output of a host's commands; nearly every esx.conf shows by its first lines that it is not.

    Those are empty, comments, or begin with a slash.
    """
    text, start = source.text, 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)].lstrip(" \t\r\ufeff")
        if line.startswith("/"):
            return False
        if line and not line.startswith("#"):
            break
        start = end + 1 if end >= 0 else len(text)
    if not text.strip():
        return False
    from netqlint.surfaces.listings import recognised

    return recognised(source)
