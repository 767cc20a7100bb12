"""Reads host profiles: the module options, settings and MTUs of an extracted profile, each in its place.

Nobody publishes how vCenter writes a profile to a file. What is known are the names of its parts, so these are looked
for wherever they stand: parameters with a key and a value, and the profiles that they belong to.
"""

from __future__ import annotations

from netqlint.errors import lacking
from netqlint.finding import Edit
from netqlint.model import Host, Mistake, Module, Nic, Options, Parameter, Setting
from netqlint.patterns import compiled
from netqlint.record import Record
from netqlint.surfaces.options import read_options
from netqlint.surfaces.script import BLANKS, HOLE, Written, offsets
from netqlint.text import BOM, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from netqlint.folded import Plain

# what a profile has that says something of modules, settings or MTUs
_SIGNS = ("parameterName", "ConfigOptionPolicy", "OptionProfile", "MtuPolicy", "VMkernel.Boot.")
# and what every profile has somewhere, in capitals or not
_NAMED = "rofile"
_KERNEL = "VMkernel.Boot."
_OPTION = r"[A-Za-z]\w*(?:\.\w+)+"
# parameters that may also be elements of that name
_PARAMETERS = ("moduleName", "parameterName", "parameterValue", "vmkNicName", "mtu")
_LEAVES = ("key", "value", "name", *_PARAMETERS)
# elements of which it matters what they say, and not where
_WORDS = ("id", "enabled", "profileTypeName")
_START = r"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>"""
_ATTRIBUTE = r"""\s([\w.:-]+)\s*=\s*("[^"]*"|'[^']*')"""
_CDATA = "<![CDATA["
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SIGN = r"(?s)&([^;]*);|\r\n?|."
_SPELT = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_LONE = "[\ud800-\udfff]"
# what a template has in the place of a value, and what it has in between
_UNKNOWN = ("{{", "${", "{%")
_TURNS = ("{%", "<%")
# how much of a line is shown from where it cannot be read on
_SHOWN = r"[^\r\n]{0,40}"
_WIDE = r"(?:<\0|\0<)"


def is_profile(text: str) -> bool:
    """Whether a text is XML with something of a host profile that netqlint knows."""
    return text.lstrip(BOM + BLANKS).startswith("<") and _NAMED in text and any(sign in text for sign in _SIGNS)


def read(source: Source, patterns: Mapping[str, str], catalog: Plain) -> Host:
    """The host that a profile is applied to."""
    if not is_profile(source.text) and not source.name.lower().endswith(".vpf"):
        return Host(source, "hostprofile")
    profile = _Profile(source)
    trouble = profile.parse()
    if trouble is not None:
        return Host(source, "hostprofile", mistakes=(trouble,))
    return Host(
        source,
        "hostprofile",
        modules=tuple([_module(one, patterns["options"]) for one in profile.modules]),
        settings=tuple([_setting(one) for one in profile.settings if one.name.text.startswith(_KERNEL)]),
        advanced=tuple([_setting(one) for one in profile.settings if not one.name.text.startswith(_KERNEL)]),
        vswitches=tuple([nic for kind, nic in profile.nics if kind == "vswitch"]),
        vmknics=tuple([nic for kind, nic in profile.nics if kind == "vmknic"]),
        mistakes=tuple(sorted(_mistakes(profile.modules, catalog["drivers"]), key=lambda one: one.span.start)),
        bound=True,
    )


class _Pair(Record):
    """A name with its value, None where it has none; `boolean`: XML knows the value for a truth value."""

    name: Written
    value: Written | None
    boolean: bool = False


class _Set(Record):
    """A module with its parameters."""

    name: Written
    parameters: tuple[_Pair, ...]


class _Element:
    """An element that is open, with what it has so far."""

    def __init__(self, name: str, at: int, kind: str, marks: tuple[int, int, int]) -> None:
        self.name, self.at, self.kind, self.marks = name, at, kind, marks
        self.leaf = True
        self.text: list[str] = []
        # right below it: elements that have nothing but text, and parameters by their keys
        self.leaves: dict[str, Written] = {}
        self.words: dict[str, str] = {}
        self.booleans: list[Written] = []
        self.pairs: dict[str, _Pair] = {}
        # anywhere below it: what belongs to a profile that is not closed yet
        self.modules: list[Written] = []
        self.parameters: list[_Pair] = []
        self.nic: Written | None = None
        self.mtu: Written | None = None


