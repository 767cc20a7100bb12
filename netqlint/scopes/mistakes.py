"""What cannot be read, keys that are written again, and the commands of scripts."""

from __future__ import annotations

from netqlint.scopes.subject import WORLD, Scene, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.model import Mistake, Options
    from netqlint.world import View


DIFFERENCE = {**WORLD, "kind": "string", "what": "string", "here": "string", "there": "string", "text": "string"}
MISTAKE = {
    **WORLD,
    "kind": "string",
    "text": "string",
    "meant": "string",
    "module": "string",
    "parameter": "string",
    "reason": "string",
}


def differences(scene: Scene) -> Iterator[Subject]:
    """What the texts of one host disagree on; of most hosts there is one text."""
    listed = scene.world.facts.listed
    if listed is not None:
        from netqlint.scopes.differences import between

        yield from between(scene, listed)
    if scene.world.beside:
        from netqlint.scopes.kin import disagreements

        yield from disagreements(scene)


def mistakes(scene: Scene) -> Iterator[Subject]:
    host = scene.world.host
    for mistake in host.mistakes:
        yield _mistake(scene, mistake, None, None)
    # the option strings of drivers nobody described may hold any text
    for view in scene.views():
        for options in view.module.options:
            for mistake in options.mistakes:
                yield _mistake(scene, mistake, view, options)


def _mistake(scene: Scene, mistake: Mistake, view: View | None, options: Options | None) -> Subject:
    names = {
        **scene.names,
        "kind": mistake.kind,
        "text": mistake.span.text,
        "meant": _repaired(mistake),
        "module": mistake.module,
        "parameter": mistake.parameter,
        "reason": mistake.reason,
    }
    label = ".".join(part for part in (mistake.module, mistake.parameter, mistake.kind) if part)
    return Subject(label, names, {"": mistake.span}, {}, scene.world, view=view, options=options, mistake=mistake)


def _repaired(mistake: Mistake) -> str:
    text, start = mistake.span.text, mistake.span.start
    for edit in sorted(mistake.repair, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    return text if mistake.repair else ""


SUPPRESSION = {"kind": "string", "word": "string", "likely": "string", "until": "string", "trouble": "string"}


def suppressions(scene: Scene) -> Iterator[Subject]:
    """None: whether one was of any use is known when all else is judged (see netqlint.suppression)."""
    return iter(())


REPEAT = {**WORLD, "key": "string", "value": "string", "first_value": "string", "first_line": "int"}


def repeats(scene: Scene) -> Iterator[Subject]:
    for repeat in scene.world.host.repeats:
        names = {
            **scene.names,
            "key": repeat.again.key.text,
            "value": repeat.again.value.text,
            "first_value": repeat.first.value.text,
            "first_line": repeat.first.line.line,
        }
        spots = {"": repeat.again.key, "key": repeat.again.key, "value": repeat.again.value, "first": repeat.first.key}
        yield Subject(repeat.again.key.text, names, spots, {}, scene.world, entry=repeat.again)


COMMAND = {
    **WORLD,
    "command": "string",
    "tool": "string",
    "writes": "string",
    "what": "string",
    "exists": "bool",
    "first_release": "string",
    "last_release": "string",
    "section": "string",
    "target": "string",
    "undone": "bool",
    "later_line": "int",
    "booted": "bool",
}
FAULT = {**COMMAND, "kind": "string", "text": "string", "meant": "string", "mended": "string"}


def commands(scene: Scene) -> Iterator[Subject]:
    """The commands of a script; most texts have none, and need nothing of this."""
    if scene.world.host.commands:
        from netqlint.scopes.commands import commands

        yield from commands(scene)


def faults(scene: Scene) -> Iterator[Subject]:
    """The words of commands that they do not take."""
    if scene.world.host.commands:
        from netqlint.scopes.commands import faults

        yield from faults(scene)
