"""What a person is told of findings that are ignored: which, where and why, without a showing of the place."""

from __future__ import annotations

from netqlint.reporters.cells import plain, visible, wrap
from netqlint.reporters.frame import Gutter
from netqlint.reporters.style import Style, paint
from netqlint.reporters.summary import because

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from netqlint.finding import Suppressed


def rows(suppressed: Iterable[Suppressed], style: Style) -> list[list[str]]:
    """The rows for each of them, in the order of their places."""
    return [_rows(one, style) for one in sorted(suppressed, key=lambda one: one.sort_key)]


def _rows(one: Suppressed, style: Style) -> list[str]:
    finding, span = one.finding, one.finding.span
    gutter = Gutter(style, len(str(span.line)))
    head = f"ignored {finding.severity}[{finding.code} {finding.name}]: {plain(finding.message)}"
    lines = wrap([("dim", visible(head))], style.room, 4)
    shown = [paint([("", "    " if nth else ""), *line], style.colour) for nth, line in enumerate(lines)]
    where = visible(f"{span.source.name}:{span.line}:{span.column}")
    shown.append(paint([("dim", f"{' ' * (gutter.digits + 1)}--> {where}")], style.colour))
    return shown + gutter.note([("dim", because(one))])
