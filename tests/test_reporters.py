"""Reporters: golden files over one report that has everything, and laws over arbitrary ones."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import unicodedata
from functools import partial
from pathlib import Path

import pytest
import reports
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from netqlint.compile.output import Document, json_schema
from netqlint.finding import SEVERITIES, Edit, Fact, Finding, Fix, Label, Report, Suppressed, Undecided
from netqlint.reporters import DOCUMENTS, FORMATS, Style, render
from netqlint.reporters.cells import visible, wrap
from netqlint.reporters.change import hunks
from netqlint.reporters.places import places
from netqlint.text import Source, Span, decode, encode, position

FOLDER = Path(__file__).parent / "golden"
GOLDEN = {
    "full-40.txt": partial(render, reports.FULL, "text", Style(40)),
    "full-80.txt": partial(render, reports.FULL, "text", Style(80)),
    "full-120.txt": partial(render, reports.FULL, "text", Style(120)),
    "colour-80.txt": partial(render, reports.FULL, "text", Style(80, True)),
    "verbose-80.txt": partial(render, reports.FULL, "text", Style(80), verbose=True),
    "quiet-80.txt": partial(render, reports.FULL, "text", Style(80), quiet=True),
    "clean-80.txt": partial(render, reports.CLEAN, "text", Style(80)),
    "nothing-80.txt": partial(render, reports.NOTHING, "text", Style(80)),
    "quiet-clean-80.txt": partial(render, reports.CLEAN, "text", Style(80), quiet=True),
    "concise.txt": partial(render, reports.FULL, "concise", Style(80)),
    "concise-colour.txt": partial(render, reports.FULL, "concise", Style(80, True)),
    "concise-verbose.txt": partial(render, reports.CLEAN, "concise", Style(80), verbose=True),
    "concise-quiet.txt": partial(render, reports.FULL, "concise", Style(80), quiet=True),
    "grouped.txt": partial(render, reports.FULL, "grouped", Style(80)),
    "grouped-colour.txt": partial(render, reports.FULL, "grouped", Style(80, True)),
    "grouped-verbose.txt": partial(render, reports.CLEAN, "grouped", Style(80), verbose=True),
    "lost-80.txt": partial(render, reports.LOST, "text", Style(80)),
    **{
        f"{name}.{format}": partial(render, report, format, setting=reports.SETTING)
        for format in DOCUMENTS
        for name, report in (
            ("full", reports.FULL),
            ("clean", reports.CLEAN),
            ("nothing", reports.NOTHING),
            ("lost", reports.LOST),
        )
    },
}
REPORTS = {"full": reports.FULL, "clean": reports.CLEAN, "nothing": reports.NOTHING, "lost": reports.LOST}
COLOUR = re.compile(r"\033\[[0-9;]*m")


@pytest.mark.parametrize("name", GOLDEN)
def test_reports_are_written_like_the_golden_files(name: str) -> None:
    assert GOLDEN[name]() == (FOLDER / name).read_bytes().decode()


def test_every_golden_file_belongs_to_a_report() -> None:
    assert {path.name for path in FOLDER.iterdir()} == GOLDEN.keys()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain µ😀漢é", "plain µ😀漢é"),
        ("a\tb", "a b"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\0\x7f", r"\x00\x7f"),
        ("\r\n", r"\r\n"),
        ("\x85\xa0\u200b\u202e\u2028\ufeff", r"\u0085\u00a0\u200b\u202e\u2028\ufeff"),
        ("\U000e0001", r"\U000e0001"),
        (decode(b"\xff\xc3", "").text, r"\xff\xc3"),
    ],
)
def test_what_terminals_act_on_or_eyes_overlook_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


TABLE = [
    # one finding: (text, marks as (quoted, glyph's words), rows of the frame)
    (
        'x = "IntMode=0 VMDQ=8"',
        "0",
        [("8", "VMDQ is 8")],
        ['x = "IntMode=0 VMDQ=8"', "             ^      - VMDQ is 8"],
    ),
    # a label would run into the mark behind it, so it goes in a row of its own
    (
        "VMDQ=8 IntMode=0",
        "0",
        [("8", "VMDQ is 8")],
        ["VMDQ=8 IntMode=0", " " * 15 + "^", " " * 5 + "- VMDQ is 8"],
    ),
    ("漢字 é=1", "1", [("é", "")], ["漢字 é=1", "     - ^"]),
    ("e\u0301x", "\u0301", [], ["e\u0301x", "^"]),
    ("a\u0301\u0302b", "b", [], ["a\u0301\u0302b", " ^"]),
    ("\ufeffx", "x", [], ["x", "^"]),
    ("one\r\ntwo", "e\r\nt", [], ["one", "  ^…"]),
    ("one\r\ntwo", "\r\n", [], ["one", "   ^"]),
    ("", "", [], ["", "^"]),
]


@pytest.mark.parametrize(("text", "quoted", "related", "rows"), TABLE)
def test_marks_lie_under_what_they_are_about(
    text: str, quoted: str, related: list[tuple[str, str]], rows: list[str]
) -> None:
    source = Source("t", text)
    labels = tuple(Label(reports.at(source, place), words) for place, words in related)
    written = render(Report((_finding(reports.at(source, quoted), labels),)), "text", Style(60), quiet=True)
    shown = [line[5:] for line in written.split("\n") if line[3:4] == "|"]
    assert shown[1:] == rows


@pytest.mark.parametrize(
    ("text", "edits", "rows"),
    [
        ("a=1\n", [(2, 3, "2")], [" 1 - a=1", " 1 + a=2"]),
        ("a=1", [(3, 3, "\nb=2")], [" 2 + b=2"]),
        ("a=1\r\nc=3\r\n", [(3, 3, "\r\nb=2")], [" 2 + b=2"]),
        ("a\nb\nb\nc", [(2, 4, "")], [" 2 - b"]),
        ("b\nb\nc", [(0, 2, "")], [" 1 - b"]),
        ("a\n", [(0, 1, "b\nc")], [" 1 - a", " 1 + b", " 2 + c"]),
        ("a\nb\nc\n", [(0, 0, "0\n"), (4, 5, "C")], [" 1 + 0", " 3 - c", " 4 + C"]),
        ("a\r\n", [(1, 3, "\n")], [r" 1 - a\r\n", r" 1 + a\n"]),
        ("a", [(1, 1, "\n")], [" 1 - a", r" 1 + a\n"]),
        ("", [(0, 0, "a")], [" 1 + a"]),
        ("\ufeffa", [(1, 2, "b")], [" 1 - a", " 1 + b"]),
        (
            "".join(f"{n}\n" for n in range(20)),
            [(0, 50, "")],
            [f" {n:>2} - {n - 1}" for n in range(1, 12)] + ["    | … 9 more lines"],
        ),
        (
            "x" * 99 + " n=1 " + "y" * 99,
            [(102, 103, "22")],
            [
                " 1 - …" + "x" * 22 + " n=1 " + "y" * 24 + "…",
                " 1 + …" + "x" * 22 + " n=22 " + "y" * 24 + "…",
            ],
        ),
    ],
)
def test_fixes_show_as_lines_that_go_and_come(text: str, edits: list[tuple[int, int, str]], rows: list[str]) -> None:
    source = Source("t", text)
    fix = Fix("do it", "safe", tuple(Edit(source.span(a, b), new) for a, b, new in edits))
    report = Report((_finding(source.span(0, 0), (), fix),))
    lines = render(report, "text", Style(60), quiet=True).rstrip("\n").split("\n")
    assert lines[lines.index(next(x for x in lines if "= fix" in x)) + 1 : -1] == rows


def test_a_thousand_hosts_with_the_same_guess_take_one_line() -> None:
    hosts = [f"host{n}" for n in range(1000)]
    facts = tuple(Fact(host, "esx", "4.0", "default", "", "--assume esx=X") for host in hosts)
    rules = tuple(Undecided(host, "NQ110", "name", ("--ports igb=N",)) for host in hosts)
    assert render(Report((), tuple(hosts), facts, rules), "text", Style(99)) == (
        "no findings · 1000 files checked\n"
        "assumed: esx 4.0 (default; say --assume esx=X to overrule) in 1000 files\n"
        "1 rule undecided in 1000 files for lack of --ports igb=N: NQ110\n"
    )


def test_many_different_guesses_are_counted() -> None:
    facts = tuple(Fact(f"h{n}", "esx", f"{n}.0", "default", "") for n in range(9))
    lines = render(Report((), tuple("h" * 9), facts), "text").split("\n")
    assert lines[1] == "assumed: esx 0.0 (default) in 1 file"
    assert lines[6:] == ["assumed: 4 other sets of facts (say --verbose for all)", ""]


def test_fixes_that_touch_are_shown_apart() -> None:
    source = Source("t", "n=1")
    fixes = [Fix(new, "safe", (Edit(source.span(2, 3), new),)) for new in "23"]
    report = Report(tuple(_finding(source.span(2, 3), (), fix) for fix in fixes))
    lines = render(report, "text", quiet=True).split("\n")
    assert [line for line in lines if re.match(" 1 [-+]|   = fix", line)] == [
        "   = fix (safe): 2",
        " 1 - n=1",
        " 1 + n=2",
        "   = fix (safe): 3",
        " 1 - n=1",
        " 1 + n=3",
    ]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_document_is_what_its_schema_and_its_model_say(report: Report) -> None:
    document = json.loads(render(report, "json"))
    Draft202012Validator(json_schema()).validate(document)
    assert Document.model_validate(document).model_dump(by_alias=True) == document


def test_the_schema_is_one_and_describes_every_key() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    kinds = [schema, *schema["$defs"].values()]
    for kind in kinds:
        assert kind["additionalProperties"] is False
        assert all(key.get("description") for key in kind["properties"].values())
        assert kind["required"] == list(kind["properties"])


def test_the_document_is_the_same_for_every_style() -> None:
    plain = render(reports.FULL, "json")
    assert render(reports.FULL, "json", Style(40, True), verbose=True, quiet=True) == plain
    assert plain.isascii()


@pytest.mark.parametrize("format", FORMATS)
def test_findings_come_in_the_same_order_however_they_are_given(format: str) -> None:
    report = reports.FULL
    turned = Report(
        report.findings[::-1],
        report.checked[::-1],
        report.facts[::-1],
        report.undecided[::-1],
        report.suppressed[::-1],
        unread=report.unread[::-1],
        compared=report.compared,
    )
    assert render(turned, format) == render(report, format)


@pytest.mark.parametrize(("format", "seconds"), [("json", 2), ("concise", 2), ("text", 16)])
def test_ten_thousand_findings_do_not_take_for_ever(format: str, seconds: int) -> None:
    source = Source("big", "".join(f'/vmkernel/µ/{n} = "n={n}"\n' for n in range(10_000)))
    starts = [match.start() for match in re.finditer("n=", source.text)]
    findings = tuple(
        _finding(span, (), Fix("drop it", "safe", (Edit(span, ""),)))
        for span in (source.span(start, start + 2) for start in starts)
    )
    begun = time.process_time()
    render(Report(findings, ("big",)), format)
    assert time.process_time() - begun < seconds


def test_reporters_import_only_what_is_cheap() -> None:
    program = (
        "import sys; from netqlint.reporters import render; from netqlint.finding import Report\n"
        "before = set(sys.modules); render(Report(), 'text'); render(Report(), 'concise')\n"
        "print(*sorted(m for m in set(sys.modules) - before if not m.startswith('netqlint')))"
    )
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""


# --- laws

CHARACTERS = st.one_of(
    st.sampled_from('ab=", '),
    st.sampled_from("\t\r\n\x00\x1b\x85\x9b\xa0µé漢字😀\u0301\u200d\u2028\u202e\ufeff\udc80\udcff"),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.text(CHARACTERS, max_size=120)
WORDS = st.text(CHARACTERS, max_size=60)
LINES = st.text(CHARACTERS.filter(lambda c: c not in "\r\n"), max_size=300)


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
    sources = [Source(name, draw(TEXTS)) for name in ("one", "two\x1b")]
    chosen = st.sampled_from(sources)
    findings = []
    for _ in range(draw(st.integers(0, 5))):
        source = draw(chosen)
        related = draw(st.lists(chosen.flatmap(spans), max_size=3))
        findings.append(
            Finding(
                draw(st.sampled_from(["NQ101", "NQ201", "NQ202"])),
                "name-of-it",
                draw(st.sampled_from(SEVERITIES)),
                draw(WORDS),
                draw(spans(source)),
                draw(WORDS),
                draw(WORDS),
                tuple(Label(span, draw(WORDS)) for span in related),
                draw(st.none() | fixes(source)),
            )
        )
    facts = [
        Fact(source.name, draw(WORDS), draw(WORDS), basis, draw(WORDS), draw(WORDS))
        for source in sources
        for basis in draw(st.sets(st.sampled_from(["assumed", "shown", "default"])))
    ]
    missing = draw(st.lists(WORDS, max_size=2))
    undecided = [Undecided(source.name, "NQ1", draw(WORDS), tuple(missing)) for source in sources]
    spared = [findings.pop() for _ in range(draw(st.integers(0, len(findings))))]
    suppressed = [Suppressed(one, "comment", draw(WORDS), draw(spans(one.span.source))) for one in spared]
    return Report(tuple(findings), ("one", "two\x1b"), tuple(facts), tuple(undecided), tuple(suppressed))


@settings(deadline=None)
@given(some_reports(), st.integers(40, 100), st.booleans())
def test_no_line_is_too_wide_and_no_control_character_comes_out(report: Report, width: int, verbose: bool) -> None:
    plain = render(report, "text", Style(width), verbose)
    assert plain.endswith("\n")
    for line in plain.split("\n"):
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Cf", "Zl", "Zp") for c in line)
        assert _width(line) <= width or line.lstrip().startswith(("-->", ":::")), line
        assert line == line.rstrip(" ")
    coloured = render(report, "text", Style(width, True), verbose)
    assert COLOUR.sub("", coloured) == plain


@settings(deadline=None)
@given(some_reports(), st.booleans())
def test_concise_gives_each_finding_one_line(report: Report, verbose: bool) -> None:
    plain = render(report, "concise", Style(), verbose, quiet=True)
    assert plain.count("\n") == len(report.findings) + len(report.suppressed)
    assert all(line.isprintable() for line in plain.split("\n"))
    loud = render(report, "concise", Style(colour=True), verbose)
    assert COLOUR.sub("", loud) == render(report, "concise", Style(), verbose)
    assert COLOUR.sub("", loud).startswith(plain)


@settings(deadline=None)
@given(some_reports())
def test_every_document_is_valid(report: Report) -> None:
    written = render(report, "json")
    document = json.loads(written)
    Draft202012Validator(json_schema()).validate(document)
    Document.model_validate(document)
    found = sorted(report.findings, key=lambda finding: finding.sort_key)
    assert [one["text"] for one in document["findings"]] == [f.span.text for f in found]
    assert written.endswith("}\n")


@settings(deadline=None)
@given(TEXTS, st.data())
def test_places_count_code_points_and_bytes(text: str, data: st.DataObject) -> None:
    offsets = data.draw(st.lists(st.integers(0, len(text))))
    expected = {}
    for offset in offsets:
        line, column = position(text, offset)
        begin = offset - column + 1
        expected[offset] = {
            "offset": offset,
            "byte_offset": len(encode(text[:offset])),
            "line": line,
            "column": column,
            "byte_column": len(encode(text[begin:offset])) + 1,
            "utf16_column": len(text[begin:offset].encode("utf-16-le", "surrogatepass")) // 2 + 1,
        }
    assert places(text, offsets) == expected


@settings(deadline=None)
@given(LINES, st.integers(40, 400), st.data())
def test_carets_lie_under_the_span(line: str, width: int, data: st.DataObject) -> None:
    source = Source("t", f"first\n{line}\r\nlast")
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    written = render(Report((_finding(source.span(6 + start, 6 + end)),)), "text", Style(width))
    rows = [row[5:] for row in written.split("\n") if row[3:4] == "|"]
    assert len(rows) == 3
    _, shown, marks = rows
    carets = re.fullmatch(" *(\\^+)", marks)
    assert carets
    before, at = visible(line[:start]), visible(line[start:end])
    if _width(visible(line)) <= width - 6:
        assert shown == visible(line).rstrip(" ")
        assert len(carets[1]) == max(1, _width(at))
        assert carets.start(1) == max(0, _width(before) - (start < end and not _width(at)))
    elif start < end and _width(at):
        covered = "".join(_by_cell(shown)[carets.start(1) : carets.end(1)]).rstrip(" ")
        head, cut, tail = covered.partition("…")
        whole = _bare(at).rstrip(" ")
        if "…" not in line:
            assert whole.startswith(_bare(head)) and whole.endswith(_bare(tail))
            assert cut or _bare(head) == whole


@settings(deadline=None)
@given(st.text(CHARACTERS, max_size=80), st.data())
def test_hunks_are_lines_of_the_text_before_and_after(text: str, data: st.DataObject) -> None:
    source = Source("t", text)
    edits = data.draw(fixes(source)).edits
    after = text
    for edit in reversed(edits):
        after = after[: edit.span.start] + edit.text + after[edit.span.end :]
    old, new = ([], *_lines(text)), ([], *_lines(after))
    at = 1
    for hunk in hunks(text, edits):
        assert all(side.text == old[side.number] for side in hunk.old)
        assert all(side.text == new[side.number] for side in hunk.new)
        if hunk.old:
            assert hunk.old[0].number >= at
            at = hunk.old[-1].number + 1
    if text != after:
        assert any(hunk.old or hunk.new for hunk in hunks(text, edits))


@settings(deadline=None)
@given(WORDS.map(visible), st.integers(20, 60), st.integers(0, 6))
def test_wrapping_loses_no_word(text: str, room: int, hang: int) -> None:
    lines = wrap([("", text)], room, hang)
    assert "".join(t for line in lines for _, t in line).replace(" ", "") == text.replace(" ", "")
    assert all(sum(_width(t) for _, t in line) <= room for line in lines)


def _finding(span: Span, related: tuple[Label, ...] = (), fix: Fix | None = None) -> Finding:
    return Finding("NQ201", "name", "error", "message", span, "subject", "why", related, fix)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _width(text: str) -> int:
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _by_cell(text: str) -> list[str]:
    """What is in each cell; the second one of a wide character is empty."""
    found: list[str] = []
    for character in text:
        if _cells(character):
            found += [character, ""][: _cells(character)]
    return found


def _bare(text: str) -> str:
    return "".join(character for character in text if _cells(character))


if __name__ == "__main__":
    for name, written in GOLDEN.items():
        (FOLDER / name).write_bytes(written().encode())
