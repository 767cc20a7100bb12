"""A report made by hand that has everything a reporter can meet."""

from __future__ import annotations

from netqlint.finding import Edit, Fact, Finding, Fix, Label, Report, Suppressed, Undecided, Unread
from netqlint.reporters.setting import Setting
from netqlint.text import Source, Span, decode

_LONG = ",".join(f"eth{port}:{port * 7919 % 1000:03}" for port in range(95))
FIRST = decode(
    (
        '/resourceGroups/version = "4.0"\n'
        '/vmkernel/netNetqueueEnabled = "FALSE"\n'
        '/vmkernel/module/igb/options = "IntMode=2,0,0 VMDQ=8,8,8"\n'
        '/system/uuid = "4b1d"\n'
        "/vmkernel/module/ixgbe/options = “VMDQ=8”\n"
        f'/vmkernel/module/bnx2x/options = "{_LONG} multi_mode=9 {_LONG} num_queues=99"\n'
        '/vmkernel/module/e1000e/options = "Müller µ😀 IntMode=9"\n'
        '/vmkernel/module/tg3/options = "force_netq=8\x1b[31m\t'
    ).encode()
    + b'\xfc"\n/net/pnic/child[0000]/name = vmnic0\n'
    + b'/net/pnic/child[0001]/name = "vmnic1"\n'
    + b'/net/pnic/child[0001]/name = "vmnic1"',
    "esx.conf",
)
SECOND = decode(
    b'\xef\xbb\xbf/vmkernel/module/igb/options = "IntMode=0 VMDQ=4"\r\n/vmkernel/netNetqueueEnabled = "TRUE"\r\n',
    "rack 2/esx.conf",
)
THIRD = decode(
    (
        "# netqlint: ignore[NQ502] für die Mühle µ😀\r\n"
        '/vmkernel/netnetqueueenabled = "µ😀 TRUE"\r\n'
        '/vmkernel/module/igb/options = "VMDQ=x,x"\r\n'
    ).encode(),
    "rack 3/esx.conf",
)
SIDE = decode(b"# kept\n- rule: NQ108\n  path: rack 3/**\n  reason: a <test> host\n", ".netqlint-ignore.yaml")


def at(source: Source, quoted: str, after: str = "") -> Span:
    """The first place of `quoted` behind the beginning of `after`."""
    offset = source.text.index(quoted, source.text.index(after))
    return source.span(offset, offset + len(quoted))


def digit(source: Source, behind: str, nth: int) -> Span:
    """The value numbered `nth` of one-digit values behind a name."""
    offset = source.text.index(behind) + len(behind) + 2 * nth
    return source.span(offset, offset + 1)


def _msix(port: int) -> Finding:
    place = digit(FIRST, "IntMode=", port)
    return Finding(
        "NQ201",
        "vmdq-needs-msix",
        "error",
        f"port {port}: VMDQ=8 needs MSI-X (IntMode=2), but IntMode is 0",
        place,
        f"igb.IntMode[{port}]",
        "VMDq queues need MSI-X interrupts",
        (
            Label(digit(FIRST, "VMDQ=", port), "VMDQ is 8"),
            Label(at(FIRST, '"FALSE"'), "NetQueue is off as well"),
        ),
        Fix(f"set IntMode to 2 on port {port}", "safe", (Edit(place, "2"),)),
    )


def _no_number(port: int) -> Finding:
    return Finding(
        "NQ108",
        "no-number",
        "error",
        f"port {port}: x is no number, and igb does not load",
        digit(THIRD, "VMDQ=", port),
        "igb.VMDQ",
        "igb reads numbers only",
    )


