"""Every way to write a report, by name; a format's module is loaded when it is asked for."""

from __future__ import annotations

from netqlint.reporters.style import PLAIN, Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Report

__all__ = ["FORMATS", "PLAIN", "Style", "render"]

FORMATS = {
    "text": "netqlint.reporters.text",
    "concise": "netqlint.reporters.concise",
    "json": "netqlint.reporters.json",
}


def render(
    report: Report,
    format: str,
    style: Style = PLAIN,
    verbose: bool = False,
    quiet: bool = False,
) -> str:
    """The report in `format`, one of `FORMATS`; "" or whole lines.

    `verbose` tells every fact and undecided rule, `quiet` leaves out all but the findings;
    documents for machines are always whole. Formats for people hold `…` and `·`, and no control
    character but the line feed and, with `style.colour`, the escape sequences of colours.
    """
    module = __import__(FORMATS[format], fromlist=("render",))
    written: str = module.render(report, style, verbose, quiet)
    return written
