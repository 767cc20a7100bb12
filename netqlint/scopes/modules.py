"""Modules of known drivers, as the host has them."""

from __future__ import annotations

from netqlint.driver import read_integer
from netqlint.scopes.subject import DRIVER, Late, Scene, Subject, driver_needs, needs_controller, reads_of, runs_with
from netqlint.version import release
from netqlint.world import same_but_case, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netqlint.driver import Plain
    from netqlint.model import Options
    from netqlint.text import Span
    from netqlint.world import View


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
    "written": "list(string)",
    "line_bytes": "int",
    "most_ports": "int",
}
TWIN = {
    **DRIVER,
    "enabled": "bool",
    "asked": "bool",
    "runs": "bool",
    "twin": "string",
    "twin_asked": "bool",
    "taken": "bool",
    "foreign": "list(string)",
}


def modules(scene: Scene) -> Iterator[Subject]:
    for view in scene.views():
        yield _module(scene, view)


def _module(scene: Scene, view: View) -> Subject:
    module = view.module
    vmnics = tuple(_vmnic(device) for device in view.facts.devices)
    own = _of_all_ports(view, reads_of)
    names = {
        **own,
        **scene.of(view),
        "enabled": _enabled(view),
        "asked": _asked(view),
        "spellings": tuple(name.text for name in module.names),
        "records": len(module.options),
        "runs": _runs(scene, view.driver),
        "last_release": _last_release(scene, view.driver),
        "vmnics": vmnics if vmnics and all(vmnics) else None,
        "vmnic_order": _ascending(vmnics),
        "written": _written(view),
        "uniform": all(len({value.text for value in p.values}) == 1 for p in view.listed.values()),
        "line_bytes": max((_line_bytes(scene, options) for options in module.options), default=0),
        "most_ports": _most_ports(scene, module.name),
    }
    whole = _whole(view)
    spots = {name: view.listed[name].span if name in view.listed else whole for name in view.driver["names"]}
    spots |= {"": whole, "options": whole, "module": module.names[0] if module.names else whole}
    spots["second"] = module.names[1] if len(module.names) > 1 else spots["module"]
    spots["enabled"] = module.enabled[0] if module.enabled else whole
    needs = {**dict.fromkeys(own, needs_controller(view, scene.world)), **driver_needs(view)}
    needs |= dict.fromkeys(view.driver["alone"], "" if view.facts.generation else needs["version"])
    needs |= {"vmnics": "", "vmnic_order": "", "most_ports": ""}
    named = Late(names, lambda: _of_all_ports(view, runs_with))
    return Subject(module.name, named, spots, needs, scene.world, view=view, options=view.options)


def _of_all_ports(view: View, of_port: Callable[[View, int], dict[str, object]]) -> dict[str, object]:
    """What `of_port` tells of each port, as lists, of the module as one; unknown where nobody knows a port."""
    ports = [of_port(view, port) for port in range(len(view.judged))]
    alone = {name for own in view.driver["alone"] for name in (own, f"effective_{own}")}
    told = {name: tuple(port[name] for port in ports) or None for name in of_port(view, 0)}
    return {name: values[0] if values and name in alone else values for name, values in told.items()}


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


def _whole(view: View) -> Span:
    return view.options.span if view.options and view.options.text.strip() else view.module.anchor


def _enabled(view: View) -> bool | None:
    """What the text says of the module being enabled, once and readably."""
    flags = view.module.enabled
    return truth(flags[0].text) if len(flags) == 1 else None


def _asked(view: View) -> bool | None:
    if any(options.parameters for options in view.module.options):
        return True
    return None if any(options.open for options in view.module.options) else False


def _written(view: View) -> tuple[str, ...] | None:
    """The parameters that are written; None where there may be more of them."""
    strings = view.module.options
    if any(options.open for options in strings):
        return None
    return tuple(view.meant(parameter.name.text) for options in strings for parameter in options.parameters)


def _disabled(view: View) -> bool | None:
    """Whether the text keeps ESX from loading the module; None where it says two things or nothing readable."""
    flags = {truth(value.text) for value in view.module.enabled}
    flag = flags.pop() if len(flags) == 1 else None
    return not flag if flag is not None else None if view.module.enabled else False


def _line_bytes(scene: Scene, options: Options) -> int:
    """The length of the line of esx.conf that an option string stands in, or will."""
    text, span = options.span.source.text, options.span
    if scene.world.host.surface == "listing":
        return 0
    if scene.world.host.surface not in ("esxconf", "options"):
        line = f'/vmkernel/module/{options.module}/options = "{options.text}"'
        return len(line.encode("utf-8", "surrogateescape"))
    start = text.rfind("\n", 0, span.start) + 1
    start = max(text.rfind("\r", start, span.start) + 1, start)
    end = text.find("\n", span.end)
    end = end if end >= 0 else len(text)
    turn = text.find("\r", span.end, end)
    end = turn if turn >= 0 else end
    return len(text[start:end].encode("utf-8", "surrogateescape"))


