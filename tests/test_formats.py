"""Documents for machines: each read back as its consumers read it, over one full report and over arbitrary ones."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import reports
import runners
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from netqlint import fixer
from netqlint.cli import main
from netqlint.commands import FORMATS as OFFERED
from netqlint.compile.output import Document, json_schema, problem
from netqlint.finding import SEVERITIES, Edit, Finding, Fix, Label, Report, Suppressed, Unread, discreet
from netqlint.reporters import DOCUMENTS, FORMATS, PEOPLE, Style, render
from netqlint.reporters.cells import plain, visible
from netqlint.reporters.prints import fingerprints, line_hashes
from netqlint.reporters.setting import Setting, repository
from netqlint.reread import consistent
from netqlint.reread import report as reread
from netqlint.text import BOM, Source, Span, decode, encode

SARIF = Draft7Validator(json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8")))
REPORTS = {"full": reports.FULL, "clean": reports.CLEAN, "nothing": reports.NOTHING, "lost": reports.LOST}
every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def written(report: Report, format: str, setting: Setting = reports.SETTING) -> str:
    return render(report, format, setting=setting)


def sorted_findings(report: Report) -> list[Finding]:
    return sorted(report.findings, key=lambda finding: finding.sort_key)


def all_findings(report: Report) -> list[Finding]:
    """Those that are suppressed behind the others."""
    return sorted_findings(report) + sorted_findings(Report(tuple(one.finding for one in report.suppressed)))


def test_the_command_line_offers_every_format() -> None:
    assert tuple(FORMATS) == OFFERED


# --- arbitrary reports; texts that runners, terminals and readers of markup would act on

CHARACTERS = st.one_of(
    st.sampled_from("ab=\", '<>&[]()|`*_@#%;:,/\\"),
    st.sampled_from("\t\r\n\0\x1b\x85\x9b\xa0µé漢😀\u0301\u2028\u202e\ufeff\udc80\udcff"),
    st.characters(exclude_categories=["Cs"]),
)
BAITS = st.sampled_from(
    [
        "::error::x",
        "::error file=a,line=1::x",
        "::stop-commands::t",
        "##[error]x",
        "##[group]",
        "##vso[task.complete result=Succeeded;]",
        "##VSO[task.setvariable variable=a]b",
        "]]>",
        "<script>alert(1)</script>",
        "&lt;",
        "[a](1)",
        "![a](https://e.example/)",
        "@team",
        "| a | b |",
        "%0A::error::x",
        "%AZP25",
    ]
)
WORDS = st.lists(st.one_of(BAITS, st.text(CHARACTERS, max_size=20)), max_size=4).map(" ".join)
TEXTS = st.lists(st.one_of(BAITS, st.text(CHARACTERS, max_size=40)), max_size=6).map("\n".join)


@st.composite
def spans(draw: st.DrawFn, source: Source) -> Span:
    start = draw(st.integers(0, len(source.text)))
    return source.span(start, draw(st.integers(start, len(source.text))))


@st.composite
def fixes(draw: st.DrawFn, source: Source) -> Fix:
    ends = sorted(draw(st.lists(st.integers(0, len(source.text)), max_size=6, unique=True)))
    edits = [Edit(source.span(start, end), draw(WORDS)) for start, end in zip(ends[::2], ends[1::2], strict=False)]
    return Fix(draw(WORDS), draw(st.sampled_from(["safe", "unsafe", "display"])), tuple(edits))


@st.composite
def some_reports(draw: st.DrawFn) -> Report:
    sources = [Source(name, draw(TEXTS)) for name in ("one", draw(WORDS.filter(lambda name: name not in ("", "one"))))]
    findings = []
    for _ in range(draw(st.integers(0, 4))):
        source = draw(st.sampled_from(sources))
        related = [
            Label(draw(spans(draw(st.sampled_from(sources)))), draw(WORDS)) for _ in range(draw(st.integers(0, 2)))
        ]
        code, severity = draw(st.sampled_from(["NQ101", "NQ201"])), draw(st.sampled_from(SEVERITIES))
        fix = draw(st.none() | fixes(source))
        said = (draw(WORDS), draw(spans(source)), draw(WORDS), draw(WORDS))
        findings.append(Finding(code, "name-of-it", severity, *said, tuple(related), fix))
    unread = [Unread(draw(WORDS), draw(WORDS)) for _ in range(draw(st.integers(0, 2)))]
    suppressed = []
    for finding in [findings.pop() for _ in range(draw(st.integers(0, len(findings))))]:
        kind, place = draw(st.sampled_from(["comment", "file"])), draw(spans(draw(st.sampled_from(sources))))
        asked = Suppressed(finding, kind, draw(WORDS), place)
        suppressed.append(draw(st.sampled_from([asked, Suppressed(finding, "baseline")])))
    return Report(
        tuple(findings),
        tuple(source.name for source in sources),
        suppressed=tuple(suppressed),
        unread=tuple(unread),
        untold=draw(st.integers(0, 2)),
        compared=draw(st.booleans()),
    )


# --- nothing quoted becomes a command, an escape or markup


def lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def in_file(name: str) -> Report:
    """A report of one finding in a file of that name."""
    place = Source(name, "").span(0, 0)
    return Report((Finding("NQ101", "name-of-it", "error", "", place, "", ""),), (name,))


@settings(deadline=None)
@given(report=some_reports(), width=st.integers(40, 90), colour=st.booleans())
@example(report=in_file(" ::error::x"), width=40, colour=False)
def test_no_runner_finds_a_command_that_is_not_ours(report: Report, width: int, colour: bool) -> None:
    kinds = {"github": {"error", "warning", "notice"}, "azure": {"task.logissue"}}
    annotated = {"github": SEVERITIES, "azure": ("error", "warning")}
    for format in (*PEOPLE, *kinds):
        text = render(report, format, Style(width, colour), setting=reports.SETTING)
        shown = re.sub(r"\033\[[0-9;]*m", "", text) if format in PEOPLE else text
        assert all(line.isprintable() for line in shown.split("\n"))
        found = [command for line in lines(shown) for command in (runners.github(line), runners.azure(line)) if command]
        assert {command.name for command in found} <= kinds.get(format, set())
        expected = sum(map(report.count, annotated[format])) + len(report.unread) if format in annotated else 0
        assert len(found) == expected


@settings(deadline=None)
@given(some_reports())
def test_no_document_holds_what_a_terminal_acts_on(report: Report) -> None:
    for format in DOCUMENTS:
        text = written(report, format)
        text.encode("utf-8")
        assert all(line.isprintable() for line in text.split("\n")), format


@settings(deadline=None)
@given(some_reports())
def test_github_gets_what_was_said(report: Report) -> None:
    found = [command for command in map(runners.github, lines(written(report, "github"))) if command]
    said = Counter((visible(reports.SETTING.place(one.path)), "not read", visible(one.reason)) for one in report.unread)
    for finding in report.findings:
        place = visible(reports.SETTING.place(finding.span.source.name))
        said[place, f"{finding.code} name-of-it", plain(finding.message)] += 1
    assert said == Counter((c.properties["file"], c.properties["title"], c.message) for c in found)
    for command in found:
        assert ("endColumn" in command.properties) == (
            "line" in command.properties and command.properties["line"] == command.properties["endLine"]
        )


def test_github_shows_ten_of_a_kind_and_tells_the_rest() -> None:
    source = Source("esx.conf", "x" * 40)
    found = tuple(
        Finding("NQ101", "n", SEVERITIES[nth % 2], f"no {nth}", source.span(nth, nth), "s", "w") for nth in range(30)
    )
    rows = written(Report(found, ("esx.conf",)), "github").splitlines()
    assert Counter(command.name for command in map(runners.github, rows) if command) == {"error": 10, "warning": 10}
    assert rows[20] == "GitHub shows 10 annotations of a kind; 10 more:"
    assert rows[21] == "error: esx.conf:1:21: NQ101 n: no 20"
    assert rows[-1] == "15 errors, 15 warnings · 1 file checked"


class Page(HTMLParser):
    """The texts of a page and its elements; every one must be closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@settings(deadline=None)
