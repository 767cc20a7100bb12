"""What holds for every script, kickstart and boot.cfg, whatever is written in it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_laws import ALL, SAFE, inside, often, spans
from test_shell import ROWS
from texts import PACK, option_strings

from netqlint.checker import applies, check, judge
from netqlint.facts import Assumed
from netqlint.finding import Report
from netqlint.fixer import Fixed, fix
from netqlint.model import Host
from netqlint.run import check_source, understand
from netqlint.scopes import SCOPES, Scene
from netqlint.surfaces import read
from netqlint.surfaces.script import Script, whole, words_of
from netqlint.text import Source, decode, encode

LINES = [line for line, _ in ROWS]
ASSUMED = Assumed({"esx": "5.0"}, {"igb": "2"})
PIECES = [
    *"\"'\\$`(){}[]<>|&;#=,~*?! \t\n\r",
    "\r\n",
    "EOF",
    "<<EOF",
    "<<'EOF'",
    "if ",
    "then ",
    "fi",
    "do ",
    "done",
    "{{ x }}",
]
PIECES += [
    "{% if a %}",
    "{% endif %}",
    "<%= x %>",
    "$x",
    "${x}",
    "$(x)",
    "`x`",
    "-s ",
    "-m ",
    "-p ",
    "igb",
    "IntMode=3,3",
    "VMDQ=8",
]
PIECES += [
    "esxcli ",
    "esxcfg-module ",
    "system module parameters set ",
    "esxcfg-advcfg ",
    "-k ",
    "TRUE ",
    "netNetqueueEnabled ",
    "ssh h ",
]
PIECES += [
    "%firstboot",
    "%post --interpreter=bash\n",
    "%pre",
    "include",
    "kernelopt=",
    "é",
    "\udcff",
    "\x00",
    "\ue000",
    "\u2028",
    "\\\n",
]
SURFACES = st.sampled_from(["shell", "kickstart", "bootcfg"])
HOLDERS = [
    "{}",
    "sh -c '{}'",
    'ssh h "{}"',
    "if a; then\n  {}\nfi",
    "cat > f <<EOF\n{}\nEOF",
    "f() {{\n\t{}\n}}",
    "trap '{}' EXIT",
    "find . -exec {} \\;",
    "xargs -I% {}",
    'eval "{}"',
    "x=$({})",
    "{{% if a %}}\n{}\n{{% endif %}}",
    "%firstboot --interpreter=busybox\n{}",
    "{} || exit 1",
    "kernelopt={}",
]
COMMANDS = [
    'esxcfg-module -s "{}" igb',
    "esxcfg-module -s '{}' igb",
    "esxcfg-module -s {} igb",
    "esxcli system module parameters set -m igb -p '{}'",
    "esxcli system module parameters set -p={} -m=ixgbe",
    'esxcli system module parameters set -a -m igb -p "{}"',
    "vmkload_mod igb {}",
]


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """Lines as people write them, held by what may hold lines, and now and then broken somewhere."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.integers(0, 2)):
            line = draw(st.sampled_from(COMMANDS)).format(draw(option_strings("igb")))
        else:
            line = draw(st.sampled_from(LINES))
        parts.append(draw(st.sampled_from(HOLDERS)).format(line))
    text = draw(st.sampled_from(["\n", "\r\n", "; "])).join(parts)
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + draw(st.integers(0, 3)) :]
    return text


