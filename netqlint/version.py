"""Versions of drivers and releases: read as people write them, compared, looked up in ranges."""

from __future__ import annotations

from netqlint.memo import memo
from netqlint.patterns import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    Version = tuple[int, ...]

# beyond this it is no version, and its numbers may be too long for Python to read
LONGEST = 64
NUMBERS = r"(?ai)\s*v?(\d+(?:\.\d+)*)"
RELEASE = (
    r"(?ai)\s*(?:vmware\s+)?(?:esxi?|vsphere)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?"
    r"(?:[\s-]*(?:u|update)\s*(\d+))?([a-z])?(?:[\s-]|$)"
)


@memo(1024)
def parse(text: str) -> Version:
    """The numbers of a driver version, empty where it has none.

    VMware marks Intel's own builds with the release they are for: 400.2.4.10 is 2.4.10 for ESX 4.0.
    """
    plain = text.isascii() and text.replace(".", "").isdecimal() and ".." not in f".{text}."
    # nearly all are plain; the expression for the others costs more to compile than all of this to run
    found = None if plain else compiled(NUMBERS).match(text)
    if len(text) > LONGEST or not (plain or found):
        return ()
    numbers = tuple(int(number) for number in (found[1] if found else text).split("."))
    return numbers[1:] if numbers[0] >= 100 else numbers


@memo(1024)
def release(text: str) -> Version:
    """The numbers of an ESX release, empty where it has none: (major, minor, update, letter).

    What is not said is left out: 6.7 is (6, 7) and may be any update of it, 7.0u3d is (7, 0, 3, 4).
    """
    if not text or len(text) > LONGEST:
        return ()
    major_minor = text.split(".")
    if len(major_minor) == 2 and all(part.isascii() and part.isdecimal() for part in major_minor):
        return (int(major_minor[0]), int(major_minor[1]))
    found = compiled(RELEASE).match(text)
    if not found:
        return ()
    major, minor, third, update, letter = found.groups()
    if minor is None:
        return (int(major),)
    # up to 6.7 the third number stays 0 through all updates, from 7.0 on it is the update
    if update is None and third is not None and int(major) >= 7:
        update = third
    if letter is not None:
        place = ord(letter.lower()) - ord("a") + 1
        return (int(major), int(minor), int(update or 0), place)
    return (int(major), int(minor)) if update is None else (int(major), int(minor), int(update))


def within(version: Version, lowest: Version, highest: Version | None) -> bool | None:
    """Whether a version lies between two others, both included; None where it is too short to tell.

    A bound stands for all that begins with it: 1.3.28.5.2 is not above 1.3.28.5. Without `highest`
    there is no end.
    """
    above = reaches(version, lowest)
    below = True if highest is None else stays(version, highest)
    if above is False or below is False:
        return False
    return True if above and below else None


def reaches(version: Version, lowest: Version) -> bool | None:
    if version == lowest[: len(version)] and any(lowest[len(version) :]):
        return None
    return version >= lowest[: len(version)]


def stays(version: Version, highest: Version) -> bool | None:
    if len(version) < len(highest) and version == highest[: len(version)]:
        return None
    return version[: len(highest)] <= highest
