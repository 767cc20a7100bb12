"""The host as a whole: what its settings and drivers together come to."""

from __future__ import annotations

from netqlint.scopes.subject import WORLD, WORLD_NEEDS, Late, Scene, Subject
from netqlint.world import mtu, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netqlint.text import Span
    from netqlint.world import View

_VECTORS = {
    "vectors": "int",
    "vectors_of_devices": "int",
    "function_vectors": "int",
    "vectors_of_functions": "int",
    "functions_fit": "bool",
}
HOST = {
    **WORLD,
    "asks_for_queues": "bool",
    "asking": "list(string)",
    "heap_min": "int",
    "heap_max": "int",
    "heap_min_written": "bool",
    "heap_max_written": "bool",
    "netqueue_written": "bool",
    **_VECTORS,
}
# How many interrupt vectors a virtual function takes, by the vendor of the NIC.
_PER_FUNCTION = {"8086": 3, "10df": 2, "19a2": 2}


def hosts(scene: Scene) -> Iterator[Subject]:
    asking = tuple(view.module.name for view in scene.world.views if scene.asking_ports(view))
    answers = [scene.of(view)["asks_for_queues"] for view in scene.world.views]
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
    jumbo, asked = _jumbo_place(scene), _asking_place(scene)
    anchor = jumbo or asked or scene.world.host.source.span(0, 0)
    places = {spot: written[name].value if name in written else anchor for spot, name in spots.items()}
    places["jumbo"] = jumbo or anchor
    places["asking"] = asked or anchor
    places["functions"] = _functions_place(scene) or scene.world.host.source.span(0, 0)
    named = Late(names, lambda: _vectors(scene))
    yield Subject("host", named, {"": anchor, **places}, WORLD_NEEDS, scene.world)


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


# --- interrupt vectors


def _vectors(scene: Scene) -> dict[str, int | None]:
    """How many the ports written here take at least, and those that the release has for them."""
    branch = ".".join(map(str, scene.world.facts.order[:2]))
    release = scene.world.catalog["releases"].get(branch)
    share = release["vectors"] if release else None
    if share is None:
        return dict.fromkeys(_VECTORS)
    taken = _least(scene, lambda view: _of_functions(scene, view))
    answers = (
        _least(scene, lambda view: sum(port.get("vectors") or 0 for port in view.effective)),
        share["devices"],
        taken,
        share["functions"],
        taken < share["functions"],
    )
    return dict(zip(_VECTORS, answers, strict=True))


def _least(scene: Scene, of_view: Callable[[View], int]) -> int:
    """The sum over all modules; of those that a script has a choice of, the one with the least counts."""
    found: dict[str, int] = {}
    for view in scene.world.views:
        name, number = view.module.name, of_view(view)
        found[name] = min(found.get(name, number), number)
    return sum(found.values())


def _of_functions(scene: Scene, view: View) -> int:
    if "max_vfs" not in view.listed:
        return 0
    claimed = [
        number for number, device in scene.world.catalog["devices"].items() if view.module.name in device["claims"]
    ]
    vendors = {number.partition(":")[0] for number in claimed}
    each = min((_PER_FUNCTION.get(vendor, 0) for vendor in vendors), default=0)
    return each * sum(int(port.get("max_vfs", {}).get("reads") or 0) for port in view.judged)


def _functions_place(scene: Scene) -> Span | None:
    return next((view.listed["max_vfs"].span for view in scene.world.views if "max_vfs" in view.listed), None)
