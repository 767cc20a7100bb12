"""Every way to write a report, by name; a format's module is loaded when it is asked for."""

from __future__ import annotations

from netqlint.reporters.style import PLAIN, Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.finding import Report
    from netqlint.reporters.setting import Setting

__all__ = ["DOCUMENTS", "FORMATS", "PEOPLE", "PLAIN", "Style", "render"]

# read on a terminal: as wide and as colourful as that is
PEOPLE = {
    "text": "netqlint.reporters.text",
    "concise": "netqlint.reporters.concise",
    "grouped": "netqlint.reporters.grouped",
}
# always whole, and the same wherever they are written
DOCUMENTS = {
    "json": "netqlint.reporters.json",
    "jsonl": "netqlint.reporters.jsonl",
    "sarif": "netqlint.reporters.sarif",
    "github": "netqlint.reporters.github",
    "gitlab": "netqlint.reporters.gitlab",
    "junit": "netqlint.reporters.junit",
    "checkstyle": "netqlint.reporters.checkstyle",
    "rdjson": "netqlint.reporters.rdjson",
    "rdjsonl": "netqlint.reporters.rdjsonl",
    "azure": "netqlint.reporters.azure",
    "html": "netqlint.reporters.html",
    "markdown": "netqlint.reporters.markdown",
}
FORMATS = {**PEOPLE, **DOCUMENTS}
# a text with secrets has one of these; most have none, and nothing is to be hidden
SECRETS = (
    "assw",
    "assW",
    "ASSW",
    "assp",
    "assP",
    "ASSP",
    "rootpw",
    "sshpass",
    "oken",
    "OKEN",
    "ecret",
    "ECRET",
    "ecureS",
    "@",
    "cli ",
    " -u ",
)


def render(
    report: Report,
    format: str,
    style: Style = PLAIN,
    verbose: bool = False,
    quiet: bool = False,
    setting: Setting | None = None,
) -> str:
    """The report in `format`, one of `FORMATS`; "" or whole lines.

    No secret of a text is in it. `verbose` tells every fact and undecided rule, `quiet` leaves out all but the
    findings. Formats for people hold `…` and `·`, and no control character but the line feed and, with
    `style.colour`, the escape sequences of colours. Documents know `setting` instead.
    """
    if any(sign in text for text in _quoted(report) for sign in SECRETS):
        from netqlint.masks import safe

        report = safe(report)
    module = __import__(FORMATS[format], fromlist=("render",))
    written: str
    if format in PEOPLE:
        written = module.render(report, style, verbose, quiet)
    else:
        from netqlint.reporters.setting import Setting

        written = module.render(report, setting or Setting())
    return written


def _quoted(report: Report) -> set[str]:
    """The texts that the report quotes from."""
    findings = (*report.findings, *(one.finding for one in report.suppressed))
    spans = [span for one in findings for span in (one.span, *(label.span for label in one.related))]
    spans += [one.place for one in report.suppressed if one.place]
    return {span.source.text for span in spans}
