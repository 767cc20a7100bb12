"""Host profiles: what a person reads in them, what is the same as in an esx.conf, what nobody can break."""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_laws import ALL, SAFE, often
from test_shell import HOST, OPTIONS, host_of, rules_of, told
from texts import PACK, marred, option_strings

import netqlint
from netqlint.cli import main
from netqlint.facts import Assumed
from netqlint.fixer import Fixed, fix
from netqlint.masks import masked
from netqlint.run import check_source
from netqlint.surfaces import named, surface_of
from netqlint.text import Source

BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<hostProfile xmlns="urn:vim25" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">\n'
)
END = "</hostProfile>\n"


def parameter(key: str, value: str | None, kind: str = "string") -> str:
    """A parameter of a policy; `value` is XML already."""
    inner = "" if value is None else f'<value xsi:type="xsd:{kind}">{value}</value>'
    return f"<parameter><key>{key}</key>{inner}</parameter>\n"


def option(name: str, value: str, kind: str = "string") -> str:
    return (
        "<option><enabled>true</enabled><policy><id>ConfigOptionPolicy</id><policyOption><id>FixedConfigOption</id>\n"
        f"{parameter('key', name)}{parameter('value', value, kind)}"
        "</policyOption></policy><profileTypeName>OptionProfile</profileTypeName>"
        f"<key>key-vim-profile-host-OptionProfile-{name.replace('.', '_')}</key></option>\n"
    )


def module(
    name: str, *pairs: tuple[str, str | None], enabled: str = "true", how: str = "ModuleParamPolicyOption"
) -> str:
    """A module with its parameters, as the parts of a profile are put into one another."""
    rows = "".join(
        "<profile><enabled>true</enabled><policy><id>kernelModule.moduleProfile.ModuleParamPolicy</id>\n"
        f"<policyOption><id>kernelModule.moduleProfile.{how}</id>\n"
        + parameter("parameterName", one)
        + (parameter("parameterValue", value) if value is not None else "")
        + "</policyOption></policy>"
        "<profileTypeName>kernelModule_moduleProfile_KernelModuleParamProfile</profileTypeName>"
        f"<key>KernelModuleParamProfile-{one}-key</key></profile>\n"
        for one, value in pairs
    )
    return (
        f"<profile><enabled>{enabled}</enabled><policy><id>kernelModule.moduleProfile.ModuleNamePolicy</id>\n"
        "<policyOption><id>kernelModule.moduleProfile.ModuleNamePolicyOption</id>\n"
        f"{parameter('moduleName', name)}</policyOption></policy>\n"
        "<profileTypeName>kernelModule_moduleProfile_KernelModuleProfile</profileTypeName>\n"
        f"<property><propertyName>kernelModule_moduleProfile_KernelModuleParamProfile</propertyName>\n{rows}</property>\n"
        f"<key>KernelModuleProfile-{name}-key</key></profile>\n"
    )


def mtu(tag: str, kind: str, name: str, value: str, more: str = "") -> str:
    return (
        f"<{tag}><enabled>true</enabled>{more}<policy><id>MtuPolicy</id><policyOption><id>FixedMtuOption</id>\n"
        f"{parameter('mtu', value, 'int')}</policyOption></policy><profileTypeName>{kind}</profileTypeName>"
        f"<key>key-vim-profile-host-{kind}-{name}</key><name>{name}</name></{tag}>\n"
    )


def profile(*parts: str) -> str:
    return f"{BEGIN}{''.join(parts)}{END}"


