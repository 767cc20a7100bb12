"""Finds the calls of known programs in a shell text, wherever they stand: in branches, strings, here-documents."""

from __future__ import annotations

from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.surfaces.calls import program, understand
from netqlint.surfaces.script import HOLE, Script, Words, Written, joined, words_of
from netqlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from netqlint.folded import Plain
    from netqlint.surfaces.calls import Call

# An arm of a branch, by what it belongs to and which one it is; and the host or file that a text is for.
Arm = tuple[object, ...]

# programs whose words are looked at, shown or counted, and not run
_SHOWN = frozenset(
    (
        "echo", "printf", "grep", "egrep", "fgrep", "sed", "awk", "cat", "tee", "logger", "man", "which", "type",
        "whereis", "alias", "unalias", "export", "readonly", "local", "declare", "set", "test", "[", "[[", ":",
        "true", "false", "return", "exit", "read", "cd", "ls", "rm", "cp", "mv", "ln", "chmod", "chown",
        "basename", "dirname", "head", "tail", "wc", "sort", "uniq", "tr", "cut", "less", "more", "vi", "vim",
        "apropos", "whatis", "info", "help", "die", "warn", "log", "debug", "error", "fail", "usage",
    )
)  # fmt: skip
_SHELLS = frozenset(("sh", "ash", "bash", "dash", "ksh", "zsh", "busybox", "su", "runuser"))
# of these, those that may be given other programs to run
_RUNS_OTHERS = frozenset(("busybox", "su", "runuser"))
# programs that run a text given as words
_RUNS_TEXT = frozenset(("eval", "watch"))
# programs that run others with words of their own behind
_ADDS_WORDS = frozenset(("parallel",))
# options of xargs with a value, and those that name the word it puts others in the place of
_XARGS_VALUES = ("-a", "-d", "-E", "-I", "-L", "-n", "-P", "-s", "--arg-file", "--delimiter", "--max-args",
                 "--max-procs", "--max-chars")  # fmt: skip
_XARGS_REPLACES = ("-I", "-i", "--replace")
_FIND_RUNS = ("-exec", "-execdir", "-ok", "-okdir")
# options of shells with a value
_SHELL_VALUES = ("-o", "+o", "-O", "+O", "--rcfile", "--init-file")
_NAMES_A_USER = frozenset(("su", "runuser"))
_SSH = frozenset(("ssh", "plink", "autossh"))
# its options with a value
_SSH_VALUES = "BbcDEeFIiJLlmOopQRSWw"
# how a plain command begins that may be a call of it: the name, options, the host
_SIGN = "[A-Za-z0-9_./:=,@%+-]"
_OPTION = rf"-(?:[{_SSH_VALUES}][ \t]++{_SIGN}++|(?![{_SSH_VALUES}][ \t]){_SIGN}*+)"
_REMOTE = rf"([A-Za-z0-9_./-]++)[ \t]++(?:{_OPTION}[ \t]++)*+((?!-){_SIGN}++)[ \t]++"
_RUNNERS = r"(?i)_*(?:run|exec|execute|do|try|cmd|command|call|remote|invoke|error_check)(?:[_-].*|)"
_BRANCHES = frozenset(
    (
        "if_statement",
        "elif_clause",
        "else_clause",
        "case_statement",
        "case_item",
        "while_statement",
        "for_statement",
        "c_style_for_statement",
        "function_definition",
    )
)
_LEAVES = r"(?<![\w-])(?:exit|return|break|continue|exec|reboot)(?![\w-])"
_DEEPEST = 6
# stands for the host or file that a text is for, before that is known
_THERE = "\0"


class Found(Record):
    """A call where it stands.

    `path` are the arms of branches it is in, from outside to inside; two calls with one path are run one after the
    other. `target` is the host or file it is for, "" for where the script runs. `whole` is the statement with its
    line end where it can be taken out, None where it cannot. Calls that are written alike share the first `call`; all
    that it tells of places stands `by` characters further on here.
    """

    call: Call
    span: Span
    path: tuple[Arm, ...]
    target: str
    whole: Span | None
    by: int = 0


