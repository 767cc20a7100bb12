"""Modules of known drivers, as the host has them."""

from __future__ import annotations

from netqlint.driver import read_integer
from netqlint.scopes.subject import DRIVER, Late, Scene, Subject, driver_needs, needs_controller, reads_of, runs_with
from netqlint.world import truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netqlint.driver import Plain
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
}


def modules(scene: Scene) -> Iterator[Subject]:
    for view in scene.world.views:
        yield _module(scene, view)


def _module(scene: Scene, view: View) -> Subject:
    module = view.module
    flags = [truth(value.text) for value in module.enabled]
    vmnics = tuple(_vmnic(device) for device in view.facts.devices)
    own = _of_all_ports(view, reads_of)
    names = {
        **own,
        **scene.of(view),
        "enabled": flags[0] if len(flags) == 1 else None,
        "asked": any(options.parameters for options in module.options),
        "spellings": tuple(name.text for name in module.names),
        "records": len(module.options),
        "runs": _runs(scene, view.driver),
        "last_release": _last_release(scene, view.driver),
        "vmnics": vmnics if vmnics and all(vmnics) else None,
        "vmnic_order": _ascending(vmnics),
        "written": tuple(view.meant(p.name.text) for options in module.options for p in options.parameters),
        "uniform": all(len({value.text for value in p.values}) == 1 for p in view.listed.values()),
    }
    whole = view.options.span if view.options and view.options.span.text.strip() else module.anchor
    spots = {name: view.listed[name].span if name in view.listed else whole for name in view.driver["names"]}
    spots |= {"": whole, "options": whole, "module": module.names[0] if module.names else whole}
    spots["second"] = module.names[1] if len(module.names) > 1 else spots["module"]
    spots["enabled"] = module.enabled[0] if module.enabled else whole
    needs = {**dict.fromkeys(own, needs_controller(view, scene.world)), **driver_needs(view)}
    needs |= dict.fromkeys(view.driver["alone"], "" if view.facts.generation else needs["version"])
    needs |= {"vmnics": "", "vmnic_order": ""}
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


def _runs(scene: Scene, driver: Plain) -> bool | None:
    branch = ".".join(map(str, scene.world.facts.order[:2]))
    release = scene.world.catalog["releases"].get(branch)
    return driver["stack"] in release["stacks"] if release else None


def _last_release(scene: Scene, driver: Plain) -> str:
    having = [name for name, found in scene.world.catalog["releases"].items() if driver["stack"] in found["stacks"]]
    return having[-1] if having else ""
