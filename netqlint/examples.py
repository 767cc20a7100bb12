"""Runs the examples of a rule: what is marked must be said, what is good must stay silent."""

from __future__ import annotations

import re

from netqlint import answers
from netqlint.errors import NetqlintError
from netqlint.facts import Assumed
from netqlint.finding import Report
from netqlint.fixer import fix
from netqlint.memo import memo
from netqlint.pack import Pack, every_rule
from netqlint.record import Record
from netqlint.run import check_source
from netqlint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from netqlint.driver import Plain
    from netqlint.finding import Finding

OPEN, CLOSE = "«", "»"
# the facts of an example that are called the same everywhere
FACTS = ("esx", "cpus", "mtu", "netqueue")


# what is surely a text to YAML as it is
_BARE = re.compile(r"(?=[^=]+=)[A-Za-z_][\w=.,+«»-]*(?: [\w=.,+«»-]+)*")


class Complaint(Record):
    """An example that does not hold: the rule, the number of the example from 1, and what to write instead.

    `expected` is empty where the example cannot be tried, `write` where nobody can know what was meant.
    """

    code: str
    number: int
    expected: str
    got: str
    write: str

    def __str__(self) -> str:
        expected = f"expected {self.expected}, got " if self.expected else ""
        write = f"; write {self.write}" if self.write else ""
        return f"{self.code} example {self.number}: {expected}{self.got}{write}"


def complaints(rule: Plain, pack: Pack) -> Iterator[Complaint]:
    """Everything wrong with the examples of one rule; none where all of them hold."""
    for number, example in enumerate(rule["examples"], 1):
        try:
            for expected, got, write in _failures(rule, example, pack):
                yield Complaint(rule["code"], number, expected, got, write)
        except NetqlintError as error:
            yield Complaint(rule["code"], number, "", str(error), "")


def unnoticed(rule: Plain, pack: Pack) -> bool:
    """Whether all examples hold for a rule that takes the place of the one with its code."""
    return next(complaints(rule, with_rules(pack, (rule,))), None) is None


def with_rules(pack: Pack, rules: Sequence[Plain]) -> Pack:
    """The pack with these compiled rules, each in the place of the one with its code."""
    codes = {rule["code"] for rule in rules}
    kept = (other for other in pack.rules if other["code"] not in codes)
    asked = tuple(sorted((*kept, *rules), key=lambda rule: str(rule["code"])))
    own = {name: _function(text) for rule in rules for name, text in rule["functions"].items()}
    functions = pack.functions.joined(own)
    return Pack(pack.patterns, pack.places, pack.catalog, asked, functions, pack.digest, pack.manual)


@memo(4096)
def _function(text: str) -> Callable[[Any], Any]:
    function: Callable[[Any], Any] = eval(f"lambda s: {text}", dict(vars(answers)))
    return function


def _failures(rule: Plain, example: Plain, pack: Pack) -> Iterator[tuple[str, str, str]]:
    """What was expected of an example, what came, and what to write."""
    marked = example["good"] if example["good"] is not None else example["bad"]
    text, places = unmark(marked)
    report = judge(rule, example, text, pack)
    found = sorted({(finding.span.start, finding.span.end) for finding in report.findings})
    if found != sorted(set(places)):
        yield _misplaced(marked, text, found, report)
        # the rest follows from it
        return
    says = [finding.message for finding in report.findings]
    if example["says"] and says != list(example["says"]):
        yield f"says: {_listed(example['says'])}", _listed(says), f"says: {_listed(says)}"
    if example["fixed"] is not None:
        yield from _fix_failures(rule, example, text, pack)
    elif example["bad"] is not None and any(_applied(finding) for finding in report.findings):
        fixed = _scalar(_fixed(rule, example, text, pack))
        yield "no fix", fixed, f"fixed: {fixed}"


