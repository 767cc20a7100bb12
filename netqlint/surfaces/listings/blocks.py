"""Outputs of `Key: value` lines, what esxcli writes for programs, and what vsish says of queues."""

from __future__ import annotations

import re

from netqlint.model import Row
from netqlint.surfaces.listings.lines import LONGEST, cells, command_in
from netqlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netqlint.surfaces.listings.lines import Command

    Found = tuple[list[Row], int]
    Fields = dict[str, Span]

_PAIR = re.compile(r"[ \t]*(?P<key>[A-Za-z][\w /.()-]{0,40}?)[ \t]*:(?:[ \t]+(?P<value>\S.*?)?)?[ \t]*")
# how a key of any of these outputs is called here
_KEYS = {
    "bus info": "address", "bus-info": "address", "driver": "driver", "nic driver": "driver", "version": "version",
    "driver version": "version", "name": "name", "pnic name": "vmnic", "mtu": "mtu", "uplinks": "uplinks",
    "portgroups": "portgroups", "portgroup": "portgroup", "class": "class", "product": "product", "build": "build",
    "update": "update", "input file": "file", "path": "path", "type": "type", "int value": "intvalue",
    "default int value": "defaultintvalue", "string value": "stringvalue",
    "default string value": "defaultstringvalue",
}  # fmt: skip
# what an advanced setting is told by in every form of it
ADVANCED = {"path", "type", "intvalue"}
_PARTS = re.compile(r"[^,]*[^,\s][^,]*")
_NUMBERS = re.compile(r"(?:Version )?(?P<version>v?\d[\w.-]*)")


