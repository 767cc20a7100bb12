"""Scripts of many commands: what is read or judged once holds for all alike, and time grows with their number alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from surfaces import SETTERS
from test_laws import often
from texts import PACK, option_strings

from netqlint.checker import applies, check, judge
from netqlint.facts import Assumed
from netqlint.pack import worded
from netqlint.run import understand
from netqlint.scopes import SCOPES, Scene
from netqlint.surfaces import calling
from netqlint.surfaces.script import Script, whole, words_of
from netqlint.text import Source

if TYPE_CHECKING:
    from netqlint.folded import Plain
    from netqlint.model import Host

ASSUMED = Assumed({"esx": "5.0"}, {"igb": "2"})
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


KNOWN = [
    "esxcfg-module",
    "esxcfg-advcfg -k",
    "esxcfg-boot",
    "esxcli system module set",
    "vmkload_mod",
    "sudo esxcfg-vswitch",
]


def with_tree(text: str) -> Host:
    """The host of a script that is parsed, with all texts in it, however plain they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Script, "commands", lambda script: None)
        return understand(Source("text.sh", text), ASSUMED, None, PACK, "shell").host


@given(st.sampled_from(KNOWN), st.lists(WORDS, max_size=4).map(" ".join), st.sampled_from(["ssh h '{}'", "sh -c '{}'"]))
@often(300)
def test_a_text_in_another_is_the_same_with_and_without_its_tree(name: str, words: str, holder: str) -> None:
    text = holder.format(f"{name} {words}".replace("'", '"'))
    assert understand(Source("text.sh", text), ASSUMED, None, PACK, "shell").host == with_tree(text)


PLAIN = st.sampled_from(
    [
        "esxcfg-module -s 'VMDQ=8,8 IntMode=2' igb",
        "\tesxcfg-advcfg -k TRUE netNetqueueEnabled ",
        "esxcfg-advcfg -s 1 /Net/NetqueueX extra",
        'sudo esxcfg-advcfg --set-kernel="8" netPktHeapMaxSize',
        "ssh a 'esxcfg-advcfg -k TRUE netNetqueueEnabled'",
        "ssh -l root b esxcfg-advcfg -k TRUE netNetqueueEnabled",
        "ssh  c 'esxcfg-module -s \"VMDQ=8 RSS\" igb'",
        "ssh d '\nesxcfg-advcfg -k FALSE netNetqueueEnabled\n  esxcfg-boot -b\n'",
        "find x -name igb -exec esxcfg-module -e igb",
        "/usr/bin/xargs -n 1 vmkload_mod",
        "trap 'esxcfg-boot -b' EXIT",
        "esxcli network nic set -n vmnic0",
        "esxcfg-vswitch -m 9000 vSwitch0",
        "# esxcfg-boot -b",
        "set -eu",
        "watch _esxcfg-boot",
        "echo esxcfg-boot",
        "esxcfg-module == igb",
        "esxcfg-module ==",
        "esxcfg-module -s ==8 igb",
        "function esxcfg-boot",
        "export esxcfg-boot",
        "if esxcfg-boot",
        "X=1 esxcfg-boot -b",
        "ssh e esxcfg-boot -b; exit",
        "",
    ]
)


@given(st.lists(st.one_of(PLAIN, st.tuples(st.sampled_from(KNOWN), WORDS).map(" ".join)), max_size=6).map("\n".join))
@often(400)
def test_a_plain_script_is_the_same_with_and_without_its_tree(text: str) -> None:
    assert understand(Source("text.sh", text), ASSUMED, None, PACK, "shell").host == with_tree(text)


HOSTS = ["a", "root@b", "-l root c", "-o X=y -tt d", "-p 22 -q -- e", '"f"', "$g", "-i -x h"]
RUN = st.sampled_from(
    [
        "'esxcfg-module -s \"VMDQ=8,8 IntMode\" igb && esxcfg-boot -b'",
        "esxcfg-advcfg -k TRUE netNetqueueEnabled",
        "  'if a; then esxcfg-advcfg -k 8 netPktHeapMaxSize; fi'",
        "'esxcfg-module -e igb' || esxcfg-boot -b",
        "'echo \"esxcfg-boot -b\" >> /etc/rc.local; ssh x esxcfg-boot -b'",
        "\"sh -c 'esxcfg-module -s VMDQ=9 igb'\" > log",
        "esxcli -s $h system module set -m igb -e true",
        "'esxcfg-module -s VMDQ=8 igb'",
        '"esxcfg-module -s VMDQ=8 igb"',
        "<<EOF\nesxcfg-advcfg -k TRUE netNetqueueEnabled\nEOF",
    ]
)
CALLS = st.tuples(st.sampled_from(["ssh", "/bin/plink", "sudo ssh"]), st.sampled_from(HOSTS), RUN).map(" ".join)


