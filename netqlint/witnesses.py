"""Finds what hosts say of themselves: outputs of commands, in named files and beside an esx.conf."""

from __future__ import annotations

import os

from netqlint.errors import NetqlintError, Unreadable
from netqlint.run import open_source
from netqlint.surfaces import is_listing
from netqlint.surfaces.listings import recognised, rows
from netqlint.surfaces.listings.lines import speakers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from netqlint.text import Source

# outputs are small; what is larger is something else
_LARGEST = 16 << 20


def named(paths: Iterable[str]) -> tuple[Source, ...]:
    """The outputs in files and folders that somebody named. Raises NetqlintError for one that holds none."""
    found: list[Source] = []
    for path in paths:
        shown = os.path.relpath(path) if os.path.isabs(path) else path
        if os.path.isdir(path):
            files = sorted(name for name in os.listdir(path) if name.lower().endswith(".txt"))
            sources = [source for name in files if (source := _listing(os.path.join(shown, name)))]
        else:
            source = open_source(path, shown)
            sources = [source] if recognised(source) else []
        if not sources:
            raise NetqlintError(f"{shown}: no output of a host's command that netqlint reads")
        found += sources
    hosts = _speakers(found)
    if len(hosts) > 1:
        places = ", ".join(map(os.path.relpath, paths))
        raise NetqlintError(f"{places}: told by several hosts ({', '.join(hosts)}); give each its own files")
    return tuple(found)


def beside(path: str, names: Iterable[str]) -> tuple[Source, ...]:
    """The outputs among files of these names that lie beside `path`."""
    folder = os.path.dirname(path)
    found = tuple(source for name in sorted(names) if (source := _listing(os.path.join(folder, name))))
    # whose words they are nobody can tell where several hosts speak
    return found if len(_speakers(found)) < 2 else ()


def says_nothing_to_judge(source: Source) -> bool:
    """Whether a text is a listing that tells facts alone: no options, no setting, no switch."""
    judged = ("options", "configured", "value", "enabled")
    return is_listing(source) and not any(
        row.kind in ("switch", "vmknic") or any(row.field(name) for name in judged) for row in rows(source)
    )


def _speakers(sources: Iterable[Source]) -> list[str]:
    return sorted({host for source in sources for host in speakers(source)})


def _listing(path: str) -> Source | None:
    """The text at a path that nobody named, None where that is no output or cannot be read."""
    try:
        if os.path.getsize(path) > _LARGEST:
            return None
        source = open_source(path)
    except (OSError, Unreadable):
        return None
    return source if recognised(source) else None
