"""`netqlint completions`: what makes shells complete commands."""

from __future__ import annotations

from netqlint.arguments import Command, Option
from netqlint.commands import CLEAN, HELP, every, pack_here
from netqlint.commands.suggest import with_drivers
from netqlint.console import say
from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.arguments import Arguments

COMMAND = Command(
    "completions",
    "Print what makes a shell complete netqlint's commands, options, rules, drivers and settings; answer is what such "
    "a script asks for each line.",
    "bash|zsh|fish|powershell|answer [WORD …]",
    (
        Option("line", "what was typed up to the cursor, for answer", "LINE"),
        Option("breaks", "the characters at which the shell begins a new word, for answer", "CHARACTERS"),
        HELP,
    ),
    least=1,
    more="""\
  source <(netqlint completions bash)             in ~/.bashrc
  source <(netqlint completions zsh)              in ~/.zshrc, below compinit
  netqlint completions fish > ~/.config/fish/completions/netqlint.fish
  netqlint completions powershell | Out-String | Invoke-Expression
                                                  in $PROFILE""",
)


def run(said: Arguments) -> int:
    from netqlint.completion import answer, answer_line, script

    what, *words = said.places
    if what != "answer":
        if words or said.values:
            raise NetqlintError(f"netqlint completions {what} takes nothing more")
        say(script(what))
        return CLEAN
    commands = every()
    line = said.get("line")
    if "suggest" in line or "suggest" in words:
        commands["suggest"] = with_drivers()
    say(answer_line(line, said.get("breaks"), commands, pack_here) if line else answer(words, commands, pack_here))
    return CLEAN
