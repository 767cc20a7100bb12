"""What holds for every text and all rules at once, whatever is written and whatever is known."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from texts import EXAMPLES, PACK, Case, cases, esxconf_cases, esxconfs, option_strings

import netqlint
from netqlint import run
from netqlint.checker import applies, check, judge
from netqlint.facts import Assumed
from netqlint.finding import SEVERITIES, Edit, Report
from netqlint.fixer import Fixed, fix
from netqlint.model import Host, Options
from netqlint.pack import worded
from netqlint.run import check_source, understand
from netqlint.scopes import SCOPES, Scene, Subject
from netqlint.text import BOM, Source, Span, decode, encode
from netqlint.world import View, World

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SAFE, ALL = ("safe",), ("safe", "unsafe")
LINE_END = re.compile(r"\r\n|\r|\n")


def often(times: int) -> settings:
    """The same texts on every run; with HYPOTHESIS_PROFILE=long twenty times as many, and others each time."""
    return settings(
        max_examples=times * (20 if LONG else 1),
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def source_of(case: Case) -> Source:
    return Source("text", case.text)


def world_of(case: Case) -> World:
    return understand(source_of(case), case.assumed, case.module, PACK, case.surface)


def report_on(case: Case, heed: bool = True) -> Report:
    return judged(source_of(case), case, heed=heed)


def fixed(case: Case, allowed: tuple[str, ...]) -> Fixed:
    """Raises where fixes undo one another, so that every law of fixing holds this one too."""
    return fix(source_of(case), lambda text: judged(text, case), allowed)


def judged(source: Source, case: Case, **how: Any) -> Report:
    return check_source(source, case.assumed, module=case.module, surface=case.surface, pack=PACK, **how)


def again(case: Case, text: str) -> Case:
    return Case(text, case.assumed, case.module, case.surface)


# --- every text is read


def spans(value: object) -> Iterator[Span]:
    """All places in a record, at any depth."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, Iterable) and not isinstance(value, (str, Mapping)):
        for item in value:
            yield from spans(item)
    elif not isinstance(value, Source):
        for field in getattr(value, "__slots__", ()):
            yield from spans(getattr(value, field))


def inside(span: Span, outer: Span) -> bool:
    return outer.start <= span.start <= span.end <= outer.end


def ordered(places: list[Span]) -> bool:
    return all(one.end <= other.start for one, other in pairwise(places))


@given(cases())
@often(100)
def test_every_place_lies_within_its_text(case: Case) -> None:
    source = source_of(case)
    whole = source.span(0, len(case.text))
    world = understand(source, case.assumed, case.module, PACK)
    findings, _ = check(world, PACK.rules)
    lines = len(LINE_END.findall(case.text)) + 1
    for place in (*spans(world.host), *spans(findings)):
        assert inside(place, whole)
        assert place.source is source
        assert 1 <= place.line <= place.end_line <= lines
        assert min(place.column, place.end_column) >= 1


@given(cases())
@often(100)
def test_every_leaf_of_the_model_is_what_is_written(case: Case) -> None:
    host = world_of(case).host
    for module in host.modules:
        assert all(re.sub(r"\.k?o$", "", name.text) == module.name for name in module.names)
        for options in module.options:
            check_options(options)
    check_lines(host)


def check_options(options: Options) -> None:
    assert ordered([parameter.span for parameter in options.parameters])
    for parameter in options.parameters:
        assert inside(parameter.span, options.span)
        assert ordered([parameter.name, *parameter.values])
        assert parameter.name.start == parameter.span.start
        assert all(inside(value, parameter.span) for value in parameter.values)
        if parameter.sound:
            values = ",".join(value.text for value in parameter.values)
            assert parameter.span.text == f"{parameter.name.text}={values}"
    for mistake in options.mistakes:
        assert inside(mistake.span, options.span)
        assert all(inside(edit.span, options.span) for edit in mistake.repair)
    assert options.slot is not None
    assert inside(options.slot.at, options.span)


def check_lines(host: Host) -> None:
    for setting in (*host.settings, *host.advanced):
        assert setting.whole is not None
        assert inside(setting.name, setting.whole)
        assert inside(setting.value, setting.whole)
        assert len(setting.whole.text.strip("\r\n").splitlines() or [""]) >= 1
    for repeat in host.repeats:
        assert repeat.first.key.text == repeat.again.key.text
        assert repeat.first.line.end <= repeat.again.line.start
        for entry in (repeat.first, repeat.again):
            assert inside(entry.key, entry.line)
            assert inside(entry.value, entry.line)
            assert re.fullmatch(r"[ \t]*", host.source.text[entry.line.start : entry.key.start])
            assert not LINE_END.search(entry.line.text)
    for mistake in host.mistakes:
        assert not LINE_END.search(mistake.span.text)


