"""What changed since a revision, as git itself knows it: findings in lines that did not are left out of a report.

Lines are git's, which a line feed ends. A finding counts when its place, or another place that belongs to it, touches a
line that was added or changed; what stands over many lines, up to a whole file, touches any of them. Where lines were
only taken out, the next line that says anything counts (at the end of a file, the last one): it may have lost the
comment that spared it. What is wrong with a suppression counts also where the lines it speaks of changed.
"""

from __future__ import annotations

import os
import re
import subprocess
from bisect import bisect_left
from functools import partial

from netqlint.comments import comments
from netqlint.errors import NetqlintError, hint
from netqlint.record import changed
from netqlint.suppression import SCOPE
from netqlint.suppression import read as read_comments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netqlint.finding import Finding, Report
    from netqlint.tasks import Task
    from netqlint.text import Source, Span

    # the first line and the line behind the last one, from 1, in order; the same where lines were only taken out in
    # front of it; None: all lines
    Lines = list[tuple[int, int]] | None

# what no configuration of the user may change, for it is read by a program
_PLAIN = ("--no-color", "--no-ext-diff", "--no-textconv", "--text", "--unified=0", "--inter-hunk-context=0")
_PREFIXES = ("--src-prefix=a/", "--dst-prefix=b/")
_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
# a call takes so many paths at once
_MANY = 500
_MODIFIED, _RENAMED = b"M", b"R"


def sift(tasks: Sequence[Task], reports: Sequence[Report], revision: str) -> list[Report]:
    """The reports without the findings outside of what changed since a revision, which are only counted.

    Raises NetqlintError where git is missing, no text lies in a repository, or the revision is none there.
    """
    if revision.startswith("-"):
        raise NetqlintError(f"--diff-base {revision}: no revision, an option; write a branch, a tag or a commit")
    repositories = _Repositories(revision)
    paths = [_path(task) for task in tasks]
    for path in paths:
        repositories.of(path)
    if paths and not any(repositories.known.values()):
        raise NetqlintError(
            f"--diff-base {revision}: {os.path.relpath(paths[0])} lies in no git repository, so nothing can be compared"
        )
    found = list(zip(tasks, paths, reports, strict=True))
    files = [path for task, path, report in found if report.findings and task.path is not None]
    files += [os.path.realpath(name) for task, _, report in found if not task.sealed for name in _others(task, report)]
    changed = repositories.changed(dict.fromkeys(files))

    def lines_of(task: Task, path: str, name: str) -> Lines:
        if task.sealed:
            return repositories.replaced(path)
        if name != task.name:
            other = os.path.realpath(name)
            # outputs that nobody keeps in a repository tell of no change
            return changed[other] if repositories.of(other) or not repositories.of(path) else []
        return repositories.piped(task, path) if task.path is None else changed[path]

    return [
        _sifted(task, report, partial(lines_of, task, path)) if report.findings else report
        for task, path, report in found
    ]


def _others(task: Task, report: Report) -> Iterator[str]:
    """The names of other texts of the host that findings point to."""
    places = (place for one in report.findings for place in (one.span, *(label.span for label in one.related)))
    return (place.source.name for place in places if place.source.name != task.name)


def _path(task: Task) -> str:
    """Where the text of a task lies, links followed; git compares what is behind one."""
    if task.module:
        raise NetqlintError("--diff-base compares files, and an option string has no earlier revision; leave one out")
    if task.path is None and task.name.startswith("<"):
        raise NetqlintError("--diff-base compares files, and standard input has no name; say --stdin-filename NAME")
    # a bundle is one file to git
    return os.path.realpath(task.path or (task.name.partition("!/")[0] if task.sealed else task.name))


def _sifted(task: Task, report: Report, lines_of: Callable[[str], Lines]) -> Report:
    texts: dict[str, tuple[_Text, Lines]] = {}

    def touched(place: Span) -> bool:
        name = place.source.name
        if name not in texts:
            text, lines = _Text(task, place.source), lines_of(name)
            texts[name] = text, lines and [text.widened(start, end) for start, end in lines]
        text, lines = texts[name]
        return lines is None or _touches(lines, *text.lines(place))

    def counts(finding: Finding) -> bool:
        if any(map(touched, (finding.span, *(label.span for label in finding.related)))):
            return True
        return any(map(touched, texts[finding.span.source.name][0].spoken_of(finding)))

    kept = list(filter(counts, report.findings))
    return changed(report, findings=tuple(kept), outside=len(report.findings) - len(kept))