TEXTS = st.one_of(
    scripts(), scripts(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(max_size=30)
)


def report(source: Source, surface: str) -> Report:
    return check_source(source, ASSUMED, pack=PACK, surface=surface)


def fixed(text: str, surface: str, allowed: tuple[str, ...]) -> Fixed:
    return fix(Source("text", text), lambda source: report(source, surface), allowed)


def host_of(text: str, surface: str) -> Host:
    return read(Source("text", text), PACK, None, surface)


@given(TEXTS, SURFACES)
@example("esxcli\x00 system", "shell")
@example('"esxcli', "shell")
@example("esxcfg-module -s <<EOF", "shell")
@example("%firstboot", "kickstart")
@often(300)
def test_every_text_is_read_and_every_place_lies_within_it(text: str, surface: str) -> None:
    source = Source("text", text)
    world = understand(source, ASSUMED, None, PACK, surface)
    found = report(source, surface)
    for place in (*spans(world.host), *spans(found.findings)):
        assert inside(place, source.span(0, len(text)))
        assert place.source is source


@given(TEXTS)
@often(200)
def test_what_is_known_of_a_script_stands_in_it(text: str) -> None:
    host = host_of(text, "shell")
    for module in host.modules:
        for options in module.options:
            for one in options.parameters:
                assert inside(one.span, options.span) or not one.sound
                if one.plain:
                    assert not any(sign in value.text for value in one.values for sign in "$`{\ue000")
    for setting in (*host.settings, *host.advanced):
        assert not setting.plain or "$" not in setting.value.text


@given(st.text(max_size=60).filter(lambda text: not any(name in text for name in PACK.patterns["commands"].split("|"))))
@often(60)
def test_a_script_without_commands_says_nothing_of_a_host(text: str) -> None:
    source = Source("text", text)
    assert host_of(text, "shell") == Host(source, "shell")


@given(scripts().map(encode))
@often(60)
def test_bytes_come_back(data: bytes) -> None:
    source = decode(data, "text.sh")
    assert encode(fixed(source.text, "shell", ()).text) == data


@pytest.mark.parametrize("allowed", [SAFE, ALL], ids=["safe", "unsafe"])
def test_fixing_comes_to_rest_and_changes_nothing_but_what_it_says(allowed: tuple[str, ...]) -> None:
    @given(TEXTS, SURFACES)
    @often(150)
    def law(text: str, surface: str) -> None:
        once = fixed(text, surface, allowed)
        assert [one for one in once.report.findings if one.fix and one.fix.applicability in allowed] == []
        assert fixed(once.text, surface, allowed).text == once.text
        # the commands stay the same ones, in their order
        before, after = (host_of(version, surface).commands for version in (text, once.text))
        if not any(one.code in ("NQ512", "NQ515", "NQ519", "NQ505") for one in once.made):
            assert [one.name.text for one in before] == [one.name.text for one in after]
        # nor does a line become another but by what was fixed
        if not once.made:
            assert once.text == text

    law()


@given(scripts(), st.sampled_from(["--password ", "--token=", "rootpw ", "sshpass -p ", "https://user:"]))
@often(60)
def test_no_secret_is_told(text: str, sign: str) -> None:
    from netqlint.reporters import DOCUMENTS, render

    secret = "Xy7zQ9"
    behind = "@host/" if sign.endswith(":") else ""
    source = Source("text.sh", f"{sign}{secret}{behind}\n{text} {sign}{secret}{behind}\n")
    found = report(source, "shell")
    for format in ("text", "concise", *DOCUMENTS):
        if sign != "rootpw " and sign != "sshpass -p ":
            assert secret not in render(found, format)


# no shell takes a NUL
@given(option_strings("igb").filter(lambda text: "'" not in text and "\x00" not in text))
@often(150)
def test_an_option_string_is_judged_alike_in_a_script(text: str) -> None:
    def told(found: Report, offset: int) -> list[tuple[str, int, int, str]]:
        own = [one for one in found.findings if not one.code.startswith("NQ0")]
        return [(one.code, one.span.start - offset, one.span.end - offset, one.message) for one in own]

    before = "esxcfg-module -s '"
    script = report(Source("text", f"{before}{text}' igb\n"), "shell")
    alone = check_source(Source("text", text), ASSUMED, pack=PACK, module="igb")
    if text.strip():
        # an empty string has no place of its own
        assert told(script, len(before)) == told(alone, 0)


# --- scripts of many commands

WORDS = st.text(st.sampled_from("ab9_./:=,@%+-\"' "), min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=4).map(" ".join))
@example('a --b="c d"')
@example("a 'b\"c' \"d'e\"''")
@often(300)
def test_words_are_the_same_with_and_without_their_tree(line: str) -> None:
    script = Script(whole(Source("text", line), 0, len(line)))
    nodes, commands = [script.root], []
    while nodes:
        node = nodes.pop()
        commands += [node] if node.type == "command" else []
        nodes += node.children
    for command in commands:
        read_by_tree = [script.word(child) for child in words_of(command)]
        for one, other in zip(script.words(command), read_by_tree, strict=True):
            assert (one.text, list(one.starts), list(one.ends)) == (other.text, list(other.starts), list(other.ends))
            assert (one.span, one.bare, one.inside) == (other.span, other.bare, other.inside)


