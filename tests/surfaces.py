"""What people write on every surface but esx.conf, and how they break it; `test_surface_laws` speaks of all of them.

A new surface is one more entry of `SURFACES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from test_hostprofile import PIECES as OF_PROFILES
from test_hostprofile import module, profile, profiles
from test_playbook import KERNEL, TASKS
from test_powershell import LINES as CMDLETS
from test_resources import PIECES as OF_RESOURCES
from test_resources import ran, resources
from test_shell import ROWS as COMMANDS
from texts import PACK, marred, option_strings

Texts = st.SearchStrategy[str]


@dataclass(frozen=True)
class Surface:
    """How a kind of text is written.

    `name` is its name in netqlint, `file` one of a file of it. `written` are whole texts, a few of them broken;
    `pieces` is what texts that mean nothing are made of, and `shown` are texts that each law is tried on. `means` are
    the words without one of which a text says nothing of a host, none where that is otherwise. `unsure` is a pattern
    that no value matches of which all is known. `holds` stands around an option string of igb where it is written,
    and `spoils` is a pattern of what cannot stand there as it is. `secrets` are lines with a secret.
    """

    name: str
    file: str
    written: Texts
    pieces: Sequence[str]
    unsure: str
    holds: tuple[str, str] | None = None
    spoils: str = "(?!)"
    means: Sequence[str] = ()
    secrets: Sequence[str] = ()
    shown: Sequence[str] = ()

    def __str__(self) -> str:
        return self.name

    @property
    def texts(self) -> Texts:
        loose = st.lists(st.sampled_from(self.pieces), max_size=30).map("".join)
        return st.one_of(self.written, self.written, loose, st.text(max_size=30))


def texts_of(
    kept: Sequence[str],
    made: Sequence[str],
    holders: Sequence[str],
    begins: Sequence[str],
    between: Sequence[str],
    pieces: Sequence[str],
) -> Texts:
    """Whole texts: lines that are kept as they are and those made of option strings, held by what may hold lines."""

    @st.composite
    def texts(draw: st.DrawFn) -> str:
        parts = []
        for _ in range(draw(st.integers(1, 4))):
            if draw(st.integers(0, 2)):
                line = draw(st.sampled_from(made)).format(draw(option_strings("igb")))
            else:
                line = draw(st.sampled_from(kept))
            parts.append(draw(st.sampled_from(holders)).format(line))
        text = draw(st.sampled_from(begins)) + draw(st.sampled_from(between)).join(parts)
        return marred(draw, text, pieces)

    return texts()


ODD = ["\r\n", "é", "\udcff", "\x00", "\ue000", "\u2028", "\x85", "\ufeff", "😀", "# netqlint: ignore[NQ101] x"]

# --- shells, and what holds lines of theirs

OF_SHELLS = [
    *"\"'\\$`(){}[]<>|&;#=,~*?! \t\n\r",
    *("EOF", "<<EOF", "<<'EOF'", "if ", "then ", "fi", "do ", "done", "\\\n"),
    *("{{ x }}", "{% if a %}", "{% endif %}", "<%= x %>", "$x", "${x}", "$(x)", "`x`"),
    *("-s ", "-m ", "-p ", "-k ", "igb", "IntMode=3,3", "VMDQ=8", "TRUE ", "netNetqueueEnabled ", "ssh h "),
    *("esxcli ", "esxcfg-module ", "esxcfg-advcfg ", "system module parameters set "),
    *("%firstboot", "%post --interpreter=bash\n", "%pre", "include", "kernelopt="),
    *ODD,
]
SETTERS = [
    'esxcfg-module -s "{}" igb',
    "esxcfg-module -s '{}' igb",
    "esxcfg-module -s {} igb",
    "esxcli system module parameters set -m igb -p '{}'",
    "esxcli system module parameters set -p={} -m=ixgbe",
    'esxcli system module parameters set -a -m igb -p "{}"',
    "vmkload_mod igb {}",
]
SCRIPTS = texts_of(
    [line for line, _ in COMMANDS],
    SETTERS,
    [
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
    ],
    [""],
    ["\n", "\r\n", "; "],
    OF_SHELLS,
)

# --- PowerCLI

OF_POWERSHELL = [
    *"\"'`$@(){}[]<>|&;#=,.*?! \t\n\r",
    *("$x", "${x}", "$(", "$true", "@{", "@x", "@'\n", "\n'@", "<#", "#>", "“", "’", "-V2", "if (", "foreach ($h in "),
    *("Set-VMHostModule ", "Get-VMHostModule ", "igb", "-Options ", "'VMDQ=8'", "$esxcli", ".system.module"),
    *(".Invoke(", "parameters.set("),
    *ODD,
]
POWERCLI = texts_of(
    [line for line, _ in CMDLETS],
    [
        "Set-VMHostModule igb -Options '{}'",
        'Get-VMHostModule igb | Set-VMHostModule -Options "{}" -Confirm:$false',
        "Set-VMHostModule igb -Options {}",
        'Set-VMHostModule igb -Options "VMDQ=`8,8 {}"',
        "$p = @{{HostModule='igb'; Options='{}'}}\nSet-VMHostModule @p",
        "$esxcli.system.module.parameters.set.Invoke(@{{module='ixgbe'; parameterstring='{}'}})",
        '$esxcli.system.module.parameters.set($true, $null, "igb", "{}")',
    ],
    [
        "{}",
        "if ($a) {{\n  {}\n}}",
        "function f {{ {} }}",
        "Get-VMHost | % {{ {} }}",
        "$x = {}",
        "try {{ {} }} catch {{}}",
    ],
    ["", "\ufeff"],
    ["\n", "\r\n", "; "],
    OF_POWERSHELL,
)

# --- Ansible

OF_YAML = [
    *"\"'\\:-|>#{}[]&*!%@,? \t\n\r",
    *("{{ x }}", "{% if a %}", "- ", "\n  ", "\n    ", "|-\n", ">\n", "&a ", "*a", "<<: ", "---\n", "!vault "),
    *("vmware_host_kernel_manager:", "kernel_module_name: ", "kernel_module_option: ", "shell: esxcfg-module -s "),
    *("IntMode=3,3", "igb", "vmware_vswitch: ", "mtu: ", "mtu=", "action: ", "argv: [", "args: ", "chdir=", "\\"),
    *ODD,
]
PLAYBOOKS = texts_of(
    [text for text, _ in TASKS],
    [
        "- shell: esxcfg-module -s '{}' igb\n",
        "- command: {{argv: [esxcfg-module, -s, '{}', igb]}}\n",
        "- command:\n    argv: [esxcfg-module, -s, {}, igb]\n",
        "- command:\n    argv:\n      - esxcfg-module\n      - -s\n      - {}\n      - igb\n",
        "- local_action: vmware_host_kernel_manager kernel_module_name=igb kernel_module_option='{}'\n",
        "- vmware_host_kernel_manager: kernel_module_name=igb kernel_module_option={}\n",
        "- {{shell: \"esxcfg-module -s '{}' igb chdir=/tmp\"}}\n",
        '- raw: |\n    esxcli system module parameters set -m igb -p "{}"\n',
        f"{KERNEL}'VMDQ={{{{{{{{ queues }}}}}}}},8 {{}}'\n",
        *(f"{KERNEL}{quoted}\n" for quoted in ("{}", "'{}'", '"{}"', "|\n      {}", ">-\n      {}")),
    ],
    ["{}"],
    ["", "---\n", "\ufeff"],
    [""],
    OF_YAML,
)


def with_crlf(texts: Texts) -> Texts:
    """The same, every now and then with the line ends of Windows."""
    return st.tuples(texts, st.booleans()).map(lambda one: one[0].replace("\n", "\r\n") if one[1] else one[0])


# --- the table

NAMES = PACK.patterns["commands"].split("|")
CMDLET_NAMES = ["esxcli", *PACK.patterns["cmdlets"].split("|")]
TASK_NAMES = PACK.patterns["tasks"].split("|")
RESOURCES = PACK.patterns["resources"].split("|")
CALL = "esxcfg-module -s 'IntMode=3 3' igb"
CALL_IN_HCL = f'"{CALL}"'
OPTIONS = [
    f"{before}Xy7zQ9{behind}" for before, behind in (("--password ", ""), ("--token=", ""), ("https://u:", "@h/"))
]

SURFACES = [
    Surface(
        "shell",
        "setup.sh",
        SCRIPTS,
        OF_SHELLS,
        unsure="[$`{\ue000]",
        holds=("esxcfg-module -s '", "' igb\n"),
        # no shell takes a NUL
        spoils="['\x00]",
        means=NAMES,
        secrets=[*(f"{CALL} {one}" for one in OPTIONS), f"sshpass -p Xy7zQ9 ssh h {CALL}"],
        shown=["esxcli\x00 system", '"esxcli', "esxcfg-module -s <<EOF"],
    ),
    Surface(
        "kickstart",
        "ks.cfg",
        SCRIPTS,
        OF_SHELLS,
        unsure="[$`{\ue000]",
        holds=("%firstboot --interpreter=busybox\nesxcfg-module -s '", "' igb\n"),
        # a section ends where a line begins like another
        spoils="['\x00\r\n]",
        secrets=[f"rootpw Xy7zQ9\n%firstboot\n{CALL}", f"%firstboot\n{CALL} {OPTIONS[0]}"],
        shown=["%firstboot"],
    ),
    Surface(
        "bootcfg",
        "boot.cfg",
        SCRIPTS,
        OF_SHELLS,
        unsure=r"\$|<%|\{[{%]",
        means=["kernelopt"],
        shown=["kernelopt=netNetqueueEnabled=$x"],
        secrets=["kernelopt=netNetqueueEnabled=maybe ks=https://u:Xy7zQ9@h/"],
    ),
    Surface(
        "powershell",
        "setup.ps1",
        POWERCLI,
        OF_POWERSHELL,
        unsure="[`\ue000]",
        holds=("Set-VMHostModule igb -Options '", "'\n"),
        # PowerShell takes typographic quotes for its own, and reads characters, not bytes
        spoils="['‘’‚‛\x00\ud800-\udfff]",
        means=CMDLET_NAMES,
        secrets=[
            f"{before}Xy7zQ9{behind}; Set-VMHostModule igb -Options 'IntMode=3 3'"
            for before, behind in (
                ("Connect-VIServer vc -User root -Password '", "'"),
                ('$password = "', '"'),
                ("$env:VI_PASSWORD = '", "'"),
                ('ConvertTo-SecureString "', '" -AsPlainText -Force'),
            )
        ],
    ),
    Surface(
        "ansible",
        "site.yml",
        with_crlf(PLAYBOOKS),
        OF_YAML,
        unsure=r"\{\{.*\}\}|\ue000",
        holds=("- vmware_host_kernel_manager: {kernel_module_name: igb, kernel_module_option: '", "'}\n"),
        # YAML folds lines, and takes few of the signs that nobody sees
        spoils=r"['\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]|\{[{%#]",
        means=[*NAMES, *TASK_NAMES],
        secrets=[
            f"{KERNEL}IntMode=3 3\n    password: Xy7zQ9\n",
            f"{KERNEL}IntMode=3 3\n    esxi_password: 'Xy7zQ9'\n",
            f"- shell: {CALL} --password Xy7zQ9\n",
        ],
    ),
    Surface(
        "hostprofile",
        "host.vpf",
        profiles(),
        OF_PROFILES,
        unsure=r"\{\{|\$\{|\{%|\ue000",
        means=["<"],
        secrets=[
            profile("<key>password</key><value>Xy7zQ9</value>", module("igb", ("RSS", "1 1"))),
            profile(module("igb", ("RSS", "1 1")), '<parameter key="password" value="Xy7zQ9"/>'),
        ],
    ),
    Surface(
        "terraform",
        "main.tf",
        resources("terraform"),
        OF_RESOURCES,
        unsure=r"[$%]\{|\ue000",
        means=[*RESOURCES, *NAMES],
        secrets=[f'password = "Xy7zQ9"\n{ran(CALL_IN_HCL)}', ran(f'{CALL_IN_HCL[:-1]} --password Xy7zQ9"')],
    ),
    Surface(
        "puppet",
        "site.pp",
        resources("puppet"),
        OF_RESOURCES,
        unsure=r"\$|\ue000",
        means=[*RESOURCES, *NAMES],
        secrets=["esx_vswitch { 'h:a': mtu => 9500, password => 'Xy7zQ9' }"],
    ),
]
