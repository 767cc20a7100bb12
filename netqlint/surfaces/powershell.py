"""Reads PowerCLI: what the cmdlets of a PowerShell script, and the commands of its Get-EsxCli, say of a host."""

from __future__ import annotations

from bisect import bisect_left

from netqlint.model import Host
from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.surfaces.calling import Found
from netqlint.surfaces.calls import Call, Fault
from netqlint.surfaces.script import BLANKS, HOLE, Written, offsets
from netqlint.text import BOM, Source, Span, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tree_sitter import Node

    from netqlint.folded import Plain
    from netqlint.surfaces.calling import Arm

    Said = dict[str, Written]

# what all cmdlets take: switches, and what has a value
_SWITCHES = ("-confirm", "-whatif", "-verbose", "-debug")
_COMMON = ("-erroraction", "-errorvariable", "-warningaction", "-warningvariable", "-informationaction",
           "-informationvariable", "-outvariable", "-outbuffer", "-pipelinevariable", "-runasync")  # fmt: skip
_BRANCHES = frozenset(
    (
        "if_statement",
        "else_clause",
        "elseif_clause",
        "switch_statement",
        "switch_clause",
        "for_statement",
        "foreach_statement",
        "while_statement",
        "do_statement",
        "try_statement",
        "catch_clause",
        "finally_clause",
        "function_statement",
        "script_block_expression",
        "trap_statement",
    )
)
# nobody knows when these are run
_LATER = ("function_statement", "script_block_expression", "trap_statement")
_LEAVES = r"(?i)(?<![\w-])(?:exit|return|break|continue|throw)(?![\w-])"
_STRING = "string_literal"
_ENDS = frozenset(
    (
        _STRING,
        "variable",
        "integer_literal",
        "real_literal",
        "generic_token",
        "hash_literal_expression",
        "member_access",
        "element_access",
        "invokation_expression",
        "parenthesized_expression",
        "command",
    )
)
# what a bare word ends at
_CUTS = BLANKS + ",;|&(){}<>@#$`\"'"
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "e": "\x1b"}
_TYPOGRAPHIC = "‘’‚‛“”„"
# a grammar that takes the 2 for a redirection
_VERSION = r"(?i)(?<=-V)2(?![\w])"
_CALLS = r"(?i)(?<=\.)(?:set|add|invoke)[ \t]*\("
_VARIABLE = r"\$(?:[\w:]+|\{[^{}]*\})"
_ASSIGNED = rf"({_VARIABLE})[ \t]*=(?!=)"
_LOOP = rf"(?i)\bforeach\s*\(\s*({_VARIABLE})\s+in\b"
_DEEPEST = 6


def read(source: Source, patterns: Mapping[str, str], catalog: Plain) -> Host:
    """The host that a script sets up."""
    found: list[Found] = []
    lower = source.text.lower()
    if "esxcli" in lower or any(name.lower() in lower for name in patterns["cmdlets"].split("|")):
        found = list(_Script(source, catalog["commands"]).calls(patterns["cmdlets"]))
    if not found:
        return Host(source, "powershell")
    from netqlint.surfaces import shell

    return shell.host(source, "powershell", [("", one) for one in found], patterns)


class _Object(Record):
    """What a pipeline hands on: the words that say which thing it is, and where that was asked for."""

    said: Mapping[str, Written]
    target: str