@pytest.mark.parametrize("name", sorted(PACK.patterns.keys() - {"commands", "cmdlets", "tasks", "resources"}))
def test_no_character_is_lost_or_read_twice(name: str) -> None:
    pattern = re.compile(PACK.patterns[name])

    @given(esxconfs() if name == "esxconf" else option_strings("igb"))
    @often(120)
    def law(text: str) -> None:
        assert "".join(match.group() for match in pattern.finditer(text)) == text

    law()


@given(st.binary(max_size=40) | esxconfs().map(encode))
@example(b'\xef\xbb\xbf/a = "\xff\x80"\r\n\x00')
@often(120)
def test_bytes_come_back(data: bytes) -> None:
    assert encode(decode(data, "bytes").text) == data
    report = netqlint.check(data)
    if not any(finding.fix for finding in report.findings):
        assert encode(netqlint.fix(data, unsafe=True).text) == data


# --- fixing


@pytest.mark.parametrize("allowed", [SAFE, ALL], ids=["safe", "unsafe"])
def test_fixing_comes_to_rest_with_nothing_left_to_fix(allowed: tuple[str, ...]) -> None:
    @given(cases())
    @often(100)
    def law(case: Case) -> None:
        check_rest(case, allowed)

    law()


def check_rest(case: Case, allowed: tuple[str, ...]) -> None:
    once = fixed(case, allowed)
    assert [found for found in once.report.findings if found.fix and found.fix.applicability in allowed] == []
    assert fixed(again(case, once.text), allowed) == Fixed(once.text, (), once.report)


@given(cases(), st.sampled_from([SAFE, ALL]))
@often(100)
def test_outside_the_edits_every_byte_stays(case: Case, allowed: tuple[str, ...]) -> None:
    outcome = fixed(case, allowed)
    rounds: dict[str, list[Edit]] = {}
    for finding in outcome.made:
        assert finding.fix
        rounds.setdefault(finding.span.source.text, []).extend(finding.fix.edits)
    texts = [*rounds, outcome.text]
    assert texts[0] == case.text
    for (before, edits), after in zip(rounds.items(), texts[1:], strict=True):
        check_edits(before, edits, after)
    check_ends(case.text, outcome.text)


def check_edits(before: str, edits: list[Edit], after: str) -> None:
    """Taking the edits back out of the new text gives the old one."""
    edits = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    assert ordered([edit.span for edit in edits])
    kept, shift = after, 0
    for edit in edits:
        at = edit.span.start + shift
        assert kept[at:].startswith(edit.text)
        kept = kept[:at] + edit.span.text + kept[at + len(edit.text) :]
        assert kept[: edit.span.end] == before[: edit.span.end]
    assert kept == before


def check_ends(before: str, after: str) -> None:
    """The byte order mark stays, no line end of a new kind appears, and the last line is ended as it was."""
    assert after.startswith(BOM) == before.startswith(BOM)
    assert set(LINE_END.findall(after)) <= set(LINE_END.findall(before) or ["\n"])
    if after.removeprefix(BOM):
        assert after.endswith(("\r", "\n")) == before.endswith(("\r", "\n")) or not before.removeprefix(BOM)


Verdicts = dict[tuple[str, str], list[bool | None]]


def verdicts(world: World, severities: tuple[str, ...]) -> Verdicts:
    """What each rule says of each of its subjects, by the subject's name: True well, False wrong, None undecided."""
    subjects: dict[str, list[Subject]] = {}
    found: Verdicts = {}
    for rule in PACK.rules:
        if rule["severity"] in severities:
            if rule["for"] not in subjects:
                subjects[rule["for"]] = list(SCOPES[rule["for"]].subjects(Scene(world)))
            for subject in subjects[rule["for"]]:
                found.setdefault((rule["code"], subject.label), []).append(
                    judge(rule, subject, applies(rule["about"], world, subject.view))
                )
    return found


def errors(report: Report) -> Counter[tuple[str, str]]:
    """How often a rule accuses a subject: lines and values in a message may change while the error stays."""
    return Counter((found.code, found.subject) for found in report.findings if found.severity == "error")


