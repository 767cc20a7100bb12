"""Data of which every run needs a little: each part is made when somebody first asks for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    Plain = Mapping[str, Any]
    Functions = dict[str, Callable[[Mapping[str, Any]], Any]]
else:
    Plain = object
    Functions = dict


class Folded(Plain):
    """A mapping by the functions that make its values.

    The catalog knows two dozen drivers and hundreds of devices, and a host has two of them: to make all of it would
    take a check a tenth longer.
    """

    __slots__ = ("_made", "_parts")

    def __init__(self, parts: Mapping[str, Callable[[], Any]]) -> None:
        self._parts = parts
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._parts[name]()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == dict(other.items()) if isinstance(other, Folded) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of any mapping

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._parts else default

    def keys(self) -> Any:
        return self._parts.keys()

    def values(self) -> Any:
        return [self[name] for name in self._parts]

    def items(self) -> Any:
        return [(name, self[name]) for name in self._parts]


class Housed(Functions):
    """Functions by name, of which `igb.NAME` is at home in the part `igb`: asking for one brings in the whole part."""

    def __init__(self, found: Functions, part: Callable[[str], Functions]) -> None:
        super().__init__(found)
        self.part = part

    def __missing__(self, name: str) -> Any:
        self.update(self.part(name.partition(".")[0]))
        return dict.__getitem__(self, name)

    def joined(self, own: Functions) -> Housed:
        """These functions and `own`, which go before."""
        return Housed({**self, **own}, self.part)
