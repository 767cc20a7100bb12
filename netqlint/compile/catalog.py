"""The catalog: drivers, devices, releases and settings, from YAML to checked plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from netqlint.compile.condition import ConditionError, compile_condition
from netqlint.compile.page import CatalogError, Part, Raw, Steps, at, check, load, read
from netqlint.driver import generation_for
from netqlint.errors import hint
from netqlint.version import parse, release, within

Compiled: TypeAlias = dict[str, Any]

Confidence = Literal["source", "documented", "inferred", "memory"]
Stack = Literal["vmklinux", "native"]
Command = Literal["esxcfg", "esxcli", "esxcfg-boot", "vicfg"]
DeviceId = Annotated[str, Field(pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")]
# a number, or a condition that gives one
Expression = int | str
# what the driver does with a value it does not take, where it is not to read another one instead
REFUSED = "refused"

FACTS = {"controller": "string", "cpus": "int", "listed": "list(string)", "unknown": "int"}


class Documented(Part):
    """What the manual allows where the code allows something else."""

    also: list[int] = Field([])
    min: int | None = None
    max: int | None = None


class Parameter(Part):
    """A module parameter: what it takes, what it reads instead of nonsense, what it means."""

    per: Literal["port", "module", "list"] = Field("port", description="list: nobody told what its places are")
    type: Literal["int", "uint", "long", "ulong", "short", "ushort", "bool", "string"] = "int"
    counts: list[str] = Field([], description="the controllers whose ports have a place in the list; else all")
    also: list[int] = Field([])
    min: Expression | None = None
    max: Expression | None = None
    default: Expression | None = None
    absent: Expression | None = None
    unset: Literal[False] | None = Field(
        None, description="false: what is unset elsewhere is a value like any other here"
    )
    rewrite: str | None = Field(default=None, alias="as")
    then: str | None = None
    outside: str | None = Field(None, description="read instead of what is not taken, or `refused`; else the default")
    documented: Documented | None = None
    says: str = ""
    meaning: str = ""
    sources: list[str] = Field([])
    confidence: Confidence | None = None


class Line(Part):
    """One effective value: `value` computes it, `given` says on which ports there is one at all."""

    value: str | None = Field(default=None, alias="is")
    given: str | None = None


class Versions(Part):
    """The versions from one to another, both included; without `to` there is no end."""

    lowest: str = Field(alias="from")
    highest: str | None = Field(default=None, alias="to")


class Lender(Part):
    """A list that from the first port with a value other than 0 on counts for others as well.

    Beyond its end they are not written; where they were shorter, what is added reads as unset.
    """

    by: str
    to: list[str] = Field(min_length=1)


class Generation(Part):
    """Versions of a driver that read their parameters alike."""

    id: str
    versions: Versions
    releases: list[str] = Field([], description="only the builds of these releases; others go by the same versions")
    controllers: list[str] = Field([])
    maker: bool = Field(False, description="built by the maker of the card, with what VMware leaves out")
    optional: list[str] = Field([], alias="async")
    build: str | None = Field(None, description="the version to assume where no other is told")
    netqueue: str
    asks: str | None = Field(default=None, description="on which ports the options ask for NetQueue queues")
    suggest: dict[str, Expression] = Field({}, description="what gives a port its NetQueue queues")
    lends: Lender | None = None
    sources: list[str] = Field(min_length=1)
    confidence: Confidence
    parameters: dict[str, Parameter]
    effective: dict[str, Line]


class Inbox(Part):
    """The version of a driver that a release ships; without one it is the driver's first generation."""

    version: str | None = None
    confidence: Confidence


class Driver(Part):
    """A driver: every generation of it, in the order of their versions."""

    driver: str
    summary: str
    stack: Stack
    unseen: bool = Field(False, description="there are builds nobody saw, which may have other parameters")
    twin: str | None = None
    max_ports: int | None = None
    slots: int | None = None
    unset: int | None = None
    enough_cpus: int = 1
    like: dict[str, str] = Field({})
    linux: list[str] = Field([], description="parameters that only builds for Linux are known to have")
    lenient: str | None = Field(None, description="the controller with the widest limits")
    inbox: dict[str, Inbox] = Field({}, description="what each release ships; where one is missing, nobody saw it")
    sources: list[str] = Field(min_length=1)
    generations: list[Generation] = Field(min_length=1)