class Place(Record):
    """Where a command stands in a script; it has no `node` where the script needs no tree."""

    script: Script
    start: int
    end: int
    node: Node | None

    @property
    def parsed(self) -> bool:
        """Whether nothing in it is beyond the parser."""
        return self.node is None or not self.node.has_error

    @property
    def words(self) -> Sequence[Written]:
        script = self.script
        return script.plain_words(self.start, self.end) if self.node is None else script.words(self.node)

    @property
    def sound(self) -> bool:
        """Whether it is parsed as it stands, and not picked out of what cannot be parsed."""
        return self.node is None or _sound(self.node)

    @property
    def whole(self) -> Span | None:
        """The statement with its line end, where nothing else stands on its lines."""
        if self.node is None:
            return _whole_lines(self.script, self.script.written.place(self.start, self.end))
        return _whole(self.script, self.node)


def calls(
    written: Written, commands: Plain, names: str, path: tuple[Arm, ...] = (), target: str = ""
) -> Iterator[Found]:
    """All calls of known programs in a shell text, in its order; `names` finds their names."""
    yield from _Seeker(commands, names).calls(written, path, target, 0)


def of_words(
    words: Sequence[Written], commands: Plain, names: str, path: tuple[Arm, ...] = (), target: str = ""
) -> Iterator[Found]:
    """The calls that come of running these words as they are, without a shell that reads them."""
    yield from _Seeker(commands, names)._run(list(words), None, path, target, 0)


class Ran(Record):
    """What was `found` in a text that is run, which begins at `start`: on no path, and with _THERE for its target."""

    found: tuple[Found, ...]
    start: int

    def again(self, start: int, path: tuple[Arm, ...], target: str) -> Iterator[Found]:
        """What is found in the same text where it begins at `start`."""
        by = start - self.start
        for one in self.found:
            # texts tell their arms apart by where they begin and end
            arms = [(_moved(begins, by), _moved(ends, by), *arm) for begins, ends, *arm in one.path]
            where = one.target.replace(_THERE, target, 1)
            span = Span(one.span.start + by, one.span.end + by, one.span.source)
            whole = one.whole and Span(one.whole.start + by, one.whole.end + by, one.whole.source)
            yield Found(one.call, span, (*path, *arms), where, whole, one.by + by)


