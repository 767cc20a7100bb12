"""Reads what a host says of itself: the outputs of its commands, one or several, with the prompts between them."""

from __future__ import annotations

import re

from netqlint.memo import memo
from netqlint.model import Host, Module, Nic, Options, Parameter, Row, Setting, Slot
from netqlint.surfaces.listings.blocks import block, queues, structures
from netqlint.surfaces.listings.lines import command_in, command_of, lines
from netqlint.surfaces.listings.records import comma_separated, objects
from netqlint.surfaces.listings.single import functions, single
from netqlint.surfaces.listings.tables import bare_nic, table
from netqlint.surfaces.options import read_options
from netqlint.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netqlint.surfaces.listings.lines import Command

    Form = Callable[[Sequence[Span], int, Command], tuple[list[Row], int] | None]

# asked in this order; the first that knows a line takes it
FORMS: tuple[Form, ...] = (single, functions, table, bare_nic, structures, comma_separated, objects, queues, block)
_SETTING_LINE = re.compile(r'(?m)^[ \t]*/[^\s=]+[ \t]*=[ \t]*"')
# what no output of a host comes near
_LARGEST = 64 << 20


@memo(64)
def rows(source: Source) -> tuple[Row, ...]:
    """All that the outputs in a text say, in the order of the text; lines of no known output are passed over."""
    if len(source.text) > _LARGEST:
        return ()
    text = lines(source)
    command = command_of(source.name)
    found: list[Row] = []
    at = 0
    while at < len(text):
        typed = command_in(text[at])
        if typed is not None:
            command, at = typed, at + 1
            continue
        for form in FORMS:
            read = form(text, at, command) if text[at].end > text[at].start else None
            if read is not None:
                found += [_told(row, command) for row in read[0]]
                at = read[1]
                break
        else:
            at += 1
    return tuple(found)


def _told(row: Row, command: Command) -> Row:
    """The row with what the command was about, where the output does not repeat it."""
    about = ""
    if row.kind == "parameter":
        about = command.value("-m", "--module")
    elif row.kind == "nic" and row.field("vmnic") is None:
        about = command.value("-n", "--nic-name") or (command.words[-1] if command.says("ethtool", "-i") else "")
    elif row.kind == "queues":
        about = next((word.split("/")[3] for word in command.words if word.startswith("/net/pNics/")), "")
    return Row(row.kind, row.fields, row.whole, about) if about else row


def recognised(source: Source) -> bool:
    """Whether a text is a listing: it holds an output that netqlint reads, and no line of an esx.conf."""
    return not _SETTING_LINE.search(source.text) and bool(rows(source))


# --- what of it is configuration


def read(source: Source, patterns: Mapping[str, str], more: Iterable[Source] = ()) -> Host:
    """The host as its own words configure it: option strings, settings, switches. Nothing of it can be written.

    `more` are other outputs of the same host.
    """
    said = (*rows(source), *(row for text in more for row in rows(text)))
    return Host(
        source,
        "listing",
        modules=tuple(_modules(said, patterns["options"])),
        settings=tuple(_settings(said)),
        advanced=tuple(_advanced(said)),
        vswitches=tuple(_children(said, "switch")),
        vmknics=tuple(_children(said, "vmknic")),
        rows=said,
    )


def _modules(said: Iterable[Row], pattern: str) -> Iterator[Module]:
    options: dict[str, Options] = {}
    enabled: dict[str, Span] = {}
    names: dict[str, Span] = {}
    listed: dict[str, list[Row]] = {}
    for row in said:
        name = bare(row.text("name"))
        place, written, flag = row.field("name"), row.field("options"), row.field("enabled")
        if row.kind == "parameter" and row.about and place:
            known = listed.setdefault(bare(row.about), [])
            if known and known[-1].fields[0][1].source is not place.source:
                # the same asked once more, in another file
                known.clear()
            known.append(row)
        if row.kind != "module" or place is None:
            continue
        # of several answers in one capture the last is what holds
        if written:
            options[name], names[name] = read_options(written, pattern, name), place
        if flag:
            enabled[name] = flag
            names.setdefault(name, place)
    for name, parameters in listed.items():
        if name not in options and any(row.field("value") for row in parameters):
            options[name] = _of_parameters(name, parameters)
    for name in {**names, **options}:
        anchor = names.get(name) or options[name].span
        yield Module(
            name,
            (names[name],) if name in names else (),
            (options[name],) if name in options else (),
            (enabled[name],) if name in enabled else (),
            anchor,
            None,
        )


def _of_parameters(name: str, listed: Sequence[Row]) -> Options:
    """The option string behind a list of parameters: those that have a value."""
    found = {row.text("name"): parameter for row in listed if (parameter := _parameter(row))}
    places = [parameter.span for parameter in found.values()]
    span = min(places, key=lambda place: place.start).to(max(places, key=lambda place: place.end))
    return Options(name, span, tuple(found.values()), (), Slot(span.after(), " ", "=", ""))


def _parameter(row: Row) -> Parameter | None:
    name, value = row.field("name"), row.field("value")
    if name is None or value is None:
        return None
    values, start = [], value.start
    for part in value.text.split(","):
        values.append(Span(start, start + len(part), value.source))
        start += len(part) + 1
    plain = all(place.text and not place.text.isspace() and " " not in place.text for place in values)
    return Parameter(name, tuple(values), name.to(value), False, plain)


def bare(name: str) -> str:
    """The name of a module as netqlint knows it: `igb.o` is igb."""
    return name.removesuffix(".o").removesuffix(".ko")


def _settings(said: Iterable[Row]) -> Iterator[Setting]:
    """The kernel settings that are not as ESX sets them by itself; of several answers the last."""
    found: dict[str, Setting] = {}
    for row in said:
        name, value = row.field("name"), row.field("configured")
        if row.kind == "setting" and name and value:
            found.pop(name.text, None)
            if row.text("default").lower() != value.text.lower():
                whole = name.to(value) if name.start < value.start else name
                found[name.text] = Setting(name, value, whole, Slot(value.after(), "", "", ""))
    yield from found.values()


def _advanced(said: Iterable[Row]) -> Iterator[Setting]:
    """The advanced settings that are not as ESX sets them by itself; of several answers the last."""
    found: dict[str, Setting] = {}
    for row in said:
        path, value = row.field("name"), row.field("configured")
        if row.kind == "advanced" and path and value:
            group, _, name = path.text.strip("/").rpartition("/")
            found.pop(path.text, None)
            if group and name and value.text and row.text("default") != value.text:
                place = Span(path.end - len(name), path.end, path.source)
                after = Slot(value.after(), "", "", "")
                found[path.text] = Setting(place, value, path, after, group.replace("/", "."))
    yield from found.values()


def _children(said: Iterable[Row], kind: str) -> Iterator[Nic]:
    for row in said:
        name = row.field("name")
        if row.kind == kind and name and row.field("mtu"):
            yield Nic(name, row.fields)
