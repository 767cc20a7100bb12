"""Texts for the laws: esx.conf files and option strings as people write, paste and break them, and what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from netqlint.examples import driver_of, listings_of, texts_of, unmark
from netqlint.facts import Assumed
from netqlint.pack import load, told
from netqlint.text import BOM

PACK = load()
DRIVERS: dict[str, Any] = dict(PACK.catalog["drivers"])
RELEASES: list[str] = list(PACK.catalog["releases"])
SETTINGS: list[str] = list(PACK.catalog["settings"])
ADVANCED: list[str] = list(PACK.catalog["advanced"])


NOTHING = Assumed()


@dataclass(frozen=True)
class Case:
    """A text and what the user says of its host; with `module`, the text is the option string of that driver.

    `surface` is how it is written, empty for an esx.conf.
    """

    text: str
    assumed: Assumed = NOTHING
    module: str | None = None
    surface: str = ""


# --- what the rules themselves hold up as good and bad


def examples() -> Iterator[tuple[str, Case]]:
    """The texts of all examples of all rules with their facts, each under the code of its rule."""
    for rule in told(PACK):
        for example in rule["examples"]:
            given = example["given"]
            module = given.get("module") or driver_of(rule, PACK)
            facts = {name: str(given[name]) for name in ("esx", "cpus", "mtu") if name in given}
            if "version" in given:
                facts[module] = given["version"]
            ports = {module: str(given["ports"])} if "ports" in given else {}
            for marked in (example["good"], example["bad"], example["fixed"]):
                if marked is not None:
                    text = unmark(marked)[0]
                    own = module if example["surface"] == "options" else None
                    surface = "" if example["surface"] in ("options", "esxconf") else example["surface"]
                    yield (
                        rule["code"],
                        Case(text, Assumed(facts, ports, listings_of(example), texts=texts_of(example)), own, surface),
                    )


EXAMPLES = list({repr(shown): shown for shown in examples()}.values())


def words(strings: Iterable[str]) -> list[str]:
    return sorted({word for string in strings for word in string.split()})


# --- option strings


def parameters(driver: str) -> list[str]:
    """The parameters of all generations of a driver."""
    generations = DRIVERS[driver]["generations"]
    return sorted({name for generation in generations for name in generation["parameters"]})


def bounds() -> list[str]:
    """All limits of all parameters, and the numbers beside them."""
    limits = {
        parameter[side]
        for driver in DRIVERS.values()
        for generation in driver["generations"]
        for parameter in generation["parameters"].values()
        for side in ("min", "max", "default")
        if isinstance(parameter[side], int)
    }
    return [str(number) for number in sorted({limit + step for limit in limits for step in (-1, 0, 1)})]


def usually(plain: str, *odd: str, times: int = 6) -> st.SearchStrategy[str]:
    return st.sampled_from([plain] * times * len(odd) + list(odd))


NUMBERS = st.sampled_from(["0", "1", "2", "3", "4", "8"])
ODD_VALUES = ["-1", "0x2", "0X8", "010", "+3", "007", "08", "3.5", "x", "on", "99999999999", "-", "3x", "é", "0x", "2;"]
VALUES = st.one_of(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(bounds()), st.sampled_from(ODD_VALUES))
SEPARATOR = usually(",", ", ", " ,", " ", ";", ":", "/", ",,", "…,", ",...,", "\t", " , ", "", "\u00a0")
EQUALS = usually("=", " = ", "= ", " =", "==", "", ":", times=8)
BETWEEN = usually(" ", ",", ", ", "  ", "\t", "", ";", "\n", '"', times=4)
AROUND = usually("", " ", '"', "'", ",", "\u201c", "=", "\x00", times=4)

PIECES = ["IntMode", "VMDQ", "vmdq", "=", ",", " ", "  ", "\t", "3", "8", "-1", "...", "…", ";", "|", '"', "“", "–"]
PIECES += ["\u00a0", "/", "\n", "\r", "é", "\udcff", "\x00", "08", "3x", "_"]


def names(driver: str) -> st.SearchStrategy[str]:
    known = parameters(driver)
    foreign = [name for other in DRIVERS if other != driver for name in parameters(other)]
    odd = [*map(str.lower, known), *map(str.upper, known), *(name[:-1] for name in known)]
    odd += [*(name + "s" for name in known), *foreign, "mtu", "x-y.z", "1abc"]
    return st.one_of(*[st.sampled_from(known)] * 5, st.sampled_from(odd))


@st.composite
def lists(draw: st.DrawFn) -> str:
    values = draw(st.lists(VALUES, max_size=5))
    if not values:
        return ""
    if draw(st.integers(0, 19)) == 19:
        return ",".join([values[0]] * draw(st.integers(30, 40)))
    return "".join(value + draw(SEPARATOR) for value in values[:-1]) + values[-1]


@st.composite
def written(draw: st.DrawFn, driver: str) -> str:
    pairs = draw(st.lists(st.tuples(names(driver), EQUALS, lists(), BETWEEN), min_size=1, max_size=4))
    return draw(AROUND) + "".join("".join(pair) for pair in pairs)[: -len(pairs[-1][3]) or None] + draw(AROUND)


def shown(driver: str) -> st.SearchStrategy[str]:
    """Parameters of the rules' examples, put together anew."""
    own = words(case.text for _, case in EXAMPLES if case.module == driver)
    return st.lists(st.sampled_from(own), max_size=4).map(" ".join) if own else st.just("")