@given(some_reports())
def test_a_page_shows_texts_as_texts(report: Report) -> None:
    page = Page(written(report, "html"))
    head = {"html", "head", "meta", "title", "style", "body"}
    body = {"h1", "h2", "h3", "p", "table", "tr", "th", "td", "a", "section", "span", "pre", "footer"}
    assert {tag for tag, _ in page.seen} <= head | body | {"strong", "ul", "li"}
    # nothing is loaded, nothing runs
    allowed = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href"}
    assert all(attributes.keys() <= allowed for _, attributes in page.seen)
    links = {attributes["href"] or "" for tag, attributes in page.seen if tag == "a"}
    assert all(link.startswith(("#NQ", "https://")) for link in links)
    text = "".join(page.texts)
    assert all(plain(finding.message) in text for finding in all_findings(report))


@settings(deadline=None)
@given(some_reports())
def test_markdown_shows_texts_as_texts(report: Report) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    tokens = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(written(report, "markdown"))
    inline = [token for token in tokens if token.type == "inline"]
    assert {child.type for token in inline for child in token.children} <= {"text", "text_special"}
    shown = {"".join(child.content for child in token.children) for token in inline}
    squeezed = {" ".join(text.split()) for text in shown}
    assert all(" ".join(plain(finding.message).split()) in squeezed for finding in all_findings(report))
    cells = Counter(token.type for token in tokens)
    assert cells["td_open"] == 5 * len(all_findings(report)) + 2 * len(report.unread) + 4 * len(
        {finding.code for finding in report.findings}
    )
    assert not any(token.type in ("html_block", "html_inline", "code_block", "fence") for token in tokens)


# --- SARIF


@every_report
def test_sarif_is_valid_and_has_what_github_requires(report: Report) -> None:
    log = json.loads(written(report, "sarif"))
    SARIF.validate(log)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["help"]["markdown"] and rule["help"]["text"]
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["name"] != rule["id"] and re.fullmatch("(?:[A-Z0-9][a-z0-9]*)+", rule["name"])
    assert len(run["results"]) == len(all_findings(report))
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert {"startLine", "startColumn", "endLine", "endColumn"} <= region.keys()
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
        assert result["partialFingerprints"].keys() == {"primaryLocationLineHash", "netqlint/v1"}
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is not bool(report.unread)
    told = invocation.get("toolExecutionNotifications", [])
    assert sum(one["level"] == "error" for one in told) == len(report.unread)


@settings(deadline=None)
@given(some_reports())
def test_sarif_is_valid_whatever_it_quotes(report: Report) -> None:
    SARIF.validate(json.loads(written(report, "sarif")))