def _touches(lines: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    return any(start <= last and first < end for start, end in lines)


class _Text:
    """The lines of a text as git counts them, and what its suppressions are about."""

    def __init__(self, task: Task, source: Source) -> None:
        self.source = source
        self.ends = [match.start() for match in re.finditer("\n", source.text)]
        self.last = len(self.ends) + (not source.text.endswith("\n"))
        self.judges = {rule["code"] for rule in task.terms.pack.rules if rule["for"] == SCOPE}
        self.spoken: list[tuple[Span, Span]] | None = None

    def lines(self, place: Span) -> tuple[int, int]:
        """The first and the last line of a place, from 1; the end of a line belongs to it."""
        # behind the last line end there is no line
        first, last = (min(bisect_left(self.ends, at) + 1, self.last) for at in (place.start, place.end - 1))
        return first, max(first, last)

    def widened(self, first: int, end: int) -> tuple[int, int]:
        """The lines, or where some were only taken out, those down to the next one that says anything."""
        if first < end:
            return first, end
        first = last = min(first, self.last)
        while last < self.last and not self._says(last):
            last += 1
        return first, last + 1

    def _says(self, line: int) -> bool:
        start = self.ends[line - 2] + 1 if line > 1 else 0
        said = self.source.text[start : self.ends[line - 1] if line <= len(self.ends) else None].strip()
        return bool(said) and not said.startswith("#")

    def spoken_of(self, finding: Finding) -> Iterator[Span]:
        """What the suppression is about that a finding is about."""
        if finding.code in self.judges:
            yield from (about for said, about in self._spoken() if said.start <= finding.span.start <= said.end)

    def _spoken(self) -> list[tuple[Span, Span]]:
        """Every comment that suppresses something, and what it speaks of."""
        if self.spoken is None:
            found, _ = read_comments(comments(self.source, "esxconf"))
            self.spoken = [(comment.text, one.about) for one in found for comment in one.said]
        return self.spoken


# --- git


class _Repositories:
    """The repositories that texts lie in, by their top folders, each with the tree of the revision there."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        self.tops: dict[str, str] = {}
        self.known: dict[str, str] = {}
        self.status: dict[str, tuple[set[bytes], set[bytes]]] = {}

    def of(self, path: str) -> str:
        """The top folder of the repository that a path lies in, empty where there is none."""
        folder = os.path.dirname(path)
        if folder not in self.tops:
            top = self.tops[folder] = _top(folder)
            if top not in self.known:
                self.known[top] = _tree(top, self.revision) if top else ""
        return self.tops[folder]

    def changed(self, paths: Iterable[str]) -> dict[str, Lines]:
        """The lines of each file that changed; all of what no repository knows."""
        of_top: dict[str, list[str]] = {}
        for path in paths:
            of_top.setdefault(self.of(path), []).append(path)
        found: dict[str, Lines] = dict.fromkeys(of_top.pop("", ()))
        for top, mine in of_top.items():
            found.update(_changed(top, self.known[top], mine))
        return found

    def replaced(self, path: str) -> Lines:
        """All lines of a file that is not what it was, none of one that is; nobody reads what differs in an archive."""
        top = self.of(path)
        if not top:
            return None
        if top not in self.status:
            status, _ = _status(top, self.known[top])
            self.status[top] = set(status), set(_must(top, "ls-files", "-z", "--full-name").split(b"\0"))
        changed, indexed = self.status[top]
        name = _inner(path, top)
        return [] if name in indexed and name not in changed else None

    def piped(self, task: Task, path: str) -> Lines:
        """The lines of standard input that differ from those the file of its name had."""
        top = self.of(path)
        return _piped(top, self.known[top], path, task.source()) if top else None


def _top(folder: str) -> str:
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return ""
    return folder


def _tree(top: str, revision: str) -> str:
    """The tree of the revision, by its hash: nothing that follows takes a name for an option."""
    code, out, err = _run(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")
    if code == 0:
        return out.decode("ascii").strip()
    told = next((line for line in err.decode("utf-8", "replace").splitlines() if line), "")
    # `--quiet` says nothing of a revision that is none; what it says is about the repository
    if told:
        raise NetqlintError(f"--diff-base {revision}: git in {os.path.relpath(top)}: {told.removeprefix('fatal: ')}")
    raise NetqlintError(f"--diff-base {revision}: no such revision{_likely(top, revision)}")


def _likely(top: str, revision: str) -> str:
    if ".." in revision:
        one, _, other = revision.partition("..")
        there = f'"$(git merge-base {one or "HEAD"} {other.strip(".") or "HEAD"})"'
        return f" but a range; write the one to compare with: --diff-base {there}"
    _, out, _ = _run(top, "for-each-ref", "--format=%(refname:short)")
    likely = hint(revision, ["HEAD", *out.decode("utf-8", "replace").split()])
    return likely or " in this repository; a clone without its history needs git fetch"


def _changed(top: str, tree: str, files: Sequence[str]) -> dict[str, Lines]:
    """The lines of each file that changed in the working tree."""
    status, before = _status(top, tree)
    indexed = set(_must(top, "ls-files", "-z", "--full-name").split(b"\0"))
    found: dict[str, Lines] = {}
    modified: dict[bytes, str] = {}
    for path in files:
        name = _inner(path, top)
        if name not in indexed or status.get(name, _MODIFIED) not in (_MODIFIED, _RENAMED):
            # new, or in the middle of a merge
            found[path] = None
        elif name in before:
            # compared with what it was called before; `git diff BLOB FILE` takes no guess
            patch = _must(top, "diff", *_PLAIN, before[name], "--", os.fsdecode(name))
            found[path] = [hunk for hunks in _hunks(patch).values() for hunk in hunks]
        else:
            found[path] = []
            if name in status:
                modified[name] = path
    names = sorted(modified)
    for start in range(0, len(names), _MANY):
        some = [os.fsdecode(name) for name in names[start : start + _MANY]]
        for name, hunks in _hunks(_must(top, "diff", *_PLAIN, "--no-renames", *_PREFIXES, tree, "--", *some)).items():
            found[modified[name]] = hunks
    return found


def _status(top: str, tree: str) -> tuple[dict[bytes, bytes], dict[bytes, str]]:
    """The status of every file that changed, and for those with a new name what they were: a blob."""
    rows = _must(top, "diff", "--raw", "-z", "--no-abbrev", "--find-renames", tree, "--").split(b"\0")
    status: dict[bytes, bytes] = {}
    before: dict[bytes, str] = {}
    rest = iter(rows)
    for head in rest:
        if not head:
            break
        kind, name = head.split(b" ")[4][:1], next(rest)
        if kind == _RENAMED:
            name = next(rest)
            before[name] = head.split(b" ")[2].decode("ascii")
        # what is not merged is told twice
        status[name] = kind if name not in status else b"U"
    return status, before


def _hunks(patch: bytes) -> dict[bytes, list[tuple[int, int]]]:
    """The lines that a patch adds to each file, by its name within the repository."""
    found: dict[bytes, list[tuple[int, int]]] = {}
    mine: list[tuple[int, int]] = []
    within = 0
    for row in patch.split(b"\n"):
        # what lines hold may look like anything; those of a hunk are counted
        if within and row[:1] in (b"+", b"-"):
            within -= 1
        elif row.startswith(b"+++ "):
            mine = found.setdefault(_unquoted(row[4:]), [])
        elif match := _HUNK.match(row):
            start, count = int(match[1]), int(match[2] or b"1")
            old = row.split(b" ")[1].partition(b",")
            within = count + int(old[2] or b"1")
            mine.append((start, start + count) if count else (start + 1, start + 1))
    return found


def _unquoted(name: bytes) -> bytes:
    """`b/esx.conf` without its prefix; git puts a tab behind a name with blanks, and quotes a strange one as C does."""
    if name.startswith(b'"'):
        from ast import literal_eval

        name = literal_eval(f"b{name.decode('ascii')}")
        assert isinstance(name, bytes)
    return name.removesuffix(b"\t").removeprefix(b"b/")


def _piped(top: str, tree: str, path: str, source: Source) -> Lines:
    """The lines of a text that differ from those its file had, under the same name."""
    from tempfile import TemporaryDirectory

    from netqlint.text import encode

    # as it would lie in the working tree, line ends and all
    code, old, _ = _run(top, "cat-file", "--filters", f"{tree}:{os.fsdecode(_inner(path, top))}")
    if code:
        return None
    with TemporaryDirectory() as folder:
        for name, data in (("old", old), ("new", encode(source.text, source.encoding))):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        code, patch, err = _run(folder, "diff", "--no-index", *_PLAIN, "--", "old", "new")
    if code > 1:
        raise NetqlintError(f"git diff: {err.decode('utf-8', 'replace')}")
    return [hunk for hunks in _hunks(patch).values() for hunk in hunks]


def _inner(path: str, top: str) -> bytes:
    return os.fsencode(os.path.relpath(path, top).replace(os.sep, "/"))


def _must(top: str, *words: str) -> bytes:
    code, out, err = _run(top, *words)
    if code:
        told = err.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise NetqlintError(f"git {words[0]} in {os.path.relpath(top)}: {told}")
    return out


def _run(top: str, *words: str) -> tuple[int, bytes, bytes]:
    # English, no pattern in a path, nothing written
    surroundings = {**os.environ, "LC_ALL": "C", "GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", top, "-c", "core.quotePath=true", *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=surroundings, stdin=subprocess.DEVNULL)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NetqlintError(f"--diff-base needs git, which cannot be run: {reason}") from None
    return done.returncode, done.stdout, done.stderr
