"""What the manual asks of the catalog: who has what, since when, by which default, and how to say it."""

from __future__ import annotations

import re

from netqlint.driver import Asked
from netqlint.reporters.cells import visible
from netqlint.reporters.words import well_formed
from netqlint.version import release, within
from netqlint.world import exists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netqlint.driver import Plain
    from netqlint.pack import Pack
    from netqlint.version import Version

_MARK = re.compile("[«»]")
_RELEASE = re.compile(r"(?:esxi?|vsphere)?[ -]?v?[0-9]{1,2}(?:\.[0-9]+)*(?:[ -]?u[0-9]+)?[a-z]?", re.IGNORECASE)
SURE = {
    "documented": "documented by the vendor",
    "source": "read in driver source",
    "inferred": "inferred from sources",
    "memory": "from memory, unverified",
}
OF_A_PORT = {
    "queues": "queues the driver uses",
    "hardware_rx": "receive queues in hardware",
    "hardware_tx": "transmit queues in hardware",
    "pools": "VMDq pools",
    "vfs": "virtual functions",
    "vectors": "MSI-X vectors",
}


def having(driver: str, name: str, pack: Pack) -> list[Plain]:
    """The generations of a driver that have a parameter."""
    return [found for found in pack.catalog["drivers"][driver]["generations"] if name in found["parameters"]]


def alike_in(driver: str, name: str, pack: Pack) -> list[list[Plain]]:
    """The generations that have a parameter, those together that take and make of it the same."""
    groups: dict[object, list[Plain]] = {}
    for generation in having(driver, name, pack):
        parameter = generation["parameters"][name]
        key = (
            tuple(repr(parameter[aspect]) for aspect in ("per", "says", "meaning")),
            default(parameter, generation, pack),
        )
        groups.setdefault(key, []).append(generation)
    return list(groups.values())


def default(parameter: Plain, generation: Plain, pack: Pack) -> str:
    """The default in words, by controller where it differs; empty where it is unknown."""
    what = parameter["default"]
    if not isinstance(what, str):
        return "" if what is None else str(what)
    of_value: dict[object, list[str]] = {}
    for controller in generation["domains"]["controller"] or ("",):
        value = pack.functions[what](Asked({"unknown": None, "controller": controller}))
        of_value.setdefault(value, []).append(controller)
    usual = max(of_value, key=lambda value: len(of_value[value]))
    spelt = {value: "it depends" if value is None else str(value) for value in of_value}
    rest = [f"{spelt[value]} on {', '.join(names)}" for value, names in of_value.items() if value != usual]
    return ", but ".join([spelt[usual], *rest])


def speaks_of(rule: Plain, driver: str, name: str) -> bool:
    """Whether a rule is about a driver and asks about a parameter of it."""
    abouts = [subject for subject, _, _ in rule["about"]]
    return driver in abouts and (name in rule["names"] or f"'{name}'" in rule["conditions"]["when"])


def claimed(claim: Plain) -> str:
    """Which builds of a driver claim a device, to stand behind its name."""
    parts = [f"{dotted(version)}" for version in claim["versions"]]
    parts += [f"{dotted(claim['since'])} and later"] if claim["since"] else []
    parts += [f"of ESX {', '.join(spelt(order) for order in claim['releases'])}"] if claim["releases"] else []
    return f" {', '.join(parts)}" if parts else ""


def dotted(version: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))


def has(setting: Plain, name: str) -> bool | None:
    """Whether a release, or any update of it, has a setting; None where nobody told."""
    return True if spans_in(setting, name) else exists(setting, release(name))


def spans_in(setting: Plain, name: str) -> list[Plain]:
    """What holds for a setting in a release: more than one where it differs between updates."""
    return [span for span in setting["known"] if within(release(name), span["from"], span["to"]) is not False]


def shipped(name: str, pack: Pack) -> Iterator[tuple[str, str, str]]:
    """The drivers a release comes with: name, version (`?` where nobody saw it), how sure that is."""
    for driver, found in pack.catalog["drivers"].items():
        if name in found["inbox"]:
            yield driver, found["inbox"][name]["version"] or "?", found["inbox"][name]["confidence"]


def offered(name: str, pack: Pack) -> Iterator[tuple[str, Plain]]:
    """The generations of drivers that can be installed on a release."""
    for driver, found in pack.catalog["drivers"].items():
        yield from ((driver, generation) for generation in found["generations"] if name in generation["async"])


def for_release(rule: Plain, name: str) -> bool:
    """Whether a rule is about releases, and about this one."""
    bounds = [(operator, version) for subject, operator, version in rule["about"] if subject == "esx"]
    return bool(bounds) and all(_holds(release(name), operator, release(version)) for operator, version in bounds)


def _holds(order: Version, operator: str, bound: Version) -> bool:
    least, same = within(order, bound, None), within(order, bound, bound)
    held = {">=": least, "<": least is False, "==": same, "!=": same is False, ">": least and not same}
    return bool(held.get(operator, same or least is False))


def releases_of(span: Plain) -> str:
    """The releases of a span, as people write them: `6.0 to 7.0u1`."""
    oldest, newest = spelt(span["from"]), spelt(span["to"]) if span["to"] else "later"
    return oldest if oldest == newest else f"{oldest} to {newest}"


def spelt(order: Version) -> str:
    """A release as people write it: `7.0u1`."""
    update = f"u{order[2]}" if len(order) > 2 else ""
    return ".".join(map(str, order[:2])) + update


def is_release(word: str, name: str) -> bool:
    """Whether a word means the release `name`: 6.7, esx6.7, ESXi 6.7u3; 7 is every 7.x."""
    if not _RELEASE.fullmatch(word):
        return False
    numbers = release(word)[:2]
    return bool(numbers) and release(name)[: len(numbers)] == numbers


def underlined(line: str) -> Iterator[str]:
    """A line of an example; what stands between its marks is underlined in a line below."""
    if not well_formed(line):
        line = visible(line)
    marks = "".join(
        " " * len(part) if nth % 2 == 0 else "^" * max(len(part), 1) for nth, part in enumerate(_MARK.split(line))
    )
    yield f"  {_MARK.sub('', line)}"
    if "^" in marks:
        yield f"  {marks.rstrip()}"
