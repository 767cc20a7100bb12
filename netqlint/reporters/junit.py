"""The report as JUnit tests: a suite for each file, in it a case for each finding and each rule that holds.

Infos are told and fail nothing; a finding that is ignored is skipped, as is a rule that could not be decided; a file
that could not be read is an error. No times: the same report is the same document.
"""

from __future__ import annotations

from netqlint.reporters.cells import plain, visible
from netqlint.reporters.summary import APPLICATION, because
from netqlint.reporters.words import place, rule
from netqlint.reporters.xml import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netqlint.finding import Finding, Report, Suppressed, Undecided
    from netqlint.reporters.setting import Setting
    from netqlint.reporters.xml import Element


def render(report: Report, setting: Setting) -> str:
    found: dict[str, list[Finding]] = {name: [] for name in report.checked}
    for finding in sorted(report.findings, key=lambda finding: finding.sort_key):
        found.setdefault(finding.span.source.name, []).append(finding)
    spared: dict[str, list[Suppressed]] = {}
    for other in sorted(report.suppressed, key=lambda one: one.sort_key):
        found.setdefault(other.finding.span.source.name, [])
        spared.setdefault(other.finding.span.source.name, []).append(other)
    undecided: dict[str, list[Undecided]] = {}
    for one in sorted(report.undecided, key=lambda one: (one.host, one.code, one.missing)):
        undecided.setdefault(one.host, []).append(one)
    names = {known["code"]: known["name"] for known in setting.told()} if setting.ran else {}
    asked = {code: visible(f"{code} {names.get(code, '')}".rstrip()) for code in sorted(setting.ran)}
    suites = [
        _suite(name, found[name], spared.get(name, []), undecided.get(name, []), asked, setting)
        for name in sorted(found)
    ]
    suites += [
        _unread(setting.place(one.path), one.reason)
        for one in sorted(report.unread, key=lambda one: (one.path, one.reason))
    ]
    totals = {key: sum(int(str(suite[1][key])) for suite in suites) for key in ("tests", "failures", "errors")}
    return document(("testsuites", {"name": "netqlint", **totals}, suites))


def _suite(
    name: str,
    findings: Sequence[Finding],
    spared: Sequence[Suppressed],
    undecided: Sequence[Undecided],
    asked: Mapping[str, str],
    setting: Setting,
) -> Element:
    file = visible(setting.place(name))
    cases = [_case(finding, file) for finding in findings]
    cases += [_skipped(_name(other.finding), file, f"ignored: {because(other)}") for other in spared]
    for one in undecided:
        lack = f"for lack of {' and '.join(one.missing)}" if one.missing else "undecided"
        cases.append(_skipped(visible(f"{one.code} {one.name}"), file, lack))
    told = {finding.code for finding in (*findings, *(one.finding for one in spared))}
    told |= {one.code for one in undecided}
    passed = [shown for code, shown in asked.items() if code not in told]
    # a suite wants a case
    passed = passed or ([] if cases else ["netqlint"])
    cases += [("testcase", {"name": shown, "classname": file}, ()) for shown in passed]
    failures = sum(finding.severity != "info" for finding in findings)
    counts = {"tests": len(cases), "failures": failures, "errors": 0, "skipped": len(spared) + len(undecided)}
    return ("testsuite", {"name": file, **counts}, cases)


def _case(finding: Finding, file: str) -> Element:
    said = {"name": _name(finding), "classname": file}
    text = [f"{place(finding)}: {finding.severity}: {plain(finding.message)}", f"why: {plain(finding.why)}"]
    text += [f"fix ({APPLICATION[finding.fix.applicability]}): {plain(finding.fix.title)}"] if finding.fix else []
    if finding.severity == "info":
        return ("testcase", said, (("system-out", {}, ("\n".join(text),)),))
    failure = {"type": finding.severity, "message": plain(finding.message)}
    return ("testcase", said, (("failure", failure, ("\n".join(text),)),))


def _name(finding: Finding) -> str:
    return f"{rule(finding)}: {visible(finding.subject)}"


def _skipped(name: str, file: str, reason: str) -> Element:
    skipped: Element = ("skipped", {"message": reason}, ())
    return ("testcase", {"name": name, "classname": file}, (skipped,))


def _unread(file: str, reason: str) -> Element:
    error: Element = ("error", {"type": "not-read", "message": reason}, (f"{file}: {reason}",))
    case: Element = ("testcase", {"name": "read", "classname": file}, (error,))
    return ("testsuite", {"name": file, "tests": 1, "failures": 0, "errors": 1, "skipped": 0}, (case,))
