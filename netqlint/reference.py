"""The reference manual as Markdown: a page for every rule, driver, setting and release, each linked to the others."""

from __future__ import annotations

import re

from netqlint.driver import version_range
from netqlint.knowledge import (
    OF_A_PORT,
    SURE,
    claimed,
    default,
    for_release,
    has,
    having,
    offered,
    releases_of,
    shipped,
    spans_in,
    speaks_of,
    underlined,
)
from netqlint.pack import told
from netqlint.version import release, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netqlint.driver import Plain
    from netqlint.pack import Pack

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
_ADDRESS = re.compile(r"https?://\S+")


def pages(pack: Pack) -> dict[str, str]:
    """Every page by its path below the folder of the manual; the same pack gives the same text."""
    book = _Book(pack)
    found = {"index.md": book.index()}
    found |= {f"rules/{rule['code']}.md": _text(book.rule(rule)) for rule in book.rules}
    found |= {f"drivers/{name}.md": _text(book.driver(name)) for name in pack.catalog["drivers"]}
    found |= {f"settings/{name}.md": _text(book.setting(name)) for name in pack.catalog["settings"]}
    found |= {f"releases/{name}.md": _text(book.release(name)) for name in pack.catalog["releases"]}
    return found


# --- Markdown


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _plain(text: str) -> str:
    """Text that Markdown takes as text, on one line; addresses become links."""
    parts = []
    end = 0
    line = " ".join(text.split())
    for match in _ADDRESS.finditer(line):
        parts += [_SPECIAL.sub(r"\\\1", line[end : match.start()]), f"<{match[0]}>"]
        end = match.end()
    return "".join([*parts, _SPECIAL.sub(r"\\\1", line[end:])])


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _sources(sources: Iterable[str], sure: str) -> Iterator[str]:
    yield ""
    yield f"Sources ({SURE[sure]}):" if sure else "Sources:"
    yield ""
    yield from (f"- {_plain(source)}" for source in sources)


def _link(text: str, page: str, anchor: str = "") -> str:
    """From a page in one of the folders; `index.md` writes its own."""
    return f"[{_plain(text)}](../{page}.md{f'#{anchor}' if anchor else ''})"


# --- pages