class Claim(Part):
    """Which builds of a driver claim a device: all `since`, `versions`, what `releases` ship."""

    since: str | None = None
    versions: list[str] = Field([])
    releases: list[str] = Field([])


class Device(Part):
    """A PCI device: queues, VMDq pools and vectors of one port as the drivers can use them, where anyone told."""

    controller: str | None = None
    name: str
    queues: int | None = None
    hardware_rx: int | None = None
    hardware_tx: int | None = None
    pools: int | None = None
    vfs: int | None = None
    vectors: int | None = None
    claims: dict[str, Claim]


class Devices(Part):
    """A file in devices/."""

    sources: list[str] = Field(min_length=1)
    devices: dict[DeviceId, Device]


class Default(Part):
    """A default, and how sure it is."""

    default: bool
    confidence: Confidence


class Build(Part):
    """A build of a release: `6.7u1`, 10302608."""

    name: str
    build: int


class Most(Part):
    """The most ports of a driver that a release supports."""

    ports: int
    confidence: Confidence


class Vectors(Part):
    """How many interrupt vectors devices may take before virtual functions get fewer, and how many those may take."""

    devices: int
    functions: int
    confidence: Confidence


class Release(Part):
    """A release of ESX: which driver stacks it runs."""

    name: str
    stacks: list[Stack] = Field(min_length=1)
    commands: list[Command] = Field(min_length=1, description="what sets module options, the usual one first")
    netqueue: Default
    notes: str = ""
    sources: list[str] = Field(min_length=1)
    most: dict[str, Most] = Field({}, description="by driver; there may be drivers that the catalog does not describe")
    vectors: Vectors | None = None
    builds: list[Build] = Field([], description="those whose settings were seen, oldest first")


class Releases(Part):
    """The file releases.yaml."""

    releases: dict[str, Release]


class Known(Part):
    """The releases that have a setting, and what holds for it there."""

    lowest: str = Field(alias="from")
    highest: str | None = Field(default=None, alias="to")
    default: int | bool | None = None
    min: int | None = None
    max: int | None = None
    multiple: int | None = None
    obsolete: bool = Field(False, description="it is there, and does nothing any more")
    confidence: Confidence
    notes: str = ""


class Missing(Part):
    """The releases that do not have a setting."""

    lowest: str = Field(alias="from")
    highest: str | None = Field(default=None, alias="to")
    confidence: Confidence


class Suggested(Part):
    """What a setting is to be where NetQueue is wanted, and where jumbo frames come on top of it."""

    netqueue: int | bool | None = None
    jumbo: int | bool | None = None


class Setting(Part):
    """A setting of the VMkernel. A release neither `known` nor `missing` is one nobody told us of."""

    type: Literal["bool", "int"]
    unit: str = ""
    meaning: str
    known: list[Known] = Field(min_length=1)
    missing: list[Missing] = Field([])
    successors: list[str] = Field([])
    suggest: Suggested = Suggested()
    at_most: str | None = Field(None, alias="at-most", description="the setting that it may not be above")
    sources: list[str] = Field([], description="where they are not those of the whole file")


class Settings(Part):
    """A file in settings/, or with its group in advanced/."""

    group: str = ""
    sources: list[str] = Field([], description="those of every setting that names none of its own")
    settings: dict[str, Setting]


def compile_catalog(folder: Path) -> Compiled:
    """The catalog in `folder` as plain data, conditions being names of functions (see `functions`).

    Raises CatalogError for the first thing wrong in any of its files.
    """
    sheets = Sheets()
    releases = {
        name: plain(found)
        | {"order": release(name), "builds": tuple((build.name, build.build) for build in found.builds)}
        for name, found in read(folder / "releases.yaml", Releases).releases.items()
    }
    drivers = {}
    for path in sorted((folder / "drivers").glob("*.yaml")):
        driver = driver_of(path)
        if driver.driver != path.stem:
            raise CatalogError(path, at(path, ("driver",)), f"{driver.driver} belongs into {driver.driver}.yaml")
        drivers[driver.driver] = compile_driver(path, driver, releases, sheets)
    return {
        "drivers": drivers,
        "devices": compile_devices(folder / "devices", drivers),
        "releases": releases,
        "settings": compile_settings(folder / "settings"),
        "advanced": compile_settings(folder / "advanced"),
        "functions": sheets.python,
        "texts": sheets.texts,
    }


