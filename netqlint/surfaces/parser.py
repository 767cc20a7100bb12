"""The parser of shell texts, loaded when the first text has something for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_parser: list[Parser] = []


def tree(text: bytes) -> Node:
    """The root of the syntax tree of a shell text; any text has one."""
    if not _parser:
        from tree_sitter import Language, Parser
        from tree_sitter_bash import language

        _parser.append(Parser(Language(language())))
    return _parser[0].parse(text).root_node