QUEUES = ["IntMode", "VMDQ", "RSS", "InterruptThrottleRate", "max_vfs", "QueuePairs"]


@st.composite
def typical(draw: st.DrawFn, driver: str) -> str:
    """Lists of one length without a mistake in the writing."""
    known = [name for name in QUEUES if name in parameters(driver)] or parameters(driver)
    chosen = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
    length = draw(st.integers(1, 3))
    values = st.lists(NUMBERS | st.sampled_from(bounds()), min_size=length, max_size=length).map(",".join)
    return " ".join(f"{name}={draw(values)}" for name in chosen)


def option_strings(driver: str) -> st.SearchStrategy[str]:
    loose = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=()), max_size=12).map("".join)
    return st.one_of(typical(driver), typical(driver), written(driver), written(driver), shown(driver), loose)


# --- esx.conf

PCI = [identity.split(":") for identity in PACK.catalog["devices"]]
ALIEN = ["ixgbe", "bnx2x", "e1000e", "tg3", "i gb"]
WORDS = st.sampled_from(["TRUE", "FALSE", "true", "yes", "on", "1", "0", "", "maybe", "32", "128", "64", "-1", "0x40"])


def line(key: str, value: str) -> str:
    return f'{key} = "{value}"'


@st.composite
def modules(draw: st.DrawFn) -> list[str]:
    driver = draw(st.sampled_from([*DRIVERS, *DRIVERS, *DRIVERS, *ALIEN]))
    options = draw(option_strings(driver if driver in DRIVERS else "igb"))
    stem = f"/vmkernel/module/{driver}{draw(usually('', '.o', '.ko', times=3))}"
    lines = [line(f"{stem}/options", options)]
    flag = draw(st.sampled_from(["", "", "", "1", "0", "true", "false", "no", "?"]))
    return [line(f"{stem}/enabled", flag), *lines] if flag else lines


@st.composite
def devices(draw: st.DrawFn) -> list[str]:
    bus = draw(st.integers(0, 12))
    vendor, number = draw(st.sampled_from([*PCI, ["8086", "ffff"]]))
    lines = []
    for function in range(draw(st.integers(1, 3))):
        stem = f"/device/{bus:03}:00.{function}"
        lines += [line(f"{stem}/vendor", vendor), line(f"{stem}/device", number)]
        name = draw(st.sampled_from(["", f"vmnic{function}", f"vmnic{9 - function}"]))
        lines += [line(f"{stem}/vmkname", name)] if name else []
        owner = draw(st.sampled_from(["", "vmkernel", "passthru"]))
        lines += [line(f"{stem}/owner", owner)] if owner else []
    return lines


