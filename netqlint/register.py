"""Every suppression there is: where it stands, since when, until when, and why."""

from __future__ import annotations

import os

from netqlint.comments import comments
from netqlint.record import Record
from netqlint.suppression import expired, read, today

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netqlint.tasks import Task


class Row(Record):
    """One suppression; `since` is the day it was written, empty where git does not know."""

    path: str
    line: int
    form: str
    rules: str
    about: str
    reason: str
    since: str
    until: str


def listed(tasks: Sequence[Task], as_json: bool = False) -> str:
    """The suppressions in the texts of these tasks and in the files that hold for them, by place."""
    rows = sorted((*_in_texts(tasks), *_in_files(tasks)), key=lambda row: (row.path, row.line))
    if as_json:
        import json

        said = [{field: getattr(row, field) for field in Row.__slots__} for row in rows]
        for row, found in zip(rows, said, strict=True):
            found["days"] = _days(row.since)
            found["expired"] = expired(row.until)
        return json.dumps(said, indent=2) + "\n"
    if not rows:
        return "nothing is ignored\n"
    return "".join(f"{_line(row)}\n" for row in rows)


def _line(row: Row) -> str:
    about = f" {row.about}" if row.about else ""
    days = _days(row.since)
    age = "" if days is None else f", {days} day{'s' * (days != 1)} old"
    until = f", {'expired' if expired(row.until) else 'until'} {row.until}" if row.until else ""
    reason = row.reason or "no reason given"
    line = f"{row.path}:{row.line}: {row.form}[{row.rules}]{about}{age}{until}: {reason}"
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def _days(since: str) -> int | None:
    from datetime import date

    return (date.fromisoformat(today()) - date.fromisoformat(since)).days if since else None


def _in_texts(tasks: Iterable[Task]) -> Iterator[Row]:
    for task in tasks:
        if task.module:
            continue
        source = task.source()
        found, _ = read(comments(source, task.surface(source)))
        ages = _ages(task.path) if task.path and found else {}
        for one in found:
            rules = ",".join(word.text for word in one.words)
            line = one.place.line
            yield Row(source.name, line, one.form, rules, "", one.reason, ages.get(line, ""), one.until)


def _in_files(tasks: Iterable[Task]) -> Iterator[Row]:
    files = {task.ignores.path: task.ignores for task in tasks if task.ignores}
    for path, ignores in files.items():
        ages = _ages(path)
        for entry in ignores.entries:
            about = " ".join(word for word in (entry.key, entry.parameter) if word)
            if entry.path:
                about = f"{about} in {entry.path}".lstrip()
            since = ages.get(entry.line, "")
            yield Row(ignores.source.name, entry.line, "entry", entry.rule, about, entry.reason, since, entry.until)


def _ages(path: str) -> dict[int, str]:
    """The day each line of a file was written, as git knows it; nothing where it does not."""
    import subprocess

    folder, name = os.path.split(os.path.abspath(path))
    command = ["git", "-C", folder, "blame", "--line-porcelain", "--", name]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return {}
    return dict(_blamed(done.stdout)) if done.returncode == 0 else {}


def _blamed(text: bytes) -> Iterator[tuple[int, str]]:
    import time

    line, mine = 0, True
    for row in text.split(b"\n"):
        words = row.split(b" ")
        if len(words) >= 3 and len(words[0]) in (40, 64) and words[2].isdigit():
            # a line that is not committed yet has a number of zeros
            line, mine = int(words[2]), bool(words[0].strip(b"0"))
        elif words[0] == b"author-time" and mine:
            yield line, time.strftime("%Y-%m-%d", time.gmtime(int(words[1])))