NIC = f"<policy><id>VirtualNICNamePolicy</id><policyOption>{parameter('vmkNicName', 'vmk1')}</policyOption></policy>"
ROWS = [
    (profile(module("igb", ("IntMode", "2,2"), ("VMDQ", "8,8"))), "module igb IntMode=2,2 VMDQ=8,8"),
    (profile(module("igb", ("IntMode", "2,2 VMDQ=8,8"))), "module igb IntMode=2,2 VMDQ=8,8"),
    (profile(module("igb", ("IntMode", "2,2"), ("VMDQ", None), ("RSS", ""))), "module igb IntMode=2,2"),
    (profile(module("igb", ("IntMode", None))), "module igb"),
    (profile(module("igb")), "-"),
    (profile(module("igb", ("IntMode", "2&#44;2"))), "module igb IntMode=2,2"),
    (profile(module("igb", ("IntMode", "2&#x2c;&#50;"))), "module igb IntMode=?"),
    (profile(module("igb", ("IntMode", "<![CDATA[2,2]]>"))), "module igb IntMode=2,2"),
    (profile(module("igb", ("IntMode", "2,<!-- two -->2"))), "module igb IntMode=?"),
    (profile(module("igb", ("IntMode", None), how="ModuleParamUserInputPolicyOption")), "module igb IntMode=?"),
    (
        profile(module("igb", ("RSS", "1")), module("ixgbe", ("RSS", "4"))),
        "module igb RSS=1 ; module ixgbe RSS=4",
    ),
    (profile(module("igb", ("RSS", "1"), enabled="false"), option("VMkernel.Boot.a", "1")), "kernel a=1"),
    (profile(option("VMkernel.Boot.netNetqueueEnabled", "TRUE")), "kernel netNetqueueEnabled=TRUE"),
    (profile(option("VMkernel.Boot.netNetqueueEnabled", "\n true \n")), "kernel netNetqueueEnabled=true"),
    (profile(option("VMkernel.Boot.netNetqueueEnabled", "")), "-"),
    (profile(option("Net.TcpipHeapMax", "1536")), "advanced Net.TcpipHeapMax=1536"),
    (profile(option("Net.TcpipHeapMax", "1536").replace("true", "false")), "-"),
    (profile(mtu("vswitch", "VirtualSwitchProfile", "vSwitch0", "9000")), "vswitch vSwitch0=9000"),
    (profile(mtu("hostPortGroup", "HostPortgroupProfile", "Storage", "9000")), "vmknic Storage=9000"),
    (profile(mtu("hostPortGroup", "HostPortgroupProfile", "Storage", "9000", NIC)), "vmknic vmk1=9000"),
    (profile(mtu("dvs", "DvsProfile", "dvs", "9000")), "-"),
    (profile(module("igb", ("IntMode", "{{ mode }}"), ("VMDQ", "8,8"))), "module igb IntMode=? VMDQ=8,8"),
    (profile(option("VMkernel.Boot.netNetqueueEnabled", "${netqueue}")), "kernel netNetqueueEnabled=?"),
    (profile(module("igb", ("RSS", "1")), "<% if x %><a>"), "-"),
    # the same in other clothes
    ('<profile><p key="VMkernel.Boot.netNetqueueEnabled" value="TRUE"/></profile>', "kernel netNetqueueEnabled=TRUE"),
    ("<Profile><b><key>VMkernel.Boot.a</key><value>1</value></b></Profile>", "kernel a=1"),
    ("<a><b><key>VMkernel.Boot.a</key><value>1</value></b></a>", "-"),
    (
        "<v:m xmlns:v='profile'><v:moduleName>igb</v:moduleName>"
        "<v:p><v:parameterName>RSS</v:parameterName><v:parameterValue>1</v:parameterValue></v:p></v:m>",
        "module igb RSS=1",
    ),
    (
        "<profile><o><parameter name='moduleName' value='igb'/></o>"
        "<o><parameter value='1' name='parameterValue'/><parameter name='parameterName' value=\"RSS\"/></o></profile>",
        "module igb RSS=1",
    ),
    # of what belongs together nobody can tell
    ("<profile><moduleName>igb</moduleName></profile><!-- parameterName -->", "-"),
    (
        "<a><m><moduleName>igb</moduleName></m><m><moduleName>b</moduleName></m><parameterName>c</parameterName></a>",
        "-",
    ),
    ("<profile><b><parameterName>RSS</parameterName><parameterValue>1</parameterValue></b></profile>", "-"),
    ("<profile><name>parameterName</name></profile>", "-"),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_a_profile_says_what_a_person_reads_in_it(text: str, expected: str) -> None:
    assert (" ; ".join(told(host_of(text, "hostprofile"))) or "-") == expected


# --- the same host, told in several ways, is judged alike


def as_one(options: str) -> list[tuple[str, str | None]]:
    """The option string as the value of its first parameter."""
    name, equals, value = options.partition("=")
    return [(name or "RSS", escape(value) if equals else None)]


def as_many(options: str) -> list[tuple[str, str | None]]:
    """The option string as a parameter for each of its own."""
    return [pair for part in re.split(r" (?=[A-Za-z]+=)", options) for pair in as_one(part)]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("netqueue", ["TRUE", "FALSE", "yes", "x"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("many", [False, True])
def test_a_host_is_judged_alike_however_it_is_told(many: bool, ends: str, netqueue: str, options: str) -> None:
    text = profile(
        module("igb", *(as_many if many else as_one)(options)), option("VMkernel.Boot.netNetqueueEnabled", netqueue)
    )
    said = {"options": options, "netqueue": netqueue}
    assert rules_of(text.replace("\n", ends), "host.xml") == rules_of(HOST.format(**said), "esx.conf")


# --- what a host does not take, and what nobody can read


def codes(text: str | bytes, name: str = "host.vpf") -> list[str]:
    return [one.code for one in netqlint.check(text, name=name).findings]


AGAIN = module("igb", ("RSS", "1"))
REFUSED = [
    (profile(module("igb", ("RSS", "1"), ("RSS", "1"))), ["NQ042"]),
    (profile(module("igb", ("RSS", "1"), ("RSS", "1"), ("RSS", "1"))), ["NQ042", "NQ042"]),
    (profile(AGAIN, AGAIN), ["NQ043"]),
    (profile(module("igb", ("RSS", ""), ("VMDQ", None))), ["NQ044"]),
    (profile(module("igb", ("RSS", None), ("VMDQ", None))), []),
    (profile(module("tcpip4", ("ipv6", ""))), []),
    (profile(module("igb", ("RSS", "1 VMDQ=8"))), ["NQ045"]),
    (profile(module("tcpip4", ("ipv6", "0 a=1"))), []),
    (profile(AGAIN)[:-4], ["NQ040"]),
    ("", ["NQ040"]),
    (b"\xff\xfe<\x00a\x00/\x00>\x00", []),
    (f'<!DOCTYPE a [<!ENTITY b "{"c" * 100}">]>{profile(AGAIN)[39:]}', ["NQ041"]),
    (f'<!DOCTYPE a SYSTEM "file:///etc/passwd">{profile(AGAIN)[39:]}', ["NQ041"]),
    ("<a>" * 5000, ["NQ040"]),
    ("<a>" * 5000 + "</a>" * 5000, []),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_what_a_host_refuses_and_what_nobody_can_read_is_told(text: str, expected: list[str]) -> None:
    assert [code for code in codes(text) if code.startswith("NQ0")] == expected


def test_a_bomb_of_entities_does_not_go_off() -> None:
    bombs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
    text = f'<!DOCTYPE a [<!ENTITY e0 "parameterName">{bombs}]><profile>&e19;</profile>'
    (finding,) = netqlint.check(text, name="host.xml").findings
    assert (finding.code, finding.span.column) == ("NQ041", 1)


# --- fixes

KERNEL = "VMkernel.Boot.netNetqueueEnabled"
FIXES = [
    (module("igb", ("IntMode", "2 2")), module("igb", ("IntMode", "2,2"))),
    (module("igb", ("IntMode", "2, 2")), module("igb", ("IntMode", "2,2"))),
    (module("igb", ("IntMode", " 2,2")), module("igb", ("IntMode", "2,2"))),
    (module("igb", ("IntMode", "2&#32;2")), module("igb", ("IntMode", "2,2"))),
    (module("igb", ("IntMode", "<![CDATA[2 2]]>")), module("igb", ("IntMode", "<![CDATA[2,2]]>"))),
    (module("igb", ("IntMode", "2,2,VMDQ=8,8")), module("igb", ("IntMode", "2,2 VMDQ=8,8"))),
    (module("igb", ("IntMode", "&quot;2,2&quot;")), module("igb", ("IntMode", "2,2"))),
    # a name has its place in the key of its profile too
    (module("igb", ("intmode", "2,2")), module("igb", ("intmode", "2,2"))),
    (module("igb", ("IntMode", "2,2,"), ("VMDQ", "8,8")), module("igb", ("IntMode", "2,2"), ("VMDQ", "8,8"))),
    # nothing of a value that is not there can be taken out
    (module("igb", ('"DMAC', "0"), ("DMAC", " ")), module("igb", ('"DMAC', "0"), ("DMAC", " "))),
    (option(KERNEL, "yes"), option(KERNEL, "TRUE")),
    (option(KERNEL, " 0 "), option(KERNEL, " FALSE ")),
    (option(KERNEL, "1", "boolean"), option(KERNEL, "true", "boolean")),
    (option(KERNEL.lower(), "TRUE"), option(KERNEL.lower(), "TRUE")),
    (f"<p key='{KERNEL}' value='yes'/>", f"<p key='{KERNEL}' value='TRUE'/>"),
    (mtu("vswitch", "VirtualSwitchProfile", "a", "9500"), mtu("vswitch", "VirtualSwitchProfile", "a", "9000")),
]


@pytest.mark.parametrize(("before", "after"), FIXES)
@pytest.mark.parametrize("made", ["{}", "\ufeff{}", "\r\n"])
def test_a_fix_changes_a_value_and_nothing_else(before: str, after: str, made: str) -> None:
    left, right = (
        profile(one).replace("\n", made) if made == "\r\n" else made.format(profile(one)) for one in (before, after)
    )
    fixed = netqlint.fix(left, name="x.vpf", assume={"esx": "5.0", "igb": "2"}, ports={"igb": 2}, unsafe=True)
    assert fixed.text == right


def test_a_profile_in_another_encoding_keeps_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "caf\u00e9.vpf"
    text = profile(f"<annotation>Caf\u00e9 \u00fc</annotation>{module('igb', ('IntMode', '2 2'))}")
    before = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    path.write_bytes(before)
    assert main(["fix", "--quiet", str(path)]) in (0, 1)
    assert path.read_bytes() == before.replace(b"2 2", b"2,2")


def test_a_finding_stands_where_the_value_does() -> None:
    text = profile(f"<annotation>\u00e9\U0001f600</annotation>{module('igb', ('IntMode', '2 2'))}")
    (finding,) = [one for one in netqlint.check(text, name="x.vpf").findings if one.code == "NQ101"]
    assert (finding.span.text, text[: finding.span.start][-8:]) == ("2 2", 'string">')


# --- which files, secrets


@pytest.mark.parametrize("name", ["host.vpf", "HOST.VPF", "profiles/host.xml"])
def test_a_name_tells_a_profile(name: str) -> None:
    assert named(name) == "hostprofile"


@pytest.mark.parametrize(
    ("name", "text", "surface"),
    [
        ("<stdin>", profile(AGAIN), "hostprofile"),
        ("host", f"\ufeff\r\n{profile(AGAIN)}", "hostprofile"),
        ("pom.xml", "<project/>", "hostprofile"),
        (
            "nics.xml",
            '<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli"><root><list type="structure">'
            '<structure typeName="Nic"><field name="Driver"><string>ixgbe</string></field>'
            '<field name="Name"><string>vmnic0</string></field><field name="MTU"><integer>1500</integer></field>'
            "</structure></list></root></output>",
            "listing",
        ),
    ],
)
def test_a_beginning_tells_a_profile(name: str, text: str, surface: str) -> None:
    assert surface_of(Source(name, text), PACK.patterns) == surface


def test_a_folder_is_searched_for_profiles_and_passes_other_xml_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "a.xml": profile(AGAIN),
        "b.xml": "<project>VMkernel.Boot.a</a></project>",
        "c.vpf": "<a/>",
        "sub/d.xml": profile(),
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--show-files"]) == 0
    assert capsys.readouterr().out.split() == ["a.xml", "c.vpf"]


def test_a_broken_profile_leaves_the_others_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xml").write_text(profile(AGAIN)[:-9], encoding="utf-8")
    (tmp_path / "b.xml").write_text(profile(module("igb", ("RSS", "1 1"))), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--format", "concise"]) == 1
    out = capsys.readouterr()
    assert [line.split()[2] for line in out.out.splitlines()[:2]] == ["NQ040", "NQ101"]
    assert out.err == ""


SECRETS = [
    ("<key>password</key><value>#</value>", True),
    ('<key>adminPassword</key>\n  <value xsi:type="PasswordField">\n<value>#</value></value>', True),
    ('<value xsi:type="vim25:PasswordField"><value>#</value>\n</value>', True),
    ("<v:password>#</v:password>", True),
    ("<password><![CDATA[#</password>", True),
    ('<parameter key="password" value="#"/>', True),
    ("<key>parameterName</key><value>#</value>", False),
    ("<id>security.UserAccountProfile.PasswordPolicy</id><key>user</key><value>#</value>", False),
]


@pytest.mark.parametrize(("text", "hidden"), SECRETS)
def test_passwords_of_a_profile_are_masked(text: str, hidden: bool) -> None:
    assert masked(text.replace("#", "Hunter 2!")) == text.replace("#", "*********" if hidden else "Hunter 2!")


def test_the_rules_for_passwords_are_no_passwords() -> None:
    text = "<passwordMinLength>8</passwordMinLength><key>passwordHistory</key><value>5</value>"
    assert masked(text) == text


# --- laws of profiles alone; `test_surface_laws` has those of every surface

ASSUMED = Assumed({"esx": "5.0"}, {"igb": "2"})
PIECES = [
    *"<>/&;\"'= \t\n\r",
    *(
        "\r\n",
        "<a>",
        "</a>",
        "<a/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x ?>",
        "&amp;",
        "&#44;",
        "&x;",
        "<!DOCTYPE a>",
    ),
    *(
        "é",
        "<key>parameterName</key>",
        "<value>",
        "</value>",
        "<parameterValue>",
        "<moduleName>igb</moduleName>",
        " x='",
    ),
    *("IntMode=3,3", "igb", "\udcff", "\x00", "\x85", "\u2028", "\ue000", "\ufeff", "<enabled>false</enabled>"),
    "<profileTypeName>a</profileTypeName>",
]
WRITTEN = [escape, lambda text: f"<![CDATA[{text}]]>", lambda text: "".join(f"&#{ord(sign)};" for sign in text)]


@st.composite
def profiles(draw: st.DrawFn) -> str:
    """Profiles as programs write them, and now and then one broken somewhere."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 3))
        if kind == 0:
            parts.append(re.sub(r"^<\?xml.*\n", "", draw(st.sampled_from(ROWS))[0]))
        elif kind == 1:
            parts.append(option(KERNEL, draw(st.sampled_from(["TRUE", "yes", " no ", "0", "x"]))))
        else:
            split = draw(st.sampled_from([as_one, as_many]))
            options = draw(option_strings("igb"))
            written = draw(st.sampled_from(WRITTEN))
            parts.append(module("igb", *[(escape(name), value and written(value)) for name, value in split(options)]))
    text = draw(st.sampled_from(["", "\ufeff"])) + profile(*parts)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return marred(draw, text, PIECES)


TEXTS = st.one_of(profiles(), profiles(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


def fixed(text: str, allowed: tuple[str, ...]) -> Fixed:
    return fix(Source("x.vpf", text), lambda one: check_source(one, ASSUMED, pack=PACK, surface="hostprofile"), allowed)


def without_values(text: str) -> list[str]:
    """All that is no value: tags, names, what stands between them."""
    return re.split(
        r"(<value[^>]*>)[^<]*(?:<!\[CDATA\[.*?\]\]>)?[^<]*(?=<)|(?<=value=').*?(?=')", text, flags=re.DOTALL
    )


@pytest.mark.parametrize("allowed", [SAFE, ALL], ids=["safe", "unsafe"])
def test_fixing_changes_nothing_but_values(allowed: tuple[str, ...]) -> None:
    @given(TEXTS)
    @often(150)
    def law(text: str) -> None:
        once = fixed(text, allowed)
        kinds = ("xml", "doctype")
        before, after = (host_of(version, "hostprofile") for version in (text, once.text))
        assert any(one.kind in kinds for one in before.mistakes) == any(one.kind in kinds for one in after.mistakes)
        assert [one.name for one in before.modules] == [one.name for one in after.modules]
        if once.made:
            assert without_values(once.text) == without_values(text)

    law()


TROUBLES = [
    ("<profile>parameterName</profile>\0", "a.xml", "\0", "not well-formed (invalid token): "),
    ("<profile>parameterName\x0b</profile>\n<a/>", "a.xml", "\x0b</profile>", "not well-formed (invalid token): "),
    ("<profile>parameterName&\u2028</profile>\r\n", "a.xml", "\u2028</profile>", "not well-formed (invalid token): "),
    ("<\0p\0>\0", "a.vpf", "<\0p\0>\0", "UTF-16 without a byte order mark: "),
    ("<profile>parameterName &b;</profile>", "a.xml", "&b;</profile>", "undefined entity: "),
]


@pytest.mark.parametrize(("text", "name", "shown", "why"), TROUBLES)
def test_what_is_no_xml_is_shown_from_where_it_is_none(text: str, name: str, shown: str, why: str) -> None:
    (finding,) = netqlint.check(text, name=name).findings
    assert (finding.code, finding.span.text) == ("NQ040", shown)
    assert finding.message.startswith(why)
