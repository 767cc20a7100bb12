"""What netqlint knows, told to people: rules, parameters, devices, settings, releases out of the data that judges."""

from __future__ import annotations

import re

from netqlint.driver import version_range
from netqlint.errors import NetqlintError, hint
from netqlint.knowledge import (
    OF_A_PORT,
    SURE,
    alike_in,
    claimed,
    default,
    for_release,
    having,
    is_release,
    offered,
    releases_of,
    shipped,
    speaks_of,
    underlined,
)
from netqlint.pack import told
from netqlint.version import release
from netqlint.world import exists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netqlint.driver import Plain
    from netqlint.pack import Pack

# `fix:        unsafe`: what is wrapped goes on under the text
_LABEL = re.compile(r" *[A-Za-z]+(?: [a-z]+)?: +")

EACH = {"port": "one value per port", "module": "one value for the module", "list": "a list of values"}


def explain(word: str, pack: Pack, width: int = 80) -> str:
    """Everything about a rule (code or name), a parameter, a driver, a device, a kernel setting or a release.

    A parameter of several drivers (`VMDQ`) is told in a line for each, `igb.VMDQ` in full. Raises NetqlintError, with
    the nearest thing that exists, where there is no such thing.
    """
    pages = [
        *(_rule_page(rule) for rule in told(pack) if word.lower() in (rule["code"].lower(), rule["name"])),
        *(_driver_page(name, pack) for name in pack.catalog["drivers"] if name.lower() == word.lower()),
        *_parameter_pages(word, pack),
        *(_device_page(number, pack) for number in pack.catalog["devices"] if word.lower() in (number, number[5:])),
        *(_setting_page(name, found) for name, found in _settings(pack).items() if name.lower() == word.lower()),
        *(_release_page(name, pack) for name in pack.catalog["releases"] if is_release(word, name)),
    ]
    if not pages:
        raise NetqlintError(f"nothing is called {word}{_near(word, pack)}")
    return "\n".join("\n".join(_wrapped(page, width)) + "\n" for page in pages)


def list_rules(pack: Pack, as_json: bool = False) -> str:
    """Every rule, one a line; as JSON with everything but its examples."""
    if as_json:
        import json

        keys = ("code", "name", "severity", "summary", "about", "for", "why", "sources", "confidence")
        rows = [{**{key: rule[key] for key in keys}, "fix": _fixable(rule)} for rule in told(pack)]
        for row in rows:
            row["about"] = _about(row)
        return json.dumps(rows, indent=2) + "\n"
    wide = max((len(rule["name"]) for rule in told(pack)), default=0)
    return "".join(
        f"{rule['code']}  {rule['severity']:<7}  {_fixable(rule) or '-':<7}  {rule['name']:<{wide}}  "
        f"{rule['summary']}\n"
        for rule in told(pack)
    )


def _near(word: str, pack: Pack) -> str:
    names = [name for rule in told(pack) for name in (rule["code"], rule["name"])]
    names += [name for _, name in _parameters("", pack)]
    names += [f"{driver}.{name}" for driver, name in _parameters("", pack)]
    names += [name for kind in ("drivers", "devices", "releases") for name in pack.catalog[kind]]
    names += [*_settings(pack), *(f"esx{name}" for name in pack.catalog["releases"])]
    return hint(word, names) or "; netqlint rules lists the rules"


# --- pages: lines, indented by blanks; each is wrapped to the width


def _rule_page(rule: Plain) -> Iterator[str]:
    yield f"{rule['code']} {rule['name']} ({rule['severity']})"
    yield ""
    yield rule["summary"]
    yield ""
    for line in rule["why"].split("\n\n"):
        yield " ".join(line.split())
        yield ""
    if _about(rule):
        yield f"applies to: {_about(rule)}"
    conditions = rule["conditions"]
    if conditions["when"]:
        yield f"when:       {conditions['when']}"
    if conditions["require"]:
        yield f"require:    {conditions['require']}"
    yield f"fix:        {_fixable(rule) or 'none, a person has to decide'}"
    yield f"known:      {SURE[rule['confidence']]}"
    yield ""
    yield from _examples(rule)
    yield "sources:"
    yield from (f"  {source}" for source in rule["sources"])


def _about(rule: Plain) -> str:
    return ", ".join(" ".join(part for part in parts if part) for parts in rule["about"])


def _fixable(rule: Plain) -> str:
    return rule["fix"]["applicability"] if rule["fix"] else ""


