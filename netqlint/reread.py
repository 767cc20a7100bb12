"""Reads a report back from its JSON document: what it does not quote of a file is made up, nothing else."""

from __future__ import annotations

from netqlint.finding import Edit, Fact, Finding, Fix, Label, Report, Suppressed, Undecided, Unread
from netqlint.text import Source, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from netqlint.text import Span

    Plain = dict[str, Any]

# characters of a text that netqlint has read
LARGEST = 256 << 20


def report(document: Plain) -> Report:
    """The report that the document (in the form of `netqlint.compile.output`) was written from."""
    of_file: dict[str, list[Plain]] = {}
    for line in document["lines"]:
        of_file.setdefault(line["path"], []).append(line)
    sources = {path: Source(path, _text(lines)) for path, lines in of_file.items()}
    return Report(
        tuple(_finding(one, sources) for one in document["findings"]),
        tuple(document["checked"]),
        tuple(Fact(*(one[key] for key in Fact.__slots__)) for one in document["facts"]),
        tuple(Undecided(one["host"], one["code"], one["name"], tuple(one["missing"])) for one in document["undecided"]),
        tuple(_suppressed(one, sources) for one in document["suppressed"]),
        unread=tuple(Unread(one["path"], one["reason"]) for one in document["unread"]),
        hashes=tuple((line["path"], line["line"], line["hash"]) for line in document["lines"]),
        untold=document["summary"]["suppressed"] - len(document["suppressed"]),
        compared=document["baseline"],
        outside=document["summary"]["outside_diff"],
    )


def _text(lines: Sequence[Plain]) -> str:
    """A text with these lines in their places, and made-up ones between them; ValueError where that cannot be."""
    text, size, known = "", 0, 1
    for line in sorted(lines, key=lambda line: line["offset"]):
        missing, characters = line["line"] - known, line["offset"] - len(text)
        if line["offset"] > LARGEST or not (0 < missing <= characters or missing == characters == 0):
            raise ValueError("no such place")
        ends = "\r" if text.endswith("\r") and missing == characters else "\n"
        more = line["byte_offset"] - size - characters
        text += _filling(characters - missing, more) + ends * missing + line["text"]
        size = line["byte_offset"] + len(encode(line["text"]))
        known = line["line"] + 1
    return text


def _filling(characters: int, more: int) -> str:
    """So many characters, which take so many bytes more than that; ValueError where none do."""
    if not 0 <= more <= 3 * characters:
        raise ValueError("no such characters")
    wide = "\U00010000" * (more // 3) + ("", "\x80", "\u0800")[more % 3]
    return wide + " " * (characters - len(wide))


def _finding(one: Plain, sources: dict[str, Source]) -> Finding:
    fix = one["fix"]
    return Finding(
        one["code"],
        one["name"],
        one["severity"],
        one["message"],
        _span(one, sources),
        one["subject"],
        one["why"],
        tuple(Label(_span(label, sources), label["label"]) for label in one["related"]),
        fix
        and Fix(
            fix["title"],
            fix["applicability"],
            tuple(Edit(_span(edit, sources), edit["text"]) for edit in fix["edits"]),
        ),
    )


def _suppressed(one: Plain, sources: dict[str, Source]) -> Suppressed:
    told = one["suppression"]
    return Suppressed(
        _finding(one, sources), told["kind"], told["reason"], told["place"] and _span(told["place"], sources)
    )


def _span(one: Plain, sources: dict[str, Source]) -> Span:
    return sources[one["path"]].span(one["start"]["offset"], one["end"]["offset"])


def consistent(document: Plain) -> bool:
    """Whether every place lies in the lines that the document holds, and is where it says."""
    try:
        found = report(document)
    except (KeyError, ValueError):
        return False
    findings = (*found.findings, *(one.finding for one in found.suppressed))
    quoted: list[tuple[Span, Plain]] = []
    changed: list[tuple[Span, Plain]] = []
    for finding, one in zip(findings, (*document["findings"], *document["suppressed"]), strict=True):
        quoted.append((finding.span, one))
        quoted += [(label.span, two) for label, two in zip(finding.related, one["related"], strict=True)]
        if finding.fix:
            changed += [(edit.span, two) for edit, two in zip(finding.fix.edits, one["fix"]["edits"], strict=True)]
    for spared, one in zip(found.suppressed, document["suppressed"], strict=True):
        if spared.place:
            quoted.append((spared.place, one["suppression"]["place"]))
    return (
        min(found.untold, found.outside) >= 0
        and all(span.text == told["text"] for span, told in quoted)
        and all(_fits(span, told) for span, told in (*quoted, *changed))
    )


def _fits(span: Span, told: Plain) -> bool:
    ends = (span.line, span.end_line) == (told["start"]["line"], told["end"]["line"])
    return 0 <= span.start <= span.end <= len(span.source.text) and ends
