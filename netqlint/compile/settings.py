"""What a configuration file may say, and what to answer when it says something else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from json import dumps
from os.path import join, normpath
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from netqlint.compile.toml import Raw, Steps, decode, line, parse
from netqlint.config import Override, Settings, matcher
from netqlint.errors import NetqlintError, nearest
from netqlint.pack import Pack, extended
from netqlint.selection import fits_rule
from netqlint.version import parse as version
from netqlint.version import release

Threshold = Literal["error", "warning", "info", "never"]
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


class Part(Table):
    """What may be said for all files, and otherwise for some."""

    assume: FactsTable | None = Field(None, description="what the files themselves do not tell")
    ports: dict[str, Count | Words] | None = Field(
        None,
        description="by driver: the number of ports, or their controllers in PCI order",
        examples=[{"igb": 4}, {"igb": ["82576", "82576", "I350"]}],
    )
    select: Words | None = Field(None, description="the rules to apply, by code, name or family (NQ2); absent: all")
    ignore: Words | None = Field(None, description="the rules not to apply, written as in select")


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
    override: list[OverrideTable] | None = Field(None, description="what holds for some files only")


FACTS = tuple(FactsTable.model_fields)


def config_schema() -> dict[str, object]:
    """The JSON Schema of netqlint.toml."""
    # only those who ask for the schema pay for what writes it
    from netqlint.compile.schema import Bare

    schema = Configuration.model_json_schema(by_alias=True, schema_generator=Bare)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


# --- from text to settings


def read(data: bytes, path: str, table: tuple[str, ...], folder: str, pack: Pack | None) -> Settings:
    """The settings in `data`, the file at `path`; its patterns begin at `folder`.

    `table` leads to them in the file; without a pack, names are taken as they are. Raises
    NetqlintError, with the line, for the first thing wrong.
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
    if pack is not None:
        pack = extended(pack, _folders(configuration, folder))
    for wrong in _senseless(configuration, pack):
        raise _error(path, text, table, wrong)
    return _settings(configuration, folder)


def _error(path: str, text: str, table: Steps, wrong: Wrong) -> NetqlintError:
    place = line(text, (*table, *wrong.steps), wrong.word)
    return NetqlintError(f"{path}:{place}: {wrong.text}")


def _settings(said: Configuration, folder: str) -> Settings:
    everywhere = _part(said)
    return Settings(
        folder,
        everywhere.assume,
        everywhere.ports,
        everywhere.select,
        everywhere.ignore,
        said.fail_on or "",
        tuple(said.exclude or ()),
        _folders(said, folder),
        tuple(Override(tuple(some.paths), _part(some)) for some in said.override or ()),
    )


def _folders(said: Configuration, folder: str) -> tuple[str, ...]:
    return tuple(normpath(join(folder, rules)) for rules in said.rules or ())


def _part(said: Part) -> Settings:
    return Settings(
        assume={
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in _facts(said).items()
        },
        ports={
            driver: ",".join(ports) if isinstance(ports, list) else str(ports)
            for driver, ports in (said.ports or {}).items()
        },
        select=tuple(said.select or ()),
        ignore=tuple(said.ignore or ()),
    )


def _facts(said: Part) -> dict[str, str | int | bool]:
    return said.assume.model_dump(exclude_unset=True) if said.assume else {}


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
    elif kind == "literal_error":
        takes = f"{_listed(get_args(Threshold))}{_near(str(value), get_args(Threshold))}"
    else:
        takes = f"{TAKES.get(kind, error['msg'])}{_instead(kind, value)}"
    # in a list that runs over several lines the word itself tells which
    word = keys[-1] if steps and isinstance(steps[-1], str) else _shown(value)
    where = ".".join(keys) or "tool.netqlint"
    return Wrong(steps, word, f"{where} is {_shown(value)}: it takes {takes}")


def _unknown_key(keys: list[str]) -> str:
    table = OverrideTable if keys[0] == "override" and len(keys) > 1 else Configuration
    there = [field.alias or name for name, field in table.model_fields.items()]
    if keys in (["tool"], ["netqlint"]):
        return f'unknown key "{keys[0]}": in netqlint.toml the settings stand at the top'
    inside = f" in {'.'.join(keys[:-1])}" if keys[:-1] else ""
    return f'unknown key "{keys[-1]}"{inside}{_near(keys[-1], there)}'


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
    for index, some in enumerate(said.override or ()):
        yield from _patterns(("override", index, "paths"), some.paths)
        yield from _names(("override", index), some, pack)


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
    for driver in said.ports or ():
        if drivers is not None and driver not in drivers:
            text = f'unknown driver "{driver}"{_near(driver, drivers)}'
            yield Wrong((*steps, "ports", driver), driver, text)
    for key, words in (("select", said.select), ("ignore", said.ignore)):
        for index, word in enumerate(words or ()):
            if pack and not any(fits_rule(word, rule) for rule in pack.rules):
                there = [rule[called] for rule in pack.rules for called in ("code", "name")]
                text = f'unknown rule "{word}"{_near(word, there)}'
                yield Wrong((*steps, key, index), _shown(word), text)


def _fact(name: str, value: str | int | bool, drivers: Collection[str] | None) -> Iterator[str]:
    if name not in FACTS and drivers is not None and name not in drivers:
        yield f'unknown fact "{name}"{_near(name, (*FACTS, *drivers))}'
    elif name == "esx" and not release(str(value)):
        yield f'assume.esx is {_shown(value)}: it takes a release, such as "4.0" or "6.7u3"'
    elif name not in FACTS and not version(str(value)):
        yield f'assume.{name} is {_shown(value)}: it takes a version, such as "1.3.8.6"'
