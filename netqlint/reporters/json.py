"""The report as a JSON document, in the form that `netqlint.compile.output` describes."""

from __future__ import annotations

from netqlint.finding import SEVERITIES, Fact, Finding, Fix, Report, Undecided
from netqlint.record import record
from netqlint.reporters.places import places
from netqlint.reporters.style import Style
from netqlint.reporters.summary import fixable
from netqlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netqlint.reporters.places import Place

SCHEMA = "netqlint/output-v1"
VERSION = 1


def render(report: Report, style: Style, verbose: bool = False, quiet: bool = False) -> str:
    """The whole document, a line for each finding, file, fact and undecided rule."""
    from json import JSONEncoder

    found = sorted(report.findings, key=lambda finding: finding.sort_key)
    written = _Places(_places(found))
    return _lay_out(
        {
            "schema": SCHEMA,
            "version": VERSION,
            "findings": [_finding(finding, written) for finding in found],
            "checked": sorted(report.checked),
            "facts": [_fact(fact) for fact in sorted(report.facts, key=_fact_key)],
            "undecided": [_undecided(rule) for rule in sorted(report.undecided, key=_rule_key)],
            "summary": {
                **{severity: report.count(severity) for severity in SEVERITIES},
                "fixable_safe": fixable(found, "safe"),
                "fixable_unsafe": fixable(found, "unsafe"),
                "suppressed": len(report.suppressed),
            },
        },
        JSONEncoder().encode,
    )


def _lay_out(document: dict[str, object], encode: Callable[[object], str]) -> str:
    members = []
    for name, value in document.items():
        if isinstance(value, list) and value:
            written = "[\n    " + ",\n    ".join(map(encode, value)) + "\n  ]"
        else:
            written = encode(value)
        members.append(f"  {encode(name)}: {written}")
    return "{\n" + ",\n".join(members) + "\n}\n"


@record
class _Places:
    """Places of all spans of a report, by text and offset."""

    known: dict[str, dict[int, Place]]

    def of(self, span: Span) -> dict[str, object]:
        known = self.known[span.source.text]
        return {
            "path": span.source.name,
            "start": known[span.start],
            "end": known[span.end],
        }


def _places(findings: Iterable[Finding]) -> dict[str, dict[int, Place]]:
    offsets: dict[str, set[int]] = {}
    for finding in findings:
        spans = [finding.span, *(label.span for label in finding.related)]
        spans += [edit.span for edit in finding.fix.edits] if finding.fix else []
        for span in spans:
            offsets.setdefault(span.source.text, set()).update((span.start, span.end))
    return {text: places(text, asked) for text, asked in offsets.items()}


def _finding(finding: Finding, written: _Places) -> dict[str, object]:
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
    }


def _fix(fix: Fix, written: _Places) -> dict[str, object]:
    return {
        "title": fix.title,
        "applicability": fix.applicability,
        "edits": [{**written.of(edit.span), "text": edit.text} for edit in fix.edits],
    }


def _fact(fact: Fact) -> dict[str, object]:
    return {
        "host": fact.host,
        "name": fact.name,
        "value": fact.value,
        "basis": fact.basis,
        "how": fact.how,
        "overrule": fact.overrule,
    }


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
