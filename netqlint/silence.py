"""Writes suppressions for all that is found in a text; no other byte of it changes."""

from __future__ import annotations

from netqlint.comments import room_above, sign
from netqlint.errors import NetqlintError
from netqlint.finding import Edit
from netqlint.fixer import apply
from netqlint.suppression import SCOPE
from netqlint.text import BOM, broken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netqlint.tasks import Task
    from netqlint.text import Source


def silenced(task: Task, reason: str) -> tuple[Source, str, int]:
    """The source of a task, its text with a comment above every line with findings, and how many those are.

    What is wrong with suppressions themselves stays. Raises NetqlintError where the text has no room for comments, or
    a finding would be reported all the same.
    """
    source = task.source()
    surface = task.surface(source)
    begin = sign(surface)
    own = {rule["code"] for rule in task.terms.pack.rules if rule["for"] == SCOPE}
    found = [finding for finding in task.check(source).findings if finding.code not in own]
    if not found:
        return source, source.text, 0
    if task.sealed:
        raise NetqlintError(f"{task.name}: a bundle is never changed; write it to .netqlint-ignore.yaml")
    if broken(source):
        raise NetqlintError(f"{task.name}: broken UTF-16 has no room for comments; write it to .netqlint-ignore.yaml")
    if surface == "listing":
        raise NetqlintError(f"{task.name}: what a host has said has no comments; write it to .netqlint-ignore.yaml")
    if not begin:
        what = "a host profile" if surface == "hostprofile" else "an option string"
        raise NetqlintError(f"{task.name}: {what} has no comments; write it to .netqlint-ignore.yaml")
    if not task.terms.heed:
        raise NetqlintError("--add-ignore writes what --no-ignores does not heed; leave one out")
    other = next((one for one in found if one.span.source.name != source.name), None)
    if other is not None:
        place = f"{other.span.source.name}:{other.span.line}"
        raise NetqlintError(f"{place}: {other.code} has no line in {task.name}; write it to .netqlint-ignore.yaml")
    codes: dict[int, set[str]] = {}
    for finding in found:
        codes.setdefault(room_above(source, finding.span.line, surface), set()).add(finding.code)
    end = _line_end(source.text)
    edits = []
    for start, names in sorted(codes.items()):
        at = start + len(BOM) * source.text.startswith(BOM, start)
        line = source.text[at:].split("\n", 1)[0] if len(source.text) - at < 4096 else source.text[at : at + 4096]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        words = f"{indent}{begin}netqlint: ignore[{','.join(sorted(names))}] {reason}{end}"
        edits.append(Edit(source.span(at, at), words))
    text = apply(source.text, edits)
    left = [one for one in task.check(source.saying(text)).findings if one.code not in own]
    if left:
        place = f"{source.name}:{left[0].span.line}"
        raise NetqlintError(f"{place}: {left[0].code} would be reported all the same; nothing was written")
    return source, text, len(found)


def _line_end(text: str) -> str:
    """What most likely ends a line here: what ends the first one."""
    feed, back = text.find("\n"), text.find("\r")
    if back < 0 or 0 <= feed < back:
        return "\n"
    return "\r\n" if feed == back + 1 else "\r"
