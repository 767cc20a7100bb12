"""`netqlint test`: whether rules hold what their examples promise."""

from __future__ import annotations

from netqlint.arguments import Command, Option
from netqlint.commands import BROKEN, CLEAN, FOUND, OUTPUT, style_of
from netqlint.console import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "test",
    "Try rules of your own: that their files are rules, and that their examples hold. PATH is a file or a folder, RULE "
    "a code, a name or a family, netqlint's own too (default: the folders that rules in the configuration names).",
    "[PATH|RULE …]",
    (
        Option("mutate", "change each rule in every small way, and name what no example notices"),
        Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")),
        *(option for option in OUTPUT if option.name in ("color", "quiet", "help")),
    ),
    more="""\
  netqlint test                       # the rules of this repository
  netqlint test our-rules --mutate
  netqlint test vmdq-needs-msix

exit code: 0 all examples hold, 1 one does not, 2 a file is no rule""",
)


def run(said: Arguments) -> int:
    from netqlint.progress import Bar
    from netqlint.rehearsal import cast, rehearse, render, written

    chosen = cast(said.places)
    with Bar(len(chosen.rules)) as tell:
        outcome = rehearse(chosen, said.has("mutate"), tell)
    say(written(outcome) if said.get("format") == "json" else render(outcome, style_of(said), said.has("quiet")))
    return BROKEN if outcome.broken else FOUND if outcome.wrong else CLEAN
