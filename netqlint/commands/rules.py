"""`netqlint rules`: the rules there are, or the file of a new one."""

from __future__ import annotations

import os

from netqlint.arguments import Command, Option
from netqlint.commands import CLEAN, HELP, create, pack_here
from netqlint.console import say
from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "rules",
    "List the rules: code, severity, fix, name, summary; or write the file of a new rule of your own, with gaps to "
    "fill in (new).",
    "[new NAME]",
    (
        Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")),
        Option("dir", "the folder of the new rule (default: the one that rules in the configuration names)", "FOLDER"),
        Option("family", "what its code begins with (default: as the others there): LAB, or LAB2 for 2xx", "LETTERS"),
        Option("code", "its code (default: the next one)", "CODE"),
        HELP,
    ),
    most=2,
    more="""\
  netqlint rules new eight-queues-everywhere --dir our-rules --family LAB
  netqlint test our-rules""",
)


def run(said: Arguments) -> int:
    if said.places:
        return _new_rule(said)
    for name in ("dir", "family", "code"):
        if said.has(name):
            raise NetqlintError(f"--{name} is for a new rule: netqlint rules new NAME --{name} {said.get(name)}")
    from netqlint.manual import list_rules

    say(list_rules(pack_here(), as_json=said.get("format") == "json"))
    return CLEAN


def _new_rule(said: Arguments) -> int:
    from netqlint.skeleton import checked_act, skeleton

    act, *names = said.places
    checked_act(act)
    if not names:
        raise NetqlintError("netqlint rules new needs the name of the rule: netqlint rules new eight-queues-everywhere")
    if said.has("format"):
        raise NetqlintError("netqlint rules new takes no --format")
    if said.has("family") and said.has("code"):
        raise NetqlintError("--code says all that --family does; leave one out")
    path, text, then = skeleton(names[0], said.get("family"), said.get("code"), said.get("dir"))
    try:
        os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    except OSError as error:
        raise NetqlintError(f"{error.filename}: cannot be made: {(error.strerror or str(error)).lower()}") from None
    create(path, text)
    say(f"wrote {path}; fill in what says TODO, then {then}\n")
    return CLEAN
