"""What is wrong with the call: a path, an option, a configuration, a rule file; and what was probably meant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class NetqlintError(Exception):
    """Told in one line on stderr, exit 2; begins with the place (`netqlint.toml:3: …`), if any."""


class Unreadable(NetqlintError):
    """A place that cannot be read: `path` names it, `reason` says why; other places are not concerned."""

    def __init__(self, path: str, reason: str, said: str = "") -> None:
        super().__init__(said or f"{path}: {reason}")
        self.path, self.reason = path, reason


def lacking(package: str, error: ImportError) -> NetqlintError:
    """What is wrong where a library is not there that netqlint came with."""
    return NetqlintError(f"{package} cannot be loaded ({error}), which reads such texts: install netqlint anew")


def hint(word: str, known: Iterable[str], mark: str = ";") -> str:
    """`; did you mean VMDQ?`, to end a message with; empty where no known word is near."""
    near = nearest(word, known)
    return f"{mark} did you mean {near}?" if near else ""


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known word most like this one in any case, empty where none is alike enough (0 to 1, see difflib)."""
    from difflib import SequenceMatcher, get_close_matches

    lower = {name.lower(): name for name in sorted(known)}
    found = get_close_matches(word.lower(), lower, 50, likeness)
    seen = str.maketrans("lio", "110")

    def closeness(name: str) -> tuple[float, int]:
        # of those as much alike, the one that looks most like it: NQ1l1 is NQ111
        pairs = zip(word.lower().translate(seen), name.translate(seen), strict=False)
        return SequenceMatcher(None, name, word.lower()).ratio(), sum(one == other for one, other in pairs)

    return lower[max(found, key=closeness)] if found else ""