@pytest.mark.parametrize("allowed", [SAFE, ALL], ids=["safe", "unsafe"])
def test_a_fix_never_creates_an_error(allowed: tuple[str, ...]) -> None:
    """No fix, and no chain of fixes, makes wrong what a rule had found well.

    An error that shows only afterwards was uncovered, not created, where its rule could not judge its subject
    before: the text had no such subject (a line that could not be read, a name nobody knew). Where it had, the text
    is judged with every mistake and every name written as it was plainly meant, and the error is uncovered if it
    shows there, if the rule is undecided there, or if nobody can tell what the parameter is (it is written twice,
    or makes no sense). Where an unsafe fix takes out what a guess at the release or a version rested on, another
    world is judged; no safe fix does that.
    """

    @given(cases())
    @often(100)
    def law(case: Case) -> None:
        check_errors(case, allowed)

    law()


def check_errors(case: Case, allowed: tuple[str, ...]) -> None:
    outcome = fixed(case, allowed)
    new = errors(outcome.report) - errors(report_on(case))
    if not new:
        return
    meant = readable(case, allowed)
    new -= errors(report_on(meant))
    world, after = world_of(meant), world_of(again(case, outcome.text))
    if facts_of(world) != facts_of(after):
        assert allowed != SAFE
        return
    there, before = verdicts(world_of(case), ("error",)), verdicts(world, ("error",))
    obscure = {f"{view.module.name}.{name}" for view in world.views for name in spoilt_names(view)}
    created = [found for found in new if found in there and True in before.get(found, []) and found[1] not in obscure]
    assert not created, (created, outcome.text)


def readable(case: Case, allowed: tuple[str, ...]) -> Case:
    """The case with nothing but its mistakes mended and its names spelt as they were meant."""

    def report(text: Source) -> Report:
        return judged(text, case, wanted=about_writing)

    return again(case, fix(source_of(case), report, allowed).text)


def about_writing(rule: Mapping[str, Any]) -> bool:
    fix = worded(rule, PACK.catalog)["fix"]
    return rule["for"] == "mistake" or bool(fix and fix["rename"])


def facts_of(world: World) -> object:
    facts = world.facts
    return facts.release, {name: (d.version, d.count, d.controllers) for name, d in facts.drivers.items()}


def plain_values(world: World) -> dict[tuple[str, int, str], int]:
    """What each port gets of the parameters that are written legally for it, or not written at all."""
    known = {}
    for view in world.views:
        spoilt = spoilt_names(view)
        for port, result in enumerate(view.effective):
            for name, value in result.items():
                legal = view.judged[port].get(name, {}).get("legal", False)
                if legal and name not in spoilt and value is not None:
                    known[view.module.name, port, name] = value
    return known


def spoilt_names(view: View) -> set[str]:
    """The parameters of which nobody can tell what is written: not plain, or written twice."""
    written = {view.meant(p.name.text) for options in view.module.options for p in options.parameters}
    return written - view.listed.keys()


@given(cases())
@often(120)
def test_a_safe_fix_never_changes_a_value_that_was_legal(case: Case) -> None:
    check_values(case)


def check_values(case: Case) -> None:
    outcome = fixed(case, SAFE)
    if not outcome.made:
        return
    before, after = world_of(readable(case, SAFE)), world_of(again(case, outcome.text))
    assert facts_of(before) == facts_of(after)
    then, now = plain_values(before), plain_values(after)
    changed = {place: (then[place], now[place]) for place in then.keys() & now if then[place] != now[place]}
    assert not changed, (changed, outcome.text)


# What once broke a law, and what it was.
ROWS = {
    # the guess at the release did not see a setting spelt in other case, until a fix spelt it right
    "a guess that a fix overturned": Case(
        '/vmkernel/module/igb/options = "IntMode=2,2 VMDQ=4,4"\n/vmkernel/NETPKTHEAPMINMBPERGB = "4"\n',
    ),
    # a parameter written twice was taken for one that asks for no queues
    "queues that may be asked for": Case(
        "VMDQ=8,1 intmode=3,3 VMDQ=8,1", Assumed({"netqueue": "off"}, {"igb": "32"}), "igb"
    ),
    # one fix wrote a value for each port, more than the driver has room for
    "more ports than slots": Case("InterruptThrottleRate=0,0", Assumed({}, {"igb": "40"}), "igb"),
    # only the first of two equal lines was mended, so they differed
    "a switch whose mtu is written twice": Case('/net/vswitch/child[0002]/mtu = "16000"\n' * 2),
    # three lines of one key, two of them alike and unreadable
    "a key written three times": Case(
        'net/vswitch/child[0000]/name = "a"\n/net/vswitch/child[0000]/name = "b"\nnet/vswitch/child[0000]/name = "a"\n'
    ),
    # a line was made readable in the very round in which its twin was changed
    "two lines alike, one unreadable": Case(
        'vmkernel/module/igb/options = "IntMode=9,3"\n/vmkernel/module/igb/options = "IntMode=9,3"\n'
    ),
}


