"""From "make NAME be VALUE" to the smallest edits that do it, on whatever surface the subject stands."""

from __future__ import annotations

from netqlint.finding import Edit
from netqlint.text import Span
from netqlint.world import near_setting, same_but_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from netqlint.model import Options, Parameter, Setting, Slot
    from netqlint.scopes import Subject
    from netqlint.world import View

    Value = int | str | tuple[int | str, ...]

_BLANKS = " \t\r\n\f\v"


def assign(subject: Subject, wanted: Mapping[str, Value]) -> tuple[Edit, ...]:
    """Edits that make each name have its value; none where it cannot be written.

    A number goes to the subject's port, or to every port where it has none; a list goes to the ports from 0, and
    an empty text in it leaves a port as it is.
    """
    if subject.nic is not None:
        return _fields(subject, wanted)
    if subject.view is not None and subject.setting is None:
        return _options(subject, subject.view, wanted)
    return _settings(subject, wanted)


def exchange(subject: Subject, wanted: Mapping[str, Value], gone: str) -> tuple[Edit, ...]:
    """What `assign` does, and the parameter called `gone` taken out."""
    edits, removals = assign(subject, wanted), remove(subject, gone)
    if not edits or not removals:
        return ()
    removal = removals[0]
    # what is written anew just behind it takes its place
    new = [edit for edit in edits if removal.span.start <= edit.span.start == edit.span.end <= removal.span.end]
    text = "".join(edit.text for edit in new)
    first = subject.options is not None and removal.span.start == subject.options.span.start
    rest = tuple(edit for edit in edits if edit not in new)
    return (*rest, Edit(removal.span, text.lstrip(_BLANKS) if first else text))


def rename(subject: Subject, new: str) -> tuple[Edit, ...]:
    """The parameter or setting of the subject under another name, unless something has that name already."""
    if subject.world.host.bound or new in _taken(subject):
        return ()
    if subject.parameter is not None:
        return (Edit(subject.parameter.name, new),)
    return (Edit(subject.setting.name, new),) if subject.setting is not None else ()


def _taken(subject: Subject) -> Collection[str]:
    if subject.setting is not None:
        host = subject.world.host
        if not _last or _last[0] is not host:
            _last[:] = (host, frozenset(setting.name.text for setting in host.settings))
        taken: frozenset[str] = _last[1]
        return taken
    return [parameter.name.text for parameter in subject.options.parameters] if subject.options else []


# the host that was asked about last, and the names of its settings: a script may have very many
_last: list[Any] = []


def remove(subject: Subject, name: str) -> tuple[Edit, ...]:
    """The subject's parameter (or the one called `name`) or setting taken out, with the blanks that parted it."""
    if subject.setting is not None:
        return (Edit(subject.setting.whole, ""),) if subject.setting.whole is not None else ()
    options = subject.options
    if options is None:
        return ()
    gone = subject.parameter or next((p for p in options.parameters if p.name.text == name), None)
    place = _with_blanks(gone, options) if gone is not None else None
    return (Edit(place, ""),) if place is not None and place.start < place.end else ()


def repair(subject: Subject) -> tuple[Edit, ...]:
    """The mistake of the subject written as it was plainly meant."""
    return _quoted(subject.mistake.repair, subject.options) if subject.mistake is not None else ()


# --- option strings


def _options(subject: Subject, view: View, wanted: Mapping[str, Value]) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    new: list[tuple[str, str]] = []
    for name, value in wanted.items():
        if name == "enabled":
            edits += [Edit(place, _flag(place.text, str(value))) for place in view.module.enabled]
            continue
        parameter = subject.parameter if _is(subject, view, name) else view.listed.get(name)
        if parameter is None and name in _written(view):
            return ()
        values = _whole_list(subject, view, name, value, parameter)
        # what becomes of a list with more values than the driver has slots is not known
        slots = view.driver["slots"]
        if values is None or (slots and len(values) > slots):
            return ()
        if parameter is None:
            new.append((name, ",".join(values)))
        else:
            edits += _rewrite(parameter, values)
    slot = view.options.slot if view.options else None if view.module.options else view.module.slot
    if new and slot is None:
        return ()
    if new and slot is not None:
        edits.append(_insert_all(slot, new, view.options))
    return _quoted(tuple(edits), view.options)


def _flag(written: str, value: str) -> str:
    """A switch of a command says by its name what elsewhere a value says."""
    if not written.startswith("-"):
        return value
    on = value == "true"
    return ("--enable" if on else "--disable") if written.startswith("--") else ("-e" if on else "-d")


def _quoted(edits: tuple[Edit, ...], options: Options | None) -> tuple[Edit, ...]:
    """The edits with the quotes that an option string needs once there are blanks and the like in it."""
    if options is None or options.quotes == () or not any(sign in options.cuts for edit in edits for sign in edit.text):
        return edits
    return (options.quotes[0], *edits, options.quotes[1]) if options.quotes else ()


