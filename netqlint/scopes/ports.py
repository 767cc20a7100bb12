"""The ports of a driver, in PCI order."""

from __future__ import annotations

from netqlint.scopes.subject import (
    DRIVER,
    Scene,
    Subject,
    driver_needs,
    is_listed,
    needs_controller,
    reads_of,
)
from netqlint.world import place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.world import View


PORT = {
    **DRIVER,
    "port": "int",
    "controller": "string",
    "rx_queues": "int",
    "tx_queues": "int",
    "vectors": "int",
    "listed": "list(string)",
}


def ports(scene: Scene) -> Iterator[Subject]:
    for view in scene.world.views:
        for port in range(len(view.judged)):
            yield _port(scene, view, port)


def _port(scene: Scene, view: View, port: int) -> Subject:
    result = view.effective[port]
    controllers = view.facts.controllers
    names = {
        **reads_of(view, port),
        **scene.of(view),
        "port": port,
        "controller": controllers[port] if port < len(controllers) else None,
        "rx_queues": result.get("rx_queues"),
        "tx_queues": result.get("tx_queues"),
        "vectors": result.get("vectors"),
        "listed": tuple(name for name in view.listed if is_listed(view, name, port)),
    }
    spots = {name: place_of(view, name, port) for name in view.driver["names"]}
    spots[""] = view.options.span if view.options and view.options.span.text.strip() else view.module.anchor
    needs = {**dict.fromkeys(names, needs_controller(view, scene.world)), **driver_needs(view)}
    label = f"{view.module.name}[{port}]"
    return Subject(label, names, spots, needs, scene.world, view=view, port=port, options=view.options)
