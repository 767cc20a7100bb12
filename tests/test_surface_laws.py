"""What holds on every surface, whatever is written there: the laws of scripts, playbooks and all others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from surfaces import SURFACES, Surface, Texts
from test_laws import ALL, SAFE, inside, often, spans
from texts import PACK, option_strings

from netqlint.facts import Assumed
from netqlint.finding import Report
from netqlint.fixer import Fixed, fix
from netqlint.model import Host
from netqlint.reporters import DOCUMENTS, render
from netqlint.run import check_source, understand
from netqlint.surfaces import named, read
from netqlint.text import BOM, Source, decode, encode

ASSUMED = Assumed({"esx": "5.0"}, {"igb": "2"})
# rules that write the name of a setting anew
RENAMES = ("NQ505", "NQ512", "NQ515", "NQ519")

each = pytest.mark.parametrize("surface", SURFACES, ids=str)


def holds(law: Callable[[str], None], texts: Texts, times: int, surface: Surface | None = None) -> None:
    """Try a law on the texts that were its undoing once, and on many others."""
    for text in surface.shown if surface else ():
        law(text)
    often(times)(given(texts)(law))()


def report(source: Source, surface: Surface) -> Report:
    return check_source(source, ASSUMED, pack=PACK, surface=surface.name)


def fixed(text: str, surface: Surface, allowed: tuple[str, ...]) -> Fixed:
    return fix(Source("text", text), lambda source: report(source, surface), allowed)


def host_of(text: str, surface: Surface) -> Host:
    return read(Source("text", text), PACK, None, surface.name)


@each
def test_the_name_of_a_file_tells_the_surface(surface: Surface) -> None:
    assert named(surface.file) == surface.name


@each
def test_every_text_is_read_and_every_place_lies_within_it(surface: Surface) -> None:
    def law(text: str) -> None:
        source = Source("text", text)
        world = understand(source, ASSUMED, None, PACK, surface.name)
        for place in (*spans(world.host), *spans(report(source, surface).findings)):
            assert inside(place, source.span(0, len(text)))
            assert place.source is source

    holds(law, surface.texts, 200, surface)


@each
def test_what_is_known_of_a_text_stands_in_it(surface: Surface) -> None:
    def law(text: str) -> None:
        host = host_of(text, surface)
        for module in host.modules:
            for options in module.options:
                for one in options.parameters:
                    # a profile has no stretch that is all of an option string
                    assert inside(one.span, options.span) or not one.sound or options.said is not None
                    if one.plain:
                        assert not re.search(surface.unsure, one.span.text)
        for setting in (*host.settings, *host.advanced):
            assert not (setting.plain and re.search(surface.unsure, setting.value.text))

    holds(law, surface.texts, 150, surface)


@pytest.mark.parametrize("surface", [surface for surface in SURFACES if surface.means], ids=str)
def test_a_text_without_its_words_says_nothing_of_a_host(surface: Surface) -> None:
    def law(text: str) -> None:
        if not any(word.lower() in text.lower() for word in surface.means):
            assert host_of(text, surface) == Host(Source("text", text), surface.name)

    holds(law, surface.texts, 100)


@each
def test_bytes_come_back(surface: Surface) -> None:
    def law(text: str) -> None:
        data = encode(text)
        source = decode(data, surface.file)
        assert not source.encoding
        assert encode(fixed(source.text, surface, ()).text) == data

    holds(law, surface.texts.filter(lambda text: is_text(text.replace("\udcff", ""))), 60)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@each
def test_a_text_in_utf_16_is_judged_alike_and_its_bytes_come_back(surface: Surface, encoding: str) -> None:
    def law(text: str) -> None:
        text = BOM + text.removeprefix(BOM)
        data = text.encode(encoding)
        wide, plain = decode(data, "text"), Source("text", text)
        assert (wide.text, wide.encoding) == (text, encoding)
        assert encode(wide.text, wide.encoding) == data
        found, alone = (
            [(one.code, one.message, one.span.start, one.span.end) for one in report(source, surface).findings]
            for source in (wide, plain)
        )
        assert [one for one in found if one[0] != "NQ014"] == alone
        once = fix(wide, lambda source: report(source, surface), SAFE)
        assert once.text == fixed(text, surface, SAFE).text
        assert decode(encode(once.text, encoding), "text") == Source("text", once.text, encoding)

    holds(law, surface.texts.filter(lambda text: is_text(text) and not text.startswith("\x00")), 60)


def is_text(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


@pytest.mark.parametrize("allowed", [SAFE, ALL], ids=["safe", "unsafe"])
@each
def test_fixing_comes_to_rest_and_changes_nothing_but_what_it_says(surface: Surface, allowed: tuple[str, ...]) -> None:
    def law(text: str) -> None:
        once = fixed(text, surface, allowed)
        assert [one for one in once.report.findings if one.fix and one.fix.applicability in allowed] == []
        assert fixed(once.text, surface, allowed).text == once.text
        # the commands stay the same ones, in their order
        before, after = (host_of(version, surface).commands for version in (text, once.text))
        if not any(one.code in RENAMES for one in once.made):
            assert [one.name.text for one in before] == [one.name.text for one in after]
        # nor does a line become another but by what was fixed
        if not once.made:
            assert once.text == text

    holds(law, surface.texts, 120, surface)


@each
def test_no_secret_is_told(surface: Surface) -> None:
    lines = surface.secrets
    assert lines
    for line in lines:
        assert report(Source("text", line), surface).findings, line

    def law(text: str) -> None:
        for line in lines:
            found = report(Source("text", f"{line}\n{text}\n{line}\n"), surface)
            for format in ("text", "concise", *DOCUMENTS):
                assert "Xy7zQ9" not in render(found, format)

    holds(law, surface.written, 15)


@pytest.mark.parametrize("surface", [surface for surface in SURFACES if surface.holds], ids=str)
def test_an_option_string_is_judged_alike_wherever_it_is_written(surface: Surface) -> None:
    before, behind = surface.holds or ("", "")

    def told(found: Report, offset: int) -> list[tuple[str, int, int, str]]:
        own = [one for one in found.findings if not one.code.startswith("NQ0")]
        return [(one.code, one.span.start - offset, one.span.end - offset, one.message) for one in own]

    def law(text: str) -> None:
        held = report(Source("text", f"{before}{text}{behind}"), surface)
        alone = check_source(Source("text", text), ASSUMED, pack=PACK, module="igb")
        if text.strip():
            # an empty string has no place of its own
            assert told(held, len(before)) == told(alone, 0)

    holds(law, option_strings("igb").filter(lambda text: not re.search(surface.spoils, text)), 150)
