"""`netqlint show`: a host as its drivers will see it."""

from __future__ import annotations

from netqlint.arguments import Command, Option
from netqlint.commands import ASSUMED, CLEAN, OUTPUT, configure, style_of, tasks_of, write_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "show",
    "Show a host as its drivers will see it: every port, what it gets of each option, which characters gave it that, "
    "its queues, and whether NetQueue has them.",
    "[PATH …]",
    (
        *(option for option in ASSUMED if option.name not in ("select", "ignore", "extend-select", "fail-on")),
        Option("format", "text, json or svg (default: text)", "FORMAT", choices=("text", "json", "svg")),
        *(option for option in OUTPUT if option.name in ("output", "color", "help")),
    ),
    more="""\
  netqlint show /etc/vmware/esx.conf --assume cpus=16
  netqlint show --options igb 'IntMode=3,3' --ports igb=4 --assume esx=4.0
  netqlint show esx.conf --format svg --output ports.svg""",
)


def run(said: Arguments) -> int:
    from netqlint.drawings import draw
    from netqlint.outlets import outlets
    from netqlint.painter import picture

    tasks = tasks_of(said, configure(said))
    pictures = [
        picture(task.source(), task.assumed, task.module, task.terms.pack, task.terms.surface) for task in tasks
    ]
    outlet = outlets(said)[0]
    write_out(outlet, draw(pictures, outlet.format, style_of(said, outlet.file)))
    return CLEAN
