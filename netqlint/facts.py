"""What is known about a host: release, driver versions, ports, CPUs; told, read, shown or guessed, in this order."""

from __future__ import annotations

from netqlint.errors import NetqlintError, hint
from netqlint.finding import Fact
from netqlint.memo import memo
from netqlint.record import Record
from netqlint.version import parse, within
from netqlint.version import release as numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netqlint.driver import Plain
    from netqlint.listed import Listed
    from netqlint.model import Device, Host
    from netqlint.text import Source, Span
    from netqlint.version import Version

    # by driver, the parameters that the text writes for it, each once
    Written = Mapping[str, Sequence[str]]

# The world of the article this project began from; only where nothing says otherwise.
DEFAULT_RELEASE = "4.0"
# More than any host has of anything; Python refuses to read a number of some thousand digits.
_PASSED_THROUGH = "passthru"
_MOST_DIGITS = 9


class Assumed(Record):
    """What the user says of a host: `facts` (esx, cpus, mtu, netqueue, a driver's version), `ports` by driver.

    Ports are a number, or the controllers in PCI order: `82576,82576,I350`. `listings` are outputs of the host's own
    commands; what follows from them counts where the user says nothing, and `by` tells whence. `texts` are other texts
    that are surely of the same host: outputs are judged together with one, what else sets something is compared.
    `conf` is the esx.conf of the host, where that is another text; outputs go before it. `words` are facts, and
    `ports.DRIVER`, as the user said them where it was not with `--assume` and `--ports DRIVER=`.
    """

    facts: Mapping[str, str] = {}
    ports: Mapping[str, str] = {}
    listings: tuple[Source, ...] = ()
    by: Mapping[str, str] = {}
    texts: tuple[Source, ...] = ()
    conf: Source | None = None
    words: Mapping[str, str] = {}

    def said(self, name: str) -> str:
        """A fact in the words of the user."""
        return self.words.get(name) or f"--assume {name}={self.facts[name]}"

    def said_of_ports(self, driver: str) -> str:
        """The ports of a driver in the words of the user."""
        return self.words.get(f"ports.{driver}") or f"--ports {driver}={self.ports[driver]}"


NOTHING_ASSUMED = Assumed()


class DriverFacts(Record):
    """A driver on this host: the generation that reads its options, its ports in PCI order.

    `count` and `generation` are None where unknown; `controllers` then covers no port. `devices` are the
    ports that the text itself lists, empty where it does not.
    """

    version: str
    generation: Plain | None
    count: int | None
    controllers: tuple[str | None, ...]
    devices: tuple[Device, ...]


class Facts(Record):
    """`release` and `order` (its numbers) are empty where unknown; `told` are the facts worth reporting.

    `listed` is what the host says of itself, None where there is no listing.
    """

    release: str
    order: Version
    surely: bool
    cpus: int | None
    mtu: int | None
    netqueue: bool | None
    drivers: Mapping[str, DriverFacts]
    told: tuple[Fact, ...]
    listed: Listed | None = None


def gather(host: Host, catalog: Plain, assumed: Assumed, conf: Host | None = None) -> Facts:
    """All facts of one host, of which `conf` may be the esx.conf.

    Raises NetqlintError where what the user says cannot be read.
    """
    _check_names(catalog, assumed)
    configured = {module.name for module in host.modules} | set(assumed.ports)
    listed = None
    if assumed.listings or host.rows:
        # hosts that say nothing of themselves pay nothing for those that do
        from netqlint.listed import listed as all_listed

        listed = all_listed(assumed.listings, host)
        assumed = _heard(listed, host, catalog, assumed, configured)
    if conf is not None:
        from netqlint.inherited import inherited

        assumed = _laid_over(inherited(conf, host), assumed)
    written = _written(host)
    release = _release(host, catalog, assumed, written, conf)
    names = [name for name in catalog["drivers"] if name in configured or name in assumed.facts]
    told = [release]
    drivers = {}
    for name in names:
        drivers[name], facts = _driver(host, catalog, assumed, release, name, listed, written.get(name, ()), conf)
        told += facts
    cpus = _number(assumed, "cpus")
    mtu = _number(assumed, "mtu")
    told += [_assumed(host, name, assumed) for name in ("cpus", "mtu", "netqueue") if name in assumed.facts]
    return Facts(
        release.value,
        numbers(release.value),
        not release.guessed,
        cpus,
        mtu,
        _flag(assumed, "netqueue"),
        drivers,
        tuple(told),
        listed,
    )


