"""Reads shell scripts: what their commands say of a host, each value in its place."""

from __future__ import annotations

from netqlint.finding import Edit
from netqlint.model import Command, Host, Mistake, Module, Nic, Options, Parameter, Setting, Slot
from netqlint.surfaces.options import read_again, read_options
from netqlint.surfaces.script import BLANKS, HOLE
from netqlint.surfaces.script import whole as verbatim
from netqlint.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netqlint.folded import Plain
    from netqlint.surfaces.calling import Arm, Found
    from netqlint.surfaces.script import Written

_WRITES = ("options", "enabled", "enable", "disable", "setting", "advanced", "vswitch", "vmknic")
_KERNEL = "VMkernel.Boot."
# what goes wrong in a call without leaving open what it was to do
_HARMLESS = ("flag", "right", "cut", "older", "newer", "default")


def read(source: Source, patterns: Mapping[str, str], catalog: Plain) -> Host:
    """The host that a script sets up."""
    found = [("", one) for one in calls_in(source, 0, len(source.text), patterns, catalog)]
    return host(source, "shell", found, patterns)


def calls_in(
    source: Source, start: int, end: int, patterns: Mapping[str, str], catalog: Plain, *path: Arm
) -> Iterator[Found]:
    """The calls of known programs between two characters of a source; most scripts have none, and load no parser."""
    names = patterns["commands"]
    stretch = source.text[start:end]
    if not any(name in stretch for name in names.split("|")):
        return
    from netqlint.surfaces import calling
    from netqlint.surfaces.templates import arm_at, without

    text, turns = without(source.text)
    whole = source if text == source.text else source.saying(text)
    for one in calling.calls(verbatim(whole, start, end), catalog["commands"], names, path):
        arm = arm_at(turns, one.span.start)
        if arm:
            one = calling.Found(one.call, one.span, (*path, ("template", arm), *one.path), one.target, None, one.by)
        yield one


def host(
    source: Source,
    surface: str,
    found: Sequence[tuple[str, Found]],
    patterns: Mapping[str, str],
    mistakes: tuple[Mistake, ...] = (),
) -> Host:
    """What these calls come to, each behind the section it stands in."""
    first: dict[int, Deed] = {}
    deeds: list[Deed] = []
    for section, one in found:
        like = first.get(id(one.call))
        deed = Deed(one, source, section, like)
        if like is None:
            first[id(one.call)] = deed
        deeds.append(deed)
    _overwrite(deeds)
    live = [deed for deed in deeds if deed.later is None]
    return Host(
        source,
        surface,
        modules=tuple(_modules(live, patterns["options"])),
        settings=tuple(_settings(deed for deed in live if deed.writes == "setting")),
        advanced=tuple(_settings(deed for deed in live if deed.writes == "advanced")),
        vswitches=tuple(_nics(deed for deed in live if "vswitch" in (deed.writes, deed.nameless))),
        vmknics=tuple(_nics(deed for deed in live if "vmknic" in (deed.writes, deed.nameless))),
        mistakes=mistakes,
        commands=tuple(_command(deed) for deed in deeds),
    )


