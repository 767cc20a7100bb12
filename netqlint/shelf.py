"""Puts the pages of a manual into a folder, and touches none that holds anything else."""

from __future__ import annotations

import os
import re

from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# names the pages of this folder, and so says that it is ours
MARK = ".netqlint-docs"
_PAGE = re.compile(r"(?:index|(?:rules|drivers|settings|releases)/[\w.+-]+)\.md")


def write(folder: str, found: Mapping[str, str]) -> int:
    """Write the pages into a folder; how many they are.

    Pages of an earlier manual that are no more go away. Raises NetqlintError for a folder that holds anything which no
    earlier call has written; then it is left as it was.
    """
    try:
        earlier = _earlier(folder)
        for path in found:
            if path not in earlier and os.path.lexists(os.path.join(folder, path)):
                raise NetqlintError(f"--out {folder}: {path} is there and not netqlint's; nothing was written")
        # first of all: whatever happens next, the folder is known to be ours
        _put(os.path.join(folder, MARK), "".join(f"{path}\n" for path in sorted({*earlier, *found})))
        for path, text in found.items():
            _put(os.path.join(folder, path), text)
        for path in earlier - set(found):
            if os.path.lexists(os.path.join(folder, path)):
                os.unlink(os.path.join(folder, path))
        _put(os.path.join(folder, MARK), "".join(f"{path}\n" for path in sorted(found)))
    except OSError as error:
        where = error.filename or folder
        raise NetqlintError(f"{where}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    return len(found)


def _earlier(folder: str) -> set[str]:
    """The pages an earlier call has written here."""
    if not os.path.lexists(folder) or (os.path.isdir(folder) and not os.listdir(folder)):
        return set()
    if not os.path.isfile(os.path.join(folder, MARK)):
        raise NetqlintError(f"--out {folder}: it is not empty, and no manual of netqlint; name another folder")
    with open(os.path.join(folder, MARK), encoding="utf-8", errors="replace") as file:
        return {line for line in file.read().splitlines() if _PAGE.fullmatch(line)}


def _put(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
