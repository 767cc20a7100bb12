"""Reads Ansible: what the tasks of a playbook or a role say of a host, and the commands that they run."""

from __future__ import annotations

from netqlint.errors import lacking
from netqlint.model import Host
from netqlint.patterns import compiled
from netqlint.surfaces import calling
from netqlint.surfaces.calling import Found
from netqlint.surfaces.calls import Call, Fault
from netqlint.surfaces.script import HOLE, Written
from netqlint.text import BOM, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    # of a node nobody knows the kind before it is looked at
    from ruamel.yaml.nodes import ScalarNode as Node

    from netqlint.folded import Plain
    from netqlint.surfaces.calling import Arm

# the modules that run a command as it is
_RAW = ("shell", "command", "raw")
_JINJA = r"\{\{.*?\}\}"
_DEEPEST = 6
_LOOPS = ("loop", "delegate_to")
# what names a module in its value, and lists of tasks that are not run behind those above them
_ACTIONS = ("action", "local_action")
_APART = ("rescue", "always", "handlers", "pre_tasks", "post_tasks")
# the words of a task that is written as one text, as Ansible parts them, and those it keeps from a command
_TOKEN = r"""(?:[^\s"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|["'])+"""
_ARGUMENT = r"(?s)(\w+)=(.*)"
_TAKEN = tuple(
    f"{name}="
    for name in ("chdir", "creates", "removes", "executable", "warn", "stdin", "stdin_add_newline", "strip_empty_ends")
)
# what ends a plain scalar in brackets
_FLOW = ",[]{}"
# what YAML takes for a truth value, and ESX does not write
_TRUTHS = ("yes", "no", "on", "off", "y", "n")
_ESCAPED = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "t": "\t", " ": " "}


def read(source: Source, patterns: Mapping[str, str], catalog: Plain) -> Host:
    """The hosts that a playbook sets up."""
    names = f"{patterns['tasks']}|{patterns['commands']}".split("|")
    if not any(name in source.text for name in names):
        return Host(source, "ansible")
    from netqlint.surfaces import shell

    tasks = _Playbook(source, catalog["commands"], patterns["commands"])
    return shell.host(source, "ansible", [("", one) for one in tasks.calls()], patterns)


def _documents(text: str) -> list[Node]:
    """The YAML documents of a text; none where it cannot be read."""
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError
    except ImportError as error:
        raise lacking("ruamel.yaml", error) from None

    try:
        return [node for node in YAML(typ="safe", pure=True).compose_all(text) if node is not None]
    except (YAMLError, RecursionError, ValueError, AssertionError, AttributeError, IndexError):
        # Ansible cannot read it either, or it is the template of one
        return []