class _Profile:
    """What a profile says, found while its elements open and close."""

    def __init__(self, source: Source) -> None:
        self.source, self.text = source, source.text
        self.first = len(BOM) if source.text.startswith(BOM) else 0
        self.around: list[_Element] = [_Element("", 0, "", (0, 0, 0))]
        self.modules: list[_Set] = []
        self.settings: list[_Pair] = []
        self.nics: list[tuple[str, Nic]] = []

    def parse(self) -> Mistake | None:
        """Read it all; what comes back is why that cannot be."""
        try:
            from defusedxml.common import DefusedXmlException
            from defusedxml.ElementTree import DefusedXMLParser, ParseError
        except ImportError as error:
            raise lacking("defusedxml", error) from None

        # a byte that is no UTF-8 is some character, and the places of all others stay what they are
        text = compiled(_LONE).sub("\ufffd", self.text[self.first :])
        self.characters = None if text.isascii() else offsets(text)
        parser = DefusedXMLParser(target=self, forbid_dtd=True)
        self.expat = parser.parser
        try:
            parser.feed(text)
            parser.close()
        except DefusedXmlException:
            # the parser tells when it has read its name
            start = self.text.rfind("<!DOCTYPE", 0, self._here())
            return self._trouble("doctype", start, "")
        except ParseError as error:
            if any(sign in self.text for sign in _TURNS):
                # what becomes of a template nobody knows
                del self.modules[:], self.settings[:], self.nics[:]
                return None
            if compiled(_WIDE).match(self.text, self.first):
                return self._trouble("xml", self.first, "UTF-16 without a byte order mark")
            place = self._character(max(self.expat.ErrorByteIndex, 0))
            return self._trouble("xml", place, str(error).partition(":")[0])
        return None

    def _trouble(self, kind: str, start: int, why: str) -> Mistake:
        shown = compiled(_SHOWN).match(self.text, start)
        return Mistake(kind, self.source.span(start, shown.end() if shown is not None else start), reason=why)

    def _character(self, byte: int) -> int:
        """Where in the source a byte stands of what is parsed."""
        return self.first + (byte if self.characters is None else self.characters[byte])

    def _here(self) -> int:
        return self._character(self.expat.CurrentByteIndex)

    # --- what the parser calls

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        at, around = self._here(), self.around[-1]
        around.leaf = False
        kind = attributes.get(_TYPE) or attributes.get("type", "") if attributes else ""
        marks = (len(self.modules), len(self.settings), len(self.nics))
        self.around.append(_Element(tag.rpartition("}")[2], at, kind, marks))
        if "value" in attributes and ("key" in attributes or "name" in attributes):
            said = self._attributes(at, attributes)
            name = said.get("key") or said.get("name")
            if name is not None and "value" in said:
                around.pairs.setdefault(name.text, _Pair(name, said["value"]))

    def data(self, text: str) -> None:
        """There is text in an element."""
        self.around[-1].text.append(text)

    def end(self, _: str) -> None:
        """An element ends."""
        one = self.around.pop()
        around = self.around[-1]
        if not one.leaf:
            self._close(one, around)
        elif one.name in _WORDS:
            around.words.setdefault(one.name, "".join(one.text).strip())
        elif one.name in _LEAVES:
            said = self._said(one)
            around.leaves.setdefault(one.name, said)
            if one.kind.endswith("boolean"):
                around.booleans.append(said)
            if one.name in _PARAMETERS:
                around.pairs.setdefault(one.name, _Pair(said, said))

    def close(self) -> None:
        """All is read."""

    # --- what elements come to

    def _close(self, one: _Element, around: _Element) -> None:
        key, kind = one.leaves.get("key"), one.words.get("profileTypeName", "")
        if key is not None and not kind and not one.pairs:
            value = one.leaves.get("value")
            around.pairs.setdefault(key.text, _Pair(key, value, value in one.booleans))
        if one.pairs:
            self._together(one)
        if kind and one.words.get("enabled") == "false":
            # nothing of it is applied
            modules, settings, nics = one.marks
            del self.modules[modules:], self.settings[settings:], self.nics[nics:]
            return
        if one.modules and (one.parameters or kind):
            if len(one.modules) == 1 and one.parameters:
                self.modules.append(_Set(one.modules[0], tuple(one.parameters)))
            one.modules, one.parameters = [], []
        if kind:
            self._nic(one, f"{kind} {key.text if key is not None else ''}".lower())
            one.mtu = one.nic = None
        around.modules += one.modules
        around.parameters += one.parameters
        around.mtu, around.nic = around.mtu or one.mtu, around.nic or one.nic

    def _together(self, one: _Element) -> None:
        """What the parameters right below an element say together."""
        said = {key: pair.value for key, pair in one.pairs.items()}
        name, module, option, value = (said.get(key) for key in ("parameterName", "moduleName", "key", "value"))
        if name is not None and name.known and name.text.strip():
            asks = "parameterValue" not in said and "UserInput" in one.words.get("id", "")
            at = name.span.after()
            there = Written(HOLE, [at.start], [at.end], at) if asks else said.get("parameterValue")
            one.parameters.append(_Pair(name, there))
        if module is not None and module.known and module.text.strip():
            one.modules.append(module)
        one.mtu, one.nic = one.mtu or said.get("mtu"), one.nic or said.get("vmkNicName")
        if option is not None and value is not None and compiled(_OPTION).fullmatch(option.text):
            self._option(_Pair(option, value, one.pairs["value"].boolean))
        for pair in one.pairs.values():
            if pair.name.text.startswith(_KERNEL):
                self._option(pair)

    def _option(self, pair: _Pair) -> None:
        if pair.value is not None and pair.value.text.strip(BLANKS):
            self.settings.append(pair)

    def _nic(self, one: _Element, kind: str) -> None:
        name = one.nic or one.leaves.get("name") or one.leaves.get("key")
        what = "vswitch" if "virtualswitch" in kind else "vmknic" if "portgroup" in kind or "nic" in kind else ""
        if what and one.mtu is not None and name is not None and one.mtu.text.strip(BLANKS):
            fields = (("name", name.inner), ("mtu", _bare(one.mtu).inner))
            self.nics.append((what, Nic(name.inner, fields)))

    # --- what is written

    def _said(self, one: _Element) -> Written:
        """What an element without others in it says, each character where it is written."""
        opened = compiled(_START).match(self.text, one.at)
        start, end = opened.end() if opened is not None else one.at, self._here()
        if start > end or self.text.endswith("/>", one.at, start):
            end = start
        return self._written(start, end, "".join(one.text))

    def _attributes(self, at: int, attributes: Mapping[str, str]) -> dict[str, Written]:
        opened = compiled(_START).match(self.text, at)
        return {
            match[1]: self._written(at + match.start(2) + 1, at + match.end(2) - 1, attributes[match[1]])
            for match in compiled(_ATTRIBUTE).finditer(opened[0] if opened is not None else "")
            if match[1] in attributes
        }

    def _written(self, start: int, end: int, said: str) -> Written:
        """The text between two characters of the source; where it cannot be followed to `said`, it is unknown."""
        text = self.text
        if text.startswith(_CDATA, start) and text.endswith("]]>", start, end):
            start, end = start + len(_CDATA), end - len("]]>")
        span = self.source.span(start, end)
        if "{" in said and any(sign in said for sign in _UNKNOWN):
            return Written(HOLE, [start], [end], span)
        if text[start:end] == said:
            return Written(said, range(start, end), range(start + 1, end + 1), span)
        found = list(compiled(_SIGN).finditer(text, start, end))
        made = "".join(_sign(match[0], match[1]) for match in found)
        if compiled(_LONE).sub("\ufffd", made) != said or len(made) != len(found):
            return Written(HOLE, [start], [end], span)
        return Written(made, [match.start() for match in found], [match.end() for match in found], span)


