"""What to write so that every port of a host has its NetQueue queues, in the words of its release, with the reasons."""

from __future__ import annotations

from netqlint.driver import judged_ports
from netqlint.errors import NetqlintError, hint
from netqlint.facts import Assumed, gather
from netqlint.model import Host, Module
from netqlint.record import record
from netqlint.reporters.cells import visible
from netqlint.text import Source
from netqlint.version import within
from netqlint.world import exists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netqlint.driver import Plain
    from netqlint.facts import DriverFacts, Facts
    from netqlint.finding import Fact
    from netqlint.pack import Pack

JUMBO = 1500
# comments narrower than this are for the terminal to fold
NARROW = 40
# how sure a thing is, as an aside
SURE = {"documented": "documented", "source": "read in source", "inferred": "inferred", "memory": "from memory"}


@record
class Wish:
    """A host whose ports are all to have queues.

    `drivers` are those to be set up; `vmdq` is how many queues a port is to have, None for as many as it can.
    """

    drivers: tuple[str, ...]
    assumed: Assumed
    vmdq: int | None = None


@record
class ModuleSetup:
    """What one driver needs: an option string, empty where there is nothing to set; `reasons` are whole sentences.

    `runs` says whether the release runs the driver at all.
    """

    name: str
    options: str
    reasons: tuple[str, ...]
    runs: bool = True


@record
class SettingSetup:
    """A kernel setting to be written; with an empty `value`, the reasons why it is not."""

    name: str
    value: str
    reasons: tuple[str, ...]


@record
class Setup:
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
    modules = tuple(_module(name, release, facts, wish.vmdq, pack) for name in wish.drivers)
    settings = tuple(_settings(facts, pack.catalog)) if any(module.runs for module in modules) else ()
    assumptions = tuple(_assumption(fact) for fact in facts.told)
    return Setup(facts.release, tuple(release["commands"]), assumptions, modules, settings)


def _assumption(fact: Fact) -> str:
    overrule = f"; say {fact.overrule} if it is another" if fact.overrule else ""
    name = fact.name.replace("ports.", "ports of ")
    return f"{name}: {fact.value} ({fact.how}{overrule})"


# --- modules


def _module(name: str, release: Plain, facts: Facts, vmdq: int | None, pack: Pack) -> ModuleSetup:
    driver, found = pack.catalog["drivers"][name], facts.drivers[name]
    if driver["stack"] not in release["stacks"]:
        return ModuleSetup(name, "", tuple(_not_run(name, driver, facts.release, pack.catalog)), runs=False)
    generation = found.generation
    if generation is None:
        known = f"nothing is known of {name} {found.version}" if found.version else _which(name, facts.release)
        return ModuleSetup(name, "", (f"nothing to write: {known}",))
    because = f"{name} {found.version}, NetQueue: {generation['netqueue']} ({SURE[generation['confidence']]})"
    if not generation["suggest"]:
        return ModuleSetup(name, "", (because, f"so there is nothing to set for {name}"))
    _count_ports(name, driver, found)
    lists = {parameter: _values(generation, parameter, driver, found, pack) for parameter in generation["suggest"]}
    reasons = [because, *_meanings(generation), *_differing(name, generation, found, pack)]
    if vmdq is not None:
        if "VMDQ" in lists:
            lists["VMDQ"] = [vmdq if value > 1 else value for value in lists["VMDQ"]]
        else:
            reasons.append(f"--vmdq {vmdq}: {name} {found.version} has no VMDQ to set")
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


def _count_ports(name: str, driver: Plain, found: DriverFacts) -> None:
    if found.count is None:
        raise NetqlintError(
            f"a list has a value for every port, and how many {name} has is unknown; say --ports {name}=N"
        )
    if driver["max_ports"] is not None and found.count > driver["max_ports"]:
        raise NetqlintError(
            f"--ports {name}={found.count}: {name} takes values for {driver['max_ports']} ports at most"
        )


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


def _meanings(generation: Plain) -> Iterator[str]:
    for name in generation["suggest"]:
        parameter = generation["parameters"][name]
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
        if span["default"] is not None and within(facts.order, span["from"], span["to"]):
            default = str(span["default"]).upper()
            reasons.append(f"ESX {facts.release} has {default} where it is not written ({SURE[span['confidence']]})")
    return SettingSetup(name, str(value).upper(), tuple(reasons))


# --- as text


def write(setup: Setup, form: str = "", width: int = 80) -> str:
    """The setup as `esxconf` lines or as commands (`esxcfg`, `esxcli`), each with its reasons as comments above it.

    With an empty form, as the release is usually set up.
    """
    form = form or setup.commands[0]
    parts = [[f"# {line}" for text in setup.assumptions for line in _folded(text, width)]]
    if form != "esxconf" and form not in setup.commands:
        lacking = f"ESX {setup.release} has no {form} for module options: say --as {setup.commands[0]}"
        parts.append([f"# {line}" for line in _folded(lacking, width)])
    else:
        parts += [[*_module_lines(module, setup, form, width)] for module in setup.modules]
        parts += [[*_setting_lines(setting, form, width)] for setting in setup.settings]
        parts.append([*_closing(setup, form, width)])
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts if part)


def _module_lines(module: ModuleSetup, setup: Setup, form: str, width: int) -> Iterator[str]:
    yield from _comments(module.reasons, width)
    if not module.options:
        return
    if form == "esxconf":
        yield f'/vmkernel/module/{module.name}/options = "{module.options}"'
        return
    yield from _comments((f"the string takes the place of all options {module.name} has now",), width)
    if form == "esxcli":
        yield f'esxcli system module parameters set -m {module.name} -p "{module.options}"'
        return
    if "esxcli" not in setup.commands:
        yield f"esxcfg-module -e {module.name}"
    yield f'esxcfg-module -s "{module.options}" {module.name}'
    if "vicfg" in setup.commands:
        # one line, whatever its length: it is there to be copied
        yield f'# ESXi, from outside: vicfg-module --server HOST -s "{module.options}" {module.name}'


def _setting_lines(setting: SettingSetup, form: str, width: int) -> Iterator[str]:
    yield from _comments(setting.reasons, width)
    if not setting.value:
        return
    yield {
        "esxconf": f'/vmkernel/{setting.name} = "{setting.value}"',
        "esxcli": f"esxcli system settings kernel set -s {setting.name} -v {setting.value}",
        "esxcfg": f"esxcfg-advcfg -k {setting.value} {setting.name}",
    }[form]


def _closing(setup: Setup, form: str, width: int) -> Iterator[str]:
    """What makes it take effect, if there is anything to take effect."""
    if not any(module.options for module in setup.modules) and not any(setting.value for setting in setup.settings):
        return
    if form != "esxconf" and "esxcfg-boot" in setup.commands:
        yield from _comments(("with a service console only, ESXi has no such command:",), width)
        yield "esxcfg-boot -b"
    if form == "esxconf":
        surer = f"where esx.conf keeps kernel settings is known from memory only: --as {setup.commands[0]} is surer"
        yield from _comments((surer,), width)
    yield from _comments(("all of it takes effect when the host has booted anew",), width)


def _comments(texts: Iterable[str], width: int) -> Iterator[str]:
    for text in texts:
        yield from (f"# {line}" for line in _folded(text, width))


def _folded(text: str, width: int) -> Sequence[str]:
    """Lines for a comment: nothing in them can end it, whatever was said on the command line."""
    from textwrap import wrap

    return wrap(visible(" ".join(text.split())), max(width, NARROW) - 2, subsequent_indent="  ", break_on_hyphens=False)
