"""Where the declarative parts lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder called `grammars` or `rules`; FileNotFoundError when neither place has it."""
    # a wheel carries the folders inside the package, a checkout keeps them at the top
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"no folder {name} in {PACKAGE} or beside it")


def grammar(name: str) -> str:
    """The text of the grammar called `name`, without its suffix: `grammar("condition")`."""
    return (folder("grammars") / f"{name}.lark").read_text(encoding="utf-8")
