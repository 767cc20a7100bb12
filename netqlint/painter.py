"""Makes the picture of a host out of its text and what is known about it."""

from __future__ import annotations

from netqlint.driver import version_range
from netqlint.easel import Easel, identity, rows
from netqlint.facts import gather
from netqlint.model import Host, Module
from netqlint.picture import Driver, Picture, Switch
from netqlint.run import conf_of
from netqlint.surfaces import read
from netqlint.version import within
from netqlint.world import behold, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.driver import Plain
    from netqlint.facts import Assumed, Facts
    from netqlint.pack import Pack
    from netqlint.text import Source
    from netqlint.world import View, World

TELL_NETQUEUE = "--assume netqueue=on|off"


def picture(source: Source, assumed: Assumed, module: str | None, pack: Pack, surface: str = "") -> Picture:
    """One host; with `module`, the text is its option string, else `surface` may say how it is written.

    Raises NetqlintError for facts that cannot be read.
    """
    host = read(source, pack, module, surface, assumed.texts)
    conf = conf_of(assumed, pack)
    facts = gather(host, pack.catalog, assumed, conf)
    unwritten = [*_unwritten(host, facts, pack.catalog)]
    if unwritten:
        host = _with(host, unwritten)
        facts = gather(host, pack.catalog, assumed, conf)
    world = behold(host, facts, pack.catalog, pack.functions)
    switch = _switch(world)
    release = next(fact for fact in facts.told if fact.name == "esx")
    return Picture(source.name, release, switch, tuple(_driver(view, world, switch) for view in world.views))


def _unwritten(host: Host, facts: Facts, catalog: Plain) -> Iterator[str]:
    """Drivers on this host that the text writes nothing for: named by the call, or the only ones for a device."""
    there = {module.name for module in host.modules}
    found = {name: True for name in facts.drivers if name not in there}
    if facts.listed is not None:
        found |= {name: True for name in facts.listed.drivers if name in catalog["drivers"] and name not in there}
    stacks = _release(facts, catalog)["stacks"]
    for device in host.adapters:
        known = catalog["devices"].get(identity({name: span.text for name, span in device.fields}))
        takers = [name for name in known["claims"] if catalog["drivers"][name]["stack"] in stacks] if known else []
        if len(takers) == 1 and takers[0] not in there:
            found[takers[0]] = True
    yield from found


def _with(host: Host, names: list[str]) -> Host:
    nowhere = host.source.span(0, 0)
    more = tuple(Module(name, (), (), (), nowhere, None) for name in names)
    fields = {name: getattr(host, name) for name in Host.__slots__}
    return Host(**{**fields, "modules": (*host.modules, *more)})


def _release(facts: Facts, catalog: Plain) -> Plain:
    branch = ".".join(map(str, facts.order[:2]))
    found: Plain = catalog["releases"].get(branch, {"stacks": ["vmklinux", "native"]})
    return found


# --- NetQueue


def _switch(world: World) -> Switch:
    """NetQueue in the VMkernel. A default counts where it is documented, nothing that is only remembered does."""
    if world.facts.netqueue is not None:
        return Switch(world.facts.netqueue, next(fact.how for fact in world.facts.told if fact.name == "netqueue"))
    if world.host.surface == "options":
        return Switch(None, "an option string does not tell of the VMkernel", TELL_NETQUEUE)
    written = [setting for setting in world.host.settings if setting.name.text == "netNetqueueEnabled"]
    if len(written) > 1:
        return Switch(None, f"netNetqueueEnabled is written {len(written)} times", TELL_NETQUEUE)
    if written:
        place = written[0].value
        at = f"netNetqueueEnabled is {place.text} at {place.line}:{place.column}"
        on = truth(place.text)
        return Switch(on, at) if on is not None else Switch(None, f"{at}, no boolean", TELL_NETQUEUE)
    return _default(world)


def _default(world: World) -> Switch:
    order, release = world.facts.order, world.facts.release
    for span in world.catalog["settings"]["netNetqueueEnabled"]["known"]:
        if within(order, span["from"], span["to"]) and span.get("default") is not None:
            default = str(span["default"]).upper()
            if span["confidence"] == "documented":
                return Switch(span["default"], f"the default of ESX {release}, nothing is written")
            aside = f"that ESX {release} has {default} by default is from memory only"
            return Switch(None, f"netNetqueueEnabled is not written, and {aside}", TELL_NETQUEUE)
    return Switch(None, "netNetqueueEnabled is not written", TELL_NETQUEUE)


# --- drivers


def _driver(view: View, world: World, switch: Switch) -> Driver:
    name, facts = view.module.name, view.facts
    told = {fact.name: fact for fact in world.facts.told}
    generation = facts.generation
    idle = _idle(view, world)
    easel = Easel(view, world, switch, idle)
    remarks = [idle] if idle else _remarks(view)
    return Driver(
        name,
        view.driver["summary"],
        told.get(name),
        version_range(generation) if generation else "",
        told.get(f"ports.{name}"),
        tuple(easel.port(index) for index in range(easel.count)),
        tuple(rows(view)),
        tuple(remarks),
    )


def _idle(view: View, world: World) -> str:
    """Why ESX reads nothing of the module, if it does not."""
    release, name = world.facts.release, view.module.name
    if world.facts.order and view.driver["stack"] not in _release(world.facts, world.catalog)["stacks"]:
        return f"ESX {release} runs no {view.driver['stack']} drivers, so {name} does not run"
    flags = [truth(value.text) for value in view.module.enabled]
    return f"{name} is disabled, so ESX does not load it" if flags == [False] else ""


def _remarks(view: View) -> Iterator[str]:
    name, facts = view.module.name, view.facts
    if facts.generation is None:
        known = f"what {name} {facts.version} makes of its options" if facts.version else f"which {name} this host has"
        yield f"{known} is not known; say --assume {name}=VERSION"
    if facts.count is None:
        yield f"how many ports {name} has is not known; say --ports {name}=N"
    if len(view.module.options) > 1:
        places = ", ".join(f"{options.span.line}:{options.span.column}" for options in view.module.options)
        yield f"options are written {len(view.module.options)} times, at {places}: which of them counts is not known"
    written = view.options.parameters if view.options else ()
    for parameter in written:
        meant = view.meant(parameter.name.text)
        if facts.generation and meant not in view.parameters:
            yield f"{name} {facts.version} has no parameter {parameter.name.text}"
        elif meant not in view.listed:
            place = f"{parameter.span.line}:{parameter.span.column}"
            yield f"what {meant} at {place} is meant to be is not clear; netqlint check tells more"
