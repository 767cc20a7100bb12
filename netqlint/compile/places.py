"""From the key paths of `places.yaml` to the patterns that recognise them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML

from netqlint.errors import NetqlintError

_HOLE = re.compile(r"\{(\w+)\}")
_PATTERNS = {"child": r"(?P<child>child\[[^\]]+\])", "index": r"child\[[^\]]+\]"}


class Place(BaseModel):
    """A key path of esx.conf, with the parts that vary in braces, and how sure it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    what: str
    path: str
    confidence: Literal["image", "sample", "tools", "memory"]
    note: str = ""


def load_places(path: Path) -> tuple[tuple[str, str], ...]:
    """What each path means and the regular expression of its keys, in the order of the file."""
    try:
        places = TypeAdapter(list[Place]).validate_python(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise NetqlintError(f"{path}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from None
    return tuple((place.what, pattern(place.path)) for place in places)


def pattern(path: str) -> str:
    """`/vmkernel/module/{module}/options` as a regular expression with the group `module`."""
    parts = _HOLE.split(path)
    holes = (_PATTERNS.get(name, rf"(?P<{name}>[^/]+)") for name in parts[1::2])
    return "".join(re.escape(text) + hole for text, hole in zip(parts[::2], [*holes, ""], strict=True))
