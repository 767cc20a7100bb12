"""What netqlint has to say: findings, fixes, what was assumed, what stayed undecided."""

from __future__ import annotations

from netqlint.record import record
from netqlint.text import Span

SEVERITIES = ("error", "warning", "info")
APPLICABILITIES = ("safe", "unsafe", "display")


@record
class Edit:
    """Put `text` in the place of `span`; an empty span inserts."""

    span: Span
    text: str


@record
class Fix:
    """Edits that belong together: all are made, or none.

    `applicability`: `safe` (the host behaves as before, or as the text plainly meant), `unsafe` (a person
    should look first), `display` (shown, never applied).
    """

    title: str
    applicability: str
    edits: tuple[Edit, ...]


@record
class Label:
    """A second place that belongs to a finding, with a word on why."""

    span: Span
    text: str


@record
class Finding:
    """One mistake at one place.

    `subject` names what it is about independent of lines (`igb.VMDQ[2]`, `netNetqueueEnabled`); `why` is the
    rule's one-sentence reason; `severity` is error, warning or info.
    """

    code: str
    name: str
    severity: str
    message: str
    span: Span
    subject: str
    why: str
    related: tuple[Label, ...] = ()
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.span.source.name, self.span.start, self.span.end, self.code, self.message)


@record
class Fact:
    """Something the judgement rests on.

    `name`: `esx`, `cpus`, a driver (its version) or `ports.DRIVER`. `basis`: `assumed` (said by the user), `listed`
    (said by the host, in the output of a command), `written` (read in the text), `shown` (follows from what is
    written), `default` (a guess). `how` tells in words; `overrule` is the option that would say otherwise, empty where
    nothing is to be overruled.
    """

    host: str
    name: str
    value: str
    basis: str
    how: str
    overrule: str = ""

    @property
    def guessed(self) -> bool:
        return self.basis in ("shown", "default")


@record
class Undecided:
    """A rule that could not be decided for a host, and the options that would decide it."""

    host: str
    code: str
    name: str
    missing: tuple[str, ...]


@record
class Unread:
    """A place of the call that could not be read, and the reason."""

    path: str
    reason: str


@record
class Suppressed:
    """A finding that somebody has asked not to hear of.

    `kind`: `comment`, `file` (an entry of a file of suppressions) or `baseline`. `reason` is what was written beside
    it; `by` tells which entry of a file it was, empty for the others.
    """

    finding: Finding
    kind: str
    reason: str = ""
    by: str = ""


@record
class Report:
    """The outcome for one host or many: sorted findings, the names checked, facts and undecided rules.

    `suppressed` would be findings, had nobody asked to be spared them. `fleeting`: another day may tell otherwise.
    `unread` are places that could not be read. `hashes` are (name, line, hash) of lines in texts that are known in
    part only, as those of a report that was read back; of a whole text they are worked out.
    """

    findings: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    fleeting: bool = False
    unread: tuple[Unread, ...] = ()
    hashes: tuple[tuple[str, int, str], ...] = ()

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.findings)


def merge(reports: list[Report]) -> Report:
    """One report of many, findings in a fixed order whatever the order of the files."""
    return Report(
        tuple(sorted((f for r in reports for f in r.findings), key=lambda f: f.sort_key)),
        tuple(sorted(name for r in reports for name in r.checked)),
        tuple(fact for r in reports for fact in r.facts),
        tuple(rule for r in reports for rule in r.undecided),
        tuple(sorted((s for r in reports for s in r.suppressed), key=lambda s: s.finding.sort_key)),
        any(r.fleeting for r in reports),
        unread=tuple(sorted((u for r in reports for u in r.unread), key=lambda u: (u.path, u.reason))),
    )
