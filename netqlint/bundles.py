"""Reads what sets up a host, and what it says of itself, out of bundles, as streams: nothing is unpacked or written.

A bundle may come from anybody: how large, how many, how deep and how dense its files are is limited, and links and
names that lead out of it are passed over.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import tarfile
import zipfile
import zlib
from itertools import islice

from netqlint.errors import Unreadable
from netqlint.files import LARGEST, is_output
from netqlint.record import Record
from netqlint.surfaces.listings import recognised
from netqlint.text import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, BinaryIO

_CONF = "etc/vmware/esx.conf"
# where outputs of commands lie: ESXi 5 and later, ESX 3.5 and 4
_ROOMS = ("commands", "tmp")
# a backup holds state.tgz, which holds local.tgz; an export of many hosts holds a bundle for each
_INNER = re.compile(
    r"(?:.*/)?(?:(?:state|local)\.tgz|(?:configBundle|esx|vm-support)(?:[^/]*\.(?:tgz|tar\.gz)|-[^/]*\.(?P<zip>zip)))"
)
_STATE = ("state.tgz", "local.tgz")
# what else sets up a host, in the order of its boot; the manifest of a backup repeats what boot.cfg says
_OTHERS = re.compile(
    r"(?P<root>(?:.*[/!])?)(?:(?P<script>bootbank/boot\.cfg|root/ks\.cfg|etc/rc\.local(?:\.d/[^/]+\.sh)?)|Manifest\.txt)"
)
_NO_NAME = "~"
_SEALED = re.compile(r"(?:.*/)?(?:local\.tgz|state\.tgz)\.ve")
_PIECE = re.compile(r"(?P<whole>.+)\.FRAG-(?P<nth>[0-9]{5})")

# An output has some hundred kB. Deflate makes a thousandth of zeros at most, and a twentieth of a real bundle.
_LARGEST_OUTPUT = 16 << 20
_MOST_KEPT = 256 << 20
_MOST_FILES = 500_000
_DEEPEST = 4
_DENSEST = 200
_ALWAYS = 64 << 20
_LONGEST_HEADER = 1 << 20
_LONGEST_DIRECTORY = 16 << 20
# the names of a zip archive stand at its end, where a stream comes last: one in another archive is held in memory
_MOST_HELD = 96 << 20
_CHUNK = 1 << 20
_POINTER = b"version https://git-lfs"

_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class Host(Record):
    """An esx.conf of a bundle, under the name `bundle.tgz!/etc/vmware/esx.conf`, and what its host says of itself.

    `scripts` and `copies` are its other texts: those that set something up at boot, and those that only repeat it.
    """

    text: Source
    listings: tuple[Source, ...]
    scripts: tuple[Source, ...] = ()
    copies: tuple[Source, ...] = ()


class Refused(Exception):
    """A bundle is larger, deeper or denser than any that a host makes."""


# so many files and bytes tell whether an archive begins as a bundle does
_FIRST, _LITTLE = 8, 1 << 20
_SIGNS = re.compile(
    r"(?:.*/)?(?:esx-|vm-support-)[^/]*(?:/.*|\.tgz|\.zip)|Manifest\.txt|(?:state|local)\.tgz(?:\.ve)?|(?:.*/)?etc/vmware/.*"
)


def begins_as_one(path: str) -> bool:
    """Whether the first files of an archive are those of a bundle; also of one that cannot be read, to be told so."""
    try:
        with open(path, "rb") as file:
            for name, size, _ in islice(_members(file, _Budget(file)), _FIRST):
                if _SIGNS.fullmatch(name):
                    return True
                if size > _LITTLE:
                    return False
    except (Refused, *_BROKEN):
        return True
    return False


def read(path: str) -> tuple[list[Host], list[Unreadable]]:
    """The hosts in a bundle, and what cannot be read of it; of one that was cut off, what stands before the end."""
    found = _Found()
    trouble = ""
    try:
        with open(path, "rb") as file:
            found.take(_members(file, budget := _Budget(file)), budget, "", 1)
    except Refused as error:
        return [], [Unreadable(path, f"{error}; it was not read")]
    except _BROKEN as error:
        trouble = _reason(error)
    hosts = found.hosts(path)
    if trouble:
        return hosts, [Unreadable(path, f"cannot be read {'to its end' if hosts else 'as a bundle'}: {trouble}")]
    return hosts, [Unreadable(path, reason) for reason in (found.lost if hosts else [found.nothing()])]


def _members(file: BinaryIO, budget: _Budget) -> Iterator[tuple[str, int, IO[bytes]]]:
    begin = file.read(tarfile.BLOCKSIZE)
    file.seek(0)
    if begin.startswith(_POINTER):
        raise ValueError("only a pointer of git lfs is here; git lfs pull brings the bundle")
    if begin.startswith(b"PK"):
        return _zipped(file, budget)
    if begin.startswith(b"\x1f\x8b"):
        return _tarred(file, budget)
    if begin and not _is_header(begin):
        raise ValueError("it is no archive of tar, gzip or zip")
    return _tarred(file, budget, squeezed=False)


def _is_header(block: bytes) -> bool:
    if not block.strip(b"\0"):
        # an archive of nothing
        return True
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    text = " ".join(str(error).split()).rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__


class _Budget:
    """How much a bundle may unpack to, with all the bundles in it; and how much of them is held in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.left = max(_ALWAYS, _DENSEST * os.fstat(file.fileno()).st_size)
        self.held = 0

    def unpack(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Refused(f"it would unpack to more than {_DENSEST} times its size")


class _Found:
    """What is wanted of a bundle, by name; names of inner bundles end in an exclamation mark, as in `a.tgz!/etc`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.pieces: dict[str, dict[int, bytes]] = {}
        self.sealed = False
        self.broken = ""
        self.lost: list[str] = []
        self.count = self.kept = 0

    def take(self, members: Iterator[tuple[str, int, IO[bytes]]], budget: _Budget, above: str, depth: int) -> None:
        """All that is wanted of these members: their names, sizes, and streams that may be read once."""
        for name, size, stream in members:
            self.count += 1
            if self.count > _MOST_FILES:
                raise Refused(f"it holds more than {_MOST_FILES} files")
            inner = _INNER.fullmatch(name)
            if _SEALED.fullmatch(name):
                self.sealed = True
            elif inner:
                # of a support bundle the file itself is there, and goes before the backup of it
                if depth >= _DEEPEST:
                    raise Refused(f"bundles lie {depth} deep in each other")
                folder, slash, file = name.rpartition("/")
                room = f"{above}{folder}{slash}{_NO_NAME if file in _STATE else file}!/"
                try:
                    if inner["zip"]:
                        self._take_held(file, size, stream, budget, room, depth + 1)
                    else:
                        self.take(_tarred(stream, budget), budget, room, depth + 1)
                except _BROKEN as error:
                    # what is wrong with one of them says nothing of the others
                    self._lose(file, f"cannot be read: {_reason(error)}")
            else:
                self._keep(above + name, size, stream)

    def _take_held(self, file: str, size: int, stream: IO[bytes], budget: _Budget, above: str, depth: int) -> None:
        """What is wanted of a zip archive in an archive."""
        if budget.held + size > _MOST_HELD:
            most = _MOST_HELD >> 20
            self._lose(
                file, f"is a zip archive of more than {most} MiB in an archive, and was not read; unpack it first"
            )
            return
        budget.held += size
        try:
            held = io.BytesIO()
            shutil.copyfileobj(stream, held, _CHUNK)
            self.take(_zipped(held, budget), budget, above, depth)
        finally:
            budget.held -= size

    def _lose(self, file: str, reason: str) -> None:
        self.broken = self.broken or f"its {file} {reason}"
        if file not in _STATE:
            # of those there are two, and the host is in the other one
            self.lost.append(f"its {file} {reason}")

    def _keep(self, name: str, size: int, stream: IO[bytes]) -> None:
        piece = _PIECE.fullmatch(name)
        whole = piece["whole"] if piece else name
        most = LARGEST if whole == _CONF or whole.endswith(f"/{_CONF}") else _LARGEST_OUTPUT
        if not (most == LARGEST or _is_wanted_output(whole) or _OTHERS.fullmatch(whole)):
            return
        if most != LARGEST and size > most:
            return
        self.kept += size
        if size > most or self.kept > _MOST_KEPT:
            raise Refused(f"what is to be read of it has more than {_MOST_KEPT >> 20} MiB")
        data = stream.read(size)
        if piece:
            self.pieces.setdefault(whole, {})[int(piece["nth"])] = data
        else:
            self.files.setdefault(name, data)

    def hosts(self, path: str) -> list[Host]:
        for name, pieces in self.pieces.items():
            # where one is missing nobody knows what stood there
            if sorted(pieces) == list(range(len(pieces))):
                self.files.setdefault(name, b"".join(pieces[nth] for nth in sorted(pieces)))
        roots = [name[: -len(_CONF)] for name in self.files if name == _CONF or name.endswith(f"/{_CONF}")]
        plain = [root for root in roots if not any(root.startswith(other) and root != other for other in roots)]
        found = []
        for root in sorted(plain):
            shown = f"{path}!/{_shown(root, plain)}"
            outputs = sorted(name for name in self.files if name.startswith(tuple(f"{root}{room}/" for room in _ROOMS)))
            sources = [decode(self.files[name], f"{shown}{name.removeprefix(root)}") for name in outputs]
            listings = tuple(source for source in sources if recognised(source))
            scripts, copies = self._others(root, shown)
            found.append(Host(decode(self.files[root + _CONF], shown + _CONF), listings, scripts, copies))
        return found

    def _others(self, root: str, shown: str) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
        """The scripts of the host at a root, and copies of what it boots with beside the archive it lies in."""
        above = root.removesuffix(f"{_NO_NAME}!/").removesuffix(f"{_NO_NAME}!/")
        matches = [match for match in map(_OTHERS.fullmatch, sorted(self.files)) if match]
        scripts = [match[0] for match in matches if match["script"] and match["root"] == root]
        copies = [match[0] for match in matches if not match["script"] and match["root"] == above]
        return (
            tuple(decode(self.files[name], f"{shown}{name.removeprefix(root)}") for name in scripts),
            tuple(decode(self.files[name], f"{shown}{name.removeprefix(above)}") for name in copies),
        )

    def nothing(self) -> str:
        """Why there is no host."""
        if self.sealed:
            return (
                "its configuration is encrypted (local.tgz.ve); take a vm-support bundle of the host, or its esx.conf"
            )
        return self.broken or f"no {_CONF} in this bundle"


def _is_wanted_output(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder.rpartition("/")[2] in _ROOMS and is_output(file)


def _shown(root: str, roots: list[str]) -> str:
    """The way to a host in its bundle, without folders and archives that every bundle has."""
    if len(roots) == 1:
        return ""
    return root.replace(f"{_NO_NAME}!/", "")


# --- archives


class _Member(tarfile.TarInfo):
    """A member whose own headers are not read into memory when they are larger than any name."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        plain = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.CONTTYPE)
        if self.type not in plain and self.size > _LONGEST_HEADER:
            raise Refused("one of its headers is larger than any name")
        return super()._proc_member(tar)  # type: ignore[misc, no-any-return]  # the hook that TarInfo documents in its source


class _Unsqueezed:
    """What gzip has squeezed, in small pieces: of a stream that was cut off all that is there."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.file = gzip.GzipFile(fileobj=stream)

    def read(self, size: int) -> bytes:
        return self.file.read1(size)


def _tarred(stream: IO[bytes], budget: _Budget, squeezed: bool = True) -> Iterator[tuple[str, int, IO[bytes]]]:
    """The files of a tar archive, in the order they lie in it."""
    # what tarfile itself unpacks of a block may be a thousand times as large, and all in memory
    plain = _Unsqueezed(stream) if squeezed else stream
    with tarfile.open(fileobj=plain, mode="r|", bufsize=_CHUNK, tarinfo=_Member) as tar:  # type: ignore[call-overload]
        for member in tar:
            # a stream never goes back, and half a million members would fill the memory
            tar.members.clear()
            budget.unpack(member.size + tarfile.BLOCKSIZE)
            name = _inside(member.name)
            if name and member.isreg():
                content = tar.extractfile(member)
                if content is not None:
                    yield name, member.size, content


def _zipped(file: IO[bytes], budget: _Budget) -> Iterator[tuple[str, int, IO[bytes]]]:
    guarded = _Guarded(file)
    with zipfile.ZipFile(guarded) as archive:
        guarded.open = True
        for entry in archive.infolist():
            budget.unpack(entry.file_size)
            name = _inside(entry.filename)
            # the upper half holds the mode where a Unix wrote it: links have one of their own
            link = (entry.external_attr >> 28) not in (0, 8)
            if entry.flag_bits & 1 and (name.endswith(_CONF) or _INNER.fullmatch(name)):
                raise ValueError("it is encrypted with a password; unpack it and check the folder")
            if name and not entry.is_dir() and not link and not entry.flag_bits & 1:
                with archive.open(entry) as content:
                    yield name, entry.file_size, content


class _Guarded:
    """A file of which nothing large is read as one piece until it is `open`, as the names of a zip archive are."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.open = file, False
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _LONGEST_DIRECTORY and not self.open:
            raise Refused("its list of names is larger than that of any bundle")
        return self.file.read(size)


def _inside(name: str) -> str:
    """A name as a path within its archive, empty where it would lead out of it."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    return "" if ".." in parts else "/".join(parts)
