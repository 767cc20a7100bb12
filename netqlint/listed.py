"""What the listings of one host come to: its release, drivers and ports, each with the place that says so."""

from __future__ import annotations

from netqlint.model import Device
from netqlint.record import Record
from netqlint.surfaces.listings import bare, rows
from netqlint.surfaces.listings.lines import place_of
from netqlint.version import parse
from netqlint.version import release as numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netqlint.driver import Plain
    from netqlint.model import Host, Row
    from netqlint.text import Source, Span

_ON = {"true": "on", "false": "off", "1": "on", "0": "off"}


class Port(Record):
    """A NIC port as all listings together show it, by the names of `Row.fields`; `order` is its PCI address.

    `fields` are the first words that were said of each. `order` is empty where no listing tells the address.
    """

    order: tuple[int, ...]
    fields: Mapping[str, Span]
    name: str

    def text(self, name: str) -> str:
        return self.fields[name].text if name in self.fields else ""

    @property
    def place(self) -> Span:
        return next(iter(self.fields.values()))


class Listed(Record):
    """`rows` in the order they were said. `drivers_told` and `functions_told`: every NIC is among the ports.

    The first by tables of NICs, which name the driver of each, the other by lists of PCI functions.
    """

    rows: tuple[Row, ...]
    ports: tuple[Port, ...]
    drivers_told: bool
    functions_told: bool

    def every(self, kind: str) -> Iterator[Row]:
        return (row for row in self.rows if row.kind == kind)

    def driven_by(self, driver: str) -> list[Port]:
        """The ports that a driver has, in PCI order where all of them tell it."""
        found = [port for port in self.ports if port.text("driver") == driver]
        return sorted(found, key=lambda port: port.order) if all(port.order for port in found) else found

    @property
    def drivers(self) -> tuple[str, ...]:
        """The drivers of all ports."""
        return tuple(dict.fromkeys(port.text("driver") for port in self.ports if port.text("driver")))


def listed(sources: Iterable[Source], host: Host) -> Listed:
    """All that is said in these sources, and in the host's own text where that is a listing."""
    said = (*host.rows, *(row for source in sources if source != host.source for row in rows(source)))
    return Listed(
        said,
        tuple(_ports(said)),
        any(row.whole and (row.kind == "nic" or row.field("driver")) for row in said if _is_port(row)),
        any(row.whole and row.kind == "function" for row in said),
    )


def _is_port(row: Row) -> bool:
    if row.kind == "nic":
        return bool(row.field("vmnic") or row.about or row.field("address"))
    return row.kind == "function" and row.text("owner") in ("", "vmkernel")


def _ports(said: Iterable[Row]) -> Iterator[Port]:
    """One port for each NIC, by its name and address, whatever was said of it how often."""
    found: list[tuple[str, tuple[int, ...], dict[str, Span]]] = []
    for row in said:
        if not _is_port(row):
            continue
        name, order = row.text("vmnic") or row.about, place_of(row.text("address")) or ()
        if row.kind == "function" and name and not name.startswith("vmnic"):
            continue
        at = next((at for at, known in enumerate(found) if _same(known, name, order)), None)
        if at is None:
            found.append((name, order, dict(row.fields)))
        else:
            known = found[at]
            found[at] = (known[0] or name, known[1] or order, {**dict(row.fields), **known[2]})
    # a function that nothing calls a NIC is another device
    yield from (
        Port(order, fields, name) for name, order, fields in found if name or "driver" in fields or ids_of(fields)
    )


def _same(known: tuple[str, tuple[int, ...], object], name: str, order: tuple[int, ...]) -> bool:
    if known[0] and name:
        return known[0] == name
    return bool(order) and known[1] == order


def ids_of(fields: Mapping[str, Span]) -> str:
    """The PCI id of a port as the catalog spells it, empty where nobody told."""
    if "vendor" not in fields or "device" not in fields:
        return ""
    return f"{fields['vendor'].text}:{fields['device'].text}".lower()


def where(place: Span) -> str:
    return f"{place.source.name}:{place.line}"