def _examples(rule: Plain) -> Iterator[str]:
    good = next(example for example in rule["examples"] if example["good"] is not None)
    bad = [example for example in rule["examples"] if example["bad"] is not None]
    for title, text, example in (
        ("bad", bad[0]["bad"], bad[0]),
        ("fixed", bad[0]["fixed"], bad[0]),
        ("good", good["good"], good),
    ):
        if text is not None:
            given = ", ".join(f"{name}={value}" for name, value in example["given"].items())
            yield f"{title}{f' (given {given})' if given and title != 'fixed' else ''}:"
            yield from (row for line in text.splitlines() for row in underlined(line))
            if example.get("listing") and title != "fixed":
                yield "where the host says:"
                yield from (f"  {line}" for line in example["listing"].splitlines())
            for name, beside in example.get("beside", {}).items() if title != "fixed" else ():
                yield f"where {name} says:"
                yield from (f"  {line}" for line in beside.splitlines())
    yield ""


def _parameters(word: str, pack: Pack) -> Iterable[tuple[str, str]]:
    """The drivers that have a parameter of this name, in any case; with an empty word, all of them."""
    wanted, _, name = word.rpartition(".")
    for driver, found in pack.catalog["drivers"].items():
        names = dict.fromkeys(name for generation in found["generations"] for name in generation["parameters"])
        for known in names:
            if not word or (known.lower() == name.lower() and wanted.lower() in ("", driver)):
                yield driver, known


def _driver_page(name: str, pack: Pack) -> Iterator[str]:
    found = pack.catalog["drivers"][name]
    yield f"{name}: {found['summary']}"
    yield ""
    for generation in found["generations"]:
        yield from _heading(name, generation)
        yield f"  NetQueue: {generation['netqueue']}"
        yield f"  takes:    {', '.join(generation['parameters'])}"
        yield f"  known:    {SURE[generation['confidence']]}"
        yield from (f"  source:   {source}" for source in generation["sources"])
        yield ""
    devices = [number for number, device in pack.catalog["devices"].items() if name in device["claims"]]
    if devices:
        yield f"devices: {', '.join(devices)}"
        yield ""
    rules = [rule for rule in told(pack) if name in [subject for subject, _, _ in rule["about"]]]
    yield from (f"rule: {rule['code']} {rule['name']}" for rule in rules)


def _heading(driver: str, generation: Plain) -> Iterator[str]:
    releases = [f"{release} (inbox)" for release in generation["inbox"]]
    releases += [f"{release} (async)" for release in generation["async"]]
    yield f"{driver} {version_range(generation)}" + (f", on ESX {', '.join(releases)}" if releases else "")


def _parameter_pages(word: str, pack: Pack) -> Iterator[Iterator[str]]:
    found = [*_parameters(word, pack)]
    if len(found) > 1:
        yield _parameters_page(word, found, pack)
    else:
        yield from (_parameter_page(driver, name, pack) for driver, name in found)


def _parameters_page(word: str, found: Iterable[tuple[str, str]], pack: Pack) -> Iterator[str]:
    yield f"{word}: a parameter of several drivers"
    yield ""
    for driver, name in found:
        meanings = {generation["parameters"][name]["meaning"] for generation in having(driver, name, pack)}
        meaning = meanings.pop() if len(meanings) == 1 else "it differs with the version"
        yield f"{driver}.{name}: {meaning or 'unknown'}"
    yield ""
    yield f"netqlint explain {driver}.{name} tells all of one"


def _parameter_page(driver: str, name: str, pack: Pack) -> Iterator[str]:
    found = pack.catalog["drivers"][driver]
    yield f"{driver}.{name}"
    yield ""
    alike = alike_in(driver, name, pack)
    if len(alike) == 1:
        yield alike[0][0]["parameters"][name]["meaning"] or "what it means is not known"
    else:
        spelt = "; ".join(", ".join(map(version_range, group)) for group in alike)
        yield f"differs with the version of {driver}: {spelt}"
    yield ""
    for generation in having(driver, name, pack):
        yield from _in_generation(driver, generation, generation["parameters"][name], pack)
    lacking = [version_range(g) for g in found["generations"] if name not in g["parameters"]]
    if lacking:
        yield f"not in {driver} {', '.join(lacking)}"
        yield ""
    rules = [rule for rule in told(pack) if speaks_of(rule, driver, name)]
    if rules:
        yield "rules: " + ", ".join(f"{rule['code']} {rule['name']}" for rule in rules)