class Deed:
    """A call and what it writes: `writes` is a kind of thing, `what` names one; `later` surely undoes it.

    `nameless` is the kind of thing whose MTU it writes without telling which one: the value is what it is all the same.
    `like` is an earlier deed of the same call, which is written alike in another place.
    """

    writes: str
    nameless: str
    what: str
    bare_module: str
    group: str
    name: Written | None
    value: Written | None
    # where the two stand, as the call tells it
    named: Span | None
    valued: Span | None

    def __init__(self, found: Found, source: Source, section: str, like: Deed | None) -> None:
        self.found, self.call, self.source, self.section = found, found.call, source, section
        self.said, self.form = found.call.said, found.call.form
        self.later: Deed | None = None
        if like is not None:
            self.writes, self.what, self.bare_module = like.writes, like.what, like.bare_module
            self.nameless = like.nameless
            self.group, self.name, self.value = like.group, like.name, like.value
            self.named, self.valued = like.named, like.valued
            return
        self.writes = self.form["does"] if self.form is not None and not self._broken() else ""
        self.group, self.name = self._subject()
        self.what = f"{self.group}{self.name.text}" if self.name is not None else ""
        self.nameless = ""
        if self.name is None or not self.name.known:
            self.nameless = self.writes if self.writes in ("vswitch", "vmknic") and "mtu" in self.said else ""
            self.writes = self.writes if self.writes == "boot" else ""
        self.bare_module = self.what.removesuffix(".o").removesuffix(".ko")
        said = self.said
        self.value = said.get("options") or said.get("value") or said.get("mtu") or said.get("enabled")
        self.named = self.name.inner if self.name is not None else None
        self.valued = self.value.inner if self.value is not None else None

    def _broken(self) -> bool:
        """Whether the call does not do what it plainly was to do."""
        needs = self.form["needs"] if self.form is not None else ()
        return any(role not in self.said for role in needs) or any(
            fault.kind not in _HARMLESS for fault in self.call.faults
        )

    def _subject(self) -> tuple[str, Written | None]:
        said = self.said
        if self.writes in ("options", "load", "enabled", "enable", "disable"):
            return "", said.get("module")
        if self.writes == "vswitch":
            return "", said.get("vswitch") if "mtu" in said else None
        if self.writes == "vmknic":
            return "", said.get("vmknic") or said.get("portgroup") if "mtu" in said else None
        if self.writes in ("setting", "advanced"):
            return self._setting()
        return "", None

    def _setting(self) -> tuple[str, Written | None]:
        """The group and name of a setting, whichever way this program spells them."""
        name = self.said.get("setting") or self.said.get("path") or self.said.get("key")
        if name is None or "value" not in self.said:
            return "", None
        text = name.text
        if text.startswith(_KERNEL):
            self.writes = "setting"
            return "", name.part(len(_KERNEL), len(text))
        by = "/" if "/" in text and "key" not in self.said else "."
        head, found, _ = text.strip("/").rpartition(by) if by == "/" else text.rpartition(by)
        if self.writes == "setting" and "key" not in self.said:
            # a bare name is the kernel's, one with slashes is not
            return ("", None) if "/" in text else ("", name)
        self.writes = "advanced"
        if not found:
            return "", None
        start = text.rindex(by) + 1
        return f"{head.replace('/', '.')}.", name.part(start, len(text))


def _overwrite(deeds: Sequence[Deed]) -> None:
    """Tell each deed the later one that surely undoes it, if there is one."""
    kinds = {"enabled": "enable", "disable": "enable"}
    grouped: dict[tuple[str, str, str], list[Deed]] = {}
    for deed in deeds:
        if deed.writes in _WRITES:
            key = (kinds.get(deed.writes, deed.writes), deed.bare_module, deed.found.target)
            grouped.setdefault(key, []).append(deed)
    for group in grouped.values():
        if len(group) == 1:
            continue
        # by the arms it is in, the next deed that leaves nothing of those before it
        nearest: dict[tuple[Arm, ...], tuple[int, Deed]] = {}
        for number, deed in zip(range(len(group), 0, -1), reversed(group), strict=True):
            found = [nearest[path] for path in _surely_behind(deed.found.path) if path in nearest]
            deed.later = min(found, key=lambda one: one[0])[1] if found else None
            if "append" not in deed.said:
                nearest[deed.found.path] = number, deed


def _surely_behind(path: tuple[Arm, ...]) -> Iterator[tuple[Arm, ...]]:
    """The arms in which something is surely done wherever something is done in these."""
    for size in range(len(path), -1, -1):
        yield path[:size]
        if size and path[size - 1][-1] is True:
            return


def _command(deed: Deed) -> Command:
    found, form = deed.found, deed.form
    later = deed.later
    return Command(
        _real(deed, found.call.name.span),
        _here(deed, found.span),
        form["form"] if form is not None else "",
        form["from"] if form is not None else "",
        form["to"] if form is not None else "",
        deed.writes,
        deed.bare_module if deed.writes in ("options", "load") else deed.what,
        _real(deed, deed.valued) if deed.valued is not None else _here(deed, found.span),
        "" if found.target.startswith("file ") else deed.section,
        found.target,
        _here(later, later.found.span) if later is not None else None,
        tuple(_faults(deed)) if deed.call.faults else (),
        not found.path or all(arm[0] == "section" for arm in found.path),
    )


