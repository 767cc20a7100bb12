"""The reference manual: a page for everything, every link leads somewhere, no folder of others is touched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from netqlint.cli import main
from netqlint.pack import load, told
from netqlint.reference import pages
from netqlint.shelf import MARK

LINK = re.compile(r"(?<!\\)\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


@pytest.fixture(scope="module")
def manual() -> dict[str, str]:
    return pages(load())


def anchors(text: str) -> list[str]:
    """What a heading can be linked by, as GitHub has it."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.replace("\\", "")).lower().replace(" ", "-") for heading in headings]


def links(manual: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for page, text in manual.items():
        for target, anchor in LINK.findall(text):
            yield page, os.path.normpath(PurePosixPath(page).parent / target), anchor


def test_everything_has_a_page_and_the_index_has_every_page(manual: dict[str, str]) -> None:
    catalog = load().catalog
    expected = {"index.md", *(f"rules/{rule['code']}.md" for rule in told(load()))}
    expected |= {f"{kind}/{name}.md" for kind in ("drivers", "settings", "releases") for name in catalog[kind]}
    assert set(manual) == expected
    assert {target for page, target, _ in links(manual) if page == "index.md"} == expected - {"index.md"}


def test_every_link_leads_somewhere(manual: dict[str, str]) -> None:
    assert [found for found in links(manual) if found[1] not in manual] == []
    assert [found for found in links(manual) if found[2] and found[2] not in anchors(manual[found[1]])] == []


def test_no_heading_hides_another(manual: dict[str, str]) -> None:
    assert [page for page, text in manual.items() if len(set(anchors(text))) < len(anchors(text))] == []


def test_every_table_is_one(manual: dict[str, str]) -> None:
    for page, text in manual.items():
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            assert (page, len(widths)) == (page, 1)


def test_pages_link_to_what_they_speak_of(manual: dict[str, str]) -> None:
    for page, link in [
        ("rules/NQ201.md", "[igb.VMDQ](../drivers/igb.md#vmdq)"),
        ("rules/NQ505.md", "[netPktHeapMinSize](../settings/netPktHeapMinSize.md)"),
        ("rules/NQ505.md", "[4.1](../releases/4.1.md)"),
        ("drivers/igb.md", "[NQ201 vmdq-needs-msix](../rules/NQ201.md)"),
        ("drivers/igb.md", "[6.7](../releases/6.7.md) (5.0.5.1)"),
        ("drivers/igb.md", "[igbn](../drivers/igbn.md)"),
        ("settings/netPktHeapMinSize.md", "[netPktHeapMinMBPerGB](../settings/netPktHeapMinMBPerGB.md)"),
        ("settings/netPktHeapMinMBPerGB.md", "| [7.0](../releases/7.0.md) (7.0u0) | is there | 0 | 0..200 |"),
        ("releases/4.0.md", "[igb](../drivers/igb.md)"),
        ("releases/4.0.md", "[NQ509 heap-too-small-for-jumbo-frames](../rules/NQ509.md)"),
    ]:
        assert link in manual[page]


def test_the_manual_is_always_the_same(manual: dict[str, str]) -> None:
    assert pages(load()) == manual


# --- the folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_manual_is_written_and_written_anew(
    here: Path, manual: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "docs").mkdir()
    assert main(["docs", "--out", "docs"]) == 0
    assert capsys.readouterr().out == f"wrote {len(manual)} pages to docs\n"
    written = content(here / "docs")
    assert written == {MARK: "".join(f"{page}\n" for page in sorted(manual)).encode()} | {
        page: text.encode() for page, text in manual.items()
    }
    # what an earlier netqlint had, what somebody changed, and what is nobody's business
    mark = here / "docs" / MARK
    mark.write_text(mark.read_text() + "rules/NQ999.md\n../outside.md\nrules/../../outside.md\n", encoding="utf-8")
    for path in ("docs/rules/NQ999.md", "docs/own.md", "docs/index.md", "outside.md"):
        (here / path).write_text("old", encoding="utf-8")
    assert main(["docs", "--out", "docs"]) == 0
    assert content(here / "docs") == written | {"own.md": b"old"}
    assert (here / "outside.md").exists()


def test_a_folder_of_others_is_not_touched(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "notes.md").write_text("mine", encoding="utf-8")
    (here / "ours" / "rules").mkdir(parents=True)
    (here / "ours" / MARK).write_text("index.md\n", encoding="utf-8")
    (here / "ours" / "rules" / "NQ201.md").write_text("mine", encoding="utf-8")
    (here / "file").write_text("mine", encoding="utf-8")
    before = content(here)
    for folder, says in [
        ("mine", "--out mine: it is not empty, and no manual of netqlint; name another folder"),
        ("ours", "--out ours: rules/NQ201.md is there and not netqlint's; nothing was written"),
        ("file", "--out file: it is not empty, and no manual of netqlint; name another folder"),
        ("file/below", "file"),
    ]:
        assert main(["docs", "--out", folder]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert err.startswith(f"netqlint: {says}")
    assert content(here) == before
    assert main(["docs"]) == 2
    assert capsys.readouterr().err == "netqlint: netqlint docs needs --out DIR, the folder to write the manual to\n"
