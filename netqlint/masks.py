"""Hides passwords and tokens: every character of one becomes an asterisk, so that all places stay what they are."""

from __future__ import annotations

from netqlint.finding import Edit, Label
from netqlint.patterns import compiled
from netqlint.record import changed
from netqlint.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from netqlint.finding import Finding, Report

_VALUE = r"""("[^"\r\n]*"|'[^'\r\n]*'|[^\s"';|&)]+)"""
_WORD = r"[\w.-]*(?:password|passwd|passphrase|token|secret)[\w.-]*"
_TAG = r"(?:[\w.-]+:)?"
# of what a profile has below such a name, a number or truth value is part of a rule for passwords, and none of them
_CONTENT = r"(?:<!\[CDATA\[)?(?!(?:\d{1,3}|true|false)\s*<)([^<\s][^<\r\n]*)\s*"
_SECRETS = (
    # --password X, --token=X, "password": X, VI_PASSWORD=X, password => X
    rf"""(?i)(?<![\w$]){_WORD}\\?["']?[ \t]*(?:=>|[=:])[ \t]*{_VALUE}""",
    rf"(?i)(?<![^\s\"'])--?{_WORD}[ \t]+{_VALUE}",
    # rootpw X, rootpw --iscrypted X
    r"(?m)^[ \t]*rootpw[ \t]+(?:--[\w-]+[ \t]+)*([^\s]+)",
    # https://user:X@host, user:X@host
    r"[\w.%+-]+:([^\s:@/\"']+)@[\w\[]",
    rf"\bsshpass[ \t]+-p[ \t]*{_VALUE}",
    # $password = "X" of PowerShell
    rf"""(?i)\$(?:\w+:)?{_WORD}[ \t]*=[ \t]*("[^"\r\n]*"|'[^'\r\n]*')""",
    r"""(?i)\bConvertTo-SecureString[ \t]+(?:-(?:AsPlainText|Force|String)[ \t]+)*("[^"\r\n]*"|'[^'\r\n]*')""",
    # curl -u user:X
    r"[ \t]-u[ \t]*[\"']?[\w.@\\-]+:([^\s\"']+)",
    # <key>password</key><value>X</value> of a host profile, where the value may hold another that has it
    rf"(?i)<{_TAG}key\b[^<>]*>{_WORD}</[^<>]*>\s*<{_TAG}value\b[^<>]*>\s*(?:<{_TAG}value\b[^<>]*>\s*)?{_CONTENT}</",
    rf"(?i)type=[\"'][\w:]*PasswordField[\"'][^<>]*>\s*(?:<{_TAG}value\b[^<>]*>\s*)?{_CONTENT}</",
    rf"(?i)<{_TAG}{_WORD}(?:\s[^<>]*)?>\s*{_CONTENT}</",
    rf"(?i)\b(?:key|name)=[\"']{_WORD}[\"']\s+value={_VALUE}",
    # echo root:X | chpasswd
    r"""\becho[ \t]+["']?[\w.-]+:([^\s"'|]+)["']?[ \t]*\|[ \t]*chpasswd""",
)
# esxcli takes a password left of its namespace, and something else by the same letter right of it
_LEFT = (
    r"(?:esxcli|localcli)\b"
    r"(?:(?:[ \t]|\\\r?\n)+-(?:[^\s=]*=)?(?:\"[^\"\r\n]*\"|'[^'\r\n]*'|[^\s\"']+)"
    r"(?:[ \t]+(?:\"[^\"\r\n]*\"|'[^'\r\n]*'|[^\s\"'-][^\s]*))?)*"
)
_LEFT_OPTION = rf"""[ \t]-p(?:[ \t]+|=){_VALUE}"""
# what is plainly no secret: a variable, a template, a parameter of a driver
_NONE = r"""["']?(?:\\?\$|\{\{|<%|[A-Za-z_]\w*=[-0-9][-0-9,]*(?=["'\s]|$))"""


def masked(text: str) -> str:
    """The text with every secret in it masked; it is as long as before."""
    for secret in _SECRETS:
        text = compiled(secret).sub(_stars, text)
    if "cli" in text:
        text = compiled(_LEFT).sub(lambda call: compiled(_LEFT_OPTION).sub(_stars, call[0]), text)
    return text


def _stars(match: re.Match[str]) -> str:
    value = match[1]
    if compiled(_NONE).match(value):
        return match[0]
    quote = value[0] if value[0] in "\"'" else ""
    inner = len(value) - 2 * len(quote)
    start = match.start(1) - match.start() + len(quote)
    return match[0][:start] + "*" * inner + match[0][start + inner :]


def safe(report: Report) -> Report:
    """The report without the secrets of the texts it quotes."""
    veil = _Veil()
    return changed(
        report,
        findings=tuple(veil.finding(finding) for finding in report.findings),
        suppressed=tuple(
            changed(one, finding=veil.finding(one.finding), place=one.place and veil.span(one.place))
            for one in report.suppressed
        ),
    )


class _Veil:
    """Findings with their places in texts that have no secrets; each text is looked through once."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Source, tuple[str, ...]]] = {}
        self.kept: list[Source] = []
        # many fixes write the same
        self.written: dict[str, str] = {}

    def of(self, source: Source) -> tuple[Source, tuple[str, ...]]:
        """The text without its secrets, and these, the longest first."""
        if id(source) not in self.known:
            text = masked(source.text)
            found = () if text == source.text else _hidden(source.text, text)
            self.known[id(source)] = (source.saying(text) if found else source, found)
            # by its number a source is known as long as it lives
            self.kept.append(source)
        return self.known[id(source)]

    def span(self, span: Span) -> Span:
        return Span(span.start, span.end, self.of(span.source)[0])

    def bare(self, one: Finding) -> bool:
        """Whether there is no secret in anything that a finding quotes, as in nearly all."""
        edits = one.fix.edits if one.fix is not None else ()
        spans = (one.span, *(label.span for label in one.related), *(edit.span for edit in edits))
        return all(self.of(span.source)[0] is span.source for span in spans) and all(
            self.masked(edit.text) == edit.text for edit in edits
        )

    def masked(self, text: str) -> str:
        if text not in self.written:
            self.written[text] = masked(text)
        return self.written[text]

    def finding(self, one: Finding) -> Finding:
        if self.bare(one):
            return one
        secrets = self.of(one.span.source)[1]
        return changed(
            one,
            message=_without(secrets, one.message),
            span=self.span(one.span),
            related=tuple(Label(self.span(label.span), _without(secrets, label.text)) for label in one.related),
            fix=one.fix
            and changed(one.fix, title=_without(secrets, one.fix.title), edits=tuple(self.edits(one.fix.edits))),
        )

    def edits(self, edits: Iterable[Edit]) -> Iterable[Edit]:
        for edit in edits:
            yield Edit(self.span(edit.span), _without(self.of(edit.span.source)[1], self.masked(edit.text)))


def _hidden(text: str, veiled: str) -> tuple[str, ...]:
    """What the one text has where the other has asterisks."""
    stretches = compiled(r"\*+").finditer(veiled)
    found = {text[stretch.start() : stretch.end()] for stretch in stretches}
    return tuple(sorted((secret for secret in found if secret.strip("*")), key=len, reverse=True))


def _without(secrets: Iterable[str], words: str) -> str:
    """Words of ours, in which a secret stands as it was written; what follows `--password` in them is none."""
    from re import escape

    for secret in secrets:
        words = compiled(rf"(?<!\w){escape(secret)}(?!\w)").sub("*" * len(secret), words)
    return words
