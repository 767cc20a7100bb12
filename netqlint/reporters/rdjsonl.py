"""The diagnostics of `rdjson`, one on each line."""

from __future__ import annotations

from netqlint.reporters.rdjson import diagnostics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Report
    from netqlint.reporters.setting import Setting


def render(report: Report, setting: Setting) -> str:
    from json import JSONEncoder

    encode = JSONEncoder().encode
    return "".join(f"{encode(one)}\n" for one in diagnostics(report, setting))
