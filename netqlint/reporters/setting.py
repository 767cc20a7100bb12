"""What a report does not say of itself: where the run took place, and which rules it asked."""

from __future__ import annotations

import os

from netqlint.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Setting(Record):
    """`root` is the folder of the repository, `here` that of the run, both absolute or both empty.

    `ran` are the codes of the rules that were asked. `told` gives rules with their manual, among them these.
    """

    root: str = ""
    here: str = ""
    ran: tuple[str, ...] = ()
    told: Callable[[], Sequence[dict[str, Any]]] = tuple

    def place(self, name: str) -> str:
        """A name from the root of the repository, with `/`; absolute where it lies elsewhere."""
        if name.startswith("<") and name.endswith(">"):  # no file: standard input, an option string
            return name
        path = os.path.normpath(os.path.join(self.here, name))
        if self.root and (path == self.root or path.startswith(os.path.join(self.root, ""))):
            path = os.path.relpath(path, self.root)
        return path.replace(os.sep, "/")


def repository(folder: str) -> str:
    """The nearest folder upwards that git, Mercurial or Subversion keep, else the folder itself."""
    at = folder
    while not any(os.path.lexists(os.path.join(at, name)) for name in (".git", ".hg", ".svn")):
        at, below = os.path.dirname(at), at
        if at == below:
            return folder
    return at