def _faults(deed: Deed) -> Iterator[Mistake]:
    for fault in deed.call.faults:
        first, last = fault.words[0].span, fault.words[-1].span
        ordered = (first, last) if first.start <= last.start else (last, first)
        span = _real(deed, ordered[0].to(ordered[1]))
        yield Mistake(fault.kind, span, tuple(_repair(deed, fault.kind, fault.words)), fault.meant)


def _repair(deed: Deed, kind: str, words: Sequence[Written]) -> Iterator[Edit]:
    """Quotes round an option string that the shell has cut, two words in each other's place."""
    if kind == "cut" and all(word.bare for word in words):
        around = _around(words)
        if around is None:
            return
        yield Edit(_real(deed, words[0].span.before()), around)
        yield Edit(_real(deed, words[-1].span.after()), around)
    if kind == "swapped":
        one, other = words
        yield Edit(_real(deed, one.span), other.span.text)
        yield Edit(_real(deed, other.span), one.span.text)


def _around(words: Sequence[Written]) -> str | None:
    """The quotes that may be written here, others than those that stand round the whole; None where both do."""
    used = "".join(word.inside for word in words)
    return next((quote for quote in "\"'" if quote not in used), None)


def _here(deed: Deed, span: Span) -> Span:
    """The place in the source itself, not in what templates left of it."""
    return span if span.source is deed.source else Span(span.start, span.end, deed.source)


def _real(deed: Deed, span: Span) -> Span:
    """The place of something of the call in the source itself, not in what templates left of it."""
    by = deed.found.by
    return Span(span.start + by, span.end + by, deed.source)


# --- modules


def _modules(deeds: Iterable[Deed], pattern: str) -> Iterator[Module]:
    """A module for each option string that may be the one; those of one name are alternatives."""
    grouped: dict[str, list[Deed]] = {}
    for deed in deeds:
        if deed.writes in ("options", "load", "enabled", "enable", "disable"):
            grouped.setdefault(deed.bare_module, []).append(deed)
    for name, group in grouped.items():
        written = [deed for deed in group if deed.writes in ("options", "load")]
        enabled = [deed for deed in group if deed.writes not in ("options", "load")]
        adds = any("append" in deed.said for deed in written)
        flags = tuple(_flags(enabled))
        before: dict[str, Options] = {}
        for deed in written or enabled[:1]:
            assert deed.name is not None
            options = (_options(deed, pattern, name, adds, before),) if written else ()
            anchor = _real(deed, deed.name.span)
            yield Module(name, (anchor,), options, flags, anchor, None)


def _flags(deeds: Iterable[Deed]) -> Iterator[Span]:
    for deed in deeds:
        if deed.writes == "enabled":
            value = deed.said["enabled"]
            yield _real(deed, value.inner)
        else:
            flag = deed.call.flags["-e" if deed.writes == "enable" else "-d"]
            yield _real(deed, flag.inner)


