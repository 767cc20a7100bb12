"""`netqlint docs`: the reference manual as Markdown."""

from __future__ import annotations

from netqlint.arguments import Command, Option
from netqlint.commands import CLEAN, HELP, pack_here
from netqlint.console import say
from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "docs",
    "Write the reference manual as Markdown: a page for every rule, driver, setting and release.",
    "",
    (Option("out", "the folder to write it to; it must be empty, or hold a manual written before", "DIR"), HELP),
    most=0,
)


def run(said: Arguments) -> int:
    from netqlint.reference import pages
    from netqlint.shelf import write

    if not said.has("out"):
        raise NetqlintError("netqlint docs needs --out DIR, the folder to write the manual to")
    count = write(said.get("out"), pages(pack_here()))
    say(f"wrote {count} pages to {said.get('out')}\n")
    return CLEAN
