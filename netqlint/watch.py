"""Does something again whenever what it depends on has changed: files, settings, suppressions, rules of a team."""

from __future__ import annotations

import os

from netqlint.config import FILE, SHARED, SIDE
from netqlint.errors import NetqlintError
from netqlint.files import is_esxconf, is_host_bundle, is_output, is_script
from netqlint.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

_SETTINGS = (FILE, SHARED)
_CHECKED = (is_esxconf, is_script, is_output, is_host_bundle)
# How long, in milliseconds, before everything is looked at unasked: not every file system tells of changes.
_UNASKED = 2000


class Scene(Record):
    """What a check depends on: the folders where something can come and go, and the state of every file."""

    folders: tuple[str, ...]
    stamps: Mapping[str, tuple[int, ...] | None]


def scene(places: Iterable[str], named: Iterable[str] = ()) -> Scene:
    """What there is now to check at `places`, the settings that hold there, and the files that a call has named."""
    files: dict[str, None] = {}
    folders: dict[str, None] = {}
    for place in map(os.path.abspath, places):
        top = place if os.path.isdir(place) else os.path.dirname(place)
        if top == place:
            for folder, name in _below(place, folders):
                if name in (*_SETTINGS, SIDE) or any(is_one(name) for is_one in _CHECKED):
                    files[os.path.join(folder, name)] = None
        else:
            files[place] = None
        for folder in _upwards(top):
            folders[folder] = None
            files |= dict.fromkeys(os.path.join(folder, name) for name in (*_SETTINGS, SIDE))
    files |= dict.fromkeys(map(os.path.abspath, named))
    for file in list(files):
        if file.endswith(".toml"):
            _follow(file, files, folders)
    for file in files:
        # a link stays while what it leads to is written anew
        folders |= dict.fromkeys(os.path.dirname(end) for end in (file, os.path.realpath(file)))
    return Scene(tuple(filter(os.path.isdir, folders)), {file: _stamp(file) for file in files})


def watch(look: Callable[[], Scene], act: Callable[[], None]) -> None:
    """Act, and act again after every change of what `look` finds; only an exception ends it."""
    try:
        from watchfiles import watch as changes
    except ModuleNotFoundError:
        raise NetqlintError("--watch needs watchfiles: pip install 'netqlint[watch]'") from None
    while True:
        # looked at before it is read: what changes meanwhile differs from this
        seen = look()
        act()
        try:
            for _ in changes(
                *seen.folders,
                watch_filter=None,
                recursive=False,
                yield_on_timeout=True,
                rust_timeout=_UNASKED,
                ignore_permission_denied=True,
            ):
                if look() != seen:
                    break
        except FileNotFoundError:
            # a folder that went away before anybody listened; it is not there the next time
            continue
        except OSError as error:
            raise NetqlintError(f"--watch: {(error.strerror or str(error)).lower()}") from None


def _below(top: str, folders: dict[str, None]) -> Iterator[tuple[str, str]]:
    """Every file below a folder: where it is, and its name; the folders passed are noted."""
    for folder, inner, names in os.walk(top):
        inner[:] = (name for name in inner if name not in (".git", ".hg", ".svn"))
        folders[folder] = None
        yield from ((folder, name) for name in names)


def _upwards(folder: str) -> Iterator[str]:
    """The folders where settings for this one may lie, as far up as they are looked for."""
    while True:
        parent = os.path.dirname(folder)
        yield folder
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = parent


def _follow(file: str, files: dict[str, None], folders: dict[str, None]) -> None:
    """Note what a configuration names; whatever is wrong with it is told by who reads it strictly."""
    said, here = _said(file), os.path.dirname(file)
    for key in ("inventory", "baseline", "extends", "rules"):
        for name in _words(said.get(key)):
            path = os.path.normpath(os.path.join(here, name))
            if key == "rules":
                rules = [os.path.join(*found) for found in _below(path, folders) if found[1].endswith(".yaml")]
                files |= dict.fromkeys(rules)
                continue
            known = path in files
            files[path] = None
            if key == "extends" and not known:
                _follow(path, files, folders)


def _said(file: str) -> Mapping[str, Any]:
    from tomllib import TOMLDecodeError, load

    try:
        with open(file, "rb") as opened:
            said = load(opened)
        return said.get("tool", {}).get("netqlint", {}) if os.path.basename(file) == SHARED else said
    except (OSError, TOMLDecodeError, UnicodeDecodeError, AttributeError):
        return {}


def _words(said: object) -> Iterator[str]:
    for word in said if isinstance(said, list) else [said]:
        if isinstance(word, str):
            yield word


def _stamp(file: str) -> tuple[int, ...] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
