"""The report as JSON Lines: an object for each finding and each place not read, last one with the numbers.

`kind` tells which it is; the rest is as in the JSON document.
"""

from __future__ import annotations

from netqlint.reporters.json import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Report
    from netqlint.reporters.setting import Setting


def render(report: Report, setting: Setting) -> str:
    from json import JSONEncoder

    encode = JSONEncoder().encode
    whole = document(report, setting)
    findings, unread = whole["findings"], whole["unread"]
    assert isinstance(findings, list) and isinstance(unread, list)
    rows = [{"kind": "finding", **one} for one in findings] + [{"kind": "unread", **one} for one in unread]
    rows.append({"kind": "summary", **{key: whole[key] for key in ("schema", "version", "checked", "summary")}})
    return "".join(f"{encode(row)}\n" for row in rows)
