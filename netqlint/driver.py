"""What each port really gets: the driver's own reading of its parameters, run over what is written.

A generation is plain data; where a value depends on others it names a function, which is looked up
in `functions` and asked with a mapping of the names known so far. Its answer None means unknown.
"""

from __future__ import annotations

from netqlint.patterns import compiled
from netqlint.version import parse, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeAlias, TypeVar

    Settled = TypeVar("Settled")

    # plain data out of the pack, checked when it was compiled
    Plain: TypeAlias = Mapping[str, Any]
    State: TypeAlias = dict[str, Any]
    Function: TypeAlias = Callable[[Mapping[str, Any]], Any]
    Functions: TypeAlias = Mapping[str, Function]
    Place: TypeAlias = tuple[str, str]
    Answer: TypeAlias = int | bool | None
    Values: TypeAlias = Mapping[str, Sequence[int | None]]

INTEGER = r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))"
LARGEST = 2**31 - 1
# digits of 32 bits in octal, the longest way to write them
LONGEST = 11


def read_integer(text: str) -> int | None:
    """The number a text is to the kernel, None where it is none: 10, 0xA or 012, of 32 bits."""
    if text.isdecimal() and text.isascii() and len(text) < LONGEST - 1 and (text[0] != "0" or len(text) == 1):
        # as most are; the expression for the others need not be compiled then
        return int(text)
    found = compiled(INTEGER).fullmatch(text)
    if not found:
        return None
    sign, hexadecimal, octal, decimal = found.groups()
    digits, base = (hexadecimal, 16) if hexadecimal else (octal, 8) if octal else (decimal, 10)
    digits = digits.lstrip("0") or "0"
    if len(digits) > LONGEST:
        return None
    number = int(digits, base) * (-1 if sign == "-" else 1)
    return number if -LARGEST - 1 <= number <= LARGEST else None


def generation_for(generations: Sequence[Plain], version: str, release: str = "") -> Plain | None:
    """The generation a driver version belongs to, None where none is known to cover it.

    Where builds of one version differ from release to release, the first of them stands for an unknown `release`.
    """
    numbers = parse(version)
    fit = [found for found in generations if within(numbers, found["from"], found["to"])]
    return next((found for found in fit if release in found["releases"]), fit[0] if fit else None)


def version_range(generation: Plain) -> str:
    """The versions of a generation as people write them: `1.3.8.6..1.3.28.5`, `2.0.1 of ESX 6.5`."""
    if not any(generation["from"]) and generation["to"] is None:
        return "any version"
    oldest = ".".join(map(str, generation["from"]))
    newest = ".".join(map(str, generation["to"] or ())) or "later"
    versions = oldest if oldest == newest else f"{oldest}..{newest}"
    return f"{versions} of ESX {' and '.join(generation['releases'])}" if generation["releases"] else versions


def effective_ports(
    generation: Plain,
    written: Values,
    controllers: Sequence[str | None],
    cpus: int | None,
    functions: Functions,
) -> list[dict[str, int | None]]:
    """The effective values of every port, ports in probe order; None is a value nobody can know.

    `written` holds the list given to each parameter, None at a position that is no number. There is
    one controller per port; a controller or number of CPUs nobody told leaves unknown only what
    depends on it.
    """
    ports = answers(generation, written, controllers, cpus, functions, settled)
    if refused(generation, written) is not False:
        return [dict.fromkeys(name for name, aspect in port if aspect == "effective") for port in ports]
    return [{name: answer for (name, aspect), answer in port.items() if aspect == "effective"} for port in ports]


def judged_ports(
    generation: Plain,
    written: Values,
    controllers: Sequence[str | None],
    cpus: int | None,
    functions: Functions,
) -> list[dict[str, dict[str, Answer]]]:
    """How every port takes each per-port parameter, ports in probe order.

    Is it `legal`, between which `min` and `max`, else which `default`, what the driver `reads`, and what is taken
    where it is `absent`. A position that is not written is legal.
    """
    return answers(generation, written, controllers, cpus, functions, settled_by_name)


