"""Virtual switches and the vmkernel NICs on them."""

from __future__ import annotations

from netqlint.scopes.subject import WORLD, Scene, Subject
from netqlint.world import mtu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netqlint.model import Nic


NIC = {**WORLD, "name": "string", "mtu": "int", "mtu_written": "bool"}
VMKNIC = {**NIC, "switch": "string", "switch_mtu": "int", "switch_mtu_written": "bool"}


def vswitches(scene: Scene) -> Iterator[Subject]:
    for nic in scene.world.host.vswitches:
        yield _nic(scene, nic, {})


def vmknics(scene: Scene) -> Iterator[Subject]:
    switches = _switches_by_portgroup(scene)
    for nic in scene.world.host.vmknics:
        portgroup = nic.field("portgroup")
        switch = switches.get(portgroup.text) if portgroup else None
        more = {
            "switch": _title(switch) if switch else "",
            "switch_mtu": mtu(switch) if switch else None,
            "switch_mtu_written": switch.field("mtu") is not None if switch else None,
        }
        subject = _nic(scene, nic, more)
        below = (switch.field("mtu") or switch.field("name") or switch.child) if switch else subject.spots[""]
        spots = {**subject.spots, "switch": below}
        yield Subject(subject.label, subject.names, spots, subject.needs, scene.world, nic=nic)


def _nic(scene: Scene, nic: Nic, more: Mapping[str, object]) -> Subject:
    written = nic.field("mtu")
    names = {
        **scene.names,
        "name": _title(nic),
        "mtu": mtu(nic),
        "mtu_written": written is not None,
        **more,
    }
    place = written or nic.field("name") or nic.child
    return Subject(_title(nic), names, {"": place, "mtu": place}, {}, scene.world, nic=nic)


def _title(nic: Nic) -> str:
    name = nic.field("name")
    return name.text if name else nic.child.text


def _switches_by_portgroup(scene: Scene) -> dict[str, Nic | None]:
    """The switch of each port group; None for a name that several switches have."""
    switches: dict[str, Nic | None] = {}
    for switch in scene.world.host.vswitches:
        for name in {group.text for group in switch.every("portgroup")}:
            switches[name] = None if name in switches else switch
    return switches