def _options(deed: Deed, pattern: str, name: str, adds: bool, before: dict[str, Options]) -> Options:
    """An option string as the program gets it, every part of it where it is written.

    `before` are those of the module that have been read.
    """
    said = deed.said["options"]
    if said.known and said.plain:
        span, quotes, cuts = _real(deed, said.inner), _quotes(deed, said), said.cuts + said.inside
        if said.text not in before:
            found = read_options(span, pattern, name)
            slot = None if adds else found.slot
            before[said.text] = Options(name, span, found.parameters, found.mistakes, slot, adds, quotes, cuts)
            return before[said.text]
        return read_again(span, before[said.text], quotes, cuts)
    text, unsure = _without_holes(said.text)
    virtual = read_options(Source("options", text).span(0, len(text)), pattern, name)
    after = virtual.slot
    assert after is not None

    def place(span: Span) -> Span:
        return _real(deed, said.place(span.start, span.end))

    parameters: list[Parameter] = []
    vague: list[str] = []
    for one in virtual.parameters:
        if HOLE in one.name.text or not said.part(one.name.start, one.name.end).plain:
            unsure = True
            continue
        values = tuple(place(value) for value in one.values)
        exact = all(real.text == value.text for real, value in zip(values, one.values, strict=True))
        known = exact and HOLE not in one.span.text
        if not known:
            vague.append(one.name.text)
        parameters.append(Parameter(place(one.name), values, place(one.span), one.sound and known, one.plain and known))
    mistakes = tuple(
        Mistake(
            one.kind,
            place(one.span),
            tuple(Edit(place(edit.span), edit.text) for edit in one.repair),
            one.module,
            one.parameter,
        )
        for one in virtual.mistakes
        if HOLE not in one.span.text and one.parameter not in vague and not (unsure and one.kind == "name-missing")
    )
    sure = not unsure and not adds
    slot = Slot(place(after.at), after.before, "=", "") if sure else None
    return Options(
        name,
        _real(deed, said.inner),
        tuple(parameters),
        mistakes,
        slot,
        not sure,
        _quotes(deed, said),
        said.cuts + said.inside,
    )


def _quotes(deed: Deed, said: Written) -> tuple[Edit, ...] | None:
    """The edits that put a bare option string into quotes, None where no quotes are left for that."""
    if "," in said.inside:
        return None
    if not said.bare or any(sign in said.cuts for sign in said.text):
        return ()
    around = _around((said,))
    if around is None:
        return None
    return (Edit(_real(deed, said.span.before()), around), Edit(_real(deed, said.span.after()), around))


def _without_holes(text: str) -> tuple[str, bool]:
    """The text without variables that may hold whole parameters, and whether there were any."""
    words, unsure = [], False
    for word in _split(text):
        if (HOLE in word and "=" not in word) or HOLE in word.partition("=")[0]:
            unsure, word = True, " " * len(word)
        words.append(word)
    return "".join(words), unsure


def _split(text: str) -> Iterator[str]:
    """The words of a text and the blanks between them."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or (text[at] in BLANKS) != (text[at - 1] in BLANKS):
            yield text[start:at]
            start = at


# --- settings and switches


def _settings(deeds: Iterable[Deed]) -> Iterator[Setting]:
    for deed in deeds:
        assert deed.named is not None
        value = deed.said["value"]
        removed = deed.found.whole
        yield Setting(
            _real(deed, deed.named),
            _real(deed, value.inner),
            _here(deed, removed) if removed is not None else None,
            _sibling(deed),
            deed.group.removesuffix("."),
            value.known and value.plain,
            value.wants,
        )


def _sibling(deed: Deed) -> Slot | None:
    """A command of the same form on a line of its own below."""
    whole = deed.found.whole
    if whole is None or deed.name is None or deed.writes != "setting":
        return None
    name, value = _real(deed, deed.name.span), _real(deed, deed.said["value"].span)
    text = deed.source.text
    line_end = "\r\n" if "\r\n" in text else "\n"
    statement = text[whole.start : whole.end].rstrip("\r\n")
    end = whole.start + len(statement)
    first, second = (name, value) if name.start < value.start else (value, name)
    before = text[whole.start : first.start]
    between, behind = text[first.end : second.start], text[second.end : end]
    if "\n" in statement or "\r" in statement or not (deed.name.plain and deed.said["value"].plain):
        return None
    at = Span(end, end, deed.source)
    return Slot(at, line_end + before, between, behind, first is value)


def _nics(deeds: Iterable[Deed]) -> Iterator[Nic]:
    for deed in deeds:
        mtu = ("mtu", _real(deed, deed.said["mtu"].inner))
        place = _real(deed, deed.named or deed.call.name.span)
        if deed.nameless:
            yield Nic(place, (mtu,))
            continue
        fields = [("name", place), mtu]
        if deed.writes == "vmknic" and "portgroup" in deed.said:
            fields.append(("portgroup", _real(deed, deed.said["portgroup"].inner)))
        yield Nic(place, tuple(fields))
