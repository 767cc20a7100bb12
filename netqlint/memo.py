"""Answers that are kept: `functools.lru_cache` without `functools`, whose import takes a tenth of Python's start."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Question = TypeVar("Question")
    Answer = TypeVar("Answer")


def memo(most: int) -> Callable[[Callable[[Question], Answer]], Callable[[Question], Answer]]:
    """Keep what a function of one argument answers; all is forgotten when there are more than `most` answers."""

    def keep(function: Callable[[Question], Answer]) -> Callable[[Question], Answer]:
        known: dict[Question, Answer] = {}

        def kept(question: Question) -> Answer:
            if question not in known:
                answer = function(question)
                if len(known) >= most:
                    known.clear()
                known[question] = answer
            return known[question]

        kept.__doc__ = function.__doc__
        kept.__name__ = function.__name__
        return kept

    return keep
