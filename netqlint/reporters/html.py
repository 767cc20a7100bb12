"""The report as one page that needs nothing beside itself: no script, no picture, no network; it prints well."""

from __future__ import annotations

from itertools import groupby

from netqlint.finding import SEVERITIES
from netqlint.reporters.blocks import blocks
from netqlint.reporters.cells import plain
from netqlint.reporters.style import Style
from netqlint.reporters.summary import because, everything, plainly
from netqlint.reporters.words import rule
from netqlint.reporters.xml import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from typing import Any

    from netqlint.finding import Finding, Report, Suppressed
    from netqlint.reporters.setting import Setting

# as wide as a printed page holds
WIDE = Style(100)
LOOK = """\
:root { color-scheme: light dark; --line: #8886; --error: #b3261e; --warning: #8a5a00; --info: #00639b; }
@media (prefers-color-scheme: dark) { :root { --error: #ff8a80; --warning: #ffcc66; --info: #80caff; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
pre { font: 13px/1.4 ui-monospace, monospace; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .3rem;
  overflow-x: auto; }
.finding { margin: 1.5rem 0; } .finding h3 { margin: 0; font-size: 1rem; }
.error { color: var(--error); } .warning { color: var(--warning); } .info { color: var(--info); }
footer { margin-top: 3rem; font-size: .85rem; }
@media print { :root { color-scheme: light; } body { font-size: 10pt; max-width: none; margin: 0; padding: 0; }
  pre { font-size: 7.5pt; white-space: pre-wrap; overflow: visible; }
  .finding, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } a { color: inherit; text-decoration: none; } }
"""


def render(report: Report, setting: Setting) -> str:
    return "".join(f"{line}\n" for line in _page(report, setting))


def _page(report: Report, setting: Setting) -> Iterator[str]:
    found = sorted(report.findings, key=lambda finding: finding.sort_key)
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    # nothing in the page may load or run anything, whatever a configuration holds
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<title>netqlint</title>"
    yield f"<style>\n{LOOK}</style>"
    yield "</head>"
    yield "<body>"
    yield "<h1>netqlint</h1>"
    yield f"<p>{escape(plainly(report))}</p>"
    pages = {page["code"]: page for page in setting.told()} if found else {}
    if report.unread:
        unread = sorted((one.path, one.reason) for one in report.unread)
        yield '<h2 class="error">Not read</h2>'
        yield from _table(("place", "reason"), [[escape(setting.place(path)), escape(why)] for path, why in unread])
    if found:
        yield "<h2>Rules</h2>"
        yield from _table(("rule", *SEVERITIES), list(_counts(found, pages)))
    for name, group in groupby(found, lambda finding: finding.span.source.name):
        yield f"<h2>{escape(setting.place(name))}</h2>"
        for finding in group:
            yield from _finding(finding)
    if report.suppressed:
        spared = sorted(report.suppressed, key=lambda one: one.sort_key)
        yield "<h2>Ignored</h2>"
        head = ("place", "severity", "rule", "message", "why")
        yield from _table(head, [_ignored(one, setting) for one in spared])
    notes = everything(report)
    if notes:
        yield "<h2>What the findings rest on</h2>"
        yield f"<pre>{escape(chr(10).join(notes))}</pre>"
    codes = sorted({finding.code for finding in found})
    if any(code in pages for code in codes):
        yield "<h2>Why</h2>"
        for code in codes:
            yield from _rule(pages[code]) if code in pages else ()
    yield "<footer>netqlint</footer>"
    yield "</body>"
    yield "</html>"


def _counts(found: list[Finding], pages: Container[str]) -> Iterator[list[str]]:
    of_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        of_rule.setdefault((finding.code, rule(finding)), []).append(finding)
    for (code, name), same in sorted(of_rule.items()):
        numbers = [sum(finding.severity == severity for finding in same) for severity in SEVERITIES]
        link = f'<a href="#{escape(code)}">{escape(name)}</a>' if code in pages else escape(name)
        yield [link, *(str(number or "") for number in numbers)]


def _finding(finding: Finding) -> Iterator[str]:
    (rows,) = blocks([finding], WIDE)
    # the heading says what the first rows say
    start = next(nth for nth, row in enumerate(rows) if row.lstrip().startswith("-->"))
    yield '<section class="finding">'
    yield f'<h3><span class="{finding.severity}">{finding.severity}</span> {escape(rule(finding))}</h3>'
    yield f"<p>{escape(plain(finding.message))}</p>"
    yield f"<pre>{escape(chr(10).join(rows[start:]))}</pre>"
    yield "</section>"


def _ignored(one: Suppressed, setting: Setting) -> list[str]:
    finding, span = one.finding, one.finding.span
    place = f"{setting.place(span.source.name)}:{span.line}:{span.column}"
    return [*map(escape, (place, finding.severity, rule(finding), plain(finding.message), because(one)))]


def _rule(page: dict[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(page["code"])}">{escape(page["code"])} {escape(page["name"])}</h3>'
    yield f"<p><strong>{escape(plain(page['summary']))}</strong></p>"
    for paragraph in page["why"].split("\n\n"):
        yield f"<p>{escape(plain(paragraph))}</p>"
    yield "<ul>"
    for source in page["sources"]:
        shown = escape(source)
        yield f'<li><a href="{shown}">{shown}</a></li>' if source.startswith("https://") else f"<li>{shown}</li>"
    yield "</ul>"


def _table(head: tuple[str, ...], rows: list[list[str]]) -> Iterator[str]:
    """Cells are markup."""
    yield "<table>"
    yield f"<tr>{''.join(f'<th>{title}</th>' for title in head)}</tr>"
    for cells in rows:
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</table>"
