"""Paints one port after the other: what it gets of each option, from where, and what would tell what is unknown."""

from __future__ import annotations

from netqlint.driver import Asked, settled, values_at
from netqlint.driver import facts as known_facts
from netqlint.picture import Cell, Port, Reading, Row, Switch
from netqlint.world import written_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netqlint.driver import Answer, Values
    from netqlint.text import Span
    from netqlint.world import View, World


def identity(fields: Mapping[str, str]) -> str:
    """The PCI id of a device as the catalog spells it, empty where the text does not tell."""
    if "vendor" not in fields or "device" not in fields:
        return ""
    parts = (fields[name].strip().lower().removeprefix("0x").rjust(4, "0") for name in ("vendor", "device"))
    return ":".join(parts)


def rows(view: View) -> Iterator[Row]:
    """The options of a module as they are written."""
    count = view.facts.count
    for parameter in view.options.parameters if view.options else ():
        meant = view.meant(parameter.name.text)
        known = view.parameters.get(meant)
        per = known["per"] if known else ""
        counted = count is not None and per == "port" and meant in view.listed
        beyond = max(len(parameter.values) - (count or 0), 0) if counted else 0
        yield Row(meant, per, parameter.values, parameter.span, beyond)


class Easel:
    """What is the same for all ports of a driver, at hand to paint each of them."""

    def __init__(self, view: View, world: World, switch: Switch, idle: str) -> None:
        self.view, self.world, self.switch, self.idle = view, world, switch, idle
        self.generation = view.facts.generation
        longest = max((len(row.values) for row in rows(view) if row.per != "module"), default=0)
        self.count = view.facts.count if view.facts.count is not None else max(len(view.judged), longest)
        self.written: Values = {}
        if self.generation:
            self.written = written_values(view.options, view.listed, self.generation["parameters"], self.count)
        self.names = tuple(self._names())

    def _names(self) -> Iterator[str]:
        """The parameters that are written, and those that NetQueue queues come from."""
        names = dict.fromkeys(row.parameter for row in rows(self.view) if row.per != "module")
        if self.generation is None:
            yield from names
            return
        names.update(dict.fromkeys((*self._asked(), *self.generation["suggest"])))
        yield from (name for name in names if self.view.parameters.get(name, {}).get("per") == "port")

    def _asked(self) -> list[str]:
        """What the driver looks at to see whether queues are asked for."""
        state = Asked({})
        if self.generation and self.generation["asks"]:
            self.world.functions[self.generation["asks"]](state)
        return state.asked

    def port(self, index: int) -> Port:
        devices, controllers = self.view.facts.devices, self.view.facts.controllers
        device = devices[index] if index < len(devices) else None
        fields = {name: span.text for name, span in device.fields} if device else {}
        number = identity(fields)
        known = self.world.catalog["devices"].get(number)
        rx, tx, vectors = (self._reading(name, index) for name in ("rx_queues", "tx_queues", "vectors"))
        return Port(
            index,
            device.address.text if device else "",
            number,
            known["name"] if known else "",
            (controllers[index] or "") if index < len(controllers) else "",
            fields.get("vmkname", ""),
            tuple(self._cell(name, index) for name in self.names),
            rx,
            tx,
            vectors,
            self._netqueue(index, rx),
        )

    def _cell(self, name: str, index: int) -> Cell:
        origin, place = self._origin(name, index)
        if origin == "unclear":
            return Cell(name, Reading(None), origin)
        verdict = self._judged(name, index, "legal") if place else True
        legal = None if verdict is None else bool(verdict)
        absent = self._given(name) and index < len(self.view.effective) and name not in self.view.effective[index]
        return Cell(name, self._reading(name, index), origin, place, legal, not absent)

    def _origin(self, name: str, index: int) -> tuple[str, Span | None]:
        parameter = self.view.listed.get(name)
        if parameter is not None:
            written = index < len(parameter.values)
            return ("written", parameter.values[index]) if written else ("missing", None)
        several = len(self.view.module.options) > 1
        return ("unclear", None) if several or name in (row.parameter for row in rows(self.view)) else ("default", None)

    def _given(self, name: str) -> bool:
        lines = self.generation["effective"] if self.generation else ()
        return any(line == name and given is not None for line, _, given in lines)

    def _judged(self, name: str, index: int, aspect: str) -> Answer:
        judged = self.view.judged[index] if index < len(self.view.judged) else {}
        return judged.get(name, {}).get(aspect)

    def _value(self, name: str, index: int) -> int | None:
        if self.idle:
            return None
        effective = self.view.effective[index] if index < len(self.view.effective) else {}
        return effective[name] if name in effective else self._judged(name, index, "reads")

    def _reading(self, name: str, index: int) -> Reading:
        value = self._value(name, index)
        return Reading(value, self._tells(name, index) if value is None else "")

    def _tells(self, name: str, index: int) -> str:
        """The option that would tell a value, found by trying what could be said: it helps if it mostly does."""
        module, generation, facts = self.view.module.name, self.generation, self.view.facts
        if self.idle:
            return ""
        if generation is None:
            return f"--assume {module}=VERSION"
        if index >= len(self.view.judged):
            return ""
        controller = facts.controllers[index] if index < len(facts.controllers) else None
        kinds = [controller] if controller else [*generation["domains"]["controller"]]
        cpus = [self.world.facts.cpus] if self.world.facts.cpus else [*generation["domains"]["cpus"]]
        values = values_at(generation, self.written, facts.controllers or (None,) * (index + 1), index)

        def known(kind: str | None, count: int | None) -> bool:
            state = known_facts(generation, kind, count, values)
            answers = settled(generation, values, state, self.world.functions, run=True)
            return answers.get((name, "effective"), answers.get((name, "reads"))) is not None

        say_cpus, say_kinds = "--assume cpus=N", f"--ports {module}=CONTROLLER,…"
        if _mostly(known(controller, count) for count in cpus):
            return say_cpus
        if _mostly(known(kind, self.world.facts.cpus) for kind in kinds):
            return say_kinds
        return f"{say_kinds} and {say_cpus}" if _mostly(known(kind, n) for kind in kinds for n in cpus) else ""

    def _netqueue(self, index: int, rx: Reading) -> Switch:
        generation = self.generation
        if self.idle:
            return Switch(False, self.idle)
        if generation is None:
            return Switch(None, "the version of the driver is not known", rx.tells)
        if self.switch.on is False:
            return self.switch
        if index >= len(self.view.judged):
            return Switch(None, "what is written for it is not known")
        if rx.value == 1:
            return Switch(False, "one receive queue")
        offered = self._offered(index)
        if not offered.on:
            return offered
        if rx.value is None:
            return Switch(None, "how many receive queues it has is not known", rx.tells)
        return self.switch if self.switch.on is None else Switch(True, f"{rx.value} receive queues")

    def _offered(self, index: int) -> Switch:
        """Whether the driver offers its queues to NetQueue: by its own word, or because it is asked to."""
        generation = self.generation
        assert generation is not None
        says = generation["netqueue"]
        if any(line == "netqueue" for line, _, _ in generation["effective"]):
            reading = self._reading("netqueue", index)
            on = None if reading.value is None else reading.value > 0
            return Switch(on, says, reading.tells)
        if generation["asks"] is None:
            return Switch(None, says)
        judged = self.view.judged[index]
        asks = self.world.functions[generation["asks"]]({name: found["reads"] for name, found in judged.items()})
        if asks is False:
            return Switch(None, "its options ask for no NetQueue queues; what ESX does with others is not known")
        return Switch(asks, says if asks else "whether its options ask for NetQueue queues is not known")


def _mostly(answers: Iterable[bool]) -> bool:
    found = [*answers]
    return 2 * sum(found) > len(found)
