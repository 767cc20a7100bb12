"""Checks many texts: over several processes, and past the files that an earlier run has looked at."""

from __future__ import annotations

import os
from bisect import bisect_right
from itertools import accumulate
from time import perf_counter

from netqlint import cache
from netqlint.errors import Unreadable
from netqlint.files import content_of
from netqlint.finding import Edit, Fact, Finding, Fix, Label, Report, Suppressed, Undecided
from netqlint.jobs import spread
from netqlint.tasks import unread
from netqlint.text import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias, TypeVar

    Result = TypeVar("Result")

    from netqlint.tasks import Task
    from netqlint.text import Source, Span

    # facts, undecided rules, findings, suppressed ones: plain data
    Written: TypeAlias = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]
    # key of the terms, stamp, digest of the content, and what was written
    Entry: TypeAlias = tuple[
        str, tuple[int, ...], bytes, tuple[Any, ...], tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]
    ]

# From so many files on remembering takes less time than it saves.
_WORTH_REMEMBERING = 8
# Work is begun alone, on so many bytes of it, which tells how long the rest will take; from so many seconds on a
# second process pays, as far as trials on one machine tell. What was read and learnt by then the processes share.
_TRIED = 2_000_000
_WORTH_SHARING = 0.5
# for a first file that is larger than all that is tried alone
_USUAL = 2e-8
# How many files one folder of checks remembers; the longest unseen go first. A file with more findings than that is
# no file somebody lives with.
_MOST = 50_000
_MOST_FINDINGS = 100


def check_all(
    tasks: Sequence[Task], jobs: int, remember: bool, tell: Callable[[int], None] | None = None
) -> list[Report]:
    """The report on every task, in order; the same for any number of jobs, remembered or not.

    `tell` hears how many are done.
    """
    memory = Memory() if remember and len(tasks) >= _WORTH_REMEMBERING else None
    reports = [memory.report(task) if memory else None for task in tasks]
    left = [task for task, report in zip(tasks, reports, strict=True) if report is None]
    known = len(tasks) - len(left)
    work = memory.check if memory else _check
    outcomes = iter(_shared(work, left, jobs, (lambda done: tell(known + done)) if tell else None))
    found = []
    for task, report in zip(tasks, reports, strict=True):
        if report is None:
            report, entry = next(outcomes)
            if memory and entry is not None:
                memory.fresh[task.name] = entry
        found.append(task.settle(report))
    if memory:
        memory.keep()
    return found


def _shared(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int, tell: Callable[[int], None] | None
) -> list[Result]:
    """`work` done for every task, over several processes where that is worth it."""

    def done(start: int, end: int | None, processes: int = 1) -> list[Result]:
        return spread(work, tasks[start:end], processes, (lambda number: tell(start + number)) if tell else None)

    if jobs < 2:
        return done(0, None)
    sizes = [_size(task) for task in tasks]
    tried = bisect_right(list(accumulate(sizes)), _TRIED)
    # the first one waits for what is loaded then, and tells nothing of the pace
    first = done(0, min(tried, 1))
    start = perf_counter()
    results = first + done(1, tried)
    timed = sum(sizes[1:tried])
    pace = (perf_counter() - start) / timed if timed else _USUAL
    worth = pace * sum(sizes[tried:]) >= _WORTH_SHARING
    return results + done(tried, None, jobs if worth else 1)


def _check(task: Task) -> tuple[Report, Entry | None]:
    return task.judged(), None


def _size(task: Task) -> int:
    try:
        return os.stat(task.path).st_size if task.path else 0
    except OSError:
        # whoever reads it will say what is wrong with it
        return 0


