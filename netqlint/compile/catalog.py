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
DeviceId = Annotated[str, Field(pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")]
# a number, or a condition that gives one
Expression = int | str

FACTS = {"controller": "string", "cpus": "int", "unknown": "int"}


class Documented(Part):
    """What the manual allows where the code allows something else."""

    also: list[int] = Field([])
    min: int | None = None
    max: int | None = None


class Parameter(Part):
    """A module parameter: what it takes, what it reads instead of nonsense, what it means."""

    per: Literal["port", "module"] = "port"
    type: Literal["int", "bool", "string"] = "int"
    also: list[int] = Field([])
    min: Expression | None = None
    max: Expression | None = None
    default: Expression | None = None
    absent: Expression | None = None
    rewrite: str | None = Field(default=None, alias="as")
    then: str | None = None
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


class Generation(Part):
    """Versions of a driver that read their parameters alike."""

    id: str
    versions: Versions
    controllers: list[str]
    optional: list[str] = Field([], alias="async")
    build: str | None = Field(None, description="the version to assume where no other is told")
    netqueue: str
    asks: str | None = Field(default=None, description="on which ports the options ask for NetQueue queues")
    sources: list[str] = Field(min_length=1)
    confidence: Confidence
    parameters: dict[str, Parameter]
    effective: dict[str, Line]


class Inbox(Part):
    """The version of a driver that a release ships."""

    version: str
    confidence: Confidence


class Driver(Part):
    """A driver: every generation of it, in the order of their versions."""

    driver: str
    summary: str
    stack: Stack
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
    """A PCI device: queues, VMDq pools and vectors of one port as the drivers can use them."""

    controller: str
    name: str
    queues: int
    hardware_rx: int
    hardware_tx: int
    pools: int
    vfs: int
    vectors: int
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


class Setting(Part):
    """A setting of the VMkernel. A release neither `known` nor `missing` is one nobody told us of."""

    type: Literal["bool", "int"]
    unit: str = ""
    meaning: str
    known: list[Known] = Field(min_length=1)
    missing: list[Missing] = Field([])
    successors: list[str] = Field([])
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
    """The functions written so far: `python` by name, `texts` the condition each was written as."""

    def __init__(self) -> None:
        self.python: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def add(self, name: str, text: str, python: str) -> str:
        """The name this expression goes by, its own unless an equal one came before."""
        name = self.names.setdefault(python, name)
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
        if generation_for(generations, shipped.version) is None:
            message = f"no generation of {driver.driver} covers {shipped.version}"
            raise CatalogError(path, at(path, ("inbox", release_name)), message)
    names = dict.fromkeys(name for generation in driver.generations for name in generation.parameters)
    return plain(driver) | {"generations": generations, "names": tuple(names)}


def compile_generation(
    path: Path,
    place: int,
    driver: Driver,
    generation: Generation,
    releases: Mapping[str, Mapping[str, Any]],
    sheets: Sheets,
) -> Compiled:
    steps: Steps = ("generations", place)
    writer = Writer(path, steps, f"{driver.driver}_{generation.id}", sheets)
    lowest = parse(generation.versions.lowest)
    highest = parse(generation.versions.highest) if generation.versions.highest else None
    for earlier in driver.generations[:place]:
        if within(lowest, parse(earlier.versions.lowest), parse(earlier.versions.highest or "99")):
            message = f"{generation.versions.lowest} is already in generation {earlier.id}"
            raise CatalogError(path, at(path, (*steps, "versions")), message)
    for name in generation.optional:
        known(path, (*steps, "async"), "release", name, releases)
    inbox = {
        name: driver.inbox[name].version
        for name in releases
        if name in driver.inbox and within(parse(driver.inbox[name].version), lowest, highest)
    }
    parameters = dict(writer.parameters(generation))
    asks = writer.function(generation.asks, "bool", ("asks",)) if generation.asks else None
    return {
        "driver": driver.driver,
        "id": generation.id,
        "from": lowest,
        "to": highest,
        "inbox": inbox,
        "async": generation.optional,
        "build": generation.build or generation.versions.lowest,
        "netqueue": generation.netqueue,
        "asks": asks,
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


class Writer:
    """Writes one generation's conditions as functions, each line knowing the names above it."""

    def __init__(self, path: Path, steps: Steps, prefix: str, sheets: Sheets) -> None:
        self.path = path
        self.steps = steps
        self.prefix = prefix
        self.sheets = sheets
        self.names = dict(FACTS)

    def parameters(self, generation: Generation) -> Iterator[tuple[str, Compiled]]:
        for name, parameter in generation.parameters.items():
            value, highest = {"value": "int"}, {"max": "int"}
            written = {
                "min": self.number(parameter.min, name, "min"),
                "max": self.number(parameter.max, name, "max"),
                "default": self.number(parameter.default, name, "default"),
                "absent": self.number(parameter.absent, name, "absent", highest),
                "as": self.number(parameter.rewrite, name, "as", value | highest),
                "then": self.number(parameter.then, name, "then", value | highest),
            }
            if parameter.per == "port":
                self.names[name] = "int"
            confidence = parameter.confidence or generation.confidence
            sources = parameter.sources or generation.sources
            yield name, plain(parameter) | written | {"confidence": confidence, "sources": sources}

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

    def function(self, text: str, expect: str, steps: Steps, more: Mapping[str, str] | None = None) -> str:
        try:
            condition = compile_condition(text, {**self.names, **(more or {})}, expect)
        except ConditionError as error:
            line = at(self.path, (*self.steps, *steps))
            raise CatalogError(self.path, line, f"{steps[min(1, len(steps) - 1)]}: {error}") from None
        name = re.sub(r"\W", "_", "_".join([self.prefix, *map(str, steps)]))
        return self.sheets.add(name, text, condition.python)


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
            found[number] = compile_device(path, number, device, drivers) | {"sources": page.sources}
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
    return plain(device) | {"claims": claims}


def compile_settings(folder: Path) -> Compiled:
    """Every setting by its name, `GROUP.NAME` where its file has a group."""
    found: Compiled = {}
    for path in sorted(folder.glob("*.yaml")):
        page = read(path, Settings)
        for name, setting in page.settings.items():
            place = at(path, ("settings", name))
            full = f"{page.group}.{name}" if page.group else name
            if full in found:
                raise CatalogError(path, place, f"{full} is described in another file as well")
            sources = setting.sources or page.sources
            if not sources:
                raise CatalogError(path, place, f"{name} has no sources, and neither has its file")
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
