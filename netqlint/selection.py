"""Which rules are asked: chosen and left out by code, name or family."""

from __future__ import annotations

from netqlint.errors import NetqlintError, hint
from netqlint.patterns import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netqlint.driver import Plain

_FAMILY = r"(?i)(?:NQ)?(\d{1,3})(x{0,2})"


def selection(rules: Sequence[Plain], select: Iterable[str], ignore: Iterable[str]) -> Callable[[Plain], bool]:
    """A test of rules: those selected (all, where nothing is) less those ignored.

    A word is a code (`NQ201`), a name (`vmdq-needs-msix`) or a family (`NQ2`, `2xx`). Raises NetqlintError for
    a word that fits no rule.
    """
    chosen = codes(rules, select) or {rule["code"] for rule in rules}
    left_out = codes(rules, ignore)
    return lambda rule: rule["code"] in chosen and rule["code"] not in left_out


def codes(rules: Sequence[Plain], words: Iterable[str]) -> set[str]:
    """The codes of all rules that the words fit."""
    found: set[str] = set()
    for word in words:
        fits = {rule["code"] for rule in rules if fits_rule(word, rule)}
        if not fits:
            raise NetqlintError(f"no rule is called {word}{_near(word, rules)}")
        found |= fits
    return found


def fits_rule(word: str, rule: Plain) -> bool:
    """Whether a word is the code, the name or the family of a rule."""
    if word.lower() in (rule["code"].lower(), rule["name"]):
        return True
    if word.isalpha() and word.isupper():
        return bool(rule["code"].rstrip("0123456789") == word)
    family = compiled(_FAMILY).fullmatch(word)
    return family is not None and len(family[1] + family[2]) <= 3 and rule["code"][2:].startswith(family[1])


def _near(word: str, rules: Sequence[Plain]) -> str:
    names = [name for rule in rules for name in (rule["code"], rule["name"])]
    return hint(word, names) or "; netqlint rules lists them"
