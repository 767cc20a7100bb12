"""Suppressions in comments: spares the findings they name, and finds fault with those that are of no use.

    # netqlint: ignore[NQ201,NQ202] reason                        the line the comment speaks of
    # netqlint: ignore-start[NQ201] reason … ignore-end[NQ201]     all lines between
    # netqlint: ignore-file[NQ201] until 2030-01-31: reason        the whole text, to the end of that day

Rules whose scope is `suppression` say what is wrong with one; those cannot be suppressed.
"""

from __future__ import annotations

import os
import re

from netqlint.checker import finding, judge
from netqlint.comments import comments
from netqlint.errors import hint
from netqlint.finding import Edit, Finding, Report, Suppressed
from netqlint.model import Mistake
from netqlint.record import Record, changed
from netqlint.scopes import Subject
from netqlint.selection import fits_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from netqlint.comments import Comment
    from netqlint.driver import Plain
    from netqlint.pack import Pack
    from netqlint.text import Span
    from netqlint.world import World

FORMS = ("ignore", "ignore-start", "ignore-end", "ignore-file")
SCOPE = "suppression"
_SAID = re.compile(
    r"#+[ \t]*(?i:netqlint)\b[ \t]*(?P<colon>:?)[ \t]*(?P<form>[\w-]*)[ \t]*"
    r"(?P<list>\[(?P<rules>[^\]]*)\])?[ \t]*(?P<rest>.*)"
)
_LATER = re.compile(r"#[ \t]*(?i:netqlint)[ \t]*:")
_UNTIL = re.compile(r"until\b[ \t]*([^\s:;,]*)[ \t]*[:;,-]*[ \t]*")


class Suppression(Record):
    """What one comment (a pair of them, from start to end) asks to be spared.

    `words` are the rules it names, `again` the same words where it ends. It holds until the end of the day `until`.
    """

    form: str
    words: tuple[Span, ...]
    reason: str
    until: str
    about: Span
    said: tuple[Comment, ...]
    again: tuple[Span, ...] = ()

    @property
    def place(self) -> Span:
        return self.said[0].text


class Trouble(Record):
    """What is wrong with a suppression: `kind` and the other names of the scope, where, and what would mend it."""

    kind: str
    place: Span
    word: str = ""
    likely: str = ""
    until: str = ""
    trouble: str = ""
    repair: tuple[Edit, ...] = ()


def today() -> str:
    """This day, such as 2030-01-31; SOURCE_DATE_EPOCH, where it is set, says which day to take it for."""
    import time

    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(told)) if told.isdecimal() else time.localtime())