def _or_unknown(value: object) -> str:
    return "unknown" if value is None else str(value)


def _in_generation(driver: str, generation: Plain, parameter: Plain, pack: Pack) -> Iterator[str]:
    yield from _heading(driver, generation)
    each = EACH[parameter["per"]]
    if parameter["counts"]:
        each += f" of {', '.join(parameter['counts'])}"
    yield f"  takes:   {parameter['says'] or 'unknown'}, {each}"
    if default(parameter, generation, pack):
        yield f"  default: {default(parameter, generation, pack)}"
    yield f"  means:   {parameter['meaning'] or 'unknown'}"
    yield f"  known:   {SURE[parameter['confidence']]}"
    yield from (f"  source:  {source}" for source in parameter["sources"] or generation["sources"])
    yield ""


def _device_page(number: str, pack: Pack) -> Iterator[str]:
    device = pack.catalog["devices"][number]
    yield f"{number} {device['name']}"
    yield ""
    yield f"controller: {_or_unknown(device['controller'])}"
    yield ""
    yield "one port of it has:"
    yield from (f"  {what}: {_or_unknown(device.get(key))}" for key, what in OF_A_PORT.items())
    yield ""
    for driver, claim in device["claims"].items():
        yield f"claimed by: {driver}{claimed(claim)}"
    yield ""
    yield "sources:"
    yield from (f"  {source}" for source in device["sources"])


def _release_page(name: str, pack: Pack) -> Iterator[str]:
    found = pack.catalog["releases"][name]
    yield f"ESX {name}: {found['name']}"
    yield ""
    if found["notes"]:
        yield found["notes"]
        yield ""
    yield f"runs:      {' and '.join(found['stacks'])} drivers"
    default = "on" if found["netqueue"]["default"] else "off"
    yield f"NetQueue:  {default} where nothing is written ({SURE[found['netqueue']['confidence']]})"
    yield f"set with:  {', '.join(found['commands'])}"
    yield ""
    for driver, version, sure in shipped(name, pack):
        yield f"{driver} {version}: comes with it ({SURE[sure]})"
    for driver, generation in offered(name, pack):
        yield f"{driver} {version_range(generation)}: can be installed"
    yield ""
    for answer, says in ((True, "is there"), (False, "does not exist"), (None, "nobody told")):
        settings = [
            key for key, setting in pack.catalog["settings"].items() if exists(setting, release(name)) is answer
        ]
        if settings:
            yield f"{says}: {', '.join(settings)}"
    rules = [f"{rule['code']} {rule['name']}" for rule in told(pack) if for_release(rule, name)]
    if rules:
        yield ""
        yield f"rules of its own: {', '.join(rules)}"
    yield ""
    yield "sources:"
    yield from (f"  {source}" for source in found["sources"])


def _settings(pack: Pack) -> Mapping[str, Plain]:
    """The settings of both kinds; `GROUP.NAME` is an advanced one."""
    return {**pack.catalog["settings"], **pack.catalog["advanced"]}


def _setting_page(name: str, setting: Plain) -> Iterator[str]:
    yield f"{name} ({'advanced' if '.' in name else 'VMkernel boot'} setting, {setting['type']})"
    yield ""
    yield setting["meaning"]
    yield ""
    for span in setting["known"]:
        limits = f", {span.get('min', 0)}..{span['max']}" if "max" in span else ""
        limits += f", a multiple of {span['multiple']}" if "multiple" in span else ""
        limits += ", obsolete" if span.get("obsolete") else ""
        default = f", default {str(span['default']).upper()}" if "default" in span else ""
        unit = f" {setting['unit']}" if setting["unit"] else ""
        value = f"{default}{limits}{unit}" if default or limits else ""
        yield f"ESX {releases_of(span)}: is there{value} ({SURE[span['confidence']]})"
    for span in setting["missing"]:
        yield f"ESX {releases_of(span)}: does not exist ({SURE[span['confidence']]})"
    if setting["successors"]:
        yield f"since then: {', '.join(setting['successors'])}"
    yield ""
    yield "sources:"
    yield from (f"  {source}" for source in setting["sources"])


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    from textwrap import wrap

    for line in lines:
        if len(line) <= width or line.split()[-1].startswith("http"):
            yield line
        else:
            label = _LABEL.match(line)
            indent = " " * (len(label[0]) if label else len(line) - len(line.lstrip()))
            yield from wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