class _Book:
    """What all pages link to."""

    def __init__(self, pack: Pack) -> None:
        self.pack, self.catalog = pack, pack.catalog
        self.rules = told(pack)

    def index(self) -> str:
        rules = [(f"[{r['code']}](rules/{r['code']}.md)", r["severity"], _plain(r["summary"])) for r in self.rules]
        drivers = [(f"[{name}](drivers/{name}.md)", _plain(found["summary"])) for name, found in self._of("drivers")]
        settings = [(f"[{name}](settings/{name}.md)", _plain(found["meaning"])) for name, found in self._of("settings")]
        releases = [f"- [{_plain(found['name'])}](releases/{name}.md)" for name, found in self._of("releases")]
        return _text(
            [
                "# What netqlint knows",
                "",
                "## Rules",
                *_table(("rule", "severity", "says"), rules),
                "## Drivers",
                *_table(("driver", "drives"), drivers),
                "## Kernel settings",
                *_table(("setting", "means"), settings),
                "## Releases",
                "",
                *releases,
            ]
        )

    def _of(self, kind: str) -> Iterator[tuple[str, Plain]]:
        yield from self.catalog[kind].items()

    def rule(self, rule: Plain) -> Iterator[str]:
        yield f"# {rule['code']} {rule['name']}"
        yield ""
        yield f"{rule['severity']}: {_plain(rule['summary'])}"
        for paragraph in rule["why"].split("\n\n"):
            yield ""
            yield _plain(paragraph)
        yield ""
        fix = rule["fix"]["applicability"] if rule["fix"] else "none, a person has to decide"
        conditions = rule["conditions"]
        yield from (f"- {name}: {_code(conditions[name])}" for name in ("when", "require") if conditions[name])
        yield f"- fix: {fix}"
        about = [
            " ".join(filter(None, [self._subject(name), operator, version]))
            for name, operator, version in rule["about"]
        ]
        if about:
            yield f"- about: {', '.join(about)}"
        yield from self._mentioned(rule)
        yield ""
        yield from _examples(rule)
        yield from _sources(rule["sources"], rule["confidence"])

    def _subject(self, name: str) -> str:
        return _link(name, f"drivers/{name}") if name in self.catalog["drivers"] else _plain(name)

    def _mentioned(self, rule: Plain) -> Iterator[str]:
        """Links to the parameters, settings and releases that a rule speaks of."""
        parameters = [
            _link(f"{driver}.{name}", f"drivers/{driver}", self._heading(driver, name).lower().replace(" ", "-"))
            for driver in self.catalog["drivers"]
            for name in self.catalog["drivers"][driver]["names"]
            if speaks_of(rule, driver, name)
        ]
        settings = [_link(name, f"settings/{name}") for name in self.catalog["settings"] if _names_setting(rule, name)]
        releases = [_link(name, f"releases/{name}") for name in self.catalog["releases"] if for_release(rule, name)]
        for what, links in (("parameters", parameters), ("settings", settings), ("releases", releases)):
            if links:
                yield f"- {what}: {', '.join(links)}"

    def _rules_line(self, rules: Iterable[Plain]) -> Iterator[str]:
        links = [_link(f"{rule['code']} {rule['name']}", f"rules/{rule['code']}") for rule in rules]
        if links:
            yield ""
            yield f"Rules: {', '.join(links)}"

    # --- drivers

    def driver(self, name: str) -> Iterator[str]:
        found = self.catalog["drivers"][name]
        yield f"# {name}"
        yield ""
        yield _plain(found["summary"])
        yield ""
        yield f"- {found['stack']} driver"
        if found["max_ports"]:
            yield f"- lists take values for {found['max_ports']} ports"
        if found["twin"] in self.catalog["drivers"]:
            yield f"- claims most of the devices of {self._subject(found['twin'])}"
        yield from self._rules_line(r for r in self.rules if name in [subject for subject, _, _ in r["about"]])
        yield from _sources(found["sources"], "")
        yield ""
        yield "## Versions"
        rows = [
            (version_range(g), self._carried(g), _plain(g["netqueue"]), SURE[g["confidence"]])
            for g in found["generations"]
        ]
        yield from _table(("version", "ESX", "NetQueue", "known"), rows)
        yield "## Parameters"
        for parameter in found["names"]:
            yield from self._parameter(name, parameter)
        yield from self._devices(name)

    def _carried(self, generation: Plain) -> str:
        inbox = [
            f"{_link(name, f'releases/{name}')} ({version or 'version not seen'})"
            for name, version in generation["inbox"].items()
        ]
        return ", ".join([*inbox, *(f"{_link(name, f'releases/{name}')} (async)" for name in generation["async"])])

    def _heading(self, driver: str, name: str) -> str:
        """The name, told from one that only differs in upper and lower case: links do not see the difference."""
        alike = [other for other in self.catalog["drivers"][driver]["names"] if other.lower() == name.lower()]
        return name if name == alike[0] else f"{name} beside {alike[0]}"

    def _parameter(self, driver: str, name: str) -> Iterator[str]:
        yield ""
        yield f"### {self._heading(driver, name)}"
        rows: dict[tuple[str, ...], list[str]] = {}
        sources: dict[str, None] = {}
        for generation in having(driver, name, self.pack):
            parameter = generation["parameters"][name]
            sources |= dict.fromkeys(parameter["sources"])
            row = (
                _plain(parameter["meaning"] or "unknown"),
                _plain(parameter["says"] or "unknown"),
                _plain(default(parameter, generation, self.pack) or "unknown"),
                f"one for each {parameter['per']}",
                SURE[parameter["confidence"]],
            )
            rows.setdefault(row, []).append(version_range(generation))
        lines = [(", ".join(versions), *row) for row, versions in rows.items()]
        yield from _table(("version", "means", "takes", "default", "values", "known"), lines)
        yield from self._rules_line(rule for rule in self.rules if speaks_of(rule, driver, name))
        yield from _sources(sources, "")

    def _devices(self, driver: str) -> Iterator[str]:
        claims = [(number, found) for number, found in self._of("devices") if driver in found["claims"]]
        if not claims:
            return
        yield ""
        yield "## Devices"
        rows = [
            (
                number,
                _plain(found["name"]),
                _plain(found.get("controller") or "?"),
                *("?" if found.get(key) is None else str(found[key]) for key in OF_A_PORT),
                _plain(claimed(found["claims"][driver])),
            )
            for number, found in claims
        ]
        yield from _table(("device", "name", "controller", *OF_A_PORT.values(), "versions"), rows)

    # --- settings and releases

    def setting(self, name: str) -> Iterator[str]:
        found = self.catalog["settings"][name]
        yield f"# {name}"
        yield ""
        unit = f", {found['unit']}" if found["unit"] else ""
        yield f"VMkernel boot setting ({found['type']}{unit}): {_plain(found['meaning'])}"
        rows = [row for version in self.catalog["releases"] for row in _in_release(found, version)]
        yield from _table(("ESX", "", "default", "takes", "known", "notes"), rows)
        if found["successors"]:
            yield f"Since then: {', '.join(_link(name, f'settings/{name}') for name in found['successors'])}"
        yield from self._rules_line(rule for rule in self.rules if _names_setting(rule, name))
        yield from _sources(found["sources"], "")

    def release(self, name: str) -> Iterator[str]:
        found = self.catalog["releases"][name]
        yield f"# {_plain(found['name'])}"
        if found["notes"]:
            yield ""
            yield _plain(found["notes"])
        yield ""
        yield f"- runs {' and '.join(found['stacks'])} drivers"
        switch, sure = ("on" if found["netqueue"]["default"] else "off"), SURE[found["netqueue"]["confidence"]]
        yield f"- NetQueue is {switch} where nothing is written ({sure})"
        yield f"- set with {', '.join(found['commands'])}"
        rows = [
            (self._subject(driver), version, f"comes with it ({SURE[sure]})")
            for driver, version, sure in shipped(name, self.pack)
        ]
        rows += [(self._subject(d), version_range(g), "can be installed") for d, g in offered(name, self.pack)]
        if rows:
            yield from ("", "## Drivers", *_table(("driver", "version", ""), rows))
        yield ""
        yield "## Kernel settings"
        yield ""
        for answer, says in ((True, "there"), (False, "not there"), (None, "nobody told")):
            links = [
                _link(key, f"settings/{key}") for key, setting in self._of("settings")
                if has(setting, name) is answer
            ]  # fmt: skip
            if links:
                yield f"- {says}: {', '.join(links)}"
        yield from self._rules_line(rule for rule in self.rules if for_release(rule, name))
        yield from _sources(found["sources"], "")


