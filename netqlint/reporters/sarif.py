"""The report as SARIF 2.1.0, with all that GitHub code scanning asks for; columns are code points."""

from __future__ import annotations

import re

from netqlint.reporters.cells import plain, visible
from netqlint.reporters.places import places
from netqlint.reporters.prints import Hashes, fingerprints
from netqlint.reporters.words import as_read, sentence, well_formed
from netqlint.text import line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from netqlint.finding import Edit, Finding, Fix, Report, Suppressed, Undecided
    from netqlint.reporters.setting import Setting
    from netqlint.text import Span

    Plain = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}
# how sure a rule is, by what it rests on
PRECISION = {"documented": "very-high", "source": "very-high", "inferred": "high", "memory": "medium"}
LONGEST = 1024
MOST_LOCATIONS = 100


def render(report: Report, setting: Setting) -> str:
    import json

    return json.dumps(_log(report, setting), indent=2) + "\n"


def _log(report: Report, setting: Setting) -> Plain:
    from netqlint import __version__

    found: list[tuple[Finding, Suppressed | None]] = [
        *((finding, None) for finding in sorted(report.findings, key=lambda finding: finding.sort_key)),
        *((one.finding, one) for one in sorted(report.suppressed, key=lambda one: one.sort_key)),
    ]
    every = [finding for finding, _ in found]
    rules = _rules(every, report.undecided, setting)
    index = {str(rule["id"]): nth for nth, rule in enumerate(rules)}
    hashes = Hashes(report)
    prints = fingerprints(every, setting)
    run = {
        "tool": {
            "driver": {
                "name": "netqlint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "automationDetails": {"id": "netqlint/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, index, setting)],
        "results": [
            {
                **_result(finding, index[finding.code], setting),
                **_standing(spared, report, setting),
                "partialFingerprints": {
                    "primaryLocationLineHash": hashes.of(*_line(finding.span)),
                    "netqlint/v1": print,
                },
            }
            for (finding, spared), print in zip(found, prints, strict=True)
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _line(span: Span) -> tuple[str, str, int]:
    return span.source.name, span.source.text, span.line


# --- rules


def _rules(findings: Iterable[Finding], undecided: Iterable[Undecided], setting: Setting) -> list[Plain]:
    """The rules that the report speaks of: a service that shows hundreds of idle ones helps nobody."""
    named = {finding.code: (finding.name, finding.severity, finding.why) for finding in findings}
    for one in undecided:
        named.setdefault(one.code, (one.name, "warning", ""))
    pages = {page["code"]: page for page in setting.told()} if named else {}
    return [_rule(code, *named[code], pages.get(code)) for code in sorted(named)]


def _rule(code: str, name: str, severity: str, why: str, page: Mapping[str, Any] | None) -> Plain:
    from netqlint.reporters.markup import escape, manual

    summary = sentence(str(page["summary"]) if page else why or name)
    reason = sentence(" ".join(str(page["why"]).split())) if page else summary
    severity = str(page["severity"]) if page else severity
    # netqlint has no page for a rule on the network; the first of its sources is one
    sources = [source for source in page["sources"] if source.startswith("https://")] if page else []
    return {
        "id": visible(code),
        "name": "".join(part.capitalize() for part in re.split("[^0-9A-Za-z]+", name)),
        "shortDescription": {"text": summary[:LONGEST]},
        "fullDescription": {"text": reason if len(reason) <= LONGEST else f"{reason[: LONGEST - 1]}…"},
        "help": {"text": f"{summary} {reason}", "markdown": manual(page) if page else escape(summary)},
        **({"helpUri": sources[0]} if sources else {}),
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "precision": PRECISION[str(page["confidence"])] if page else "high",
            "problem.severity": PROBLEMS[severity],
            "tags": ["esx", "netqueue"],
        },
    }


# --- results


def _result(finding: Finding, index: int, setting: Setting) -> Plain:
    result: Plain = {
        "ruleId": visible(finding.code),
        "ruleIndex": index,
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [
            {**_location(finding.span, setting, context=True), "logicalLocations": [_logical(finding.subject)]}
        ],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": nth, **_location(label.span, setting), "message": _message(label.text or "belongs to it")}
            for nth, label in enumerate(finding.related, 1)
        ]
    if finding.fix and finding.fix.edits and all(well_formed(edit.text) for edit in finding.fix.edits):
        result["fixes"] = [_fix(finding.fix, setting)]
    return result


def _standing(spared: Suppressed | None, report: Report, setting: Setting) -> Plain:
    """Whether a finding is new and whether somebody has accepted it; what is said of one result is said of all."""
    standing: Plain = {}
    if report.compared:
        standing["baselineState"] = "unchanged" if spared and spared.kind == "baseline" else "new"
    if report.suppressed:
        standing["suppressions"] = [_suppression(spared, setting)] if spared else []
    return standing


def _suppression(spared: Suppressed, setting: Setting) -> Plain:
    suppression: Plain = {"kind": "inSource" if spared.kind == "comment" else "external", "status": "accepted"}
    if spared.place:
        suppression["justification"] = plain(spared.reason)
        suppression["location"] = _location(spared.place, setting)
    return suppression


def _message(words: str) -> Plain:
    """Words in which no brackets make a link."""
    said = sentence(words)
    return {"text": re.sub(r"[\\\[\]]", r"\\\g<0>", said) if "](" in said else said}


def _logical(subject: str) -> Plain:
    shown = visible(subject)
    return {"fullyQualifiedName": shown, "name": re.split("[./]", shown)[-1] or shown, "kind": "property"}


def _location(span: Span, setting: Setting, context: bool = False) -> Plain:
    region = _region(span)
    region["snippet"] = {"text": as_read(span.text)}
    place: Plain = {"artifactLocation": _artifact(span.source.name, setting), "region": region}
    if context:
        starts = (*line_starts(span.source.text), len(span.source.text))
        lines = as_read(span.source.text[starts[span.line - 1] : starts[span.end_line]])
        place["contextRegion"] = {"startLine": span.line, "endLine": span.end_line, "snippet": {"text": lines}}
    return {"physicalLocation": place}


def _region(span: Span) -> Plain:
    known = places(span.source.text, (span.start, span.end))
    start, end = known[span.start], known[span.end]
    return {
        "startLine": start["line"],
        "startColumn": start["column"],
        "endLine": end["line"],
        "endColumn": end["column"],
    }


def _artifact(name: str, setting: Setting) -> Plain:
    from urllib.parse import quote

    from netqlint.text import encode

    place = quote(encode(setting.place(name)))
    return {"uri": f"file://{place}" if place.startswith("/") else place}


def _fix(fix: Fix, setting: Setting) -> Plain:
    files: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        files.setdefault(edit.span.source.name, []).append(edit)
    return {
        "description": {"text": sentence(fix.title)},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(name, setting),
                "replacements": [
                    # an empty text, too, is told: readers do not expect it to be missing
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
                    for edit in edits
                ],
            }
            for name, edits in files.items()
        ],
        "properties": {"applicability": fix.applicability},
    }


