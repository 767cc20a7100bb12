"""The commands of scripts: whether the release has them, what they undo, and words that they do not take."""

from __future__ import annotations

from netqlint.memo import memo
from netqlint.model import Mistake
from netqlint.scopes.subject import Scene, Subject
from netqlint.version import release, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netqlint.model import Command
    from netqlint.text import Span
    from netqlint.version import Version


def commands(scene: Scene) -> Iterator[Subject]:
    boots = _boots(scene)
    for command in scene.world.host.commands:
        names = _names(scene, command, boots)
        if not scene.quiet(names, {}):
            yield Subject(_label(command), names, _spots(command), {}, scene.world)


def faults(scene: Scene) -> Iterator[Subject]:
    boots = _boots(scene)
    for command in scene.world.host.commands:
        of_command = _names(scene, command, boots) if command.faults else {}
        for fault in command.faults:
            names = {
                **of_command,
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


def _boots(scene: Scene) -> dict[str, int]:
    """Where the start image of each host is renewed for the last time."""
    boots = [command for command in scene.world.host.commands if command.writes == "boot"]
    return {one.target: one.span.start for one in sorted(boots, key=lambda one: one.span.start)}


def _names(scene: Scene, command: Command, boots: Mapping[str, int]) -> dict[str, object]:
    return {
        **scene.names,
        "command": command.form,
        "tool": command.name.text.rpartition("/")[2],
        "writes": command.writes,
        "what": command.what,
        "exists": _exists((scene.world.facts.order, command.first, command.last)),
        "first_release": command.first,
        "last_release": command.last,
        "section": command.section,
        "target": command.target,
        "undone": command.later is not None,
        "later_line": command.later.line if command.later is not None else None,
        "booted": boots.get(command.target, -1) > command.span.start,
    }


@memo(256)
def _exists(case: tuple[Version, str, str]) -> bool | None:
    """Whether a release has what came with one and went with another."""
    order, first, last = case
    return within(order, release(first), release(last) if last else None) if order else None


def _mended(fault: Mistake) -> str:
    text, start = fault.span.text, fault.span.start
    for edit in sorted(fault.repair, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    return text if fault.repair else f'"{fault.module}"'
