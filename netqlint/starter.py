"""A configuration to begin with, out of what is there: which hosts, which drivers, what has to be guessed."""

from __future__ import annotations

import os

from netqlint import __version__
from netqlint.errors import NetqlintError
from netqlint.files import is_bundle, open_source
from netqlint.run import check_source
from netqlint.tasks import paths_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netqlint.finding import Fact, Report
    from netqlint.pack import Pack

_MOST = 200
_SHOWN = 6


def start(folder: str, pack: Pack) -> str:
    """The text of a netqlint.toml for what lies below a folder. Raises NetqlintError where a file cannot be read."""
    try:
        found, _, _ = paths_of([folder], lambda path: False, lambda path: False)
        paths = [path for path in found if not path.endswith(os.sep) and not is_bundle(path)]
    except NetqlintError:
        # a configuration may come before the first host
        paths = []
    reports = [check_source(open_source(path), pack=pack) for path in paths[:_MOST]]
    return "\n".join(_lines(folder, paths, reports)) + "\n"


def _lines(folder: str, paths: Sequence[str], reports: Sequence[Report]) -> Iterator[str]:
    found = len(paths)
    yield f"# Settings of netqlint for the {found} esx.conf file{'s' * (found != 1)} below this folder."
    yield "# What is commented out is a proposal; netqlint config show says what holds, and where it was said."
    yield ""
    yield "# Rules that netqlint learns later are not asked before you say so."
    yield f'rules-as-of = "{__version__}"'
    yield ""
    yield "# The least severity that makes the exit code 1: error, warning, info or never."
    yield 'fail-on = "warning"'
    yield ""
    yield "[assume]"
    yield "# What the files do not tell. netqlint guesses it, and says so in every report."
    facts = [fact for report in reports for fact in report.facts]
    names = list(dict.fromkeys(["esx", *(fact.name for fact in facts)]))
    for name in (name for name in names if not name.startswith("ports.")):
        yield from _fact(name, [fact for fact in facts if fact.name == name])
    yield "# mtu = 1500"
    yield ""
    yield "[ports]"
    yield "# How many ports a driver has where the file does not tell, or their controllers in PCI order."
    for name in sorted(name for name in names if name.startswith("ports.")):
        yield from _ports(name.removeprefix("ports."), [fact for fact in facts if fact.name == name])
    if not any(name.startswith("ports.") for name in names):
        yield "# igb = 4"
    if found > 1:
        yield ""
        yield "# Facts of single hosts, by their name or by a pattern of it."
        for host in dict.fromkeys(map(_host, paths[:2], [folder] * 2)):
            yield f"# [hosts.{_quoted(host)}]"
            yield '# esx = "6.7"'


def _fact(name: str, facts: Sequence[Fact]) -> Iterator[str]:
    values = sorted({fact.value for fact in facts if fact.value})
    if not values:
        yield f'# {name} = "4.0"'
        return
    guessed = sum(fact.guessed for fact in facts)
    told = "guessed" if guessed == len(facts) else "told by the file" if not guessed else "partly guessed"
    more = ", …" if len(values) > _SHOWN else ""
    yield f"# {name}: {', '.join(values[:_SHOWN])}{more} in {_files(facts)}, {told}"
    value = values[0] if name in ("cpus", "mtu") else _quoted(values[0])
    yield f"# {name} = {value}"


def _ports(driver: str, facts: Sequence[Fact]) -> Iterator[str]:
    values = sorted({fact.value for fact in facts if fact.value})
    if values:
        yield f"# {driver}: {', '.join(values[:_SHOWN])} in {_files(facts)}"
    yield f"# {driver} = 4"


def _files(facts: Sequence[Fact]) -> str:
    return f"{len(facts)} file{'s' * (len(facts) != 1)}"


def _host(path: str, folder: str) -> str:
    """The name of a host by its file: the folder of an esx.conf, or what stands before that in its name."""
    inner = os.path.relpath(path, folder)
    name = os.path.basename(inner)
    for ending in (".esx.conf", "-esx.conf", "_esx.conf"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return os.path.basename(os.path.dirname(inner)) or name


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