# --- facts


def release(found: Listed, catalog: Plain) -> tuple[str, Span] | None:
    """The release that is said first, with its update where a number tells one, or a build that is known."""
    said = [(place, row) for row in found.every("release") if (place := row.field("release")) and numbers(place.text)]
    if not said:
        return None
    place, _ = said[0]
    order = numbers(place.text)
    alike = [row for other, row in said if numbers(other.text)[:2] == order[:2]]
    known = {str(build): name for one in catalog["releases"].values() for name, build in one["builds"]}
    built = [name for row in alike if (name := known.get(row.text("build").removeprefix("Releasebuild-")))]
    if built and numbers(built[0])[:2] == order[:2]:
        # a name without an update is the first of its branch
        return (built[0] if len(numbers(built[0])) > 2 else f"{built[0]}u0"), place
    updates = [text for row in alike if (text := row.text("update")).isdecimal() and len(text) < 3]
    return (f"{order[0]}.{order[1]}u{int(updates[0])}" if updates and len(order) == 2 else place.text), place


def version(found: Listed, driver: str) -> Span | None:
    """The version of a driver: of one that runs, else of the file it is loaded from."""
    running, files = versions(found, driver)
    return next((place for place in (*running, *files) if parse(place.text)), None)


def versions(found: Listed, driver: str) -> tuple[list[Span], list[Span]]:
    """Every version of a driver that is told: of those that run, and of the file it is loaded from."""
    running = [row.field("version") for row in found.every("nic") if row.text("driver") == driver]
    files = [row.field("version") for row in found.every("module") if bare(row.text("name") or row.about) == driver]
    return [place for place in running if place], [place for place in files if place]


def netqueue(found: Listed) -> tuple[str, Span] | None:
    """Whether NetQueue is on when the host boots next, by the last word on it."""
    said = [row.field("configured") for row in found.every("setting") if row.text("name") == "netNetqueueEnabled"]
    place = said[-1] if said else None
    answer = _ON.get(place.text.lower()) if place else None
    return (answer, place) if place and answer else None


def largest_mtu(found: Listed) -> Span | None:
    """The largest MTU of any NIC or switch; unknown where not every NIC is there and none is above 1500."""
    places = [
        place for kind in ("nic", "switch", "dvs", "vmknic") for row in found.every(kind) if (place := row.field("mtu"))
    ]
    if not places:
        return None
    most = max(places, key=lambda place: int(place.text) if place.text.isdecimal() else 0)
    enough = found.drivers_told or (most.text.isdecimal() and int(most.text) > 1500)
    return most if enough and most.text.isdecimal() and 0 < int(most.text) < 10**9 else None


def devices(ports: Sequence[Port], host: Host) -> tuple[Device, ...]:
    """Ports as devices; an esx.conf beside them may know the PCI ids of a vmnic that no listing tells."""
    adapters = {name.text: adapter for adapter in host.adapters if (name := adapter.field("vmkname"))}
    return tuple(_device(port, adapters.get(port.name)) for port in ports)


def _device(port: Port, adapter: Device | None) -> Device:
    fields = {what: port.fields[name] for what, name in _DEVICE.items() if name in port.fields}
    if adapter is not None and "vendor" not in fields:
        fields |= {name: place for name, place in adapter.fields if name in ("vendor", "device")}
    return Device(port.fields.get("address", port.place), port.order, tuple(fields.items()))


_DEVICE = {"vendor": "vendor", "device": "device", "vmkname": "vmnic"}


def controller_by_name(description: str, known: Iterable[str]) -> str | None:
    """The one controller that a description names: `82576` of `Intel Corporation 82576 Gigabit Network Connection`."""
    words = {word.strip("(),").lower() for word in description.split()}
    named = [controller for controller in known if controller.lower() in words]
    return named[0] if len(named) == 1 else None


def known_controllers(catalog: Plain, driver: str) -> list[str]:
    every = {device["controller"] for device in catalog["devices"].values() if driver in device["claims"]}
    return sorted(controller for controller in every if controller and controller != "other")
