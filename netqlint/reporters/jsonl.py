"""The report as JSON Lines: an object for each finding, suppressed one and place not read, last one with the numbers.

`kind` tells which it is; the rest is as in the JSON document.
"""

from __future__ import annotations

from netqlint.reporters.json import document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Report
    from netqlint.reporters.setting import Setting


# the names of the lists in the document, by what their objects are
KINDS = {"finding": "findings", "suppressed": "suppressed", "unread": "unread"}


def render(report: Report, setting: Setting) -> str:
    from json import JSONEncoder

    encode = JSONEncoder().encode
    whole = document(report, setting)
    rows: list[dict[str, object]] = []
    for kind, name in KINDS.items():
        told = whole[name]
        assert isinstance(told, list)
        rows += [{"kind": kind, **one} for one in told]
    rows.append(
        {"kind": "summary", **{key: whole[key] for key in ("schema", "version", "baseline", "checked", "summary")}}
    )
    return "".join(f"{encode(row)}\n" for row in rows)
