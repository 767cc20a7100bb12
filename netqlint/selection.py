"""Which rules are asked: chosen and left out by code, name or family."""

from __future__ import annotations

from netqlint.errors import NetqlintError, hint
from netqlint.patterns import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from netqlint.driver import Plain

_FAMILY = r"(?i)(?:NQ)?(\d{1,3})(x{0,2})"


def selection(
    rules: Sequence[Plain],
    select: Sequence[str],
    ignore: Iterable[str],
    more: Sequence[str] = (),
    preview: Collection[str] = (),
) -> Callable[[Plain], bool]:
    """A test of rules: those selected (all, where nothing is) and `more`, less those ignored.

    A word is a code (`NQ201`), a name (`vmdq-needs-msix`) or a family (`NQ2`, `2xx`). The codes in `preview` are
    chosen only by words of their own. Raises NetqlintError for a word that fits no rule.
    """
    chosen = (codes(rules, select) or {rule["code"] for rule in rules}) | codes(rules, more)
    if preview:
        own = {word.lower() for word in (*select, *more)}
        chosen -= {r["code"] for r in rules if r["code"] in preview and not own & {r["code"].lower(), r["name"]}}
    left_out = codes(rules, ignore)
    return lambda rule: rule["code"] in chosen and rule["code"] not in left_out


def newer(rules: Iterable[Plain], as_of: str) -> tuple[str, ...]:
    """The codes of the rules that netqlint had not yet in version `as_of`."""
    return tuple(rule["code"] for rule in rules if _numbers(rule["since"]) > _numbers(as_of))


def _numbers(version: str) -> tuple[int, ...]:
    """0.1 and 0.1.0 are the same."""
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))


def graded(rules: Iterable[Plain], severity: Mapping[str, str]) -> tuple[Plain, ...]:
    """The rules with these severities, by rule or family; what names a rule alone goes before what names many."""
    found = []
    for rule in rules:
        fitting = [word for word in severity if fits_rule(word, rule)]
        own = [word for word in fitting if word.lower() in (rule["code"].lower(), rule["name"])]
        nearest = max(own or fitting, key=lambda word: sum(map(str.isdigit, word)), default=None)
        found.append({**rule, "severity": severity[nearest]} if nearest else rule)
    return tuple(found)


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