class _Script:
    def __init__(self, source: Source, commands: Plain) -> None:
        from netqlint.surfaces.parser import tree

        self.source, self.text, self.commands = source, source.text, commands
        self.cmdlets = {name.lower(): name for name, row in commands.items() if row["style"] == "cmdlet"}
        text = compiled(_VERSION).sub("x", self.text)
        if text.startswith(BOM):
            text = " " + text[1:]
        data = encode(text)
        self._bytes = None if len(data) == len(text) else offsets(text)
        self._connected = [match.start() for match in compiled(r"(?i)Connect-VIServer").finditer(text)]
        self._written: dict[str, list[tuple[int, Node]]] = {}
        self._places: dict[str, list[tuple[int, int]]] | None = None
        self._filled: dict[str, list[tuple[int, Node, Written]]] = {}
        self._named_fields: dict[str, int] = {}
        self._loops: set[str] | None = None
        self._leaving: list[int] | None = None
        self.root = tree(data, "powershell")

    # --- places

    def range(self, node: Node) -> tuple[int, int]:
        if self._bytes is None:
            return node.start_byte, node.end_byte
        return self._bytes[node.start_byte], self._bytes[node.end_byte]

    def said(self, node: Node) -> str:
        return self.text[slice(*self.range(node))]

    def at(self, start: int, end: int) -> Node | None:
        if self._bytes is not None:
            start, end = bisect_left(self._bytes, start), bisect_left(self._bytes, end)
        return self.root.descendant_for_byte_range(start, end)

    def holder(self, start: int, end: int, kind: str) -> Node | None:
        """The node of a kind that these characters belong to; None in a comment, and where the text is broken."""
        node, found = self.at(start, end), None
        while node is not None:
            if node.type in ("comment", "ERROR"):
                return None
            if found is None and node.type == kind:
                found = node
            node = node.parent
        return None if found is None or _broken(found) else found

    # --- calls

    def calls(self, cmdlets: str) -> Iterator[Found]:
        """All calls that set something, in the order of the text."""
        found: list[Found] = []
        seen: set[tuple[str, int]] = set()
        for match in compiled(rf"(?i)(?<![\w-])(?:{cmdlets})(?![\w-])").finditer(self.text):
            node = self.holder(*match.span(), "command")
            if node is None or self.range(node)[0] != match.start():
                continue
            row = self.commands[self.cmdlets[match[0].lower()]]
            if row["forms"][0]["does"]:
                found += self._cmdlet(node, row["forms"][0])
        for match in compiled(_CALLS).finditer(self.text):
            node = self.holder(match.start(), match.end(), "invokation_expression")
            if node is not None and ("", node.start_byte) not in seen:
                seen.add(("", node.start_byte))
                found += self._esxcli(node)
        yield from sorted(found, key=lambda one: one.span.start)

    def _found(
        self, node: Node, name: Written, form: Plain, said: Said, target: str, faults: Sequence[Fault] = ()
    ) -> Found:
        places = [word.span for word in said.values() if word.span.source is self.source]
        first, last = self.range(node)
        inside = [place for place in places if first <= place.start and place.end <= last]
        span = self.source.span(first, max([last, *[place.end for place in inside]]))
        call = Call(name, name.text, (), form, said, {}, tuple(faults), False, "")
        whole = self._whole(node, said) if len(inside) == len(places) else None
        return Found(call, span, self._arms(node), target, whole)

    def _cmdlet(self, node: Node, form: Plain) -> Iterator[Found]:
        bound = self._bound(node)
        name = node.child_by_field_name("command_name")
        if bound is None or name is None:
            return
        own, target = bound
        word = self._verbatim(*self.range(name))
        table = own.pop("table", None)
        handed = self._in_front(node, 0)
        if handed is not None:
            own = {**handed.said, **own}
            target += handed.target
        target += self._server(node)
        if table is None:
            yield self._found(self._statement(node), word, form, own, target)
            return
        for key, value in self._entries(table):
            said = {**own, "key": key, "value": value}
            found = self._found(node, word, form, said, target)
            yield Found(found.call, found.span, found.path, found.target, None)

    def _esxcli(self, node: Node) -> Iterator[Found]:
        steps = self._steps(node)
        if not steps:
            return
        root, names = steps
        invoked = names[-1].text.lower() == "invoke"
        arguments = next((child for child in node.children if child.type == "argument_list"), None)
        if invoked:
            names = names[:-1]
        words = tuple(name.text.lower() for name in names)
        form = next((one for one in self.commands["esxcli"]["forms"] if one["words"] == words and one["does"]), None)
        if form is None or arguments is None:
            return
        given = self._arguments(arguments)
        faults: list[Fault] = []
        said: Said | None
        if invoked:
            said = self._named(given[0], node, form) if len(given) == 1 else None
        else:
            said = self._placed(given, form, faults)
        if said is None:
            return
        word = self._verbatim(names[0].span.start, names[-1].span.end)
        # of two orders of arguments a host takes one, and the call in the other order leaves no trace
        order = "".join(fault.kind for fault in faults)
        faults = [Fault(fault.kind, (self._hole(arguments),), fault.meant) for fault in faults]
        target = f"esxcli {order} {self._told(root)}{self._server(node)}"
        yield self._found(node, word, form, said, target, faults)

    def _steps(self, node: Node, depth: int = 0) -> tuple[Node, list[Written]] | None:
        """The names of a chain `$root.one.two.three`, and what they begin with."""
        names: list[Written] = []
        child = node.children[0] if node.children else None
        for one in reversed(node.children):
            if one.type == "member_name":
                names.append(self._verbatim(*self.range(one)))
                break
        while child is not None and child.type == "member_access":
            name = next((one for one in reversed(child.children) if one.type == "member_name"), None)
            if name is None:
                return None
            names.append(self._verbatim(*self.range(name)))
            child = child.children[0]
        if child is None or not names:
            return None
        names.reverse()
        if child.type == "variable" and depth < _DEEPEST:
            value = self._assigned(child)
            value = _core(value) if value is not None else None
            if value is not None and value.type == "member_access":
                more = self._steps(value, depth + 1)
                if more is not None:
                    return more[0], more[1] + names
        return child, names

    def _placed(self, given: Sequence[Node], form: Plain, faults: list[Fault]) -> Said | None:
        """The arguments of a call by their places, in the order of the releases that have so many."""
        orders = form["orders"]
        order = next((one for one in orders if len(one[0]) == len(given)), None)
        if order is None:
            return None
        said: Said = {}
        for role, node in zip(order[0], given, strict=True):
            self._take(said, role, node)
        if len(orders) > 1:
            faults.append(Fault("newer", (), order[1]) if order[1] > orders[0][1] else Fault("older", (), order[2]))
        return said

    def _named(self, given: Node, node: Node, form: Plain) -> Said | None:
        """The arguments of a call by their names: a table, or the variable that holds one."""
        roles = {flag.strip("-").replace("-", ""): role for flag, (_, role) in form["flags"].items() if flag[1] == "-"}
        value = _core(given)
        fields: dict[str, Node] = {}
        if value.type == "variable":
            name = self.said(value)
            made = self._assigned(value)
            if made is None:
                return None
            fields = self._last_fields(name, self.range(made)[1], node)
            value = _core(made)
        table = value.type == "hash_literal_expression"
        if not table and not fields:
            return None
        # what is written into a field later stands for what was there
        pairs = {key.text.lower(): entry for key, entry in self._pairs(value)} if table else {}
        said: Said = {}
        for key, entry in {**pairs, **fields}.items():
            role = roles.get(key, "text")
            self._take(said, role, entry)
            if role in said and key in fields and self._arms(entry) != self._arms(node):
                said[role] = self._hole(entry)
        return said

    def _take(self, said: Said, role: str | None, node: Node) -> None:
        if role in (None, "text", "secret"):
            return
        core = _core(node)
        text = self.said(core).lower()
        if text == "$null" or (role == "append" and text in ("$false", '"false"', "'false'")):
            return
        assert role is not None
        said[role] = self._value(node, "'")

    def _fields(self, name: str, start: int, node: Node) -> list[tuple[Written, Node]]:
        """What is written into the fields of a variable between a place and a call, each with its name."""
        everywhere = self._filling(name)
        first, last = (bisect_left(everywhere, at, key=_place) for at in (start, self.range(node)[0]))
        return [(key, value) for _, value, key in everywhere[first:last]]

    def _last_fields(self, name: str, start: int, node: Node) -> dict[str, Node]:
        """What each field of a variable was written last between a place and a call."""
        everywhere = self._filling(name)
        found: dict[str, Node] = {}
        for number in range(bisect_left(everywhere, self.range(node)[0], key=_place) - 1, -1, -1):
            at, value, key = everywhere[number]
            if at < start or len(found) == self._named_fields[name.lower()]:
                break
            found.setdefault(key.text.lower(), value)
        return found

    def _filling(self, name: str) -> list[tuple[int, Node, Written]]:
        """Where a field of a variable is written, what with, and what the field is called."""
        name = name.lower()
        if name not in self._filled:
            pattern = rf"(?i){_escaped(name)}(?:\.(\w+)|\[[ \t]*[\"'](\w+)[\"'][ \t]*\])[ \t]*=(?!=)"
            found = self._filled[name] = []
            for match in compiled(pattern).finditer(self.text):
                value = self._assigned_at(*match.span())
                if value is not None:
                    found.append((match.start(), value, self._verbatim(*match.span(1 if match[1] else 2))))
            self._named_fields[name] = len({key.text.lower() for _, _, key in found})
        return self._filled[name]

    def _assigned_at(self, start: int, end: int) -> Node | None:
        """What is written into that which stands here."""
        holder = self.holder(start, end, "assignment_expression")
        return holder.child_by_field_name("value") if holder is not None else None

    def _entries(self, table: Written) -> Iterator[tuple[Written, Written]]:
        """The settings of a table that stands where the word does."""
        node = self.holder(table.span.start, table.span.end, "hash_literal_expression")
        if node is not None:
            for key, value in self._pairs(node):
                yield key, self._value(value, "'")

    def _pairs(self, node: Node) -> Iterator[tuple[Written, Node]]:
        body = next((child for child in node.children if child.type == "hash_literal_body"), None)
        for entry in body.children if body is not None else ():
            key = next((child for child in entry.children if child.type == "key_expression"), None)
            value = next((child for child in entry.children if child.type == "pipeline"), None)
            if entry.type == "hash_entry" and key is not None and value is not None:
                inner = _core(key.children[0]) if key.children else key
                yield self._value(inner) if inner.type == _STRING else self._verbatim(*self.range(inner)), value

    def _arguments(self, node: Node) -> list[Node]:
        inner = next((child for child in node.children if child.type == "argument_expression_list"), None)
        return [child for child in inner.children if child.type == "argument_expression"] if inner is not None else []

    # --- cmdlets, and what they hand on

    def _bound(self, node: Node) -> tuple[Said, str] | None:
        """What the words of a cmdlet are, and what it is told of where; None where nobody can tell."""
        name = node.child_by_field_name("command_name")
        known = self.cmdlets.get(self.said(name).lower()) if name is not None else None
        if known is None or _broken(node):
            return None
        row = self.commands[known]
        flags, places = row["forms"][0]["flags"], row["forms"][0]["places"]
        said: Said = {}
        target = ""
        loose: list[Node] = []
        unsure = False
        rest = list(self._elements(node))
        while rest:
            kind, element = rest.pop(0)
            if kind == "value":
                splat = self.said(element).startswith("@")
                given = self._splatted(_core(element)) if splat else []
                if given is None:
                    unsure = True
                elif not splat:
                    loose.append(element)
                for key, entry in given or ():
                    role, takes = _role(f"-{key.text.lower()}", flags)
                    if "-whatif".startswith(f"-{key.text.lower()}") and self.said(entry).lower() != "$false":
                        return None
                    if role == "host":
                        target += f" {self._told(entry)}"
                    elif role:
                        target += self._assign(said, role, entry, "'")
                    elif role is None:
                        unsure = True
                continue
            role, takes = _role(self.said(element).lower(), flags)
            colon = bool(rest) and rest[0][0] == "colon"
            if colon:
                rest.pop(0)
            whether = not takes and "-whatif".startswith(self.said(element).lower())
            if whether and not (colon and rest and self.said(rest[0][1]).lower() == "$false"):
                # it only says what it would do
                return None
            if not takes and not colon:
                continue
            if not rest or rest[0][0] != "value":
                unsure = True
                continue
            value = rest.pop(0)[1]
            if role == "host":
                target += f" {self._told(value)}"
            elif role:
                target += self._assign(said, role, value)
            elif role is None:
                unsure = True
        if not unsure and len(loose) == 1 and len(places) == 1:
            target += self._assign(said, places[0], loose[0])
        return said, target

    def _splatted(self, node: Node) -> list[tuple[Written, Node]] | None:
        """The parameters that `@name` stands for: a table of this script that nothing else has to do with, or None."""
        name, at = f"${self.said(node)[1:]}", self.range(node)[0]
        made = self._assigned(node, name) if node.type == "variable" else None
        table = _core(made) if made is not None else None
        if table is None or table.type != "hash_literal_expression":
            return None
        since = self.range(table)[1]
        fields = self._fields(name, since, node)
        if any(self._arms(value) != self._arms(node) for _, value in fields):
            return None
        written = {len(self.text[: key.span.start].rstrip(".['\" \t")) for key, _ in fields}
        used = {match.end() for match in compiled(rf"(?i){_escaped(name)}(?![\w:])").finditer(self.text, since, at)}
        if not used <= written:
            # whoever gets hold of a table may change it
            return None
        entries = {key.text.lower(): (key, value) for key, value in (*self._pairs(table), *fields)}
        return list(entries.values())

    def _assign(self, said: Said, role: str, node: Node, wants: str = "") -> str:
        """Take a value for what it is; what comes back is where it is, as far as it tells."""
        if role in ("text", "secret", "append"):
            return ""
        core = _core(node)
        if role == "table":
            if core.type == "hash_literal_expression":
                said[role] = self._hole(core)
            return ""
        if core.type in ("variable", "parenthesized_expression") and role in ("module", "key", "vswitch", "vmknic"):
            handed = self._object(core, 0)
            if handed is not None and role in handed.said:
                said[role] = handed.said[role]
            return handed.target if handed is not None else ""
        word = self._value(node, wants)
        if role in ("module", "key", "vswitch", "vmknic") and any(sign in word.text for sign in "*?["):
            return ""
        said.setdefault(role, word)
        return ""

    def _elements(self, node: Node) -> Iterator[tuple[str, Node]]:
        """The words of a command as they part: parameters, the colons behind them, values."""
        elements = node.child_by_field_name("command_elements")
        parted = True
        found: list[tuple[str, Node]] = []
        for child in elements.children if elements is not None else ():
            text = self.said(child)
            if child.type == "command_argument_sep":
                parted = bool(text)
                if text.strip(BLANKS + "`").startswith(":"):
                    found.append(("colon", child))
            elif child.type == "command_parameter":
                found.append(("parameter", child))
            elif child.type == "redirection":
                continue
            else:
                if not parted and found and found[-1][0] == "value":
                    # a list, or what the grammar cannot part: either is no word
                    found[-1] = ("value", node)
                else:
                    found.append(("value", child))
                parted = True
        yield from found

    def _in_front(self, node: Node, depth: int) -> _Object | None:
        """What stands in front of the pipe, as far as it tells which thing is meant."""
        chain = node.parent
        if chain is None or chain.type != "pipeline_chain":
            return None
        parts = [child for child in chain.children if child.is_named and child.type != "comment"]
        number = next((at for at, part in enumerate(parts) if part == node), 0)
        return self._object(parts[number - 1], depth) if number else None

    def _object(self, node: Node, depth: int) -> _Object | None:
        """The thing that a command, a variable or something in parentheses stands for."""
        node = _core(node)
        if depth > _DEEPEST:
            return None
        if node.type == "variable":
            value = self._assigned(node)
            found = self._object(value, depth + 1) if value is not None else None
            return found or _Object({}, f" | {self._told(node)}")
        if node.type == "parenthesized_expression":
            inner = next((child for child in node.children if child.is_named), None)
            return self._object(inner, depth + 1) if inner is not None else None
        if node.type in ("pipeline", "pipeline_chain"):
            parts = [child for child in node.children if child.is_named and child.type != "comment"]
            return self._object(parts[-1], depth + 1) if parts else None
        if node.type == "command":
            name = node.child_by_field_name("command_name")
            if name is not None and self.said(name).lower() in self.cmdlets:
                bound = self._bound(node)
                if bound is None:
                    return None
                handed = self._in_front(node, depth + 1)
                front = handed.target if handed is not None else ""
                return _Object(bound[0], f"{bound[1]}{front}")
        return _Object({}, f" | {self._told(node)}")

    # --- variables

    def _assigned(self, node: Node, name: str = "") -> Node | None:
        """What a variable holds here, where that can be told: written once, or last in these very lines."""
        name, at = name or self.said(node), self.range(node)[0]
        everywhere = self._assignments(name)
        before = bisect_left(everywhere, at, key=_place)
        if not before:
            return None
        _, value = everywhere[before - 1]
        here, there = self._arms(node), self._arms(value)
        if here[: len(there)] != there or (len(everywhere) > 1 and here != there):
            return None
        if any(arm[0] == "function_statement" for arm in here[len(there) :]):
            # it may be a parameter there
            return None
        return None if self._counts(name.lower()) else value

    def _counts(self, name: str) -> bool:
        """Whether a loop puts one thing after the other into a variable."""
        if self._loops is None:
            self._loops = {match[1].lower() for match in compiled(_LOOP).finditer(self.text)}
        return name in self._loops

    def _assignments(self, name: str) -> list[tuple[int, Node]]:
        """Where a variable is written, and what with."""
        name = name.lower()
        if self._places is None:
            self._places = {}
            for match in compiled(_ASSIGNED).finditer(self.text):
                self._places.setdefault(match[1].lower(), []).append(match.span())
        if name not in self._written:
            found = [(start, self._assigned_at(start, end)) for start, end in self._places.get(name, ())]
            self._written[name] = [(start, value) for start, value in found if value is not None]
        return self._written[name]

    def _told(self, node: Node) -> str:
        """A stretch of the script that says where something is done; its variables are those of this place."""
        text = self.said(node)
        at = self.range(node)[0]
        versions = []
        for match in compiled(r"\$\{?[\w:]+").finditer(text):
            # one that is written anew is another
            everywhere = self._assignments(match[0])
            before = bisect_left(everywhere, at, key=_place)
            versions.append(everywhere[before - 1][0] if before else -1)
        return f"{text} {versions}" if any(one >= 0 for one in versions) else text

    def _server(self, node: Node) -> str:
        """Which connection is open here."""
        number = bisect_left(self._connected, self.range(node)[0])
        return f" @{number}" if number else ""

    # --- words

    def _verbatim(self, start: int, end: int, bare: bool = False, wants: str = "") -> Written:
        return Written(
            self.text[start:end],
            range(start, end),
            range(start + 1, end + 1),
            self.source.span(start, end),
            bare,
            cuts=_CUTS,
            wants=wants,
        )

    def _hole(self, node: Node) -> Written:
        start, end = self.range(node)
        return Written(HOLE, [start], [end], self.source.span(start, end))

    def _value(self, node: Node, wants: str = "") -> Written:
        """What a value says; `wants` is the quote that a word needs where this is a number."""
        node = _core(node)
        start, end = self.range(node)
        text = self.text[start:end]
        if node.type == _STRING:
            return self._string(node, start, end)
        if node.type == "variable":
            if text.lower() in ("$true", "$false"):
                return self._verbatim(start + 1, end)
            return self._hole(node)
        if node.type == "integer_literal" and text.isascii() and text.isdecimal():
            return self._verbatim(start, end, wants=wants)
        if node.type == "generic_token" and not any(sign in text for sign in _CUTS + _TYPOGRAPHIC):
            return self._verbatim(start, end, bare=True)
        return self._hole(node)

    def _string(self, node: Node, start: int, end: int) -> Written:
        text = self.text
        quote = text[start : start + 1]
        if quote not in ("'", '"') or end - start < 2 or text[end - 1] != quote:
            return self._hole(node)
        made: list[tuple[str, int, int]] = []
        holes = dict(self._holes(node)) if quote == '"' else {}
        at = start + 1
        while at < end - 1:
            sign, after, step = text[at], text[at + 1], 1
            if at in holes:
                step = max(holes[at] - at, 1)
                made.append((HOLE, at, at + step))
            elif sign in (quote, *_TYPOGRAPHIC) and after == sign and at + 1 < end - 1:
                step = 2
                made.append((sign, at, at + 2))
            elif quote == '"' and sign == "`":
                step = 2
                made.append((_ESCAPED.get(after, after), at, at + 2))
            elif quote == '"' and sign == "$" and (after.isalnum() or after in "_{(?^$:"):
                # the grammar sees no variable here, and PowerShell may
                return self._hole(node)
            else:
                made.append((sign, at, at + 1))
            at += step
        if not made:
            return Written("", [], [], self.source.span(start, end))
        signs, starts, ends = zip(*made, strict=True)
        return Written("".join(signs), list(starts), list(ends), self.source.span(start + 1, end - 1), cuts="")

    def _holes(self, node: Node) -> Iterator[tuple[int, int]]:
        if node.type in ("variable", "sub_expression"):
            yield self.range(node)
            return
        if node.type == "$(" and node.parent is not None:
            yield self.range(node.parent)
            return
        for child in node.children:
            yield from self._holes(child)

    # --- where it stands

    def _statement(self, node: Node) -> Node:
        """The command with all that stands in front of its pipe."""
        chain = node.parent
        return chain if chain is not None and chain.type == "pipeline_chain" else node

    def _arms(self, node: Node) -> tuple[Arm, ...]:
        """The arms of branches round a node, from outside to inside; each ends with whether more is unsure."""
        arms: list[Arm] = []
        child, parent = node, node.parent
        while parent is not None:
            if parent.type in _BRANCHES:
                unsure = parent.type in _LATER or self._leaves(parent)
                arms.append((parent.type, parent.start_byte, child.start_byte, unsure))
            child, parent = parent, parent.parent
        return tuple(reversed(arms))

    def _leaves(self, node: Node) -> bool:
        """Whether what is written there may leave what is round it."""
        if self._leaving is None:
            self._leaving = [match.start() for match in compiled(_LEAVES).finditer(self.text)]
        start, end = self.range(node)
        number = bisect_left(self._leaving, start)
        return number < len(self._leaving) and self._leaving[number] < end

    def _whole(self, node: Node, said: Mapping[str, Written]) -> Span | None:
        """The statement with its line end, where nothing else stands on its lines and a sibling can be like it."""
        value = said.get("value")
        if value is None or value.wants or self.text[value.span.start - 1 : value.span.start] == "$":
            return None
        top = node
        while top.parent is not None and top.parent.type != "statement_list":
            top = top.parent
        if top.parent is None or top.parent.parent is None or top.parent.parent.type != "program":
            return None
        start, end = self.range(top)
        text = self.text
        first = text.rfind("\n", 0, start) + 1
        first = max(text.rfind("\r", first, start) + 1, first)
        last = next((at for at in range(end, len(text) + 1) if text[at : at + 1] in ("", "\r", "\n")), len(text))
        if text[first:start].strip(" \t") or text[end:last].strip(" \t;"):
            return None
        last += 2 if text.startswith("\r\n", last) else 1 if last < len(text) else 0
        return self.source.span(first, last)


