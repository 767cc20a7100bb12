"""`netqlint suggest`: a right configuration for a host."""

from __future__ import annotations

import sys

from netqlint.arguments import Command, Option
from netqlint.commands import ASSUMED, CLEAN, HELP, pack_here
from netqlint.console import say, width
from netqlint.record import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

FORMS = ("esxconf", "esxcfg", "esxcli")

COMMAND = Command(
    "suggest",
    "Print a right NetQueue configuration for a host, with the reasons, in the words of its release.",
    "[DRIVER …]",
    (
        Option("esx", "the release: 4.0, 6.7u3", "RELEASE"),
        Option("driver", "a driver and its version: igb=1.3.8.6; --igb 1.3.8.6 is the same", "NAME=VERSION", many=True),
        Option("ports", "how many ports, or their controllers in PCI order: 4, igb=4, igb=82576,I350", "N", many=True),
        Option("mtu", "the largest MTU on the host", "MTU"),
        Option("vmdq", "so many queues for a port (default: as many as it can have)", "N"),
        Option("as", "esxconf, esxcfg or esxcli (default: what the release has)", "FORM", choices=FORMS),
        ASSUMED[0],
        HELP,
    ),
    more="""\
  netqlint suggest igb --ports 4 --esx 4.0
  netqlint suggest --esx 4.0 --igb 1.3.8.6 --ports 4 --mtu 9000
  netqlint suggest igb --esx 5.1 --ports 82576,82576,82575 --as esxconf""",
)


def run(said: Arguments) -> int:
    from netqlint.orders import write
    from netqlint.suggestion import suggestion
    from netqlint.wishes import wish

    pack = pack_here()
    setup = suggestion(wish(said, tuple(pack.catalog["drivers"])), pack)
    say(write(setup, said.get("as"), width(sys.stdout.isatty())))
    return CLEAN


def with_drivers() -> Command:
    """The command with an option `--igb VERSION` for every driver."""
    more = tuple(Option(name, f"the version of {name}", "VERSION") for name in pack_here().catalog["drivers"])
    return changed(COMMAND, options=COMMAND.options + more)