def answers(
    generation: Plain,
    written: Values,
    controllers: Sequence[str | None],
    cpus: int | None,
    functions: Functions,
    settle: Callable[[Plain, Mapping[str, int | None], State, Functions], Settled],
) -> list[Settled]:
    """What `settle` says of each port; ports of which the same is written and known share one answer."""
    ports = []
    for port, controller in enumerate(controllers):
        values = values_at(generation, written, controllers, port)
        case = (id(generation), settle, controller, cpus, tuple(values.items()))
        known = _SETTLED.get(case)
        if known is None or known[0] is not generation:
            if len(_SETTLED) >= _MOST_SETTLED:
                _SETTLED.clear()
            told = facts(generation, controller, cpus, values)
            known = (generation, settle(generation, values, told, functions))
            _SETTLED[case] = known
        ports.append(known[1])
    return ports


# The ports of a host are set alike, and so are the hosts of a fleet: working out a port takes 300 times as long as
# remembering it. Each answer keeps its generation, so that no other one can come to have the same id.
_SETTLED: dict[tuple[object, ...], tuple[Plain, Any]] = {}
_MOST_SETTLED = 4096


def values_at(
    generation: Plain, written: Values, controllers: Sequence[str | None], port: int
) -> dict[str, int | None]:
    """What the driver finds written for one port, by the time it sets that port up."""
    return at_port(generation, lent(generation, written, port), controllers, port)


def lent(generation: Plain, written: Values, port: int) -> Values:
    """What is written once the ports before this one are set up: a list may have lent its length to others.

    Where nobody knows whether it did, or how long it is, nobody knows what is written at the positions it decides on.
    """
    if generation["lends"] is None:
        return written
    lender, others = generation["lends"]
    listed = written.get(lender, ())
    before = listed[:port]
    if not any(value != 0 for value in before):
        return written
    slots = generation["slots"]
    sure = any(value for value in before) and (slots is None or len(listed) <= slots)
    changed = dict(written)
    for name in others:
        given = written.get(name, ())
        if not sure and len(given) != len(listed):
            changed[name] = [None] * (port + 1)
        elif slots is None or len(given) <= slots:
            fill = [generation["unset"]] * (len(listed) - len(given))
            changed[name] = [*given[: len(listed)], *fill]
    return changed


def at_port(generation: Plain, written: Values, controllers: Sequence[str | None], port: int) -> dict[str, int | None]:
    """What is written for one port; nobody knows what becomes of more values than slots."""
    values: dict[str, int | None] = {}
    for name, parameter in generation["parameters"].items():
        listed = written.get(name, ())
        if parameter["per"] == "list" or not listed:
            continue
        slots = generation["slots"] if parameter["per"] == "port" else 1
        if slots is not None and len(listed) > slots:
            values[name] = None
            continue
        place = place_of(parameter, controllers, port)
        if place is None:
            values[name] = None
        elif 0 <= place < len(listed):
            values[name] = listed[place]
    return values


def place_of(parameter: Plain, controllers: Sequence[str | None], port: int) -> int | None:
    """Where the list of a parameter has the value of a port: -1 is nowhere, None where nobody can tell."""
    counted = parameter["counts"]
    if parameter["per"] == "module":
        return 0
    if not counted:
        return port
    before = controllers[: port + 1]
    if None in before:
        return None
    return sum(controller in counted for controller in before) - 1 if before[-1] in counted else -1


def refused(generation: Plain, written: Values) -> bool | None:
    """Whether a written value makes the driver give up, so that none of its ports comes up."""
    answers = [
        fits(parameter, value, unset_of(parameter, generation["unset"]), parameter["min"], parameter["max"])
        for name, parameter in generation["parameters"].items()
        if parameter["refuses"]
        for value in written.get(name, ())[: generation["max_ports"]]
    ]
    return True if False in answers else None if None in answers else False


def facts(generation: Plain, controller: str | None, cpus: int | None, values: Mapping[str, int | None]) -> State:
    """What expressions may ask for beside parameters: the hardware, as far as it is known, and which are written."""
    known: State = {"unknown": None, "listed": tuple(values)}
    controller = generation["like"].get(controller, controller)
    if controller in generation["domains"]["controller"]:
        known["controller"] = controller
    if cpus is not None:
        known["cpus"] = cpus
    return known


def settled_by_name(
    generation: Plain, values: Mapping[str, int | None], known: State, functions: Functions
) -> dict[str, dict[str, Answer]]:
    """How one port takes each parameter, without what it then runs with."""
    judged: dict[str, dict[str, Answer]] = {}
    for (name, aspect), answer in settled(generation, values, known, functions, run=False).items():
        judged.setdefault(name, {})[aspect] = answer
    return judged