def _check_names(catalog: Plain, assumed: Assumed) -> None:
    known = ("esx", "cpus", "mtu", "netqueue", *catalog["drivers"])
    for name in assumed.facts:
        if name not in known:
            raise NetqlintError(f"--assume {name}: no such fact{_near(name, known)}")
    for name in assumed.ports:
        if name not in catalog["drivers"]:
            raise NetqlintError(f"--ports {name}: no such driver{_near(name, catalog['drivers'])}")
    if "esx" in assumed.facts:
        _check_release(catalog, assumed)
    for name in catalog["drivers"]:
        if name in assumed.facts and not parse(assumed.facts[name]):
            raise NetqlintError(f"{assumed.said(name)}: no version; write it like 1.3.8.6")


def _check_release(catalog: Plain, assumed: Assumed) -> None:
    text = assumed.facts["esx"]
    if not numbers(text):
        raise NetqlintError(f"{assumed.said('esx')}: no release; write it like 4.0 or 6.7u3")
    if _branch(text) not in catalog["releases"]:
        raise NetqlintError(f"{assumed.said('esx')}: no such release; there are {', '.join(catalog['releases'])}")


def _near(name: str, known: Iterable[str]) -> str:
    return hint(name, known) or f"; there are {', '.join(sorted(known))}"


def _number(assumed: Assumed, name: str) -> int | None:
    text = assumed.facts.get(name)
    if text is None:
        return None
    digits = text.lstrip("0")
    if not text.isascii() or not text.isdecimal() or not digits:
        raise NetqlintError(f"{assumed.said(name)}: not a number above 0")
    if len(digits) > _MOST_DIGITS:
        raise NetqlintError(f"{assumed.said(name)}: not a number of at most {_MOST_DIGITS} digits")
    return int(digits)


def _flag(assumed: Assumed, name: str) -> bool | None:
    text = assumed.facts.get(name)
    if text is None:
        return None
    if text.lower() not in ("true", "false", "on", "off"):
        raise NetqlintError(f"{assumed.said(name)}: write on or off")
    return text.lower() in ("true", "on")


def _assumed(host: Host, name: str, assumed: Assumed) -> Fact:
    value, where = assumed.facts[name], assumed.by.get(name)
    if where:
        return Fact(host.source.name, name, value, "listed", where)
    return Fact(host.source.name, name, value, "assumed", "as you say")


def _heard(listed: Listed, host: Host, catalog: Plain, assumed: Assumed, drivers: Iterable[str]) -> Assumed:
    """What the user says, laid over what the host says of itself.

    A text is judged for what it says itself of NetQueue and MTUs, whatever the host runs with now.
    """
    from netqlint.listed import largest_mtu, netqueue, release, version

    facts: dict[str, tuple[str, Span]] = {}
    found = release(listed, catalog)
    if found:
        facts["esx"] = found
    for name in drivers:
        place = version(listed, name) if name in catalog["drivers"] else None
        if place:
            facts[name] = place.text, place
    switched, mtu = netqueue(listed), largest_mtu(listed)
    if switched and not any(setting.name.text == "netNetqueueEnabled" for setting in host.settings):
        facts["netqueue"] = switched
    if mtu and (int(mtu.text) > 1500 or not (host.vswitches or host.vmknics)):
        facts["mtu"] = str(int(mtu.text)), mtu
    return _laid_over(facts, assumed)


def _laid_over(facts: Mapping[str, tuple[str, Span]], assumed: Assumed) -> Assumed:
    """What is assumed, and under it what was found at these places."""
    from netqlint.listed import where

    new = {name: found for name, found in facts.items() if name not in assumed.facts}
    return Assumed(
        {**{name: value for name, (value, _) in new.items()}, **assumed.facts},
        assumed.ports,
        assumed.listings,
        {**assumed.by, **{name: where(place) for name, (_, place) in new.items()}},
    )


# --- the release


def _release(host: Host, catalog: Plain, assumed: Assumed, names: Written, conf: Host | None) -> Fact:
    name = host.source.name
    if "esx" in assumed.facts:
        return _assumed(host, "esx", assumed)
    written = next((span.text for what, span in host.marks if what == "release"), "")
    if numbers(written):
        return Fact(name, "esx", written, "written", "/resourceGroups/version")
    overrule = "--assume esx=RELEASE"
    for release, how in _shown((host, conf) if conf else (host,), catalog, assumed, names):
        return Fact(name, "esx", release, "shown", how, overrule)
    return Fact(name, "esx", DEFAULT_RELEASE, "default", "nothing in the text tells", overrule)


