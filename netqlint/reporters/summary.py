"""What a run comes to: how many findings and fixes, what was guessed, what stayed undecided."""

from __future__ import annotations

from netqlint.finding import SEVERITIES, Fact, Finding, Report, Suppressed, Undecided
from netqlint.reporters.cells import TIE, tie, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netqlint.reporters.style import Piece

# guesses and lists of codes beyond this are counted, unless all is to be told
MOST_GUESSES = 5
MOST_CODES = 6

# the words for a person; `display` fixes are never applied
FIX, FIX_UNSAFE = tie("netqlint fix"), tie("netqlint fix --unsafe")
APPLICATION = {"safe": "safe", "unsafe": "unsafe", "display": "by hand"}


def fixable(findings: Iterable[Finding], applicability: str) -> int:
    return sum(bool(f.fix and f.fix.applicability == applicability) for f in findings)


def tally(report: Report) -> list[Piece]:
    """`3 errors, 1 warning · 2 fixable (…) · 4 files checked`, to be wrapped."""
    counts = [(severity, report.count(severity)) for severity in SEVERITIES]
    found = [(severity, _many(number, severity)) for severity, number in counts if number]
    if not found:
        found = [("bold", "no findings" if report.checked or not report.unread else "nothing checked")]
    pieces = [(look, f"{words},") for look, words in found[:-1]] + found[-1:]
    fixes = _fixes(report)
    if fixes:
        pieces.append(("", f"{tie('· ')}{fixes}"))
    if report.ignored:
        pieces.append(("", tie(f"· {report.ignored} ignored")))
    if report.outside:
        pieces.append(("", tie(f"· {report.outside} outside the diff")))
    pieces.append(("", tie(f"· {_many(len(report.checked), 'file')} checked")))
    if report.unread:
        pieces += [("", tie("·")), ("error", tie(f"{len(report.unread)} not read"))]
    return pieces


def listed(report: Report) -> list[tuple[Finding, str]]:
    """The findings by place, those that are ignored among them, each with what it is ignored for."""
    found = [(finding, "") for finding in report.findings]
    found += [(one.finding, because(one)) for one in report.suppressed]
    return sorted(found, key=lambda one: (one[0].sort_key, one[1]))


def because(one: Suppressed) -> str:
    """`comment in line 3: the card is for backups`."""
    if one.place is None:
        return "known to the baseline"
    where = (
        f"comment in line {one.place.line}" if one.kind == "comment" else f"{one.place.source.name}:{one.place.line}"
    )
    return visible(f"{where}: {one.reason}")


def unread(report: Report) -> list[tuple[str, str]]:
    """What could not be read, each with the reason; whole and visible."""
    found = sorted(report.unread, key=lambda one: (one.path, one.reason))
    return [(visible(one.path), visible(one.reason)) for one in found]


def plainly(report: Report) -> str:
    """The tally as one line of plain text."""
    return " ".join(text for _, text in tally(report)).replace(TIE, " ")


def _fixes(report: Report) -> str:
    safe, unsafe = (fixable(report.findings, which) for which in ("safe", "unsafe"))
    if safe and unsafe:
        return f"{safe + unsafe} fixable ({safe} safe, {unsafe} unsafe: {FIX_UNSAFE})"
    if unsafe:
        return f"{unsafe} fixable (unsafe: {FIX_UNSAFE})"
    return f"{safe} fixable ({FIX})" if safe else ""


def guesses(report: Report) -> list[str]:
    """A line for each set of guesses that hosts share, the most shared first; to be wrapped."""
    of_host: dict[tuple[str, str], list[Fact]] = {}
    for fact in sorted(filter(_guessed, report.facts), key=_fact_key):
        of_host.setdefault((fact.host, fact.basis), []).append(fact)
    shared: dict[tuple[tuple[str, str], ...], list[list[Fact]]] = {}
    for facts in of_host.values():
        key = tuple((fact.name, fact.value) for fact in facts)
        shared.setdefault((("", facts[0].basis), *key), []).append(facts)
    ranked = sorted(shared.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_guess(hosts, len(report.checked)) for _, hosts in ranked]


def heard(report: Report) -> list[str]:
    """A line for each set of facts that outputs of commands tell, with the places; to be wrapped."""
    of_host: dict[str, list[Fact]] = {}
    for fact in sorted(report.facts, key=_fact_key):
        if fact.basis == "listed":
            of_host.setdefault(fact.host, []).append(fact)
    shared: dict[tuple[tuple[str, str], ...], list[list[Fact]]] = {}
    for facts in of_host.values():
        shared.setdefault(tuple((fact.name, fact.value) for fact in facts), []).append(facts)
    lines = []
    for known, hosts in sorted(shared.items(), key=lambda item: (-len(item[1]), item[0])):
        # where one host says so is told; for many, --verbose tells it
        places = [f" by {visible(_near(fact))}" if len(hosts) == 1 else "" for fact in hosts[0]]
        said = (_tied(f"{name} {value}") + place for (name, value), place in zip(known, places, strict=True))
        lines.append(f"known: {', '.join(said)}{_among(len(hosts), len(report.checked))}")
    return lines