class _Playbook:
    def __init__(self, source: Source, commands: Plain, names: str) -> None:
        self.source, self.text, self.commands, self.names = source, source.text, commands, names
        self.first = len(BOM) if source.text.startswith(BOM) else 0
        self.seen: set[int] = set()
        self.defaults: set[str] = set()
        self.bracketed: set[int] = set()

    def calls(self) -> Iterator[Found]:
        found: list[Found] = []
        documents = _documents(self.text[self.first :])
        if "module_defaults" in self.text:
            self.defaults = {name for document in documents for name in _defaulted(document, set())}
        for document in documents:
            self.bracketed |= _bracketed(document)
            found += self._below(document, ())
        yield from sorted(found, key=lambda one: one.span.start)

    def _below(self, node: Node, path: tuple[Arm, ...]) -> Iterator[Found]:
        """The calls of all tasks in a node; an alias stands for what is read where it is written."""
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        if isinstance(node.value, str):
            return
        for item in node.value:
            if not isinstance(item, tuple):
                yield from self._below(item, path)
        pairs = [(str(key.value), key, value) for key, value in (one for one in node.value if isinstance(one, tuple))]
        written = {name: value for name, _, value in pairs}
        if "hosts" in written or "when" in written or "rescue" in written:
            # each play is for hosts of its own, and a condition need not hold
            path = (*path, (node.start_mark.index, 0, False))
        where = " ".join(
            f"{name} {self._said(value)}" for name, _, value in pairs if name in _LOOPS or name.startswith("with_")
        )
        more = written.get("args")
        for name, key, value in pairs:
            if name == "module_defaults":
                continue
            if name in _ACTIONS:
                yield from self._action(name, key, value, more, path, where)
            else:
                yield from self._module(name, key, value, more, path, where)
            arm = (node.start_mark.index, name, False)
            yield from self._below(value, (*path, arm) if name in _APART else path)

    def _action(
        self, name: str, key: Node, value: Node, more: Node | None, path: tuple[Arm, ...], where: str
    ) -> Iterator[Found]:
        """`action: MODULE …` and `local_action:`, which name the module in their value."""
        where = f"{where} {name}" if name == "local_action" else where
        module = next((inner for one, inner in _pairs(value) if one.value == "module"), None)
        if module is not None and isinstance(module.value, str):
            yield from self._module(module.value, module, value, more, path, where)
        elif isinstance(value.value, str):
            said = self._scalar(value)
            word = compiled(r"\s*([\w.]+)\s*").match(said.text)
            if word and said.starts:
                rest = said.part(word.end(), len(said.text))
                yield from self._module(word[1], key, rest, more, path, where)

    def _module(
        self, name: str, key: Node, value: Node | Written, more: Node | None, path: tuple[Arm, ...], where: str
    ) -> Iterator[Found]:
        """What a module does with its arguments: a mapping of them, or one text that holds them all."""
        short = name.rpartition(".")[2]
        row = self.commands.get(short)
        if short in _RAW:
            yield from self._raw(value, more, path, where)
        elif row is not None and row["style"] == "task":
            yield from self._task(short, key, value, more, path, where)

    def _raw(self, value: Node | Written, more: Node | None, path: tuple[Arm, ...], where: str) -> Iterator[Found]:
        target = f"task {where}" if where else ""
        if isinstance(value, Written) or (_plain(value) and value.value):
            written = value if isinstance(value, Written) else self._scalar(value)
            yield from self._line(_without_arguments(written), path, target)
            return
        given = [*_pairs(value), *_pairs(more)]
        fields = {str(key.value): inner for key, inner in reversed(given)}
        inner = fields.get("cmd") or fields.get("_raw_params")
        if inner is not None and _plain(inner):
            yield from self._line(self._scalar(inner), path, target)
            return
        listed = fields.get("argv")
        if listed is None or _plain(listed):
            return
        words = [self._word(one) for one in listed.value if not isinstance(one, tuple)]
        if words and len(words) == len(listed.value):
            yield from calling.of_words(words, self.commands, self.names, path, target)

    def _line(self, written: Written, path: tuple[Arm, ...], target: str) -> Iterator[Found]:
        if any(name in written.text for name in self.names.split("|")):
            yield from calling.calls(written, self.commands, self.names, path, target)

    def _word(self, node: Node) -> Written:
        """A word of a list of words; whatever is no scalar nobody knows."""
        return self._value(node) if _plain(node) else self._hole(node)

    def _task(
        self, name: str, key: Node, value: Node | Written, more: Node | None, path: tuple[Arm, ...], where: str
    ) -> Iterator[Found]:
        form = self.commands[name]["forms"][0]
        text = value if isinstance(value, Written) else self._scalar(value) if _plain(value) and value.value else None
        given = self._arguments(text) if text is not None else [(str(one.value), inner) for one, inner in _pairs(value)]
        names = {one for one, _ in given} | set(_names(value))
        # what is not written as arguments, or is no arguments at all, may be anything
        sure = bool(given)
        if more is not None:
            given += [(str(one.value), inner) for one, inner in _pairs(more) if str(one.value) not in names]
            names |= set(_names(more))
            sure = bool(_pairs(more)) and (sure or text is None)
        said: dict[str, Written] = {}
        table: Node | None = None
        target = f"task {where}"
        for one, inner in given:
            _, role = form["flags"].get(one, ("", None))
            word = inner if isinstance(inner, Written) else self._value(inner) if _plain(inner) else self._hole(inner)
            if one == "state" and word.text != "present":
                return
            if role == "host":
                target += f" {word.span.text}"
            elif role == "table":
                table = inner if not isinstance(inner, Written) else None
            elif role and (isinstance(inner, Written) or _plain(inner)):
                said[role] = word
        word = self._verbatim(*self._range(key))
        faults = []
        if form["mtu"] and sure and not self.defaults & {name, ""} and "mtu" not in names:
            named = next((said[role] for role in ("vswitch", "vmknic", "portgroup") if role in said), word)
            faults.append(Fault("default", (named,), form["mtu"]))
        if table is None:
            yield self._found(word, form, said, path, target, tuple(faults))
            return
        for key, inner in _pairs(table):
            if _plain(key) and _plain(inner):
                pair = {"key": self._scalar(key), "value": self._setting(inner)}
                yield self._found(word, form, pair, path, target, ())

    def _arguments(self, written: Written) -> list[tuple[str, Node | Written]]:
        """The arguments of a module that are written as one text: `switch=vSwitch0 mtu=9000`."""
        found: list[tuple[str, Node | Written]] = []
        for match in compiled(_TOKEN).finditer(written.text):
            pair = compiled(_ARGUMENT).fullmatch(match[0])
            if pair is None:
                # nobody knows what a lone word comes to
                return []
            start, end = match.start() + pair.start(2), match.end()
            value = pair[2]
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            inner = value[1:-1] if quoted else value
            part = written.part(start + quoted, end - quoted)
            if any(sign in inner for sign in "\"'\\"):
                part = Written(HOLE, [part.span.start], [part.span.end], part.span)
            inside = written.inside + (value[0] if quoted else "")
            found.append((pair[1], Written(part.text, part.starts, part.ends, part.span, not quoted, inside)))
        return found

    def _found(
        self, word: Written, form: Plain, said: dict[str, Written], path: tuple[Arm, ...], target: str,
        faults: tuple[Fault, ...],
    ) -> Found:  # fmt: skip
        last = max([word.span.end, *[one.span.end for one in said.values()]])
        call = Call(word, word.text, (), form, said, {}, faults, False, "")
        return Found(call, self.source.span(word.span.start, last), path, target, None)

    # --- words

    def _range(self, node: Node) -> tuple[int, int]:
        return node.start_mark.index + self.first, node.end_mark.index + self.first

    def _said(self, node: Node) -> str:
        return self.text[slice(*self._range(node))].strip()

    def _verbatim(self, start: int, end: int) -> Written:
        return Written(self.text[start:end], range(start, end), range(start + 1, end + 1), self.source.span(start, end))

    def _hole(self, node: Node) -> Written:
        start, end = self._range(node)
        end = max(start, len(self.text[:end].rstrip()))
        return Written(HOLE, [start], [end], self.source.span(start, end))

    def _setting(self, node: Node) -> Written:
        """The value of a setting; of what YAML makes a truth value nobody needs to tell how ESX writes it."""
        return self._hole(node) if not node.style and str(node.value).lower() in _TRUTHS else self._value(node)

    def _value(self, node: Node) -> Written:
        """A scalar that is a value as it is; a plain one in brackets has to be quoted before it can have a comma."""
        written = self._scalar(node)
        if id(node) not in self.bracketed or written.text == HOLE or any(sign in written.text for sign in "\\\"'"):
            return written
        return Written(written.text, written.starts, written.ends, written.span, True, cuts=_FLOW)

    def _scalar(self, node: Node) -> Written:
        """What a scalar says once YAML and Jinja are gone; what this cannot follow is unknown."""
        start, end = self._range(node)
        made = self._made(node, start, end)
        value = str(node.value)
        if made is None or "{%" in value or "{#" in value or HOLE in value:
            return self._hole(node)
        text = "".join(sign for sign, _, _ in made)
        if text.rstrip("\n") != value.rstrip("\n"):
            return self._hole(node)
        at = 0
        kept: list[tuple[str, int, int]] = []
        for match in compiled(_JINJA).finditer(text):
            kept += made[at : match.start()]
            kept.append((HOLE, made[match.start()][1], made[match.end() - 1][2]))
            at = match.end()
        kept += made[at:]
        if not kept:
            return Written("", [], [], self.source.span(start, end)) if node.style in ("'", '"') else self._hole(node)
        signs, starts, ends = zip(*kept, strict=True)
        inside = node.style if node.style in ("'", '"') else "," if id(node) in self.bracketed else ""
        span = self.source.span(starts[0], ends[-1])
        return Written("".join(signs), list(starts), list(ends), span, inside=inside, cuts="")

    def _made(self, node: Node, start: int, end: int) -> list[tuple[str, int, int]] | None:
        text = self.text
        if node.style in ("|", ">"):
            return self._block(node, start, end)
        if "\n" in text[start:end] or "\r" in text[start:end]:
            return None
        if node.style is None or not node.style:
            return [(text[at], at, at + 1) for at in range(start, end)]
        made = []
        at, end = start + 1, end - 1
        while at < end:
            sign, step = text[at], 1
            if node.style == "'" and sign == "'":
                step = 2
            elif node.style == '"' and sign == "\\":
                sign, step = _ESCAPED.get(text[at + 1], ""), 2
                if not sign:
                    return None
            made.append((sign, at, at + step))
            at += step
        return made

    def _block(self, node: Node, start: int, end: int) -> list[tuple[str, int, int]] | None:
        """The lines of a block without what they are indented by."""
        lines = list(compiled(r"([^\r\n]*)(\r\n|\r|\n|$)").finditer(self.text, start, end))[1:]
        filled = [line for line in lines if line[1].strip(" ")]
        if not filled:
            return None
        indent = len(filled[0][1]) - len(filled[0][1].lstrip(" "))
        made: list[tuple[str, int, int]] = []
        for line in lines:
            if line.start() >= end:
                break
            if made:
                _, first, last = made.pop()
                made.append((" " if node.style == ">" else "\n", first, last))
            begin = line.start() + min(indent, len(line[1]))
            made += [(self.text[at], at, at + 1) for at in range(begin, line.end(1))]
            made.append(("\n", line.end(1), line.end()))
        while made and made[-1][0] == "\n":
            made.pop()
        return made