def _shown(hosts: Sequence[Host], catalog: Plain, assumed: Assumed, written: Written) -> Iterable[tuple[str, str]]:
    """The release nearest to the default on which everything written can exist, if that is not the default."""
    reasons: list[tuple[Sequence[str], str]] = []
    everywhere = list(catalog["releases"])
    if any(what == "alias" for host in hosts for what, _ in host.marks):
        reasons.append(([r for r in everywhere if numbers(r) >= (5, 5)], "/vmkdevmgr/ is there"))
    commands = {command.form: command for host in hosts for command in host.commands if command.first or command.last}
    for command in commands.values():
        last = numbers(command.last) if command.last else None
        having = [r for r in everywhere if within(numbers(r), numbers(command.first), last)]
        reasons.append((having, f"{command.form} is there"))
    for host in hosts:
        names = written if host is hosts[0] else _written(host)
        # what nobody wrote shows nothing
        for name in dict.fromkeys(module.name for module in host.modules if module.names or module.options):
            if name in catalog["drivers"]:
                reasons += _needs_driver(names[name], catalog, assumed, name)
        # a name that is only spelt in other upper and lower case shows as much as the right one
        settings = {name.lower(): known for name, known in catalog["settings"].items()} if host.settings else {}
        for setting in host.settings:
            known = settings.get(setting.name.text.lower())
            if known and not _may_have(known, DEFAULT_RELEASE):
                reasons.append(([r for r in everywhere if _may_have(known, r)], f"{setting.name.text} is there"))
    for release in sorted(everywhere, key=lambda r: (abs(everywhere.index(r) - everywhere.index(DEFAULT_RELEASE)), r)):
        if all(release in has for has, _ in reasons):
            if release != DEFAULT_RELEASE:
                yield release, next(how for has, how in reasons if DEFAULT_RELEASE not in has)
            return


def _may_have(setting: Plain, release: str) -> bool:
    """Whether some update of a release is known to have the setting."""
    return any(within(numbers(release), span["from"], span["to"]) is not False for span in setting["known"])


def _needs_driver(
    names: Sequence[str], catalog: Plain, assumed: Assumed, name: str
) -> Iterable[tuple[Sequence[str], str]]:
    """The releases that carry a build of the driver which knows what is written for it."""
    driver = catalog["drivers"][name]
    runs = [r for r, found in catalog["releases"].items() if driver["stack"] in found["stacks"]]
    yield runs, f"the module {name} is there"
    if name in assumed.facts:
        version = parse(assumed.facts[name])
        fit = [g for g in driver["generations"] if within(version, g["from"], g["to"])]
        generations = [g for g in fit if _knows(names, driver, g)] or fit
    else:
        generations = [g for g in driver["generations"] if _knows(names, driver, g)]
    carried = [r for r in runs if any(r in g["inbox"] or r in g["async"] for g in generations)]
    if carried and driver["unseen"]:
        # on a release whose build nobody saw, the build may know all that is written
        seen = [r for g in driver["generations"] for r in (*g["inbox"], *g["async"])]
        carried = [r for r in runs if r in carried or r not in seen]
    if carried:
        written = ", ".join(_telling(names, driver))
        told = f"{name} is {assumed.facts[name]}" if name in assumed.facts else f"no older {name} was seen"
        yield carried, f"{name} has {written}" if written else told


# --- drivers and ports


def _driver(
    host: Host,
    catalog: Plain,
    assumed: Assumed,
    release: Fact,
    name: str,
    said: Listed | None,
    names: Sequence[str],
    conf: Host | None,
) -> tuple[DriverFacts, list[Fact]]:
    driver = catalog["drivers"][name]
    version, generation = _version(host, driver, assumed, release, name, names)
    listed = _listed(host, catalog, name, generation, release)
    place = ""
    if conf is not None and not listed and name not in assumed.ports:
        place, listed = _filed_ports(conf, catalog, name, generation, release)
    if said is not None and name not in assumed.ports:
        told, heard = _told_ports(said, conf or host, catalog, name, generation, release)
        place, listed = (told, heard) if heard else (place, listed)
    count, controllers, ports = _ports(host, catalog, assumed, listed, name, place)
    facts = [fact for fact in (version, ports) if fact]
    devices = tuple(device for device, _ in listed) if count == len(listed) else ()
    return DriverFacts(version.value if version else "", generation, count, controllers, devices), facts


