"""Asks every rule about every subject of a world: what is surely wrong becomes a finding, what is open is named."""

from __future__ import annotations

from netqlint.finding import Finding, Fix, Label, Undecided
from netqlint.scopes import SCOPES, Scene, Subject
from netqlint.version import parse, release, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netqlint.driver import Functions, Plain
    from netqlint.finding import Edit
    from netqlint.version import Version
    from netqlint.world import View, World


def check(world: World, rules: Iterable[Plain]) -> tuple[list[Finding], list[Undecided]]:
    """The findings of one host, sorted by place, and the rules that nobody could decide."""
    findings: list[Finding] = []
    undecided: list[Undecided] = []
    subjects: dict[str, list[Subject]] = {}
    scene = Scene(world)
    about: dict[tuple[str, int], bool | None] = {}
    for rule in rules:
        scope = rule["for"]
        if scope not in subjects:
            subjects[scope] = list(SCOPES[scope].subjects(scene))
        missing: dict[str, None] = {}
        for subject in subjects[scope]:
            place = (rule["code"], id(subject.view))
            if place not in about:
                about[place] = applies(rule["about"], subject)
            verdict = judge(rule, subject, about[place])
            if verdict is False:
                findings.append(finding(rule, subject))
            elif verdict is None:
                missing.update(dict.fromkeys(needs(rule, subject)))
        if missing:
            undecided.append(Undecided(world.host.source.name, rule["code"], rule["name"], tuple(missing)))
    findings.sort(key=lambda found: found.sort_key)
    return findings, undecided


def judge(rule: Plain, subject: Subject, about: bool | None) -> bool | None:
    """True: all is well. False: the rule is surely broken. None: a fact is missing to tell.

    `about` says whether the subject belongs to those the rule is about (see `applies`).
    """
    functions = subject.world.functions
    if about is False:
        return True
    names = subject.names
    when = functions[rule["when"]](names) if rule["when"] else True
    if when is False:
        return True
    holds = functions[rule["require"]](names) if rule["require"] else False
    if holds is True:
        return True
    return None if None in (about, when, holds) else False


def needs(rule: Plain, subject: Subject) -> Iterator[str]:
    """The options that would tell what is unknown in a rule's conditions."""
    for name in rule["names"]:
        option = subject.needs.get(name, subject.otherwise)
        if option and subject.names.get(name) is None:
            yield option
    for driver, operator, _ in rule["about"]:
        view = _view(subject, driver)
        if operator and view is not None and not view.facts.version:
            yield f"--assume {driver}=VERSION"


# --- whom a rule is about


def applies(about: Sequence[tuple[str, str, str]], subject: Subject) -> bool | None:
    """Whether a subject belongs to the drivers, versions and releases that the rule is about."""
    answers = [_one(driver, operator, version, subject) for driver, operator, version in about]
    if False in answers:
        return False
    return None if None in answers else True


def _one(name: str, operator: str, version: str, subject: Subject) -> bool | None:
    if name == "esx":
        return _compare(subject.world.facts.order, operator, release(version))
    if name in ("vmklinux", "native"):
        return subject.view is not None and subject.view.driver["stack"] == name
    view = _view(subject, name)
    if view is None:
        return False
    if not operator:
        return True
    return _compare(parse(view.facts.version), operator, parse(version))


def _view(subject: Subject, driver: str) -> View | None:
    if subject.view is not None:
        return subject.view if subject.view.module.name == driver else None
    return next((view for view in subject.world.views if view.module.name == driver), None)


def _compare(version: Version, operator: str, bound: Version) -> bool | None:
    if not version:
        return None
    same = within(version, bound, bound)
    least = within(version, bound, None)
    answers = {
        "==": same,
        "!=": None if same is None else not same,
        ">=": least,
        "<": None if least is None else not least,
        ">": _and(least, same),
        "<=": None if least is None or same is None else same or not least,
    }
    return answers[operator]


def _and(least: bool | None, same: bool | None) -> bool | None:
    return None if least is None or same is None else least and not same


# --- what is said


def finding(rule: Plain, subject: Subject) -> Finding:
    return Finding(
        rule["code"],
        rule["name"],
        rule["severity"],
        say(rule["message"], subject.names),
        subject.spots.get(rule["at"], subject.spots[""]),
        subject.label,
        rule["summary"],
        tuple(
            Label(subject.spots[spot], say(text, subject.names))
            for spot, text in rule["related"]
            if spot in subject.spots and subject.spots[spot] != subject.spots.get(rule["at"])
        ),
        fix(rule, subject),
    )


def say(template: Sequence[str], names: Mapping[str, object]) -> str:
    """A compiled template: literal, name, literal, name, …, literal."""
    return "".join(part if place % 2 == 0 else shown(names[part]) for place, part in enumerate(template))


def shown(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(shown, value)) if isinstance(value, tuple) else str(value)


def fix(rule: Plain, subject: Subject) -> Fix | None:
    """The fix of a rule for one subject; None where the text gives no hold for it."""
    plan = rule["fix"]
    if plan is None:
        return None
    functions = subject.world.functions
    wanted = _wanted(plan, subject, functions)
    if wanted is None:
        return None
    edits = _edits(plan, subject, wanted)
    if not edits:
        return None
    safe = plan["safe_when"] and functions[plan["safe_when"]](subject.names) is True
    title = say(plan["title"], subject.names) if plan["title"] else _title(plan, subject, wanted)
    return Fix(title, "safe" if safe else plan["applicability"], edits)


def _wanted(plan: Plain, subject: Subject, functions: Functions) -> dict[str, object] | None:
    """What each name is to be; None where that is unknown. An empty text leaves a name as it is."""
    wanted = {}
    for target, value in plan["set"]:
        answer = functions[value](subject.names) if isinstance(value, str) else value
        if answer is None:
            return None
        if answer != "" and (not isinstance(answer, tuple) or any(item != "" for item in answer)):
            wanted[say(target, subject.names)] = answer
    return wanted


def _edits(plan: Plain, subject: Subject, wanted: dict[str, object]) -> tuple[Edit, ...]:
    # most runs find nothing, and need nothing of this
    from netqlint import mend

    names = subject.names
    if wanted and plan["remove"]:
        return mend.exchange(subject, wanted, say(plan["remove"], names))  # type: ignore[arg-type]  # as below
    if wanted:
        return mend.assign(subject, wanted)  # type: ignore[arg-type]  # conditions are typed when they are compiled
    if plan["rename"]:
        _, new = plan["rename"][0]
        return mend.rename(subject, say(new, names)) if say(new, names) else ()
    if plan["remove"]:
        return mend.remove(subject, say(plan["remove"], names))
    return mend.repair(subject)


def _title(plan: Plain, subject: Subject, wanted: Mapping[str, object]) -> str:
    where = f" on port {subject.port}" if subject.port is not None else ""
    if wanted:
        set_to = "set " + " and ".join(f"{name} to {shown(value)}" for name, value in wanted.items()) + where
        return f"{set_to} and remove {say(plan['remove'], subject.names)}" if plan["remove"] else set_to
    if plan["rename"]:
        old, new = plan["rename"][0]
        return f"rename {say(old, subject.names)} to {say(new, subject.names)}"
    if plan["remove"]:
        return f"remove {say(plan['remove'], subject.names)}"
    return "write what is plainly meant"
