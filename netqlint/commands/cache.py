"""`netqlint cache`: what netqlint remembers."""

from __future__ import annotations

from netqlint.arguments import Command
from netqlint.commands import CLEAN, HELP
from netqlint.console import say
from netqlint.errors import NetqlintError, hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "cache",
    "Show where netqlint remembers what it has seen (path), or make it forget (clean).",
    "path|clean",
    (HELP,),
    least=1,
    most=1,
)


def run(said: Arguments) -> int:
    from netqlint import cache

    act = said.places[0]
    if act == "path":
        say(f"{cache.folder() or 'nowhere: there is no home folder'}\n")
    elif act == "clean":
        try:
            say(f"removed {cache.clean()} files\n")
        except OSError as error:
            raise NetqlintError(
                f"{error.filename}: cannot be removed: {(error.strerror or str(error)).lower()}"
            ) from None
    else:
        raise NetqlintError(f"netqlint cache takes path or clean, not {act}{hint(act, ('path', 'clean'))}")
    return CLEAN
