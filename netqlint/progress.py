"""A progress bar on stderr for work that takes its time; silent for short work, pipes, and without rich."""

from __future__ import annotations

import sys
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress

# Half a second passes before anybody wonders.
_PATIENCE = 0.5


class Bar:
    """Told how many of `total` are done, it shows them once the work has taken half a second; `what` is the work."""

    def __init__(self, total: int, what: str = "checking") -> None:
        self.total, self.what = total, what
        self.begun = monotonic()
        self.shown: Progress | None = None
        self.wanted = total > 1 and sys.stderr.isatty()

    def __enter__(self) -> Callable[[int], None]:
        return self.tell

    def __exit__(self, *_: object) -> None:
        if self.shown is not None:
            self.shown.stop()

    def tell(self, done: int) -> None:
        if not self.wanted or monotonic() - self.begun < _PATIENCE:
            return
        if self.shown is None:
            self.shown = _start(self.what, self.total)
            self.wanted = self.shown is not None
        if self.shown is not None:
            self.shown.update(self.shown.task_ids[0], completed=done)


def _start(what: str, total: int) -> Progress | None:
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ModuleNotFoundError:
        # rich comes with the extra netqlint[progress]
        return None
    progress = Progress(console=Console(stderr=True), transient=True)
    progress.add_task(what, total=total)
    progress.start()
    return progress
