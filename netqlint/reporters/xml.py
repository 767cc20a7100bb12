"""XML 1.0, laid out: elements as (name, attributes, children), text as text."""

from __future__ import annotations

from netqlint.reporters.cells import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    Element: TypeAlias = tuple[str, Mapping[str, object], Sequence["Element | str"]]


def document(root: Element) -> str:
    return "".join(['<?xml version="1.0" encoding="utf-8"?>\n', *_element(root, "")])


def escape(text: str) -> str:
    """Visible text with nothing that is markup in it; line feeds stay."""
    shown = "\n".join(map(visible, text.split("\n")))
    for character, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        shown = shown.replace(character, f"&{name};")
    return shown


def _element(element: Element, margin: str) -> Iterator[str]:
    name, attributes, children = element
    said = "".join(f' {key}="{escape(visible(str(value)))}"' for key, value in attributes.items())
    if not children:
        yield f"{margin}<{name}{said}/>\n"
    elif isinstance(children[0], str):
        yield f"{margin}<{name}{said}>{escape(children[0])}</{name}>\n"
    else:
        yield f"{margin}<{name}{said}>\n"
        for child in children:
            assert not isinstance(child, str)
            yield from _element(child, f"{margin}  ")
        yield f"{margin}</{name}>\n"