def _without_arguments(written: Written) -> Written:
    """A command without what Ansible takes out of it for itself: `cd=`, `creates=` and the like are no words of it."""
    text = written.text
    for match in compiled(_TOKEN).finditer(text):
        if match[0].startswith(_TAKEN):
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return Written(text, written.starts, written.ends, written.span, written.bare, written.inside, written.cuts)


def _defaulted(node: Node, seen: set[int]) -> Iterator[str]:
    """The modules to which some `module_defaults` gives an MTU; "" where it may be any."""
    if id(node) in seen or isinstance(node.value, str):
        return
    seen.add(id(node))
    for one in node.value:
        if not isinstance(one, tuple):
            yield from _defaulted(one, seen)
            continue
        key, value = one
        if key.value != "module_defaults":
            yield from _defaulted(value, seen)
        elif not _pairs(value):
            yield ""
        for name, inner in _pairs(value) if key.value == "module_defaults" else ():
            if not _pairs(inner) or "mtu" in _names(inner):
                yield "" if "/" in str(name.value) or name.value == "<<" else str(name.value).rpartition(".")[2]


def _names(node: Node | Written, depth: int = 0) -> Iterator[str]:
    """The keys of a mapping, and of those that are merged into it."""
    for key, value in _pairs(node):
        yield str(key.value)
        if key.value == "<<" and depth < _DEEPEST:
            for one in [value] if _pairs(value) else value.value:
                yield from _names(one, depth + 1)


def _plain(node: Node) -> bool:
    """Whether a node is one value, and neither a mapping nor a list."""
    return isinstance(node.value, str)


def _pairs(node: Node | Written | None) -> list[tuple[Node, Node]]:
    """The keys and values of a mapping; none of anything else."""
    if node is None or isinstance(node, Written) or _plain(node):
        return []
    return [one for one in node.value if isinstance(one, tuple)]


def _bracketed(top: Node) -> set[int]:
    """The plain scalars that stand in brackets, by their ids."""
    found: set[int] = set()
    seen: set[int] = set()
    rest = [top]
    while rest:
        node = rest.pop()
        if id(node) in seen or _plain(node):
            continue
        seen.add(id(node))
        inner = [child for one in node.value for child in (one if isinstance(one, tuple) else (one,))]
        if getattr(node, "flow_style", False):
            found |= {id(child) for child in inner if _plain(child) and not child.style}
        rest += inner
    return found