_FINDINGS = (
    _msix(2),
    _msix(1),
    Finding(
        "NQ501",
        "netqueue-off",
        "warning",
        'netNetqueueEnabled is "FALSE", so no driver is given queues: write "TRUE"',
        at(FIRST, '"FALSE"'),
        "netNetqueueEnabled",
        "queues of a NIC lie idle while NetQueue is off",
        (),
        Fix(
            "switch NetQueue on",
            "unsafe",
            (Edit(at(FIRST, '"FALSE"'), '"TRUE"'),),
        ),
    ),
    Finding(
        "NQ210",
        "more-queues-than-heap",
        "warning",
        "VMDQ=8 on 3 ports needs a larger heap for packets than the default, and netPktHeapMinSize is not set",
        at(FIRST, "VMDQ=8,8,8"),
        "igb.VMDQ",
        "each receive queue takes its buffers from the heap for packets, and a module whose queues "
        "find none does not load",
        (Label(at(FIRST, "igb"), ""),),
        Fix(
            "set netPktHeapMinSize to 32",
            "unsafe",
            (
                Edit(
                    at(FIRST, '"FALSE"').after(),
                    '\n/vmkernel/netPktHeapMinSize = "32"\n/vmkernel/netPktHeapMaxSize = "64"',
                ),
            ),
        ),
    ),
    Finding(
        "NQ004",
        "typographic-quotes",
        "error",
        'typographic quotes are part of the value: write "',
        at(FIRST, "“VMDQ=8”"),
        "ixgbe.options",
        "ESX knows the straight quote only",
        (),
        Fix(
            "write straight quotes",
            "safe",
            (Edit(at(FIRST, "“"), '"'), Edit(at(FIRST, "”"), '"')),
        ),
    ),
    Finding(
        "NQ101",
        "value-out-of-range",
        "error",
        "multi_mode=9: bnx2x takes 0..7 and would fall back to 0",
        at(FIRST, "multi_mode=9"),
        "bnx2x.multi_mode",
        "a value out of range is replaced by the default",
        (Label(at(FIRST, "num_queues=99"), "so this has no meaning"),),
        Fix("set multi_mode to 7", "unsafe", (Edit(at(FIRST, "9", after="multi_mode="), "7"),)),
    ),
    Finding(
        "NQ102",
        "unknown-parameter",
        "warning",
        "e1000e has no parameter IntMode, and does not load with one it does not know; did you mean IntMode of igb?",
        at(FIRST, "IntMode=9"),
        "e1000e.IntMode",
        "a module refuses parameters it does not know",
        (),
        Fix("ask whoever wrote it what was meant", "display", ()),
    ),
    Finding(
        "NQ001",
        "not-utf-8",
        "info",
        "byte \udcfc is no UTF-8 (in Latin-1 it is ü)",
        at(FIRST, "\udcfc"),
        "tg3.options",
        "ESX writes UTF-8",
    ),
    Finding(
        "NQ009",
        "missing-quote",
        "error",
        'the value has no quotes: write "vmnic0"',
        at(FIRST, "vmnic0").before(),
        "/net/pnic/child[0000]/name",
        "ESX reads a value between quotes only",
        (Label(at(FIRST, "vmnic0").after(), "the quote would end here"),),
        Fix(
            "put quotes round it",
            "safe",
            (Edit(at(FIRST, "vmnic0").before(), '"'), Edit(at(FIRST, "vmnic0").after(), '"')),
        ),
    ),
    Finding(
        "NQ012",
        "written-twice",
        "warning",
        "this line stands twice; ESX keeps the last",
        at(FIRST, '/net/pnic/child[0001]/name = "vmnic1"\n/net/pnic/child[0001]/name = "vmnic1"'),
        "/net/pnic/child[0001]/name",
        "of two values only one counts",
        (),
        Fix(
            "remove the first",
            "safe",
            (Edit(at(FIRST, '/net/pnic/child[0001]/name = "vmnic1"\n'), ""),),
        ),
    ),
    Finding(
        "NQ201",
        "vmdq-needs-msix",
        "error",
        "port 0: VMDQ=4 needs MSI-X (IntMode=2), but IntMode is 0",
        at(SECOND, "0"),
        "igb.IntMode[0]",
        "VMDq queues need MSI-X interrupts",
        (
            Label(at(SECOND, "4"), "VMDQ is 4"),
            Label(at(SECOND, '"TRUE"'), "NetQueue is on"),
            Label(at(FIRST, '"FALSE"'), "the other host has it off"),
        ),
        Fix("set IntMode to 2 on port 0", "safe", (Edit(at(SECOND, "0"), "2"),)),
    ),
)
_SUPPRESSED = (
    Suppressed(
        Finding(
            "NQ502",
            "no-such-value",
            "warning",
            'netNetqueueEnabled is "µ😀 TRUE", and ESX takes it for "FALSE": write "TRUE"',
            at(THIRD, "µ😀 TRUE", after="/vmkernel"),
            "netNetqueueEnabled",
            "ESX knows TRUE and FALSE only",
            (Label(at(THIRD, "igb"), "has queues to lose"),),
            Fix("write TRUE", "safe", (Edit(at(THIRD, "µ😀 ", after="/vmkernel"), ""),)),
        ),
        "comment",
        "für die Mühle µ😀",
        at(THIRD, "# netqlint: ignore[NQ502] für die Mühle µ😀"),
    ),
    Suppressed(
        _no_number(0),
        "file",
        "a <test> host",
        at(SIDE, "- rule: NQ108\n  path: rack 3/**\n  reason: a <test> host"),
    ),
    Suppressed(_no_number(1), "baseline"),
)
_HOSTS = (FIRST.name, SECOND.name, "rack 3/esx.conf")
_FACTS = (
    *(
        fact
        for host in (SECOND.name, "rack 3/esx.conf")
        for fact in (
            Fact(host, "igb", "1.3.19.12", "default", "shipped with 4.0", "--assume igb=VERSION"),
            Fact(host, "esx", "4.0", "default", "nothing tells", "--assume esx=RELEASE"),
        )
    ),
    Fact(FIRST.name, "ports.igb", "3", "written", "3 devices of its PCI ids"),
    Fact(FIRST.name, "igb", "2.1.11.1", "shown", "shipped with 4.1", "--assume igb=VERSION"),
    Fact(FIRST.name, "ixgbe", "2.0.38.2", "shown", "shipped with 4.1", "--assume ixgbe=VERSION"),
    Fact(FIRST.name, "esx", "4.1", "shown", "igb has VMDQ", "--assume esx=RELEASE"),
    Fact(FIRST.name, "cpus", "8", "assumed", "as you say"),
)
_MTU = Undecided(SECOND.name, "NQ801", "mtu-and-heap", ("--assume cpus=N", "--assume mtu=N"))
_UNDECIDED = (
    *(
        Undecided(host, f"NQ{code}", f"rule-{code}", ("--ports ixgbe=N",))
        for host in _HOSTS[1:]
        for code in (110, 111, 113, 120, 121, 305, 310, 311)
    ),
    _MTU,
)

