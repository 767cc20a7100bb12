"""What the text means on this host: for every module and port what the driver reads and what results."""

from __future__ import annotations

from netqlint.driver import effective_ports, judged_ports, read_integer
from netqlint.driver import place_of as place_in_list
from netqlint.folded import Folded
from netqlint.model import later
from netqlint.record import Record
from netqlint.version import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from netqlint.driver import Answer, Functions, Plain
    from netqlint.facts import DriverFacts, Facts
    from netqlint.model import Host, Module, Nic, Options, Parameter, Setting
    from netqlint.text import Span

    Judged = Mapping[str, Mapping[str, Answer]]


class View(Record):
    """A module as its driver will see it.

    `options` is the one option string that counts, None where there is none or several. `listed` are its
    parameters under the names the driver means, only those whose values are plain. `judged` and `effective`
    have one mapping per port in PCI order; where the number of ports is unknown, as many as the longest list.
    `like` is an earlier view of which the same is written, so that they differ in their places alone.
    """

    module: Module
    driver: Plain
    facts: DriverFacts
    options: Options | None
    listed: Mapping[str, Parameter]
    judged: tuple[Judged, ...]
    effective: tuple[Mapping[str, int | None], ...]
    like: View | None = None

    @property
    def first(self) -> View:
        """The first of all views that are like this one."""
        return self.like or self

    @property
    def parameters(self) -> Mapping[str, Plain]:
        """The parameters of the generation, none where the generation is unknown."""
        generation = self.facts.generation
        return generation["parameters"] if generation else {}

    @property
    def lenient(self) -> tuple[str | None, ...]:
        """The controller whose limits each judged port is held to: an unknown one is taken for the most capable."""
        controllers = self.facts.controllers or (None,) * len(self.judged)
        return tuple(controller or self.driver["lenient"] for controller in controllers)

    def index(self, name: str, port: int) -> int:
        """Where the list of a parameter has the value of a port, -1 where it has none for it."""
        known = self.parameters.get(name)
        place = place_in_list(known, self.lenient, port) if known else port
        return -1 if place is None else place

    def owner(self, name: str, position: int) -> int:
        """The port that a position of a list belongs to."""
        known = self.parameters.get(name)
        if not known or not known["counts"]:
            return position
        ports = [port for port in range(len(self.judged)) if self.index(name, port) == position]
        return ports[0] if ports else len(self.judged)

    def counted(self, name: str) -> int | None:
        """How many ports have a place in the list of a parameter, None where nobody can tell."""
        counts = self.parameters[name]["counts"] if name in self.parameters else ()
        if not counts or self.facts.count is None:
            return self.facts.count
        controllers = self.facts.controllers
        return None if None in controllers else sum(controller in counts for controller in controllers)

    def meant(self, written: str) -> str:
        """The parameter a name means: itself, or the only one that differs in upper and lower case alone."""
        return same_but_case(written, self.parameters) or written


class World(Record):
    """A host with what is known about it; `views` holds one view for each module of a known driver.

    `beside` is what other texts of the same host write.
    """

    host: Host
    facts: Facts
    views: tuple[View, ...]
    catalog: Plain
    functions: Functions
    beside: tuple[Host, ...] = ()

    def setting(self, name: str) -> Setting | None:
        """The kernel setting of that name, None where it is not written or written twice."""
        found = [setting for setting in self.host.settings if setting.name.text == name]
        return found[0] if len(found) == 1 else None

    def number(self, name: str) -> int | None:
        """The value of a kernel setting as a number, None where there is none."""
        setting = self.setting(name)
        return read_integer(setting.value.text.strip()) if setting else None

    @property
    def netqueue(self) -> bool | None:
        """Whether NetQueue is on in the VMkernel, by word of the user or of the text; defaults do not count."""
        if self.facts.netqueue is not None:
            return self.facts.netqueue
        setting = self.setting("netNetqueueEnabled")
        return truth(setting.value.text) if setting else None

    @property
    def jumbo(self) -> bool | None:
        """Whether any virtual switch or vmkernel NIC has an MTU above 1500; a switch without one has 1500."""
        if self.facts.mtu is not None:
            return self.facts.mtu > 1500
        mtus = {mtu(nic) for nic in (*self.host.vswitches, *self.host.vmknics)}
        if any(value is not None and value > 1500 for value in mtus):
            return True
        if self.host.surface not in ("esxconf", "listing"):
            # what a script leaves alone it does not tell of
            return None
        return None if not mtus or None in mtus else False


def behold(host: Host, facts: Facts, catalog: Plain, functions: Functions, beside: tuple[Host, ...] = ()) -> World:
    views = tuple(_views(host, facts, catalog, functions))
    return World(host, facts, views, catalog, functions, beside)


def _views(host: Host, facts: Facts, catalog: Plain, functions: Functions) -> Iterator[View]:
    configured = [module for module in host.modules if module.name in facts.drivers]
    alone = len({module.name for module in configured}) == len(configured)
    known: dict[object, View] = {}
    for module in configured:
        case = None if alone else _written(module)
        like = known.get(case)
        if like is not None:
            yield _again(module, like)
            continue
        view = _view(module, catalog["drivers"][module.name], facts.drivers[module.name], facts.cpus, functions)
        if case is not None:
            known[case] = view
        yield view


