"""What a rule can be asked about: each scope has typed names, places to point at, and its subjects in a world."""

from __future__ import annotations

from netqlint.driver import read_integer
from netqlint.record import record
from netqlint.text import Span
from netqlint.version import within
from netqlint.world import View, World, exists, mtu, place_of, same_but_case, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from netqlint.driver import Plain
    from netqlint.model import Entry, Mistake, Module, Nic, Options, Parameter, Setting


@record
class Subject:
    """One thing a rule judges.

    `names` answers conditions and messages (None is unknown), `spots` are places by name with the default
    under "", `label` names it without line numbers, `needs` says which option would tell an unknown name.
    The rest is what a fix may take hold of.
    """

    label: str
    names: Mapping[str, object]
    spots: Mapping[str, Span]
    needs: Mapping[str, str]
    world: World
    view: View | None = None
    port: int | None = None
    options: Options | None = None
    parameter: Parameter | None = None
    position: int | None = None
    setting: Setting | None = None
    nic: Nic | None = None
    mistake: Mistake | None = None
    entry: Entry | None = None


@record
class Scope:
    """`names` are typed as conditions type them; `parameters`: the driver's own names may be used too.

    With `lists` such a name is the list of what all ports read, else what the one port reads.
    """

    names: Mapping[str, str]
    spots: tuple[str, ...]
    subjects: Callable[[World], Iterator[Subject]]
    parameters: bool = False
    lists: bool = False


WORLD = {
    "release": "string",
    "surely_release": "bool",
    "netqueue": "bool",
    "wants_netqueue": "bool",
    "jumbo": "bool",
}
DRIVER = {
    **WORLD,
    "module": "string",
    "version": "string",
    "surely_version": "bool",
    "generation": "string",
    "asks_for_queues": "bool",
    "stack": "string",
    "ports": "int",
    "max_ports": "int",
}
_WORLD_NEEDS = {
    "netqueue": "--assume netqueue=on|off",
    "wants_netqueue": "--assume netqueue=on|off",
    "jumbo": "--assume mtu=MTU",
}


def _world_names(world: World) -> dict[str, object]:
    return {
        "release": world.facts.release,
        "surely_release": world.facts.surely,
        "netqueue": world.netqueue,
        "wants_netqueue": _wants_netqueue(world),
        "jumbo": world.jumbo,
    }


def _wants_netqueue(world: World) -> bool | None:
    """NetQueue is wanted where it is switched on by word, or where any port is set up for it."""
    if world.netqueue is not None:
        return world.netqueue
    return True if any(asking_ports(view, world) for view in world.views) else None


def asking_ports(view: View, world: World) -> list[int]:
    """The ports whose options ask the driver for NetQueue queues; a driver's defaults ask for nothing."""
    return [port for port in range(len(view.judged)) if _asking_names(view, world, port)]


def _asks_for_queues(view: View, world: World) -> bool | None:
    """Whether any port asks for NetQueue queues; None where nobody can tell what is written for one."""
    if asking_ports(view, world):
        return True
    generation = view.facts.generation
    if generation is None or not view.judged:
        return None
    asks = world.functions[generation["asks"]] if generation["asks"] else bool
    reads = ({name: found.get("reads") for name, found in judged.items()} for judged in view.judged)
    return None if None in map(asks, reads) else False


def _asking_names(view: View, world: World, port: int) -> list[str]:
    """The parameters by which a port asks for queues, the ones that decide it alone before all others."""
    generation = view.facts.generation
    if generation is None or generation["asks"] is None:
        return []
    asks = world.functions[generation["asks"]]
    reads = {name: found.get("reads") for name, found in view.judged[port].items()}
    written = [name for name in reads if _listed(view, name, port)]
    if not asks(reads) or asks({**reads, **dict.fromkeys(written)}):
        return []
    return sorted(written, key=lambda name: bool(asks({**reads, name: None})))


def _listed(view: View, name: str, port: int) -> bool:
    """Whether a value of the parameter is written for the port."""
    return name in view.listed and port < len(view.listed[name].values)


def _driver_names(world: World, view: View) -> dict[str, object]:
    return {
        **_world_names(world),
        "module": view.module.name,
        "version": view.facts.version or None,
        "surely_version": _surely(world, view) or None,
        "generation": view.facts.generation["id"] if view.facts.generation else None,
        "asks_for_queues": _asks_for_queues(view, world),
        "stack": view.driver["stack"],
        "ports": view.facts.count,
        "max_ports": view.driver["max_ports"],
    }


