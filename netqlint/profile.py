"""How long each rule takes: asked alone, with finding its subjects, over all texts of a call."""

from __future__ import annotations

from time import perf_counter

from netqlint.checker import check
from netqlint.run import understand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netqlint.tasks import Task

# the shortest of so many times: the others were disturbed
ROUNDS = 3


def profile(tasks: Sequence[Task]) -> str:
    """A line for each rule, the slowest first. Raises NetqlintError for a text that cannot be read."""
    spent: dict[str, float] = {}
    found: dict[str, int] = {}
    for task in tasks:
        terms = task.terms
        world = understand(task.source(), task.assumed, task.module, terms.pack)
        for rule in filter(terms.wanted, terms.pack.rules):
            name = f"{rule['code']} {rule['name']}"
            times = []
            for _ in range(ROUNDS):
                start = perf_counter()
                findings, _ = check(world, [rule])
                times.append(perf_counter() - start)
            spent[name] = spent.get(name, 0.0) + min(times)
            found[name] = found.get(name, 0) + len(findings)
    return "".join(f"{row}\n" for row in _rows(spent, found))


def _rows(spent: dict[str, float], found: dict[str, int]) -> Iterable[str]:
    total = sum(spent.values())
    yield f"{'ms':>10}  {'share':>6}  {'findings':>8}  rule"
    for name, seconds in sorted(spent.items(), key=lambda item: (-item[1], item[0])):
        yield f"{seconds * 1000:>10.3f}  {seconds / total:>6.1%}  {found[name]:>8}  {name}"
    yield f"{total * 1000:>10.3f}  {1:>6.0%}  {sum(found.values()):>8}  all"
