"""Frozen, slotted records spelt like dataclasses, without the import that doubles Python's start."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar, dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True)
    class Record:
        """The base of frozen, slotted records: a field for each annotation, with its default, in their order."""

        __slots__: tuple[str, ...]

    def changed(value: T, **fields: object) -> T:
        """A record like `value` but for these fields."""

else:

    def changed(value, **fields):
        return type(value)(**{**{name: getattr(value, name) for name in value.__slots__}, **fields})

    class _Recorded(type):
        """Makes slots of the annotations of a class, before it is made: after, it would be twice."""

        def __new__(kind, name, bases, body):
            # text, as modules with the future import write them, which no Python evaluates here
            fields = tuple(body.get("__annotations__", ()))
            body["_defaults"] = {field: body.pop(field) for field in fields if field in body}
            body["__slots__"] = fields
            return super().__new__(kind, name, bases, body)

    # So many records of a kind are made one field at a time; of which there are more, there will be thousands, and
    # then the tenth of a millisecond pays in which Python compiles a constructor six times as fast.
    _FEW = 256

    def _constructor(cls, few):
        setters = _setters(cls)

        def __init__(self, *values, **named):
            nonlocal few
            few -= 1
            if few == 0:
                cls.__init__ = _spelt_out(cls)
            if named or len(values) != len(setters):
                values = _complete(cls, values, named)
            # past the lock on assignment
            for put, value in zip(setters, values, strict=True):
                put(self, value)

        return __init__

    def _setters(cls):
        return tuple(cls.__dict__[field].__set__ for field in cls.__slots__)

    def _spelt_out(cls):
        """The constructor as one would write it by hand: `def __init__(self, start, end, source): …`."""
        heads = (f"{field}=_defaults[{field!r}]" if field in cls._defaults else field for field in cls.__slots__)
        lines = (f"    _put_{field}(self, {field})" for field in cls.__slots__)
        names = {f"_put_{field}": put for field, put in zip(cls.__slots__, _setters(cls), strict=True)}
        names["_defaults"] = cls._defaults
        exec("\n".join([f"def __init__(self, {', '.join(heads)}):", *lines]), names)
        return names["__init__"]

    def _complete(cls, values, named):
        """All values in the order of the fields, those given by name and the defaults in their places."""
        fields, defaults = cls.__slots__, cls._defaults
        if not named and len(fields) - len(defaults) <= len(values) <= len(fields):
            # as most are made: those that have a default are the last
            return [*values, *[defaults[field] for field in fields[len(values) :]]]
        given = {**defaults, **dict(zip(fields, values, strict=False)), **named}
        missing = [field for field in fields if field not in given]
        if missing or len(given) > len(fields) or len(values) > len(fields) or set(fields[: len(values)]) & set(named):
            raise TypeError(f"{cls.__name__} takes {', '.join(fields)}, not {len(values)} values and {list(named)}")
        return [given[field] for field in fields]

    def _values(self):
        return tuple([getattr(self, field) for field in self.__slots__])

    class Record(metaclass=_Recorded):
        """Equality, hash, repr and pickling by the values of all fields, of which none may change."""

        def __init__(self, *values, **named):
            # the first of its class, which many classes never have
            made = type(self).__init__ = _constructor(type(self), _FEW)
            made(self, *values, **named)

        def __setattr__(self, name, value):
            raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot change")

        def __delattr__(self, name):
            raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot go")

        def __eq__(self, other):
            if self is other:
                return True
            return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

        def __hash__(self):
            return hash(_values(self))

        def __repr__(self):
            shown = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.__slots__)
            return f"{type(self).__name__}({shown})"

        def __reduce__(self):
            return type(self), _values(self)
