"""The commands that put a host right, for hosts that are told and not written: what mending its text comes to."""

from __future__ import annotations

from netqlint import spelling
from netqlint.reporters.cells import visible
from netqlint.run import understand
from netqlint.text import Source
from netqlint.world import mtu, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netqlint.fixer import Fixed
    from netqlint.model import Host, Module, Nic, Setting
    from netqlint.tasks import Task


def remedy(task: Task, source: Source, fixed: Fixed, form: str) -> str:
    """A script in the words of `form` (`esxcfg`, `esxcli`), below what it is for; empty where nothing is wrong.

    What is mended in the text alone, and what no command takes back, is told in a comment.
    """
    if not fixed.made:
        return ""
    terms = task.terms
    before = understand(source, task.assumed, task.module, terms.pack, terms.surface)
    after = understand(source.saying(fixed.text), task.assumed, task.module, terms.pack, terms.surface)
    release = terms.pack.catalog["releases"].get(".".join(map(str, after.facts.order[:2])))
    rows = [f"# {visible(source.name)}: ESX {after.facts.release}"]
    rows += dict.fromkeys(
        f"# {one.code} ({one.fix.applicability}): {visible(one.fix.title)}" for one in fixed.made if one.fix
    )
    if release and form not in release["commands"]:
        rows.append(f"# ESX {after.facts.release} has no {form} for this: say --as {release['commands'][0]}")
        return "".join(f"{row}\n" for row in rows)
    commands = [_sayable(command) for command in _commands(before.host, after.host, form)]
    rows += commands or ["# nothing of this is for the host: its text alone is mended, by netqlint fix"]
    if any(not row.startswith("#") for row in commands):
        if form == "esxcfg" and release and "esxcfg-boot" in release["commands"]:
            rows += ["# with a service console only, ESXi has no such command:", "esxcfg-boot -b"]
        rows.append("# options and kernel settings take effect when the host has booted anew")
    return "".join(f"{row}\n" for row in rows)


def _sayable(command: str) -> str:
    """The command, or why there is none: no command line takes control characters as they are."""
    return command if command.isprintable() else f"# cannot be said, for a character in it: {visible(command)}"


def _commands(before: Host, after: Host, form: str) -> Iterator[str]:
    old = {module.name: module for module in before.modules}
    for module in after.modules:
        yield from _module(old.pop(module.name, None), module, form)
    for name in old:
        yield f"# what was written for {visible(name)} is gone: set there what it is to have"
    yield from _settings(
        before.settings, after.settings, lambda one, value: spelling.kernel(form, one.name.text, value)
    )
    yield from _settings(
        before.advanced,
        after.advanced,
        lambda one, value: spelling.advanced(form, one.group, one.name.text, value),
    )
    for nic, value in _mtus(before.vswitches, after.vswitches):
        place = nic.field("name")
        yield spelling.switch_mtu(form, place.text, value) if place else _nameless("virtual switch", value)
    for nic, value in _mtus(before.vmknics, after.vmknics):
        place = nic.field("name" if form == "esxcli" else "portgroup")
        yield spelling.interface_mtu(form, place.text, value) if place else _nameless("vmkernel NIC", value)


def _module(old: Module | None, module: Module, form: str) -> Iterator[str]:
    # of several records nobody knows which counts
    written = [options.text for options in module.options]
    if len(written) == 1 and written != ([options.text for options in old.options] if old else []):
        yield spelling.options(form, module.name, written[0].strip())
    elif old and old.options and not written:
        yield spelling.options(form, module.name, "")
    said = {truth(flag.text) for flag in module.enabled}
    before = {truth(flag.text) for flag in old.enabled} if old else set()
    if len(said) == 1 and said != before:
        on = said.pop()
        if on is not None:
            yield spelling.enabled(form, module.name, on)


def _settings(
    before: Iterable[Setting], after: Iterable[Setting], command: Callable[[Setting, str], str]
) -> Iterator[str]:
    old, new = _by_name(before), _by_name(after)
    for name, written in new.items():
        # of several readers take the first or the last
        if len(written) == 1 and [one.value.text for one in old.get(name, ())] != [written[0].value.text]:
            yield command(written[0], written[0].value.text.strip())
    for _, gone in sorted(old.keys() - new.keys()):
        yield f"# {visible(gone)} is taken out; no command takes back a setting"


def _by_name(settings: Iterable[Setting]) -> dict[tuple[str, str], list[Setting]]:
    found: dict[tuple[str, str], list[Setting]] = {}
    for one in settings:
        found.setdefault((one.group, one.name.text), []).append(one)
    return found


def _mtus(before: Iterable[Nic], after: Iterable[Nic]) -> Iterator[tuple[Nic, str]]:
    old = {nic.child.text: mtu(nic) for nic in before}
    for nic in after:
        value = mtu(nic)
        if value is not None and value != old.get(nic.child.text):
            yield nic, str(value)


def _nameless(kind: str, mtu: str) -> str:
    return f"# a {kind} is to have the MTU {mtu}: what its name is the text does not tell"
