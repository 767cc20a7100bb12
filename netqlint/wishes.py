"""What a call of `netqlint suggest` asks for, in whichever of its spellings it was said."""

from __future__ import annotations

from netqlint.errors import NetqlintError, hint
from netqlint.facts import Assumed
from netqlint.suggestion import Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.arguments import Arguments


def wish(said: Arguments, known: Sequence[str]) -> Wish:
    """The host of a call, `known` being all drivers. Raises NetqlintError for what cannot be meant."""
    facts, words = _facts(said, known)
    ports = _ports(said)
    drivers = [*dict.fromkeys([*said.places, *(name for name in facts if name in known), *filter(None, ports)])]
    if not drivers:
        raise NetqlintError(
            f"netqlint suggest needs a driver: netqlint suggest igb --ports 4; there are {', '.join(known)}"
        )
    if "" in ports:
        if len(drivers) > 1:
            raise NetqlintError(f"--ports {ports['']}: of which driver? write --ports {drivers[0]}={ports['']}")
        words[f"ports.{drivers[0]}"] = f"--ports {ports['']}"
        ports = {drivers[0]: ports[""]}
    return Wish(tuple(drivers), Assumed(facts, ports, words=words), _queues(said))


def _facts(said: Arguments, drivers: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What is assumed, in whichever of its spellings it was said, and the words of those that are not --assume."""
    facts = said.pairs("assume")
    own = {}
    spelt = [(f"--driver {name}={value}", name, value) for name, value in said.pairs("driver").items()]
    spelt += [
        (f"--{name} {said.get(name)}", name, said.get(name)) for name in ("esx", "mtu", *drivers) if said.has(name)
    ]
    for words, name, value in spelt:
        if name not in ("esx", "mtu", *drivers):
            raise NetqlintError(f"{words}: no such driver{hint(name, drivers) or '; there are ' + ', '.join(drivers)}")
        if name not in facts:
            own[name] = words
        if facts.setdefault(name, value) != value:
            raise NetqlintError(f"{words}: it was {facts[name]} before; say it once")
    if facts.get("netqueue", "on").lower() in ("off", "false"):
        raise NetqlintError("--assume netqueue=off: what is suggested switches NetQueue on")
    return facts, own


def _ports(said: Arguments) -> dict[str, str]:
    """Ports by driver; those of no driver by name stand under ""."""
    found: dict[str, str] = {}
    for text in said.values.get("ports", []):
        name, equals, ports = text.rpartition("=")
        if (equals and not name.strip()) or not ports.strip():
            raise NetqlintError(f"--ports {text}: write --ports 4 or --ports DRIVER=N")
        found[name.strip()] = ports.strip()
    return found


def _queues(said: Arguments) -> int | None:
    text = said.get("vmdq")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 < int(text[:6]) < 1000):
        raise NetqlintError(f"--vmdq {text}: write a number of queues, from 2 on: one is what every port has")
    return int(text)
