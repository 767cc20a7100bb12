"""The commands of scripts: whether the release has them, what they undo, and words that they do not take."""

from __future__ import annotations

from netqlint.model import Mistake
from netqlint.scopes.subject import Scene, Subject
from netqlint.version import release, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netqlint.model import Command
    from netqlint.text import Span


def commands(scene: Scene) -> Iterator[Subject]:
    boots = _boots(scene)
    for command in scene.world.host.commands:
        yield Subject(_label(command), _names(scene, command, boots), _spots(command), {}, scene.world)


def faults(scene: Scene) -> Iterator[Subject]:
    boots = _boots(scene)
    for command in scene.world.host.commands:
        for fault in command.faults:
            names = {
                **_names(scene, command, boots),
                "kind": fault.kind,
                "text": fault.span.text,
                "meant": fault.module,
                "mended": _mended(fault),
            }
            spots = {"": fault.span, "words": fault.span, "command": command.name}
            label = f"{_label(command)}.{fault.kind}"
            yield Subject(label, names, spots, {}, scene.world, mistake=fault)


def _label(command: Command) -> str:
    return f"{command.form or command.name.text}/{command.what}" if command.what else command.form or command.name.text


def _spots(command: Command) -> dict[str, Span]:
    later = command.later or command.span
    return {"": command.value, "value": command.value, "command": command.name, "call": command.span, "later": later}


def _boots(scene: Scene) -> list[Command]:
    return [command for command in scene.world.host.commands if command.writes == "boot"]


def _names(scene: Scene, command: Command, boots: Sequence[Command]) -> dict[str, object]:
    order = scene.world.facts.order
    first, last = release(command.first), release(command.last) if command.last else None
    behind = [one for one in boots if one.span.start > command.span.start and one.target == command.target]
    return {
        **scene.names,
        "command": command.form,
        "tool": command.name.text.rpartition("/")[2],
        "writes": command.writes,
        "what": command.what,
        "exists": within(order, first, last) if order else None,
        "first_release": command.first,
        "last_release": command.last,
        "section": command.section,
        "target": command.target,
        "undone": command.later is not None,
        "later_line": command.later.line if command.later is not None else None,
        "booted": bool(behind),
    }


def _mended(fault: Mistake) -> str:
    text, start = fault.span.text, fault.span.start
    for edit in sorted(fault.repair, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    return text if fault.repair else f'"{fault.module}"'
