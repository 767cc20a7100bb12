"""What to write so that every port of a host has its NetQueue queues, in the words of its release, with the reasons."""

from __future__ import annotations

from netqlint.driver import judged_ports
from netqlint.errors import NetqlintError, hint
from netqlint.facts import Assumed, gather
from netqlint.model import Host, Module
from netqlint.record import Record
from netqlint.text import Source
from netqlint.version import within
from netqlint.world import exists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.driver import Plain
    from netqlint.facts import DriverFacts, Facts
    from netqlint.finding import Fact
    from netqlint.pack import Pack

JUMBO = 1500
# how sure a thing is, as an aside
SURE = {"documented": "documented", "source": "read in source", "inferred": "inferred", "memory": "from memory"}


class Wish(Record):
    """A host whose ports are all to have queues.

    `drivers` are those to be set up; `vmdq` is how many queues a port is to have, None for as many as it can.
    """

    drivers: tuple[str, ...]
    assumed: Assumed
    vmdq: int | None = None


class ModuleSetup(Record):
    """What one driver needs: an option string, empty where there is nothing to set; `reasons` are whole sentences.

    `runs` says whether the release runs the driver at all.
    """

    name: str
    options: str
    reasons: tuple[str, ...]
    runs: bool = True


class SettingSetup(Record):
    """A kernel setting to be written; with an empty `value`, the reasons why it is not."""

    name: str
    value: str
    reasons: tuple[str, ...]


class Setup(Record):
    """Everything to be written for one host. `commands` are the families of commands that its release has."""

    release: str
    commands: tuple[str, ...]
    assumptions: tuple[str, ...]
    modules: tuple[ModuleSetup, ...]
    settings: tuple[SettingSetup, ...]


def suggestion(wish: Wish, pack: Pack) -> Setup:
    """What a host needs for NetQueue. Raises NetqlintError for what the catalog does not know or no driver takes."""
    for name in wish.drivers:
        if name not in pack.catalog["drivers"]:
            known = sorted(pack.catalog["drivers"])
            raise NetqlintError(
                f"no driver {name} in the catalog{hint(name, known) or '; there are ' + ', '.join(known)}"
            )
    source = Source("suggestion", "")
    nowhere = source.span(0, 0)
    host = Host(source, "options", tuple(Module(name, (), (), (), nowhere, None) for name in wish.drivers))
    facts = gather(host, pack.catalog, wish.assumed)
    release = pack.catalog["releases"][".".join(map(str, facts.order[:2]))]
    modules = tuple(_module(name, release, facts, wish, pack) for name in wish.drivers)
    settings = tuple(_settings(facts, pack.catalog)) if any(module.runs for module in modules) else ()
    assumptions = tuple(_assumption(fact) for fact in facts.told)
    return Setup(facts.release, tuple(release["commands"]), assumptions, modules, settings)


def _assumption(fact: Fact) -> str:
    overrule = f"; say {fact.overrule} if it is another" if fact.overrule else ""
    name = fact.name.replace("ports.", "ports of ")
    return f"{name}: {fact.value} ({fact.how}{overrule})"


# --- modules


def _module(name: str, release: Plain, facts: Facts, wish: Wish, pack: Pack) -> ModuleSetup:
    driver, found = pack.catalog["drivers"][name], facts.drivers[name]
    if driver["stack"] not in release["stacks"]:
        return ModuleSetup(name, "", tuple(_not_run(name, driver, facts.release, pack.catalog)), runs=False)
    generation = found.generation
    if generation is None:
        known = f"nothing is known of {name} {found.version}" if found.version else _which(name, facts.release)
        return ModuleSetup(name, "", (f"nothing to write: {known}",))
    because = f"{name} {found.version}, NetQueue: {generation['netqueue']} ({SURE[generation['confidence']]})"
    if not generation["suggest"]:
        nothing = f"nothing is known that surely gives its ports queues, so nothing is written for {name}"
        return ModuleSetup(name, "", (because, nothing))
    _count_ports(name, driver, found, wish.assumed)
    lists = {parameter: _values(generation, parameter, driver, found, pack) for parameter in generation["suggest"]}
    reasons = [because, *_strange(name, generation, facts), *_meanings(generation)]
    reasons += _differing(name, generation, found, pack)
    if wish.vmdq is not None:
        if "VMDQ" in lists:
            lists["VMDQ"] = [wish.vmdq if value > 1 else value for value in lists["VMDQ"]]
        else:
            reasons.append(f"--vmdq {wish.vmdq}: {name} {found.version} has no VMDQ to set")
    _judge(name, generation, lists, found, facts, pack)
    options = " ".join(
        f"{parameter}={','.join(map(str, values if _per_port(generation, parameter) else values[:1]))}"
        for parameter, values in lists.items()
    )
    return ModuleSetup(name, options, tuple(reasons))


def _not_run(name: str, driver: Plain, release: str, catalog: Plain) -> Iterator[str]:
    yield f"nothing to write: ESX {release} runs no {driver['stack']} drivers, and {name} is one"
    twin = driver["twin"]
    if twin in catalog["drivers"]:
        yield f"{twin} is the driver for most of its devices there: netqlint suggest {twin} --esx {release}"