def _surely(world: World, view: View) -> bool:
    """Whether the version of the driver was told, not guessed."""
    return any(fact.name == view.module.name and not fact.guessed for fact in world.facts.told)


def _driver_needs(view: View) -> dict[str, str]:
    name = view.module.name
    version = f"--assume {name}=VERSION"
    return {**_WORLD_NEEDS, "ports": f"--ports {name}=N", "version": version, "surely_version": version}


# --- mistakes and repeated keys


MISTAKE = {
    **WORLD,
    "kind": "string",
    "text": "string",
    "meant": "string",
    "module": "string",
    "parameter": "string",
}


def _mistakes(world: World) -> Iterator[Subject]:
    host = world.host
    for mistake in host.mistakes:
        yield _mistake(world, mistake, None, None)
    for module in host.modules:
        view = _view_of(world, module)
        # the option strings of drivers nobody described may hold any text
        for options in module.options if view else ():
            for mistake in options.mistakes:
                yield _mistake(world, mistake, view, options)


def _mistake(world: World, mistake: Mistake, view: View | None, options: Options | None) -> Subject:
    names = {
        **_world_names(world),
        "kind": mistake.kind,
        "text": mistake.span.text,
        "meant": _repaired(mistake),
        "module": mistake.module,
        "parameter": mistake.parameter,
    }
    label = ".".join(part for part in (mistake.module, mistake.parameter, mistake.kind) if part)
    return Subject(label, names, {"": mistake.span}, {}, world, view=view, options=options, mistake=mistake)


