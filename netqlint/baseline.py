"""A baseline: the findings a team already knows, so that only new ones are reported.

A finding is known by its file, its rule, what it is about and what is written there, so that it stays known when lines
move and is new when the text changes. Two alike in one file count as two.
"""

from __future__ import annotations

import os

from netqlint.errors import NetqlintError
from netqlint.finding import Report, Suppressed
from netqlint.record import Record, changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from netqlint.finding import Finding

SCHEMA = "netqlint/baseline-v1"
FILE = ".netqlint-baseline.json"
FIELDS = ("path", "code", "name", "subject", "text", "count", "fingerprint")


class Known(Record):
    """Findings that are alike, and how many of them there are."""

    path: str
    code: str
    name: str
    subject: str
    text: str
    count: int
    fingerprint: str

    @property
    def told(self) -> str:
        return f"{self.path}: {self.code} {self.name} {self.subject}"


class Baseline(Record):
    """The findings that are known, by fingerprint; paths are relative to `folder` (absolute)."""

    name: str
    folder: str
    known: Mapping[str, Known]


def fingerprint(path: str, code: str, subject: str, text: str) -> str:
    from hashlib import sha256

    parts = "\0".join((path, code, subject, text)).encode("utf-8", "surrogateescape")
    return sha256(parts).hexdigest()[:32]


def known_as(finding: Finding, folder: str) -> Known:
    """What stands for a finding, whatever line it is in."""
    path = _inner(finding.span.source.name, folder)
    text = " ".join(finding.span.text.split())
    print_ = fingerprint(path, finding.code, finding.subject, text)
    return Known(path, finding.code, finding.name, finding.subject, text, 1, print_)


def _inner(name: str, folder: str) -> str:
    # what is no file goes by its own name
    return name if name.startswith("<") else os.path.relpath(os.path.abspath(name), folder).replace(os.sep, "/")


def gather(findings: Iterable[Finding], folder: str) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for finding in findings:
        one = known_as(finding, folder)
        count = found[one.fingerprint].count if one.fingerprint in found else 0
        found[one.fingerprint] = _counted(one, count + 1)
    return found


def _counted(one: Known, count: int) -> Known:
    return Known(one.path, one.code, one.name, one.subject, one.text, count, one.fingerprint)


def sift(report: Report, baseline: Baseline) -> Report:
    """The report on one file without what is known; of more alike than are known, the last are new."""
    left = {print_: one.count for print_, one in baseline.known.items()}
    kept: list[Finding] = []
    spared: list[Suppressed] = []
    for finding in report.findings:
        print_ = known_as(finding, baseline.folder).fingerprint
        if left.get(print_, 0) > 0:
            left[print_] -= 1
            spared.append(Suppressed(finding, "baseline"))
        else:
            kept.append(finding)
    suppressed = (*report.suppressed, *spared)
    return changed(report, findings=tuple(kept), suppressed=suppressed, compared=True)


def stale(baseline: Baseline, ran: Mapping[str, Collection[str]], reports: Iterable[Report]) -> list[Known]:
    """What is known and surely not there any more, with the number of those that are gone.

    `ran` holds for each file that was checked the codes of all rules that were asked and decided. A file that does not
    exist has nothing.
    """
    used: dict[str, int] = {}
    for report in reports:
        for spared in report.suppressed:
            # one that a comment spares is there all the same
            print_ = known_as(spared.finding, baseline.folder).fingerprint
            used[print_] = used.get(print_, 0) + 1
    paths = {_inner(name, baseline.folder): codes for name, codes in ran.items()}
    found = []
    for print_, one in baseline.known.items():
        gone = one.count - used.get(print_, 0)
        asked = one.code in paths[one.path] if one.path in paths else _missing(one.path, baseline.folder)
        if gone > 0 and asked:
            found.append(_counted(one, gone))
    return found


def _missing(path: str, folder: str) -> bool:
    return not path.startswith("<") and not os.path.lexists(os.path.join(folder, path))


def without(baseline: Baseline, gone: Iterable[Known]) -> dict[str, Known]:
    """What is left of a baseline."""
    counts = {one.fingerprint: one.count for one in gone}
    left = {print_: one.count - counts.get(print_, 0) for print_, one in baseline.known.items()}
    return {print_: _counted(baseline.known[print_], count) for print_, count in left.items() if count > 0}


# --- the file


def load(path: str) -> Baseline:
    """The baseline at an absolute path. Raises NetqlintError where it cannot be read or is none."""
    import json

    name = os.path.relpath(path)
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise NetqlintError(f"baseline {name}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise NetqlintError(f"baseline {name}: not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise NetqlintError(f'baseline {name}: not one of this netqlint: its "schema" is not "{SCHEMA}"')
    known = {}
    findings = document.get("findings")
    for number, row in enumerate(findings if isinstance(findings, list) else [None], 1):
        one = _row(row)
        if one is None:
            raise NetqlintError(f"baseline {name}: finding {number} is not as netqlint writes them; write it anew")
        known[one.fingerprint] = one
    return Baseline(name, os.path.dirname(path), known)


def _row(row: object) -> Known | None:
    if not isinstance(row, dict) or set(row) != set(FIELDS) or type(row["count"]) is not int or row["count"] < 1:
        return None
    if not all(isinstance(row[field], str) for field in FIELDS if field != "count"):
        return None
    same = fingerprint(row["path"], row["code"], row["subject"], row["text"]) == row["fingerprint"]
    return Known(*(row[field] for field in FIELDS)) if same else None


def written(known: Mapping[str, Known]) -> str:
    """The text of a baseline: a line for each finding, in an order that makes small diffs."""
    import json

    rows = sorted(known.values(), key=lambda one: (one.path, one.code, one.subject, one.text))
    lines = [json.dumps({field: getattr(one, field) for field in FIELDS}) for one in rows]
    inner = "".join(f"\n    {line}{',' * (number < len(lines))}" for number, line in enumerate(lines, 1))
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": [{inner}{chr(10) + "  " if lines else ""}]\n}}\n'
