"""A host as its drivers see it: for every port what it gets, and which characters of the text gave it that."""

from __future__ import annotations

from netqlint.finding import Fact
from netqlint.record import Record
from netqlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Reading(Record):
    """A number; None where nobody can know it. `tells` is then the option that would, empty where none would."""

    value: int | None
    tells: str = ""


class Switch(Record):
    """NetQueue of a host or a port: on, off, or None for unknown, and `why`; `tells` as for a Reading."""

    on: bool | None
    why: str
    tells: str = ""


class Cell(Record):
    """What a port gets of a parameter.

    `origin`: `written` (at `place`), `default` (no list), `missing` (the list ends before this port), `unclear` (nobody
    can tell what is written). `legal` says whether the driver takes what is written. `applies` is False where the port
    has no such thing.
    """

    parameter: str
    reading: Reading
    origin: str
    place: Span | None = None
    legal: bool | None = True
    applies: bool = True


class Port(Record):
    """A port, counted from 0 in PCI order; what the text does not tell of its device is empty."""

    index: int
    address: str
    device: str
    model: str
    controller: str
    vmnic: str
    cells: tuple[Cell, ...]
    rx_queues: Reading
    tx_queues: Reading
    vectors: Reading
    netqueue: Switch


class Row(Record):
    """A parameter as it is written: its list at `span`. The last `beyond` values are for ports that are not there.

    `per` is `port`, `module` or, where this version has no such parameter or is unknown, empty.
    """

    parameter: str
    per: str
    values: tuple[Span, ...]
    span: Span
    beyond: int = 0


class Driver(Record):
    """A module of a known driver.

    `version` and `ports_known` are the facts they rest on, None where nothing is known; `generation` are the versions
    that read their options alike. `remarks` are whole sentences about what stands in the way.
    """

    name: str
    summary: str
    version: Fact | None
    generation: str
    ports_known: Fact | None
    ports: tuple[Port, ...]
    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()


class Picture(Record):
    """One host, by the name its text goes by."""

    host: str
    release: Fact
    netqueue: Switch
    drivers: tuple[Driver, ...]


def lacking(driver: Driver) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The options that would tell what is unknown of the ports, each with the names it would tell.

    Under an empty option stands what none would tell; where the remarks say already what stands in the way, nothing.
    """
    found: dict[str, dict[str, None]] = {}
    for port in driver.ports:
        named = [(cell.parameter, cell.reading) for cell in port.cells if cell.applies and cell.origin != "unclear"]
        named += [("rx", port.rx_queues), ("tx", port.tx_queues), ("irq", port.vectors)]
        for name, reading in named:
            if reading.value is None and (reading.tells or not driver.remarks):
                found.setdefault(reading.tells, {})[name] = None
    yield from ((tells, tuple(names)) for tells, names in found.items())
