"""What can be said on the command line: every command with its options, as help shows them."""

from __future__ import annotations

from netqlint.arguments import Command, Option
from netqlint.finding import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# as `netqlint.reporters` has them, which a call that goes wrong need not load
FORMATS = (
    "text",
    "concise",
    "grouped",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "rdjsonl",
    "azure",
    "html",
    "markdown",
)
KINDS = ("esxconf", "shell", "kickstart", "bootcfg", "powershell", "ansible", "hostprofile", "terraform", "puppet")
FORMS = ("esxconf", "esxcfg", "esxcli")
ABOUT = """\
netqlint reads the NetQueue settings of VMware ESX hosts, says what each NIC
port will really get, what is wrong with that and why, and mends it."""
HELP = Option("help", "show this help", letter="h")
ASSUMED = (
    Option(
        "assume",
        "a fact of the hosts: esx=4.0, igb=1.3.8.6 (or another driver's version), cpus=16, mtu=9000, netqueue=on",
        "NAME=VALUE",
        many=True,
    ),
    Option(
        "ports",
        "how many ports a driver has: igb=4, or igb=82576,82576,I350, their controllers in PCI order",
        "DRIVER=N",
        many=True,
    ),
    Option(
        "facts",
        "what the hosts say of themselves: an output of esxcli network nic list, esxcfg-nics -l, lspci, ethtool -i, "
        "vmware -vl and others, or a folder of such files; also taken from beside an esx.conf",
        "FILE",
        many=True,
    ),
    Option("options", "the argument is the option string of this driver, not a path", "DRIVER"),
    Option(
        "surface",
        f"how the texts are written, where their names do not tell: {', '.join(KINDS[:-1])} or {KINDS[-1]}",
        "KIND",
        choices=KINDS,
    ),
    Option("select", "only these rules: codes, names or families (NQ2, 2xx)", "RULE,…", many=True),
    Option("ignore", "all but these rules", "RULE,…", many=True),
    Option("extend-select", "these rules too", "RULE,…", many=True),
    Option(
        "fail-on",
        "the least severity that makes the exit code 1: error, warning, info or never (default: warning)",
        "SEVERITY",
        choices=(*SEVERITIES, "never"),
    ),
    Option("stdin-filename", "the name that standard input goes by", "NAME"),
    Option("config", "this configuration file, not the one found upwards", "FILE"),
    Option("isolated", "no configuration file, and nothing from beside an esx.conf"),
)
HEED = Option("no-ignores", "report also what comments and .netqlint-ignore.yaml ask to be spared, as for an audit")
SHOW_SUPPRESSED = Option(
    "show-suppressed",
    "show also the findings that are counted as ignored, marked so, and what spares them: a comment, "
    ".netqlint-ignore.yaml or a baseline; github, azure, gitlab, checkstyle and rdjson have no place for them",
)
KNOWN = Option("baseline", "findings in this baseline are known, and neither reported nor fixed", "FILE")
ADD_IGNORE = Option("add-ignore", "write a comment above every finding that says to ignore it, and why", "REASON")
OUTPUT = (
    Option(
        "format",
        f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]} (default: text), to a file or to standard output; "
        "may be said several times",
        "FORMAT[=FILE]",
        many=True,
        choices=FORMATS,
    ),
    Option("output", "write the report that has no file of its own to this one", "FILE"),
    Option("color", "auto, always or never (default: auto)", "WHEN", choices=("auto", "always", "never")),
    Option("quiet", "findings only", letter="q"),
    Option("verbose", "every fact and every undecided rule", letter="v"),
    HELP,
)
CHECK = Command(
    "check",
    "Say what is wrong in esx.conf files, in scripts, kickstarts and boot.cfg files that set up hosts, in folders of "
    "them (default: this folder), in bundles of vm-support, in what hosts say of themselves, in standard input (-), or "
    "in an option string (--options).",
    "[PATH …]",
    (
        *ASSUMED,
        KNOWN,
        Option("diff-base", "only findings in lines that changed since this revision of the git repository", "REV"),
        HEED,
        SHOW_SUPPRESSED,
        ADD_IGNORE,
        Option("jobs", "how many processes share the files (default: one for each core)", "N"),
        Option("no-cache", "look at every file, also at those found clean before"),
        Option("watch", "check again whenever a file, the configuration or a rule changes, until ctrl-C"),
        Option("exit-zero", "the exit code is 0 also where there are findings"),
        Option("statistics", "how many findings each rule has, in place of the report"),
        Option("show-files", "the files that would be checked, and no more"),
        Option("profile-rules", "how long each rule takes, in place of the report"),
        *OUTPUT,
    ),
    more="""\
  netqlint check /etc/vmware/esx.conf
  netqlint check --options igb 'IntMode=3,3' --ports igb=2 --assume esx=4.0
  netqlint check esx.conf --facts esxcli-network-nic-list.txt
  netqlint check esx-host7-2026-01-02.tgz
  ssh HOST cat /etc/vmware/esx.conf | netqlint check -

exit code: 0 nothing at or above --fail-on, 1 findings, 2 the call, the
configuration or a file is wrong""",
)
CONVERT = Command(
    "convert",
    "Write a report of netqlint, read from its JSON (-: standard input), in other formats.",
    "FINDINGS.json",
    OUTPUT,
    least=1,
    most=1,
    more="""\
  netqlint check hosts/ --format json=findings.json
  netqlint convert findings.json --format sarif=findings.sarif --format html""",
)
FIX = Command(
    "fix",
    "Mend what can be mended without changing what a host does, and report what is left. Standard input (-) and "
    "option strings come out mended on stdout.",
    "[PATH …]",
    (
        Option("diff", "show what would change, write nothing; the exit code is 1 if anything would"),
        Option(
            "as",
            "print the commands that put the host right, in the words of esxcli or esxcfg; write nothing; the exit "
            "code is 1 if anything is wrong",
            "FORM",
            choices=("esxcli", "esxcfg"),
        ),
        Option("unsafe", "make the fixes too that a person should look at"),
        *ASSUMED,
        KNOWN,
        HEED,
        SHOW_SUPPRESSED,
        *OUTPUT,
    ),
    more="""\
  netqlint fix --diff --unsafe hosts/
  netqlint fix --as esxcli --unsafe esx.conf
  netqlint fix - < esx.conf > esx.conf.mended

exit code: 0 nothing left at or above --fail-on, 1 findings left, 2 the call,
the configuration or a file is wrong""",
)
SHOW = Command(
    "show",
    "Show a host as its drivers will see it: every port, what it gets of each option, which characters gave it that, "
    "its queues, and whether NetQueue has them.",
    "[PATH …]",
    (
        *(option for option in ASSUMED if option.name not in ("select", "ignore", "extend-select", "fail-on")),
        Option("format", "text, json or svg (default: text)", "FORMAT", choices=("text", "json", "svg")),
        *(option for option in OUTPUT if option.name in ("output", "color", "help")),
    ),
    more="""\
  netqlint show /etc/vmware/esx.conf --assume cpus=16
  netqlint show --options igb 'IntMode=3,3' --ports igb=4 --assume esx=4.0
  netqlint show esx.conf --format svg --output ports.svg""",
)
EXPLAIN = Command(
    "explain",
    "Explain rules (NQ201, vmdq-needs-msix), parameters (VMDQ, igb.VMDQ), drivers (igb), devices (8086:10c9), VMkernel "
    "settings (netNetqueueEnabled) and releases (6.7).",
    "WORD …",
    (HELP,),
    least=1,
)
DOCS = Command(
    "docs",
    "Write the reference manual as Markdown: a page for every rule, driver, setting and release.",
    "",
    (Option("out", "the folder to write it to; it must be empty, or hold a manual written before", "DIR"), HELP),
    most=0,
)
SUGGEST = Command(
    "suggest",
    "Print a right NetQueue configuration for a host, with the reasons, in the words of its release.",
    "[DRIVER …]",
    (
        Option("esx", "the release: 4.0, 6.7u3", "RELEASE"),
        Option("driver", "a driver and its version: igb=1.3.8.6; --igb 1.3.8.6 is the same", "NAME=VERSION", many=True),
        Option("ports", "how many ports, or their controllers in PCI order: 4, igb=4, igb=82576,I350", "N", many=True),
        Option("mtu", "the largest MTU on the host", "MTU"),
        Option("vmdq", "so many queues for a port (default: as many as it can have)", "N"),
        Option("as", "esxconf, esxcfg or esxcli (default: what the release has)", "FORM", choices=FORMS),
        ASSUMED[0],
        HELP,
    ),
    more="""\
  netqlint suggest igb --ports 4 --esx 4.0
  netqlint suggest --esx 4.0 --igb 1.3.8.6 --ports 4 --mtu 9000
  netqlint suggest igb --esx 5.1 --ports 82576,82576,82575 --as esxconf""",
)
RULES = Command(
    "rules",
    "List the rules: code, severity, fix, name, summary; or write the file of a new rule of your own, with gaps to "
    "fill in (new).",
    "[new NAME]",
    (
        Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")),
        Option("dir", "the folder of the new rule (default: the one that rules in the configuration names)", "FOLDER"),
        Option("family", "what its code begins with (default: as the others there): LAB, or LAB2 for 2xx", "LETTERS"),
        Option("code", "its code (default: the next one)", "CODE"),
        HELP,
    ),
    most=2,
    more="""\
  netqlint rules new eight-queues-everywhere --dir our-rules --family LAB
  netqlint test our-rules""",
)
TEST = Command(
    "test",
    "Try rules of your own: that their files are rules, and that their examples hold. PATH is a file or a folder, RULE "
    "a code, a name or a family, netqlint's own too (default: the folders that rules in the configuration names).",
    "[PATH|RULE …]",
    (
        Option("mutate", "change each rule in every small way, and name what no example notices"),
        Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")),
        *(option for option in OUTPUT if option.name in ("color", "quiet", "help")),
    ),
    more="""\
  netqlint test                       # the rules of this repository
  netqlint test our-rules --mutate
  netqlint test vmdq-needs-msix

exit code: 0 all examples hold, 1 one does not, 2 a file is no rule""",
)
IGNORES = Command(
    "ignores",
    "List what comments and .netqlint-ignore.yaml ask to be spared: where, which rules, since when (as git knows), "
    "until when, and why.",
    "[PATH …]",
    (
        Option("format", "text or json (default: text)", "FORMAT", choices=("text", "json")),
        *(option for option in ASSUMED if option.name in ("stdin-filename", "config", "isolated")),
        HELP,
    ),
    more="""\
in esx.conf:
  # netqlint: ignore[NQ201,NQ202] why                 the next line
  # netqlint: ignore-start[NQ201] why                 all lines up to
  # netqlint: ignore-end[NQ201]
  # netqlint: ignore-file[NQ201] until 2030-01-31: why

in .netqlint-ignore.yaml, for files whose comments do not last:
  - rule: NQ501
    key: netNetqueueEnabled       # or parameter: igb.VMDQ
    path: lab/**                  # absent: all below the folder of this file
    reason: why
    until: 2030-01-31             # absent: for good""",
)
BASELINE = Command(
    "baseline",
    "Write down all findings as known (write), so that only new ones are reported; say how what is known differs from "
    "what is there (check); take out what is mended, and add nothing (prune).",
    "write|check|prune [PATH …]",
    (
        Option("baseline", "the file (default: that of the configuration, or .netqlint-baseline.json)", "FILE"),
        *ASSUMED,
        Option("jobs", "how many processes share the files (default: one for each core)", "N"),
        HELP,
    ),
    least=1,
    more="""\
  netqlint baseline write hosts/
  netqlint check hosts/ --baseline .netqlint-baseline.json

exit code of check: 0 all is as it is known, 1 something is new or gone, 2 the
call, the configuration or a file is wrong""",
)
CONFIG = Command(
    "config",
    "Say which settings hold for a path, and in which line of which file each was said (show); or write a "
    "netqlint.toml to begin with, out of what lies in a folder (init).",
    "show|init [PATH]",
    (*(option for option in ASSUMED if option.name in ("config", "isolated")), HELP),
    least=1,
    most=2,
)
SCHEMA = Command(
    "schema",
    "Print the JSON Schema of reports (json), of what show prints (show), of netqlint.toml (config) or of rule files "
    "(rule).",
    "json|show|config|rule",
    (HELP,),
    least=1,
    most=1,
)


