"""What a call asks for: every text there is to look at, with the settings that hold for it."""

from __future__ import annotations

import os

from netqlint.config import SIDE, Settings, find, load, nearest_file
from netqlint.errors import NetqlintError, Unreadable
from netqlint.facts import Assumed
from netqlint.files import ONCE, STDIN, bundle_of, is_bundle, is_esxconf, is_output, open_source
from netqlint.finding import Report, Unread
from netqlint.pack import Pack, every_rule, extended
from netqlint.pack import load as load_pack
from netqlint.patterns import remember as remember_patterns
from netqlint.record import Record, changed
from netqlint.surfaces import surface_of
from netqlint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from netqlint.baseline import Baseline
    from netqlint.driver import Plain
    from netqlint.sidefile import Ignores

    Around: TypeAlias = tuple["Terms", Ignores | None, tuple[Source, ...], tuple[Source, ...]]


class Terms(Record):
    """Under what a text is judged; files of one configuration share theirs.

    `key` is the same where all that can change what `judge` says is the same: the facts, the rules, netqlint
    itself. `heed` says whether anything may be suppressed, `baseline` are findings known before, and `preview`
    the codes of rules that are newer than the configuration wants them. `facts` are files with what the hosts say of
    themselves; `surface` is how all texts are written, empty where each tells by itself.
    """

    assumed: Assumed
    pack: Pack
    wanted: Callable[[Plain], bool]
    fail_on: str
    key: str
    heed: bool = True
    baseline: Baseline | None = None
    preview: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    surface: str = ""