class _Seeker:
    """Looks for calls in one text and all that it runs."""

    def __init__(self, commands: Plain, names: str) -> None:
        self.commands, self.names = commands, _standing_alone(names)
        # what sets up a fleet runs one text on each of its hosts: by the text, the quotes round it and how deep it is
        self.ran: dict[tuple[object, ...], Ran] = {}

    def calls(self, written: Written, path: tuple[Arm, ...], target: str, depth: int) -> Iterator[Found]:
        if depth > _DEEPEST:
            return
        if not depth or written.bare or not isinstance(written.starts, range) or not written.text:
            yield from self._calls(written, path, target, depth)
            return
        start, said = written.starts[0], (written.text, written.inside, depth)
        if said not in self.ran:
            self.ran[said] = Ran(tuple(self._calls(written, (), _THERE, depth)), start)
        yield from self.ran[said].again(start, path, target)

    def _calls(self, written: Written, path: tuple[Arm, ...], target: str, depth: int) -> Iterator[Found]:
        places = [match.span() for match in compiled(self.names).finditer(written.text)]
        if not places:
            return
        script = Script(written)
        lines = script.commands()
        if lines is not None:
            for start, end in _holding(places, lines):
                yield from self._command(Place(script, start, end, None), path, target, depth)
            return
        seen: set[tuple[int, int]] = set()
        for start, end in places:
            node = script.node(start, end)
            holder = _holder(node)
            if holder is None or (holder.start_byte, holder.end_byte) in seen:
                continue
            seen.add((holder.start_byte, holder.end_byte))
            arms = (*path, *_arms(holder, script))
            if holder.type == "command":
                yield from self._command(Place(script, *script.range(holder), holder), arms, target, depth)
            else:
                yield from self._document(script, holder, arms, target, depth)

    # --- commands

    def _command(self, at: Place, path: tuple[Arm, ...], target: str, depth: int) -> Iterator[Found]:
        script, shift = at.script, at.script.shift
        remote = compiled(_REMOTE).match(script.text, at.start, at.end) if shift is not None and at.parsed else None
        if remote is None or shift is None or program(remote[1]) not in _SSH:
            words = at.words
            if words:
                yield from self._run(words, at, path, target, depth)
            return
        # what the host runs may have been read, as it is written, quotes and all
        start = remote.end()
        said = (script.text[start : at.end], script.written.inside, depth, _SSH)
        if said not in self.ran:
            words = at.words
            if not isinstance(words, Words):
                yield from self._run(words, at, path, target, depth)
                return
            _, text = _remote(words, 1)
            found = tuple(self.calls(text, (), _THERE, depth + 1)) if text is not None else ()
            self.ran[said] = Ran(found, start + shift)
        yield from self.ran[said].again(start + shift, path, f"{target}ssh {remote[2]}")

    def _run(
        self, words: Sequence[Written], at: Place | None, path: tuple[Arm, ...], target: str, depth: int
    ) -> Iterator[Found]:
        """What comes of running these words, which stand in a script or alone: a known call, or a wrapper's."""
        if depth > _DEEPEST:
            return
        name = program(words[0].text)
        if name in self.commands:
            call = understand(words, self.commands)
            if call is not None and call.faults and at is not None and not at.sound:
                # the words may not be what they seem
                call = None
            if call is not None:
                # only what is set can be taken out again
                sets = call.form is not None and call.form["does"] in ("setting", "advanced")
                whole = at.whole if sets and at is not None else None
                yield Found(call, words[0].span.to(words[-1].span), path, target + call.server, whole)
            return
        text: Written | None = None
        if name in _SSH:
            host, text = _remote(words, 1)
            target = f"{target}ssh {host}"
        elif name in _SHELLS:
            text = _after_c(words)
        elif name == "trap":
            # nobody knows when that is
            path, text = (*path, _maybe(words, at)), _action(words[1:])
        elif name in ("find", "xargs"):
            for part in _found_by(words) if name == "find" else _given_more(words):
                for one in self._run(part, at, (*path, _maybe(words, at)), target, depth + 1):
                    yield Found(one.call, one.span, one.path, one.target, None, one.by)
            return
        elif name in _RUNS_TEXT:
            text = joined(words[1:]) if words[1:] else None
        elif name in ("echo", "printf"):
            file = _startup_file(at.script, at.node) if at is not None and at.node is not None else ""
            text = next((word for word in words[1:] if program(word.text.partition(" ")[0]) in self.commands), None)
            target, text = f"file {file}", text if file else None
        if text is not None:
            # for a wrapper of a shell, as `sudo sh -c`, the words behind are the same
            yield from self.calls(text, path, target, depth + 1)
            return
        if name in _SHOWN or name == "trap" or name in _SHELLS - _RUNS_OTHERS:
            return
        for number, word in enumerate(words[1:], 1):
            inner = program(word.text)
            if inner in self.commands or inner in _SSH or inner in _SHELLS or inner in _RUNS_TEXT:
                rest = words[number:]
                if any(program(one.text) in _ADDS_WORDS for one in words[:number]):
                    rest = [*rest, _unknown(rest[-1])]
                yield from self._run(rest, at, path, target, depth + 1)
                return
        if compiled(_RUNNERS).fullmatch(name):
            for word in words[1:]:
                if " " in word.text and program(word.text.partition(" ")[0]) in self.commands:
                    yield from self.calls(word, path, target, depth + 1)

    # --- here-documents

    def _document(self, script: Script, node: Node, path: tuple[Arm, ...], target: str, depth: int) -> Iterator[Found]:
        """The body of a here-document, by what reads it."""
        redirect = node.parent
        statement = redirect.parent if redirect is not None else None
        if redirect is None or statement is None:
            return
        command = next((child for child in statement.children if child.type == "command"), None)
        words = script.words(command) if command is not None else []
        start = next((child for child in redirect.children if child.type == "heredoc_start"), None)
        sign = next((child for child in redirect.children if child.type in ("<<", "<<-")), None)
        opened = "".join(script.text[slice(*script.range(start))]) if start is not None else ""
        quoted = any(mark in opened for mark in "'\"\\")
        body = script.document(node, quoted, sign is not None and sign.type == "<<-")
        for number, word in enumerate(words):
            name = program(word.text)
            if name in _SSH:
                yield from self._remote_document(words[number + 1 :], body, path, target, depth)
                return
            if name in _SHELLS:
                if _reads_input(words[number:]):
                    yield from self.calls(body, path, target, depth + 1)
                return
            if name in ("cat", "tee") or number + 1 == len(words):
                reader = [script.word(one) for one in _reader(redirect)]
                if reader and program(reader[0].text) in _SSH:
                    yield from self._remote_document(reader[1:], body, path, target, depth)
                    return
                if reader and program(reader[0].text) in _SHELLS:
                    yield from self.calls(body, path, target, depth + 1)
                    return
                file = _file(redirect, statement, script) or (words[-1].text if name == "tee" else "")
                if file:
                    yield from self.calls(body, path, f"file {file}", depth + 1)
                return

    def _remote_document(
        self, words: Sequence[Written], body: Written, path: tuple[Arm, ...], target: str, depth: int
    ) -> Iterator[Found]:
        """The body of a here-document that ssh hands on: to a shell, or to what it is told to run there."""
        host, text = _remote(words, 0)
        there = f"{target}ssh {host}"
        if text is None:
            yield from self.calls(body, path, there, depth + 1)
            return
        script = Script(text)
        for node in _commands(script.root):
            inner = script.words(node)
            names = [program(word.text) for word in inner]
            shell = next((number for number, name in enumerate(names) if name in _SHELLS), None)
            if shell is not None or _is_login(names):
                if shell is None or _reads_input(inner[shell:]):
                    yield from self.calls(body, path, there, depth + 1)
                return
            copies = next((number for number, name in enumerate(names) if name in ("cat", "tee")), None)
            if copies is not None:
                statement = node.parent
                file = _file(None, statement, script) if statement is not None else ""
                file = file or (inner[-1].text if names[copies] == "tee" else "")
                if file:
                    yield from self.calls(body, path, f"file {there}:{file}", depth + 1)
                return
        if any(not word.text.strip(HOLE) for word in words[:-1]):
            # a variable in front may hold options, and what seems to be a command is the host
            yield from self.calls(body, path, there, depth + 1)