def _sign(written: str, name: str | None) -> str:
    """The character that is written so."""
    if name is None:
        return "\n" if written.startswith("\r") else written
    if name.startswith("#"):
        return chr(int(name[2:], 16) if name.startswith("#x") else int(name[1:]))
    return _SPELT.get(name, "")


def _bare(said: Written) -> Written:
    """What is written, without the blanks round it."""
    text = said.text
    return said.part(len(text) - len(text.lstrip(BLANKS)), len(text.rstrip(BLANKS)))


def _setting(pair: _Pair) -> Setting:
    assert pair.value is not None
    text, value = pair.name.text, _bare(pair.value)
    start = len(_KERNEL) if text.startswith(_KERNEL) else text.rindex(".") + 1
    group = "" if text.startswith(_KERNEL) else text[: start - 1]
    name = pair.name.part(start, len(text)).inner
    return Setting(name, value.inner, None, None, group, value.known and value.plain, small=pair.boolean)


# --- modules: the parameters that have a value, parted by blanks, are the option string


def _mistakes(modules: Sequence[_Set], drivers: Collection[str]) -> Iterator[Mistake]:
    known = set()
    for one in modules:
        name = one.name.text
        if name in known:
            yield Mistake("module-again", one.name.inner, (), name, name)
        known.add(name)
        again = set()
        for pair in one.parameters:
            if pair.name.text in again:
                yield Mistake("parameter-again", pair.name.inner, (), name, pair.name.text)
            again.add(pair.name.text)
        if name in drivers and not any(pair.value is not None and pair.value.text for pair in one.parameters):
            empty = next((pair.value for pair in one.parameters if pair.value is not None), None)
            if empty is not None:
                # an extracted profile leaves out the values that are not set
                yield Mistake("emptied", one.name.inner, (), name)