def settled(
    generation: Plain,
    values: Mapping[str, int | None],
    known: State,
    functions: Functions,
    run: bool = True,
) -> dict[Place, Answer]:
    """The answers for one port and, with `run`, what it runs with; on facts nobody told, what all worlds agree upon."""
    state = Asked(known)
    found = computed(generation, values, state, functions, run)
    if not state.asked:
        return found
    fact = state.asked[0]
    choices = generation["domains"][fact]
    if not choices:
        return found
    return agreed(settled(generation, values, {**known, fact: choice}, functions, run) for choice in choices)


class Asked(dict[str, "Any"]):
    """The names known so far, which remembers the facts it was asked for in vain."""

    def __init__(self, known: State) -> None:
        super().__init__(known)
        self.asked: list[str] = []

    def __missing__(self, name: str) -> None:
        self.asked.append(name)


def agreed(worlds: Iterable[dict[Place, Answer]]) -> dict[Place, Answer]:
    first, *others = worlds
    places = dict.fromkeys(place for world in (first, *others) for place in world)
    return {
        place: first.get(place) if all(other.get(place) == first.get(place) for other in others) else None
        for place in places
    }


def computed(
    generation: Plain,
    values: Mapping[str, int | None],
    state: Asked,
    functions: Functions,
    run: bool,
) -> dict[Place, Answer]:
    found: dict[Place, Answer] = {}
    for name, parameter in generation["parameters"].items():
        if parameter["per"] != "list":
            written = (values[name],) if name in values else ()
            for aspect, answer in taken(parameter, written, generation["unset"], state, functions):
                found[name, aspect] = answer
            state[name] = found[name, "reads"]
    for name, function, given in generation["effective"] if run else ():
        if function is not None:
            state[name] = functions[function](state)
        holds = True if given is None else functions[given](state)
        if holds is not False:
            found[name, "effective"] = state[name] if holds else None
    return found


def taken(
    parameter: Plain,
    written: tuple[int | None, ...],
    unset: int | None,
    state: State,
    functions: Functions,
) -> tuple[tuple[str, Answer], ...]:
    """How a port takes what is written for it, `written` being empty where nothing is."""
    low = told(parameter["min"], state, functions)
    high = state["max"] = told(parameter["max"], state, functions)
    default = told(parameter["default"], state, functions)
    absent = default if parameter["absent"] is None else told(parameter["absent"], state, functions)
    legal: bool | None = True
    reads = default if written else absent
    unset = unset_of(parameter, unset)
    for value in written:
        state["value"] = value
        if parameter["as"] is not None:
            value = functions[parameter["as"]](state)
        legal = fits(parameter, value, unset, low, high)
        kept = legal and value != unset
        reads = None if legal is None else value if kept else default
        if legal is False and (parameter["refuses"] or parameter["outside"] is not None):
            state["value"] = value
            reads = None if parameter["refuses"] else told(parameter["outside"], state, functions)
    if parameter["then"] is not None:
        state["value"] = reads
        reads = functions[parameter["then"]](state)
    return (
        ("legal", legal),
        ("min", low),
        ("max", high),
        ("default", default),
        ("absent", absent),
        ("reads", reads),
    )


def unset_of(parameter: Plain, unset: int | None) -> int | None:
    """The value that reads as not written, if any does: only a list can have such a place."""
    return None if parameter["unset"] is False or parameter["per"] == "module" else unset


def told(what: int | str | None, state: State, functions: Functions) -> int | None:
    if not isinstance(what, str):
        return what
    answer: int | None = functions[what](state)
    return answer


def fits(parameter: Plain, value: int | None, unset: int | None, low: int | None, high: int | None) -> bool | None:
    if value is None:
        return None
    if value == unset or value in parameter["also"]:
        return True
    if parameter["min"] is None and parameter["max"] is None:
        return not parameter["also"]
    above = beside(parameter["min"], low is None or low <= value, low)
    below = beside(parameter["max"], high is None or value <= high, high)
    if above is False or below is False:
        return False
    return True if above and below else None


def beside(stated: int | str | None, holds: bool, bound: int | None) -> bool | None:
    """Whether a bound holds; nobody knows where one is stated and its value unknown."""
    return None if stated is not None and bound is None else holds