class Memory:
    """What earlier runs in this folder learnt of files: by name, terms, and content.

    A file counts as unchanged when its times, size and number are; else its content is compared. One with findings
    is read all the same, for a report quotes it.
    """

    def __init__(self) -> None:
        self.folder = os.getcwd()
        self.place = cache.place("results", [os.fsencode(self.folder)])
        kept = cache.read(self.place)
        ours = isinstance(kept, tuple) and len(kept) == 2 and kept[0] == self.folder
        self.known: dict[str, Entry] = kept[1] if ours else {}
        self.fresh: dict[str, Entry] = {}

    def report(self, task: Task) -> Report | None:
        """The report on a file that has not changed since it was looked at."""
        entry = self.known.get(task.name)
        if entry is None or task.path is None or task.module or entry[0] != task.key:
            return None
        source = None
        try:
            if _stamp(os.stat(task.path)) != entry[1]:
                return None
        except OSError:
            return None
        if entry[5] or entry[6]:
            try:
                data, _ = content_of(task.path)
            except Unreadable:
                # whoever checks it will say so
                return None
            if _digest(data) != entry[2]:
                return None
            source = decode(data, task.name)
        self.fresh[task.name] = entry
        return _report(task.name, entry, source)

    def check(self, task: Task) -> tuple[Report, Entry | None]:
        """The report on a task, and what to remember of it."""
        if task.path is None:
            return task.judged(), None
        try:
            data, status = content_of(task.path)
        except Unreadable as error:
            return unread(error), None
        digest, known = _digest(data), self.known.get(task.name)
        source = decode(data, task.name)
        if known is not None and known[0] == task.key and known[2] == digest:
            entry = (known[0], _stamp(status), *known[2:])
            return _report(task.name, entry, source), entry
        report = task.judge(source)
        if (
            report.fleeting
            or report.checked != (task.name,)
            or _elsewhere(report, source)
            or len(report.findings) + len(report.suppressed) > _MOST_FINDINGS
        ):
            return report, None
        return report, (task.key, _stamp(status), digest, *_written(report))

    def keep(self) -> None:
        """Remember this run's files, and earlier ones as far as there is room."""
        if all(self.known.get(name) == entry for name, entry in self.fresh.items()):
            return
        merged = {**{name: entry for name, entry in self.known.items() if name not in self.fresh}, **self.fresh}
        cache.write(self.place, (self.folder, _sharing(dict(list(merged.items())[-_MOST:]))))


def _sharing(entries: dict[str, Entry]) -> dict[str, Entry]:
    """The same with one object for all that is equal: it is written once, and takes half as long to read."""
    shared: dict[object, Any] = {}
    return {name: (*(shared.setdefault(part, part) for part in entry),) for name, entry in entries.items()}


def _elsewhere(report: Report, source: Source) -> bool:
    """Whether a place of the report lies in another text than its own."""
    findings = (*report.findings, *(one.finding for one in report.suppressed))
    return any(
        place.source.name != source.name
        for one in findings
        for place in (one.span, *(label.span for label in one.related))
    )


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def _digest(data: bytes) -> bytes:
    from hashlib import sha256

    return sha256(data).digest()


# --- reports as plain data and back; all places of a report lie in the one file it is about


def _written(report: Report) -> Written:
    facts = tuple((f.name, f.value, f.basis, f.how, f.overrule) for f in report.facts)
    undecided = tuple((u.code, u.name, u.missing) for u in report.undecided)
    suppressed = tuple(
        (_written_finding(s.finding), s.kind, s.reason, s.place and _offsets(s.place)) for s in report.suppressed
    )
    return facts, undecided, tuple(map(_written_finding, report.findings)), suppressed


def _written_finding(found: Finding) -> tuple[Any, ...]:
    words = (found.code, found.name, found.severity, found.message, found.subject, found.why)
    related = tuple((*_offsets(label.span), label.text) for label in found.related)
    fix = found.fix and (
        found.fix.title,
        found.fix.applicability,
        tuple((*_offsets(edit.span), edit.text) for edit in found.fix.edits),
    )
    return words, _offsets(found.span), related, fix


def _offsets(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _report(name: str, entry: Entry, source: Source | None) -> Report:
    _, _, _, facts, undecided, findings, suppressed = entry
    return Report(
        tuple([_finding(found, source) for found in findings]) if source else (),
        (name,),
        tuple([Fact(name, *fact) for fact in facts]),
        tuple([Undecided(name, *rule) for rule in undecided]),
        tuple([_suppressed(one, source) for one in suppressed]) if source else (),
    )


def _suppressed(written: tuple[Any, ...], source: Source) -> Suppressed:
    found, kind, reason, place = written
    return Suppressed(_finding(found, source), kind, reason, place and source.span(*place))


def _finding(written: tuple[Any, ...], source: Source) -> Finding:
    (code, name, severity, message, subject, why), place, labels, fix = written
    related = tuple(Label(source.span(start, end), text) for start, end, text in labels)
    offer = None
    if fix:
        title, applicability, edits = fix
        offer = Fix(title, applicability, tuple(Edit(source.span(start, end), text) for start, end, text in edits))
    return Finding(code, name, severity, message, source.span(*place), subject, why, related, offer)
