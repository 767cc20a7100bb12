"""The command line, read by a table: options anywhere, `--name value` or `--name=value`, typos answered.

Not argparse: importing and building it costs more than all the rest of a check, and it guesses abbreviations.
"""

from __future__ import annotations

from netqlint.errors import NetqlintError, hint
from netqlint.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 80


class Option(Record):
    """`--name`, perhaps `-letter`. `value` is what help calls its value, empty for a switch."""

    name: str
    help: str
    value: str = ""
    letter: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()


class Command(Record):
    """A command: `places` is how help shows its positional arguments, at least `least` and at most `most` of them.

    `more` closes its help: lines that are not to be wrapped.
    """

    name: str
    help: str
    places: str
    options: tuple[Option, ...]
    least: int = 0
    most: int | None = None
    more: str = ""


class Arguments:
    """What was said: positional `places`, and the options by name."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.places: list[str] = []
        self.values: dict[str, list[str]] = {}

    def has(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str, default: str = "") -> str:
        return self.values[name][-1] if name in self.values else default

    def every(self, name: str) -> list[str]:
        """All values, those between commas too."""
        return [part.strip() for value in self.values.get(name, []) for part in value.split(",") if part.strip()]

    def pairs(self, name: str) -> dict[str, str]:
        """`NAME=VALUE` values; a later one replaces an earlier one of the same name."""
        found = {}
        for text in self.values.get(name, []):
            key, equals, value = text.partition("=")
            if not key.strip() or not equals or not value.strip():
                raise NetqlintError(f"--{name} {text}: write --{name} {_option(self.command, f'--{name}').value}")
            found[key.strip()] = value.strip()
        return found


def parse(command: Command, words: Sequence[str]) -> Arguments:
    """The arguments of a command. Raises NetqlintError for whatever does not fit, with the nearest that does."""
    said = Arguments(command)
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            said.places += rest
            break
        if word == "-" or not word.startswith("-"):
            said.places.append(word)
            continue
        name, equals, value = word.partition("=")
        option = _option(command, name)
        if not option.value:
            if equals:
                raise NetqlintError(f"{name} takes no value")
            said.values.setdefault(option.name, [])
            continue
        if not equals and rest and not rest[0].startswith("--"):
            value = rest.pop(0)
        if not value.strip():
            raise NetqlintError(f"{name} needs a value: {name} {option.value}")
        _check_choice(option, value)
        if option.name in said.values and not option.many:
            raise NetqlintError(f"--{option.name} is given twice")
        said.values.setdefault(option.name, []).append(value)
    _check_places(said)
    return said


def _option(command: Command, name: str) -> Option:
    for option in command.options:
        if name in (f"--{option.name}", f"-{option.letter}" if option.letter else None):
            return option
    names = [f"--{option.name}" for option in command.options]
    likely = hint(name, names) or f"; netqlint {command.name} --help lists them"
    raise NetqlintError(f"netqlint {command.name} has no option {name}{likely}")


def _check_choice(option: Option, value: str) -> None:
    # `json=report.json`: what stands behind the choice is a file
    value = value.partition("=")[0] if "[=" in option.value else value
    if option.choices and value not in option.choices:
        likely = hint(value, option.choices) or f"; there are {', '.join(option.choices)}"
        raise NetqlintError(f"--{option.name} {value}: no such choice{likely}")


def _check_places(said: Arguments) -> None:
    command, count = said.command, len(said.places)
    if count < command.least:
        raise NetqlintError(f"netqlint {command.name} needs {command.places}; see netqlint {command.name} --help")
    if command.most is not None and count > command.most:
        raise NetqlintError(
            f"netqlint {command.name} takes {command.places or 'no arguments'}, not {' '.join(said.places)}"
        )


def usage(command: Command) -> str:
    """The help of one command, in lines of 80 columns at most."""
    from textwrap import wrap

    rows = [(_spelt(option), option.help) for option in command.options]
    wide = max(len(spelt) for spelt, _ in rows)
    table = [line for spelt, text in rows for line in columns(spelt, wide, text)]
    head = f"usage: netqlint {command.name} [OPTION …] {command.places}".rstrip()
    more = ["", command.more] if command.more else []
    return "\n".join([head, "", *wrap(command.help, WIDTH), "", *table, *more, ""])


def columns(left: str, wide: int, text: str) -> Iterator[str]:
    """Two columns: `left`, which is `wide`, and `text` wrapped to what is left of the line."""
    from textwrap import wrap

    for number, line in enumerate(wrap(text, WIDTH - wide - 4)):
        yield f"  {'' if number else left:<{wide}}  {line}"


def _spelt(option: Option) -> str:
    letter = f"-{option.letter}, " if option.letter else "    "
    return f"{letter}--{option.name} {option.value}".rstrip()
