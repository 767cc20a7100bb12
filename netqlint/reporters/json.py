"""The report as a JSON document, in the form that `netqlint.compile.output` describes."""

from __future__ import annotations

from netqlint.finding import SEVERITIES, Fact, Finding, Fix, Report, Suppressed, Undecided, Unread
from netqlint.record import Record
from netqlint.reporters.places import places
from netqlint.reporters.prints import Hashes, fingerprints
from netqlint.reporters.rdjson import MOST
from netqlint.reporters.summary import fixable
from netqlint.text import Span, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netqlint.reporters.places import Place
    from netqlint.reporters.setting import Setting

SCHEMA = "netqlint/output-v1"
VERSION = 1


def render(report: Report, setting: Setting) -> str:
    """The whole document, a line for each finding, file, fact, rule and quoted line of a text."""
    from json import JSONEncoder

    return _lay_out(document(report, setting), JSONEncoder().encode)


def document(report: Report, setting: Setting) -> dict[str, object]:
    """The document as plain data."""
    found = sorted(report.findings, key=lambda finding: finding.sort_key)
    spared = sorted(report.suppressed, key=lambda one: one.sort_key)
    every = [*found, *(one.finding for one in spared)]
    asides = [one.place for one in spared if one.place]
    written = _Places(_places(every, asides))
    prints = fingerprints(every, setting)
    told = [_finding(finding, print, written) for finding, print in zip(every, prints, strict=True)]
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "findings": told[: len(found)],
        "suppressed": [
            {**finding, "suppression": _suppression(one, written)}
            for finding, one in zip(told[len(found) :], spared, strict=True)
        ],
        "baseline": report.compared,
        "checked": sorted(report.checked),
        "unread": [{"path": one.path, "reason": one.reason} for one in sorted(report.unread, key=_unread_key)],
        "facts": [_fact(fact) for fact in sorted(report.facts, key=_fact_key)],
        "undecided": [_undecided(rule) for rule in sorted(report.undecided, key=_rule_key)],
        "rules": sorted(setting.ran),
        "lines": _lines(every, asides, Hashes(report)),
        "summary": {
            **{severity: report.count(severity) for severity in SEVERITIES},
            "fixable_safe": fixable(found, "safe"),
            "fixable_unsafe": fixable(found, "unsafe"),
            "unread": len(report.unread),
            "suppressed": report.ignored,
            "outside_diff": report.outside,
        },
    }


def _lay_out(document: dict[str, object], encode: Callable[[object], str]) -> str:
    members = []
    for name, value in document.items():
        if isinstance(value, list) and value:
            written = "[\n    " + ",\n    ".join(map(encode, value)) + "\n  ]"
        else:
            written = encode(value)
        members.append(f"  {encode(name)}: {written}")
    return "{\n" + ",\n".join(members) + "\n}\n"


class _Places(Record):
    """Places of all spans of a report, by text and offset."""

    known: dict[str, dict[int, Place]]

    def of(self, span: Span) -> dict[str, object]:
        known = self.known[span.source.text]
        return {
            "path": span.source.name,
            "start": known[span.start],
            "end": known[span.end],
        }


def _places(findings: Iterable[Finding], asides: Iterable[Span]) -> dict[str, dict[int, Place]]:
    offsets: dict[str, set[int]] = {}
    for span in (*(span for finding in findings for span in _spans(finding)), *asides):
        offsets.setdefault(span.source.text, set()).update((span.start, span.end))
    return {text: places(text, asked) for text, asked in offsets.items()}


def _spans(finding: Finding) -> list[Span]:
    spans = [finding.span, *(label.span for label in finding.related)]
    return spans + ([edit.span for edit in finding.fix.edits] if finding.fix else [])


def _lines(findings: Sequence[Finding], asides: Iterable[Span], hashes: Hashes) -> list[dict[str, object]]:
    """The lines that the findings quote or change, so that a report can be drawn without its files."""
    wanted: dict[tuple[str, str], set[int]] = {}
    for span in (*(span for finding in findings for span in _spans(finding)), *asides):
        lines = wanted.setdefault((span.source.name, span.source.text), set())
        lines.update(range(span.line, span.end_line + 1))
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if edits and all(edit.span.source == finding.span.source for edit in edits):
            # a suggestion quotes what lies between the edits, too
            first, last = min(edit.span.line for edit in edits), max(edit.span.end_line for edit in edits)
            if last - first < MOST:
                wanted[finding.span.source.name, finding.span.source.text].update(range(first, last + 1))
    found: list[dict[str, object]] = []
    for (name, text), lines in sorted(wanted.items()):
        starts = (*line_starts(text), len(text))
        known = places(text, (starts[line - 1] for line in lines))
        for line in sorted(lines):
            start, end = starts[line - 1], starts[line]
            place = {"line": line, "offset": start, "byte_offset": known[start]["byte_offset"]}
            found.append({"path": name, **place, "text": text[start:end], "hash": hashes.of(name, text, line)})
    return found


def _finding(finding: Finding, print: str, written: _Places) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "why": finding.why,
        "subject": finding.subject,
        **written.of(finding.span),
        "text": finding.span.text,
        "related": [
            {**written.of(label.span), "text": label.span.text, "label": label.text} for label in finding.related
        ],
        "fix": _fix(finding.fix, written) if finding.fix else None,
        "fingerprint": print,
    }


def _fix(fix: Fix, written: _Places) -> dict[str, object]:
    return {
        "title": fix.title,
        "applicability": fix.applicability,
        "edits": [{**written.of(edit.span), "text": edit.text} for edit in fix.edits],
    }


def _suppression(one: Suppressed, written: _Places) -> dict[str, object]:
    place = one.place and {**written.of(one.place), "text": one.place.text}
    return {"kind": one.kind, "reason": one.reason, "place": place}


def _fact(fact: Fact) -> dict[str, object]:
    return {
        "host": fact.host,
        "name": fact.name,
        "value": fact.value,
        "basis": fact.basis,
        "how": fact.how,
        "overrule": fact.overrule,
    }


def _unread_key(one: Unread) -> tuple[str, str]:
    return one.path, one.reason


def _fact_key(fact: Fact) -> tuple[str, str, str, str]:
    return fact.host, fact.name, fact.value, fact.basis


def _undecided(rule: Undecided) -> dict[str, object]:
    return {
        "host": rule.host,
        "code": rule.code,
        "name": rule.name,
        "missing": list(rule.missing),
    }


def _rule_key(rule: Undecided) -> tuple[str, str, tuple[str, ...]]:
    return rule.host, rule.code, rule.missing