class Task(Record):
    """One text under its terms.

    `path` is None where the text comes from standard input or the call; then `text` is all of it. `name` is
    what it is reported under; `module` is the driver whose option string it is; `ignores` are suppressions from
    a file of their own. `listings` are what the host says of itself in other texts, `texts` are others that are surely
    of the same host and `conf` its esx.conf (see `Assumed`). `sealed`: the text comes out of a bundle, which is never
    written.
    """

    path: str | None
    name: str
    terms: Terms
    text: Source | None = None
    module: str | None = None
    ignores: Ignores | None = None
    listings: tuple[Source, ...] = ()
    sealed: bool = False
    texts: tuple[Source, ...] = ()
    conf: Source | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every text that is judged here: of outputs that one host has said all."""
        outputs = self.texts if is_output(os.path.basename(self.name)) else ()
        return (self.name, *(source.name for source in outputs))

    @property
    def assumed(self) -> Assumed:
        """What the user and the host itself say."""
        said = self.terms.assumed
        if not (self.listings or self.texts or self.conf):
            return said
        return Assumed(said.facts, said.ports, self.listings, texts=self.texts, conf=self.conf)

    @property
    def key(self) -> str:
        """The same where all that can change what `judge` says of one text is the same."""
        if not (self.listings or self.texts or self.conf):
            return self.terms.key
        from hashlib import sha256

        from netqlint.text import encode

        others = (*self.listings, *self.texts, *([self.conf] if self.conf else []))
        contents = (sha256(encode(f"{source.name}\0{source.text}")).hexdigest() for source in others)
        return "\0".join((self.terms.key, *contents))

    def source(self) -> Source:
        """The text. Raises Unreadable where it cannot be read."""
        return self.text if self.text is not None else open_source(str(self.path), self.name)

    def judge(self, source: Source) -> Report:
        """What follows from the text and the terms alone; it can be remembered under them."""
        # where nothing has changed since the last time, nothing is judged
        from netqlint.run import check_source

        terms = self.terms
        return check_source(
            source,
            self.assumed,
            module=self.module,
            wanted=terms.wanted,
            pack=terms.pack,
            heed=terms.heed,
            surface=terms.surface,
        )

    def surface(self, source: Source) -> str:
        """How the text is written."""
        if self.module:
            return "options"
        return self.terms.surface or surface_of(source, self.terms.pack.patterns)

    def judged(self) -> Report:
        """What `judge` says of the text, or why that cannot be read."""
        try:
            return self.judge(self.source())
        except Unreadable as error:
            return unread(error)

    def settle(self, report: Report) -> Report:
        """The report without what files beside the text spare it."""
        if self.ignores is not None:
            from netqlint.sidefile import sift

            report = sift(report, self.ignores)
        if self.terms.baseline is not None:
            from netqlint import baseline

            report = baseline.sift(report, self.terms.baseline)
        return report

    def check(self, source: Source | None = None) -> Report:
        """The report on the text, which may be given, or on why it cannot be read."""
        return self.settle(self.judge(source) if source else self.judged())


def _picked(pack: Pack, settings: Settings) -> tuple[Pack, Callable[[Plain], bool], tuple[str, ...]]:
    """The pack with the severities that are wanted, the test of the rules that are, and the codes of those too new."""
    words = (settings.select, settings.ignore, settings.extend_select, settings.severity, settings.rules_as_of)
    if not any(words):
        # as most have it
        return pack, every_rule, ()
    from netqlint.selection import graded, newer, selection

    if settings.severity:
        pack = changed(pack, rules=graded(pack.rules, settings.severity))
    preview = newer(pack.rules, settings.rules_as_of) if settings.rules_as_of else ()
    return pack, selection(pack.rules, settings.select, settings.ignore, settings.extend_select, preview), preview


def unread(*errors: Unreadable) -> Report:
    """The report on places that cannot be read."""
    return Report(unread=tuple(Unread(error.path, error.reason) for error in errors))


class Configured:
    """The settings for every path: of the file named in the call, or of the one found upwards from the path.

    What the call says (`own`) goes before what any file says. `heed` says whether anything may be suppressed,
    `lenient` whether a baseline may do so, `surface` how all texts are written.
    """

    def __init__(
        self,
        own: Settings,
        named: str,
        isolated: bool,
        heed: bool = True,
        lenient: bool = True,
        surface: str = "",
    ) -> None:
        if named and isolated:
            raise NetqlintError("--config names a configuration file and --isolated wants none; leave one out")
        self.own, self.named, self.isolated, self.heed = own, named, isolated, heed
        self.lenient = lenient and heed
        self.surface = surface
        self.found: dict[str, str] = {}
        self.near: dict[str, str] = {}
        self.loaded: dict[str, Settings] = {}
        self.known: dict[str, Terms] = {}
        self.sides: dict[str, str] = {}
        self.spared: dict[str, Ignores] = {}
        self.baselines: dict[str, Baseline] = {}
        # by the settings, which `loaded` keeps alive: a fleet of a thousand files has one set of them
        self.uniform: dict[int, Terms] = {}
        self.heard: dict[str, tuple[Source, ...]] = {}
        self.beside: dict[str, tuple[tuple[Source, ...], tuple[Source, ...]]] = {}
        self.confs: dict[str, Source | None] = {}
        self.folders: dict[tuple[str, bool], Around] = {}

    def of(self, path: str) -> Settings:
        """The settings for a file, or for the current folder."""
        folder = os.path.dirname(path)
        if folder not in self.near:
            self.near[folder] = "" if self.isolated else self.named or find(folder, self.found)
        file = self.near[folder]
        if file not in self.loaded:
            self.loaded[file] = load(file, load_pack()) if file else Settings()
        return self.loaded[file]

    def excludes(self, path: str) -> bool:
        return self.of(path).excludes(path)

    def testifies(self, path: str) -> bool:
        """Whether a file is named as what some host says of itself, and so is no host of its own."""
        said = self.of(path)
        named = {*said.facts, *map(os.path.abspath, self.own.facts)}
        named.update(facts for override in said.overrides for facts in override.settings.facts)
        whole = os.path.abspath(path)
        return bool(named) and (whole in named or os.path.dirname(whole) in named)

    def terms(self, path: str) -> Terms:
        found = self.of(path)
        if not found.overrides and id(found) in self.uniform:
            return self.uniform[id(found)]
        settings = found.for_path(path).merge(self.own)
        facts = (sorted(settings.assume.items()), sorted(settings.ports.items()), sorted(settings.severity.items()))
        said = (*facts, settings.select, settings.ignore, settings.extend_select, settings.rules_as_of)
        spelt = repr((*said, settings.fail_on, settings.rules, settings.baseline, settings.facts))
        if spelt not in self.known:
            remember_patterns(load_pack().digest)
            pack, wanted, preview = _picked(extended(load_pack(), settings.rules), settings)
            self.known[spelt] = Terms(
                Assumed(settings.assume, settings.ports),
                pack,
                wanted,
                settings.fail_on or "warning",
                repr((*said, self.heed, self.surface, pack.digest)),
                self.heed,
                self.baseline(settings.baseline) if settings.baseline and self.lenient else None,
                preview,
                settings.facts,
                self.surface,
            )
        if not found.overrides:
            self.uniform[id(found)] = self.known[spelt]
        return self.known[spelt]

    def baseline(self, path: str) -> Baseline:
        if path not in self.baselines:
            from netqlint.baseline import load as load_baseline

            self.baselines[path] = load_baseline(path)
        return self.baselines[path]

    def ignores(self, path: str) -> Ignores | None:
        """The file of suppressions for a path, None where there is none."""
        if self.isolated or not self.heed:
            return None
        folder = os.path.dirname(os.path.abspath(path))
        file = nearest_file(SIDE, folder, self.sides)
        if not file:
            return None
        if file not in self.spared:
            from netqlint.sidefile import load

            self.spared[file] = load(file, self.terms(path).pack)
        return self.spared[file]

    def around(self, path: str) -> Around:
        """What holds for a file: its terms, suppressions, listings, texts; one answer for a folder, if it can be."""
        place = (os.path.dirname(path), is_esxconf(path))
        if place in self.folders:
            return self.folders[place]
        found = self.terms(path), self.ignores(path), self.listings(path), self.texts(path)
        if not self.of(path).overrides:
            self.folders[place] = found
        return found

    def listings(self, path: str, there: bool = True) -> tuple[Source, ...]:
        """What the host at a path says of itself: in the files named for it, else in those that lie beside it.

        `there`: the path is one of a file. Raises NetqlintError for a file that is named and holds nothing of the kind.
        """
        said = self.terms(path).facts
        place = "\0".join(said) if said else os.path.dirname(path)
        if place not in self.heard:
            self.heard[place] = _named(said) if said else ()
            if not said and there and not self.isolated:
                self.heard[place] = self._beside(path)[0]
        return self.heard[place]

    def texts(self, path: str) -> tuple[Source, ...]:
        """What else sets up the host of an esx.conf, as far as its place tells; nothing for any other file."""
        if self.isolated or not is_esxconf(path):
            return ()
        return tuple(source for source in self._beside(path)[1] if not self.excludes(source.name))

    def conf(self, path: str) -> Source | None:
        """The esx.conf of the host that a script or boot.cfg surely sets up, None for all else."""
        found = _conf_for(path) if not self.isolated and _is_heir(path) else ""
        if not found or self.excludes(found):
            return None
        if os.path.normpath(path) not in [source.name for source in self._beside(found)[1]]:
            return None
        if found not in self.confs:
            from netqlint.witnesses import text_at

            self.confs[found] = text_at(found)
        return self.confs[found]

    def _beside(self, path: str) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
        folder = os.path.dirname(path)
        if folder not in self.beside:
            self.beside[folder] = _beside(path)
        return self.beside[folder]


def _named(paths: tuple[str, ...]) -> tuple[Source, ...]:
    from netqlint.witnesses import named

    return named(paths)


def _beside(path: str) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """The outputs of a host's commands beside its esx.conf, and its other texts.

    None where other hosts are at home there, too.
    """
    folder = os.path.dirname(path)
    names, top = _names(folder), bundle_of(folder)
    if not top and not any(name.lower().endswith(_KIN) or is_output(name) for name in names):
        # nearly all hosts say nothing of themselves, and load nothing for it
        return (), ()
    one = sum(map(is_esxconf, names)) == 1
    if not top and not one:
        return (), ()
    from netqlint.witnesses import beside, kin

    found = beside(path, filter(is_output, names)) if one else ()
    for room in ("commands", "tmp") if top else ():
        place = os.path.join(top, room, "")
        found += beside(place, filter(is_output, _names(place)))
    return found, kin(path, names) if one else ()


def _is_heir(path: str) -> bool:
    """Whether a text may set up a host as it is; a kickstart installed it, perhaps with an older release."""
    return path.lower().endswith(("boot.cfg", "rc.local", ".sh"))


def _conf_for(path: str) -> str:
    """Where the only esx.conf is that a file may be of the host of: beside it, or in its unpacked bundle."""
    folder = os.path.dirname(path)
    top = bundle_of(folder)
    if top:
        return os.path.normpath(os.path.join(top, "etc", "vmware", "esx.conf"))
    if os.path.basename(path).lower() not in ONCE:
        return ""
    names = list(filter(is_esxconf, _names(folder)))
    return os.path.normpath(os.path.join(folder, names[0])) if len(names) == 1 else ""


# how texts end that set up one host and lie beside its esx.conf
_KIN = (*ONCE, "ks.cfg", "kickstart.cfg", ".ks")


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder or os.curdir)
    except OSError:
        return []


def paths_of(
    places: Iterable[str], excluded: Callable[[str], bool], testifies: Callable[[str], bool]
) -> tuple[list[str], list[str], list[Unreadable]]:
    """What is to be checked at these places, each once: files as they are, folders searched.

    A path that ends in a slash is that of a folder with the outputs of one host's commands, unless that `testifies` of
    another text. The second list are the
    files named one by one that are left out because they are excluded, the third the paths that are not there, cannot
    be read, or are folders with nothing to check.
    """
    found: dict[str, str] = {}
    left_out = []
    unread: list[Unreadable] = []
    for path in places:
        if path == STDIN:
            found.setdefault(STDIN, STDIN)
        elif os.path.isdir(path):
            from netqlint.search import below

            for inner, real in below(path, excluded, testifies, unread):
                found.setdefault(real, inner)
        elif not os.path.lexists(path):
            unread.append(Unreadable(path or repr(path), "no such file or folder"))
        elif excluded(path):
            left_out.append(path)
        else:
            found.setdefault(os.path.realpath(path), path)
    # an output that is named beside its folder is read with the others there
    twice = [
        real for real in found if is_output(os.path.basename(real)) and os.path.join(os.path.dirname(real), "") in found
    ]
    return [path for real, path in found.items() if real not in twice], left_out, unread


def file_tasks(
    places: Iterable[str], stdin_name: str, configured: Configured
) -> tuple[list[Task], list[str], list[Unreadable]]:
    """A task for every file that the places name.

    Behind them the files left out because they are excluded, and the places that are not there, cannot be read or
    hold nothing to check.
    """
    paths, left_out, unread = paths_of(places, configured.excludes, configured.testifies)
    tasks: list[Task] = []
    bundled: dict[str, tuple[list[Task], list[Unreadable]]] = {}
    for path in paths:
        if path == STDIN:
            # settings for paths may hold for the name that standard input goes by
            terms = configured.terms(stdin_name or os.path.join(os.curdir, "stdin"))
            try:
                source = open_source(STDIN, stdin_name or None)
            except Unreadable as error:
                unread.append(error)
                continue
            named = stdin_name or os.path.join(os.curdir, "stdin")
            heard = configured.listings(named, there=False)
            tasks.append(Task(None, source.name, terms, source, ignores=configured.ignores(named), listings=heard))
        elif path.endswith(os.sep):
            tasks += _told(path, configured)
        elif is_bundle(path):
            bundled = bundled or _all_bundled(filter(is_bundle, paths), configured)
            found, errors = bundled[path]
            tasks += found
            unread += errors
        else:
            terms, ignores, heard, texts = configured.around(path)
            conf = configured.conf(path)
            tasks.append(Task(path, path, terms, None, None, ignores, heard, texts=texts, conf=conf))
    return tasks, left_out, unread


def _told(folder: str, configured: Configured) -> Iterator[Task]:
    """A task for each host whose outputs lie in a folder, which mostly is one."""
    from netqlint.search import outputs_in
    from netqlint.witnesses import hosts

    outputs = [path for path in outputs_in(folder, configured.excludes) if not configured.testifies(path)]
    for first, *more in hosts(outputs):
        path = first.name
        heard = configured.listings(path, there=False)
        terms, ignores = configured.terms(path), configured.ignores(path)
        yield Task(path, path, terms, None, None, ignores, heard, texts=tuple(more))


def _all_bundled(paths: Iterable[str], configured: Configured) -> dict[str, tuple[list[Task], list[Unreadable]]]:
    """The tasks of every bundle; they are dear to read, so a terminal shows how far it is."""
    from netqlint.progress import Bar

    bundles = list(paths)
    found = {}
    with Bar(len(bundles), "reading bundles") as tell:
        for number, path in enumerate(bundles, 1):
            found[path] = _bundled(path, configured)
            tell(number)
    return found


def _bundled(path: str, configured: Configured) -> tuple[list[Task], list[Unreadable]]:
    """A task for every host in a bundle. What the call or the configuration names goes before what the bundle holds."""
    from netqlint.bundles import read
    from netqlint.search import says_something

    hosts, errors = read(path)
    terms, ignores = configured.terms(path), configured.ignores(path)
    named = configured.listings(path, there=False)
    tasks = []
    for host in hosts:
        listings = named or host.listings
        texts = (*host.scripts, *host.copies)
        tasks.append(Task(None, host.text.name, terms, host.text, None, ignores, listings, sealed=True, texts=texts))
        for script in filter(says_something, host.scripts):
            conf = host.text if _is_heir(script.name) else None
            tasks.append(Task(None, script.name, terms, script, None, ignores, listings, sealed=True, conf=conf))
    return tasks, errors


def option_task(module: str, words: list[str], stdin_name: str, configured: Configured) -> Task:
    """The task for an option string of the driver `module`: the words of the call, or standard input."""
    name = stdin_name or f"<{module} options>"
    terms = configured.terms(os.curdir)
    ignores = configured.ignores(stdin_name or os.path.join(os.curdir, "stdin"))
    heard = configured.listings(os.path.join(os.curdir, "stdin"), there=False)
    if words == [STDIN]:
        return Task(None, name, terms, open_source(STDIN, name), module, ignores, heard)
    # without quotes the shell has cut the string at its blanks
    text = " ".join(words)
    if not text.strip():
        raise NetqlintError(f"--options {module} needs the option string: netqlint check --options igb 'IntMode=3,3'")
    if os.path.isfile(text):
        raise NetqlintError(f"--options {module} takes an option string, and {text} is a file; leave --options out")
    return Task(None, name, terms, Source(name, text), module, ignores, heard)
