"""The single values of port lists."""

from __future__ import annotations

from netqlint.driver import read_integer
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

    from netqlint.model import Parameter
    from netqlint.text import Span
    from netqlint.world import View


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


def values(scene: Scene) -> Iterator[Subject]:
    for view in scene.world.views:
        for name, parameter in view.listed.items():
            if view.parameters.get(name, {}).get("per") == "port":
                for position, place in enumerate(parameter.values):
                    yield _value(scene, view, name, parameter, position, place)


def _value(scene: Scene, view: View, name: str, parameter: Parameter, position: int, place: Span) -> Subject:
    judged = view.judged[position].get(name, {}) if position < len(view.judged) else {}
    value = read_integer(place.text)
    unset = None if view.parameters[name]["unset"] is False else view.driver["unset"]
    names = {
        **scene.at(view, position),
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
    }
    spots = {"": place, "value": place, "parameter": parameter.name}
    return Subject(
        f"{view.module.name}.{name}[{position}]",
        Late(names, lambda: runs_with(view, position)),
        Late(spots, lambda: {other: place_of(view, other, position) for other in view.driver["names"]}),
        driver_needs(view),
        scene.world,
        needs_controller(view, scene.world),
        view=view,
        options=view.options,
        parameter=parameter,
        position=position,
        port=position,
    )