def _version(
    host: Host, driver: Plain, assumed: Assumed, release: Fact, name: str, names: Sequence[str]
) -> tuple[Fact | None, Plain | None]:
    here = _branch(release.value)
    if name in assumed.facts:
        fact = _assumed(host, name, assumed)
        fit = [g for g in driver["generations"] if within(parse(fact.value), g["from"], g["to"])]
        # of several builds of one version the one is meant that the release ships, or that knows what is written
        named = [g for g in fit if here in g["releases"]] or [g for g in fit if _knows(names, driver, g)] or fit
        generation = named[0] if named else None
        return fact, generation
    shipped = [(g, g["inbox"][here]) for g in driver["generations"] if here in g["inbox"]]
    offered = [(g, g["build"]) for g in driver["generations"] if here in g["async"]]
    overrule = f"--assume {name}=VERSION"
    fit = [pair for pair in (*shipped, *offered) if _knows(names, driver, pair[0])] or shipped or offered
    if not fit and release.guessed and driver["unseen"]:
        return _newest(host, driver, release, name, names)
    if not fit:
        return None, None
    generation, version = fit[0]
    if version is None:
        return None, generation
    if shipped and generation is shipped[0][0]:
        basis = release.basis if release.guessed else "shown"
        return Fact(host.source.name, name, version, basis, f"shipped with {release.value}", overrule), generation
    telling = _telling(names, driver)
    strange = ", ".join(written for written in telling if not shipped or _unknown(written, shipped[0][0]))
    who = "the maker's builds" if generation["maker"] else "later builds"
    how = f"only {who} have {strange}" if strange else f"offered for {release.value}"
    return Fact(host.source.name, name, version, "shown", how, overrule), generation


def _newest(host: Host, driver: Plain, release: Fact, name: str, names: Sequence[str]) -> tuple[Fact | None, Plain]:
    """The newest build known, for a release that was guessed and whose own build nobody saw."""
    newest = driver["generations"][::-1]
    generations = [g for g in newest if not g["maker"]] + [g for g in newest if g["maker"]]
    generation = next((g for g in generations if _knows(names, driver, g)), generations[0])
    version = next(reversed(generation["inbox"].values()), generation["build"])
    if version is None:
        return None, generation
    how = "the newest build known"
    return Fact(host.source.name, name, version, release.basis, how, f"--assume {name}=VERSION"), generation


def _branch(release: str) -> str:
    """The release of the catalog an update belongs to: 6.7.0 and 6.7u3 are 6.7."""
    return ".".join(str(number) for number in numbers(release)[:2])


def _written(host: Host) -> Written:
    written: dict[str, dict[str, None]] = {}
    for module in host.modules:
        names = written.setdefault(module.name, {})
        for options in module.options:
            if options.like is None:
                names.update(dict.fromkeys(parameter.name.text for parameter in options.parameters))
    return {module: tuple(names) for module, names in written.items()}


def _knows(names: Sequence[str], driver: Plain, generation: Plain) -> bool:
    return not any(_unknown(written, generation) for written in _telling(names, driver))


def _telling(names: Sequence[str], driver: Plain) -> list[str]:
    """The names that tell of the build; one that no build has tells nothing."""
    return [name for name in names if not all(_unknown(name, generation) for generation in driver["generations"])]


def _unknown(written: str, generation: Plain) -> bool:
    """Whether some other generation must be meant: a name it lacks in any spelling."""
    names = generation["parameters"]
    return written not in names and written.lower() not in _lowered(tuple(names))


@memo(256)
def _lowered(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(str.lower, names))


def _listed(
    host: Host, catalog: Plain, name: str, generation: Plain | None, release: Fact
) -> list[tuple[Device, str | None]]:
    """The devices of the text that the driver claims, with their controllers, in PCI order.

    One that is passed through to a virtual machine is out of its reach.
    """
    found = []
    for device in sorted(host.adapters, key=lambda device: device.order):
        owner = device.field("owner")
        if owner and owner.text == _PASSED_THROUGH:
            continue
        known = catalog["devices"].get(_identity(device))
        if known and name in known["claims"] and _claims(known["claims"][name], generation, release):
            found.append((device, known["controller"]))
    return found


