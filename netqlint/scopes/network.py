"""Virtual switches, the vmkernel NICs on them, and the ports of drivers that are their uplinks."""

from __future__ import annotations

from netqlint.scopes.subject import DRIVER, WORLD, Scene, Subject, driver_needs
from netqlint.world import mtu, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netqlint.model import Nic
    from netqlint.text import Span
    from netqlint.world import View


NIC = {**WORLD, "name": "string", "mtu": "int", "mtu_written": "bool"}
VMKNIC = {**NIC, "switch": "string", "switch_mtu": "int", "switch_mtu_written": "bool"}
UPLINK = {**DRIVER, "vmnic": "string", "port": "int", "switch": "string", "vfs": "int"}
TEAM = {**DRIVER, "switch": "string", "vmnics": "list(string)", "differing": "list(string)"}


def vswitches(scene: Scene) -> Iterator[Subject]:
    for nic in scene.world.host.vswitches:
        names = _names(scene, nic)
        if not scene.quiet(names, {}):
            yield _nic(scene, nic, names)


def vmknics(scene: Scene) -> Iterator[Subject]:
    switches = _switches_by_portgroup(scene)
    for nic in scene.world.host.vmknics:
        portgroup = nic.field("portgroup")
        switch = switches.get(portgroup.text) if portgroup else None
        names = {
            **_names(scene, nic),
            "switch": _title(switch) if switch else "",
            "switch_mtu": mtu(switch) if switch else None,
            "switch_mtu_written": switch.field("mtu") is not None if switch else None,
        }
        subject = _nic(scene, nic, names)
        below = (switch.field("mtu") or switch.field("name") or switch.child) if switch else subject.spots[""]
        spots = {**subject.spots, "switch": below}
        yield Subject(subject.label, subject.names, spots, subject.needs, scene.world, nic=nic)


def _names(scene: Scene, nic: Nic) -> dict[str, object]:
    return {**scene.names, "name": _title(nic), "mtu": mtu(nic), "mtu_written": nic.field("mtu") is not None}


def _nic(scene: Scene, nic: Nic, names: Mapping[str, object]) -> Subject:
    place = nic.field("mtu") or nic.field("name") or nic.child
    return Subject(_title(nic), names, {"": place, "mtu": place}, {}, scene.world, nic=nic)


def _title(nic: Nic) -> str:
    name = nic.field("name")
    return name.text if name else nic.child.text


def _switches_by_portgroup(scene: Scene) -> dict[str, Nic | None]:
    """The switch of each port group; None for a name that several switches have."""
    switches: dict[str, Nic | None] = {}
    for switch in scene.world.host.vswitches:
        for group in switch.every("portgroup"):
            switches[group.text] = switch if switches.get(group.text, switch) is switch else None
    return switches


# --- uplinks: the text tells which port is which vmnic up to ESXi 5.1 alone


def uplinks(scene: Scene) -> Iterator[Subject]:
    """The uplinks of drivers that are asked for virtual functions."""
    for view in scene.views():
        if "max_vfs" not in view.listed:
            continue
        for switch, members in _members(scene, view):
            for vmnic, port, place in members:
                yield _uplink(scene, view, switch, vmnic, port, place)


def _uplink(scene: Scene, view: View, switch: Nic, vmnic: str, port: int, place: Span) -> Subject:
    names = {**scene.of(view), "vmnic": vmnic, "port": port, "switch": _title(switch), "vfs": _functions(view, port)}
    spots = {"": place, "uplink": place, "vfs": place_of(view, "max_vfs", port)}
    label = f"{view.module.name}[{port}]"
    return Subject(label, names, spots, driver_needs(view), scene.world, view=view, port=port, options=view.options)


def _functions(view: View, port: int) -> int | None:
    """The SR-IOV virtual functions of a port."""
    judged = view.judged[port].get("max_vfs") if port < len(view.judged) else None
    found = judged["reads"] if judged else 0
    return None if found is None else int(found)


def teams(scene: Scene) -> Iterator[Subject]:
    """The ports of one driver that are uplinks of one switch together, where not all its ports are alike."""
    for view in scene.views():
        every = range(len(view.judged))
        uneven = [name for name in view.listed if _differs(view, name, every)]
        for switch, members in _members(scene, view) if uneven else ():
            if len(members) > 1:
                yield _team(scene, view, switch, members, uneven)


def _team(
    scene: Scene, view: View, switch: Nic, members: list[tuple[str, int, Span]], uneven: Sequence[str]
) -> Subject:
    ports = [port for _, port, _ in members]
    differing = [name for name in uneven if _differs(view, name, ports)]
    names = {
        **scene.of(view),
        "switch": _title(switch),
        "vmnics": tuple(vmnic for vmnic, _, _ in members),
        "differing": tuple(differing),
    }
    place = view.listed[differing[0]].span if differing else view.module.anchor
    spots = {"": place, "values": place, "switch": members[0][2]}
    label = f"{view.module.name}.{_title(switch)}"
    return Subject(label, names, spots, driver_needs(view), scene.world, view=view, options=view.options)


def _differs(view: View, name: str, ports: Sequence[int]) -> bool:
    """Whether two of the ports surely read different values."""
    read = {view.judged[port].get(name, {}).get("reads") for port in ports if port < len(view.judged)}
    return len(read - {None}) > 1


def _members(scene: Scene, view: View) -> Iterator[tuple[Nic, list[tuple[str, int, Span]]]]:
    """Every switch with those of its uplinks that the driver has: vmnic, port, and where the switch says so."""
    named = [device.field("vmkname") for device in view.facts.devices]
    ports = {name.text: port for port, name in enumerate(named) if name}
    for switch in scene.world.host.vswitches if ports else ():
        found = {place.text: place for place in switch.every("uplink") if place.text in ports}
        yield switch, sorted(((name, ports[name], place) for name, place in found.items()), key=lambda one: one[1])