class Forgetful(dict[object, object]):
    """Has nothing of what was put into it."""

    def __contains__(self, key: object) -> bool:
        return False


@given(st.lists(CALLS, min_size=2, max_size=8).map("\n".join), st.booleans())
@often(300)
def test_what_runs_on_many_hosts_is_the_same_on_each(text: str, branch: bool) -> None:
    source = Source("text.sh", f"if a; then\n{text}\nfi\n" if branch else text)
    host = understand(source, ASSUMED, None, PACK, "shell").host
    seek = calling._Seeker.__init__
    with pytest.MonkeyPatch.context() as patch:

        def begin(seeker: calling._Seeker, commands: Plain, names: str) -> None:
            seek(seeker, commands, names)
            patch.setattr(seeker, "ran", Forgetful())

        patch.setattr(calling._Seeker, "__init__", begin)
        assert understand(source, ASSUMED, None, PACK, "shell").host == host


@pytest.mark.parametrize(
    ("runs", "target"),
    [
        ("esxcfg-boot -b", "ssh a"),
        ("'esxcfg-boot -b; true'", "ssh a"),
        ("'ssh b esxcfg-boot -b'", "ssh assh b"),
        ("'echo \"esxcfg-boot -b\" >> /etc/rc.local'", "file /etc/rc.local"),
    ],
)
def test_what_a_host_runs_is_for_that_host_or_for_a_file(runs: str, target: str) -> None:
    source = Source("text.sh", f"ssh a {runs}\n" * 2)
    commands = understand(source, ASSUMED, None, PACK, "shell").host.commands
    assert [command.target for command in commands] == [target] * 2


@given(st.lists(st.tuples(st.sampled_from(SETTERS), option_strings("igb")), min_size=1, max_size=4), st.booleans())
@often(60)
def test_what_is_judged_once_is_told_of_all(commands: list[tuple[str, str]], fleet: bool) -> None:
    """The same lines three times over: the findings of a line are those of its twins, each in its place."""
    lines = [form.format(text.replace("\n", " ").replace("\r", " ")) for form, text in commands]
    script = "".join(
        f'ssh h{at} "{line}"\n' if fleet else f"if a; then {line}; fi\n" for at in range(3) for line in lines
    )
    world = understand(Source("text.sh", script), ASSUMED, None, PACK, "shell")
    each = {
        (rule["code"], subject.spots.get(worded(rule, PACK.catalog)["at"], subject.spots[""]))
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
        "$m{0} = 'igb'\nSet-VMHostModule $m{0} -Options 'VMDQ=8'",
        '$a = @{{module="igb"}}\n$a.parameterstring = "VMDQ=8"\n$esxcli.system.module.parameters.set.Invoke($a)',
        "$a.module = 'igb'\n$a.parameterstring = 'VMDQ=8'\n$esxcli.system.module.parameters.set.Invoke($a)",
        "{{{{ x }}}} {{% if a %}} esxcfg-module -e igb {{% endif %}}",
        "ssh esx{0} 'esxcfg-module -s VMDQ=8 igb && esxcfg-boot -b'",
        "ssh esx{0} esxcfg-advcfg -k 8 netPktHeapMaxSize",
        "esxcfg-module aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa$x",
    ],
)
def test_time_grows_with_the_number_of_commands_alone(line: str) -> None:
    """Eight times the lines take about eight times as long: what looks at all of them for each takes 64."""
    import time

    surface = "powershell" if "$esxcli" in line or "VMHost" in line else "shell"

    def seconds(times: int) -> float:
        text = "".join(line.format(number) + "\n" for number in range(times))
        if line.startswith("$a."):
            text = f"$a = $esxcli.system.module.parameters.set.CreateArgs()\n{text}"
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


def test_time_grows_with_the_length_of_a_line_alone() -> None:
    import time

    def seconds(times: int) -> float:
        text = f"esxcfg-module {'word ' * times}$x\n"
        begun = time.process_time()
        understand(Source("text", text), ASSUMED, None, PACK, "shell")
        return time.process_time() - begun

    assert seconds(16_000) < 20 * seconds(2_000) + 0.5
