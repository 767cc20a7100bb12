"""Keeps what is dear to make between runs: compiled rules and configuration, and the reports on clean files.

Everything lies in the user's own cache folder, under the content it was made from. A cache that is stale, broken,
not ours alone or not to be had is done without, silently: it can make a run faster, never different.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

# against files cut short or damaged; against others' files there is `_ours`
_CHECK = 8
# How many of each kind are kept, the newest; together they stay below a hundred megabytes.
_MOST = {"patterns": 4, "pack": 4, "rules": 16, "config": 256, "ignores": 64, "results": 32}


def recall(kind: str, parts: Iterable[bytes], make: Callable[[], Any]) -> Any:
    """What `make` gives for these parts: plain data or code, made once and then read back."""
    # the parts are kept beside what was made of them and compared: a digest would take longer to import than to work
    given = [sys.version.encode(), *parts]
    path = place(kind, given)
    kept = read(path)
    if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == given:
        return kept[1]
    made = make()
    write(path, (given, made))
    return made


def folder() -> str:
    """The cache folder; empty where the user has no home to keep one in."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "netqlint") if os.path.isabs(home) else ""


def place(kind: str, parts: Iterable[bytes]) -> str:
    """Where something about these parts is kept; empty where nothing can be. Other parts may have the same place."""
    check = bytes(_CHECK)
    for part in parts:
        check = _hash(int.from_bytes(check, "little", signed=True), part)
    return named(kind, check.hex())


def named(kind: str, name: str) -> str:
    """Where something is kept under a name that already stands for all it is made of; empty where nothing can be."""
    return os.path.join(folder(), f"{kind}-{name}") if folder() else ""


def read(path: str) -> Any:
    """What is kept at a place, None where there is nothing to be trusted."""
    import marshal

    try:
        if not (path and _ours(os.path.dirname(path)) and _ours(path)):
            return None
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    # marshal may crash on damaged bytes, so they are never shown to it
    if len(data) < _CHECK or _hash(0, data[_CHECK:]) != data[:_CHECK]:
        return None
    return marshal.loads(data[_CHECK:])


def write(path: str, value: Any) -> None:
    """Keep a value; two runs that write at once do not disturb each other, and the last one stays."""
    import marshal
    from contextlib import suppress

    if not path:
        return
    data = marshal.dumps(value)
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(_hash(0, data) + data)
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        _sweep(os.path.dirname(path), os.path.basename(path).partition("-")[0])


def _hash(key: int, data: bytes) -> bytes:
    """Eight bytes that change with the key and the data."""
    try:
        # what Python knows its own compiled modules by; zlib and hashlib take longer to load than to work
        from _imp import source_hash
    except ImportError:  # nobody promises that it stays
        from zlib import adler32, crc32

        return crc32(data, key & 0xFFFFFFFF).to_bytes(4, "little") + adler32(data).to_bytes(4, "little")
    return source_hash(key, data)


def clean() -> int:
    """Remove everything that is kept; how many files that were. Raises OSError where it cannot be done."""
    kept = _kept(folder(), "")
    for path in kept:
        os.unlink(path)
    return len(kept)


def _sweep(where: str, kind: str) -> None:
    from contextlib import suppress

    for path in _kept(where, kind)[_MOST[kind] :]:
        with suppress(OSError):
            os.unlink(path)


def _kept(where: str, kind: str) -> list[str]:
    """The files of a kind (all, for no kind), the newest first."""
    if not where or not os.path.isdir(where):
        return []
    names = [name for name in os.listdir(where) if name.partition("-")[0] in ([kind] if kind else _MOST)]
    paths = [os.path.join(where, name) for name in names]
    return sorted((path for path in paths if os.path.lexists(path)), key=_age, reverse=True)


def _age(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        # another run has swept it
        return 0


def _ours(path: str) -> bool:
    """Whether nobody but this user can have written it: what is read here is run."""
    if sys.platform == "win32":
        return True
    found = os.lstat(path)
    return found.st_uid == os.getuid() and not found.st_mode & 0o022
