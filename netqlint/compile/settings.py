"""What a configuration file may say, and what to answer when it says something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from json import dumps
from os.path import isfile, join, normpath, relpath
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from netqlint import __version__
from netqlint.compile.toml import Raw, Steps, decode, line, parse
from netqlint.config import Override, Settings, matcher
from netqlint.errors import NetqlintError, nearest
from netqlint.pack import Pack, extended
from netqlint.selection import fits_rule
from netqlint.version import parse as version
from netqlint.version import release

Threshold = Literal["error", "warning", "info", "never"]
Severity = Literal["error", "warning", "info"]
Count = Annotated[int, Field(ge=1, le=999)]
Words = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]


# --- the form


class Table(BaseModel):
    """A table: no key but its own, no value of another type, no change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FactsTable(BaseModel):
    """What to take for granted of a host; any other key is a driver, and gives its version."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    __pydantic_extra__: dict[str, str]

    esx: str | None = Field(None, description='the release, such as "4.0" or "6.7u3"')
    cpus: int | None = Field(None, ge=1, description="logical CPUs")
    mtu: int | None = Field(None, ge=1, description="the MTU of the virtual switches, in bytes")
    netqueue: bool | None = Field(None, description="whether NetQueue is on")


Ports = dict[str, Count | Words]
LISTINGS = "outputs of the hosts' own commands, or folders of them, relative to the configuration file"


class HostTable(FactsTable):
    """The facts of some hosts, and their ports."""

    ports: Ports | None = Field(
        None, description="by driver: the number of ports, or their controllers in PCI order", examples=[{"igb": 4}]
    )
    facts: Words | None = Field(None, description=LISTINGS)


class Part(Table):
    """What may be said for all files, and otherwise for some."""

    assume: FactsTable | None = Field(None, description="what the files themselves do not tell")
    ports: Ports | None = Field(
        None,
        description="by driver: the number of ports, or their controllers in PCI order",
        examples=[{"igb": 4}, {"igb": ["82576", "82576", "I350"]}],
    )
    facts: Words | None = Field(None, description=LISTINGS)
    select: Words | None = Field(None, description="the rules to apply, by code, name or family (NQ2); absent: all")
    ignore: Words | None = Field(None, description="the rules not to apply, written as in select")
    extend_select: Words | None = Field(
        None, alias="extend-select", description="rules to apply beside those of select, written as there"
    )
    severity: dict[str, Severity] | None = Field(
        None, description="by rule, named as in select: how bad it is here", examples=[{"NQ123": "error"}]
    )


class OverrideTable(Part):
    """What holds for some files only; of several that fit a file, later ones win."""

    paths: Words = Field(description="patterns of paths, relative to the configuration file")


class Configuration(Part):
    """netqlint.toml, or the table [tool.netqlint] of pyproject.toml."""

    fail_on: Threshold | None = Field(
        None, alias="fail-on", description="the lowest severity that makes the exit code 1"
    )
    exclude: Words | None = Field(
        None, description="patterns of paths not to check, relative to the configuration file"
    )
    rules: Words | None = Field(None, description="folders with rules of your own, relative to the configuration file")
    extends: Annotated[str, Field(min_length=1)] | Words | None = Field(
        None, description="a configuration file, or several, that this one is laid over; relative to it"
    )
    baseline: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="a file of known findings, relative to the configuration file"
    )
    required_version: str | None = Field(
        None, alias="required-version", description='the versions of netqlint this is for, such as ">=0.1, <2"'
    )
    rules_as_of: str | None = Field(
        None,
        alias="rules-as-of",
        description="a version of netqlint: rules that came later are applied only where they are selected one by one",
    )
    hosts: dict[str, HostTable] | None = Field(
        None,
        description="by pattern of a host's name or path: facts and ports of those hosts",
        examples=[{"esx0?.lab": {"esx": "4.0", "igb": "1.3.8.6", "ports": {"igb": 4}}}],
    )
    inventory: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="a TOML file with the tables of hosts, relative to the configuration file"
    )
    override: list[OverrideTable] | None = Field(None, description="what holds for some files only")


FACTS = tuple(FactsTable.model_fields)


def config_schema() -> dict[str, object]:
    """The JSON Schema of netqlint.toml."""
    # only those who ask for the schema pay for what writes it
    from netqlint.compile.schema import Bare

    schema = Configuration.model_json_schema(by_alias=True, schema_generator=Bare, ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs")
    # draft 07 is what SchemaStore and the editors that read it understand
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://json.schemastore.org/netqlint.json",
        "title": "netqlint",
        **schema,
        "definitions": definitions,
    }


# --- from text to settings


def read(
    data: bytes,
    path: str,
    table: tuple[str, ...],
    folder: str,
    pack: Pack | None,
    inherited: Callable[[tuple[str, ...]], tuple[str, ...]] = lambda files: (),
) -> Settings:
    """The settings in `data`, the file at `path`; its patterns begin at `folder`.

    `table` leads to them in the file; without a pack, names are taken as they are. `inherited` gives the folders with
    rules that the files it extends name. Raises NetqlintError, with the line, for the first thing wrong.
    """
    text = decode(data, path)
    said: Raw = parse(text, path)
    for step in table:
        if not isinstance(said, dict) or step not in said:
            raise NetqlintError(f"{path}: no table [{'.'.join(table)}]")
        said = said[step]
    try:
        configuration = Configuration.model_validate(said)
    except ValidationError as error:
        wrong = _misshapen(error.errors(include_url=False)[0])
        raise _error(path, text, table, wrong) from None
    for wrong in _unfit(configuration, folder):
        raise _error(path, text, table, wrong)
    if pack is not None:
        bases = inherited(_bases(configuration, folder))
        pack = extended(pack, (*bases, *_folders(configuration, folder)))
    for wrong in _senseless(configuration, pack):
        raise _error(path, text, table, wrong)
    return _settings(configuration, folder)


class Inventory(Table):
    """An inventory: nothing but hosts."""

    hosts: dict[str, HostTable]


def read_inventory(data: bytes, path: str, folder: str, pack: Pack | None) -> Settings:
    """What an inventory says of hosts: tables by pattern, as under `hosts` in a configuration."""
    text = decode(data, path)
    said: Raw = parse(text, path)
    try:
        inventory = Inventory.model_validate({"hosts": said})
    except ValidationError as error:
        wrong = _misshapen(error.errors(include_url=False)[0])
        raise _error(path, text, (), Wrong(wrong.steps[1:], wrong.word, wrong.text)) from None
    for wrong in _hosts(inventory.hosts, pack):
        raise _error(path, text, (), Wrong(wrong.steps[1:], wrong.word, wrong.text))
    return Settings(folder, overrides=tuple(_of_hosts(inventory.hosts, folder)))


def _error(path: str, text: str, table: Steps, wrong: Wrong) -> NetqlintError:
    place = line(text, (*table, *wrong.steps), wrong.word)
    return NetqlintError(f"{path}:{place}: {wrong.text}")


def _settings(said: Configuration, folder: str) -> Settings:
    everywhere = _part(said, folder)
    return Settings(
        folder,
        everywhere.assume,
        everywhere.ports,
        everywhere.select,
        everywhere.ignore,
        said.fail_on or "",
        tuple(said.exclude or ()),
        _folders(said, folder),
        (
            *_of_hosts(said.hosts or {}, folder),
            *(Override(tuple(some.paths), _part(some, folder)) for some in said.override or ()),
        ),
        everywhere.extend_select,
        everywhere.severity,
        normpath(join(folder, said.baseline)) if said.baseline else "",
        said.rules_as_of or "",
        _bases(said, folder),
        normpath(join(folder, said.inventory)) if said.inventory else "",
        everywhere.facts,
    )


def _bases(said: Configuration, folder: str) -> tuple[str, ...]:
    listed = [said.extends] if isinstance(said.extends, str) else said.extends or ()
    return tuple(normpath(join(folder, base)) for base in listed)


def _of_hosts(hosts: Mapping[str, HostTable], folder: str) -> Iterator[Override]:
    for pattern, said in hosts.items():
        settings = Settings(
            assume=_assumed(_table_facts(said)), ports=_ports(said.ports), facts=_listings(said.facts, folder)
        )
        yield Override(host_paths(pattern), settings)


def host_paths(pattern: str) -> tuple[str, ...]:
    """The paths a host has: a folder or file of its name, or an esx.conf with its name in front."""
    plain = pattern.rstrip("/")
    return (pattern, *(f"{plain}{ending}" for ending in (".esx.conf", "-esx.conf", "_esx.conf")))


def _folders(said: Configuration, folder: str) -> tuple[str, ...]:
    return tuple(normpath(join(folder, rules)) for rules in said.rules or ())


def _listings(said: list[str] | None, folder: str) -> tuple[str, ...]:
    return tuple(normpath(join(folder, file)) for file in said or ())


def _part(said: Part, folder: str) -> Settings:
    return Settings(
        assume=_assumed(_facts(said)),
        ports=_ports(said.ports),
        select=tuple(said.select or ()),
        ignore=tuple(said.ignore or ()),
        extend_select=tuple(said.extend_select or ()),
        severity=dict(said.severity or {}),
        facts=_listings(said.facts, folder),
    )


def _assumed(facts: Mapping[str, str | int | bool]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in facts.items()}


def _ports(ports: Ports | None) -> dict[str, str]:
    return {driver: ",".join(n) if isinstance(n, list) else str(n) for driver, n in (ports or {}).items()}


def _facts(said: Part) -> dict[str, str | int | bool]:
    return _table_facts(said.assume) if said.assume else {}


def _table_facts(said: FactsTable) -> dict[str, str | int | bool]:
    return said.model_dump(exclude_unset=True, exclude={"ports", "facts"})


# --- what is wrong


class Wrong(NamedTuple):
    """Something at the end of `steps`, in a line that holds `word`, and what to say of it."""

    steps: Steps
    word: str
    text: str


TAKES = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "greater_than_equal": "a number above 0",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a table",
    "string_too_short": "text that is not empty",
    "string_type": "text in quotes",
    "too_short": "a list that is not empty",
}


def _misshapen(error: ErrorDetails) -> Wrong:
    """What pydantic complains of, in the words of TOML and of whoever wrote the file."""
    steps, kind, value = error["loc"], error["type"], error["input"]
    keys = [step for step in steps if isinstance(step, str)]
    if kind == "extra_forbidden":
        return Wrong(steps, keys[-1], _unknown_key(keys))
    if kind == "missing":
        return Wrong(steps[:-1], "", f"{keys[0]} needs {keys[-1]}")
    if "ports" in keys[:-1]:
        # pydantic complains of each form that the value could have
        steps, keys = steps[: steps.index("ports") + 2], keys[: keys.index("ports") + 2]
        takes = "the number of ports, or a list of their controllers in PCI order"
    elif keys[:1] == ["extends"]:
        # here, too, of each form
        steps, keys = steps[:1], keys[:1]
        takes = "the name of a file, or a list of such names"
    elif kind == "literal_error":
        choices = get_args(Severity if "severity" in keys else Threshold)
        near = nearest(str(value), choices) or next((one for one in choices if one.startswith(str(value))), "")
        takes = _listed(choices) + (f'; did you mean "{near}"?' if near else "")
    else:
        takes = f"{TAKES.get(kind, error['msg'])}{_instead(kind, value)}"
    # in a list that runs over several lines the word itself tells which
    word = keys[-1] if steps and isinstance(steps[-1], str) else _shown(value)
    where = ".".join(keys) or "tool.netqlint"
    return Wrong(steps, word, f"{where} is {_shown(value)}: it takes {takes}")


def _unknown_key(keys: list[str]) -> str:
    table: type[BaseModel] = OverrideTable if keys[0] == "override" and len(keys) > 1 else Configuration
    there = [field.alias or name for name, field in table.model_fields.items()]
    if keys in (["tool"], ["netqlint"]):
        return f'unknown key "{keys[0]}": in netqlint.toml the settings stand at the top'
    inside = f" in {'.'.join(keys[:-1])}" if keys[:-1] else ""
    likely = _near(keys[-1], there) or "; netqlint schema config lists them"
    return f'unknown key "{keys[-1]}"{inside}{likely}'


def _instead(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, (int, float)):
        return f', "{value}"'
    if kind == "list_type" and isinstance(value, str):
        return f", [{_shown(value)}]"
    if kind == "list_type" and isinstance(value, dict):
        return " of tables, each under [[override]]"
    return ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    return dumps(value, ensure_ascii=False, default=str)


def _near(word: str, there: Iterable[str]) -> str:
    """The word that was probably meant, else the words there are if they are few."""
    words = sorted(there)
    near = nearest(word, words) or next((one for one in words if one.startswith(word)), "")
    if near:
        return f'; did you mean "{near}"?'
    return f"; there are {', '.join(words)}" if len(words) < 10 else ""


def _listed(words: Iterable[str]) -> str:
    *most, last = (f'"{word}"' for word in words)
    return f"{', '.join(most)} or {last}"


def _senseless(said: Configuration, pack: Pack | None) -> Iterator[Wrong]:
    """What has the right form but means nothing: names nobody knows, patterns nothing fits."""
    yield from _patterns(("exclude",), said.exclude or ())
    yield from _names((), said, pack)
    yield from _hosts(said.hosts or {}, pack)
    for index, some in enumerate(said.override or ()):
        yield from _patterns(("override", index, "paths"), some.paths)
        yield from _names(("override", index), some, pack)


def _unfit(said: Configuration, folder: str) -> Iterator[Wrong]:
    """What this netqlint, or this folder, cannot do."""
    wanted = said.required_version
    if wanted is not None:
        parts = [_NEEDED.fullmatch(part) for part in wanted.split(",")]
        if None in parts:
            text = f'required-version is {_shown(wanted)}: it takes versions such as "0.1.0" or ">=0.1, <2"'
            yield Wrong(("required-version",), "required-version", text)
        elif not all(_meets(part[1] or "==", part[2]) for part in parts if part):
            text = f"required-version is {_shown(wanted)}, and this is netqlint {__version__}"
            yield Wrong(("required-version",), "required-version", text)
    as_of = said.rules_as_of
    if as_of is not None and (not _NEEDED.fullmatch(as_of) or not as_of[0].isdigit()):
        text = f"rules-as-of is {_shown(as_of)}: it takes a version of netqlint, such as {_shown(__version__)}"
        yield Wrong(("rules-as-of",), "rules-as-of", text)
    elif as_of is not None and not _meets(">=", as_of):
        text = f"rules-as-of is {_shown(as_of)}, and this is netqlint {__version__}"
        yield Wrong(("rules-as-of",), "rules-as-of", text)
    for key, files in (("extends", _bases(said, folder)), ("inventory", (said.inventory or "",))):
        for file in files:
            if file and not isfile(join(folder, file)):
                text = f"{key}: there is no file {relpath(join(folder, file))}"
                yield Wrong((key,), key, text)


_NEEDED = re.compile(r"\s*(>=|<=|==|!=|<|>)?\s*([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})\s*")


def _meets(operator: str, bound: str) -> bool:
    ours, theirs = ([int(number) for number in text.split(".")] for text in (__version__, bound))
    wide = max(len(ours), len(theirs))
    ours, theirs = (numbers + [0] * (wide - len(numbers)) for numbers in (ours, theirs))
    answers = {
        ">=": ours >= theirs, "<=": ours <= theirs, "==": ours == theirs,
        "!=": ours != theirs, "<": ours < theirs, ">": ours > theirs,
    }  # fmt: skip
    return answers[operator]


def _hosts(hosts: Mapping[str, HostTable], pack: Pack | None) -> Iterator[Wrong]:
    drivers = pack.catalog["drivers"] if pack else None
    for pattern, said in hosts.items():
        steps: Steps = ("hosts", pattern)
        try:
            matcher(pattern)
        except NetqlintError as error:
            yield Wrong(steps, pattern, str(error))
        for name, value in _table_facts(said).items():
            for text in _fact(name, value, drivers, f"hosts.{_shown(pattern)}"):
                yield Wrong((*steps, name), name, text)
        yield from _unknown_drivers((*steps, "ports"), said.ports, drivers)


def _unknown_drivers(steps: Steps, ports: Ports | None, drivers: Collection[str] | None) -> Iterator[Wrong]:
    for driver in ports or ():
        if drivers is not None and driver not in drivers:
            yield Wrong((*steps, driver), driver, f'unknown driver "{driver}"{_near(driver, drivers)}')


def _patterns(steps: Steps, patterns: Iterable[str]) -> Iterator[Wrong]:
    for index, pattern in enumerate(patterns):
        try:
            matcher(pattern)
        except NetqlintError as error:
            yield Wrong((*steps, index), _shown(pattern), str(error))


def _names(steps: Steps, said: Part, pack: Pack | None) -> Iterator[Wrong]:
    drivers = pack.catalog["drivers"] if pack else None
    for name, value in _facts(said).items():
        for text in _fact(name, value, drivers):
            yield Wrong((*steps, "assume", name), name, text)
    yield from _unknown_drivers((*steps, "ports"), said.ports, drivers)
    for word in said.severity or ():
        if pack and not any(fits_rule(word, rule) for rule in pack.rules):
            there = [rule[called] for rule in pack.rules for called in ("code", "name")]
            yield Wrong((*steps, "severity", word), word, f'unknown rule "{word}"{_near(word, there)}')
    for key, words in (("select", said.select), ("ignore", said.ignore), ("extend-select", said.extend_select)):
        for index, word in enumerate(words or ()):
            if pack and not any(fits_rule(word, rule) for rule in pack.rules):
                there = [rule[called] for rule in pack.rules for called in ("code", "name")]
                text = f'unknown rule "{word}"{_near(word, there)}'
                yield Wrong((*steps, key, index), _shown(word), text)


def _fact(name: str, value: str | int | bool, drivers: Collection[str] | None, table: str = "assume") -> Iterator[str]:
    if name not in FACTS and drivers is not None and name not in drivers:
        yield f'unknown fact "{name}"{_near(name, (*FACTS, *drivers))}'
    elif name == "esx" and not release(str(value)):
        yield f'{table}.esx is {_shown(value)}: it takes a release, such as "4.0" or "6.7u3"'
    elif name not in FACTS and not version(str(value)):
        yield f'{table}.{name} is {_shown(value)}: it takes a version, such as "1.3.8.6"'
