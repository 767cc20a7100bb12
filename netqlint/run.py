"""The story, read this first: a text becomes a source, a host, a world, and the world is judged.

bytes → Source → Host (what is written) → World (what it means) → Report (what is wrong)
"""

from __future__ import annotations

import os

from netqlint.checker import check
from netqlint.driver import effective_ports, generation_for
from netqlint.errors import NetqlintError, Unreadable, hint
from netqlint.facts import NOTHING_ASSUMED, Assumed, gather
from netqlint.finding import Report
from netqlint.pack import load
from netqlint.surfaces import named, read
from netqlint.text import Source, decode
from netqlint.world import behold, written_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netqlint.driver import Plain
    from netqlint.pack import Pack
    from netqlint.world import World

    Wanted = Callable[[Plain], bool]

STDIN = "-"
# what comments hold that are meant for netqlint, however its name is capitalised
MARKS = ("etqlint", "ETQLINT", "etQLint", "etQlint")
# A text takes up to four times its size in memory; no real esx.conf has a hundredth of this.
LARGEST = 256 << 20


def every_rule(rule: Plain) -> bool:
    return True


def check_source(
    source: Source,
    assumed: Assumed = NOTHING_ASSUMED,
    *,
    module: str | None = None,
    wanted: Wanted = every_rule,
    pack: Pack | None = None,
    heed: bool = True,
    surface: str = "",
) -> Report:
    """The report on one text: an esx.conf, a script, or the option string of `module`.

    `surface` says how it is written, where its name and beginning do not tell (see `netqlint.surfaces`). `heed` says
    whether its comments may suppress findings. Raises NetqlintError where the assumptions cannot be read.
    """
    pack = pack or load()
    world = understand(source, assumed, module, pack, surface)
    rules = [rule for rule in pack.rules if wanted(rule)]
    findings, undecided = check(world, rules)
    report = Report(tuple(findings), (source.name,), world.facts.told, tuple(undecided))
    if heed and any(mark in source.text for mark in MARKS):
        # most texts have no comments for netqlint, and need nothing of this
        from netqlint.suppression import sift

        return sift(report, world, rules, pack)
    return report


def understand(source: Source, assumed: Assumed, module: str | None, pack: Pack, surface: str = "") -> World:
    """What a text means: read by its surface, joined with what is known."""
    if module is not None and module not in pack.catalog["drivers"]:
        known = pack.catalog["drivers"]
        likely = hint(module, known) or f"; there are {', '.join(sorted(known))}"
        raise NetqlintError(f"no driver {module} in the catalog{likely}")
    host = read(source, pack, module, surface)
    return behold(host, gather(host, pack.catalog, assumed), pack.catalog, pack.functions)


def effective_values(
    driver: str, options: str, assumed: Assumed, controllers: tuple[str | None, ...]
) -> list[dict[str, int | None]]:
    """What each of these controllers gets from an option string. Raises NetqlintError for an unknown build."""
    pack = load()
    source = Source("options", options)
    if driver not in pack.catalog["drivers"]:
        understand(source, assumed, driver, pack)
    generation = generation_for(pack.catalog["drivers"][driver]["generations"], assumed.facts[driver])
    if generation is None:
        raise NetqlintError(f"no generation of {driver} is known to cover version {assumed.facts[driver]}")
    world = understand(source, assumed, driver, pack)
    view = world.views[0]
    written = written_values(view.options, view.listed, generation["parameters"], len(controllers))
    return effective_ports(generation, written, controllers, world.facts.cpus, pack.functions)


# --- files


def open_source(path: str, shown: str | None = None) -> Source:
    """The text of a file (`-`: standard input). Raises NetqlintError where it cannot be read."""
    if path == STDIN:
        return decode(_standard_input(), shown or "<stdin>")
    return decode(content_of(path)[0], shown or path)


def content_of(path: str) -> tuple[bytes, os.stat_result]:
    """The bytes of a file, and its status from before they were read."""
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            _check_size(path, path, status.st_size)
            # a pipe or a device has no size of its own
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(path, f"cannot be read: {_reason(error)}") from None
    _check_size(path, path, len(data))
    return data, status


