"""The host as a whole: what its settings and drivers together come to."""

from __future__ import annotations

from netqlint.scopes.subject import WORLD, WORLD_NEEDS, Scene, Subject
from netqlint.world import mtu, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.text import Span


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


def hosts(scene: Scene) -> Iterator[Subject]:
    asking = tuple(view.module.name for view in scene.world.views if scene.asking_ports(view))
    answers = [scene.asks_for_queues(view) for view in scene.world.views]
    written = {setting.name.text: setting for setting in scene.world.host.settings}
    names = {
        **scene.names,
        "asks_for_queues": True if asking else None if None in answers else False,
        "asking": asking,
        "heap_min": scene.world.number("netPktHeapMinSize"),
        "heap_max": scene.world.number("netPktHeapMaxSize"),
        "heap_min_written": "netPktHeapMinSize" in written,
        "heap_max_written": "netPktHeapMaxSize" in written,
        "netqueue_written": "netNetqueueEnabled" in written,
    }
    spots = {
        "heap_min": "netPktHeapMinSize",
        "heap_max": "netPktHeapMaxSize",
        "netqueue": "netNetqueueEnabled",
    }
    anchor = _jumbo_place(scene) or _asking_place(scene) or scene.world.host.source.span(0, 0)
    places = {spot: written[name].value if name in written else anchor for spot, name in spots.items()}
    places["jumbo"] = _jumbo_place(scene) or anchor
    places["asking"] = _asking_place(scene) or anchor
    yield Subject("host", names, {"": anchor, **places}, WORLD_NEEDS, scene.world)


def _jumbo_place(scene: Scene) -> Span | None:
    for nic in (*scene.world.host.vswitches, *scene.world.host.vmknics):
        value = mtu(nic)
        if value is not None and value > 1500:
            return nic.field("mtu")
    return None


def _asking_place(scene: Scene) -> Span | None:
    for view in scene.world.views:
        for port, names in scene.asking_ports(view).items():
            return place_of(view, names[0], port)
    return None
