"""The lines of a capture: prompts with the commands behind them, and the words of the rest."""

from __future__ import annotations

import re
from itertools import pairwise

from netqlint.record import Record
from netqlint.text import BOM, Source, Span, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# no command writes longer lines; what is longer is not looked at
LONGEST = 2000
_COMMANDS = (
    r"(?:(?:esx|vi)cfg-(?:module|nics|vswitch|vmknic|info|advcfg)|esxcli|localcli|vmkload_mod|lspci|vmkchdev|ethtool"
    r"|vsish|vmware|nicinfo\.sh)"
)
# `~ # `, `[root@host:~] `, `# `, `$ `, `> `, or the command alone; a path may stand before its name
_COMMANDED = re.compile(
    rf"[ \t]*(?P<prompt>\[[^\]]*\][ \t]*[#$]?[ \t]*|[~/\w.:@-]*[ \t]*[#$>][ \t]*)?"
    rf"(?P<command>(?:/[\w/.-]*/)?(?P<name>{_COMMANDS})(?:[ \t].*)?)"
)
_SPEAKER = re.compile(r"(?m)^[ \t]*(?:\[\w+@(?P<host>[\w-]+)[^\]\n]*\]|\w+@(?P<name>[\w-]+):[^\n]*[#$])[ \t]*(?=\S)")
_FILE = re.compile(rf"(?P<name>{_COMMANDS})_(?P<rest>[\w()-]+)(?:\.[0-9]+)?\.txt")
_WORDS = re.compile(r"""'[^']*'|"[^"]*"|[^\s]+""")

ADDRESS = r"(?:[0-9a-fA-F]{1,4}[:.])?[0-9a-fA-F]{1,3}:[0-9a-fA-F]{1,2}(?:[.:][0-9a-fA-F]{1,2})?"
_PARTS = re.compile(
    r"(?:(?P<segment>[0-9a-fA-F]{1,4})[:.])?(?P<bus>[0-9a-fA-F]{1,3}):(?P<slot>[0-9a-fA-F]{1,2})"
    r"(?:(?P<sign>[.:])(?P<function>[0-9a-fA-F]{1,2}))?"
)


class Command(Record):
    """What was typed: `words` without the prompt, `cut` when something else got the output; nothing where unseen."""

    words: tuple[str, ...] = ()
    cut: bool = False

    @property
    def name(self) -> str:
        return self.words[0].rpartition("/")[2] if self.words else ""

    def says(self, *words: str) -> bool:
        """Whether these words stand in it in this order, one behind the other."""
        return any(self.words[at : at + len(words)] == words for at in range(len(self.words)))

    def value(self, *options: str) -> str:
        """The value of an option: `-m igb`, `-m=igb`."""
        for word, behind in zip(self.words, (*self.words, "")[1:], strict=True):
            name, equals, value = word.partition("=")
            if name in options:
                return _bare(value if equals else behind)
        return ""


NOTHING_TYPED = Command()


def lines(source: Source) -> tuple[Span, ...]:
    """Every line of a text without its end."""
    starts = (*line_starts(source.text), len(source.text))
    found = []
    for start, end in pairwise(starts):
        # PowerShell keeps what a host has said behind a byte order mark
        start += len(BOM) * (start == 0 and source.text.startswith(BOM))
        text = source.text[start:end]
        found.append(Span(start, start + len(text.rstrip("\r\n")), source))
    return tuple(found)


def command_in(line: Span) -> Command | None:
    """The command that a line shows being typed, or None. A line that only begins like one is none."""
    match = _COMMANDED.fullmatch(line.text) if line.end - line.start <= LONGEST else None
    if match is None:
        return None
    words = tuple(_bare(word) for word in _WORDS.findall(match["command"]))
    # `vmware` and `esxcli` begin sentences, too: without a prompt an option or a namespace must follow
    if not match["prompt"] and not _typed(words):
        return None
    cut = next((at for at, word in enumerate(words) if word in ("|", ">", ">>", ";", "&&", "2>")), len(words))
    return Command(words[:cut], "|" in words[cut:])


def _typed(words: tuple[str, ...]) -> bool:
    if words[0] in ("esxcli", "localcli"):
        return len(words) > 2 and words[1] in ("system", "network", "swiscsi")
    return len(words) == 1 or words[1].startswith(("-", "/", "|", ">"))


def speakers(source: Source) -> set[str]:
    """The hosts whose prompts stand in a text, without their domains."""
    found = {match["host"] or match["name"] for match in _SPEAKER.finditer(source.text)}
    return {name.lower() for name in found} - {"localhost"}


def command_of(name: str) -> Command:
    """The command that a file of a vm-support bundle is named for: `esxcfg-module_-q.txt`."""
    match = _FILE.fullmatch(name.rpartition("/")[2])
    if match is None:
        return NOTHING_TYPED
    # a blank became a dash: `system-module-list`, `-n-vmnic0`
    rest = match["rest"].replace("--", " -")
    arguments = re.sub(r"(?<=[^\s])-", " ", rest)
    return Command((match["name"], *arguments.split()))


def _bare(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word


def cells(line: Span, match: re.Match[str], names: Mapping[str, str] | None = None) -> Iterator[tuple[str, Span]]:
    """The named groups of a match in the text of `line`, those alone that hold something, as places."""
    for group, text in match.groupdict().items():
        if text and text.strip():
            start = line.start + match.start(group) + len(text) - len(text.lstrip())
            yield (names or {}).get(group, group), Span(start, start + len(text.strip()), line.source)


def place_of(text: str) -> tuple[int, int, int, int] | None:
    """Segment, bus, slot and function of a PCI address as any command writes it; None for what is none.

    `02:01` has no function, `0000.0e:00.0` a dot too many, `0000:00:1f:6` a colon, `0000:0c1:00.0` a digit. Where
    segment and bus have three digits each, as in ESX 4, they are decimal like those of its esx.conf.
    """
    match = _PARTS.fullmatch(text)
    # a time of day is none, nor is `00:1f:6`
    if match is None or (match["segment"] is None and match["sign"] == ":"):
        return None
    if match["segment"] is not None and match["function"] is None:
        return None
    segment, bus, slot, function = match["segment"] or "0", match["bus"], match["slot"], match["function"] or "0"
    if len(segment) == len(bus) == 3 and f"{segment}{bus}{slot}{function}".isdecimal():
        return int(segment), int(bus), int(slot), int(function)
    return int(segment, 16), int(bus, 16), int(slot, 16), int(function, 16)
