"""The parsers of scripts, each loaded when the first text has something for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tree_sitter import Node

_parsers: dict[str, Any] = {}


def tree(text: bytes, language: str = "bash") -> Node:
    """The root of the syntax tree of a script; any text has one."""
    if language not in _parsers:
        library, grammar = _binding("tree_sitter"), _binding(f"tree_sitter_{language}")
        _parsers[language] = library.Parser(library.Language(grammar.language()))
    root: Node = _parsers[language].parse(text).root_node
    return root


def _binding(package: str) -> Any:
    """The compiled half of a package. The other half takes longer to import than most scripts to check."""
    import sys
    from importlib import import_module
    from importlib.machinery import PathFinder

    name = f"{package}._binding"
    if name in sys.modules:
        return sys.modules[name]
    outer = PathFinder.find_spec(package)
    inner = PathFinder.find_spec(name, outer.submodule_search_locations) if outer is not None else None
    if inner is None or inner.loader is None:
        return import_module(name)
    try:
        module = inner.loader.create_module(inner)
        if module is None:
            return import_module(name)
        inner.loader.exec_module(module)
    except (ImportError, AttributeError, SystemError):
        # it may come to need the other half some day
        return import_module(name)
    return module