def _written(module: Module) -> object:
    """All that is written for a module, without its places."""
    return (
        module.name,
        tuple([name.text for name in module.names]),
        tuple([id(options.first) for options in module.options]),
        tuple([flag.text for flag in module.enabled]),
    )


def _again(module: Module, like: View) -> View:
    """The view of a module of which the same is written as of another."""
    options = module.options[0] if like.options else None
    listed = like.listed
    if options and like.options and listed:
        places = {id(parameter): place for place, parameter in enumerate(like.options.parameters)}
        listed = Folded({name: _nth(options, places[id(parameter)]) for name, parameter in listed.items()})
    return View(module, like.driver, like.facts, options, listed, like.judged, like.effective, like)


def _nth(options: Options, place: int) -> Callable[[], Parameter]:
    return lambda: options.parameters[place]


def _view(module: Module, driver: Plain, facts: DriverFacts, cpus: int | None, functions: Functions) -> View:
    options = module.options[0] if len(module.options) == 1 else None
    generation = facts.generation
    listed = dict(_listed(options, generation["parameters"] if generation else {}))
    judged: list[dict[str, dict[str, Answer]]] = []
    effective: tuple[Mapping[str, int | None], ...] = ()
    if generation and (options or not module.options):
        longest = max((len(parameter.values) for parameter in listed.values()), default=0)
        controllers = (
            facts.controllers if facts.count is not None else (None,) * min(longest, driver["slots"] or longest)
        )
        written = written_values(options, listed, generation["parameters"], len(controllers))
        if options is not None and options.open:
            written = {**{name: [None] * len(controllers) for name in generation["parameters"]}, **written}
        # an unknown controller is held to the limits of the one that takes most, so that it accuses nobody
        lenient = [controller or driver["lenient"] for controller in controllers]
        judged = judged_ports(generation, written, lenient, cpus, functions)
        effective = later(lambda: effective_ports(generation, written, controllers, cpus, functions))
    return View(module, driver, facts, options, listed, tuple(judged), effective)


def _listed(options: Options | None, parameters: Mapping[str, Plain]) -> Iterator[tuple[str, Parameter]]:
    names = [same_but_case(p.name.text, parameters) or p.name.text for p in options.parameters] if options else []
    for name, parameter in zip(names, options.parameters if options else (), strict=True):
        if parameter.plain and names.count(name) == 1:
            yield name, parameter


def written_values(
    options: Options | None, listed: Mapping[str, Parameter], parameters: Mapping[str, Plain], ports: int
) -> dict[str, list[int | None]]:
    """The list of every parameter as numbers; all unknown where nobody can tell what is meant."""
    values: dict[str, list[int | None]] = {
        name: [read_integer(value.text) for value in parameter.values] for name, parameter in listed.items()
    }
    for parameter in options.parameters if options else ():
        name = same_but_case(parameter.name.text, parameters) or parameter.name.text
        values.setdefault(name, [None] * ports)
    return values


def same_but_case(written: str, names: Collection[str]) -> str:
    """The one name that is `written`, or differs from it in upper and lower case alone; else empty."""
    if written in names:
        return written
    alike = [name for name in names if name.lower() == written.lower()]
    return alike[0] if len(alike) == 1 else ""


def near_setting(written: str, known: Collection[str]) -> str:
    """The one setting that was probably meant, near in its letters and their case; empty where none is."""
    from difflib import get_close_matches

    near = get_close_matches(written, list(known), 1, 0.85)
    return near[0] if near else ""


def truth(text: str) -> bool | None:
    """What a boolean setting says, in any spelling people use; None where it is no boolean."""
    word = text.strip().lower()
    if word in ("true", "yes", "on", "1", "-e", "--enable"):
        return True
    return False if word in ("false", "no", "off", "0", "-d", "--disable") else None


def mtu(nic: Nic) -> int | None:
    """The MTU of a virtual switch or vmkernel NIC: 1500 where none is written, None where it is no one number."""
    written = {place.text for place in nic.every("mtu")}
    if not written:
        return 1500
    return read_integer(written.pop().strip()) if len(written) == 1 else None


def exists(setting: Plain, release: Sequence[int]) -> bool | None:
    """Whether a release has a kernel setting; None where nobody told."""
    order = tuple(release)
    if any(within(order, span["from"], span["to"]) for span in setting["known"]):
        return True
    missing = [within(order, span["from"], span["to"]) for span in setting["missing"]]
    return False if True in missing else None


def place_of(view: View, name: str, port: int) -> Span:
    """Where a port's value of a parameter is written, or where it is missing."""
    parameter = view.listed.get(name)
    if parameter is None:
        return view.options.span if view.options else view.module.anchor
    place = view.index(name, port)
    return parameter.values[place] if 0 <= place < len(parameter.values) else parameter.span