def functions(compiled: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The functions a compiled catalog names: (name, one Python expression over a mapping `s`)."""
    yield from compiled["functions"].items()


def names(compiled: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a condition may ask about a port of each driver, by type: its effective values."""
    return {
        driver: {name: "int" for generation in found["generations"] for name, _, _ in generation["effective"]}
        for driver, found in compiled["drivers"].items()
    }


class Sheets:
    """The functions written so far: `python` by name, `texts` the condition each was written as.

    A name begins with the driver it is at home with: `igb.igb_1_3_asks`.
    """

    def __init__(self) -> None:
        self.python: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.names: dict[tuple[str, str], str] = {}

    def add(self, driver: str, name: str, text: str, python: str) -> str:
        """The name this expression goes by, its own unless the driver has an equal one."""
        name = self.names.setdefault((driver, python), f"{driver}.{name}")
        self.python[name] = python
        self.texts.setdefault(name, text)
        return name


def driver_of(path: Path) -> Driver:
    """A driver file, what it says for all generations put into each of them."""
    raw = load(path)
    shared = raw.pop("parameters", None) or {}
    lines = raw.pop("effective", None) or {}
    for name, found in shared.items():
        check(path, ("parameters", name), Parameter, found)
    for generation in raw.get("generations") or ():
        if isinstance(generation, dict):
            own = generation.get("parameters") or {}
            generation["parameters"] = {name: {**shared.get(name, {}), **(found or {})} for name, found in own.items()}
            generation["effective"] = {
                name: spelt(name, found, lines, own) for name, found in (generation.get("effective") or {}).items()
            }
    return check(path, (), Driver, raw)


def spelt(name: str, found: Raw, lines: Mapping[str, Raw], own: Mapping[str, Raw]) -> Raw:
    """A line in full: `X: "…"` is short for `X: {is: "…"}`, `X:` for what stands at the top."""
    if found is None and name not in own:
        found = lines.get(name)
    if found is None and name not in own:
        # no parameter and no shared line: an error the compiler reports with its place
        return {"is": name}
    return found if isinstance(found, dict) else {"is": found}


def compile_driver(path: Path, driver: Driver, releases: Mapping[str, Mapping[str, Any]], sheets: Sheets) -> Compiled:
    generations = [
        compile_generation(path, place, driver, generation, releases, sheets)
        for place, generation in enumerate(driver.generations)
    ]
    for release_name, shipped in driver.inbox.items():
        known(path, ("inbox", release_name), "release", release_name, releases)
        if shipped.version and generation_for(generations, shipped.version, release_name) is None:
            message = f"no generation of {driver.driver} covers {shipped.version}"
            raise CatalogError(path, at(path, ("inbox", release_name)), message)
    per = {name: found.per for generation in driver.generations for name, found in generation.parameters.items()}
    alone = tuple(name for name in per if per[name] == "module")
    return plain(driver) | {"generations": generations, "names": tuple(per), "alone": alone}


def compile_generation(
    path: Path,
    place: int,
    driver: Driver,
    generation: Generation,
    releases: Mapping[str, Mapping[str, Any]],
    sheets: Sheets,
) -> Compiled:
    steps: Steps = ("generations", place)
    writer = Writer(path, steps, driver.driver, generation.id, sheets)
    lowest = parse(generation.versions.lowest)
    highest = parse(generation.versions.highest) if generation.versions.highest else None
    for earlier in driver.generations[:place]:
        apart = earlier.releases and generation.releases and not {*earlier.releases} & {*generation.releases}
        overlaps = within(lowest, parse(earlier.versions.lowest), parse(earlier.versions.highest or "99"))
        if overlaps and not apart and earlier.maker == generation.maker:
            message = f"{generation.versions.lowest} is already in generation {earlier.id}"
            raise CatalogError(path, at(path, (*steps, "versions")), message)
    for name in generation.optional:
        known(path, (*steps, "async"), "release", name, releases)
    for name in generation.releases:
        known(path, (*steps, "releases"), "release", name, releases)
    inbox = {
        name: driver.inbox[name].version
        for name in generation.releases or releases
        if name in driver.inbox and not generation.maker
        if ships(driver.inbox[name], generation, driver)
    }
    parameters = dict(writer.parameters(generation))
    if generation.lends:
        for name in (generation.lends.by, *generation.lends.to):
            known(path, (*steps, "lends"), "parameter", name, parameters)
    asks = writer.function(generation.asks, "bool", ("asks",)) if generation.asks else None
    suggest = dict(writer.suggested(generation))
    return {
        "driver": driver.driver,
        "id": generation.id,
        "from": lowest,
        "to": highest,
        "releases": tuple(generation.releases),
        "inbox": inbox,
        "async": generation.optional,
        "maker": generation.maker,
        "build": generation.build or generation.versions.lowest,
        "netqueue": generation.netqueue,
        "asks": asks,
        "suggest": suggest,
        "lends": (generation.lends.by, tuple(generation.lends.to)) if generation.lends else None,
        "sources": generation.sources,
        "confidence": generation.confidence,
        "slots": driver.slots,
        "max_ports": driver.max_ports,
        "unset": driver.unset,
        "like": driver.like,
        "domains": {
            "controller": tuple(generation.controllers),
            "cpus": tuple(range(1, driver.enough_cpus + 1)),
        },
        "parameters": parameters,
        "effective": tuple(writer.lines(generation)),
    }


def ships(inbox: Inbox, generation: Generation, driver: Driver) -> bool:
    """Whether what a release ships belongs to a generation."""
    if inbox.version is None:
        return generation is driver.generations[0]
    lowest = parse(generation.versions.lowest)
    highest = parse(generation.versions.highest) if generation.versions.highest else None
    return bool(within(parse(inbox.version), lowest, highest))


class Writer:
    """Writes one generation's conditions as functions, each line knowing the names above it."""

    def __init__(self, path: Path, steps: Steps, driver: str, generation: str, sheets: Sheets) -> None:
        self.path = path
        self.steps = steps
        self.driver = driver
        self.generation = generation
        self.sheets = sheets
        self.names = dict(FACTS)

    def parameters(self, generation: Generation) -> Iterator[tuple[str, Compiled]]:
        for name, parameter in generation.parameters.items():
            value, highest = {"value": "int"}, {"max": "int"}
            refuses = parameter.outside == REFUSED
            if refuses and not (isinstance(parameter.min, int) and isinstance(parameter.max, int)):
                message = f"{name}: what makes the driver refuse is a value outside two plain numbers, min and max"
                raise CatalogError(self.path, at(self.path, (*self.steps, "parameters", name)), message)
            written = {
                "min": self.number(parameter.min, name, "min"),
                "max": self.number(parameter.max, name, "max"),
                "default": self.number(parameter.default, name, "default"),
                "absent": self.number(parameter.absent, name, "absent", highest),
                "as": self.number(parameter.rewrite, name, "as", value | highest),
                "then": self.number(parameter.then, name, "then", value | highest),
                "outside": None if refuses else self.number(parameter.outside, name, "outside", value | highest),
                "refuses": refuses,
            }
            if parameter.per != "list" and parameter.type != "string":
                self.names[name] = "int"
            confidence = parameter.confidence or generation.confidence
            # its sources are those of the generation where it names none; a pack is loaded for every check
            yield name, plain(parameter) | written | {"confidence": confidence}

    def suggested(self, generation: Generation) -> Iterator[tuple[str, Expression]]:
        """What to write for a port; a value may depend on the controller, and the driver must take it."""
        for name, value in generation.suggest.items():
            steps = ("suggest", name)
            known(self.path, (*self.steps, *steps), "parameter", name, generation.parameters)
            if isinstance(value, str):
                yield name, self.function(value, "int", steps, only={"controller": "string"})
                continue
            parameter = generation.parameters[name]
            low, high = (bound if isinstance(bound, int) else None for bound in (parameter.min, parameter.max))
            inside = (low is None or low <= value) and (high is None or value <= high)
            if value not in parameter.also and not inside:
                message = f"{name} takes {parameter.says or f'{low}..{high}'}, not {value}"
                raise CatalogError(self.path, at(self.path, (*self.steps, *steps)), message)
            yield name, value

    def lines(self, generation: Generation) -> Iterator[tuple[str, str | None, str | None]]:
        for name, line in generation.effective.items():
            value = line.value and self.function(line.value, "int", ("effective", name))
            given = line.given and self.function(line.given, "bool", ("effective", name, "given"))
            self.names[name] = "int"
            yield name, value or None, given or None

    def number(
        self,
        what: Expression | None,
        name: str,
        aspect: str,
        more: Mapping[str, str] | None = None,
    ) -> Expression | None:
        if not isinstance(what, str):
            return what
        return self.function(what, "int", ("parameters", name, aspect), more or {})

    def function(
        self,
        text: str,
        expect: str,
        steps: Steps,
        more: Mapping[str, str] | None = None,
        only: Mapping[str, str] | None = None,
    ) -> str:
        try:
            condition = compile_condition(text, only or {**self.names, **(more or {})}, expect)
        except ConditionError as error:
            line = at(self.path, (*self.steps, *steps))
            raise CatalogError(self.path, line, f"{steps[min(1, len(steps) - 1)]}: {error}") from None
        name = re.sub(r"\W", "_", "_".join([self.driver, self.generation, *map(str, steps)]))
        return self.sheets.add(self.driver, name, text, condition.python)


def compile_devices(folder: Path, drivers: Mapping[str, Compiled]) -> Compiled:
    """Every device by its id. Raises CatalogError where two files describe the same."""
    found: Compiled = {}
    for path in sorted(folder.glob("*.yaml")):
        page = read(path, Devices)
        for number, device in page.devices.items():
            if number in found:
                raise CatalogError(
                    path, at(path, ("devices", number)), f"{number} is described in another file as well"
                )
            found[number] = compile_device(path, number, device, drivers) | {"sources": tuple(page.sources)}
    return found


def compile_device(path: Path, number: str, device: Device, drivers: Mapping[str, Compiled]) -> Compiled:
    claims = {}
    for name, claim in device.claims.items():
        known(path, ("devices", number, "claims", name), "driver", name, drivers)
        claims[name] = {
            "since": parse(claim.since) if claim.since else None,
            "versions": tuple(parse(version) for version in claim.versions),
            "releases": tuple(release(name) for name in claim.releases),
        }
    known_of_it = device.model_dump(by_alias=True, exclude_none=True)
    return {"controller": None} | known_of_it | {"claims": claims}


def compile_settings(folder: Path) -> Compiled:
    """Every setting by its name, `GROUP.NAME` where its file has a group."""
    found: Compiled = {}
    for path in sorted(folder.glob("*.yaml")):
        page = read(path, Settings)
        for name, setting in page.settings.items():
            full = f"{page.group}.{name}" if page.group else name
            if full in found:
                line = at(path, ("settings", name))
                raise CatalogError(path, line, f"{full} is described in another file as well")
            sources = setting.sources or page.sources
            if not sources:
                line = at(path, ("settings", name))
                raise CatalogError(path, line, f"{name} has no sources, and neither has its file")
            found[full] = compile_setting(setting) | {"sources": tuple(sources)}
    return found


def compile_setting(setting: Setting) -> Compiled:
    return plain(setting) | {
        "successors": tuple(setting.successors),
        "known": tuple(span(found) for found in setting.known),
        "missing": tuple(span(found) for found in setting.missing),
    }


def span(found: Known | Missing) -> Compiled:
    """A span with what it says and no more: there are hundreds, and every check loads them."""
    highest = release(found.highest) if found.highest else None
    said = found.model_dump(by_alias=True, exclude_defaults=True)
    return said | {"from": release(found.lowest), "to": highest}


def plain(part: Part) -> Compiled:
    return part.model_dump(by_alias=True)


def known(path: Path, steps: Steps, what: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        message = f"unknown {what} {name}{hint(name, names, ':')}"
        raise CatalogError(path, at(path, steps), message)
