"""Reads Terraform and Puppet: the MTUs and settings that resources declare, and the commands that provisioners run."""

from __future__ import annotations

from netqlint.model import Host
from netqlint.patterns import compiled
from netqlint.surfaces import calling
from netqlint.surfaces.calling import Found
from netqlint.surfaces.calls import Call, Fault
from netqlint.surfaces.script import HOLE, Written, offsets
from netqlint.text import Source, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from netqlint.folded import Plain

_GRAMMARS = {"terraform": "hcl", "puppet": "puppet"}
# the provisioners that run commands, and where they are told them
_RUNS = {"remote-exec": "inline", "local-exec": "command"}
_STRINGS = ("string_lit", "quoted_template", "heredoc_template", "string")
_PLAIN = ("numeric_lit", "number", "boolean")
_WRAPPERS = ("expression", "literal_value", "template_expr", "collection_value")
_HOLES = ("template_interpolation", "template_directive", "interpolation")
_MARKS = ("quoted_template_start", "quoted_template_end", "heredoc_start", "heredoc_identifier", "'", '"')
_SPLAT = r"\*(?=\s*=>)"
# a type of one name, or of a module and its names in there
_TYPES = ("identifier", "class_identifier")
_ESCAPED = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "t": "\t", "$": "$"}


def read(source: Source, surface: str, patterns: Mapping[str, str], catalog: Plain) -> Host:
    """The hosts that a text describes in the words of Terraform or Puppet."""
    if not says_something(source.text, patterns):
        return Host(source, surface)
    from netqlint.surfaces import shell

    reader = (_Terraform if surface == "terraform" else _Puppet)(source, catalog["commands"], patterns)
    found = sorted(reader.calls(), key=lambda one: one.span.start)
    return shell.host(source, surface, [("", one) for one in found], patterns)


def says_something(text: str, patterns: Mapping[str, str]) -> bool:
    """Whether a text has a resource netqlint knows, or runs a command that it knows."""
    names = patterns["resources"].split("|")
    if "provisioner" in text:
        names += patterns["commands"].split("|")
    return any(name in text for name in names)