def _commands(node: Node) -> Iterator[Node]:
    """The commands below a node, in the order of the text."""
    if node.type == "command":
        yield node
    else:
        for child in node.children:
            yield from _commands(child)


def _is_login(names: Sequence[str]) -> bool:
    """Whether these words open a shell: `sudo -i`, `sudo -s`."""
    return bool(names) and names[0] == "sudo" and names[-1] in ("-i", "-s", "--login", "--shell")


def _standing_alone(names: str) -> str:
    """Finds names that are no part of another word, though there may be a `_` in front.

    By their first letters, for which the engine searches faster than for anything that may stand before them.
    """
    by_letter: dict[str, list[str]] = {}
    for name in names.split("|"):
        by_letter.setdefault(name[0], []).append(name[1:])
    begun = (f"{one}(?<![A-Za-z0-9.-]{one})(?:{'|'.join(rest)})" for one, rest in by_letter.items())
    return rf"(?:{'|'.join(begun)})(?![A-Za-z0-9_.-])"


def _moved(place: object, by: int) -> object:
    """A place further on; what is no place, but names an arm, stays."""
    return place + by if isinstance(place, int) else place


def _holding(places: Sequence[tuple[int, int]], lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines that have one of the places in them."""
    at = 0
    for start, end in lines:
        while at < len(places) and places[at][0] < start:
            at += 1
        if at < len(places) and places[at][0] < end:
            yield start, end


def _reader(redirect: Node) -> list[Node]:
    """The words of the command that a here-document is piped to, behind the one it is given to."""
    for child in redirect.children:
        if child.type == "pipeline":
            child = next((one for one in child.children if one.type == "command"), child)
        if child.type == "command":
            return list(words_of(child))
    return []


def _sound(node: Node) -> bool:
    """Whether a command is parsed as it stands, and not picked out of what cannot be parsed."""
    behind, around = node.next_sibling, node.parent
    while around is not None:
        if around.type == "ERROR":
            return False
        around = around.parent
    return not node.has_error and (behind is None or behind.type != "ERROR")


def _holder(node: Node | None) -> Node | None:
    """The command or here-document that a place belongs to; None for a comment and the like."""
    while node is not None:
        if node.type in ("command", "heredoc_body"):
            return node
        if node.type == "comment":
            return None
        node = node.parent
    return None


def _arms(node: Node, script: Script) -> tuple[Arm, ...]:
    """The arms of branches round a node, from outside to inside; each ends with whether more than that is unsure.

    Nobody knows when a function is called, nor what is run behind an arm that may leave the script.
    """
    arms: list[Arm] = []
    outer = script.written.span
    child, parent = node, node.parent
    while parent is not None:
        place = (outer.start, outer.end, parent.start_byte)
        if parent.type == "ERROR":
            arms.append((*place, child.start_byte, True))
        elif parent.type in _BRANCHES:
            if _inside(child, parent):
                arm = child.start_byte if parent.type == "case_statement" else parent.type
                arms.append((*place, arm, parent.type == "function_definition" or _leaves(parent, script)))
        elif parent.type == "list" and parent.children[0] != child:
            operator = next((one.type for one in parent.children if not one.is_named), "")
            if operator == "||" or (operator == "&&" and not _deed(parent.children[0], script)):
                arms.append((*place, child.start_byte, _leaves(child, script)))
        child, parent = parent, parent.parent
    return tuple(reversed(arms))


def _leaves(node: Node, script: Script) -> bool:
    """Whether what is written there may leave what is round it; a script may be one function with all in it."""
    place = script.range(node)
    if place not in script.leaves:
        script.leaves[place] = bool(compiled(_LEAVES).search(script.text, *place))
    return script.leaves[place]


def _inside(child: Node, parent: Node) -> bool:
    """Whether a part of a branch is run only when it is taken: all but what decides that."""
    if parent.type == "if_statement" or parent.type == "elif_clause":
        then = next((one for one in parent.children if one.type == "then"), None)
        return then is not None and child.start_byte > then.start_byte
    if parent.type in ("while_statement", "for_statement", "c_style_for_statement"):
        return child.type == "do_group"
    return True


def _deed(node: Node, script: Script) -> bool:
    """Whether the left side of `&&` does something, and does not only ask."""
    text = script.text[slice(*script.range(node))]
    return not text.startswith(("[", "test ", "grep", "!", "which", "type", "command -v"))


def _whole(script: Script, node: Node) -> Span | None:
    """The statement with its line end, where nothing else stands on its lines."""
    holder = node.parent
    if holder is not None and holder.type == "redirected_statement":
        node, holder = holder, holder.parent
    if holder is None or holder.type != "program":
        return None
    return _whole_lines(script, script.place(node))


def _whole_lines(script: Script, span: Span) -> Span | None:
    """The lines of a stretch, where nothing else stands on them."""
    written = script.written
    if not written.bare:
        return None
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    start = max(text.rfind("\r", start, span.start) + 1, start)
    end = next((at for at in range(span.end, len(text) + 1) if text[at : at + 1] in ("", "\r", "\n")), len(text))
    if text[start : span.start].strip(" \t") or text[span.end : end].strip(" \t;"):
        return None
    # the last line of a folder of strings may share its line with a quote
    if not (written.span.start <= start and end <= written.span.end):
        return None
    end += 2 if text.startswith("\r\n", end) else 1 if end < len(text) else 0
    return span.source.span(start, end)


# --- what a wrapper runs


def _remote(words: Sequence[Written], number: int) -> tuple[str, Written | None]:
    """The host of a call of ssh, and the text it runs there; its own words begin with this number."""
    number = _behind_options(words, number)
    if number >= len(words):
        return "", None
    # OpenSSH takes options behind the host, too
    rest = words[_behind_options(words, number + 1) :]
    return words[number].span.text, joined(rest) if rest else None


def _behind_options(words: Sequence[Written], number: int) -> int:
    """The first of these words from there on that is no option of ssh, and no value of one."""
    while number < len(words) and words[number].text.startswith("-"):
        text = words[number].text
        number += 2 if len(text) == 2 and text[1] in _SSH_VALUES else 1
    return number


def _unknown(last: Written) -> Written:
    """A word that comes behind the last one, and may be several."""
    end = last.span.end
    return Written(HOLE, [end], [end], last.span.after(), bare=True)


def _after_c(words: Sequence[Written]) -> Written | None:
    """The text behind the `-c` of a shell; one that is given a file to run gets all behind it as words."""
    number, rest = 1, len(words)
    named = program(words[0].text) in _NAMES_A_USER
    while number < rest:
        text = words[number].text
        if text.startswith("-") and not text.startswith("--") and "c" in text:
            return words[number + 1] if number + 1 < rest else None
        plain = text[:1] not in ("-", "+") and not (number == 1 and text in _SHELLS)
        if plain and not named:
            return None
        number += 2 if text in _SHELL_VALUES and not named else 1
    return None


def _reads_input(words: Sequence[Written]) -> bool:
    """Whether a shell runs what it reads: it is given neither a text nor a file."""
    if program(words[0].text) in _NAMES_A_USER:
        return _after_c(words) is None
    number = 1
    while number < len(words):
        text = words[number].text
        if text in ("-", "--", "/dev/stdin"):
            return True
        if text.startswith("-") and not text.startswith("--"):
            if "c" in text:
                return False
            if "s" in text:
                return True
        elif text[:1] not in ("-", "+") and not (number == 1 and text in _SHELLS):
            return False
        number += 2 if text in _SHELL_VALUES else 1
    return True


def _maybe(words: Sequence[Written], at: Place | None) -> Arm:
    """The arm of what these words run at some time, or never, or more than once."""
    if at is None:
        return words[0].span.start, words[-1].span.end, 0, True
    span = at.script.written.span
    return span.start, span.end, at.start, True


def _action(words: Sequence[Written]) -> Written | None:
    """What a trap runs; None where it only resets or lists."""
    if words and words[0].text == "--":
        words = words[1:]
    return words[0] if len(words) > 1 and not words[0].text.startswith("-") else None


def _found_by(words: Sequence[Written]) -> Iterator[list[Written]]:
    """The commands that a call of find runs on what it finds."""
    begins = 0
    for number, word in enumerate(words):
        if not begins:
            begins = number + 1 if word.text in _FIND_RUNS else 0
        elif word.text == ";" or (word.text == "+" and words[number - 1].text == "{}"):
            if number > begins:
                yield [_filled(one, "{}") for one in words[begins:number]]
            begins = 0


def _given_more(words: Sequence[Written]) -> Iterator[list[Written]]:
    """The command that a call of xargs runs with words that it reads: in the place of one, or behind all."""
    number, replaced = 1, ""
    while number < len(words) and words[number].text.startswith("-"):
        text = words[number].text
        flag, equals, value = text.partition("=") if text.startswith("--") else (text[:2], text[2:], text[2:])
        number += 1
        if flag in _XARGS_VALUES and not equals and number < len(words):
            value = words[number].text
            number += 1
        if flag in _XARGS_REPLACES:
            replaced = value or "{}"
    rest = list(words[number:])
    if rest:
        yield [_filled(one, replaced) for one in rest] if replaced else [*rest, _unknown(rest[-1])]


def _filled(word: Written, sign: str) -> Written:
    """A word with something nobody knows in every place of a sign."""
    if sign not in word.text:
        return word
    text, at = "", 0
    starts: list[int] = []
    ends: list[int] = []
    while (found := word.text.find(sign, at)) >= 0:
        behind = found + len(sign)
        text += word.text[at:found] + HOLE
        starts += [*word.starts[at:found], word.starts[found]]
        ends += [*word.ends[at:found], word.ends[behind - 1]]
        at = behind
    starts += word.starts[at:]
    ends += word.ends[at:]
    return Written(text + word.text[at:], starts, ends, word.span, word.bare, word.inside, word.cuts, word.wants)


def _startup_file(script: Script, node: Node) -> str:
    """The script that an echo adds a line to; empty where it writes to no script."""
    statement = node.parent
    file = _file(None, statement, script) if statement is not None and statement.type == "redirected_statement" else ""
    return file if file.endswith((".sh", "rc.local", "sh.local")) else ""


def _file(redirect: Node | None, statement: Node, script: Script) -> str:
    """The file that a statement writes to."""
    places = [*statement.children, *(redirect.children if redirect is not None else ())]
    for child in places:
        if child.type == "file_redirect" and any(one.type in (">", ">>", ">|") for one in child.children):
            words = [one for one in child.children if one.is_named and one.type != "file_descriptor"]
            text = script.word(words[-1]).text if words else ""
            return "" if text == "/dev/null" else text.replace(HOLE, "$")
    return ""