def _filed_ports(
    conf: Host, catalog: Plain, name: str, generation: Plain | None, release: Fact
) -> tuple[str, list[tuple[Device, str | None]]]:
    """Where the esx.conf of the host lists the ports that the driver claims, and these; nothing where it has none."""
    from netqlint.listed import where

    found = _listed(conf, catalog, name, generation, release)
    return where(found[0][0].address) if found else "", found


def _told_ports(
    said: Listed, host: Host, catalog: Plain, name: str, generation: Plain | None, release: Fact
) -> tuple[str, list[tuple[Device, str | None]]]:
    """Where the host says which ports a driver has, and these with their controllers; nothing where it does not."""
    from netqlint.listed import controller_by_name, devices, known_controllers, where

    ports = said.driven_by(name) if said.drivers_told else []
    if not ports and said.functions_told and not said.drivers_told:
        claimed = [
            port for port in said.ports if port.order and _claimed(port.fields, catalog, name, generation, release)
        ]
        ports = sorted(claimed, key=lambda port: port.order)
    if not ports:
        return "", []
    found: list[tuple[Device, str | None]] = []
    for port, device in zip(ports, devices(ports, host), strict=True):
        known = catalog["devices"].get(_identity(device))
        controller = known["controller"] if known else None
        if known is None and not device.field("vendor"):
            controller = controller_by_name(port.text("description"), known_controllers(catalog, name))
        found.append((device, controller))
    if not all(port.order for port in ports) and len({controller for _, controller in found}) > 1:
        # without addresses nobody can tell which comes first
        found = [(device, None) for device, _ in found]
    return where(ports[0].place), found


def _claimed(fields: Mapping[str, Span], catalog: Plain, name: str, generation: Plain | None, release: Fact) -> bool:
    from netqlint.listed import ids_of

    known = catalog["devices"].get(ids_of(fields))
    return bool(known and name in known["claims"] and _claims(known["claims"][name], generation, release))


def _identity(device: Device) -> str:
    vendor, number = device.field("vendor"), device.field("device")
    if vendor is None or number is None:
        return ""
    return f"{_hexadecimal(vendor.text)}:{_hexadecimal(number.text)}"


def _hexadecimal(text: str) -> str:
    return text.strip().lower().removeprefix("0x").rjust(4, "0")


def _claims(claim: Plain, generation: Plain | None, release: Fact) -> bool:
    """A build claims what it lists by version; where the build is unknown, the release decides."""
    if generation is not None and any(within(v, generation["from"], generation["to"]) for v in claim["versions"]):
        return True
    if claim["since"] and generation is not None:
        newest = generation["to"]
        return newest is None or bool(claim["since"] <= newest)
    return bool(claim["releases"]) and numbers(release.value)[:2] in [found[:2] for found in claim["releases"]]


def _ports(
    host: Host,
    catalog: Plain,
    assumed: Assumed,
    listed: Sequence[tuple[Device, str | None]],
    name: str,
    said: str,
) -> tuple[int | None, tuple[str | None, ...], Fact | None]:
    fact = f"ports.{name}"
    if name in assumed.ports:
        text = assumed.ports[name]
        controllers = _controllers(catalog, name, assumed)
        return len(controllers), controllers, Fact(host.source.name, fact, text, "assumed", "as you say")
    if listed and said:
        controllers = tuple(controller for _, controller in listed)
        text = ",".join(map(str, controllers)) if None not in controllers else str(len(listed))
        return len(listed), controllers, Fact(host.source.name, fact, text, "listed", said)
    if listed:
        how = f"{len(listed)} devices of its PCI ids"
        shown = Fact(host.source.name, fact, str(len(listed)), "written", how)
        return len(listed), tuple(controller for _, controller in listed), shown
    return None, (), None


def _controllers(catalog: Plain, name: str, assumed: Assumed) -> tuple[str | None, ...]:
    """`4` is four ports of whatever kind; `82576,I350` are two, in PCI order."""
    text, said = assumed.ports[name], assumed.said_of_ports(name)
    if text.isascii() and text.isdecimal() and len(text) < 4:
        if int(text) == 0:
            raise NetqlintError(f"{said}: a host without ports of {name} needs no --ports")
        return (None,) * int(text)
    known = {device["controller"] for device in catalog["devices"].values() if name in device["claims"]} - {None}
    controllers = {controller.lower(): controller for controller in known}
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if part.lower() not in controllers:
            hint = _near(part, known) if known else ""
            raise NetqlintError(f"{said}: write a number or controllers; {part!r} is neither{hint}")
    return tuple(controllers[part.lower()] for part in parts)