def _written(view: View) -> list[str]:
    """The parameters that are written in whatever way: one that cannot be read is not written again."""
    return [view.meant(parameter.name.text) for parameter in view.options.parameters] if view.options else []


def _is(subject: Subject, view: View, name: str) -> bool:
    return subject.parameter is not None and view.meant(subject.parameter.name.text) == view.meant(name)


def _whole_list(subject: Subject, view: View, name: str, value: Value, parameter: Parameter | None) -> list[str] | None:
    """All values of the list; None where a value in between is unknown, or how many ports there are."""
    present = [place.text for place in parameter.values] if parameter else []
    if isinstance(value, tuple):
        kept = [present[port] if port < len(present) else _default(view, name, port) for port in range(len(value))]
        items = [old if item == "" else str(item) for item, old in zip(value, kept, strict=True)]
        items += present[len(value) :] if "" in value else []
        return None if None in items else [item for item in items if item is not None] or None
    if name in view.driver["alone"]:
        return [str(value)]
    if subject.port is None:
        counted = view.counted(name)
        return [str(value)] * (len(view.judged) if counted is None else counted) or None
    place = view.index(name, subject.port)
    if subject.position is not None and _is(subject, view, name):
        place = subject.position
    defaults = [_default(view, name, view.owner(name, position)) for position in range(len(present), place)]
    before = [*present[:place], *[default for default in defaults if default is not None]]
    if None in defaults or place < 0:
        return None
    return [*before, str(value), *present[place + 1 :]]


def _default(view: View, name: str, port: int) -> str | None:
    """What a port takes where nothing is written."""
    absent = view.judged[port].get(name, {}).get("absent") if port < len(view.judged) else None
    return None if absent is None else str(absent)


def _rewrite(parameter: Parameter, values: Sequence[str]) -> Iterator[Edit]:
    """Only the values that differ, the ones that are missing, and the ones too many."""
    places = parameter.values
    for place, value in zip(places, values, strict=False):
        if place.text != value:
            yield Edit(place, value)
    if len(values) > len(places):
        yield Edit(places[-1].after(), "".join("," + value for value in values[len(places) :]))
    if len(values) < len(places):
        first, last = places[len(values) - 1], places[-1]
        yield Edit(Span(first.end, last.end, last.source), "")


def _insert_all(slot: Slot, pairs: Sequence[tuple[str, str]], options: Options | None) -> Edit:
    """Several parameters in one place: one option string is written once."""
    written = " ".join(f"{name}{slot.between}{value}" for name, value in pairs)
    text = slot.at.source.text
    inside = options is not None and slot.at.end < options.span.end
    behind = " " if inside and text[slot.at.end : slot.at.end + 1] not in _BLANKS + "\"'" else ""
    return Edit(slot.at, slot.before + written + slot.behind + behind)


def _with_blanks(parameter: Parameter, options: Options) -> Span:
    span, text = parameter.span, parameter.span.source.text
    start, end = span.start, span.end
    while start > options.span.start and text[start - 1] in _BLANKS:
        start -= 1
    if start == options.span.start:
        while end < options.span.end and text[end] in _BLANKS:
            end += 1
    return Span(start, end, span.source)


# --- kernel settings


def _settings(subject: Subject, wanted: Mapping[str, Value]) -> tuple[Edit, ...]:
    host = subject.world.host
    edits = []
    for name, value in wanted.items():
        own = subject.setting if subject.setting is not None and subject.setting.name.text == name else None
        setting = own or subject.world.setting(name)
        slot = _sibling_slot(subject, name) or host.slot
        if setting is not None:
            text = str(value).lower() if setting.small else str(value)
            edits.append(Edit(setting.value, text if text.isdecimal() else f"{setting.wants}{text}{setting.wants}"))
        elif slot is not None and name not in [_meant(setting, subject) for setting in host.settings]:
            first, second = (value, name) if slot.swapped else (name, value)
            edits.append(Edit(slot.at, f"{slot.before}{first}{slot.between}{second}{slot.behind}"))
        else:
            return ()
    return tuple(edit for edit in edits if edit.span.text != edit.text)


def _meant(setting: Setting, subject: Subject) -> str:
    """The setting a name stands for: one that is misspelt is not written again."""
    known = subject.world.catalog["settings"]
    written = setting.name.text
    return same_but_case(written, known) or near_setting(written, known) or written


def _sibling_slot(subject: Subject, name: str) -> Slot | None:
    """The place below the setting whose name begins most alike; the last of equals."""
    settings: Sequence[Setting] = subject.world.host.settings
    best = max(settings, key=lambda setting: (_alike(setting.name.text, name), setting.name.start), default=None)
    return best.slot if best is not None else None


def _alike(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


# --- switches and vmkernel NICs


def _fields(subject: Subject, wanted: Mapping[str, Value]) -> tuple[Edit, ...]:
    """A field that is written twice is written anew in both places: readers disagree on which of them counts."""
    nic = subject.nic
    places = [(place, str(value)) for name, value in wanted.items() for place in (nic.every(name) if nic else ())]
    return tuple(Edit(place, value) for place, value in places if place.text != value)
