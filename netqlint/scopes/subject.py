"""What every scope is made of: subjects with typed names, places to point at, and the scene they stand in."""

from __future__ import annotations

from netqlint.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    Item = TypeVar("Item")

    from netqlint.driver import Function
    from netqlint.model import Entry, Mistake, Nic, Options, Parameter, Setting
    from netqlint.text import Span
    from netqlint.world import Judged, View, World


class Subject(Record):
    """One thing a rule judges.

    `names` answers conditions and messages (None is unknown), `spots` are places by name with the default
    under "", `label` names it without line numbers, `needs` says which option would tell an unknown name, and
    `otherwise` which would tell one that `needs` lacks. The rest is what a fix may take hold of.
    """

    label: str
    names: Mapping[str, object]
    spots: Mapping[str, Span]
    needs: Mapping[str, str]
    world: World
    otherwise: str = ""
    view: View | None = None
    port: int | None = None
    options: Options | None = None
    parameter: Parameter | None = None
    position: int | None = None
    setting: Setting | None = None
    nic: Nic | None = None
    mistake: Mistake | None = None
    entry: Entry | None = None


class Scope(Record):
    """`names` are typed as conditions type them; `parameters`: the driver's own names may be used too.

    With `lists` such a name is the list of what all ports read, else what the one port reads. `alike`: a text may have
    thousands of its subjects, which mostly differ in what no rule asks for. `seldom`: most texts have none of them.
    """

    names: Mapping[str, str]
    spots: tuple[str, ...]
    subjects: Callable[[Scene], Iterator[Subject]]
    parameters: bool = False
    lists: bool = False
    alike: bool = False
    seldom: bool = False


WORLD = {
    "release": "string",
    "surely_release": "bool",
    "netqueue": "bool",
    "wants_netqueue": "bool",
    "jumbo": "bool",
}
DRIVER = {
    **WORLD,
    "module": "string",
    "version": "string",
    "surely_version": "bool",
    "generation": "string",
    "asks_for_queues": "bool",
    "stack": "string",
    "ports": "int",
    "max_ports": "int",
}
WORLD_NEEDS = {
    "netqueue": "--assume netqueue=on|off",
    "wants_netqueue": "--assume netqueue=on|off",
    "jumbo": "--assume mtu=MTU",
}


class Scene:
    """A world, and what is true of all its subjects alike: worked out once, however many rules ask.

    `names` are those of WORLD. With `once`, what is like something judged is passed over: see `views` and `quiet`.
    """

    def __init__(self, world: World, once: bool = False) -> None:
        self.world = world
        self._once = once
        self._told: set[int] = set()
        self._asked: Sequence[str] = ()
        self._quiet: set[tuple[object, ...]] = set()
        firsts = [view for view in world.views if view.like is None]
        self._named: dict[str, View | None] = {}
        for view in world.views:
            self._named[view.module.name] = None if view.module.name in self._named else view
        self._asking = {id(view): _asking(view, world) for view in firsts}
        self.names: dict[str, object] = {
            "release": world.facts.release,
            "surely_release": world.facts.surely,
            "netqueue": world.netqueue,
            "wants_netqueue": self._wants_netqueue(),
            "jumbo": world.jumbo,
        }
        self._of = {id(view): self._driver_names(view) for view in firsts}
        self._at: dict[tuple[int, int], dict[str, object]] = {}

    def views(self) -> Iterator[View]:
        """The views of the world to be judged in one scope.

        A script may set up the hosts of a fleet, all alike: of views of which the same is written, only the first is
        judged, unless a rule has something to `tell` of it.
        """
        self._told.clear()
        for view in self.world.views:
            if not self._once or view.like is None or id(view.like) in self._told:
                yield view

    def tell(self, view: View) -> None:
        """Take note of a finding, which those are to have too that are like the view."""
        self._told.add(id(view.first))

    def ask(self, names: Sequence[str]) -> None:
        """Begin with another scope, the rules of which decide by these names."""
        self._asked = names
        self._quiet.clear()

    def quiet(self, names: Mapping[str, object], needs: Mapping[str, str]) -> bool:
        """Whether no rule finds anything in a subject of these names: none did in one it cannot tell from it.

        A script may have thousands of commands, which mostly differ in what no rule asks for. What rules `need` to
        decide is the same, too.
        """
        return bool(self._quiet) and self._case(names, needs) in self._quiet

    def hush(self, subject: Subject) -> None:
        """Take note that no rule finds anything in a subject."""
        if self._asked:
            self._quiet.add(self._case(subject.names, subject.needs))

    def _case(self, names: Mapping[str, object], needs: Mapping[str, str]) -> tuple[object, ...]:
        return (*[names[name] for name in self._asked], *needs)

    def only(self, driver: str) -> View | None:
        """The view of a driver, None where there is none or several."""
        return self._named.get(driver)

    def of(self, view: View) -> dict[str, object]:
        """The names of DRIVER for a view of this world."""
        return self._of[id(view.first)]

    def at(self, view: View, port: int) -> dict[str, object]:
        """The names of DRIVER for a port of the view, with its controller, its parameters and which are written."""
        place = (id(view.first), port)
        if place not in self._at:
            controllers = view.facts.controllers
            self._at[place] = {
                **reads_of(view, port),
                **self.of(view),
                "controller": controllers[port] if port < len(controllers) else None,
                "listed": tuple(name for name in view.listed if is_listed(view, name, port)),
            }
        return self._at[place]

    def asking_ports(self, view: View) -> dict[int, list[str]]:
        """The ports whose options ask for NetQueue queues, with the parameters by which they do."""
        return self._asking[id(view.first)]

    def asks_for_queues(self, view: View) -> bool | None:
        """Whether any port asks for NetQueue queues; None where nobody can tell what is written for one."""
        if self.asking_ports(view):
            return True
        generation = view.facts.generation
        if generation is None or not view.judged:
            return None
        asks = self.world.functions[generation["asks"]] if generation["asks"] else bool
        return None if None in (asks(_reads(judged)) for judged in view.judged) else False

    def _wants_netqueue(self) -> bool | None:
        """NetQueue is wanted where it is switched on by word, or where any port is set up for it."""
        if self.world.netqueue is not None:
            return self.world.netqueue
        return True if any(self._asking.values()) else None

    def _driver_names(self, view: View) -> dict[str, object]:
        told = self.world.facts.told
        return {
            **self.names,
            "module": view.module.name,
            "version": view.facts.version or None,
            # told, not guessed: true or unknown
            "surely_version": any(f.name == view.module.name and not f.guessed for f in told) or None,
            "generation": view.facts.generation["id"] if view.facts.generation else None,
            "asks_for_queues": self.asks_for_queues(view),
            "stack": view.driver["stack"],
            "ports": view.facts.count,
            "max_ports": view.driver["max_ports"],
        }


