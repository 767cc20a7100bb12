"""`netqlint ignores`: what is asked to be spared, and why."""

from __future__ import annotations

from netqlint.arguments import Command, Option
from netqlint.commands import ASSUMED, CLEAN, HELP, configure, tasks_of
from netqlint.console import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "ignores",
    "List what comments and .netqlint-ignore.yaml ask to be spared: where, which rules, since when (as git knows), "
    "until when, and why.",
    "[PATH …]",
    (
        Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")),
        *(option for option in ASSUMED if option.name in ("stdin-filename", "config", "isolated")),
        HELP,
    ),
    more="""\
in esx.conf:
  # netqlint: ignore[NQ201,NQ202] why                 the next line
  # netqlint: ignore-start[NQ201] why                 all lines up to
  # netqlint: ignore-end[NQ201]
  # netqlint: ignore-file[NQ201] until 2030-01-31: why

in .netqlint-ignore.yaml, for files whose comments do not last:
  - rule: NQ501
    key: netNetqueueEnabled       # or parameter: igb.VMDQ
    path: lab/**                  # absent: all below the folder of this file
    reason: why
    until: 2030-01-31             # absent: for good""",
)


def run(said: Arguments) -> int:
    from netqlint.register import listed

    configured = configure(said)
    say(listed(tasks_of(said, configured), as_json=said.get("format") == "json"))
    return CLEAN