def _place(written: tuple[int, Node] | tuple[int, Node, Written]) -> int:
    return written[0]


def _core(node: Node) -> Node:
    """What an expression comes to: the grammar wraps each value in all the operators that there might be."""
    while node.type not in _ENDS:
        inner = [child for child in node.children if child.is_named]
        if len(node.children) != 1 or len(inner) != 1:
            return node
        node = inner[0]
    return node


def _broken(node: Node) -> bool:
    """Whether a stretch cannot be parsed; a list of bare words is no break, though the grammar takes it for one."""
    if not node.has_error:
        return False
    if node.type == "ERROR" or (node.is_missing and node.type.strip()):
        return True
    return any(_broken(child) for child in node.children)


def _role(flag: str, flags: Plain) -> tuple[str | None, bool]:
    """What the value of a parameter is, and whether it has one; an unknown one is None, one without interest empty."""
    known = {name.lower(): role for name, (_, role) in flags.items()}
    if flag in known:
        return known[flag] or "", known[flag] is not None
    names = [name for name in (*known, *_SWITCHES, *_COMMON) if name.startswith(flag)]
    if len(names) != 1 and flag not in (*_SWITCHES, *_COMMON):
        return None, True
    name = flag if flag in (*_SWITCHES, *_COMMON) else names[0]
    if name in known:
        return known[name] or "", known[name] is not None
    return "", name not in (*_SWITCHES, "-runasync")


def _escaped(name: str) -> str:
    """A variable as an expression that finds it, and no longer one."""
    return "".join(sign if sign.isalnum() or sign == "_" else f"\\{sign}" for sign in name)