def is_day(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def expired(until: str) -> bool:
    """Whether the day has passed; what has no such day never does."""
    return bool(until) and until < today()


# --- what is spared


def sift(report: Report, world: World, rules: Sequence[Plain], pack: Pack) -> Report:
    """The report without the findings that comments of the text ask to be spared, and with what is wrong with those.

    `rules` are those the report was made with.
    """
    found = comments(world.host.source, world.host.surface)
    if not found:
        return report
    known = [rule for rule in pack.rules if rule["for"] != SCOPE]
    suppressions, troubles = read(found)
    # where somebody wanted something left as it is, and was not understood
    unread = {trouble.place for trouble in troubles}
    unheard = [comment.about for comment in found if comment.text in unread]
    sound = []
    for suppression in suppressions:
        wrong = list(_faults(suppression, known))
        troubles += wrong
        if any(trouble.kind in ("no-reason", "unknown-rule") for trouble in wrong):
            unheard.append(suppression.about)
        if not any(trouble.kind in ("no-reason", "expired") for trouble in wrong):
            sound.append(suppression)
    # the narrowest is asked first, so that what a wider one says again shows as of no use
    sound.sort(key=lambda one: one.about.end - one.about.start)
    kept: list[Finding] = []
    spared: list[Suppressed] = []
    used: set[Span] = set()
    for one in report.findings:
        word = _first(sound, one)
        if word is None:
            kept.append(_left_alone(one) if any(_covers(place, one) for place in unheard) else one)
        else:
            suppression, place = word
            used.add(place)
            spared.append(Suppressed(one, "comment", suppression.reason, suppression.place))
    ran = {rule["code"] for rule in rules} - {rule.code for rule in report.undecided}
    for suppression in sound:
        troubles += _useless(suppression, used, ran, known)
    kept += told(troubles, world, rules)
    return changed(
        report,
        findings=tuple(sorted(kept, key=lambda one: one.sort_key)),
        suppressed=(*report.suppressed, *spared),
        fleeting=report.fleeting or any(suppression.until for suppression in suppressions),
    )


def _first(suppressions: Iterable[Suppression], one: Finding) -> tuple[Suppression, Span] | None:
    names = {"code": one.code, "name": one.name}
    for suppression in suppressions:
        if _covers(suppression.about, one):
            for word in suppression.words:
                if fits_rule(word.text, names):
                    return suppression, word
    return None


def _covers(about: Span, one: Finding) -> bool:
    if one.span.source.name != about.source.name:
        # what stands in another text of the host only a comment for all of it can be about
        return about.start == 0 and about.end == len(about.source.text)
    return about.start <= one.span.start < max(about.end, about.start + 1)


def _left_alone(one: Finding) -> Finding:
    """The finding with a fix that is shown and not made."""
    return changed(one, fix=one.fix and changed(one.fix, applicability="display"))


def told(troubles: Iterable[Trouble], world: World, rules: Iterable[Plain]) -> Iterator[Finding]:
    """What the rules about suppressions say of these troubles."""
    asked = [rule for rule in rules if rule["for"] == SCOPE]
    for trouble in troubles:
        names = {name: getattr(trouble, name) for name in ("kind", "word", "likely", "until", "trouble")}
        mistake = Mistake(trouble.kind, trouble.place, trouble.repair)
        label = f"suppression.{trouble.word}" if trouble.word else "suppression"
        subject = Subject(label, names, {"": trouble.place}, {}, world, mistake=mistake)
        for rule in asked:
            if judge(rule, subject, about=True) is False:
                yield finding(rule, subject)


# --- what is written


def read(found: Iterable[Comment]) -> tuple[list[Suppression], list[Trouble]]:
    """The suppressions in comments, and what cannot be read as one."""
    read: list[Suppression] = []
    troubles: list[Trouble] = []
    begun: list[Suppression] = []
    for comment in found:
        one = _one(comment)
        if isinstance(one, Trouble):
            troubles.append(one)
        elif one is None:
            continue
        elif one.form == "ignore-start":
            begun.append(one)
        elif one.form == "ignore-end":
            start = next((start for start in reversed(begun) if _same(start, one)), None)
            if start is None:
                text = f"no ignore-start[{_listed(one)}] stands above it"
                troubles.append(Trouble("unreadable", comment.text, trouble=text))
            else:
                begun.remove(start)
                read.append(_between(start, one))
        else:
            read.append(one)
    for one in begun:
        text = f"no ignore-end[{_listed(one)}] stands below it"
        troubles.append(Trouble("unreadable", one.place, trouble=text))
    return read, troubles


def _same(start: Suppression, end: Suppression) -> bool:
    return {word.text.lower() for word in start.words} == {word.text.lower() for word in end.words}


def _listed(one: Suppression) -> str:
    return ",".join(word.text for word in one.words)


def _between(start: Suppression, end: Suppression) -> Suppression:
    about = start.place.to(end.place)
    return Suppression(start.form, start.words, start.reason, start.until, about, (*start.said, *end.said), end.words)


def _one(comment: Comment) -> Suppression | Trouble | None:
    """What a comment says; None where it says nothing to netqlint."""
    match = _SAID.match(comment.text.text)
    if match is None:
        return _bad(comment, "give it a line of its own") if _LATER.search(comment.text.text) else None
    form, listed = match["form"], match["list"]
    if not match["colon"]:
        # prose may speak of netqlint, and even begin with it
        plain = listed and form.lower() in FORMS
        return _bad(comment, "write a colon: netqlint: ignore[…]") if plain else None
    if form not in FORMS:
        likely = hint(form, FORMS) if form else ""
        return _bad(comment, f"netqlint: takes {', '.join(FORMS)}{likely}")
    words = tuple(_words(comment, match))
    if not words:
        return _bad(comment, f"name the rules: {form}[NQ201]")
    rest = match["rest"].strip(" \t:-\u2013\u2014")
    until = _UNTIL.match(rest)
    if until and not is_day(until[1]):
        return _bad(comment, f"{until[1] or 'until'} is no day; write one such as until 2030-01-31")
    reason = rest[until.end() :] if until else rest
    about = comment.text.source.span(0, len(comment.text.source.text)) if form == "ignore-file" else comment.about
    return Suppression(form, words, reason, until[1] if until else "", about, (comment,))


def _bad(comment: Comment, text: str) -> Trouble:
    return Trouble("unreadable", comment.text, trouble=text)


def _words(comment: Comment, match: re.Match[str]) -> Iterator[Span]:
    if match["rules"] is None:
        return
    first = comment.text.start + match.start("rules")
    for word in re.finditer(r"[^,\s]+", match["rules"]):
        yield comment.text.source.span(first + word.start(), first + word.end())


# --- what is wrong with one


def _faults(one: Suppression, known: Sequence[Plain]) -> Iterator[Trouble]:
    for word in one.words:
        if not any(fits_rule(word.text, rule) for rule in known):
            yield unknown(word, known)
    if expired(one.until):
        yield Trouble("expired", one.place, _listed(one), until=one.until, repair=tuple(_without(one)))
    elif not one.reason:
        yield Trouble("no-reason", one.place, _listed(one))


def unknown(word: Span, known: Sequence[Plain]) -> Trouble:
    """The trouble with a word that no rule is called, put right where it is plain which rule was meant."""
    from netqlint.errors import nearest

    names = [name for rule in known for name in (rule["code"], rule["name"])]
    near = nearest(word.text, names)
    likely = f"; did you mean {near}?" if near else "; netqlint rules lists them"
    return Trouble("unknown-rule", word, word.text, likely, repair=(Edit(word, near),) if near else ())


def _useless(one: Suppression, used: set[Span], ran: Collection[str], known: Sequence[Plain]) -> Iterator[Trouble]:
    """What is of no use for sure: every rule it names was asked, and could be decided."""
    idle = [word for word in one.words if word not in used and idle_here(word.text, ran, known)]
    if idle and len(idle) == len(one.words):
        yield Trouble("unused", one.place, _listed(one), repair=tuple(_without(one)))
    else:
        for word in idle:
            places = (word, *(again for again in one.again if again.text.lower() == word.text.lower()))
            lists = (one.words, one.again)
            edits = tuple(Edit(_cut(place, lists[place in one.again]), "") for place in places)
            yield Trouble("unused", word, word.text, repair=edits)


def idle_here(word: str, ran: Collection[str], known: Iterable[Plain]) -> bool:
    """Whether all rules of this name were asked and decided, so that what they did not find is not there."""
    codes = {rule["code"] for rule in known if fits_rule(word, rule)}
    return bool(codes) and codes.issubset(ran)


def _without(one: Suppression) -> Iterator[Edit]:
    """The edits that take out the comments, all or none of them."""
    if all(comment.whole for comment in one.said):
        for comment in one.said:
            if comment.whole:
                yield Edit(comment.whole, "")


def _cut(word: Span, words: tuple[Span, ...]) -> Span:
    """The word with the comma that it no longer needs."""
    place = words.index(word)
    if place + 1 < len(words):
        return word.source.span(word.start, words[place + 1].start)
    return word.source.span(words[place - 1].end, word.end)