@settings(deadline=None)
@given(some_reports())
def test_sarif_says_of_all_results_what_it_says_of_one(report: Report) -> None:
    results = json.loads(written(report, "sarif"))["runs"][0]["results"]
    own, spared = results[: len(report.findings)], results[len(report.findings) :]
    assert all(("baselineState" in result) is report.compared for result in results)
    assert all(("suppressions" in result) is bool(spared) for result in results)
    assert not any(result.get("suppressions") or result.get("baselineState") == "unchanged" for result in own)
    kinds = {"comment": "inSource", "file": "external", "baseline": "external"}
    for result, one in zip(spared, sorted(report.suppressed, key=lambda one: one.sort_key), strict=True):
        (suppression,) = result["suppressions"]
        assert (suppression["kind"], suppression["status"]) == (kinds[one.kind], "accepted")
        assert ("justification" in suppression) is ("location" in suppression) is (one.kind != "baseline")
        state = "unchanged" if one.kind == "baseline" else "new"
        assert result.get("baselineState", state) == state


def by_code_points(text: str) -> Callable[[int, int], int]:
    """Offsets of (line, column) places; columns in code points behind a byte order mark."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    return lambda line, column: starts[line - 1] + column - 1 + (line == 1 and column > 1 and text.startswith(BOM))


@settings(deadline=None)
@given(some_reports())
def test_a_fix_in_sarif_is_the_fix(report: Report) -> None:
    results = json.loads(written(report, "sarif"))["runs"][0]["results"]
    for finding, result in zip(all_findings(report), results, strict=True):
        source = finding.span.source
        if not finding.fix or "fixes" not in result or source.text.startswith(BOM):
            continue
        ((change,),) = (fix["artifactChanges"] for fix in result["fixes"])
        offset = by_code_points(source.text)
        edits = []
        for replacement in change["replacements"]:
            region = replacement["deletedRegion"]
            start = offset(region["startLine"], region["startColumn"])
            end = offset(region["endLine"], region["endColumn"])
            edits.append(Edit(source.span(start, end), replacement["insertedContent"]["text"]))
        assert fixer.apply(source.text, edits) == fixer.apply(source.text, finding.fix.edits)


def test_a_place_in_sarif_is_a_uri_from_the_root_of_the_repository() -> None:
    setting = Setting("/work", "/work/hosts", (), tuple)
    names = ["rack 1/esx.conf", "../µ%.conf", "/work/a/../b", "/etc/x y", "<stdin>", decode(b"\xff.conf", "").text]
    found = [Finding("NQ1", "n", "error", "m", Source(name, "x").span(0, 1), "s", "w") for name in names]
    results = json.loads(written(Report(tuple(found)), "sarif", setting))["runs"][0]["results"]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    expected = {"hosts/rack%201/esx.conf", "%C2%B5%25.conf", "b", "file:///etc/x%20y", "%3Cstdin%3E", "hosts/%FF.conf"}
    assert uris == expected
    assert unquote("hosts/%FF.conf", errors="surrogateescape") == "hosts/" + names[-1]


@pytest.fixture
def multitool() -> str:
    """Microsoft's validator, from npm `@microsoft/sarif-multitool-linux`."""
    found = os.environ.get("NETQLINT_MULTITOOL") or shutil.which("Sarif.Multitool")
    if not found:
        pytest.skip("Sarif.Multitool is not here; NETQLINT_MULTITOOL names it")
    return found


# what no file of ours can have: message ids, the revision of a repository, a page on the network; netqlint has no
# home page yet, nor a page for every rule
UNAVOIDABLE = {"SARIF2002", "SARIF2003", "SARIF2005", "SARIF2006", "SARIF2012"}


