"""Suppressions in a file of their own, `.netqlint-ignore.yaml`: for texts whose comments do not last, such as esx.conf.

- rule: NQ501
  key: netNetqueueEnabled        # or parameter: igb.VMDQ
  path: lab/**                   # which files; absent: all below this folder
  reason: storage hosts, one queue is plenty
  until: 2030-01-31              # absent: for good
"""

from __future__ import annotations

import os
import re

from netqlint.config import fits
from netqlint.errors import NetqlintError, nearest
from netqlint.finding import Edit, Report, Suppressed
from netqlint.record import Record, changed
from netqlint.selection import fits_rule
from netqlint.suppression import SCOPE, Trouble, expired, idle_here
from netqlint.text import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from netqlint.finding import Finding
    from netqlint.pack import Pack
    from netqlint.text import Span

_KEY = re.compile(r"\s*([^=\"]*?)\s*=")
_NAME = re.compile(r"([A-Za-z_]\w*)\s*=")


class Entry(Record):
    """One entry; what is empty was not said. `place` are the offsets of what it says, `whole` those of all its lines.

    An empty `whole` cannot be taken out by cutting lines.
    """

    rule: str
    key: str
    parameter: str
    path: str
    reason: str
    until: str
    line: int
    place: tuple[int, int]
    whole: tuple[int, int]


class Ignores(Record):
    """A file of suppressions; paths are relative to its folder (absolute)."""

    path: str
    folder: str
    source: Source
    entries: tuple[Entry, ...]


class Checked(Record):
    """A file that was checked under these suppressions, and the codes of all rules that were asked and decided."""

    path: str
    ran: Collection[str]


def load(path: str, pack: Pack) -> Ignores:
    """The entries of a file, strictly read; NetqlintError, with the line, for the first thing wrong."""
    from netqlint.cache import recall

    shown = os.path.relpath(path)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise NetqlintError(f"{shown}: cannot be read: {(error.strerror or str(error)).lower()}") from None

    def strictly() -> tuple[tuple[object, ...], ...]:
        from netqlint.compile.ignores import read

        return read(data, shown, pack)

    entries = recall("ignores", (data, pack.digest.encode()), strictly)
    folder = os.path.dirname(os.path.abspath(path))
    return Ignores(path, folder, decode(data, shown), tuple(Entry(*entry) for entry in entries))


def sift(report: Report, ignores: Ignores) -> Report:
    """The report without the findings that entries ask to be spared."""
    kept: list[Finding] = []
    spared: list[Suppressed] = []
    sound = [entry for entry in ignores.entries if not expired(entry.until)]
    for one in report.findings:
        entry = next((entry for entry in sound if spares(entry, one, ignores.folder)), None)
        if entry is None:
            kept.append(one)
        else:
            spared.append(Suppressed(one, "file", entry.reason, ignores.source.span(*entry.place)))
    if not spared:
        return report
    suppressed = (*report.suppressed, *spared)
    return changed(report, findings=tuple(kept), suppressed=suppressed)


def spares(entry: Entry, one: Finding, folder: str) -> bool:
    """Whether an entry is for this finding."""
    if not fits_rule(entry.rule, {"code": one.code, "name": one.name}):
        return False
    if entry.path and not fits(one.span.source.name, (entry.path,), folder):
        return False
    if entry.key and entry.key.lower() not in _keys(one):
        return False
    return not entry.parameter or entry.parameter.lower() in _parameters(one)


def _keys(one: Finding) -> set[str]:
    """What the key of a finding may be called: as it is written, by its last part, and what the finding is about."""
    match = _KEY.match(_line(one)[0])
    key = match[1].lower() if match else ""
    return {key, key.rpartition("/")[2], one.subject.lower()}


def _parameters(one: Finding) -> set[str]:
    """What the parameter of a finding may be called: VMDQ, igb.VMDQ, igb.VMDQ[2]."""
    subject = one.subject.partition("[")[0]
    module, name = [*subject.split("."), ""][:2]
    # a finding about a port stands at the parameter it is about
    line, column = _line(one)
    ends = (match[1] for match in _NAME.finditer(line) if match.start() <= column)
    written = list(ends)[-1:]
    names = [name, *written]
    return {word.lower() for word in (one.subject, subject, *names, *(f"{module}.{name}" for name in names))}


def _line(one: Finding) -> tuple[str, int]:
    """The line a finding begins in, and where in it."""
    text, start = one.span.source.text, one.span.start
    begin = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    return re.split(r"[\r\n]", text[begin : begin + 65536], maxsplit=1)[0], start - begin


def troubles(
    ignores: Ignores, used: Collection[Span], checked: Iterable[Checked], whole: bool, pack: Pack
) -> Iterator[Trouble]:
    """What is wrong with entries: they have expired, or surely spare nothing.

    `used` are the places of entries that spared something, `checked` the files these suppressions are for; `whole` says
    whether those are all there are.
    """
    known = [rule for rule in pack.rules if rule["for"] != SCOPE]
    files = list(checked)
    for entry in ignores.entries:
        if expired(entry.until):
            yield _trouble(ignores, entry, "expired")
        elif ignores.source.span(*entry.place) not in used:
            mine = [file for file in files if not entry.path or fits(file.path, (entry.path,), ignores.folder)]
            # a part of the files tells enough where an entry is for one of them alone
            all_there = whole or entry.path in [_inner(file.path, ignores.folder) for file in mine]
            if all_there and all(idle_here(entry.rule, file.ran, known) for file in mine):
                yield _trouble(ignores, entry, "unused", _likely(entry, mine, pack))


def _inner(path: str, folder: str) -> str:
    return os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")


def _likely(entry: Entry, mine: list[Checked], pack: Pack) -> str:
    """What was probably meant by an entry that spares nothing."""
    if entry.path and not mine:
        return f": no file fits {entry.path}"
    drivers = pack.catalog["drivers"]
    names = {name for driver in drivers.values() for found in driver["generations"] for name in found["parameters"]}
    for word, there in ((entry.parameter.rpartition(".")[2], names), (entry.key, set(pack.catalog["settings"]))):
        near = nearest(word.rpartition("/")[2], there) if word else ""
        if near and near.lower() != word.rpartition("/")[2].lower():
            return f"; did you mean {near}?"
    return ""


def _trouble(ignores: Ignores, entry: Entry, kind: str, likely: str = "") -> Trouble:
    whole = ignores.source.span(*entry.whole)
    repair = (Edit(whole, ""),) if whole.text else ()
    place = ignores.source.span(*entry.place)
    return Trouble(kind, place, entry.rule, likely, entry.until, repair=repair)
