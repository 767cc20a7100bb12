"""The parsers of scripts, each loaded when the first text has something for it."""

from __future__ import annotations

from netqlint.errors import lacking

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
    from importlib.machinery import PathFinder

    name = f"{package}._binding"
    if name in sys.modules:
        return sys.modules[name]
    outer = PathFinder.find_spec(package)
    inner = PathFinder.find_spec(name, outer.submodule_search_locations) if outer is not None else None
    if inner is None or inner.loader is None:
        return _whole(name)
    try:
        module = inner.loader.create_module(inner)
        if module is None:
            return _whole(name)
        inner.loader.exec_module(module)
    except (ImportError, AttributeError, SystemError):
        # it may come to need the other half some day
        return _whole(name)
    return module


def _whole(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise lacking(name.partition(".")[0].replace("_", "-"), error) from None
