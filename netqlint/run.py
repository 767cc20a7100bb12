"""The story, read this first: a text becomes a source, a host, a world, and the world is judged.

bytes → Source → Host (what is written) → World (what it means) → Report (what is wrong)
"""

from __future__ import annotations

from netqlint.checker import check
from netqlint.driver import effective_ports, generation_for
from netqlint.errors import NetqlintError, hint
from netqlint.facts import NOTHING_ASSUMED, Assumed, gather
from netqlint.finding import Fact, Report, Undecided
from netqlint.pack import every_rule, load
from netqlint.record import changed
from netqlint.surfaces import read
from netqlint.text import Source
from netqlint.world import behold, written_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from netqlint.driver import Plain
    from netqlint.model import Host
    from netqlint.pack import Pack
    from netqlint.world import World

    Wanted = Callable[[Plain], bool]

COMMENT = "#"
# what comments hold that are meant for netqlint, however its name is capitalised
MARKS = ("etqlint", "ETQLINT", "etQLint", "etQlint")


def check_source(
    source: Source,
    assumed: Assumed = NOTHING_ASSUMED,
    *,
    module: str | None = None,
    wanted: Wanted = every_rule,
    pack: Pack | None = None,
    heed: bool = True,
    surface: str = "",
) -> Report:
    """The report on one text: an esx.conf, a script, or the option string of `module`.

    `surface` says how it is written, where its name and beginning do not tell (see `netqlint.surfaces`). `heed` says
    whether its comments may suppress findings. Raises NetqlintError where the assumptions cannot be read.
    """
    pack = pack or load()
    host = _read(source, module, pack, surface, assumed)
    marked = heed and COMMENT in source.text and any(mark in source.text for mark in MARKS)
    case = None if marked or host.said is None or assumed.texts else (id(assumed), id(wanted), id(pack), host.said)
    if case in _QUIET:
        return _renamed(_QUIET[case][0], source.name)
    world = _behold(host, assumed, pack)
    rules = _chosen(pack, wanted)
    findings, undecided = check(world, rules)
    if world.host.surface == "listing":
        # what a host has said is no place to mend it
        findings = [changed(finding, fix=None) for finding in findings]
    checked = (source.name, *(text.name for text in assumed.texts if host.surface == "listing"))
    report = Report(tuple(findings), checked, world.facts.told, tuple(undecided))
    if marked:
        # most texts have no comments for netqlint, and need nothing of this
        from netqlint.suppression import sift

        return sift(report, world, rules, pack)
    if case and not findings:
        if len(_QUIET) >= _MOST_QUIET:
            _QUIET.clear()
        _QUIET[case] = (report, (assumed, wanted, pack))
    return report


# The hosts of a cluster say the same in all that netqlint looks at, and mostly nothing is wrong with it: then the one
# is judged, and what holds for it holds for the others, which are read all the same. Each report keeps what it was
# judged by, so that nothing else can come to have the same id.
_QUIET: dict[object, tuple[Report, tuple[Assumed, Wanted, Pack]]] = {}
_MOST_QUIET = 256


def _renamed(report: Report, name: str) -> Report:
    """A report without findings, as if it were on another text."""
    return Report(
        (),
        (name,),
        tuple([Fact(name, fact.name, fact.value, fact.basis, fact.how, fact.overrule) for fact in report.facts]),
        tuple([Undecided(name, rule.code, rule.name, rule.missing) for rule in report.undecided]),
    )


def _chosen(pack: Pack, wanted: Wanted) -> tuple[Plain, ...]:
    """The rules that are wanted; files in a row, which mostly want the same, share them."""
    if not _last or _last[0] is not pack or _last[1] is not wanted:
        _last[:] = (pack, wanted, tuple(filter(wanted, pack.rules)))
    rules: tuple[Plain, ...] = _last[2]
    return rules


_last: list[Any] = []


def understand(source: Source, assumed: Assumed, module: str | None, pack: Pack, surface: str = "") -> World:
    """What a text means: read by its surface, joined with what is known."""
    return _behold(_read(source, module, pack, surface, assumed), assumed, pack)


def _behold(host: Host, assumed: Assumed, pack: Pack) -> World:
    # outputs are one text with those beside them
    texts = assumed.texts if host.surface != "listing" else ()
    beside = tuple([read(text, pack, None) for text in texts])
    facts = gather(host, pack.catalog, assumed, conf_of(assumed, pack))
    return behold(host, facts, pack.catalog, pack.functions, beside)


def conf_of(assumed: Assumed, pack: Pack) -> Host | None:
    """The esx.conf of the host that a text is of, where that is another text."""
    return read(assumed.conf, pack, None) if assumed.conf else None


def _read(source: Source, module: str | None, pack: Pack, surface: str, assumed: Assumed) -> Host:
    if module is not None and module not in pack.catalog["drivers"]:
        known = pack.catalog["drivers"]
        likely = hint(module, known) or f"; there are {', '.join(sorted(known))}"
        raise NetqlintError(f"no driver {module} in the catalog{likely}")
    return read(source, pack, module, surface, assumed.texts)


def effective_values(
    driver: str, options: str, assumed: Assumed, controllers: tuple[str | None, ...]
) -> list[dict[str, int | None]]:
    """What each of these controllers gets from an option string. Raises NetqlintError for an unknown build."""
    pack = load()
    source = Source("options", options)
    if driver not in pack.catalog["drivers"]:
        understand(source, assumed, driver, pack)
    generation = generation_for(pack.catalog["drivers"][driver]["generations"], assumed.facts[driver])
    if generation is None:
        raise NetqlintError(f"no generation of {driver} is known to cover version {assumed.facts[driver]}")
    world = understand(source, assumed, driver, pack)
    view = world.views[0]
    written = written_values(view.options, view.listed, generation["parameters"], len(controllers))
    return effective_ports(generation, written, controllers, world.facts.cpus, pack.functions)
