"""The parameters of option strings, and the lists they are given."""

from __future__ import annotations

from netqlint.driver import fits, read_integer, version_range
from netqlint.errors import nearest
from netqlint.scopes.subject import DRIVER, Scene, Subject, driver_needs
from netqlint.text import Span
from netqlint.world import same_but_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.driver import Plain
    from netqlint.model import Options, Parameter
    from netqlint.world import View


PARAMETER = {
    **DRIVER,
    "parameter": "string",
    "count": "int",
    "values": "list(int)",
    "texts": "list(string)",
    "default": "int",
    "known": "bool",
    "known_elsewhere": "list(string)",
    "suggestion": "string",
    "differs_in_case": "bool",
    "per_port": "bool",
    "uniform": "bool",
    "spare_uniform": "bool",
    "slots": "int",
    "repeated": "bool",
    "repeats_same": "bool",
    "longest": "int",
    "longest_name": "string",
    "next_port": "int",
    "first": "string",
    "of_twin": "bool",
    "type": "string",
    "legal": "bool",
    "low": "int",
    "high": "int",
    "says": "string",
}


def parameters(scene: Scene) -> Iterator[Subject]:
    for view in scene.world.views:
        for options in view.module.options if view.facts.generation else ():
            for parameter in options.parameters:
                yield _parameter(scene, view, options, parameter)


def _parameter(scene: Scene, view: View, options: Options, parameter: Parameter) -> Subject:
    written = parameter.name.text
    meant = view.meant(written)
    known = view.parameters.get(meant)
    texts = tuple(value.text for value in parameter.values) if parameter.plain else None
    values = tuple(read_integer(text) for text in texts) if texts is not None else None
    count = len(texts) if texts is not None else None
    ports = view.facts.count
    earlier = _earlier(options, parameter, view)
    longest, longest_name = _longest(view)
    names = {
        **scene.of(view),
        "parameter": written,
        "count": count,
        "values": values if values is not None and None not in values else None,
        "texts": texts,
        "default": _default(view, meant, count),
        "known": known is not None,
        "known_elsewhere": () if known else _known_elsewhere(view, written),
        "suggestion": _suggestion(written, view),
        "differs_in_case": known is not None and meant != written,
        "per_port": known["per"] == "port" if known else None,
        "uniform": len(set(texts)) == 1 if texts else None,
        "spare_uniform": len(set(texts[max(ports - 1, 0) :])) == 1 if texts and ports is not None else None,
        "slots": view.driver["slots"],
        "repeated": earlier is not None,
        "repeats_same": _same(earlier, parameter) if earlier else False,
        "longest": longest,
        "longest_name": longest_name,
        "next_port": count,
        "first": texts[0] if texts else "",
        "of_twin": _of_twin(scene, view, written),
        "type": known["type"] if known else "",
        **_of_module(known, values),
    }
    spots = {
        "": parameter.span,
        "parameter": parameter.name,
        "values": _values_span(parameter),
        "spare": _spare(parameter, ports),
        "earlier": earlier.span if earlier else parameter.span,
        "longest": next((p.span for p in options.parameters if p.name.text == longest_name), parameter.span),
    }
    label = f"{view.module.name}.{meant}"
    needs = driver_needs(view)
    return Subject(label, names, spots, needs, scene.world, view=view, options=options, parameter=parameter)


def _of_twin(scene: Scene, view: View, written: str) -> bool:
    """Whether the other driver of the same devices alone knows the parameter."""
    twin = scene.world.catalog["drivers"].get(view.driver["twin"])
    return twin is not None and written in twin["names"] and not same_but_case(written, view.driver["names"])


def _of_module(known: Plain | None, values: tuple[int | None, ...] | None) -> dict[str, object]:
    """How a parameter of the whole module takes its one value; what ports make of theirs is told value by value."""
    if known is None or known["per"] == "port":
        return {"legal": None, "low": None, "high": None, "says": ""}
    low, high = (bound if isinstance(bound, int) else None for bound in (known["min"], known["max"]))
    value = values[0] if values and len(values) == 1 else None
    return {"legal": fits(known, value, None, low, high), "low": low, "high": high, "says": known["says"]}


def _default(view: View, name: str, count: int | None) -> int | None:
    """What the driver takes for the first port the list does not reach."""
    known = view.parameters.get(name)
    default = known["default"] if known else None
    if isinstance(default, int):
        return default
    ports = view.judged[count or 0 :]
    answer = ports[0].get(name, {}).get("default") if ports else None
    return None if answer is None else int(answer)


def _earlier(options: Options, parameter: Parameter, view: View) -> Parameter | None:
    meant = view.meant(parameter.name.text)
    first = next(p for p in options.parameters if view.meant(p.name.text) == meant)
    return None if first is parameter else first


def _same(one: Parameter, other: Parameter) -> bool:
    return [value.text for value in one.values] == [value.text for value in other.values]


def _longest(view: View) -> tuple[int, str]:
    """The longest list that is given once, and whose it is."""
    lists = [
        (len(p.values), p.name.text)
        for name, p in view.listed.items()
        if view.parameters.get(name, {}).get("per") == "port"
    ]
    return max(lists, key=lambda found: found[0], default=(0, ""))


def _known_elsewhere(view: View, written: str) -> tuple[str, ...]:
    """The other builds of the driver that have the parameter, by their oldest and newest version."""
    builds = [
        version_range(generation)
        for generation in view.driver["generations"]
        if generation is not view.facts.generation and same_but_case(written, generation["parameters"])
    ]
    return (*builds, "builds for Linux") if same_but_case(written, view.driver["linux"]) else tuple(builds)


def _suggestion(written: str, view: View) -> str:
    """The parameter that was probably meant, empty where none is near."""
    if view.meant(written) in view.parameters:
        return view.meant(written)
    return nearest(written, view.parameters, 0.7)


def _values_span(parameter: Parameter) -> Span:
    return parameter.values[0].to(parameter.values[-1]) if parameter.values else parameter.span


def _spare(parameter: Parameter, ports: int | None) -> Span:
    """The values beyond the last port."""
    spare = parameter.values[ports:] if ports is not None else ()
    return spare[0].to(spare[-1]) if spare else parameter.span
