"""Puts a new text in a file's place: every reader finds all of the old one or all of the new."""

from __future__ import annotations

import os
import re
import stat
import sys
from contextlib import suppress

from netqlint.errors import NetqlintError


class Changed(NetqlintError):
    """The file is no longer what was read, and was left as it is."""


def replace(path: str, old: bytes, new: bytes) -> None:
    """Write `new` over the file at `path` if it still holds `old`.

    The new text is whole and on disk before it takes the file's name, with the mode, the extended
    attributes and, where permitted, the owner of the old one. A symbolic link stays: what it points
    to is replaced. Other hard links keep the old text. Raises `Changed`, or `NetqlintError` where
    the file cannot be written; then it is as it was, and nothing is left beside it.
    """
    try:
        _replace(os.path.realpath(path), path, old, new)
    except OSError as error:
        raise NetqlintError(f"{path}: cannot be written: {error.strerror or error}") from error


def _replace(target: str, path: str, old: bytes, new: bytes) -> None:
    if not stat.S_ISREG(os.stat(target).st_mode):
        raise NetqlintError(f"{path}: cannot be written: not a regular file")
    folder, name = os.path.split(target)
    _sweep(folder, name)
    temporary, descriptor = _claim(folder, name)
    try:
        with open(descriptor, "wb") as file:
            file.write(new)
            file.flush()
            _dress(descriptor, target)
            os.fsync(descriptor)
            if _read(target) != old:
                raise Changed(f"{path}: changed since it was read, so nothing was written")
            if sys.platform == "win32":
                file.close()
            os.replace(temporary, target)
    except BaseException:
        _discard(temporary)
        raise
    _settle(folder)


def _read(target: str) -> bytes:
    # opened for writing too: a rename asks nobody whether the file is read-only
    with open(target, "r+b", buffering=0) as file:
        return file.readall()


def _dress(descriptor: int, target: str) -> None:
    """Owner first: changing it takes mode bits away, and the mode masks an access list."""
    if sys.platform == "win32":
        return
    known = os.stat(target)
    for owner in (known.st_uid, -1):
        try:
            os.fchown(descriptor, owner, known.st_gid)
            break
        except PermissionError:
            continue
    _copy_attributes(descriptor, target)
    os.fchmod(descriptor, stat.S_IMODE(known.st_mode))


def _copy_attributes(descriptor: int, target: str) -> None:
    """What a file system or a security policy does not let anyone copy, it sets itself."""
    if sys.platform != "linux":
        return
    names: list[str] = []
    with suppress(OSError):
        names = os.listxattr(target)
    for name in names:
        with suppress(OSError):
            os.setxattr(descriptor, name, os.getxattr(target, name))


def _settle(folder: str) -> None:
    """Let the rename outlive a power cut, on systems where a folder can be synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _discard(temporary: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(temporary)


# A temporary file is locked as long as its writer lives; the kernel lets go of the lock when the
# writer dies. So a file that can be locked is nobody's, which a process number in the name could
# not tell: numbers are used again, and mean nothing on the other side of a container or a network.


def _claim(folder: str, name: str) -> tuple[str, int]:
    """A new, empty and locked file `.NAME.netqlint-XXXXXXXX.tmp` in `folder`, open for writing."""
    while True:
        temporary = os.path.join(folder, f".{name}.netqlint-{os.urandom(4).hex()}.tmp")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, 0o600)
        # between `open` and the lock another netqlint may have taken the file for a dead one's
        if _lock(descriptor, unsure=True) and os.fstat(descriptor).st_nlink:
            return temporary, descriptor
        os.close(descriptor)
        _discard(temporary)


def _sweep(folder: str, name: str) -> None:
    """Remove what writers of the same file left behind when they were killed."""
    ours = re.compile(rf"\.{re.escape(name)}\.netqlint-[0-9a-f]{{8}}\.tmp")
    for found in os.listdir(folder):
        if ours.fullmatch(found):
            with suppress(OSError):
                _remove_if_dead(os.path.join(folder, found))


def _remove_if_dead(temporary: str) -> None:
    # neither led astray by a link nor held up by a pipe of that name
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(temporary, flags)
    try:
        if _lock(descriptor, unsure=False):
            os.unlink(temporary)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, unsure: bool) -> bool:
    """Whether the file is ours alone now; `unsure` where the system knows no such locks."""
    if sys.platform == "win32":
        return unsure
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return unsure
    return True