class _Reader:
    """What both have in common: resources with a title and attributes, and strings with variables in them."""

    grammar = ""

    def __init__(self, source: Source, commands: Plain, patterns: Mapping[str, str]) -> None:
        self.source, self.text, self.commands, self.patterns = source, source.text, commands, patterns
        self.kinds: dict[str, bool] = {}
        from netqlint.surfaces.parser import tree

        data = encode(self.readable())
        self.characters = None if len(data) == len(self.text) else offsets(self.text)
        self.root = tree(data, self.grammar)

    def readable(self) -> str:
        """The text as the grammar can read it, with every character in its place."""
        return self.text

    def range(self, node: Node) -> tuple[int, int]:
        """The characters that a node covers."""
        if self.characters is None:
            return node.start_byte, node.end_byte
        return self.characters[node.start_byte], self.characters[node.end_byte]

    def said(self, node: Node) -> str:
        return self.text[slice(*self.range(node))]

    def label(self, node: Node) -> str:
        return self.said(node).strip("\"'")

    def known(self, name: str) -> bool:
        return name in self.commands and self.commands[name]["style"] == "resource"

    def pairs(self, node: Node) -> Iterator[tuple[Node, Node]]:
        """The attributes right below a node: their names, and their values."""
        for child in node.children:
            if child.type == "attribute":
                yield from _pair(child)

    def resource(
        self, word: Node, title: Written, said: Mapping[str, Node], faults: tuple[Fault, ...] = ()
    ) -> Iterator[Found]:
        """The calls that a resource comes to; each is about a thing of its own, so that none undoes another."""
        name = self.verbatim(*self.range(word), self.label(word))
        form = self.commands[name.text]["forms"][0]
        roles = {key: role for key, (_, role) in form["flags"].items()}
        words = {roles[key]: self.value(node) for key, node in said.items() if roles.get(key)}
        target = f"resource {word.start_byte} {title.span.start}"
        table = next((_core(node) for key, node in said.items() if roles.get(key) == "table"), None)
        for key, value in self.pairs(table) if table is not None else ():
            row = {"key": self.value(key), "value": self.value(value)}
            yield self.found(name, form, row, f"{target} {key.start_byte}")
        if form["does"] in ("vswitch", "vmknic"):
            # where nobody knows what it is called on the host, it is called as it is here
            if form["does"] not in words or not words[form["does"]].known:
                words[form["does"]] = title
            yield self.found(name, form, words, target, faults)

    def found(
        self, name: Written, form: Plain, said: Mapping[str, Written], target: str, faults: tuple[Fault, ...] = ()
    ) -> Found:
        last = max([name.span.end, *[one.span.end for one in said.values()]])
        call = Call(name, name.text, (), form, said, {}, faults, False, "")
        return Found(call, self.source.span(name.span.start, last), (), target, None)

    # --- words

    def verbatim(self, start: int, end: int, text: str | None = None, wants: str = "") -> Written:
        """A stretch as it stands; `text` is the part of it that lies between quotes."""
        span = self.source.span(start, end)
        if text is not None:
            start = self.text.index(text, start)
            end = start + len(text)
        return Written(self.text[start:end], range(start, end), range(start + 1, end + 1), span, cuts="", wants=wants)

    def hole(self, node: Node) -> Written:
        start, end = self.range(node)
        return Written(HOLE, [start], [end], self.source.span(start, end))

    def value(self, node: Node) -> Written:
        """What a value says; anything but a string, a number or a truth value is unknown."""
        core = _core(node)
        if core.type in _STRINGS:
            return self.string(core)
        # in the place of a truth value there may stand no other word without quotes
        return self.verbatim(*self.range(core), wants="'") if core.type in _PLAIN else self.hole(core)

    def string(self, node: Node) -> Written:
        """A string with its variables as holes; one whose escapes nobody here knows is unknown."""
        marks = [child for child in node.children if child.type in _MARKS]
        bodies = [child for child in node.children if child not in marks]
        start, end = self.range(node)
        if node.has_error or len(marks) < 2:
            return self.hole(node)
        quote = self.said(marks[0])[-1:]
        quote = quote if quote in "\"'" else ""
        if not bodies:
            return Written("", [], [], self.source.span(start, end))
        first, last = self.range(bodies[0])[0], self.range(bodies[-1])[1]
        holes = dict(self.range(child) for child in bodies if child.type in _HOLES)
        made: list[tuple[str, int, int]] = []
        at = first
        while at < last:
            sign, step = self.text[at], 1
            if at in holes:
                sign, step = HOLE, max(holes[at] - at, 1)
            elif sign in "$%" and self.text[at + 1 : at + 2] in (sign, "{"):
                return self.hole(node)
            elif sign == "\\" and quote:
                after = self.text[at + 1]
                if quote == '"' or after in "\\'":
                    sign, step = _ESCAPED.get(after, ""), 2
                if not sign:
                    return self.hole(node)
            made.append((sign, at, at + step))
            at += step
        signs, starts, ends = zip(*made, strict=True)
        span = self.source.span(first, last)
        return Written("".join(signs), list(starts), list(ends), span, inside=quote, cuts="")


class _Terraform(_Reader):
    grammar = "hcl"

    def calls(self) -> Iterator[Found]:
        """The calls of all blocks, whatever they stand in."""
        for node in _below(self.root, "block"):
            labels = [child for child in node.children if child.type in ("identifier", "string_lit")]
            body = next((child for child in node.children if child.type == "body"), None)
            names = [self.label(child) for child in labels]
            if body is None or not names or node.has_error:
                continue
            said = {self.said(key): value for key, value in self.pairs(body)}
            if names[0] == "resource" and len(names) == 3 and self.known(names[1]):
                yield from self.resource(labels[1], self.verbatim(*self.range(labels[2]), names[2]), said)
            elif names[0] == "provisioner" and _RUNS.get(names[-1]) in said:
                yield from self.commands_in(said[_RUNS[names[-1]]], f"provisioner {node.start_byte}")

    def commands_in(self, node: Node, target: str) -> Iterator[Found]:
        """The calls in a string or a list of strings, run one after the other."""
        core = _core(node)
        for one in core.children if core.type == "tuple" else (core,):
            string = _core(one)
            if string.type in _STRINGS:
                yield from calling.calls(self.string(string), self.commands, self.patterns["commands"], (), target)