def block(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """A run of `Key: value` lines, and the line behind it; None where it is about nothing that is asked for."""
    fields: Fields = {}
    place = at
    while place < len(lines):
        match = _pair(lines[place])
        if match is None or command_in(lines[place]):
            break
        name = _KEYS.get(match["key"].lower(), "")
        if name in fields:
            break
        if name:
            start = lines[place].start + (match.start("value") if match["value"] else match.end())
            fields[name] = Span(start, start + len(match["value"] or ""), lines[place].source)
        place += 1
    return (list(_meant(fields, command)), place) if place > at else None


def _pair(line: Span) -> re.Match[str] | None:
    return _PAIR.fullmatch(line.text) if line.end - line.start <= LONGEST else None


def _meant(fields: Fields, command: Command) -> Iterator[Row]:
    if "product" in fields and "version" in fields and "ESX" in fields["product"].text:
        yield Row("release", _named(fields, {"version": "release", "build": "build", "update": "update"}))
    elif "file" in fields:
        yield Row("module", tuple(_of_module(fields)))
    elif [*fields] == ["version"] and command.name in ("vmkload_mod", "esxcfg-module"):
        # grep has left nothing but the line with the version
        asked = command.value("-s", "--showinfo", "-i", "--show-info")
        if asked:
            yield Row("module", tuple(_version(fields["version"])), about=asked)
    elif "driver" in fields and ("address" in fields or "vmnic" in fields):
        # `network nic get` and `ethtool -i` tell which NIC it is, else the command does
        name = {"name": "vmnic", "vmnic": "vmnic"}
        yield Row("nic", _named(fields, {"address": "address", "driver": "driver", "version": "version", **name}))
    elif {*fields} >= ADVANCED:
        yield from advanced(fields)
    elif "name" in fields and "mtu" in fields and fields["name"].text.startswith("vmk"):
        yield Row("vmknic", _named(fields, {"name": "name", "mtu": "mtu", "portgroup": "portgroup"}))
    elif "name" in fields and "mtu" in fields and "uplinks" in fields:
        own = _named(fields, {"name": "name", "mtu": "mtu"})
        lists = (("uplinks", "uplink"), ("portgroups", "portgroup"))
        parts = [(name, part) for key, name in lists if key in fields for part in _parts(fields[key])]
        yield Row("switch", (*own, *parts))


def _named(fields: Fields, names: Mapping[str, str]) -> tuple[tuple[str, Span], ...]:
    return tuple((name, fields[key]) for key, name in names.items() if key in fields and fields[key].text)


def advanced(fields: Mapping[str, Span]) -> Iterator[Row]:
    """An advanced setting, by its path: whether its number or its text counts, its type tells."""
    kind = "string" if fields["type"].text == "string" else "int"
    names = {"path": "name", f"{kind}value": "configured", f"default{kind}value": "default"}
    if fields["path"].text.startswith("/"):
        yield Row("advanced", tuple((name, fields[key]) for key, name in names.items() if key in fields))


def _of_module(fields: Fields) -> Iterator[tuple[str, Span]]:
    """The name of a module is the last part of its file's path; its version may stand behind the word."""
    file = fields["file"]
    start = file.start + file.text.rfind("/") + 1
    yield "name", Span(start, file.start + len(file.text.removesuffix(".o")), file.source)
    if "version" in fields:
        yield from _version(fields["version"])


def _version(said: Span) -> Iterator[tuple[str, Span]]:
    match = _NUMBERS.match(said.text)
    if match:
        yield "version", Span(said.start + match.start("version"), said.start + match.end("version"), said.source)


def _parts(listed: Span) -> Iterator[Span]:
    for match in _PARTS.finditer(listed.text):
        text = match.group()
        start = listed.start + match.start() + len(text) - len(text.lstrip())
        yield Span(start, start + len(text.strip()), listed.source)


# --- esxcli --formatter=keyvalue and --formatter=xml


_KEYVALUE = re.compile(
    r"[ \t]*structure(?:\[(?P<nth>\d+)\])?\.(?P<type>\w+)\.(?P<key>\w+(?:\.\w+)*)"
    r"\.(?:string|integer|boolean)=(?P<value>.*)"
)
_FIELD = re.compile(
    r"<structure typeName=\"(?P<type>\w+)\">|(?P<end></structure>)|<field name=\"(?P<key>\w+)\">\s*"
    r"<(?P<form>string|integer|boolean)>(?P<value>[^<]*)</(?P=form)>"
)
# the types of esxcli's structures, and what their fields are called here
_NIC = {"name": "vmnic", "pcidevice": "address", "driver": "driver", "mtu": "mtu", "description": "description"}
_INFO = {"driver": "driver", "version": "version", "businfo": "address", "name": "vmnic"}
STRUCTURES = {
    "nic": ("nic", _NIC),
    "nicinfo": ("nic", _INFO),
    "nicdriverinfo": ("nic", _INFO),
    "module": ("module", {"name": "name", "isloaded": "loaded", "isenabled": "enabled"}),
    "moduleparameters": ("parameter", {"name": "name", "type": "type", "value": "value"}),
    "kernelsetting": (
        "setting",
        {"name": "name", "type": "type", "configured": "configured", "runtime": "runtime", "default": "default"},
    ),
}


def structures(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """What esxcli writes for programs, and the line behind it."""
    if _KEYVALUE.fullmatch(lines[at].text) and lines[at].end - lines[at].start <= LONGEST:
        return _keyvalues(lines, at, command)
    if lines[at].text.lstrip().startswith(("<output", "<?xml")):
        return _elements(lines, at, command)
    return None


def _keyvalues(lines: Sequence[Span], at: int, command: Command) -> Found:
    grouped: dict[tuple[str, str], list[tuple[str, Span]]] = {}
    place = at
    while place < len(lines):
        match = _KEYVALUE.fullmatch(lines[place].text) if lines[place].end - lines[place].start <= LONGEST else None
        if match is None:
            break
        value = dict(cells(lines[place], match)).get("value")
        if value:
            key = match["key"].rpartition(".")[2]
            grouped.setdefault((match["type"], match["nth"] or ""), []).append((key, value))
        place += 1
    return [*_typed(((kind, fields) for (kind, _), fields in grouped.items()), command)], place


def _elements(lines: Sequence[Span], at: int, command: Command) -> Found:
    last = at
    while last < len(lines) - 1 and "</output>" not in lines[last].text and not command_in(lines[last]):
        last += 1
    start, source = lines[at].start, lines[at].source
    text = source.text[start : lines[last].end]
    open_: list[tuple[str, list[tuple[str, Span]]]] = []
    read: list[tuple[str, list[tuple[str, Span]]]] = []
    for match in _FIELD.finditer(text):
        if match["type"]:
            open_.append((match["type"], []))
        elif match["end"] and open_:
            kind, fields = open_.pop()
            # what an inner structure says belongs to the outer one
            if open_:
                open_[-1][1].extend(fields)
            else:
                read.append((kind, fields))
        elif match["key"] and open_ and match["value"].strip():
            value = match["value"]
            begin = start + match.start("value") + len(value) - len(value.lstrip())
            open_[-1][1].append((match["key"], Span(begin, begin + len(value.strip()), source)))
    return [*_typed(read, command)], last + 1


def _typed(read: Iterable[tuple[str, Sequence[tuple[str, Span]]]], command: Command) -> Iterator[Row]:
    for kind, fields in read:
        found = STRUCTURES.get(kind.lower().replace("-", ""))
        if found:
            what, names = found
            known = {names[key.lower()]: value for key, value in reversed(fields) if key.lower() in names}
            yield Row(what, tuple(known.items()), what != "nic" or kind.lower() == "nic")
            continue
        by_name = {key.lower(): value for key, value in reversed(fields)}
        if {*by_name} >= ADVANCED:
            yield from advanced(by_name)


# --- vsish


_QUEUES = re.compile(
    r'[ \t]*(?:#[ \t]*queues supported[ \t]*:|"maxQueues"[ \t]*:)[ \t]*(?P<queues>0[xX][0-9a-fA-F]+|\d+)[ \t]*,?[ \t]*'
)


def queues(lines: Sequence[Span], at: int, command: Command) -> Found | None:
    """How many receive queues a NIC has, by vsish; which NIC it is, the path that was asked for tells."""
    match = _QUEUES.fullmatch(lines[at].text) if lines[at].end - lines[at].start <= LONGEST else None
    return ([Row("queues", tuple(cells(lines[at], match)))], at + 1) if match else None
