"""The picture of a host as a JSON document, in the form that `netqlint.compile.output` describes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.finding import Fact
    from netqlint.picture import Cell, Driver, Picture, Port, Reading, Row, Switch
    from netqlint.reporters.style import Style
    from netqlint.text import Span

SCHEMA = "netqlint/show-v1"
VERSION = 1


def draw(pictures: Sequence[Picture], style: Style) -> str:
    from json import dumps

    document = {"schema": SCHEMA, "version": VERSION, "hosts": [_host(picture) for picture in pictures]}
    return dumps(document, indent=2) + "\n"


def _host(picture: Picture) -> dict[str, object]:
    return {
        "host": picture.host,
        "release": _fact(picture.release),
        "netqueue": _switch(picture.netqueue),
        "drivers": [_driver(driver) for driver in picture.drivers],
    }


def _driver(driver: Driver) -> dict[str, object]:
    return {
        "name": driver.name,
        "summary": driver.summary,
        "version": _fact(driver.version),
        "generation": driver.generation,
        "ports_known": _fact(driver.ports_known),
        "ports": [_port(port) for port in driver.ports],
        "rows": [_row(row) for row in driver.rows],
        "remarks": list(driver.remarks),
    }


def _port(port: Port) -> dict[str, object]:
    return {
        "index": port.index,
        "address": port.address,
        "device": port.device,
        "model": port.model,
        "controller": port.controller,
        "vmnic": port.vmnic,
        "cells": [_cell(cell) for cell in port.cells],
        "rx_queues": _reading(port.rx_queues),
        "tx_queues": _reading(port.tx_queues),
        "vectors": _reading(port.vectors),
        "netqueue": _switch(port.netqueue),
    }


def _cell(cell: Cell) -> dict[str, object]:
    return {
        "parameter": cell.parameter,
        **_reading(cell.reading),
        "origin": cell.origin,
        "place": _spot(cell.place) if cell.place else None,
        "legal": cell.legal,
        "applies": cell.applies,
    }


def _row(row: Row) -> dict[str, object]:
    return {
        "parameter": row.parameter,
        "per": row.per,
        "values": [_spot(value) for value in row.values],
        "place": _spot(row.span),
        "beyond": row.beyond,
    }


def _reading(reading: Reading) -> dict[str, object]:
    return {"value": reading.value, "tells": reading.tells}


def _switch(switch: Switch) -> dict[str, object]:
    return {"on": switch.on, "why": switch.why, "tells": switch.tells}


def _spot(span: Span) -> dict[str, object]:
    return {"line": span.line, "column": span.column, "text": span.text}


def _fact(fact: Fact | None) -> dict[str, object] | None:
    if fact is None:
        return None
    return {name: getattr(fact, name) for name in ("host", "name", "value", "basis", "how", "overrule")}