def near(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name] * 6 + [name.lower(), name.upper(), name[:-1], name + "s"])


@st.composite
def kernel_settings(draw: st.DrawFn) -> list[str]:
    home = draw(usually("/vmkernel", "/kernel", "/VMkernel", times=2))
    chosen = draw(st.lists(st.sampled_from(SETTINGS).flatmap(near), min_size=1, max_size=3))
    return [line(f"{home}/{name}", draw(WORDS if "etqueue" in name else WORDS | VALUES)) for name in chosen]


@st.composite
def advanced_settings(draw: st.DrawFn) -> list[str]:
    chosen = draw(st.lists(st.sampled_from([*ADVANCED, "Net.netNetqueueEnabled"]), min_size=1, max_size=2))
    return [line(f"/adv/{name.replace('.', '/')}", draw(WORDS | VALUES)) for name in chosen]


@st.composite
def switches(draw: st.DrawFn) -> list[str]:
    number = draw(st.integers(0, 2))
    child = f"child[{number:04}]"
    group = draw(st.sampled_from(["Management", "iSCSI"]))
    sizes = st.sampled_from(["", "1500", "9000", "9000", "1501", "16000", "1279", "jumbo", " 9000"])
    lines = [
        line(f"/net/vswitch/{child}/name", f"vSwitch{number}"),
        line(f"/net/vswitch/{child}/mtu", draw(sizes)),
        line(f"/net/vswitch/{child}/portgroup/child[0000]/name", group),
        line(f"/net/vswitch/{child}/uplinks/child[0000]/pnic", "vmnic0"),
        line(f"/net/vmkernelnic/{child}/name", f"vmk{number}"),
        line(f"/net/vmkernelnic/{child}/mtu", draw(sizes)),
        line(f"/net/vmkernelnic/{child}/portgroup", draw(st.sampled_from([group, group, "Other"]))),
        line(f"/net/pnic/{child}/name", "vmnic0"),
    ]
    left_out = draw(st.lists(st.sampled_from(lines), max_size=3))
    return [line for line in lines if line not in left_out]


LONE = [
    "",
    "  \t",
    "# IntMode=3,3",
    '  # /a = "b"',
    '/system/uuid = "4ff35a91-ab62-fc60-8199-0050561721df"',
    '/adv/Net/FollowHardwareMac = "1"',
    '/resourceGroups/version = "6.7.0"',
    '/resourceGroups/version = "4.1.0"',
    '/resourceGroups/version = "?"',
    '/boot/cosvmdk = "/vmfs/volumes/esxconsole.vmdk"',
    '/vmkdevmgr/pci/m00008501/alias = "vmnic0"',
    '/odd\x85key\u2028 = "\udcff\x0b"',
]


def lone_lines() -> st.SearchStrategy[list[str]]:
    texts = [case.text for _, case in EXAMPLES if case.module is None and not case.surface]
    shown_lines = sorted({line for text in texts for line in text.splitlines()})
    loose = st.text(st.characters(exclude_categories=()) | st.sampled_from('/="[] #\ufeff'), max_size=12)
    return st.one_of(st.sampled_from(LONE + shown_lines), st.sampled_from(LONE + shown_lines), loose).map(lambda x: [x])


BREAKS = [
    ('"', ""),
    ("=", ""),
    ("/", ""),
    ("]", ""),
    ('"', "\u201c"),
    (" = ", "="),
    (" = ", "  =\t"),
    ("/", "//"),
    ("vmkernel", "vmkernel "),
]


