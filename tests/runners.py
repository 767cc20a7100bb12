"""What the runners of GitHub Actions and Azure Pipelines make of a line of a log, after their published sources."""

from __future__ import annotations

from netqlint.record import Record

# the commands a GitHub runner knows
GITHUB = frozenset(
    {"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher"}
    | {"internal-set-repo-path", "save-state", "set-env", "set-output", "stop-commands", "warning"}
)


class Command(Record):
    name: str
    properties: dict[str, str]
    message: str


def github(line: str) -> Command | None:
    """The command of a line: `::name key=value,…::message` at its beginning, or `##[name …]message` anywhere."""
    line = line.lstrip()
    if line.startswith("::"):
        head, colons, message = line[2:].partition("::")
        name, _, rest = head.partition(" ")
        if colons and name in GITHUB:
            return Command(name, _properties(rest, ","), _decoded(message))
    _, start, rest = line.partition("##[")
    head, bracket, message = rest.partition("]")
    name, _, rest = head.partition(" ")
    if start and bracket and name in GITHUB:
        return Command(name, _properties(rest, ";"), message)
    return None


def azure(line: str) -> Command | None:
    """The command of a line: `##vso[area.action key=value;…]message` anywhere in it."""
    at = line.lower().find("##vso[")
    if at < 0:
        return None
    head, bracket, message = line[at + 6 :].partition("]")
    name, _, rest = head.partition(" ")
    if not bracket or "." not in name:
        return None
    found = {key: _azure_decoded(value) for key, value in _pairs(rest, ";")}
    return Command(name, found, _azure_decoded(message))


def _pairs(text: str, mark: str) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in text.strip().split(mark)]
    return [(key, value) for key, equals, value in parts if equals]


def _properties(text: str, mark: str) -> dict[str, str]:
    return {key: _decoded(value.replace("%3A", ":").replace("%2C", ",")) for key, value in _pairs(text, mark)}


def _decoded(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _azure_decoded(text: str) -> str:
    for code, character in (("%3B", ";"), ("%5D", "]"), ("%0D", "\r"), ("%0A", "\n"), ("%AZP25", "%")):
        text = text.replace(code, character)
    return text