@every_report
def test_microsoft_and_github_find_nothing_wrong_with_sarif(report: Report, multitool: str, tmp_path: Path) -> None:
    (tmp_path / "a.sarif").write_text(written(report, "sarif"), encoding="utf-8")
    words = ["validate", "a.sarif", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
    command = [multitool, *words, "-o", "out.sarif", "--log", "ForceOverwrite"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    told = json.loads((tmp_path / "out.sarif").read_text("utf-8-sig"))["runs"][0]["results"]
    assert {result["ruleId"] for result in told} <= UNAVOIDABLE


def test_the_line_hash_is_that_of_microsoft(multitool: str, tmp_path: Path) -> None:
    texts = ["", "a\n\n b\t\nc", "x" * 250 + "\n" + "y", "Lorem\r\n" * 120, "µ😀\n漢\r\rz\n" * 3, reports.FIRST.text]
    for number, text in enumerate(texts):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "esx.conf").write_bytes(encode(text))
        read = encode(text).decode("utf-8", "replace")
        starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
        source = Source(str(folder / "esx.conf"), text)
        found = [Finding("NQ1", "n", "error", "m", source.span(at, at), f"s{at}", "w") for at in starts]
        log = json.loads(written(Report(tuple(found)), "sarif", Setting()))
        for result in log["runs"][0]["results"]:
            result.pop("partialFingerprints")
        (folder / "in.sarif").write_text(json.dumps(log), encoding="utf-8")
        words = ["rewrite", "in.sarif", "--insert", "RollingHashPartialFingerprints", "-o", "out.sarif"]
        subprocess.run([multitool, *words, "--log", "ForceOverwrite"], cwd=folder, check=True, capture_output=True)
        results = json.loads((folder / "out.sarif").read_text("utf-8-sig"))["runs"][0]["results"]
        theirs = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
        assert line_hashes(read) == theirs


def test_sarif_tools_read_it(tmp_path: Path) -> None:
    loader = pytest.importorskip("sarif.loader")
    (tmp_path / "a.sarif").write_text(written(reports.FULL, "sarif"), encoding="utf-8")
    read = loader.load_sarif_file(str(tmp_path / "a.sarif"))
    records = read.get_records()
    severities = Counter(record["Severity"] for record in records)
    assert severities == {"error": 8, "warning": 5, "note": 1}
    lines_found = sorted((record["Location"], record["Line"]) for record in records)
    expected = [(f"hosts/{f.span.source.name.replace(' ', '%20')}", f.span.line) for f in all_findings(reports.FULL)]
    assert lines_found == sorted(expected)


# --- fingerprints

# inputs and hashes that GitHub tests its own with
KNOWN = [
    ("", ["c129715d7a2bc9a3:1"]),
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{nth}" for nth in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
]


@pytest.mark.parametrize(("text", "hashes"), KNOWN)
def test_the_line_hash_is_that_of_github(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == hashes


@settings(deadline=None)
@given(TEXTS)
def test_the_line_hash_rolls(text: str) -> None:
    """As it is defined: unit by unit, a ring of a hundred of them, 64 bits."""
    data = encode(text).decode("utf-8", "replace").encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
    kept: list[int] = []
    lines_at = [0]
    before = 0
    for unit in units:
        if unit not in (0x20, 0x09) and not (before == 0x0D and unit == 0x0A):
            kept.append(0x0A if unit == 0x0D else unit)
            if kept[-1] == 0x0A:
                lines_at.append(len(kept))
        before = unit
    kept += [0xFFFF, *[0] * 100]
    ring = [0] * 100
    raw, expected, seen = 0, [], Counter[str]()
    hashes = {}
    for at, unit in enumerate(kept):
        hashes[at - 100] = raw
        raw = (37 * raw + unit - pow(37, 100, 1 << 64) * ring[at % 100]) % (1 << 64)
        ring[at % 100] = unit
    for start in lines_at:
        hashed = f"{hashes[start]:x}" if start in hashes else f"{raw:x}"
        seen[hashed] += 1
        expected.append(f"{hashed}:{seen[hashed]}")
    assert line_hashes(text) == expected


def test_a_fingerprint_stays_when_lines_come_and_values_change() -> None:
    def found(text: str) -> list[str]:
        source = Source("esx.conf", text)
        places = [match.start() for match in re.finditer("IntMode", text)]
        findings = [Finding("NQ1", "n", "error", text, source.span(at, at), "igb.IntMode", "w") for at in places]
        return fingerprints(findings, Setting())

    one = found("IntMode=1")
    assert found("# new\n\nIntMode=9") == one
    assert found("IntMode=1 IntMode=2") == [*one, f"{one[0]}:2"]
    moved = Setting("/work", "/work/hosts")
    assert fingerprints(reports.FULL.findings, moved) != fingerprints(reports.FULL.findings, Setting())


@every_report
@pytest.mark.parametrize("format", ["sarif", "gitlab", "json"])
def test_no_two_findings_have_one_fingerprint(format: str, report: Report) -> None:
    text = written(report, format)
    prints = re.findall(r'"(?:netqlint/v1|fingerprint)": "(.*?)"', text)
    assert len(prints) == len(set(prints)) >= len(report.findings)


@every_report
@pytest.mark.parametrize("format", ["sarif", "json"])
def test_a_fingerprint_is_the_same_whether_suppressed_findings_are_told(format: str, report: Report) -> None:
    told, untold = (
        re.findall(r'"(?:netqlint/v1|fingerprint)": "(.*?)"', written(one, format))
        for one in (report, discreet(report))
    )
    assert told[: len(untold)] == untold


# --- columns


def test_columns_are_counted_in_the_unit_of_each_reader() -> None:
    text = 'x = "µ😀"; y\n'
    source = Source("a", text)
    at = text.index("y")
    report = Report((Finding("NQ1", "n", "error", "m", source.span(at, at + 1), "s", "w"),), ("a",))
    region = json.loads(written(report, "sarif"))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (11, 12)
    (diagnostic,) = json.loads(written(report, "rdjson"))["diagnostics"]
    assert diagnostic["location"]["range"] == {"start": {"line": 1, "column": 15}, "end": {"line": 1, "column": 16}}
    start = json.loads(written(report, "json"))["findings"][0]["start"]
    assert (start["column"], start["byte_column"], start["utf16_column"]) == (11, 15, 12)


# --- reviewdog

POSITION = {
    "type": "object",
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("line", "column")},
    "required": ["line", "column"],
    "additionalProperties": False,
}
RANGE = {
    "type": "object",
    "properties": {"start": POSITION, "end": POSITION},
    "required": ["start", "end"],
    "additionalProperties": False,
}
LOCATION = {
    "type": "object",
    "properties": {"path": {"type": "string", "minLength": 1}, "range": RANGE},
    "required": ["path"],
    "additionalProperties": False,
}
DIAGNOSTIC = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "location": LOCATION,
        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
        "source": {"type": "object", "properties": {"name": {"const": "netqlint"}}},
        "code": {"type": "object", "properties": {"value": {"type": "string"}}, "required": ["value"]},
        "suggestions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"range": RANGE, "text": {"type": "string"}},
                "required": ["range", "text"],
                "additionalProperties": False,
            },
        },
        "related_locations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"message": {"type": "string"}, "location": LOCATION},
                "required": ["location"],
                "additionalProperties": False,
            },
        },
        "original_output": {"type": "string"},
    },
    "required": ["message", "location", "severity"],
    "additionalProperties": False,
}