@st.composite
def broken(draw: st.DrawFn, good: Sequence[str]) -> list[str]:
    """The lines with one of them damaged at its front or at its end."""
    lines = list(good)
    at = draw(st.integers(0, len(lines) - 1))
    old, new = draw(st.sampled_from(BREAKS))
    if draw(st.booleans()):
        lines[at] = lines[at].replace(old, new, draw(st.integers(1, 2)))
    else:
        lines[at] = new.join(lines[at].rsplit(old, 1)) + draw(st.sampled_from(["", " ", "x", " # why", '"']))
    return lines


def esxconfs() -> st.SearchStrategy[str]:
    block = st.one_of(modules(), modules(), devices(), kernel_settings(), advanced_settings(), switches(), lone_lines())
    blocks = st.lists(st.one_of(block, block, block, block, block.flatmap(broken)), max_size=6)
    return st.builds(joined, blocks, st.sampled_from(["\n", "\n", "\r\n", "\r", ""]), st.booleans(), FEW)


FEW = st.integers(0, 9)


def joined(blocks: Sequence[Sequence[str]], line_end: str, ended: bool, choice: int) -> str:
    """The lines as a file, line ends all the same or mixed; one file in ten begins with a byte order mark."""
    lines = [line for block in blocks for line in block]
    if choice == 1:
        lines += lines[:1]
    ends = [line_end or ("\n", "\r\n", "\r")[at % 3] for at in range(len(lines))]
    if lines and not ended:
        ends[-1] = ""
    return BOM * (choice == 0) + "".join(line + end for line, end in zip(lines, ends, strict=True))


# --- facts


def versions(driver: str) -> list[str]:
    generations = DRIVERS[driver]["generations"]
    numbers = [bound for generation in generations for bound in (generation["from"], generation["to"]) if bound]
    return sorted({".".join(map(str, number)) for number in numbers} | {"400.2.4.10", "0.1", "2"})


def controllers(driver: str) -> list[str]:
    generations = DRIVERS[driver]["generations"]
    return sorted({name for generation in generations for name in generation["domains"]["controller"]})


def ports(driver: str) -> st.SearchStrategy[str]:
    number = st.integers(1, 6).map(str) | st.sampled_from(["32", "33", "40"])
    known = controllers(driver)
    if not known:
        return number
    return number | st.lists(st.sampled_from(known), min_size=2, max_size=4).map(",".join)


@st.composite
def assumptions(draw: st.DrawFn) -> Assumed:
    facts: dict[str, str] = {}
    told = {
        "esx": st.sampled_from([*RELEASES, "6.7u3"]),
        "cpus": st.sampled_from(["1", "2", "4", "8", "16"]),
        "mtu": st.sampled_from(["1500", "9000"]),
        "netqueue": st.sampled_from(["on", "off"]),
        **{driver: st.sampled_from(versions(driver)) for driver in DRIVERS},
    }
    for name in draw(st.lists(st.sampled_from([*told, *DRIVERS]), max_size=4, unique=True)):
        facts[name] = draw(told[name])
    told_ports = {driver: draw(ports(driver)) for driver in DRIVERS if draw(st.booleans())}
    return Assumed(facts, told_ports)


# --- cases


def option_cases() -> st.SearchStrategy[Case]:
    return st.sampled_from(["igb", "igb", *DRIVERS]).flatmap(
        lambda driver: st.builds(Case, option_strings(driver), assumptions(), st.just(driver))
    )


def esxconf_cases() -> st.SearchStrategy[Case]:
    return st.builds(Case, esxconfs(), assumptions())


def cases() -> st.SearchStrategy[Case]:
    return option_cases() | esxconf_cases()


def marred(draw: st.DrawFn, text: str, pieces: Sequence[str]) -> str:
    """The text, every fourth time with a piece in the place of a few characters."""
    if draw(st.integers(0, 3)):
        return text
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(pieces)) + text[at + draw(st.integers(0, 3)) :]
