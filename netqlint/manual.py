"""What netqlint knows, told to people: rules, parameters and kernel settings out of the same data that judges."""

from __future__ import annotations

import re

from netqlint.driver import version_range
from netqlint.errors import NetqlintError, hint
from netqlint.pack import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netqlint.driver import Plain
    from netqlint.pack import Pack
    from netqlint.version import Version

_MARK = re.compile("[«»]")
# `fix:        unsafe`: what is wrapped goes on under the text
_LABEL = re.compile(r" *[A-Za-z]+(?: [a-z]+)?: +")

SURE = {
    "documented": "documented by the vendor",
    "source": "read in driver source",
    "inferred": "inferred from sources",
    "memory": "from memory, unverified",
}


def explain(word: str, pack: Pack, width: int = 80) -> str:
    """Everything about a rule (code or name), a parameter (`VMDQ`, `igb.VMDQ`), a driver or a kernel setting.

    Raises NetqlintError, with the nearest thing that exists, where there is no such thing.
    """
    pages = [
        *(_rule_page(rule) for rule in told(pack) if word.lower() in (rule["code"].lower(), rule["name"])),
        *(_driver_page(name, pack) for name in pack.catalog["drivers"] if name == word.lower()),
        *(_parameter_page(driver, name, pack) for driver, name in _parameters(word, pack)),
        *(_setting_page(name, found) for name, found in _settings(pack).items() if name.lower() == word.lower()),
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
    names += [*pack.catalog["drivers"], *_settings(pack)]
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
            yield from (row for line in text.splitlines() for row in _underlined(line))
    yield ""


def _underlined(line: str) -> Iterator[str]:
    """A line of an example; what stands between its marks is underlined in a line below."""
    marks = "".join(
        " " * len(part) if nth % 2 == 0 else "^" * max(len(part), 1) for nth, part in enumerate(_MARK.split(line))
    )
    yield f"  {_MARK.sub('', line)}"
    if "^" in marks:
        yield f"  {marks.rstrip()}"


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
        yield ""
    rules = [rule for rule in told(pack) if name in [subject for subject, _, _ in rule["about"]]]
    yield from (f"rule: {rule['code']} {rule['name']}" for rule in rules)


def _heading(driver: str, generation: Plain) -> Iterator[str]:
    releases = [f"{release} (inbox)" for release in generation["inbox"]]
    releases += [f"{release} (async)" for release in generation["async"]]
    yield f"{driver} {version_range(generation)}" + (f", on ESX {', '.join(releases)}" if releases else "")


def _parameter_page(driver: str, name: str, pack: Pack) -> Iterator[str]:
    found = pack.catalog["drivers"][driver]
    having = [generation for generation in found["generations"] if name in generation["parameters"]]
    yield f"{driver}.{name}"
    yield ""
    yield having[-1]["parameters"][name]["meaning"]
    yield ""
    for generation in having:
        yield from _in_generation(driver, generation, generation["parameters"][name])
    lacking = [version_range(g) for g in found["generations"] if name not in g["parameters"]]
    if lacking:
        yield f"not in {driver} {', '.join(lacking)}"
        yield ""
    rules = [rule for rule in told(pack) if _speaks_of(rule, driver, name)]
    if rules:
        yield "rules: " + ", ".join(f"{rule['code']} {rule['name']}" for rule in rules)


def _in_generation(driver: str, generation: Plain, parameter: Plain) -> Iterator[str]:
    yield from _heading(driver, generation)
    each = "one value per port" if parameter["per"] == "port" else "one value for the module"
    yield f"  takes:   {parameter['says'] or 'unknown'}, {each}"
    if isinstance(parameter["default"], int):
        yield f"  default: {parameter['default']}"
    yield f"  means:   {parameter['meaning']}"
    yield f"  known:   {SURE[parameter['confidence']]}"
    yield from (f"  source:  {source}" for source in parameter["sources"])
    yield ""


def _speaks_of(rule: Plain, driver: str, name: str) -> bool:
    abouts = [subject for subject, _, _ in rule["about"]]
    return driver in abouts and (name in rule["names"] or f"'{name}'" in rule["conditions"]["when"])


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
        yield f"ESX {_releases(span)}: is there{value} ({SURE[span['confidence']]})"
    for span in setting["missing"]:
        yield f"ESX {_releases(span)}: does not exist ({SURE[span['confidence']]})"
    if setting["successors"]:
        yield f"since then: {', '.join(setting['successors'])}"
    yield ""
    yield "sources:"
    yield from (f"  {source}" for source in setting["sources"])


def _releases(span: Plain) -> str:
    oldest, newest = _spelt(span["from"]), _spelt(span["to"]) if span["to"] else "later"
    return oldest if oldest == newest else f"{oldest} to {newest}"


def _spelt(order: Version) -> str:
    update = f"u{order[2]}" if len(order) > 2 else ""
    letter = chr(ord("a") + order[3] - 1) if len(order) > 3 else ""
    return ".".join(map(str, order[:2])) + update + letter


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    from textwrap import wrap

    for line in lines:
        if len(line) <= width or line.split()[-1].startswith("http"):
            yield line
        else:
            label = _LABEL.match(line)
            indent = " " * (len(label[0]) if label else len(line) - len(line.lstrip()))
            yield from wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
