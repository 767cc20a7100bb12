"""Runs the examples of a rule: what is marked must be said, what is good must stay silent."""

from __future__ import annotations

from netqlint.errors import NetqlintError
from netqlint.facts import Assumed
from netqlint.finding import Report
from netqlint.fixer import fix
from netqlint.record import record
from netqlint.run import check_source, every_rule
from netqlint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netqlint.driver import Plain
    from netqlint.finding import Finding
    from netqlint.pack import Pack

OPEN, CLOSE = "«", "»"


@record
class Complaint:
    """An example that does not hold: the rule, the number of the example from 1, and what to write instead."""

    code: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{self.code}, example {self.number}: {self.text}"


def complaints(rule: Plain, pack: Pack) -> Iterator[Complaint]:
    """Everything wrong with the examples of one rule; none where all of them hold."""
    for number, example in enumerate(rule["examples"], 1):
        try:
            for text in _failures(rule, example, pack):
                yield Complaint(rule["code"], number, text)
        except NetqlintError as error:
            yield Complaint(rule["code"], number, str(error))


def _failures(rule: Plain, example: Plain, pack: Pack) -> Iterator[str]:
    marked = example["good"] if example["good"] is not None else example["bad"]
    text, places = unmark(marked)
    report = judge(rule, example, text, pack)
    found = sorted({(finding.span.start, finding.span.end) for finding in report.findings})
    if found != sorted(set(places)):
        yield f"write {mark(text, found)!r}" if found else f"nothing is found in {text!r}{_undecided(report)}"
    says = tuple(finding.message for finding in report.findings)
    if example["says"] and says != tuple(example["says"]):
        yield f"says: {list(says)}"
    if example["fixed"] is not None:
        yield from _fix_failures(rule, example, text, pack)
    elif example["bad"] is not None and any(_applied(finding) for finding in report.findings):
        fixed = _fixed(rule, example, text, pack)
        yield f"it is fixed, so say so — fixed: {fixed!r}"


def _applied(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability != "display"


def _undecided(report: Report) -> str:
    missing = [option for rule in report.undecided for option in rule.missing]
    return f"; it is undecided for lack of {', '.join(missing)}" if missing else ""


def _fix_failures(rule: Plain, example: Plain, text: str, pack: Pack) -> Iterator[str]:
    fixed = _fixed(rule, example, text, pack)
    if fixed != example["fixed"]:
        yield f"fixed: {fixed!r}"
    left = judge(rule, example, example["fixed"], pack).findings
    if left:
        yield f"the fixed text is still wrong: {left[0].message}"


def _fixed(rule: Plain, example: Plain, text: str, pack: Pack) -> str:
    source = Source("example", text)
    return fix(source, lambda again: judge(rule, example, again.text, pack), ("safe", "unsafe")).text


def judge(rule: Plain, example: Plain, text: str, pack: Pack) -> Report:
    """What one rule says of a text under the facts of an example."""
    given = example["given"]
    module = given.get("module") or driver_of(rule, pack)
    facts = {name: str(given[name]) for name in ("esx", "cpus", "mtu", "netqueue") if name in given}
    if "version" in given:
        facts[module] = given["version"]
    ports = {module: str(given["ports"])} if "ports" in given else {}
    code = rule["code"]
    # whether a suppression is of use, the findings of all rules tell
    wanted = every_rule if rule["for"] == "suppression" else lambda other: bool(other["code"] == code)
    report = check_source(
        Source("example", text),
        Assumed(facts, ports),
        module=module if example["surface"] == "options" else None,
        wanted=wanted,
        pack=pack,
        surface=example["surface"] if example["surface"] != "options" else "",
    )
    own = tuple(finding for finding in report.findings if finding.code == code)
    return Report(own, report.checked, report.facts, report.undecided)


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