def _most_ports(scene: Scene, name: str) -> int | None:
    """The most ports of a driver that the release supports."""
    found = scene.world.catalog["releases"].get(_branch(scene))
    most = found["most"].get(name) if found else None
    return most["ports"] if most else None


# --- a driver and the other one of the same devices, native where this one is vmklinux


def twins(scene: Scene) -> Iterator[Subject]:
    for view in scene.views():
        if view.driver["twin"]:
            yield _pair(scene, view)


def _pair(scene: Scene, view: View) -> Subject:
    twin, foreign, whole = _twin(scene, view), _foreign(scene, view), _whole(view)
    names = {
        **scene.of(view),
        "enabled": _enabled(view),
        "asked": _asked(view),
        "runs": _runs(scene, view.driver),
        "twin": view.driver["twin"],
        "twin_asked": twin is not None and _disabled(twin) is False and _asked(twin),
        "taken": _taken(scene, view),
        "foreign": tuple(name.text for name in foreign),
    }
    spots = {
        "": whole,
        "options": whole,
        "foreign": foreign[0] if foreign else whole,
        "twin": twin.options.span if twin and twin.options else whole,
    }
    needs = driver_needs(view)
    if scene.world.host.surface == "esxconf" and (view.facts.count is None or None in view.facts.controllers):
        needs["taken"] = f"--ports {view.module.name}=CONTROLLER,…"
    return Subject(view.module.name, names, spots, needs, scene.world, view=view, options=view.options)


def _twin(scene: Scene, view: View) -> View | None:
    # of several a script takes one
    return scene.only(view.driver["twin"])


def _foreign(scene: Scene, view: View) -> list[Span]:
    """The names in the option strings that the twin alone knows."""
    own = view.driver["names"]
    written = [parameter.name for options in view.module.options for parameter in options.parameters]
    strange = [name for name in written if not same_but_case(name.text, own)]
    twin = scene.world.catalog["drivers"].get(view.driver["twin"]) if strange else None
    return [name for name in strange if name.text in twin["names"]] if twin else []


def _taken(scene: Scene, view: View) -> bool | None:
    """Whether the native twin claims all ports before this driver can; None where nobody told.

    An option string alone does not tell whether the twin may load; a whole esx.conf does.
    """
    catalog, name = scene.world.catalog, view.driver["twin"]
    found = catalog["releases"].get(_branch(scene))
    if view.driver["stack"] != "vmklinux" or name not in catalog["drivers"]:
        return False
    listed = scene.world.facts.listed
    if listed is not None and listed.drivers_told and (listed.driven_by(view.module.name) or listed.driven_by(name)):
        # the host itself tells who has them
        return not listed.driven_by(view.module.name)
    if found is None or "native" not in found["stacks"] or "vmklinux" not in found["stacks"]:
        return False if found else None
    if scene.world.host.surface != "esxconf":
        return None
    left = [_gives_way(scene, view), *(_left(scene, view, controller) for controller in view.facts.controllers)]
    if True in left:
        return False
    return None if None in left or not view.facts.controllers else True


def _gives_way(scene: Scene, view: View) -> bool | None:
    """Whether the text keeps the native twin from going first."""
    twin = _twin(scene, view)
    prefer = scene.world.setting("preferVmklinux")
    said = [_disabled(twin) if twin else False, truth(prefer.value.text) if prefer else False]
    return True if True in said else None if None in said else False


def _left(scene: Scene, view: View, controller: str | None) -> bool | None:
    """Whether the native twin leaves ports with this controller alone; None where it takes some devices of the kind."""
    here = [
        device["claims"]
        for device in scene.world.catalog["devices"].values()
        if device["controller"] == controller and view.module.name in device["claims"]
    ]
    twin, branch = view.driver["twin"], release(_branch(scene))
    takes = {branch in claims[twin]["releases"] if twin in claims else False for claims in here}
    return not takes.pop() if len(takes) == 1 else None


def _runs(scene: Scene, driver: Plain) -> bool | None:
    found = scene.world.catalog["releases"].get(_branch(scene))
    return driver["stack"] in found["stacks"] if found else None


def _branch(scene: Scene) -> str:
    return ".".join(map(str, scene.world.facts.order[:2]))


def _last_release(scene: Scene, driver: Plain) -> str:
    having = [name for name, found in scene.world.catalog["releases"].items() if driver["stack"] in found["stacks"]]
    return having[-1] if having else ""
