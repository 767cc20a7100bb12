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
    for nic in scene.world.host.vmknics:
        switch = _switch_below(scene, nic)
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


def _switch_below(scene: Scene, nic: Nic) -> Nic | None:
    """The switch whose port group the vmkernel NIC is on; None where the text does not tell."""
    portgroup = nic.field("portgroup")
    if portgroup is None:
        return None
    switches = scene.world.host.vswitches
    holders = [s for s in switches if portgroup.text in [group.text for group in s.every("portgroup")]]
    return holders[0] if len(holders) == 1 else None
