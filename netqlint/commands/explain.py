"""`netqlint explain`: rules, parameters, drivers, devices, settings and releases."""

from __future__ import annotations

import sys

from netqlint.arguments import Command
from netqlint.commands import CLEAN, HELP, pack_here
from netqlint.console import say, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "explain",
    "Explain rules (NQ201, vmdq-needs-msix), parameters (VMDQ, igb.VMDQ), drivers (igb), devices (8086:10c9), VMkernel "
    "settings (netNetqueueEnabled) and releases (6.7).",
    "WORD …",
    (HELP,),
    least=1,
)


def run(said: Arguments) -> int:
    from netqlint.manual import explain

    pack, wide = pack_here(), width(sys.stdout.isatty())
    say("\n".join(explain(word, pack, wide) for word in said.places))
    return CLEAN
