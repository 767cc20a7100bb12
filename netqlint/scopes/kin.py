"""What several texts that set up one host disagree on: its esx.conf, boot.cfg and the scripts it runs."""

from __future__ import annotations

import os

from netqlint.scopes.differences import meant, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netqlint.model import Command, Host, Module
    from netqlint.scopes.subject import Scene, Subject
    from netqlint.text import Span

    # what is written of one thing as it can be compared, how the thing is spelt, and where that stands
    Said = tuple[object, str, Span]

_SCRIPTS = ("shell", "kickstart")
# a kickstart runs all else in the installer, or before it
_SECTIONS = ("", "firstboot")


def disagreements(scene: Scene) -> Iterator[Subject]:
    """For every module and setting the first text that writes it, with each other one that writes something else."""
    hosts = (scene.world.host, *scene.world.beside)
    yield from _compared(scene, "texts", [(host, _options(host)) for host in hosts])
    yield from _compared(scene, "boot", [(host, _settings(host)) for host in hosts])


def _compared(scene: Scene, kind: str, told: Sequence[tuple[Host, dict[str, Said]]]) -> Iterator[Subject]:
    first: dict[str, tuple[Host, Said]] = {}
    for host, said in told:
        for key, (value, what, place) in said.items():
            known, (before, _, here) = first.setdefault(key, (host, (value, what, place)))
            if before != value:
                # a boot.cfg is read before anything runs, and only it
                scripted = known.surface in _SCRIPTS or host.surface in _SCRIPTS
                name = f"{kind}-script" if kind == "boot" and scripted else kind
                text = os.path.basename(host.source.name)
                yield subject(scene, name, what, (here.text, here), (place.text, place), text)


# --- what is surely written


def _options(host: Host) -> dict[str, Said]:
    """The option strings that the driver modules of a text surely get, in whatever order their parameters stand."""
    found: dict[str, Said] = {}
    names = [module.name for module in host.modules]
    for module in host.modules:
        # of two with one name either may be the one
        if names.count(module.name) == 1 and len(module.options) == 1 and _is_clear(module):
            options = module.options[0]
            if _surely(host, "options", options.span):
                words = [(one.name.text, *(value.text for value in one.values)) for one in options.parameters]
                found[module.name] = sorted(words), module.name, options.span
    return found


def _is_clear(module: Module) -> bool:
    options = module.options[0]
    return not options.open and not options.mistakes and all(one.sound for one in options.parameters)


def _settings(host: Host) -> dict[str, Said]:
    """The kernel settings that a text surely makes, by their names in lower case as ESX compares them."""
    found: dict[str, Said] = {}
    unclear = set()
    for setting in host.settings:
        name, value = setting.name.text.lower(), meant(setting.value.text)
        if not setting.plain or (name in found and found[name][0] != value):
            unclear.add(name)
        elif _surely(host, "setting", setting.value):
            found.setdefault(name, (value, setting.name.text, setting.value))
    return {name: said for name, said in found.items() if name not in unclear}


def _surely(host: Host, kind: str, place: Span) -> bool:
    """Whether what stands here reaches the host that the text is of; all of what is no script does."""
    if host.surface not in _SCRIPTS:
        return True
    return any(_reaches(one) for one in host.commands if one.writes == kind and _holds(one.value, place))


def _reaches(command: Command) -> bool:
    return command.sure and not command.target and command.section in _SECTIONS


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