class _Puppet(_Reader):
    grammar = "puppet"

    def readable(self) -> str:
        # the grammar knows no attributes that are all in a hash
        return compiled(_SPLAT).sub("x", self.text)

    def calls(self) -> Iterator[Found]:
        """The calls of all resources that are declared, whatever they stand in."""
        for node in _below(self.root, "resource_declaration"):
            word = next((child for child in node.children if child.type in _TYPES), None)
            if word is not None and not node.has_error and self.known(self.said(word)):
                yield from self.declared(node, word)

    def declared(self, node: Node, word: Node) -> Iterator[Found]:
        """A declaration has several resources of a type, each behind its title; what is behind `default` all have."""
        bodies = list(self.bodies(node, word))
        common = {key: value for title, said in bodies if self.said(title) == "default" for key, value in said.items()}
        for title, own in bodies:
            said = {**common, **own}
            if self.said(title) == "default" or ("ensure" in said and self.label(said["ensure"]) == "absent"):
                continue
            thing = self.thing(said.get("name", title))
            yield from self.resource(word, thing, said, self.faults(word, thing, said))

    def bodies(self, node: Node, word: Node) -> Iterator[tuple[Node, dict[str, Node]]]:
        title: Node | None = None
        said: dict[str, Node] = {}
        last = word
        for child in node.children:
            if child.type == ":":
                title, said = last, {}
            elif child.type == "attribute":
                said |= {self.label(key): value for key, value in _pair(child)}
            elif child.type in (";", "}") and title is not None:
                yield title, said
                title = None
            last = child

    def faults(self, word: Node, thing: Written, said: Mapping[str, Node]) -> tuple[Fault, ...]:
        """An MTU that is left to the type, unless the text may say it elsewhere."""
        kind = self.said(word)
        default = self.commands[kind]["forms"][0]["mtu"]
        if not default or not said or "mtu" in said or "*" in said:
            return ()
        return () if self.overridden(kind) else (Fault("default", (thing,), default),)

    def overridden(self, kind: str) -> bool:
        """Whether the text gives attributes to resources of a type beside their declarations."""
        if kind not in self.kinds:
            elsewhere = compiled(rf"\b{kind.capitalize()}\s*(?:\{{|<\||\[[^]\n]*\]\s*\{{)")
            self.kinds[kind] = bool(elsewhere.search(self.text))
        return self.kinds[kind]

    def thing(self, title: Node) -> Written:
        """What is called so on the host: a title has the host or the folder in front of it."""
        written = self.value(title)
        start = max(written.text.rfind(sign) for sign in ":/") + 1
        name = written.part(start, len(written.text))
        return name if name.known and name.text else self.verbatim(*self.range(title))


def _below(root: Node, kind: str) -> Iterator[Node]:
    """All nodes of a kind."""
    todo = [root]
    while todo:
        node = todo.pop()
        if node.type == kind:
            yield node
        todo += node.children


def _pair(attribute: Node) -> Iterator[tuple[Node, Node]]:
    """The name of an attribute and its value."""
    parts = [part for part in attribute.children if part.is_named and part.type != "comment"]
    if len(parts) == 2:
        yield parts[0], parts[1]


def _core(node: Node) -> Node:
    """What an expression comes to that is nothing but a value."""
    while node.type in _WRAPPERS and len(node.children) == 1:
        node = node.children[0]
    return node
