"""What the esx.conf of a host tells of it to the other texts that surely set up the same host."""

from __future__ import annotations

from netqlint.driver import read_integer
from netqlint.version import release as numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.model import Host
    from netqlint.text import Span

_FLAGS = {"true": "on", "false": "off", "1": "on", "0": "off"}


def inherited(conf: Host, host: Host) -> dict[str, tuple[str, Span]]:
    """Facts by their names as `--assume` has them, each with the place that says so.

    What a text says itself of NetQueue it is judged for. A switch that is not written has 1500, and so nothing is said
    of an MTU that is not above that.
    """
    found: dict[str, tuple[str, Span]] = {}
    releases = [place for what, place in conf.marks if what == "release" and numbers(place.text)]
    if releases:
        found["esx"] = releases[0].text, releases[0]
    switched = [setting.value for setting in conf.settings if setting.name.text == "netNetqueueEnabled"]
    flag = _FLAGS.get(switched[0].text.strip().lower()) if len(switched) == 1 else None
    if flag and not any(setting.name.text == "netNetqueueEnabled" for setting in host.settings):
        found["netqueue"] = flag, switched[0]
    mtus = [(number, place) for place in _mtus(conf) if (number := read_integer(place.text.strip())) is not None]
    most = max(mtus, key=lambda pair: pair[0], default=None)
    if most and 1500 < most[0] < 10**9:
        found["mtu"] = str(most[0]), most[1]
    return found


def _mtus(conf: Host) -> list[Span]:
    """The MTUs of its switches and vmkernel NICs, of each that has no second one."""
    written = [nic.every("mtu") for nic in (*conf.vswitches, *conf.vmknics)]
    return [places[0] for places in written if len(places) == 1]
