"""The story, read this first: a text becomes a source, a host, a world, and the world is judged.

bytes → Source → Host (what is written) → World (what it means) → Report (what is wrong)
"""

from __future__ import annotations

import os

from netqlint.checker import check
from netqlint.driver import effective_ports, generation_for
from netqlint.errors import NetqlintError, Unreadable, hint
from netqlint.facts import NOTHING_ASSUMED, Assumed, gather
from netqlint.finding import Fact, Report, Undecided
from netqlint.pack import load
from netqlint.record import changed
from netqlint.surfaces import named, read
from netqlint.text import Source, decode, encode
from netqlint.world import behold, written_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from netqlint.driver import Plain
    from netqlint.model import Host
    from netqlint.pack import Pack
    from netqlint.world import World

    Wanted = Callable[[Plain], bool]

STDIN = "-"
COMMENT = "#"
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
    host = _read(source, module, pack, surface)
    marked = heed and COMMENT in source.text and any(mark in source.text for mark in MARKS)
    case = None if marked or host.said is None else (id(assumed), id(wanted), id(pack), host.said)
    if case in _QUIET:
        return _renamed(_QUIET[case][0], source.name)
    world = behold(host, gather(host, pack.catalog, assumed), pack.catalog, pack.functions)
    rules = _chosen(pack, wanted)
    findings, undecided = check(world, rules)
    if world.host.surface == "listing":
        # what a host has said is no place to mend it
        findings = [changed(finding, fix=None) for finding in findings]
    report = Report(tuple(findings), (source.name,), world.facts.told, tuple(undecided))
    if marked:
        # most texts have no comments for netqlint, and need nothing of this
        from netqlint.suppression import sift

        return sift(report, world, rules, pack)
    if case and not findings:
        if len(_QUIET) >= _MOST_QUIET:
            _QUIET.clear()
        _QUIET[case] = (report, (assumed, wanted, pack))
    return report


# The hosts of a cluster say the same in all that netqlint looks at, and mostly nothing is wrong with it: then the one
# is judged, and what holds for it holds for the others, which are read all the same. Each report keeps what it was
# judged by, so that nothing else can come to have the same id.
_QUIET: dict[object, tuple[Report, tuple[Assumed, Wanted, Pack]]] = {}
_MOST_QUIET = 256


def _renamed(report: Report, name: str) -> Report:
    """A report without findings, as if it were on another text."""
    return Report(
        (),
        (name,),
        tuple([Fact(name, fact.name, fact.value, fact.basis, fact.how, fact.overrule) for fact in report.facts]),
        tuple([Undecided(name, rule.code, rule.name, rule.missing) for rule in report.undecided]),
    )


def _chosen(pack: Pack, wanted: Wanted) -> tuple[Plain, ...]:
    """The rules that are wanted; files in a row, which mostly want the same, share them."""
    if not _last or _last[0] is not pack or _last[1] is not wanted:
        _last[:] = (pack, wanted, tuple(filter(wanted, pack.rules)))
    rules: tuple[Plain, ...] = _last[2]
    return rules


_last: list[Any] = []


def understand(source: Source, assumed: Assumed, module: str | None, pack: Pack, surface: str = "") -> World:
    """What a text means: read by its surface, joined with what is known."""
    host = _read(source, module, pack, surface)
    return behold(host, gather(host, pack.catalog, assumed), pack.catalog, pack.functions)


def _read(source: Source, module: str | None, pack: Pack, surface: str) -> Host:
    if module is not None and module not in pack.catalog["drivers"]:
        known = pack.catalog["drivers"]
        likely = hint(module, known) or f"; there are {', '.join(sorted(known))}"
        raise NetqlintError(f"no driver {module} in the catalog{likely}")
    return read(source, pack, module, surface)


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


# what a playbook has that runs commands as they are, and other YAML has not
_PLAYS = (b"hosts:", b"- name:")
_RAW = (b"shell:", b"command:", b"raw:", b"action:")


def _says_something(path: str) -> bool:
    """Whether a script has anything in it that netqlint knows; most have not, and nothing is to be said of them."""
    from netqlint.pack import load

    try:
        data, _ = content_of(path)
    except Unreadable:
        # whoever checks it will say so; of YAML most is none of netqlint's business
        return named(path) != "ansible"
    source = decode(data, path)
    if source.encoding:
        data = encode(source.text)
    surface = named(path)
    if surface == "bootcfg":
        return b"kernelopt" in data
    patterns = load().patterns
    if surface == "powershell":
        # which is nothing to PowerShell
        lower = data.lower()
        return b"esxcli" in lower or any(name.lower().encode() in lower for name in patterns["cmdlets"].split("|"))
    if surface == "ansible":
        if any(name.encode() in data for name in patterns["tasks"].split("|")):
            return True
        if not any(sign in data for sign in _PLAYS) or not any(sign in data for sign in _RAW):
            return False
    return any(name.encode() in data for name in patterns["commands"].split("|"))


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


# how the files begin that people, and vm-support, keep the outputs of commands in
_OUTPUTS = (
    "esxcfg-", "vicfg-", "esxcli", "localcli", "lspci", "vmkchdev", "ethtool", "vsish", "vmkload_mod", "nicinfo",
    "vmware-v", "vmware_-v", "vmware.",
)  # fmt: skip


def is_output(name: str) -> bool:
    """Whether a file is named for the command it may hold the output of: `lspci_-v.txt`, `esxcfg-nics-l.txt`."""
    lower = name.lower()
    return lower.endswith(".txt") and lower.startswith(_OUTPUTS)


def rooms(folder: str) -> list[str]:
    """Where an unpacked bundle keeps outputs that has its esx.conf in this folder: ESXi 5 and later, ESX 3.5 and 4."""
    whole = os.path.abspath(folder)
    top = os.path.dirname(os.path.dirname(whole))
    bundled = os.path.basename(top).startswith(("esx-", "vm-support-"))
    if not bundled or whole != os.path.join(top, "etc", "vmware"):
        return []
    found = [os.path.normpath(os.path.join(folder, os.pardir, os.pardir, room)) for room in ("commands", "tmp")]
    return [room for room in found if os.path.isdir(room)]


def is_bundle(name: str) -> bool:
    """Whether a file of this name is an archive, such as a bundle of vm-support or a backup of the configuration."""
    return name.lower().endswith((".tgz", ".tar.gz", ".tar", ".zip"))


def is_script(path: str) -> bool:
    """Whether a file of this name is searched for what netqlint knows: `setup.sh`, `ks.cfg`, `boot.cfg.j2`."""
    return named(path) not in ("", "esxconf")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