def _misplaced(marked: str, text: str, found: Sequence[tuple[int, int]], report: Report) -> tuple[str, str, str]:
    expected = _scalar(marked) if OPEN in marked else f"nothing in {_scalar(text)}"
    if found:
        got = _scalar(mark(text, found))
        return expected, f"{got} ({report.findings[0].message})", f"bad: {got}"
    missing = [option for rule in report.undecided for option in rule.missing]
    if missing:
        lacking = f"nothing, being undecided for lack of {' and '.join(missing)}"
        return expected, lacking, f"given: {{{', '.join(map(_given, missing))}}}"
    return expected, "nothing", f"good: {_scalar(text)}"


def _given(option: str) -> str:
    """`--assume igb=VERSION` as an example has it."""
    flag, _, fact = option.partition(" ")
    name, _, value = fact.partition("=")
    if flag == "--ports":
        return f"ports: {value}"
    return f"{name if name in FACTS else 'version'}: {value}"


def _scalar(text: str) -> str:
    """The text as YAML has it on one line."""
    import json

    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _listed(texts: Sequence[str]) -> str:
    import json

    said = [json.dumps(text, ensure_ascii=False) for text in texts]
    return said[0] if len(said) == 1 else f"[{', '.join(said)}]"


def _applied(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability != "display"


def _fix_failures(rule: Plain, example: Plain, text: str, pack: Pack) -> Iterator[tuple[str, str, str]]:
    fixed = _fixed(rule, example, text, pack)
    if fixed != example["fixed"]:
        got = _scalar(fixed)
        yield f"fixed: {_scalar(example['fixed'])}", got, f"fixed: {got}"
        return
    left = judge(rule, example, example["fixed"], pack).findings
    if left:
        places = sorted({(finding.span.start, finding.span.end) for finding in left})
        still = _scalar(mark(example["fixed"], places))
        yield f"nothing in {_scalar(example['fixed'])}, which is fixed", f"{still} ({left[0].message})", ""


def _fixed(rule: Plain, example: Plain, text: str, pack: Pack) -> str:
    source = Source("example", text)
    return fix(source, lambda again: judge(rule, example, again.text, pack), ("safe", "unsafe")).text


def judge(rule: Plain, example: Plain, text: str, pack: Pack) -> Report:
    """What one rule says of a text under the facts of an example."""
    given = example["given"]
    module = given.get("module") or driver_of(rule, pack)
    facts = {name: str(given[name]) for name in FACTS if name in given}
    if "version" in given:
        facts[module] = given["version"]
    ports = {module: str(given["ports"])} if "ports" in given else {}
    code = rule["code"]
    # whether a suppression is of use, the findings of all rules tell
    wanted = every_rule if rule["for"] == "suppression" else lambda other: bool(other["code"] == code)
    report = check_source(
        Source("example", text, str(given.get("encoding", ""))),
        Assumed(facts, ports, listings_of(example), texts=texts_of(example)),
        module=module if example["surface"] == "options" else None,
        wanted=wanted,
        pack=pack,
        surface=example["surface"] if example["surface"] != "options" else "",
    )
    own = tuple(finding for finding in report.findings if finding.code == code)
    return Report(own, report.checked, report.facts, report.undecided)


def listings_of(example: Plain) -> tuple[Source, ...]:
    """What the host of an example says of itself."""
    return (Source("listing", example["listing"]),) if example.get("listing") else ()


def texts_of(example: Plain) -> tuple[Source, ...]:
    """The other texts of the host of an example."""
    return tuple(Source(name, text) for name, text in example.get("beside", {}).items())


def driver_of(rule: Plain, pack: Pack) -> str:
    """The driver a rule is about, else the one netqlint began with."""
    return next((name for name, _, _ in rule["about"] if name in pack.catalog["drivers"]), "igb")


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the places that stood between them."""
    text, places = "", []
    for part in marked.split(OPEN):
        inside, closed, outside = part.partition(CLOSE)
        if closed:
            places.append((len(text), len(text) + len(inside)))
        text += inside + outside
    return text, places


def mark(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The text with marks round the places, which lie in order and apart."""
    for start, end in reversed(places):
        text = text[:start] + OPEN + text[start:end] + CLOSE + text[end:]
    return text