_UNREAD = (
    Unread("rack 4/<b>\x1b[1m.conf", "cannot be read: permission denied"),
    Unread("gone", "no such file or folder"),
)

FULL = Report(_FINDINGS, _HOSTS, _FACTS, _UNDECIDED, _SUPPRESSED, unread=_UNREAD, compared=True)
CLEAN = Report((), (SECOND.name,), _FACTS[:2], (_MTU,), untold=2)
NOTHING = Report((), (SECOND.name,))
LOST = Report(unread=_UNREAD)

# the manual of one rule; the others have none, as those of a team's own that is not at hand
PAGES = (
    {
        "code": "NQ201",
        "name": "vmdq-needs-msix",
        "severity": "error",
        "summary": "VMDq queues need MSI-X interrupts.",
        "why": "A port without MSI-X has <one> queue.\n\nSee `IntMode` in [the] manual.\n",
        "sources": ["https://example.com/igb", "igb_main.c, 2.1.11"],
        "confidence": "source",
        "examples": ({"good": "IntMode=2", "bad": None}, {"bad": "IntMode=«0» VMDQ=8", "fixed": "IntMode=2 VMDQ=8"}),
    },
)
SETTING = Setting("/work", "/work/hosts", ("NQ101", "NQ201", "NQ202", "NQ801"), lambda: PAGES)
