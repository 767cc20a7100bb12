"""Finds what hosts say of themselves, and what else sets them up: in named files, beside an esx.conf, in folders."""

from __future__ import annotations

import os

from netqlint.errors import NetqlintError, Unreadable
from netqlint.files import ONCE, bundle_of, open_source
from netqlint.surfaces import is_listing
from netqlint.surfaces.listings import bare, recognised, rows
from netqlint.surfaces.listings.lines import place_of, speakers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netqlint.text import Source

# outputs are small; what is larger is something else
_LARGEST = 16 << 20


def named(paths: Iterable[str]) -> tuple[Source, ...]:
    """The outputs in files and folders that somebody named. Raises NetqlintError for one that holds none."""
    found: list[Source] = []
    for path in paths:
        shown = os.path.relpath(path) if os.path.isabs(path) else path
        if os.path.isdir(path):
            files = sorted(name for name in _names(path, shown) if name.lower().endswith(".txt"))
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


def _names(folder: str, shown: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        raise Unreadable(folder, "", f"{shown}: cannot be read: {(error.strerror or str(error)).lower()}") from None


def beside(path: str, names: Iterable[str]) -> tuple[Source, ...]:
    """The outputs among files of these names that lie beside `path`."""
    folder = os.path.dirname(path)
    found = tuple(source for name in sorted(names) if (source := _listing(os.path.join(folder, name))))
    # whose words they are nobody can tell where several hosts speak
    return found if len(_speakers(found)) < 2 else ()


def heard(paths: Iterable[str]) -> Iterator[Source]:
    """The outputs in files that nobody named one by one."""
    return (source for path in paths if (source := _listing(path)))


def hosts(paths: Iterable[str]) -> list[tuple[Source, ...]]:
    """The outputs in files of one folder, by host: of one, unless its words contradict that; then each for itself.

    Of several outputs the first has something to judge in it, where any has.
    """
    found = sorted(heard(paths), key=says_nothing_to_judge)
    alone = len(_speakers(found)) > 1 or _contradict(found)
    return [(source,) for source in found] if alone else [tuple(found)] if found else []


def _contradict(sources: Iterable[Source]) -> bool:
    """Whether two outputs tell two things of what every host has once: a module's options, the place of a NIC."""
    told: dict[tuple[str, str], object] = {}
    for source in sources:
        # within one output the later word holds
        here: dict[tuple[str, str], object] = {}
        for row in rows(source):
            options, place = row.field("options"), place_of(row.text("address"))
            if row.kind == "module" and options:
                here["options", bare(row.text("name"))] = sorted(options.text.split())
            elif row.kind == "nic" and row.text("vmnic") and place:
                here["address", row.text("vmnic")] = place
        if any(told.setdefault(what, answer) != answer for what, answer in here.items()):
            return True
    return False


_KICKSTARTS = ("ks.cfg", "kickstart.cfg")
# where an unpacked bundle has them
_ELSEWHERE = ("bootbank/boot.cfg", "etc/rc.local", "etc/rc.local.d", "root/ks.cfg")


def kin(path: str, names: Iterable[str]) -> tuple[Source, ...]:
    """The texts among files of these names beside an esx.conf that set up its host, and no other."""
    folder = os.path.dirname(path)
    lower = {name: name.lower() for name in sorted(names)}
    starts = [name for name, small in lower.items() if small in _KICKSTARTS or small.endswith(".ks")]
    found = [name for name, small in lower.items() if small in ONCE]
    # of several kickstarts nobody knows which one was taken
    found += starts if len(starts) == 1 else []
    top = bundle_of(folder)
    inner = [os.path.join(top, *place.split("/")) for place in _ELSEWHERE] if top else []
    paths = [*(os.path.join(folder, name) for name in found), *(file for place in inner for file in _scripts(place))]
    return tuple(source for file in paths if (source := text_at(os.path.normpath(file))))


def _scripts(place: str) -> list[str]:
    if not os.path.isdir(place):
        return [place]
    return [os.path.join(place, name) for name in sorted(os.listdir(place)) if name.endswith(".sh")]


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
    source = text_at(path)
    return source if source and recognised(source) else None


def text_at(path: str) -> Source | None:
    """The text at a path that nobody named, None where it cannot be read."""
    try:
        # a pipe would wait for whoever writes into it
        if not os.path.isfile(path) or os.path.getsize(path) > _LARGEST:
            return None
        return open_source(path)
    except (OSError, Unreadable):
        return None
