"""`netqlint config`: the settings that hold for a path, or a configuration to begin with."""

from __future__ import annotations

import os

from netqlint.arguments import Command
from netqlint.commands import ASSUMED, CLEAN, HELP, configure, create
from netqlint.console import say
from netqlint.errors import NetqlintError, hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "config",
    "Say which settings hold for a path, and in which line of which file each was said (show); or write a "
    "netqlint.toml to begin with, out of what lies in a folder (init).",
    "show|init [PATH]",
    (*(option for option in ASSUMED if option.name in ("config", "isolated")), HELP),
    least=1,
    most=2,
)


def run(said: Arguments) -> int:
    act, *paths = said.places
    if act == "show":
        return _show_config(said, paths[0] if paths else os.path.join(os.curdir, "esx.conf"))
    if act != "init":
        raise NetqlintError(f"netqlint config takes show or init, not {act}{hint(act, ('show', 'init'))}")
    from netqlint.config import FILE
    from netqlint.config import find as find_settings
    from netqlint.pack import load
    from netqlint.starter import start

    folder = paths[0] if paths else os.curdir
    if not os.path.isdir(folder):
        raise NetqlintError(f"{folder}: no such folder")
    path = os.path.normpath(os.path.join(folder, FILE))
    there = find_settings(folder)
    if there and os.path.dirname(there) == os.path.abspath(folder):
        raise NetqlintError(f"{os.path.relpath(there)} holds here already; nothing was written")
    create(path, start(folder, load()))
    say(f"wrote {path}\n")
    return CLEAN


def _show_config(said: Arguments, path: str) -> int:
    """What holds for a path as TOML, each value with the place it comes from."""
    from netqlint.compile.origins import Said, origins, written

    configured = configure(said)
    # whatever is wrong with a file is told by those who read it strictly
    configured.terms(path)
    file = configured.near[os.path.dirname(path)]
    found = origins(file, path) if file else []
    if not any(one.key == "fail-on" for one in found):
        found.append(Said("fail-on", "warning", "default"))
    rows = [(f"{one.key} = {written(one.value)}", one.place) for one in found]
    wide = max(len(text) for text, _ in rows)
    head = f"# what holds for {os.path.normpath(path)}, by {os.path.relpath(file) if file else 'no configuration'}"
    excluded = ["# excluded: it is not checked"] if configured.excludes(path) else []
    lines = [head, *excluded, *(f"{text:<{wide}}  # {place}" for text, place in rows)]
    say("".join(f"{line}\n" for line in lines))
    return CLEAN