def _standard_input() -> bytes:
    import sys

    if sys.stdin is None:
        raise Unreadable(STDIN, "is closed", "standard input is closed, so - cannot be read")
    try:
        data = sys.stdin.buffer.read(LARGEST + 1)
    except OSError as error:
        said = f"cannot be read: {_reason(error)}"
        raise Unreadable(STDIN, said, f"standard input {said}") from None
    _check_size(STDIN, "standard input", len(data))
    return data


def _check_size(path: str, name: str, size: int) -> None:
    if size > LARGEST:
        reason = f"more than {LARGEST >> 20} MiB, too large for an esx.conf; it was not read"
        raise Unreadable(path, reason, f"{name}: {reason}")


def find(paths: Sequence[str], excluded: Callable[[str], bool]) -> tuple[list[str], list[str], list[Unreadable]]:
    """The files that `paths` name: files as they are, folders searched for what is worth reading, each file once.

    The second list are the files named one by one that are left out because they are excluded, the third the paths
    that are not there, cannot be read, or are folders with nothing to check.
    """
    found: dict[str, str] = {}
    left_out = []
    unread: list[Unreadable] = []
    for path in paths:
        if path == STDIN:
            found.setdefault(STDIN, STDIN)
        elif os.path.isdir(path):
            for file, real in _search(path, excluded, unread):
                found.setdefault(real, file)
        elif not os.path.lexists(path):
            unread.append(Unreadable(path or repr(path), "no such file or folder"))
        elif excluded(path):
            left_out.append(path)
        else:
            found.setdefault(os.path.realpath(path), path)
    return list(found.values()), left_out, unread


def _search(folder: str, excluded: Callable[[str], bool], unread: list[Unreadable]) -> list[tuple[str, str]]:
    known = len(unread)
    there = list(_files(folder, unread))
    wanted = [(file, real) for file, real in there if not excluded(file)]
    files = [(file, real) for file, real in wanted if is_esxconf(file) or _says_something(file)]
    if there and not wanted:
        reason = "nothing to check, the configuration excludes all that would be checked in this folder"
        unread.append(Unreadable(folder, reason))
    elif not files and len(unread) == known:
        reason = (
            "no esx.conf in this folder or below, and no script that sets up a host; "
            "name the file, or say - for standard input"
        )
        unread.append(Unreadable(folder, reason))
    return files


def _says_something(path: str) -> bool:
    """Whether a script has anything in it that netqlint knows; most have not, and nothing is to be said of them."""
    from netqlint.pack import load

    try:
        data, _ = content_of(path)
    except Unreadable:
        # whoever checks it will say so
        return True
    if named(path) == "bootcfg":
        return b"kernelopt" in data
    return any(name.encode() in data for name in load().patterns["commands"].split("|"))


def _files(top: str, unread: list[Unreadable]) -> Iterator[tuple[str, str]]:
    """What may be worth reading below a folder: its path, and the one without links by which it is known only once."""

    def note(error: OSError) -> None:
        unread.append(Unreadable(str(error.filename), f"cannot be read: {_reason(error)}"))

    for folder, folders, names in os.walk(top, onerror=note):
        folders[:] = sorted(name for name in folders if name not in (".git", ".hg", ".svn"))
        files = sorted(name for name in names if is_esxconf(name) or is_script(name))
        real = os.path.realpath(folder) if files else ""
        for name in files:
            file = os.path.normpath(os.path.join(folder, name))
            yield file, os.path.realpath(file) if os.path.islink(file) else os.path.join(real, name)


def is_esxconf(path: str) -> bool:
    """Whether a file of this name is searched for: `esx.conf`, `host7.esx.conf`, `host7-esx.conf`."""
    lower = os.path.basename(path).lower()
    return lower == "esx.conf" or lower.endswith((".esx.conf", "-esx.conf", "_esx.conf"))


def is_script(path: str) -> bool:
    """Whether a file of this name is searched for what netqlint knows: `setup.sh`, `ks.cfg`, `boot.cfg.j2`."""
    return named(path) not in ("", "esxconf")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