def _near(fact: Fact) -> str:
    """The place that tells a fact; one beside the host by its name alone."""
    return fact.how.removeprefix(fact.host[: fact.host.rfind("/") + 1])


def _guess(hosts: Sequence[Sequence[Fact]], checked: int) -> str:
    """`esx 4.0, igb 1.3 (default; say … to overrule) in 3 files`, or `esx 5.5 as … (say …)`."""
    facts = hosts[0]
    plain = facts[0].basis == "default"
    known = []
    for nth, fact in enumerate(facts):
        agreed = fact.how and not plain and all(host[nth].how == fact.how for host in hosts)
        because = f" as {visible(fact.how)}" if agreed else ""
        known.append(_tied(f"{fact.name} {fact.value}") + because)
    options = list(dict.fromkeys(fact.overrule for fact in facts if fact.overrule))
    asides = [facts[0].basis] if plain else []
    asides += [f"say {_any(options)} to overrule"] if options else []
    aside = f" ({'; '.join(asides)})" if asides else ""
    return f"assumed: {', '.join(known)}{aside}{_among(len(hosts), checked)}"


def _any(options: Sequence[str]) -> str:
    """`--assume esx=RELEASE or igb=VERSION`, the first two of them."""
    first, *others = options
    flag = f"{first.partition(' ')[0]} "
    more = "".join(f" or {_tied(other.removeprefix(flag))}" for other in others[:1])
    return _tied(first) + more


def undecided(report: Report, most: int = MOST_CODES) -> list[str]:
    """A line for each thing that is missing, with the rules that ask for it."""
    missing: dict[tuple[str, ...], list[Undecided]] = {}
    for rule in report.undecided:
        missing.setdefault(rule.missing, []).append(rule)
    lines = []
    for wanted, rules in sorted(missing.items(), key=lambda item: (-len(item[1]), item[0])):
        codes = sorted({rule.code for rule in rules})
        among = _among(len({rule.host for rule in rules}), len(report.checked))
        lack = f" for lack of {' and '.join(map(_tied, wanted))}" if wanted else ""
        shown = [*codes[:most], "…"] if len(codes) > most else codes
        number = _many(len(codes), "rule")
        lines.append(f"{number} undecided{among}{lack}: {visible(', '.join(shown))}")
    return lines


def remarks(report: Report) -> list[str]:
    """Guesses and undecided rules in few lines."""
    told, guessed = heard(report), guesses(report)
    more = len(told) - MOST_GUESSES
    if more > 1:
        told[MOST_GUESSES:] = [f"known: {more} other sets of facts (say --verbose for all)"]
    more = len(guessed) - MOST_GUESSES
    if more > 1:
        guessed[MOST_GUESSES:] = [f"assumed: {more} other sets of facts (say --verbose for all)"]
    return told + guessed + undecided(report)


def everything(report: Report) -> list[str]:
    """Every fact and every undecided rule, host by host."""
    lines = []
    hosts = sorted({fact.host for fact in report.facts} | {r.host for r in report.undecided})
    facts: dict[str, list[str]] = {host: [] for host in hosts}
    rules: dict[str, list[str]] = {host: [] for host in hosts}
    for fact in sorted(report.facts, key=_fact_key):
        overrule = f"; say {fact.overrule} to overrule" if fact.overrule else ""
        how = f": {fact.how}" if fact.how else ""
        facts[fact.host].append(f"  {fact.name} {fact.value} ({fact.basis}{how}{overrule})")
    for rule in sorted(report.undecided, key=lambda rule: (rule.code, rule.missing)):
        lack = f" (for lack of {' and '.join(rule.missing)})" if rule.missing else ""
        rules[rule.host].append(f"  {rule.code} {rule.name}{lack}")
    for host in hosts:
        if facts[host]:
            lines += [f"facts about {host}:", *facts[host]]
        if rules[host]:
            lines += [f"rules undecided for {host}:", *rules[host]]
    return [visible(line) for line in lines]


def _guessed(fact: Fact) -> bool:
    return fact.guessed


def _fact_key(fact: Fact) -> tuple[bool, str, str, str]:
    """The release first: the others mostly follow from it."""
    return fact.name != "esx", fact.name, fact.value, fact.host


def _among(hosts: int, checked: int) -> str:
    return f" {tie('in ')}{_many(hosts, 'file')}" if checked > 1 else ""


def _tied(text: str) -> str:
    return tie(visible(text))


def _many(number: int, what: str) -> str:
    return tie(f"{number} {what}" if number == 1 else f"{number} {what}s")