def with_drivers(command: Command, drivers: Iterable[str]) -> Command:
    """The command with an option `--igb VERSION` for every driver."""
    more = tuple(Option(name, f"the version of {name}", "VERSION") for name in drivers)
    said = command.options + more
    return Command(command.name, command.help, command.places, said, command.least, command.most, command.more)


CACHE = Command(
    "cache",
    "Show where netqlint remembers what it has seen (path), or make it forget (clean).",
    "path|clean",
    (HELP,),
    least=1,
    most=1,
)


COMPLETIONS = Command(
    "completions",
    "Print what makes a shell complete netqlint's commands, options, rules, drivers and settings; answer is what such "
    "a script asks for each line.",
    "bash|zsh|fish|powershell|answer [WORD …]",
    (
        Option("line", "what was typed up to the cursor, for answer", "LINE"),
        Option("breaks", "the characters at which the shell begins a new word, for answer", "CHARACTERS"),
        HELP,
    ),
    least=1,
    more="""\
  source <(netqlint completions bash)             in ~/.bashrc
  source <(netqlint completions zsh)              in ~/.zshrc, below compinit
  netqlint completions fish > ~/.config/fish/completions/netqlint.fish
  netqlint completions powershell | Out-String | Invoke-Expression
                                                  in $PROFILE""",
)
