"""The ports of a driver, in PCI order."""

from __future__ import annotations

from netqlint.scopes.subject import (
    DRIVER,
    Late,
    Scene,
    Subject,
    driver_needs,
    needs_controller,
    runs_with,
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
    for view in scene.views():
        for port in range(len(view.judged)):
            yield _port(scene, view, port)


def _port(scene: Scene, view: View, port: int) -> Subject:
    names = {**scene.at(view, port), "port": port}
    whole = view.options.span if view.options and view.options.text.strip() else view.module.anchor
    return Subject(
        f"{view.module.name}[{port}]",
        Late(names, lambda: runs_with(view, port)),
        Late({"": whole}, lambda: {name: place_of(view, name, port) for name in view.driver["names"]}),
        driver_needs(view),
        scene.world,
        needs_controller(view, scene.world),
        view=view,
        port=port,
        options=view.options,
    )