def _which(name: str, release: str) -> str:
    return f"which {name} ESX {release} has is not known; say --{name} VERSION"


def _count_ports(name: str, driver: Plain, found: DriverFacts, assumed: Assumed) -> None:
    if found.count is None:
        raise NetqlintError(
            f"a list has a value for every port, and how many {name} has is unknown; say --ports {name}=N"
        )
    if driver["max_ports"] is not None and found.count > driver["max_ports"]:
        most = driver["max_ports"]
        raise NetqlintError(f"{assumed.said_of_ports(name)}: {name} takes values for {most} ports at most")


def _per_port(generation: Plain, parameter: str) -> bool:
    return bool(generation["parameters"][parameter]["per"] == "port")


def _values(generation: Plain, parameter: str, driver: Plain, found: DriverFacts, pack: Pack) -> list[int]:
    """The value for each port; a port of unknown kind is taken for the kind with the widest limits."""
    widest = driver["lenient"] or next(iter(generation["domains"]["controller"]), "")
    return [_value(generation, parameter, controller or widest, pack) for controller in found.controllers]


def _value(generation: Plain, parameter: str, controller: str, pack: Pack) -> int:
    what = generation["suggest"][parameter]
    if not isinstance(what, str):
        return int(what)
    return int(pack.functions[what]({"controller": generation["like"].get(controller, controller)}))


def _strange(name: str, generation: Plain, facts: Facts) -> Iterator[str]:
    """A word where the release is none of those that such a driver was seen on."""
    seen = [*generation["inbox"], *generation["async"]]
    if seen and ".".join(map(str, facts.order[:2])) not in seen:
        yield f"that ESX {facts.release} runs such a version of {name} is not known; it is of ESX {', '.join(seen)}"


def _meanings(generation: Plain) -> Iterator[str]:
    for name in generation["suggest"]:
        parameter = generation["parameters"][name]
        if parameter["meaning"]:
            yield f"{name}: {parameter['meaning']} ({SURE[parameter['confidence']]})"


def _differing(name: str, generation: Plain, found: DriverFacts, pack: Pack) -> Iterator[str]:
    """A word for ports of unknown kind, where not every kind takes the same."""
    if None not in found.controllers:
        return
    for parameter, what in generation["suggest"].items():
        if isinstance(what, str):
            of_value: dict[int, list[str]] = {}
            for controller in generation["domains"]["controller"]:
                of_value.setdefault(_value(generation, parameter, controller, pack), []).append(controller)
            kinds = "; ".join(f"{parameter}={value} for {', '.join(kinds)}" for value, kinds in of_value.items())
            if len(of_value) > 1:
                yield f"it depends on the controller, {kinds}: say --ports {name}=CONTROLLER,… to have it right"


def _judge(
    name: str, generation: Plain, lists: dict[str, list[int]], found: DriverFacts, facts: Facts, pack: Pack
) -> None:
    """No number of queues is suggested that the driver would refuse."""
    widest = pack.catalog["drivers"][name]["lenient"]
    controllers = [controller or widest for controller in found.controllers]
    for port, judged in enumerate(judged_ports(generation, lists, controllers, facts.cpus, pack.functions)):
        answers = judged.get("VMDQ", {})
        if answers.get("legal") is False:
            kind = f" ({found.controllers[port]})" if found.controllers[port] else ""
            limits = f"{answers['min']}..{answers['max']}"
            raise NetqlintError(f"--vmdq {lists['VMDQ'][port]}: port {port} of {name}{kind} takes VMDQ={limits}")


# --- kernel settings


def _settings(facts: Facts, catalog: Plain) -> Iterator[SettingSetup]:
    jumbo = facts.mtu is not None and facts.mtu > JUMBO
    for name, setting in catalog["settings"].items():
        always, large = setting["suggest"]["netqueue"], setting["suggest"]["jumbo"]
        value = large if jumbo and large is not None else always
        if value is not None:
            yield _setting(name, setting, value, facts)
        elif large is not None and facts.mtu is None and exists(setting, facts.order):
            yield SettingSetup(name, "", (f"{name} is for jumbo frames: say --mtu 9000 where there are any",))


def _setting(name: str, setting: Plain, value: int | bool, facts: Facts) -> SettingSetup:
    there = exists(setting, facts.order)
    if there is None:
        return SettingSetup(name, "", (f"whether ESX {facts.release} has {name} is not known, so it is not written",))
    if not there:
        instead = f"; there is {', '.join(setting['successors'])} in other units" if setting["successors"] else ""
        return SettingSetup(name, "", (f"ESX {facts.release} has no {name}{instead}; nothing is to be set",))
    unit = f", in {setting['unit']}" if setting["unit"] else ""
    reasons = [f"{name}: {setting['meaning']}{unit}"]
    for span in setting["known"]:
        if span.get("default") is not None and within(facts.order, span["from"], span["to"]):
            default = str(span["default"]).upper()
            reasons.append(f"ESX {facts.release} has {default} where it is not written ({SURE[span['confidence']]})")
    return SettingSetup(name, str(value).upper(), tuple(reasons))