@settings(deadline=None)
@given(some_reports())
def test_reviewdog_gets_diagnostics(report: Report) -> None:
    document = json.loads(written(report, "rdjson"))
    assert document.keys() == {"source", "diagnostics"}
    for diagnostic in document["diagnostics"]:
        Draft202012Validator(DIAGNOSTIC).validate(diagnostic)
    assert [json.loads(row) for row in written(report, "rdjsonl").splitlines()] == document["diagnostics"]
    assert len(document["diagnostics"]) == len(report.findings) + len(report.unread)


def by_bytes(data: bytes, position: dict[str, int]) -> int:
    starts = [0, *(match.end() for match in re.finditer(rb"\r\n|\r|\n", data))]
    return starts[position["line"] - 1] + position["column"] - 1


@settings(deadline=None)
@given(some_reports())
def test_a_suggestion_for_reviewdog_is_the_fix(report: Report) -> None:
    diagnostics = json.loads(written(report, "rdjson"))["diagnostics"][len(report.unread) :]
    for finding, diagnostic in zip(sorted_findings(report), diagnostics, strict=True):
        source = finding.span.source
        if source.text.startswith(BOM):
            continue
        for suggestion in diagnostic.get("suggestions", []):
            data = encode(source.text)
            start, end = (by_bytes(data, suggestion["range"][key]) for key in ("start", "end"))
            assert finding.fix
            mended = encode(fixer.apply(source.text, finding.fix.edits))
            assert data[:start] + suggestion["text"].encode() + data[end:] == mended


def test_most_fixes_of_the_full_report_are_suggested() -> None:
    suggested = sum("suggestions" in one for one in json.loads(written(reports.FULL, "rdjson"))["diagnostics"])
    assert suggested == sum(bool(finding.fix and finding.fix.edits) for finding in reports.FULL.findings)


# --- GitLab, JUnit, Checkstyle

ISSUES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "properties": {
                    "path": {"type": "string"},
                    "lines": {"type": "object", "properties": {"begin": {"type": "integer"}}, "required": ["begin"]},
                },
                "required": ["path", "lines"],
            },
        },
        "required": ["description", "fingerprint", "severity", "location"],
    },
}


@settings(deadline=None)
@given(some_reports())
def test_gitlab_gets_issues(report: Report) -> None:
    issues = json.loads(written(report, "gitlab"))
    Draft202012Validator(ISSUES).validate(issues)
    assert len(issues) == len(report.findings) + len(report.unread)


# the attributes and elements that Jenkins allows (junit-10.xsd of its xUnit plugin); those with `!` it requires
JUNIT = {
    "testsuites": ("name time tests failures errors", "testsuite"),
    "testsuite": ("name! tests! failures! errors! skipped time timestamp package file id", "testcase"),
    "testcase": ("name! time classname group", "skipped error failure system-out system-err"),
    "skipped": ("type message", ""),
    "error": ("type message", ""),
    "failure": ("type message", ""),
    "system-out": ("", ""),
}


@settings(deadline=None)
@given(some_reports())
def test_jenkins_gets_suites(report: Report) -> None:
    root = ElementTree.fromstring(written(report, "junit"))
    for element in root.iter():
        attributes, children = JUNIT[element.tag]
        allowed = attributes.replace("!", "").split()
        assert set(element.keys()) <= set(allowed)
        assert {name[:-1] for name in attributes.split() if name.endswith("!")} <= set(element.keys())
        assert {child.tag for child in element} <= set(children.split())
    for suite in (root, *root):
        assert suite.get("tests") == str(len(suite.findall(".//testcase")))
        assert suite.get("failures") == str(len(suite.findall(".//failure")))
        assert suite.get("errors") == str(len(suite.findall(".//error")))
    assert root.get("failures") == str(report.count("error") + report.count("warning"))
    assert root.get("errors") == str(len(report.unread))
    skipped = [element.get("message", "") for element in root.iter("skipped")]
    assert sum(message.startswith("ignored: ") for message in skipped) == len(report.suppressed)
    assert sum(int(suite.get("skipped", "")) for suite in root) == len(skipped)


def test_junitparser_reads_suites() -> None:
    junitparser = pytest.importorskip("junitparser")
    suites = junitparser.JUnitXml.fromstring(written(reports.FULL, "junit").encode())
    assert (suites.tests, suites.failures, suites.errors) == (sum(s.tests for s in suites), 10, 2)
    # every rule that was asked and found nothing shows as held
    (third,) = (suite for suite in suites if suite.name == "hosts/rack 3/esx.conf")
    assert [case.name for case in third if case.is_passed] == ["NQ101", "NQ201 vmdq-needs-msix", "NQ202", "NQ801"]
    assert third.skipped == 8 + len(reports.FULL.suppressed)


@settings(deadline=None)
@given(some_reports())
def test_checkstyle_is_read_back(report: Report) -> None:
    root = ElementTree.fromstring(written(report, "checkstyle"))
    assert root.tag == "checkstyle"
    errors = root.findall("file/error")
    assert len(errors) == len(report.findings) + len(report.unread)
    assert all(int(error.attrib["line"]) >= 1 for error in errors)
    assert {error.get("severity") for error in errors} <= set(SEVERITIES)
    names = {visible(reports.SETTING.place(name)) for name in report.checked}
    assert names <= {file.get("name") for file in root}


# --- the JSON of netqlint, and back


@settings(deadline=None)
@given(some_reports())
def test_a_report_can_be_read_back_from_its_json(report: Report) -> None:
    document = json.loads(written(report, "json"))
    Draft202012Validator(json_schema()).validate(document)
    assert problem(document) == ""
    assert Document.model_validate(document).model_dump(by_alias=True) == document
    assert consistent(document)
    back = reread(document)
    for format in FORMATS:
        assert render(back, format, setting=reports.SETTING) == written(report, format)


