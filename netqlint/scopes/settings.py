"""VMkernel boot settings."""

from __future__ import annotations

from netqlint.driver import read_integer
from netqlint.scopes.subject import WORLD, WORLD_NEEDS, Scene, Subject
from netqlint.version import within
from netqlint.world import exists, near_setting, same_but_case, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netqlint.driver import Plain
    from netqlint.model import Setting


SETTING = {
    **WORLD,
    "setting": "string",
    "value": "string",
    "known": "bool",
    "suggestion": "string",
    "differs_in_case": "bool",
    "type": "string",
    "exists": "bool",
    "successors": "list(string)",
    "number": "int",
    "on": "bool",
    "spelt": "string",
    "low": "int",
    "high": "int",
    "unit": "string",
}


def settings(scene: Scene) -> Iterator[Subject]:
    for setting in scene.world.host.settings:
        yield _setting(scene, setting)


def _setting(scene: Scene, setting: Setting) -> Subject:
    known = scene.world.catalog["settings"]
    written = setting.name.text
    meant = same_but_case(written, known)
    found = known.get(meant)
    on = truth(setting.value.text)
    low, high = _bounds(found, scene.world.facts.order) if found else (None, None)
    names = {
        **scene.names,
        "setting": written,
        "value": setting.value.text,
        "known": written in known,
        "suggestion": meant or near_setting(written, known),
        "differs_in_case": bool(meant) and meant != written,
        "type": found["type"] if found else "",
        "exists": exists(found, scene.world.facts.order) if found else None,
        "successors": tuple(found["successors"]) if found else (),
        "number": read_integer(setting.value.text.strip()),
        "on": on,
        "spelt": {True: "TRUE", False: "FALSE", None: ""}[on],
        "low": low,
        "high": high,
        "unit": found["unit"] if found else "",
    }
    spots = {"": setting.name, "setting": setting.name, "value": setting.value}
    needs = {**WORLD_NEEDS, "exists": "--assume esx=RELEASE"}
    return Subject(written, names, spots, needs, scene.world, setting=setting)


def _bounds(setting: Plain, release: Sequence[int]) -> tuple[int | None, int | None]:
    for span in setting["known"]:
        if within(tuple(release), span["from"], span["to"]):
            return span.get("min"), span.get("max")
    return None, None
