"""The parameters of option strings, and the lists they are given."""

from __future__ import annotations

from netqlint.driver import read_integer, version_range
from netqlint.errors import nearest
from netqlint.scopes.subject import DRIVER, Scene, Subject, driver_needs
from netqlint.text import Span
from netqlint.world import same_but_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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
    "unseen": "bool",
    "foreign": "bool",
    "suggestion": "string",
    "differs_in_case": "bool",
    "per_port": "bool",
    "of_module": "bool",
    "counted": "string",
    "legal": "bool",
    "refuses": "bool",
    "falls_back": "bool",
    "says": "string",
    "instead": "int",
    "replaced": "bool",
    "uniform": "bool",
    "spare_uniform": "bool",
    "slots": "int",
    "repeated": "bool",
    "repeats_same": "bool",
    "longest": "int",
    "longest_name": "string",
    "next_port": "int",
    "first": "string",
    "lender": "string",
    "lender_count": "int",
    "of_twin": "bool",
    "type": "string",
    "low": "int",
    "high": "int",
}


def parameters(scene: Scene) -> Iterator[Subject]:
    for view in scene.views():
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
    ports = view.counted(meant)
    judged = view.judged[0].get(meant, {}) if view.judged and known and known["per"] == "module" else {}
    earlier = _earlier(options, parameter, view)
    longest, longest_name = _longest(view)
    lender = _lender(view, meant)
    names = {
        **scene.of(view),
        "parameter": written,
        "count": count,
        "values": values if values is not None and None not in values else None,
        "texts": texts,
        "default": _default(view, meant, count),
        "known": known is not None,
        "known_elsewhere": () if known else _known_elsewhere(view, written),
        "unseen": view.driver["unseen"],
        # what another driver has under this very name is hardly a slip of the pen
        "foreign": not known and any(written in d["names"] for d in scene.world.catalog["drivers"].values()),
        "suggestion": _suggestion(written, view),
        "differs_in_case": known is not None and meant != written,
        "per_port": known["per"] == "port" if known else None,
        "of_module": known["per"] == "module" if known else None,
        "ports": ports,
        "counted": " that count for it" if known and known["counts"] else "",
        "legal": judged.get("legal"),
        "refuses": known["refuses"] if known else None,
        "falls_back": not known["refuses"] and known["outside"] is None if known else None,
        "says": known["says"] if known else None,
        "instead": judged.get("reads"),
        "replaced": None if judged.get("legal") is None else not judged["legal"] and judged["reads"] is not None,
        "uniform": len(set(texts)) == 1 if texts else None,
        "spare_uniform": len(set(texts[max(ports - 1, 0) :])) == 1 if texts and ports is not None else None,
        "slots": view.driver["slots"],
        "repeated": earlier is not None,
        "repeats_same": _same(earlier, parameter) if earlier else False,
        "longest": longest,
        "longest_name": longest_name,
        "next_port": count,
        "first": texts[0] if texts else "",
        "lender": lender.name.text if lender else "",
        "lender_count": len(lender.values) if lender else None,
        "of_twin": _of_twin(scene, view, written),
        "type": known["type"] if known else "",
        "low": judged.get("min"),
        "high": judged.get("max"),
    }
    spots = {
        "": parameter.span,
        "parameter": parameter.name,
        "values": _values_span(parameter),
        "spare": _spare(parameter, ports),
        "earlier": earlier.span if earlier else parameter.span,
        "lender": lender.span if lender else parameter.span,
        "longest": next((p.span for p in options.parameters if p.name.text == longest_name), parameter.span),
    }
    label = f"{view.module.name}.{meant}"
    needs = driver_needs(view)
    return Subject(label, names, spots, needs, scene.world, view=view, options=options, parameter=parameter)


def _of_twin(scene: Scene, view: View, written: str) -> bool:
    """Whether the other driver of the same devices alone knows the parameter."""
    if same_but_case(written, view.driver["names"]):
        return False
    twin = scene.world.catalog["drivers"].get(view.driver["twin"])
    return twin is not None and written in twin["names"]


def _default(view: View, name: str, count: int | None) -> int | None:
    """What the driver takes for the first port the list does not reach."""
    known = view.parameters.get(name)
    absent = (known["default"] if known["absent"] is None else known["absent"]) if known else None
    if isinstance(absent, int):
        return absent
    ports = view.judged[count or 0 :]
    answer = ports[0].get(name, {}).get("absent") if ports else None
    return None if answer is None else int(answer)


def _lender(view: View, name: str) -> Parameter | None:
    """The list that says how long this one is, if there is one that does."""
    lends = view.facts.generation["lends"] if view.facts.generation else None
    if lends is None or name not in lends[1]:
        return None
    lender = view.listed.get(lends[0])
    lending = lender is not None and any(read_integer(value.text) not in (0, None) for value in lender.values)
    return lender if lending else None


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
        "the maker's builds" if generation["maker"] else version_range(generation)
        for generation in view.driver["generations"]
        if generation is not view.facts.generation and same_but_case(written, generation["parameters"])
    ]
    builds = list(dict.fromkeys(builds))
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
