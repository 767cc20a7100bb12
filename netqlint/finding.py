"""What netqlint has to say: findings, fixes, what was assumed, what stayed undecided."""

from __future__ import annotations

from netqlint.record import Record, changed
from netqlint.text import Span

SEVERITIES = ("error", "warning", "info")
APPLICABILITIES = ("safe", "unsafe", "display")


class Edit(Record):
    """Put `text` in the place of `span`; an empty span inserts."""

    span: Span
    text: str


class Fix(Record):
    """Edits that belong together: all are made, or none.

    `applicability`: `safe` (the host behaves as before, or as the text plainly meant), `unsafe` (a person
    should look first), `display` (shown, never applied).
    """

    title: str
    applicability: str
    edits: tuple[Edit, ...]


class Label(Record):
    """A second place that belongs to a finding, with a word on why."""

    span: Span
    text: str


class Finding(Record):
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


class Fact(Record):
    """Something the judgement rests on.

    `name`: `esx`, `cpus`, a driver (its version) or `ports.DRIVER`. `basis`: `assumed` (said by the user), `listed`
    (said by the host, in the output of a command or in its esx.conf beside the text), `written` (read in the text),
    `shown` (follows from what is written), `default` (a guess). `how` tells in words; `overrule` is the option that
    would say otherwise, empty where
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


class Undecided(Record):
    """A rule that could not be decided for a host, and the options that would decide it."""

    host: str
    code: str
    name: str
    missing: tuple[str, ...]


class Unread(Record):
    """A place of the call that could not be read, and the reason."""

    path: str
    reason: str


class Suppressed(Record):
    """A finding that somebody has asked not to hear of.

    `kind`: `comment`, `file` (an entry of a file of suppressions) or `baseline`. `place` is the comment or the entry,
    `reason` what it gives as one; a baseline has neither.
    """

    finding: Finding
    kind: str
    reason: str = ""
    place: Span | None = None

    @property
    def sort_key(self) -> tuple[tuple[str, int, int, str, str], str]:
        return self.finding.sort_key, self.kind


class Report(Record):
    """The outcome for one host or many: sorted findings, the names checked, facts and undecided rules.

    `suppressed` would be findings, had nobody asked to be spared them. `fleeting`: another day may tell otherwise.
    `unread` are places that could not be read. `hashes` are (name, line, hash) of lines in texts that are known in
    part only, as those of a report that was read back; of a whole text they are worked out. `untold` findings are
    suppressed as well, and nothing else is said of them. `compared`: a baseline holds, and knows none of `findings`.
    As many findings as `outside` says lie outside of what has changed.
    """

    findings: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    fleeting: bool = False
    unread: tuple[Unread, ...] = ()
    hashes: tuple[tuple[str, int, str], ...] = ()
    untold: int = 0
    compared: bool = False
    outside: int = 0

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def ignored(self) -> int:
        """How many findings are suppressed."""
        return len(self.suppressed) + self.untold


def merge(reports: list[Report]) -> Report:
    """One report of many, findings in a fixed order whatever the order of the files."""
    return Report(
        tuple(sorted((f for r in reports for f in r.findings), key=lambda f: f.sort_key)),
        tuple(sorted(name for r in reports for name in r.checked)),
        tuple(fact for r in reports for fact in r.facts),
        tuple(rule for r in reports for rule in r.undecided),
        tuple(sorted((s for r in reports for s in r.suppressed), key=lambda s: s.sort_key)),
        any(r.fleeting for r in reports),
        unread=tuple(sorted((u for r in reports for u in r.unread), key=lambda u: (u.path, u.reason))),
        untold=sum(r.untold for r in reports),
        compared=any(r.compared for r in reports),
        outside=sum(r.outside for r in reports),
    )


def discreet(report: Report) -> Report:
    """The report as most want it: what is suppressed is counted, and no more said of it."""
    return changed(report, suppressed=(), untold=report.ignored)
