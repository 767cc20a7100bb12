"""The kinds of text netqlint reads, and which reader is for which."""

from __future__ import annotations

from netqlint.text import broken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Places = Mapping[str, Sequence[tuple[str, str]]]

    from netqlint.model import Host
    from netqlint.pack import Pack
    from netqlint.text import Source

# what the names of files end with that are searched for, in lower case; behind it a template may have an ending of its
# own, and in front of it anything a name is parted by
_ENDINGS = {
    "esxconf": ("esx.conf",),
    "kickstart": ("ks.cfg", "kickstart.cfg"),
    "bootcfg": ("boot.cfg",),
    "shell": ("rc.local",),
}
_SUFFIXES = {
    ".sh": "shell",
    ".bash": "shell",
    ".ash": "shell",
    ".ks": "kickstart",
    ".kickstart": "kickstart",
    ".ps1": "powershell",
    ".psm1": "powershell",
    ".yml": "ansible",
    ".yaml": "ansible",
    ".vpf": "hostprofile",
    ".xml": "hostprofile",
    ".tf": "terraform",
    ".pp": "puppet",
}
_TEMPLATES = (".j2", ".jinja", ".jinja2", ".erb", ".epp", ".tmpl", ".tpl", ".template", ".gotmpl", ".in")
# what is read on a host, or by Ansible, as single bytes
_IN_BYTES = ("esxconf", "shell", "kickstart", "bootcfg", "ansible")
# how lines of PowerCLI begin
_CMDLETS = (
    "connect-viserver",
    "get-vmhost",
    "set-vmhost",
    "get-esxcli",
    "$esxcli",
    "get-advancedsetting",
    "set-virtualswitch",
)
# so far a text of another name is looked into
_HEAD = 4096
_IN_FRONT = " \t\r\n\ufeff"


def read(source: Source, pack: Pack, module: str | None, surface: str = "", texts: Sequence[Source] = ()) -> Host:
    """The host a text describes; with `module`, the text is the option string of that module.

    An output of a host's command is read together with others of it among `texts`.
    """
    if module is not None:
        from netqlint.surfaces import options

        return options.read(source, pack.patterns, module)
    surface = surface or surface_of(source, pack.patterns)
    if broken(source):
        from netqlint.model import Host, Mistake

        return Host(source, surface, mistakes=(Mistake("utf-16-broken", source.span(0, 2), (), ""),))
    host = _read(source, pack, surface, texts)
    return _unreadable(host) if source.encoding and surface in _IN_BYTES else host


def _unreadable(host: Host) -> Host:
    """A host whose text is written in what nobody reads there: all of it is judged, and that as well."""
    from netqlint.model import Mistake
    from netqlint.record import changed
    from netqlint.text import BOM, line_starts

    text = host.source.text
    start = len(BOM) * text.startswith(BOM)
    if start == len(text):
        return host
    end = line_starts(text)[1:2] or (len(text),)
    first = host.source.span(start, start + max(len(text[start : end[0]].rstrip("\r\n")), 1))
    return changed(host, mistakes=(Mistake("utf-16", first, (), ""), *host.mistakes), said=None)


def _read(source: Source, pack: Pack, surface: str, texts: Sequence[Source]) -> Host:
    if surface == "esxconf":
        from netqlint.surfaces import esxconf

        return esxconf.read(source, pack.patterns, pack.places)
    if surface == "listing":
        from netqlint.surfaces import listings

        return listings.read(source, pack.patterns, texts)
    if surface == "bootcfg":
        from netqlint.surfaces import bootcfg

        return bootcfg.read(source)
    if surface == "kickstart":
        from netqlint.surfaces import kickstart

        return kickstart.read(source, pack.patterns, pack.catalog)
    if surface == "powershell":
        from netqlint.surfaces import powershell

        return powershell.read(source, pack.patterns, pack.catalog)
    if surface == "ansible":
        from netqlint.surfaces import playbook

        return playbook.read(source, pack.patterns, pack.catalog)
    if surface in ("terraform", "puppet"):
        from netqlint.surfaces import resources

        return resources.read(source, surface, pack.patterns, pack.catalog)
    if surface == "hostprofile":
        from netqlint.surfaces import hostprofile

        return hostprofile.read(source, pack.patterns, pack.catalog)
    from netqlint.surfaces import shell

    return shell.read(source, pack.patterns, pack.catalog)


def surface_of(source: Source, patterns: Mapping[str, str]) -> str:
    """How a text is written: its name tells, else its beginning; what tells nothing is taken for an esx.conf."""
    found = named(source.name)
    if found in ("", "hostprofile") and source.text.lstrip(_IN_FRONT).startswith("<"):
        from netqlint.surfaces.hostprofile import is_profile

        if is_profile(source.text):
            return "hostprofile"
    # XML is also what a host says when it is asked for it
    if (found in ("", "esxconf") or source.name.lower().endswith(".xml")) and is_listing(source):
        return "listing"
    return found or _sniffed(source.text[:_HEAD], patterns["commands"])


def is_listing(source: Source) -> bool:
    """Whether a text is the output of a host's commands; nearly every esx.conf shows by its first lines that it is not.

    Those are empty, comments, or begin with a slash.
    """
    text, start = source.text, 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)].lstrip(" \t\r\ufeff")
        if line.startswith("/"):
            return False
        if line and not line.startswith("#"):
            break
        start = end + 1 if end >= 0 else len(text)
    if not text.strip():
        return False
    from netqlint.surfaces.listings import recognised

    return recognised(source)


def named(path: str) -> str:
    """How files of this name are written, empty where the name does not tell."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    if not name.endswith(".conf"):
        for ending in _TEMPLATES:
            if name.endswith(ending):
                name = name[: -len(ending)]
                break
        stem, dot, suffix = name.rpartition(".")
        if stem and dot + suffix in _SUFFIXES:
            return _SUFFIXES[dot + suffix]
    for surface, endings in _ENDINGS.items():
        for ending in endings:
            if name.endswith(ending) and (len(name) == len(ending) or name[-len(ending) - 1] in ".-_"):
                return surface
    return ""


def _sniffed(head: str, commands: str) -> str:
    first = head.partition("\n")[0]
    if first.startswith("#!"):
        return "shell" if "sh" in first.rpartition("/")[2] else "esxconf"
    lines = [line.lstrip() for line in head.splitlines()]
    if any(line.startswith("/") and " = " in line for line in lines):
        return "esxconf"
    if any(line.startswith(("%firstboot", "%post", "%pre", "vmaccepteula", "accepteula")) for line in lines):
        return "kickstart"
    if any(line.startswith(("kernelopt=", "KERNELOPTS=", "USEROPTS=")) for line in lines):
        return "bootcfg"
    if any(line.lower().startswith(_CMDLETS) for line in lines):
        return "powershell"
    names = tuple(commands.split("|"))
    return "shell" if any(line.startswith(names) for line in lines) else "esxconf"
