"""Fingerprints: by which services know a finding again when lines above it come and go."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from operator import mul

from netqlint.text import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netqlint.finding import Finding, Report
    from netqlint.reporters.setting import Setting

# of the hash in github/codeql-action, src/fingerprints.ts: characters of a window, multiplier, modulus
_WINDOW, _BASE, _MODULUS = 100, 37, 1 << 64
_POWERS = [pow(_BASE, _WINDOW - 1 - nth, _MODULUS) for nth in range(_WINDOW)]


def line_hashes(text: str) -> list[str]:
    """`primaryLocationLineHash` of every line of a file, as GitHub works it out.

    A line is hashed with what follows it, 100 units of UTF-16 in all without blanks and tabs, the end of the file
    being U+FFFF; behind the colon is the how-manieth line of this hash it is.
    """
    read = re.sub("\r\n?", "\n", encode(text).decode("utf-8", "replace"))
    dense = re.sub("[ \t]", "", read) + "\uffff"
    units = array("H", dense.encode("utf-16-le", "surrogatepass"))
    if array("H", b"\1\0")[0] != 1:
        units.byteswap()
    starts = [0, *(nth + 1 for nth, unit in enumerate(units) if unit == 0x0A)]
    known: dict[bytes, str] = {}
    seen: Counter[str] = Counter()
    hashes = []
    for start in starts:
        window = units[start : start + _WINDOW]
        key = window.tobytes()
        if key not in known:
            known[key] = format(sum(map(mul, window, _POWERS)) % _MODULUS, "x")
        seen[known[key]] += 1
        hashes.append(f"{known[key]}:{seen[known[key]]}")
    return hashes


class Hashes:
    """The hashes of lines, worked out once for each text of a report."""

    def __init__(self, report: Report) -> None:
        self.told = {(name, line): hashed for name, line, hashed in report.hashes}
        self.known: dict[str, list[str]] = {}

    def of(self, name: str, text: str, line: int) -> str:
        if (name, line) in self.told:
            return self.told[name, line]
        if text not in self.known:
            self.known[text] = line_hashes(text)
        return self.known[text][line - 1]


def fingerprints(findings: Sequence[Finding], setting: Setting) -> list[str]:
    """A name for each finding, given in their order, that no other has.

    It stands for the rule, the file and what the finding is about; neither lines nor values change it.
    """
    seen: Counter[str] = Counter()
    prints = []
    for finding in findings:
        print = print_of(finding.code, setting.place(finding.span.source.name), finding.subject)
        seen[print] += 1
        prints.append(print if seen[print] == 1 else f"{print}:{seen[print]}")
    return prints


def print_of(*parts: str) -> str:
    from hashlib import sha256

    return sha256(encode("\0".join(parts))).hexdigest()[:32]
