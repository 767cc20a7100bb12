"""Where the reports of a run go: one to standard output, others to files, and what they are told of the run."""

from __future__ import annotations

import os

from netqlint.errors import NetqlintError
from netqlint.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from netqlint.arguments import Arguments
    from netqlint.pack import Pack
    from netqlint.reporters.setting import Setting
    from netqlint.tasks import Task

LARGEST = 1 << 20
CUT = b"\n\nThe rest is in the log.\n"


class Outlet(Record):
    """A report in `format` to `file`, or to standard output where that is empty; `said` is how the call put it."""

    format: str
    file: str = ""
    said: str = ""


def outlets(said: Arguments, default: str = "text") -> list[Outlet]:
    """The reports that a call asks for. Raises NetqlintError where two would be written over one another."""
    output = said.get("output")
    found = []
    for text in said.values.get("format", []):
        format, equals, file = text.partition("=")
        if equals and not file:
            raise NetqlintError(f"--format {text}: write --format {format}=FILE, or --format {format}")
        found.append(Outlet(format, file, f"--format {text}") if file else Outlet(format, output, f"--output {output}"))
        if not file and not output and said.has("statistics"):
            more = f"give --format {format} a file: --format {format}=FILE"
            raise NetqlintError(f"--statistics goes to standard output in place of the report; {more}")
    if not found or (output and "" not in (text.partition("=")[2] for text in said.values["format"])):
        found.append(Outlet(default, output, f"--output {output}"))
    places: dict[str, Outlet] = {}
    for outlet in found:
        place = os.path.realpath(outlet.file) if outlet.file else ""
        if place in places:
            formats = f"{places[place].format} and {outlet.format}"
            where = outlet.file or "standard output"
            more = "" if outlet.file else f"; give one of them a file: --format {outlet.format}=FILE"
            raise NetqlintError(f"the reports {formats} both go to {where}{more}")
        places[place] = outlet
    return found


def spare(outlets: Iterable[Outlet], paths: Iterable[str], what: str) -> None:
    """Refuse a report over a file that is read: a slip of the hand there costs an esx.conf."""
    read = {os.path.realpath(path) for path in paths}
    for outlet in outlets:
        if outlet.file and os.path.realpath(outlet.file) in read:
            raise NetqlintError(f"{outlet.said}: this file is {what}, the report would overwrite it")


def append(file: str, text: str) -> None:
    """Add to the summary of a job; beyond a mebibyte GitHub would show nothing of it."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        with open(file, "ab") as summary:
            room = LARGEST - summary.tell()
            if len(data) > room:
                data = data[: max(0, room - len(CUT))].rpartition(b"\n")[0] + CUT
            summary.write(data if room > len(CUT) else b"")
    except OSError as error:
        raise NetqlintError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from None


def setting(tasks: Sequence[Task]) -> Setting:
    """Where the run takes place, and the rules it asks."""
    terms = list({id(task.terms): task.terms for task in tasks}.values())
    ran = {rule["code"] for each in terms for rule in each.pack.rules if each.wanted(rule)}
    return placed(tuple(sorted(ran)), [each.pack for each in terms])


def placed(ran: tuple[str, ...], packs: Iterable[Pack]) -> Setting:
    """The setting of a run in this folder."""
    from netqlint.reporters.setting import Setting, repository

    here = os.getcwd()
    return Setting(repository(here), here, ran, lambda: list(_told(packs)))


def _told(packs: Iterable[Pack]) -> Iterator[dict[str, Any]]:
    from netqlint.pack import told

    pages = {rule["code"]: rule for pack in {pack.digest: pack for pack in packs}.values() for rule in told(pack)}
    yield from pages.values()
