"""Asks every rule about every subject of a world: what is surely wrong becomes a finding, what is open is named."""

from __future__ import annotations

from netqlint.finding import Finding, Fix, Label, Undecided
from netqlint.pack import worded
from netqlint.scopes import SCOPES, Scene, Subject
from netqlint.version import parse, release, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netqlint.driver import Functions, Plain
    from netqlint.finding import Edit
    from netqlint.version import Version
    from netqlint.world import View, World


def check(world: World, rules: Sequence[Plain]) -> tuple[list[Finding], list[Undecided]]:
    """The findings of one host, sorted by place, and the rules that nobody could decide."""
    findings: list[Finding] = []
    missing: dict[int, dict[str, None]] = {}
    scene = Scene(world, once=True)
    for name, concerned in _concerned(world, rules).items():
        scope = SCOPES[name]
        scene.ask(_asked(rules, concerned) if scope.alike else ())
        for subject in scope.subjects(scene):
            quiet = True
            for number, about in concerned[subject.view.module.name if subject.view else ""]:
                rule = rules[number]
                verdict = judge(rule, subject, about)
                if verdict is True:
                    continue
                if verdict is False:
                    quiet = False
                    findings.append(finding(rule, subject))
                    if subject.view is not None:
                        scene.tell(subject.view)
                else:
                    missing.setdefault(number, {}).update(dict.fromkeys(needs(rule, subject)))
            if quiet and scope.alike:
                scene.hush(subject)
    findings.sort(key=lambda found: found.sort_key)
    undecided = [
        Undecided(world.host.source.name, rules[number]["code"], rules[number]["name"], tuple(missing[number]))
        for number in sorted(missing)
        if missing[number]
    ]
    return findings, undecided


def judge(rule: Plain, subject: Subject, about: bool | None) -> bool | None:
    """True: all is well. False: the rule is surely broken. None: a fact is missing to tell.

    `about` says whether the subject belongs to those the rule is about (see `applies`).
    """
    if about is False:
        return True
    functions = subject.world.functions
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
        view = _view(subject.world, subject.view, driver)
        if operator and view is not None and not view.facts.version:
            yield f"--assume {driver}=VERSION"


# --- whom a rule is about


# By scope, and in it by driver ("" for what belongs to none): the rules that may say something there, by their
# number, and whether they surely do.
Concerned = dict[str, dict[str, list[tuple[int, "bool | None"]]]]

# Hosts of a fleet have the same release and drivers, so they are the concern of the same rules. Each answer keeps
# its rules, so that no others can come to have the same id.
_KNOWN: dict[tuple[object, ...], tuple[Sequence[Plain], Concerned]] = {}
_MOST_KNOWN = 64


def _concerned(world: World, rules: Sequence[Plain]) -> Concerned:
    versions = tuple((view.module.name, view.facts.version) for view in world.views if view.like is None)
    case = (id(rules), world.facts.order, versions)
    known = _KNOWN.get(case)
    if known is None or known[0] is not rules:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = (rules, _told_apart(world, rules))
        _KNOWN[case] = known
    return known[1]


def _asked(rules: Sequence[Plain], concerned: Mapping[str, Sequence[tuple[int, bool | None]]]) -> tuple[str, ...]:
    """The names that these rules decide by."""
    return tuple({name: None for found in concerned.values() for number, _ in found for name in rules[number]["names"]})


def _told_apart(world: World, rules: Sequence[Plain]) -> Concerned:
    concerned: Concerned = {}
    views = {"": None, **{view.module.name: view for view in world.views}}
    # many rules are about the same
    spoken: dict[Sequence[tuple[str, str, str]], list[tuple[str, bool | None]]] = {}
    for number, rule in enumerate(rules):
        about = rule["about"]
        if about not in spoken:
            answers = [(name, applies(about, world, view)) for name, view in views.items()]
            spoken[about] = [(name, answer) for name, answer in answers if answer is not False]
        if spoken[about]:
            scope = rule["for"]
            if scope not in concerned:
                concerned[scope] = {name: [] for name in views}
            for name, answer in spoken[about]:
                concerned[scope][name].append((number, answer))
    return concerned


def applies(about: Sequence[tuple[str, str, str]], world: World, view: View | None) -> bool | None:
    """Whether a rule about these drivers, versions and releases speaks of what belongs to a driver, or to the host."""
    answers = [_one(driver, operator, version, world, view) for driver, operator, version in about]
    if False in answers:
        return False
    return None if None in answers else True


def _one(name: str, operator: str, version: str, world: World, view: View | None) -> bool | None:
    if name == "esx":
        return _compare(world.facts.order, operator, release(version))
    if name in ("vmklinux", "native"):
        return view is not None and view.driver["stack"] == name
    found = _view(world, view, name)
    if found is None:
        return False
    if not operator:
        return True
    return _compare(parse(found.facts.version), operator, parse(version))


def _view(world: World, view: View | None, driver: str) -> View | None:
    if view is not None:
        return view if view.module.name == driver else None
    return next((found for found in world.views if found.module.name == driver), None)


def _compare(version: Version, operator: str, bound: Version) -> bool | None:
    if not version:
        return None
    if operator in ("<", ">="):
        least = within(version, bound, None)
        return least if operator == ">=" else _not(least)
    same = within(version, bound, bound)
    if operator in ("==", "!="):
        return same if operator == "==" else _not(same)
    least = within(version, bound, None)
    above = None if least is None or same is None else least and not same
    return above if operator == ">" else _not(above)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


# --- what is said


def finding(rule: Plain, subject: Subject) -> Finding:
    words = worded(rule, subject.world.catalog)
    return Finding(
        rule["code"],
        rule["name"],
        rule["severity"],
        say(words["message"], subject.names),
        subject.spots.get(words["at"], subject.spots[""]),
        subject.label,
        words["summary"],
        tuple(
            Label(subject.spots[spot], say(text, subject.names))
            for spot, text in words["related"]
            if spot in subject.spots and subject.spots[spot] != subject.spots.get(words["at"])
        ),
        _fix(words["fix"], subject),
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


def _fix(plan: Plain | None, subject: Subject) -> Fix | None:
    """The fix of a rule for one subject; None where the text gives no hold for it."""
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