# --- what became of the run


def _invocation(report: Report, index: dict[str, int], setting: Setting) -> Plain:
    notifications: list[Plain] = [
        {
            "level": "error",
            "descriptor": {"id": "not-read"},
            "message": {"text": sentence(f"{one.path}: {one.reason}")},
            "locations": _files([one.path], setting),
        }
        for one in sorted(report.unread, key=lambda one: (one.path, one.reason))
    ]
    open_for: dict[tuple[str, tuple[str, ...]], list[Undecided]] = {}
    for rule in report.undecided:
        open_for.setdefault((rule.code, rule.missing), []).append(rule)
    notifications += [
        {
            "level": "note",
            "descriptor": {"id": "undecided"},
            "associatedRule": {"id": visible(code), "index": index[code]},
            "message": {"text": _undecided(rules)},
            "locations": _files(sorted({rule.host for rule in rules}), setting),
        }
        for (code, _), rules in sorted(open_for.items())
    ]
    outcome: Plain = {"executionSuccessful": not report.unread}
    return {**outcome, "toolExecutionNotifications": notifications} if notifications else outcome


def _undecided(rules: Sequence[Undecided]) -> str:
    first = rules[0]
    files = len({rule.host for rule in rules})
    lack = f" for lack of {' and '.join(first.missing)}" if first.missing else ""
    where = "1 file" if files == 1 else f"{files} files"
    return sentence(plain(f"{first.code} {first.name} is undecided in {where}{lack}"))


def _files(names: Iterable[str], setting: Setting) -> list[Plain]:
    shown = list(names)[:MOST_LOCATIONS]
    return [{"physicalLocation": {"artifactLocation": _artifact(name, setting)}} for name in shown]
