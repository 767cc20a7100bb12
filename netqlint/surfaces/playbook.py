"""Reads Ansible: what the tasks of a playbook or a role say of a host, and the commands that they run."""

from __future__ import annotations

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
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

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
        self.defaults = "module_defaults" in self.text

    def calls(self) -> Iterator[Found]:
        found: list[Found] = []
        for document in _documents(self.text[self.first :]):
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
        for name, key, value in pairs:
            short = name.rpartition(".")[2]
            row = self.commands.get(short)
            if name == "module_defaults":
                continue
            if short in _RAW:
                yield from self._raw(value, path, where)
            elif row is not None and row["style"] == "task":
                yield from self._task(short, key, value, path, where)
            arm = (node.start_mark.index, name, False)
            yield from self._below(value, (*path, arm) if name in ("rescue", "always", "handlers") else path)

    def _raw(self, value: Node, path: tuple[Arm, ...], where: str) -> Iterator[Found]:
        if not isinstance(value.value, str):
            fields = {str(key.value): inner for key, inner in _pairs(value)}
            inner = fields.get("cmd") or fields.get("_raw_params")
            if inner is None or not isinstance(inner.value, str):
                return
            value = inner
        written = self._scalar(value)
        if any(name in written.text for name in self.names.split("|")):
            yield from calling.calls(written, self.commands, self.names, path, f"task {where}" if where else "")

    def _task(self, name: str, key: Node, value: Node, path: tuple[Arm, ...], where: str) -> Iterator[Found]:
        form = self.commands[name]["forms"][0]
        said: dict[str, Written] = {}
        table: Node | None = None
        target = f"task {where}"
        for one, inner in _pairs(value):
            _, role = form["flags"].get(str(one.value), ("", None))
            if one.value == "state" and self._said(inner).strip("\"'") != "present":
                return
            if role == "host":
                target += f" {self._said(inner)}"
            elif role == "table":
                table = inner
            elif role and isinstance(inner.value, str):
                said[role] = self._scalar(inner)
        word = self._verbatim(*self._range(key))
        faults = []
        asks = any(role == "mtu" for _, role in form["flags"].values())
        if asks and not self.defaults and _pairs(value) and not any(name == "mtu" for name in _names(value)):
            named = next((said[role] for role in ("vswitch", "vmknic", "portgroup") if role in said), word)
            faults.append(Fault("default", (named,), "1500"))
        if table is None:
            yield self._found(word, form, said, path, target, tuple(faults))
            return
        for one, inner in _pairs(table):
            if isinstance(one.value, str) and isinstance(inner.value, str):
                pair = {"key": self._scalar(one), "value": self._setting(inner)}
                yield self._found(word, form, pair, path, target, ())

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
        return self._hole(node) if not node.style and str(node.value).lower() in _TRUTHS else self._scalar(node)

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
        inside = node.style if node.style in ("'", '"') else ""
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


def _names(node: Node, depth: int = 0) -> Iterator[str]:
    """The keys of a mapping, and of those that are merged into it."""
    for key, value in _pairs(node):
        yield str(key.value)
        if key.value == "<<" and depth < _DEEPEST:
            for one in [value] if _pairs(value) else value.value:
                yield from _names(one, depth + 1)


def _pairs(node: Node) -> list[tuple[Node, Node]]:
    """The keys and values of a mapping; none of anything else."""
    if isinstance(node.value, str):
        return []
    return [one for one in node.value if isinstance(one, tuple)]