@given(st.lists(st.tuples(st.sampled_from(COMMANDS), option_strings("igb")), min_size=1, max_size=4), st.booleans())
@often(60)
def test_what_is_judged_once_is_told_of_all(commands: list[tuple[str, str]], fleet: bool) -> None:
    """The same lines three times over: the findings of a line are those of its twins, each in its place."""
    lines = [form.format(text.replace("\n", " ").replace("\r", " ")) for form, text in commands]
    script = "".join(
        f'ssh h{at} "{line}"\n' if fleet else f"if a; then {line}; fi\n" for at in range(3) for line in lines
    )
    world = understand(Source("text.sh", script), ASSUMED, None, PACK, "shell")
    each = {
        (rule["code"], subject.spots.get(rule["at"], subject.spots[""]))
        for rule in PACK.rules
        for subject in SCOPES[rule["for"]].subjects(Scene(world))
        if subject.view is not None and judge(rule, subject, applies(rule["about"], world, subject.view)) is False
    }
    views = {"module", "twin", "port", "parameter", "value", "uplink", "team"}
    scopes = {rule["code"]: rule["for"] for rule in PACK.rules}
    found = check(world, PACK.rules)[0]
    assert {(one.code, one.span) for one in found if scopes[one.code] in views} == {
        (code, span) for code, span in each if scopes[code] in views
    }


@pytest.mark.parametrize(
    "line",
    [
        'esxcfg-module -s "VMDQ=8,8 IntMode=2,2" igb',
        "esxcli --server esx{0} system module parameters set -m igb -p 'VMDQ={0} IntMode=2'",
        "ssh esx{0} \"esxcfg-module -s 'VMDQ=8,8' igb; esxcfg-boot -b\"",
        "if a; then esxcfg-advcfg -k {0} netPktHeapMaxSize; fi",
        "trap 'esxcfg-module -s VMDQ=8 igb' EXIT",
        "  esxcfg-advcfg -k {0} netPktHeapMaxSize",
        "$e = Get-EsxCli -VMHost esx{0} -V2\n"
        '$e.system.module.parameters.set.Invoke(@{{module="igb"; parameterstring="VMDQ=8"}})',
        "{{{{ x }}}} {{% if a %}} esxcfg-module -e igb {{% endif %}}",
        "esxcfg-module aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa$x",
    ],
)
def test_time_grows_with_the_number_of_commands_alone(line: str) -> None:
    """Eight times the lines take about eight times as long: what looks at all of them for each takes 64."""
    import time

    surface = "powershell" if "EsxCli" in line else "shell"

    def seconds(times: int) -> float:
        text = "".join(line.format(number) + "\n" for number in range(times))
        if line.startswith("  "):
            text = f"main() {{\n{text}  exit 1\n}}\nmain\n"
        best = 99.0
        for _ in range(3):
            begun = time.process_time()
            understood = understand(Source("text", text), ASSUMED, None, PACK, surface)
            check(understood, PACK.rules)
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(1_600) < 20 * seconds(200) + 0.05
