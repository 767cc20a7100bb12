"""The single values of port lists."""

from __future__ import annotations

from netqlint.driver import fits, read_integer, unset_of
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
    "falls_back": "bool",
    "refuses": "bool",
    "says": "string",
    "unset": "bool",
    "count": "int",
    "controller": "string",
    "listed": "list(string)",
}


def values(scene: Scene) -> Iterator[Subject]:
    for view in scene.views():
        for name, parameter in view.listed.items():
            if view.parameters.get(name, {}).get("per") == "port":
                for position, place in enumerate(parameter.values):
                    yield _value(scene, view, name, parameter, position, place)


def _value(scene: Scene, view: View, name: str, parameter: Parameter, position: int, place: Span) -> Subject:
    port = view.owner(name, position)
    known = view.parameters[name]
    judged = view.judged[port].get(name, {}) if port < len(view.judged) else {}
    value = read_integer(place.text)
    unset = unset_of(known, view.driver["unset"])
    # such a driver looks at all values before it looks for ports
    refuses = known["refuses"] and (view.driver["max_ports"] is None or position < view.driver["max_ports"])
    legal = fits(known, value, unset, known["min"], known["max"]) if refuses else judged.get("legal")
    names = {
        **scene.at(view, port),
        "parameter": name,
        "text": place.text,
        "position": position,
        "value": value,
        "integer": value is not None,
        "legal": legal,
        "low": judged.get("min"),
        "high": judged.get("max"),
        "default": judged.get("default"),
        "falls_back": not known["refuses"] and known["outside"] is None,
        "refuses": refuses,
        "says": known["says"],
        "unset": value == unset if unset is not None and value is not None else False,
        "count": len(parameter.values),
    }
    spots = {"": place, "value": place, "parameter": parameter.name}
    return Subject(
        f"{view.module.name}.{name}[{position}]",
        Late(names, lambda: runs_with(view, port)),
        Late(spots, lambda: {other: place_of(view, other, port) for other in view.driver["names"]}),
        driver_needs(view),
        scene.world,
        needs_controller(view, scene.world),
        view=view,
        options=view.options,
        parameter=parameter,
        position=position,
        port=port,
    )
