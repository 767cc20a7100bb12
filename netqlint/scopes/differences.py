"""What the texts of one host disagree on: esx.conf and what the host says of itself, now and at its next boot."""

from __future__ import annotations

from netqlint.listed import ids_of, versions
from netqlint.scopes.subject import Scene, Subject
from netqlint.surfaces.listings import bare
from netqlint.version import parse
from netqlint.version import release as numbers
from netqlint.world import truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netqlint.listed import Listed
    from netqlint.model import Module, Nic, Row
    from netqlint.text import Span
    from netqlint.world import View


def between(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """Every difference, with the two values and both places; `here` is the text that is checked, where it has one."""
    host = scene.world.host
    if host.surface == "esxconf":
        yield from _options(scene, listed)
        yield from _settings(scene, listed)
        yield from _release(scene, listed)
        yield from _devices(scene, listed)
        yield from _mtus(scene, "switch", host.vswitches, listed.every("switch"))
        yield from _mtus(scene, "vmknic", host.vmknics, listed.every("vmknic"))
    yield from _idle(scene, listed)
    yield from _unloaded(scene, listed)
    yield from _waiting(scene, listed)
    yield from _releases(scene, listed)
    yield from _builds(scene, listed)


def subject(
    scene: Scene, kind: str, what: str, here: tuple[str, Span], there: tuple[str, Span], text: str = ""
) -> Subject:
    names = {**scene.names, "kind": kind, "what": what, "here": here[0], "there": there[0], "text": text}
    spots = {"": here[1], "here": here[1], "there": there[1]}
    return Subject(what, names, spots, {}, scene.world)


# --- option strings


def _options(scene: Scene, listed: Listed) -> Iterator[Subject]:
    for module in scene.world.host.modules:
        told = _told_options(listed, module.name)
        if told is not None and len(module.options) <= 1:
            text, words, place = told
            written = module.options[0].span if module.options else module.anchor
            here = module.options[0].text if module.options else ""
            if sorted(_words(module)) != sorted(words):
                yield subject(scene, "options", module.name, (here, written), (text, place))


def _words(module: Module) -> list[str]:
    """The words of an option string as ESX parts them."""
    return [word for options in module.options for word in options.text.split()]


def _told_options(listed: Listed, module: str) -> tuple[str, list[str], Span] | None:
    """The option string that the host says it has, in the last of its answers: whole, by words, and where."""
    for row in reversed(listed.rows):
        place = row.field("options")
        if row.kind == "module" and place is not None and bare(row.text("name")) == module:
            return place.text, place.text.split(), place
    rows = [row for row in listed.every("parameter") if bare(row.about) == module]
    if not rows or not all(row.whole for row in rows):
        return None
    words = [f"{row.text('name')}={row.text('value')}" for row in rows if row.field("value")]
    valued = [row for row in rows if row.field("value")] or rows
    return " ".join(words), words, valued[0].fields[0][1]


# --- settings


def _settings(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """Settings that esx.conf writes otherwise than the host has them for its next boot."""
    told = {row.text("name").lower(): row for row in listed.every("setting")}
    for setting in scene.world.host.settings:
        row = told.get(setting.name.text.lower())
        place = row.field("configured") if row else None
        if place and not alike(setting.value.text, place.text):
            here = setting.value.text, setting.value
            yield subject(scene, "setting", setting.name.text, here, (place.text, place))


def _waiting(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """Settings that the host runs otherwise than it has them for its next boot.

    A number that nobody has set may be worked out anew at every boot.
    """
    written = {setting.name.text.lower(): setting.value for setting in scene.world.host.settings}
    known = {name.lower(): name for name in scene.world.catalog["settings"]}
    for row in {row.text("name").lower(): row for row in listed.every("setting")}.values():
        configured, runtime = row.field("configured"), row.field("runtime")
        name = known.get(row.text("name").lower())
        if name is None or configured is None or runtime is None or alike(configured.text, runtime.text):
            continue
        flag = truth(configured.text) is not None and truth(runtime.text) is not None
        if not flag and alike(configured.text, row.text("default")):
            continue
        place = written.get(name.lower(), configured)
        if alike(place.text, configured.text):
            yield subject(scene, "waiting", name, (configured.text, place), (runtime.text, runtime))


def alike(one: str, other: str) -> bool:
    """Whether two values of a setting are the same to ESX."""
    return meant(one) == meant(other)


def meant(value: str) -> object:
    """What a value of a setting comes to, however it is spelt."""
    flag = truth(value)
    return value.strip().lower() if flag is None else flag


# --- releases and builds


def _release(scene: Scene, listed: Listed) -> Iterator[Subject]:
    written = next((span for what, span in scene.world.host.marks if what == "release"), None)
    place = next((place for row in listed.every("release") if (place := row.field("release"))), None)
    if written and place and _apart(numbers(written.text), numbers(place.text)):
        yield subject(scene, "release", "esx", (written.text, written), (place.text, place))


def _releases(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """Two outputs that tell of two releases are not of one host, or not of one day."""
    places = [place for row in listed.every("release") if (place := row.field("release"))]
    other = next((place for place in places if _apart(numbers(place.text), numbers(places[0].text))), None)
    if other is not None:
        yield subject(scene, "releases", "esx", (places[0].text, places[0]), (other.text, other))


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two versions differ in the numbers that both of them tell."""
    most = min(len(one), len(other))
    return most > 0 and one[:most] != other[:most]


def _builds(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """Drivers that run in another version than their file, or some other NIC, has."""
    for driver in scene.world.catalog["drivers"]:
        running, stored = versions(listed, driver)
        told = [place for place in (*running, *stored) if parse(place.text)]
        other = next((place for place in told if _apart(parse(place.text), parse(told[0].text))), None)
        if other is not None:
            kind = "file" if other in stored and told[0] in running else "builds"
            yield subject(scene, kind, driver, (told[0].text, told[0]), (other.text, other))


# --- NICs and drivers


def _devices(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """NICs that esx.conf knows as another device than the host, or that the host does not have at all."""
    ports = {port.name: port for port in listed.ports if port.name}
    for device in scene.world.host.adapters:
        name, vendor, number = device.field("vmkname"), device.field("vendor"), device.field("device")
        if name is None or vendor is None or number is None or not name.text.startswith("vmnic"):
            continue
        here = ":".join(part.text.lower().removeprefix("0x").rjust(4, "0") for part in (vendor, number))
        port = ports.get(name.text)
        there = ids_of(port.fields) if port else ""
        if port is not None and there and there != here:
            yield subject(scene, "device", name.text, (here, number), (there, port.fields["device"]))
        elif port is None and ports and listed.drivers_told:
            first = next(iter(ports.values()))
            yield subject(scene, "gone", name.text, (here, name), ("", first.place))


def _idle(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """Drivers that are set up and have no port, though every port and its driver is told."""
    for view in scene.world.views if listed.drivers_told else ():
        asked = view.options is not None and bool(view.options.parameters)
        if (
            asked
            and view.options
            and listed.drivers
            and not listed.driven_by(view.module.name)
            and not _twin(view, listed)
        ):
            first = next(port.fields["driver"] for port in listed.ports if "driver" in port.fields)
            here = view.module.name, view.options.span
            yield subject(scene, "idle", view.module.name, here, (", ".join(listed.drivers), first))


def _unloaded(scene: Scene, listed: Listed) -> Iterator[Subject]:
    """Modules that are set up, enabled by nobody's word against it, and not loaded."""
    told = {bare(row.text("name")): place for row in listed.every("module") if (place := row.field("loaded"))}
    for view in scene.world.views:
        place, options = told.get(view.module.name), view.options
        off = any(truth(flag.text) is False for flag in view.module.enabled)
        if place and truth(place.text) is False and options and options.parameters and not off:
            yield subject(scene, "unloaded", view.module.name, (options.text, options.span), (place.text, place))


def _twin(view: View, listed: Listed) -> bool:
    """Whether the native twin of a driver has ports, of which other rules speak."""
    return view.driver["stack"] == "vmklinux" and bool(view.driver["twin"] and listed.driven_by(view.driver["twin"]))


# --- MTUs


def _mtus(scene: Scene, kind: str, nics: Iterable[Nic], told: Iterable[Row]) -> Iterator[Subject]:
    running = {row.text("name"): row.field("mtu") for row in told}
    for nic in nics:
        name, written = nic.field("name"), nic.field("mtu")
        place = running.get(name.text) if name else None
        if name and written and place and written.text.strip() != place.text and len(nic.every("mtu")) == 1:
            yield subject(scene, f"{kind}-mtu", name.text, (written.text, written), (place.text, place))
