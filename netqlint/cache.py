"""Keeps the compiled pack of a checkout between runs, in the user's own cache folder, by content."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType

_DIGEST = 32


def remembered(files: Iterable[str], make: Callable[[], str]) -> CodeType:
    """The code of the module text that `make` gives; kept under the content of `files` and this Python.

    A cache that is stale, broken, not ours alone or not to be had is done without.
    """
    path = _path(files)
    kept = _read(path) if path else None
    if kept is not None:
        return kept
    code = compile(make(), "<pack>", "exec")
    if path:
        _write(path, code)
    return code


def _path(files: Iterable[str]) -> str:
    """Where the pack of these files is kept; empty where the user has no cache folder."""
    from hashlib import sha256

    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(home):
        return ""
    digest = sha256(sys.version.encode())
    for file in sorted(files):
        with open(file, "rb") as opened:
            content = opened.read()
        digest.update(f"{file}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return os.path.join(home, "netqlint", f"pack-{digest.hexdigest()[:32]}")


def _read(path: str) -> CodeType | None:
    import marshal
    from hashlib import sha256

    try:
        if not (_ours(os.path.dirname(path)) and _ours(path)):
            return None
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    # marshal may crash on damaged bytes, so they are never shown to it
    if sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        return None
    code: CodeType = marshal.loads(data[_DIGEST:])
    return code


def _ours(path: str) -> bool:
    """Whether nobody but this user can have written it: what is read here is run."""
    if sys.platform == "win32":
        return True
    found = os.lstat(path)
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def _write(path: str, code: CodeType) -> None:
    import marshal
    from contextlib import suppress
    from hashlib import sha256

    data = marshal.dumps(code)
    folder = os.path.dirname(path)
    temporary = f"{path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for name in os.listdir(folder):
            # other contents of the same checkout, and what a killed run left
            if name.startswith("pack-"):
                os.unlink(os.path.join(folder, name))
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(sha256(data).digest() + data)
        os.replace(temporary, path)