def _asking(view: View, world: World) -> dict[int, list[str]]:
    """By port, the parameters that ask for queues, the ones that decide it alone before all others.

    A driver's defaults ask for nothing.
    """
    generation = view.facts.generation
    if generation is None or generation["asks"] is None:
        return {}
    asks = world.functions[generation["asks"]]
    found = {}
    # ports of which the same is written share one answer, and most are set alike
    alike: dict[tuple[object, ...], list[str]] = {}
    for port, judged in enumerate(view.judged):
        case = (id(judged), *(name for name in view.listed if is_listed(view, name, port)))
        if case not in alike:
            alike[case] = _asking_names(judged, case[1:], asks)
        if alike[case]:
            found[port] = alike[case]
    return found


def _asking_names(judged: Judged, listed: Collection[object], asks: Function) -> list[str]:
    reads = _reads(judged)
    written = [name for name in reads if name in listed]
    if not asks(reads) or asks({**reads, **dict.fromkeys(written)}):
        return []
    return sorted(written, key=lambda name: bool(asks({**reads, name: None})))


def _reads(judged: Judged) -> dict[str, int | str | bool | None]:
    return {name: answers.get("reads") for name, answers in judged.items()}


def is_listed(view: View, name: str, port: int) -> bool:
    """Whether a value of the parameter is written for the port."""
    return name in view.listed and 0 <= view.index(name, port) < len(view.listed[name].values)


def reads_of(view: View, port: int) -> dict[str, object]:
    """What a port reads of each parameter of the driver; unknown for the names of other generations."""
    judged = view.judged[port] if port < len(view.judged) else {}
    return {name: judged[name].get("reads") if name in judged else None for name in view.driver["names"]}


def runs_with(view: View, port: int) -> dict[str, object]:
    """What a port runs with once its driver has set it up."""
    result = view.effective[port] if port < len(view.effective) else {}
    own = {f"effective_{name}": result.get(name) for name in view.driver["names"]}
    return {**own, **{name: result.get(name) for name in ("rx_queues", "tx_queues", "vectors")}}


class Late(dict[str, "Item"]):
    """A mapping of which a part is worked out when somebody first asks for a name it lacks.

    What a port runs with is dear where facts are unknown, and of all places a rule points at one.
    """

    def __init__(self, known: Mapping[str, Item], late: Callable[[], Mapping[str, Item]]) -> None:
        super().__init__(known)
        self._late: Callable[[], Mapping[str, Item]] | None = late

    def _complete(self) -> None:
        if self._late is not None:
            for name, item in self._late().items():
                self.setdefault(name, item)
            self._late = None

    def __missing__(self, name: str) -> Item:
        self._complete()
        if not super().__contains__(name):
            raise KeyError(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        if not super().__contains__(name):
            self._complete()
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        if not super().__contains__(name):
            self._complete()
        return super().get(name, default)


def driver_needs(view: View) -> dict[str, str]:
    """Which options would tell the names of DRIVER."""
    name = view.module.name
    version = f"--assume {name}=VERSION"
    return {**WORLD_NEEDS, "ports": f"--ports {name}=N", "version": version, "surely_version": version}


def needs_controller(view: View, world: World) -> str:
    """What would tell a value that depends on the hardware."""
    name = view.module.name
    if view.facts.count is None:
        return f"--ports {name}=N"
    if None in view.facts.controllers:
        return f"--ports {name}=CONTROLLER,…"
    return "--assume cpus=N" if world.facts.cpus is None else ""