def _module(one: _Set, pattern: str) -> Module:
    name, anchor = one.name.text, one.name.inner
    return Module(name, (anchor,), (_options(one, pattern),), (), anchor, None)


class _Piece(Record):
    """A part of an option string that is written somewhere: `start` is where it begins in the string."""

    start: int
    written: Written
    value: bool


def _options(one: _Set, pattern: str) -> Options:
    text, pieces, seen = "", [], set()
    for pair in one.parameters:
        if pair.value is None or not pair.value.text or pair.name.text in seen:
            continue
        seen.add(pair.name.text)
        text += " " if text else ""
        pieces.append(_Piece(len(text), pair.name, False))
        text += f"{pair.name.text}="
        pieces.append(_Piece(len(text), pair.value, True))
        text += pair.value.text
    return _Joined(one.name, text, tuple(pieces)).options(pattern)


class _Joined:
    """An option string of several pieces, and what stands where in the source."""

    def __init__(self, module: Written, text: str, pieces: Sequence[_Piece]) -> None:
        self.module, self.text, self.pieces = module, text, pieces

    def options(self, pattern: str) -> Options:
        name = self.module.text
        virtual = read_options(Source("options", self.text).span(0, len(self.text)), pattern, name)
        parameters = [self._parameter(parameter) for parameter in virtual.parameters]
        vague = {parameter.name.text for parameter in virtual.parameters if HOLE in parameter.span.text}
        mistakes = [
            Mistake(mistake.kind, self._place(mistake.span), self._repair(mistake), mistake.module, mistake.parameter)
            for mistake in virtual.mistakes
            if mistake.parameter not in vague
        ]
        for parameter, one in zip(virtual.parameters, parameters, strict=True):
            around = self._within(parameter.name.start, parameter.name.end)
            if around is not None and around.value:
                mistakes.append(Mistake("nested", one.name, (), name, one.name.text))
        return Options(name, self.module.inner, tuple(parameters), tuple(mistakes), None, said=self.text)

    def _parameter(self, one: Parameter) -> Parameter:
        values = tuple([self._place(value) for value in one.values])
        exact = all(real.text == value.text for real, value in zip(values, one.values, strict=True))
        known = exact and HOLE not in one.span.text
        name = self._within(one.name.start, one.name.end)
        # of a parameter with a place of its own the value alone may go
        whole = one.span
        if name is not None and not name.value:
            whole = one.values[0].to(one.values[-1]) if one.values else one.span.after()
        return Parameter(self._place(one.name), values, self._place(whole), one.sound and known, one.plain and known)

    def _within(self, start: int, end: int) -> _Piece | None:
        """The first piece that has some of these characters; of none, one that touches them, values before names."""
        for piece in self.pieces:
            if max(piece.start, start) < min(piece.start + len(piece.written.text), end):
                return piece
        touched = [one for one in self.pieces if one.start <= end and start <= one.start + len(one.written.text)]
        return next((one for one in touched if one.value), touched[0] if touched else None)

    def _place(self, span: Span) -> Span:
        """Where some of these characters are written, as far as they stand in one place."""
        piece = self._within(span.start, span.end)
        if piece is None:
            return self.module.inner
        end = len(piece.written.text)
        first, last = (min(max(at - piece.start, 0), end) for at in (span.start, span.end))
        return piece.written.place(first, last)

    def _repair(self, mistake: Mistake) -> tuple[Edit, ...]:
        """The edits of a mistake in the source; none where one of them touches anything but a value."""
        edits = [self._edit(edit) for edit in mistake.repair]
        return tuple([edit for edit in edits if edit is not None]) if None not in edits else ()

    def _edit(self, edit: Edit) -> Edit | None:
        start, end, new = edit.span.start, edit.span.end, edit.text
        # what parts the pieces is written nowhere, and may stay
        while new and start < end and self.text[start] == new[0]:
            start, new = start + 1, new[1:]
        while new and start < end and self.text[end - 1] == new[-1]:
            end, new = end - 1, new[:-1]
        piece = self._within(start, end)
        if piece is None or not piece.value or start < piece.start or end > piece.start + len(piece.written.text):
            return None
        return Edit(piece.written.place(start - piece.start, end - piece.start), new)