@every_report
def test_json_lines_are_the_findings_of_the_json(report: Report) -> None:
    rows = [json.loads(row) for row in written(report, "jsonl").splitlines()]
    numbers = {"finding": report.findings, "suppressed": report.suppressed, "unread": report.unread, "summary": [None]}
    assert [row.pop("kind") for row in rows] == [kind for kind, found in numbers.items() for _ in found]
    document = json.loads(written(report, "json"))
    assert rows[:-1] == document["findings"] + document["suppressed"] + document["unread"]
    assert rows[-1]["summary"] == document["summary"]


# --- on the command line

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]
BROKEN = '/vmkernel/module/igb/options = "µ😀 IntMode=3 3"\n/vmkernel/module/ixgbe/options = "VMDQ=8 8"\n'


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / ".git").mkdir()
    (tmp_path / "hosts").mkdir()
    (tmp_path / "hosts" / "esx.conf").write_text(BROKEN, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "hosts")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def outcome(*words: str) -> Outcome:
        code = main(words)
        out, err = capsysbinary.readouterr()
        return code, out.decode("utf-8", "surrogateescape"), err.decode()

    return outcome


def read(format: str, text: str) -> Any:
    """A document as its consumer reads it."""
    if format in ("junit", "checkstyle"):
        return ElementTree.fromstring(text)
    if format == "html":
        return Page(text)
    if format.endswith("jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text) if format in ("json", "sarif", "gitlab", "rdjson") else text


@pytest.mark.parametrize("format", DOCUMENTS)
def test_a_document_comes_even_when_nothing_could_be_read(format: str, run: Run) -> None:
    code, out, err = run("check", "nosuch", "--format", format)
    assert (code, err) == (2, "netqlint: nosuch: no such file or folder\n")
    assert read(format, out) is not None
    assert "no such file or folder" in out.replace("&#32;", " ")
    assert "hosts/nosuch" in out or format in ("json", "jsonl")


@pytest.mark.parametrize("format", FORMATS)
def test_what_cannot_be_read_does_not_hide_the_rest(format: str, run: Run) -> None:
    code, out, err = run("check", "esx.conf", "nosuch", "--format", format)
    assert (code, err) == (2, "netqlint: nosuch: no such file or folder\n")
    assert read(format, out) is not None
    assert "no such file or folder" in out
    assert "NQ101" in out


@pytest.mark.parametrize("format", DOCUMENTS)
def test_nothing_is_mended_where_something_cannot_be_read(format: str, run: Run) -> None:
    code, out, err = run("fix", "esx.conf", "nosuch", "--format", format)
    assert (code, err) == (2, "netqlint: nosuch: no such file or folder\n")
    assert Path("esx.conf").read_text("utf-8") == BROKEN
    assert read(format, out) is not None
    assert "no such file or folder" in out
    assert "blanks-between-values" not in out


def test_a_fixed_file_is_reported_in_any_format(run: Run) -> None:
    code, out, _ = run("fix", "--format", "json", "--select", "NQ101")
    assert (code, json.loads(out)["findings"]) == (0, [])


def test_a_report_can_be_converted_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = run("check", "--format", "json")[1]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run("convert", "-", "--format", "json") == (0, text, "")


def test_a_file_that_goes_while_others_are_checked_is_told(run: Run) -> None:
    Path("b").mkdir()
    names = [f"b/{nth}.esx.conf" for nth in range(10)]
    for name in names:
        Path(name).write_text(BROKEN, encoding="utf-8")
    run("check")
    Path(names[5]).unlink()
    Path(names[5]).symlink_to("nowhere")
    for _ in range(2):
        code, out, err = run("check", "--format", "json", ".")
        assert (code, err) == (2, "netqlint: b/5.esx.conf: cannot be read: no such file or directory\n")
        assert [one["path"] for one in json.loads(out)["unread"]] == ["b/5.esx.conf"]
        assert json.loads(out)["checked"] == [*names[:5], *names[6:], "esx.conf"]


def test_one_run_writes_many_reports(run: Run) -> None:
    words = [word for format in FORMATS if format != "text" for word in ("--format", f"{format}=out.{format}")]
    code, out, err = run("check", "--format", "text", *words)
    assert (code, err) == (1, "")
    assert out == run("check")[1]
    for format in FORMATS:
        if format != "text":
            text = Path(f"out.{format}").read_text("utf-8")
            assert text == run("check", "--format", format)[1]
            assert read(format, text) is not None


def test_output_takes_the_report_without_a_file(run: Run) -> None:
    assert run("check", "--format", "sarif=a.sarif", "--output", "b.txt") == (1, "", "")
    assert json.loads(Path("a.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert Path("b.txt").read_text("utf-8") == run("check")[1]


@pytest.mark.parametrize("format", FORMATS)
def test_converting_is_the_same_as_checking(format: str, run: Run) -> None:
    run("check", "esx.conf", "nosuch", "--format", "json=found.json")
    Path("esx.conf").unlink()
    code, out, err = run("convert", "found.json", "--format", format)
    assert (code, err) == (0, "")
    Path("esx.conf").write_text(BROKEN, encoding="utf-8")
    if format == "json":
        assert out == Path("found.json").read_text("utf-8")
    assert out == run("check", "esx.conf", "nosuch", "--format", format)[1]


# --- what is suppressed

TOLD = ("text", "concise", "grouped", "json", "jsonl", "sarif", "junit", "html", "markdown")
HUSHED = """\
# netqlint: ignore[NQ101] die Mühle 😀 ##[error]
/vmkernel/module/igb/options = "IntMode=3 3"
/vmkernel/module/ixgbe/options = "VMDQ=8 8"
/vmkernel/netnetqueueenabled = "TRUE"
"""
BESIDE = "# why\n- rule: NQ508\n  key: netnetqueueenabled\n  reason: µ <hosts> of the lab\n"
SHOW = ("--show-suppressed", "--baseline", "known.json")


def hush(run: Run, names: Sequence[str] = ("esx.conf",)) -> None:
    """Files of which every finding is spared: by a comment, an entry and a baseline."""
    for name in names:
        Path(name).write_text(HUSHED, encoding="utf-8")
    Path(".netqlint-ignore.yaml").write_text(BESIDE, encoding="utf-8")
    assert run("baseline", "write", *names, "--baseline", "known.json")[0] == 0


def test_what_is_suppressed_is_counted_and_shown_when_asked_for(run: Run) -> None:
    hush(run)
    code, out, err = run("check", "--baseline", "known.json")
    number = json.loads(run("check", "--baseline", "known.json", "--format", "json")[1])["summary"]["suppressed"]
    assert (code, err, number > 3) == (0, "", True)
    assert out.startswith(f"no findings · {number} ignored · 1 file checked\n")
    code, shown, err = run("check", *SHOW)
    assert (code, err) == (0, "")
    assert shown.endswith(out)
    assert "\nignored error[NQ101 blanks-between-values]: " in shown
    assert len(re.findall("^ignored ", shown, re.M)) == number
    reasons = ["comment in line 1: die Mühle 😀 ##\\x5berror]", ".netqlint-ignore.yaml:2: µ <hosts> of the lab"]
    assert set(re.findall("^   = (.*)", shown, re.M)) == {*reasons, "known to the baseline"}
    assert run("check", "--no-ignores", *SHOW)[1] == run("check", "--no-ignores")[1]


@pytest.mark.parametrize("format", FORMATS)
def test_most_formats_tell_what_is_suppressed_and_those_without_a_word_for_it_do_not(format: str, run: Run) -> None:
    hush(run)
    untold = run("check", *SHOW[1:], "--format", format)
    told = run("check", *SHOW, "--format", format)
    assert read(format, told[1]) is not None
    assert untold[::2] == told[::2] == (0, "")
    assert ("of the lab" in told[1]) is (format in TOLD)
    assert (told == untold) is (format not in TOLD)
    assert "of the lab" not in untold[1]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("words", [SHOW, SHOW[:1], SHOW[1:], ()], ids=["all", "ignored", "counted", "plain"])
def test_converting_is_the_same_as_checking_where_something_is_suppressed(
    words: Sequence[str], format: str, run: Run
) -> None:
    hush(run)
    run("check", *words, "--format", "json=found.json")
    direct = run("check", *words, "--format", format)[1]
    for name in ("esx.conf", ".netqlint-ignore.yaml", "known.json"):
        Path(name).unlink()
    assert run("convert", "found.json", "--format", format) == (0, direct, "")


def test_a_suppression_whose_place_was_changed_is_refused(run: Run) -> None:
    hush(run)
    run("check", *SHOW, "--format", "json=found.json")
    whole = json.loads(Path("found.json").read_text("utf-8"))
    changed: list[Callable[[dict[str, Any]], object]] = [
        lambda document: document["suppressed"][-1]["suppression"]["place"].update(text="other"),
        lambda document: document["lines"][0].update(byte_offset=10**9),
        lambda document: document["suppressed"][0]["start"].update(offset=10**9),
        lambda document: document["summary"].update(suppressed=0),
    ]
    for change in changed:
        document = json.loads(json.dumps(whole))
        change(document)
        Path("found.json").write_text(json.dumps(document), encoding="utf-8")
        said = "netqlint: found.json: no JSON report of netqlint: its places do not fit its lines\n"
        assert run("convert", "found.json") == (2, "", said)


@pytest.mark.parametrize("format", TOLD)
def test_what_is_suppressed_comes_in_the_same_bytes_however_it_was_found(
    format: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netqlint.fleet._WORTH_SHARING", 0)
    monkeypatch.setattr("netqlint.fleet._TRIED", 0)
    names = [f"{nth}.esx.conf" for nth in range(12)]
    hush(run, names)
    calls: list[Sequence[str]] = [
        (*names, "--no-cache"),
        # what is remembered, and by whom
        tuple(names),
        (*reversed(names), "--jobs", "1"),
        (*names[::2], *names[1::2], "--jobs", "3"),
        ("--no-cache", "--jobs", "3", *reversed(names)),
    ]
    Path("esx.conf").unlink()
    found = {run("check", *call, *SHOW, "--format", format) for call in calls}
    assert len(found) == 1
    quiet = {run("check", *call, *SHOW[1:], "--format", format) for call in calls}
    assert len(quiet) == 1


def test_a_fix_shows_what_it_leaves_alone(run: Run) -> None:
    hush(run)
    code, out, err = run("fix", *SHOW, "--format", "concise")
    assert (code, err) == (0, "")
    assert out == run("check", *SHOW, "--format", "concise")[1]
    assert "ignored error NQ101" in out
    assert Path("esx.conf").read_text("utf-8") == HUSHED


NOT_OURS = [
    ("", "no JSON; netqlint check --format json=FILE writes what can be converted"),
    ("[]", "no JSON report of netqlint: it is no object"),
    ("{}", "no JSON report of netqlint: schema: field required"),
    ('{"schema": "netqlint/output-v2"}', "no JSON report of netqlint: schema: input should be 'netqlint/output-v1'"),
    ("[" * 100_000, "no JSON; netqlint check --format json=FILE writes what can be converted"),
]


@pytest.mark.parametrize(("text", "said"), NOT_OURS, ids=["empty", "list", "object", "version", "deep"])
def test_what_is_no_report_is_refused_in_one_line(text: str, said: str, run: Run) -> None:
    Path("found.json").write_text(text, encoding="utf-8")
    assert run("convert", "found.json") == (2, "", f"netqlint: found.json: {said}\n")


def test_a_report_whose_places_were_changed_is_refused(run: Run) -> None:
    run("check", "--format", "json=found.json")
    whole = json.loads(Path("found.json").read_text("utf-8"))
    changed: list[Callable[[dict[str, Any]], object]] = [
        lambda document: document["lines"].clear(),
        lambda document: document["findings"][0]["start"].update(offset=10**9),
        lambda document: document["lines"][0].update(line=10**9),
        lambda document: document["lines"][0].update(offset=10**12),
        lambda document: document["findings"][0].update(text="other"),
    ]
    for change in changed:
        document = json.loads(json.dumps(whole))
        change(document)
        Path("found.json").write_text(json.dumps(document), encoding="utf-8")
        said = "netqlint: found.json: no JSON report of netqlint: its places do not fit its lines\n"
        assert run("convert", "found.json") == (2, "", said)


def test_convert_spares_what_it_reads(run: Run) -> None:
    run("check", "--format", "json=found.json")
    said = "--format sarif=./found.json: this file is converted, the report would overwrite it"
    assert run("convert", "found.json", "--format", "sarif=./found.json") == (2, "", f"netqlint: {said}\n")


def test_the_summary_of_a_github_job_is_added_to(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    Path("summary.md").write_text("before\n", encoding="utf-8")
    code, out, _ = run("check", "--format", "github")
    assert code == 1
    assert runners.github(out.splitlines()[0]) is not None
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert Path("summary.md").read_text("utf-8") == "before\n" + run("check", "--format", "markdown")[1]


def test_the_summary_of_a_github_job_ends_where_github_stops_reading(tmp_path: Path) -> None:
    from netqlint.outlets import LARGEST, append

    for _ in range(3):
        append(str(tmp_path / "s.md"), "| µ |\n" * 100_000)
    data = (tmp_path / "s.md").read_bytes()
    assert len(data) <= LARGEST
    assert data.decode().endswith("|\n\nThe rest is in the log.\n")


def test_exit_zero_forgives_findings_and_nothing_else(run: Run) -> None:
    assert run("check")[0] == 1
    assert run("check", "--exit-zero")[0] == 0
    assert run("check", "esx.conf", "nosuch", "--exit-zero")[0] == 2


def test_statistics_count_by_rule(run: Run) -> None:
    code, out, err = run("check", "--statistics", "--format", "json=found.json", "--select", "NQ101")
    assert (code, err) == (1, "")
    assert out == "2  error    NQ101 blanks-between-values  in 1 file, 2 fixable\n"
    assert len(json.loads(Path("found.json").read_text("utf-8"))["findings"]) == 2
    Path("esx.conf").write_text("", encoding="utf-8")
    assert run("check", "--statistics") == (0, "no findings\n", "")


def test_show_files_tells_what_would_be_checked(run: Run) -> None:
    Path("a").mkdir()
    Path("a", "esx.conf").write_text(BROKEN, encoding="utf-8")
    assert run("check", "--show-files") == (0, "a/esx.conf\nesx.conf\n", "")
    assert run("check", "esx.conf", "nosuch", "--show-files")[:2] == (2, "esx.conf\n")


def test_rules_are_profiled(run: Run) -> None:
    code, out, err = run("check", "--profile-rules", "--select", "NQ1")
    assert (code, err) == (0, "")
    head, *rows, total = out.splitlines()
    assert head.split() == ["ms", "share", "findings", "rule"]
    assert all(re.fullmatch(r" *\d+\.\d{3} +\d+\.\d% +\d+  NQ1\d\d [a-z0-9-]+", row) for row in rows)
    assert re.fullmatch(r" *\d+\.\d{3} +100% +\d+  all", total)
    times = [float(row.split()[0]) for row in rows]
    assert times == sorted(times, reverse=True)
    assert run("check", "--profile-rules", "--options", "igb", "IntMode=3 3")[0] == 0


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_bytes_come_in_any_order_with_any_jobs(format: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netqlint.fleet._WORTH_SHARING", 0)
    monkeypatch.setattr("netqlint.fleet._TRIED", 0)
    names = []
    for nth in range(12):
        path = Path(f"{nth}.conf")
        path.write_text(BROKEN.replace("3 3", "3 " * (nth + 1) + "3"), encoding="utf-8")
        names.append(str(path))
    calls: list[Sequence[str]] = [
        (*names, "gone", "lost"),
        ("lost", *reversed(names), "gone"),
        ("gone", "lost", *names, "--jobs", "1"),
        (*names[::2], "lost", "gone", *names[1::2], "--jobs", "3", "--no-cache"),
    ]
    assert len({run("check", *call, "--format", format)[:2] for call in calls}) == 1


def test_a_repository_is_found_upwards(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert repository(str(tmp_path / "a" / "b")) == str(tmp_path / "a" / "b")
    (tmp_path / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    assert repository(str(tmp_path / "a" / "b")) == str(tmp_path)