def _in_release(setting: Plain, version: str) -> Iterator[Sequence[str]]:
    """A row for what a release makes of a setting, several where its updates differ."""
    link = _link(version, f"releases/{version}")
    for span in spans_in(setting, version):
        surely = within(release(version), span["from"], span["to"])
        value = "" if span.get("default") is None else str(span["default"]).upper()
        limits = "" if span.get("max") is None else f"{span.get('min') or 0}..{span['max']}"
        where = link if surely else f"{link} ({releases_of(span)})"
        yield where, "is there", value, limits, SURE[span["confidence"]], _plain(span.get("notes", ""))
    if not spans_in(setting, version):
        spans = [span for span in setting["missing"] if within(release(version), span["from"], span["to"])]
        sure = SURE[spans[0]["confidence"]] if spans else ""
        yield link, "does not exist" if spans else "nobody told", "", "", sure, ""


def _names_setting(rule: Plain, name: str) -> bool:
    """Whether the message, the reasons or the fix of a rule name a setting."""
    texts = [rule["why"], rule["summary"], *map(str, rule["message"]), str(rule["fix"]), str(rule["conditions"])]
    return any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)


def _examples(rule: Plain) -> Iterator[str]:
    for example in rule["examples"]:
        given = ", ".join(f"{name}={value}" for name, value in example["given"].items())
        for title in ("good", "bad", "fixed"):
            if example[title] is not None:
                yield f"{title}{f' (given {_plain(given)})' if given and title != 'fixed' else ''}:"
                yield ""
                yield "```"
                yield from (row for line in example[title].splitlines() for row in underlined(line))
                yield "```"
                yield ""
                if example.get("listing") and title != "fixed":
                    yield from ("where the host says:", "", "```", *example["listing"].splitlines(), "```", "")
                for name, beside in example.get("beside", {}).items() if title != "fixed" else ():
                    yield from (f"where {name} says:", "", "```", *beside.splitlines(), "```", "")
