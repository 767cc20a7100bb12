"""Searches folders for what is worth reading: esx.conf files, scripts, bundles, and what hosts say of themselves.

Names decide what is opened at all, and beginnings or single words what of it is handed on.
"""

from __future__ import annotations

import os
from stat import S_IFREG, S_ISLNK, S_ISREG

from netqlint.errors import Unreadable
from netqlint.files import content_of, is_esxconf, is_host_bundle, is_output, is_script
from netqlint.surfaces import named
from netqlint.text import decode, legible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netqlint.text import Source

    Excluded = Callable[[str], bool]

# what a playbook has that runs commands as they are, and other YAML has not
_PLAYS = ("hosts:", "- name:")
_RAW = ("shell:", "command:", "raw:", "action:")
NOTHING = (
    "no esx.conf in this folder or below, no script that sets up a host, and nothing that a host says of itself; "
    "name the file, or say - for standard input"
)


def below(top: str, excluded: Excluded, testifies: Excluded, unread: list[Unreadable]) -> list[tuple[str, str]]:
    """What is to be checked below a folder: a path each, and the one without links by which it is known only once.

    A path that ends in a slash is that of a folder with the outputs of one host's commands, unless that `testifies` of
    another text. What cannot be read is added to `unread`, and so is the folder where nothing is found.
    """
    known = len(unread)
    there = [found for found in _files(top, unread) if not (found[0].endswith(os.sep) and testifies(found[0]))]
    wanted = [(path, real) for path, real in there if not _left_out(path, excluded)]

    def spared(path: str) -> bool:
        return excluded(path) or testifies(path)

    files = [(path, real) for path, real in wanted if is_esxconf(path) or _says_something(path, spared)]
    if there and not wanted:
        reason = "nothing to check, the configuration excludes all that would be checked in this folder"
        unread.append(Unreadable(top, reason))
    elif not files and len(unread) == known:
        unread.append(Unreadable(top, NOTHING))
    return files


def outputs_in(folder: str, excluded: Excluded) -> list[str]:
    """The paths of files in a folder that are named for the command they may hold the output of."""
    try:
        names = sorted(filter(is_output, os.listdir(folder)))
    except OSError:
        # it was there a moment ago
        return []
    paths = [os.path.normpath(os.path.join(folder, name)) for name in names]
    return [path for path in paths if os.path.isfile(path) and not excluded(path)]


def _left_out(path: str, excluded: Excluded) -> bool:
    return not outputs_in(path, excluded) if path.endswith(os.sep) else excluded(path)


def _files(top: str, unread: list[Unreadable]) -> Iterator[tuple[str, str]]:
    """What may be worth reading below a folder, by its names alone."""

    def note(error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        unread.append(Unreadable(str(error.filename), f"cannot be read: {reason}"))

    for folder, folders, names in os.walk(top, onerror=note):
        folders[:] = sorted(name for name in folders if name not in (".git", ".hg", ".svn"))
        files = sorted(name for name in names if _is_wanted(name))
        speaks = any(map(is_output, names)) and not any(map(is_esxconf, files)) and not _is_room(folder)
        real = os.path.realpath(folder) if files or speaks else ""
        for name in files:
            file = os.path.normpath(os.path.join(folder, name))
            mode = _mode(file)
            linked = S_ISLNK(mode)
            # nobody knows when anything comes out of a pipe
            if S_ISREG(_mode(file, through=True) if linked else mode):
                yield file, os.path.realpath(file) if linked else os.path.join(real, name)
        if speaks:
            yield os.path.join(os.path.normpath(folder), ""), os.path.join(real, "")


def _mode(path: str, through: bool = False) -> int:
    """What kind of file there is; of one that is gone, or a link to nothing, whoever reads it says so."""
    try:
        return os.stat(path, follow_symlinks=through).st_mode
    except OSError:
        return S_IFREG


def _is_wanted(name: str) -> bool:
    # most names end so, and need no second look
    if name.endswith((".txt", ".md", ".log", ".json", ".py")):
        return False
    return is_esxconf(name) or is_script(name) or is_host_bundle(name)


def _is_room(folder: str) -> bool:
    """Whether an unpacked bundle keeps its outputs here: they speak of the esx.conf in it."""
    whole = os.path.abspath(folder)
    conf = os.path.join(os.path.dirname(whole), "etc", "vmware", "esx.conf")
    return os.path.basename(whole) in ("commands", "tmp") and os.path.lexists(conf)


def _says_something(path: str, excluded: Excluded) -> bool:
    """Whether a file has anything in it that netqlint knows; most have not, and nothing is to be said of them."""
    if path.endswith(os.sep):
        from netqlint.witnesses import heard

        return bool(heard(outputs_in(path, excluded)))
    if is_host_bundle(path):
        from netqlint.bundles import begins_as_one

        return begins_as_one(path)
    try:
        data, _ = content_of(path)
    except Unreadable:
        # whoever checks it will say so; of most YAML, XML and the like nobody wants to hear
        return named(path) not in ("ansible", "hostprofile", "terraform", "puppet") or path.lower().endswith(".vpf")
    source = decode(data, path)
    return says_something(source.saying(legible(source)))


def says_something(source: Source) -> bool:
    """Whether a script has anything in it that netqlint knows."""
    from netqlint.pack import load

    text, surface = source.text, named(source.name)
    if surface == "bootcfg":
        return "kernelopt" in text
    if surface == "hostprofile":
        from netqlint.surfaces.hostprofile import is_profile

        return source.name.lower().endswith(".vpf") or is_profile(text)
    patterns = load().patterns
    if surface in ("terraform", "puppet"):
        from netqlint.surfaces.resources import says_something as sets_something

        return sets_something(text, patterns)
    if surface == "powershell":
        # which is nothing to PowerShell
        lower = text.lower()
        return "esxcli" in lower or _names_one(lower, patterns["cmdlets"].lower())
    if surface == "ansible":
        if _names_one(text, patterns["tasks"]):
            return True
        if not any(sign in text for sign in _PLAYS) or not any(sign in text for sign in _RAW):
            return False
    return _names_one(text, patterns["commands"])


def _names_one(text: str, names: str) -> bool:
    return any(name in text for name in names.split("|"))