@pytest.mark.parametrize("case", ROWS.values(), ids=list(ROWS))
def test_what_broke_a_law_obeys_all_of_them(case: Case) -> None:
    check_fixes(case)


@pytest.mark.parametrize("code", sorted({code for code, _ in EXAMPLES}))
def test_the_examples_of_a_rule_obey_all_others(code: str) -> None:
    for case in [case for whose, case in EXAMPLES if whose == code]:
        check_fixes(case)


def check_fixes(case: Case) -> None:
    for allowed in (SAFE, ALL):
        check_rest(case, allowed)
        check_errors(case, allowed)
    check_values(case)


# --- what nobody told


@given(cases(), st.integers(0, 3), st.sampled_from(["1", "4", "16"]))
@often(120)
def test_what_nobody_told_accuses_nobody(case: Case, spare: int, cpus: str) -> None:
    """Whoever is accused while ports and CPUs are unknown stays accused once they are told.

    There are at least as many ports as the longest list has values, for that is what an unknown number is taken
    for. The rule may be another one: lists of different length become lists that are too short.
    """
    told = {name: value for name, value in case.assumed.facts.items() if name != "cpus"}
    world = world_of(Case(case.text, Assumed(told, {}), case.module))
    accused = accused_in(world)
    if not accused:
        return
    counts = {
        view.module.name: str(len(view.judged) + spare)
        for view in world.views
        if view.facts.count is None and len(view.judged) + spare
    }
    precise = Case(case.text, Assumed({**told, "cpus": cpus}, counts), case.module)
    cleared = accused - accused_in(world_of(precise))
    assert not cleared, (cleared, precise.assumed)


def accused_in(world: World) -> set[str]:
    return {label for (_, label), found in verdicts(world, SEVERITIES).items() if False in found}


@given(cases())
@often(100)
def test_a_rule_speaks_of_what_it_decided_and_of_nothing_else(case: Case) -> None:
    world = world_of(case)
    wrong = Counter({place: found.count(False) for place, found in verdicts(world, SEVERITIES).items()})
    # what comments ask to be spared is no subject of the world
    found = report_on(case, heed=False).findings
    assert Counter((finding.code, finding.subject) for finding in found) == +wrong


# --- a pure function


@given(cases())
@often(80)
def test_the_same_text_gets_the_same_report_and_both_can_be_sent_away(case: Case) -> None:
    report, outcome = report_on(case), fixed(case, ALL)
    assert report_on(case) == report
    assert pickle.loads(pickle.dumps(report)) == report
    assert pickle.loads(pickle.dumps(outcome)) == outcome


@given(esxconf_cases(), st.integers(0, 2**32 - 1))
@example(Case('/net/vswitch/child[0000]/mtu = "1500"\n'), 24)
@often(150)
def test_a_host_is_judged_as_if_there_were_no_other(case: Case, seed: int) -> None:
    dice = Random(seed)
    lines = case.text.splitlines(keepends=True)
    moved = []
    for number, line in enumerate(lines):
        moved += [f'/firewall/services/service{number}/enabled = "true"\n'] * (dice.random() < 0.3) + [line]
    # says the same elsewhere in its text; the same keys with other values; the same in another order
    others = [
        "".join(moved),
        re.sub(r"[0-9](?=[^]/\n]*$)", lambda found: str(dice.randint(0, 9)), case.text, flags=re.M),
    ]
    others += ["".join(dice.sample(lines, len(lines)))]
    for other in (again(case, text) for text in others):
        for first, second in ((case, other), (other, case)):
            run._QUIET.clear()
            alone = report_on(second)
            run._QUIET.clear()
            report_on(first)
            assert report_on(second) == alone


@given(cases())
@often(60)
def test_checking_prints_nothing_and_opens_no_file(case: Case) -> None:
    def opened(*arguments: object, **named: object) -> None:
        raise AssertionError(arguments)

    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(io.StringIO()) as output,
        contextlib.redirect_stderr(output),
    ):
        patch.setattr("builtins.open", opened)
        patch.setattr("os.open", opened)
        netqlint.check(case.text, assume=case.assumed.facts, ports=case.assumed.ports, options=case.module)
        netqlint.fix(case.text, assume=case.assumed.facts, ports=case.assumed.ports, options=case.module, unsafe=True)
    assert output.getvalue() == ""
