"""The host as it is written: every leaf is a `Span` of the text, duplicates are kept, gaps have slots."""

from __future__ import annotations

from netqlint.finding import Edit
from netqlint.record import Record
from netqlint.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Item = TypeVar("Item")


class Slot(Record):
    """A place where something not yet written may be written: `at` is empty, nothing is replaced.

    The text to put there is `before`, the name, `between`, the value, `behind`; with `swapped` the value comes first.
    """

    at: Span
    before: str
    between: str
    behind: str
    swapped: bool = False


class Entry(Record):
    """One setting line: `line` without its line end, `key` and `value` (inside the quotes) within it."""

    line: Span
    key: Span
    value: Span


class Mistake(Record):
    """A stretch that cannot mean what it says.

    `kind` is the name the grammar gives it; `repair` are the edits that write what was plainly meant, empty
    where nobody can tell. `module` and `parameter` say where it stands, empty outside option strings. `reason` is what
    a parser complains of.
    """

    kind: str
    span: Span
    repair: tuple[Edit, ...] = ()
    module: str = ""
    parameter: str = ""
    reason: str = ""


class Parameter(Record):
    """`NAME=value,value` of an option string.

    `sound`: no mistake stands in it. `plain`: it is sound, or each mistake in it has one plain meaning, and
    `values` are what is meant; else nobody can tell what its values are.
    """

    name: Span
    values: tuple[Span, ...]
    span: Span
    sound: bool
    plain: bool


class Options(Record):
    """An option string: `span` is all of it, `slot` is where one more parameter goes.

    `open`: it may hold more than can be read here. `quotes` are the edits it needs before one of the characters `cuts`
    may be written in it, None where none can be. `like` is an earlier one of the same module and text, which reads the
    same but for its places. `said` is the string where no stretch of the text is all of it; then `span` is where to
    point.
    """

    module: str
    span: Span
    parameters: tuple[Parameter, ...]
    mistakes: tuple[Mistake, ...]
    slot: Slot | None
    open: bool = False
    quotes: tuple[Edit, ...] | None = ()
    cuts: str = " \t\r\n\f\v"
    like: Options | None = None
    said: str | None = None

    @property
    def first(self) -> Options:
        """The first of all that read the same."""
        return self.like or self

    @property
    def text(self) -> str:
        """The string that the module gets."""
        return self.span.text if self.said is None else self.said


class Module(Record):
    """A driver module as the text configures it: `name` is bare, `names` are all its spellings (`igb`, `igb.o`).

    `options` and `enabled` hold one entry for each time they are written. `anchor` is where to point when
    something of the module is missing; `slot` is where an option string goes that is not written yet.
    """

    name: str
    names: tuple[Span, ...]
    options: tuple[Options, ...]
    enabled: tuple[Span, ...]
    anchor: Span
    slot: Slot | None


class Setting(Record):
    """A VMkernel boot setting, or an advanced setting, which has a `group`.

    `whole` is what goes when the setting goes (its line with the line end); `slot` is where a sibling goes. Either is
    None where the text has no room for that. `plain`: the value is what is written, and nothing that nobody knows yet.
    `wants` is the quote that a value needs here that is no number; `small`: truth values are written in small letters.
    """

    name: Span
    value: Span
    whole: Span | None
    slot: Slot | None
    group: str = ""
    plain: bool = True
    wants: str = ""
    small: bool = False


class Command(Record):
    """A call of a known program in a script.

    `form` is what the catalog calls it, empty for one that nobody knows; `first` and `last` are the releases that have
    it, empty without a bound. `writes` is the kind of thing it writes, `what` the one it writes, `value` is what it
    writes there. `section` is that of the kickstart, `target` the host or file it is for, "" for the one where the
    script runs. `later` is the call that surely undoes it, `faults` are words of it that the program does not take.
    `sure`: it is run whenever the script is.
    """

    name: Span
    span: Span
    form: str
    first: str
    last: str
    writes: str
    what: str
    value: Span
    section: str
    target: str
    later: Span | None
    faults: tuple[Mistake, ...]
    sure: bool = True