def _repaired(mistake: Mistake) -> str:
    text, start = mistake.span.text, mistake.span.start
    for edit in sorted(mistake.repair, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    return text if mistake.repair else ""


def _view_of(world: World, module: Module) -> View | None:
    return next((view for view in world.views if view.module is module), None)


REPEAT = {**WORLD, "key": "string", "value": "string", "first_value": "string", "first_line": "int"}


def _repeats(world: World) -> Iterator[Subject]:
    for repeat in world.host.repeats:
        names = {
            **_world_names(world),
            "key": repeat.again.key.text,
            "value": repeat.again.value.text,
            "first_value": repeat.first.value.text,
            "first_line": repeat.first.line.line,
        }
        spots = {"": repeat.again.key, "key": repeat.again.key, "value": repeat.again.value, "first": repeat.first.key}
        yield Subject(repeat.again.key.text, names, spots, {}, world, entry=repeat.again)


# --- modules


MODULE = {
    **DRIVER,
    "enabled": "bool",
    "asked": "bool",
    "spellings": "list(string)",
    "records": "int",
    "runs": "bool",
    "last_release": "string",
    "vmnics": "list(string)",
    "vmnic_order": "bool",
    "uniform": "bool",
}


def _modules(world: World) -> Iterator[Subject]:
    for view in world.views:
        yield _module(world, view)


def _module(world: World, view: View) -> Subject:
    module = view.module
    flags = [truth(value.text) for value in module.enabled]
    vmnics = tuple(_vmnic(device) for device in view.facts.devices)
    own = _of_all_ports(view)
    names = {
        **own,
        **_driver_names(world, view),
        "enabled": flags[0] if len(flags) == 1 else None,
        "asked": any(options.parameters for options in module.options),
        "spellings": tuple(name.text for name in module.names),
        "records": len(module.options),
        "runs": _runs(world, view.driver),
        "last_release": _last_release(world, view.driver),
        "vmnics": vmnics if vmnics and all(vmnics) else None,
        "vmnic_order": _ascending(vmnics),
        "uniform": all(len({value.text for value in p.values}) == 1 for p in view.listed.values()),
    }
    whole = view.options.span if view.options and view.options.span.text.strip() else module.anchor
    spots = {name: view.listed[name].span if name in view.listed else whole for name in _own_names(view)}
    spots |= {"": whole, "options": whole, "module": module.names[0] if module.names else whole}
    spots["second"] = module.names[1] if len(module.names) > 1 else spots["module"]
    spots["enabled"] = module.enabled[0] if module.enabled else whole
    needs = {**dict.fromkeys(own, _needs_controller(view, world)), **_driver_needs(view)}
    needs |= {"vmnics": "", "vmnic_order": ""}
    return Subject(module.name, names, spots, needs, world, view=view, options=view.options)


def _own_names(view: View) -> tuple[str, ...]:
    """The parameters of all generations of the driver; where this one lacks a name, its value is unknown."""
    return tuple(name for generation in view.driver["generations"] for name in generation["parameters"])


def _of_port(view: View, port: int) -> dict[str, object]:
    """What a port reads of each parameter of the driver, and what it runs with."""
    judged = view.judged[port] if port < len(view.judged) else {}
    result = view.effective[port] if port < len(view.effective) else {}
    names = _own_names(view)
    effective = {f"effective_{name}": result.get(name) for name in names}
    return {**effective, **{name: judged.get(name, {}).get("reads") for name in names}}


def _of_all_ports(view: View) -> dict[str, object]:
    """The same for all ports, as lists; unknown where nobody knows a port."""
    ports = [_of_port(view, port) for port in range(len(view.judged))]
    return {name: tuple(port[name] for port in ports) or None for name in _of_port(view, 0)}


def _vmnic(device: object) -> str:
    from netqlint.model import Device

    assert isinstance(device, Device)
    name = device.field("vmkname")
    return name.text if name else ""


def _ascending(vmnics: Sequence[str]) -> bool | None:
    numbers = [read_integer(name.removeprefix("vmnic")) for name in vmnics]
    if not numbers or None in numbers:
        return None
    return numbers == sorted(number for number in numbers if number is not None)


def _runs(world: World, driver: Plain) -> bool | None:
    branch = ".".join(map(str, world.facts.order[:2]))
    release = world.catalog["releases"].get(branch)
    return driver["stack"] in release["stacks"] if release else None


def _last_release(world: World, driver: Plain) -> str:
    having = [name for name, found in world.catalog["releases"].items() if driver["stack"] in found["stacks"]]
    return having[-1] if having else ""


# --- ports


PORT = {
    **DRIVER,
    "port": "int",
    "controller": "string",
    "rx_queues": "int",
    "tx_queues": "int",
    "vectors": "int",
    "listed": "list(string)",
}


def _ports(world: World) -> Iterator[Subject]:
    for view in world.views:
        for port in range(len(view.judged)):
            yield _port(world, view, port)


def _port(world: World, view: View, port: int) -> Subject:
    result = view.effective[port]
    controllers = view.facts.controllers
    names = {
        **_of_port(view, port),
        **_driver_names(world, view),
        "port": port,
        "controller": controllers[port] if port < len(controllers) else None,
        "rx_queues": result.get("rx_queues"),
        "tx_queues": result.get("tx_queues"),
        "vectors": result.get("vectors"),
        "listed": tuple(name for name in view.listed if _listed(view, name, port)),
    }
    spots = {name: place_of(view, name, port) for name in _own_names(view)}
    spots[""] = view.options.span if view.options and view.options.span.text.strip() else view.module.anchor
    needs = {**dict.fromkeys(names, _needs_controller(view, world)), **_driver_needs(view)}
    label = f"{view.module.name}[{port}]"
    return Subject(label, names, spots, needs, world, view=view, port=port, options=view.options)


def _needs_controller(view: View, world: World) -> str:
    """What would tell a value that depends on the hardware."""
    name = view.module.name
    if view.facts.count is None:
        return f"--ports {name}=N"
    if None in view.facts.controllers:
        return f"--ports {name}=CONTROLLER,…"
    return "--assume cpus=N" if world.facts.cpus is None else ""


# --- parameters and their values


PARAMETER = {
    **DRIVER,
    "parameter": "string",
    "count": "int",
    "values": "list(int)",
    "texts": "list(string)",
    "default": "int",
    "known": "bool",
    "known_elsewhere": "list(string)",
    "suggestion": "string",
    "differs_in_case": "bool",
    "per_port": "bool",
    "uniform": "bool",
    "spare_uniform": "bool",
    "slots": "int",
    "repeated": "bool",
    "repeats_same": "bool",
    "longest": "int",
    "longest_name": "string",
    "next_port": "int",
    "first": "string",
}


def _parameters(world: World) -> Iterator[Subject]:
    for view in world.views:
        for options in view.module.options if view.facts.generation else ():
            for parameter in options.parameters:
                yield _parameter(world, view, options, parameter)


def _parameter(world: World, view: View, options: Options, parameter: Parameter) -> Subject:
    written = parameter.name.text
    meant = view.meant(written)
    known = view.parameters.get(meant)
    texts = tuple(value.text for value in parameter.values) if parameter.plain else None
    values = tuple(read_integer(text) for text in texts) if texts is not None else None
    count = len(texts) if texts is not None else None
    ports = view.facts.count
    earlier = _earlier(options, parameter, view)
    longest, longest_name = _longest(view)
    names = {
        **_driver_names(world, view),
        "parameter": written,
        "count": count,
        "values": values if values is not None and None not in values else None,
        "texts": texts,
        "default": _default(view, meant, count),
        "known": known is not None,
        "known_elsewhere": _known_elsewhere(view, written),
        "suggestion": _suggestion(written, view),
        "differs_in_case": known is not None and meant != written,
        "per_port": known["per"] == "port" if known else None,
        "uniform": len(set(texts)) == 1 if texts else None,
        "spare_uniform": len(set(texts[max(ports - 1, 0) :])) == 1 if texts and ports is not None else None,
        "slots": view.driver["slots"],
        "repeated": earlier is not None,
        "repeats_same": _same(earlier, parameter) if earlier else False,
        "longest": longest,
        "longest_name": longest_name,
        "next_port": count,
        "first": texts[0] if texts else "",
    }
    spots = {
        "": parameter.span,
        "parameter": parameter.name,
        "values": _values_span(parameter),
        "spare": _spare(parameter, ports),
        "earlier": earlier.span if earlier else parameter.span,
        "longest": next((p.span for p in options.parameters if p.name.text == longest_name), parameter.span),
    }
    label = f"{view.module.name}.{meant}"
    subject = Subject(label, names, spots, _driver_needs(view), world, view=view, options=options, parameter=parameter)
    return subject


def _default(view: View, name: str, count: int | None) -> int | None:
    """What the driver takes for the first port the list does not reach."""
    known = view.parameters.get(name)
    default = known["default"] if known else None
    if isinstance(default, int):
        return default
    ports = view.judged[count or 0 :]
    answer = ports[0].get(name, {}).get("default") if ports else None
    return None if answer is None else int(answer)


def _earlier(options: Options, parameter: Parameter, view: View) -> Parameter | None:
    meant = view.meant(parameter.name.text)
    first = next(p for p in options.parameters if view.meant(p.name.text) == meant)
    return None if first is parameter else first


def _same(one: Parameter, other: Parameter) -> bool:
    return [value.text for value in one.values] == [value.text for value in other.values]


def _longest(view: View) -> tuple[int, str]:
    """The longest list that is given once, and whose it is."""
    lists = [
        (len(p.values), p.name.text)
        for name, p in view.listed.items()
        if view.parameters.get(name, {}).get("per") == "port"
    ]
    return max(lists, key=lambda found: found[0], default=(0, ""))


def _known_elsewhere(view: View, written: str) -> tuple[str, ...]:
    """The other builds of the driver that have the parameter, by their oldest and newest version."""
    builds = [
        version_range(generation)
        for generation in view.driver["generations"]
        if generation is not view.facts.generation and same_but_case(written, generation["parameters"])
    ]
    return (*builds, "builds for Linux") if same_but_case(written, view.driver["linux"]) else tuple(builds)


def version_range(generation: Plain) -> str:
    oldest = ".".join(map(str, generation["from"]))
    newest = ".".join(map(str, generation["to"] or ())) or "later"
    return oldest if oldest == newest else f"{oldest}..{newest}"


def _suggestion(written: str, view: View) -> str:
    """The parameter that was probably meant, empty where none is near."""
    if view.meant(written) in view.parameters:
        return view.meant(written)
    from difflib import get_close_matches

    lower = {name.lower(): name for name in view.parameters}
    near = get_close_matches(written.lower(), list(lower), 1, 0.7)
    return lower[near[0]] if near else ""


def _values_span(parameter: Parameter) -> Span:
    return parameter.values[0].to(parameter.values[-1]) if parameter.values else parameter.span


def _spare(parameter: Parameter, ports: int | None) -> Span:
    """The values beyond the last port."""
    spare = parameter.values[ports:] if ports is not None else ()
    return spare[0].to(spare[-1]) if spare else parameter.span


VALUE = {
    **DRIVER,
    "parameter": "string",
    "text": "string",
    "position": "int",
    "value": "int",
    "integer": "bool",
    "legal": "bool",
    "low": "int",
    "high": "int",
    "default": "int",
    "says": "string",
    "unset": "bool",
    "count": "int",
    "controller": "string",
    "listed": "list(string)",
}


def _values(world: World) -> Iterator[Subject]:
    for view in world.views:
        for name, parameter in view.listed.items():
            if view.parameters.get(name, {}).get("per") == "port":
                for position, place in enumerate(parameter.values):
                    yield _value(world, view, name, parameter, position, place)


def _value(world: World, view: View, name: str, parameter: Parameter, position: int, place: Span) -> Subject:
    judged = view.judged[position].get(name, {}) if position < len(view.judged) else {}
    value = read_integer(place.text)
    unset = view.driver["unset"]
    controllers = view.facts.controllers
    names = {
        **_of_port(view, position),
        **_driver_names(world, view),
        "parameter": name,
        "text": place.text,
        "position": position,
        "value": value,
        "integer": value is not None,
        "legal": judged.get("legal"),
        "low": judged.get("min"),
        "high": judged.get("max"),
        "default": judged.get("default"),
        "says": view.parameters[name]["says"],
        "unset": value == unset if unset is not None and value is not None else False,
        "count": len(parameter.values),
        "controller": controllers[position] if position < len(controllers) else None,
        "listed": tuple(other for other in view.listed if _listed(view, other, position)),
    }
    spots = {other: place_of(view, other, position) for other in _own_names(view)}
    needs = {**dict.fromkeys(names, _needs_controller(view, world)), **_driver_needs(view)}
    label = f"{view.module.name}.{name}[{position}]"
    spots |= {"": place, "value": place, "parameter": parameter.name}
    return Subject(
        label, names, spots, needs, world,
        view=view, options=view.options, parameter=parameter, position=position, port=position,
    )  # fmt: skip


# --- kernel settings


SETTING = {
    **WORLD,
    "setting": "string",
    "value": "string",
    "known": "bool",
    "suggestion": "string",
    "differs_in_case": "bool",
    "type": "string",
    "exists": "bool",
    "successors": "list(string)",
    "number": "int",
    "on": "bool",
    "spelt": "string",
    "low": "int",
    "high": "int",
    "unit": "string",
}


def _settings(world: World) -> Iterator[Subject]:
    for setting in world.host.settings:
        yield _setting(world, setting)


def _setting(world: World, setting: Setting) -> Subject:
    known = world.catalog["settings"]
    written = setting.name.text
    meant = same_but_case(written, known)
    found = known.get(meant)
    on = truth(setting.value.text)
    low, high = _bounds(found, world.facts.order) if found else (None, None)
    names = {
        **_world_names(world),
        "setting": written,
        "value": setting.value.text,
        "known": written in known,
        "suggestion": meant or near_setting(written, known),
        "differs_in_case": bool(meant) and meant != written,
        "type": found["type"] if found else "",
        "exists": exists(found, world.facts.order) if found else None,
        "successors": tuple(found["successors"]) if found else (),
        "number": read_integer(setting.value.text.strip()),
        "on": on,
        "spelt": {True: "TRUE", False: "FALSE", None: ""}[on],
        "low": low,
        "high": high,
        "unit": found["unit"] if found else "",
    }
    spots = {"": setting.name, "setting": setting.name, "value": setting.value}
    needs = {**_WORLD_NEEDS, "exists": "--assume esx=RELEASE"}
    return Subject(written, names, spots, needs, world, setting=setting)


def near_setting(written: str, known: Mapping[str, object]) -> str:
    """The one setting that was probably meant, empty where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(written, list(known), 1, 0.85)
    return near[0] if near else ""


def _bounds(setting: Plain, release: Sequence[int]) -> tuple[int | None, int | None]:
    for span in setting["known"]:
        if within(tuple(release), span["from"], span["to"]):
            return span["min"], span["max"]
    return None, None


# --- the whole host


HOST = {
    **WORLD,
    "asks_for_queues": "bool",
    "asking": "list(string)",
    "heap_min": "int",
    "heap_max": "int",
    "heap_min_written": "bool",
    "heap_max_written": "bool",
    "netqueue_written": "bool",
}


def _hosts(world: World) -> Iterator[Subject]:
    asking = tuple(view.module.name for view in world.views if asking_ports(view, world))
    answers = [_asks_for_queues(view, world) for view in world.views]
    written = {setting.name.text: setting for setting in world.host.settings}
    names = {
        **_world_names(world),
        "asks_for_queues": True if asking else None if None in answers else False,
        "asking": asking,
        "heap_min": world.number("netPktHeapMinSize"),
        "heap_max": world.number("netPktHeapMaxSize"),
        "heap_min_written": "netPktHeapMinSize" in written,
        "heap_max_written": "netPktHeapMaxSize" in written,
        "netqueue_written": "netNetqueueEnabled" in written,
    }
    spots = {
        "heap_min": "netPktHeapMinSize",
        "heap_max": "netPktHeapMaxSize",
        "netqueue": "netNetqueueEnabled",
    }
    anchor = _jumbo_place(world) or _asking_place(world) or world.host.source.span(0, 0)
    places = {spot: written[name].value if name in written else anchor for spot, name in spots.items()}
    places["jumbo"] = _jumbo_place(world) or anchor
    places["asking"] = _asking_place(world) or anchor
    yield Subject("host", names, {"": anchor, **places}, _WORLD_NEEDS, world)


def _jumbo_place(world: World) -> Span | None:
    for nic in (*world.host.vswitches, *world.host.vmknics):
        value = mtu(nic)
        if value is not None and value > 1500:
            return nic.field("mtu")
    return None


def _asking_place(world: World) -> Span | None:
    for view in world.views:
        for port in asking_ports(view, world):
            return place_of(view, _asking_names(view, world, port)[0], port)
    return None


# --- virtual switches and vmkernel NICs


NIC = {**WORLD, "name": "string", "mtu": "int", "mtu_written": "bool"}
VMKNIC = {**NIC, "switch": "string", "switch_mtu": "int", "switch_mtu_written": "bool"}


def _vswitches(world: World) -> Iterator[Subject]:
    for nic in world.host.vswitches:
        yield _nic(world, nic, {})


def _vmknics(world: World) -> Iterator[Subject]:
    for nic in world.host.vmknics:
        switch = _switch_below(world, nic)
        more = {
            "switch": _title(switch) if switch else "",
            "switch_mtu": mtu(switch) if switch else None,
            "switch_mtu_written": switch.field("mtu") is not None if switch else None,
        }
        subject = _nic(world, nic, more)
        below = (switch.field("mtu") or switch.field("name") or switch.child) if switch else subject.spots[""]
        yield Subject(subject.label, subject.names, {**subject.spots, "switch": below}, subject.needs, world, nic=nic)


def _nic(world: World, nic: Nic, more: Mapping[str, object]) -> Subject:
    written = nic.field("mtu")
    names = {
        **_world_names(world),
        "name": _title(nic),
        "mtu": mtu(nic),
        "mtu_written": written is not None,
        **more,
    }
    place = written or nic.field("name") or nic.child
    return Subject(_title(nic), names, {"": place, "mtu": place}, {}, world, nic=nic)


def _title(nic: Nic) -> str:
    name = nic.field("name")
    return name.text if name else nic.child.text


def _switch_below(world: World, nic: Nic) -> Nic | None:
    """The switch whose port group the vmkernel NIC is on; None where the text does not tell."""
    portgroup = nic.field("portgroup")
    if portgroup is None:
        return None
    holders = [s for s in world.host.vswitches if portgroup.text in [group.text for group in s.every("portgroup")]]
    return holders[0] if len(holders) == 1 else None


SCOPES: Mapping[str, Scope] = {
    "mistake": Scope(MISTAKE, ("",), _mistakes),
    "repeat": Scope(REPEAT, ("key", "value", "first"), _repeats),
    "module": Scope(MODULE, ("options", "module", "second", "enabled"), _modules, parameters=True, lists=True),
    "port": Scope(PORT, (), _ports, parameters=True),
    "parameter": Scope(PARAMETER, ("parameter", "values", "spare", "earlier", "longest"), _parameters),
    "value": Scope(VALUE, ("value", "parameter"), _values, parameters=True),
    "setting": Scope(SETTING, ("setting", "value"), _settings),
    "host": Scope(HOST, ("heap_min", "heap_max", "netqueue", "jumbo", "asking"), _hosts),
    "vswitch": Scope(NIC, ("mtu",), _vswitches),
    "vmknic": Scope(VMKNIC, ("mtu", "switch"), _vmknics),
}
