"""The settings of the VMkernel: those it boots with, and the advanced ones."""

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


OF_BOTH = {
    **WORLD,
    "setting": "string",
    "value": "string",
    "known": "bool",
    "type": "string",
    "exists": "bool",
    "obsolete": "bool",
    "number": "int",
    "low": "int",
    "high": "int",
    "takes": "string",
    "unit": "string",
}
SETTING = {
    **OF_BOTH,
    "suggestion": "string",
    "differs_in_case": "bool",
    "successors": "list(string)",
    "on": "bool",
    "spelt": "string",
    "multiple": "int",
    "most": "int",
    "most_name": "string",
    "advanced": "string",
}
ADVANCED = {**OF_BOTH, "group": "string", "kernel": "string"}


def settings(scene: Scene) -> Iterator[Subject]:
    # a script may write one setting on all hosts of a fleet
    known: dict[tuple[str, str, bool], tuple[dict[str, object], dict[str, str]]] = {}
    for setting in scene.world.host.settings:
        written = setting.name.text, setting.value.text, setting.plain
        if written not in known:
            known[written] = _setting(scene, setting)
        names, needs = known[written]
        if not scene.quiet(names, needs):
            yield _subject(scene, setting, written[0], names, needs)


def advanced(scene: Scene) -> Iterator[Subject]:
    """The advanced settings that the catalog knows, and those that bear the name of a kernel setting."""
    known = scene.world.catalog["advanced"]
    kernel: dict[str, str] = {}
    for setting in scene.world.host.advanced:
        full = f"{setting.group}.{setting.name.text}"
        kernel = kernel or {name.lower(): name for name in scene.world.catalog["settings"]}
        named = "" if full in known else kernel.get(setting.name.text.lower(), "")
        if full in known or named:
            yield _advanced(scene, setting, full, named)


def _setting(scene: Scene, setting: Setting) -> tuple[dict[str, object], dict[str, str]]:
    """The names of a kernel setting, and what would tell them."""
    known = scene.world.catalog["settings"]
    written = setting.name.text
    meant = same_but_case(written, known)
    found = known.get(meant)
    on = truth(setting.value.text)
    most_name = (found["at-most"] or "") if found else ""
    names = {
        **_of_both(scene, setting, found),
        "known": written in known,
        "suggestion": meant or near_setting(written, known),
        "differs_in_case": bool(meant) and meant != written,
        "successors": found["successors"] if found else (),
        "on": on,
        "spelt": {True: "TRUE", False: "FALSE", None: ""}[on],
        "multiple": _agreed(found, scene, "multiple") if found else None,
        "most": _most(scene, most_name) if most_name else None,
        "most_name": most_name,
        "advanced": "" if meant else _advanced_name(written, scene),
    }
    return names, _needs(scene, found)


def _advanced(scene: Scene, setting: Setting, full: str, kernel: str) -> Subject:
    found = scene.world.catalog["advanced"].get(full)
    names = {
        **_of_both(scene, setting, found),
        "known": found is not None,
        "group": setting.group,
        "kernel": kernel,
    }
    return _subject(scene, setting, full, names, _needs(scene, found))


def _subject(scene: Scene, setting: Setting, label: str, names: dict[str, object], needs: dict[str, str]) -> Subject:
    spots = {"": setting.name, "setting": setting.name, "value": setting.value}
    return Subject(label, names, spots, needs, scene.world, setting=setting)


def _needs(scene: Scene, found: Plain | None) -> dict[str, str]:
    if found and _tells(found, scene):
        return {**WORLD_NEEDS, **dict.fromkeys(("exists", "obsolete"), "--assume esx=RELEASE")}
    return dict(WORLD_NEEDS)


def _of_both(scene: Scene, setting: Setting, found: Plain | None) -> dict[str, object]:
    order = scene.world.facts.order
    low, high = (_agreed(found, scene, "min"), _agreed(found, scene, "max")) if found else (None, None)
    return {
        **scene.names,
        "setting": setting.name.text,
        "value": setting.value.text if setting.plain else None,
        # of what nobody knows yet nothing is asked
        "type": found["type"] if found and setting.plain else "",
        "exists": exists(found, order) if found else None,
        "obsolete": _obsolete(found, order) if found else None,
        "number": _number(setting.value.text.strip()) if setting.plain else None,
        "low": low,
        "high": high,
        "takes": _takes(low, high),
        "unit": found["unit"] if found else "",
    }


def _tells(setting: Plain, scene: Scene) -> bool:
    """Whether more of the release would tell more of the setting: it is a guess, or its update matters."""
    order = scene.world.facts.order
    spans = (*setting["known"], *setting["missing"])
    return not scene.world.facts.surely or any(within(order, span["from"], span["to"]) is None for span in spans)


def _number(text: str) -> int | None:
    """The number of a setting: some have all 32 bits for it, and no sign."""
    if text.isascii() and text.isdecimal() and not text.startswith("0") and len(text) <= 10:
        return int(text)
    return read_integer(text)


def _agreed(setting: Plain, scene: Scene, aspect: str) -> int | None:
    """The widest bound of all builds the host may have; none where one of them has none, or the release is a guess.

    What is `min` here is the least of them, everything else the largest.
    """
    order = scene.world.facts.order if scene.world.facts.surely else ()
    bounds: list[int] = [
        span.get(aspect) for span in setting["known"] if within(order, span["from"], span["to"]) is not False
    ]
    if not bounds or None in bounds:
        return None
    return min(bounds) if aspect == "min" else max(bounds)


def _takes(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{low}..{high}"
    if high is not None:
        return f"{high} at most"
    return "a number" if low is None else f"{low} or more"


def _obsolete(setting: Plain, release: Sequence[int]) -> bool | None:
    """Whether a release has the setting without using it; None where nobody told."""
    answers = {
        span.get("obsolete", False) for span in setting["known"] if within(tuple(release), span["from"], span["to"])
    }
    return answers.pop() if len(answers) == 1 else None


def _most(scene: Scene, name: str) -> int | None:
    """What another setting is: the number written, else its default."""
    written = [setting for setting in scene.world.host.settings if setting.name.text == name]
    if written:
        return _number(written[0].value.text.strip()) if len(written) == 1 else None
    return _agreed(scene.world.catalog["settings"][name], scene, "default")


def _advanced_name(written: str, scene: Scene) -> str:
    """The advanced setting that a name stands for: `netCoalesceDefaultOn` is Net.CoalesceDefaultOn."""
    advanced = scene.world.catalog["advanced"]
    names = {spelling: full for full in advanced for spelling in (full.replace(".", ""), full.partition(".")[2])}
    meant = same_but_case(written.replace(".", ""), names)
    return names[meant] if meant else ""