class Device(Record):
    """A PCI function: `address` as written, `order` for sorting (bus, device, function, all decimal)."""

    address: Span
    order: tuple[int, ...]
    fields: tuple[tuple[str, Span], ...]

    def field(self, name: str) -> Span | None:
        for key, value in self.fields:
            if key == name:
                return value
        return None


class Nic(Record):
    """A virtual switch or vmkernel NIC: the child index it is filed under and its fields."""

    child: Span
    fields: tuple[tuple[str, Span], ...]

    def field(self, name: str) -> Span | None:
        for key, value in self.fields:
            if key == name:
                return value
        return None

    def every(self, name: str) -> tuple[Span, ...]:
        return tuple([value for key, value in self.fields if key == name])


class Repeat(Record):
    """The same key written again: readers disagree on which of the two counts."""

    first: Entry
    again: Entry


class Row(Record):
    """One thing a host says of itself in the output of a command.

    `kind` is what it speaks of: `nic`, `function`, `module`, `parameter`, `setting`, `switch`, `dvs`, `vmknic`,
    `release`, `queues` or `queried`; `fields` are its words by name. `whole`: the output lists all there are of the
    kind, as far as anybody can tell. `about` is what the command was asked about and the output does not repeat.
    """

    kind: str
    fields: tuple[tuple[str, Span], ...]
    whole: bool = False
    about: str = ""

    def field(self, name: str) -> Span | None:
        return next((value for key, value in self.fields if key == name), None)

    def every(self, name: str) -> tuple[Span, ...]:
        return tuple(value for key, value in self.fields if key == name)

    def text(self, name: str) -> str:
        """The words of a field, empty where it is not there."""
        found = self.field(name)
        return found.text if found else ""


if TYPE_CHECKING:

    def later(make: Callable[[], Iterable[Item]]) -> tuple[Item, ...]:
        """The tuple of what `make` gives, made when somebody first looks."""

else:

    class later:
        """Stands for a tuple until somebody looks: most rules ask for nothing of a file's thousand devices."""

        __slots__ = ("_made", "_make")

        def __init__(self, make):
            self._make, self._made = make, None

        def _tuple(self):
            if self._made is None:
                self._made = tuple(self._make())
            return self._made

        def __iter__(self):
            return iter(self._tuple())

        def __len__(self):
            return len(self._tuple())

        def __getitem__(self, index):
            return self._tuple()[index]

        def __eq__(self, other):
            return self._tuple() == tuple(other)

        def __hash__(self):
            return hash(self._tuple())

        def __repr__(self):
            return repr(self._tuple())


class Host(Record):
    """Everything netqlint knows how to read in one text.

    `surface` names how it is written (`esxconf`, `options`, `shell`, `listing`, …); `adapters` are the devices whose
    PCI ids the text tells; `slot` is where a setting goes that has no sibling yet, None where the surface has no room
    for settings. Of several modules with one name the host has one: a script writes them in branches of which one is
    taken. `rows` is all that a listing says, also what is no configuration. `said` is all that was read, line by line:
    of two hosts that say the same, the same is true. It is None where lines cannot be read or contradict each other,
    where there are very many, and where it was not asked for. `bound`: names stand in several places, which find one
    another by them, so that none may be changed.
    """

    source: Source
    surface: str
    modules: tuple[Module, ...] = ()
    settings: tuple[Setting, ...] = ()
    advanced: tuple[Setting, ...] = ()
    devices: tuple[Device, ...] = ()
    adapters: tuple[Device, ...] = ()
    vswitches: tuple[Nic, ...] = ()
    vmknics: tuple[Nic, ...] = ()
    marks: tuple[tuple[str, Span], ...] = ()
    repeats: tuple[Repeat, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    slot: Slot | None = None
    said: tuple[str, ...] | None = None
    rows: tuple[Row, ...] = ()
    commands: tuple[Command, ...] = ()
    bound: bool = False
