"""Frozen, slotted records spelt like dataclasses, without the import that doubles Python's start."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar, dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True)
    def record(cls: type[T]) -> type[T]:
        """Make a frozen, slotted record of `cls`."""

else:

    def record(cls):
        """Give `cls` slots, a constructor, equality, hash, repr and pickling; no field may change."""
        # annotations are text in modules with the future import, so no Python evaluates them here
        fields = tuple(cls.__annotations__)
        body = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
        body["__slots__"] = fields
        body["_defaults"] = {name: body.pop(name) for name in fields if name in body}
        methods = (_init, _setattr, _delattr, _eq, _hash, _repr, _reduce)
        body = {**{f"__{method.__name__[1:]}__": method for method in methods}, **body}
        # a class that says == in its body has its __hash__ set to None by Python; the record's own is right
        body["__hash__"] = _hash
        return type(cls)(cls.__name__, cls.__bases__, body)

    def _init(self, *values, **named):
        """Stands in until the first of its class is made: writing out every constructor would cost each start."""
        cls = type(self)
        cls.__init__ = _constructor(cls)
        cls.__init__(self, *values, **named)

    def _constructor(cls):
        """`def __init__(self, start, end): set_start(self, start); …`, past the lock on assignment."""
        fields = cls.__slots__
        names = {f"default_{field}": value for field, value in cls._defaults.items()}
        names |= {f"set_{field}": cls.__dict__[field].__set__ for field in fields}
        given = ", ".join(f"{field}=default_{field}" if field in cls._defaults else field for field in fields)
        lines = "".join(f"    set_{field}(self, {field})\n" for field in fields)
        made = {}
        exec(f"def __init__(self, {given}):\n{lines}", names, made)
        return made["__init__"]

    def _setattr(self, name, value):
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot change")

    def _delattr(self, name):
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot go")

    def _values(self):
        return tuple(getattr(self, field) for field in self.__slots__)

    def _eq(self, other):
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def _hash(self):
        return hash(_values(self))

    def _repr(self):
        shown = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.__slots__)
        return f"{type(self).__name__}({shown})"

    def _reduce(self):
        return type(self), _values(self)
