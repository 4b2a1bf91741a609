"""Is an answer right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specrun.spec.models.context_fixture import Expectation


def is_right(expect: Expectation, answer: str) -> bool:
    """Whether an answer is the expected one, has the expected lines, or contains all that it must.

    Space around the answer, and around each of its lines where lines are expected, does not count.
    """
    if expect.answer is not None:
        return answer.strip() == expect.answer.strip()
    if expect.lines is not None:
        said = [line.strip() for line in answer.strip().split("\n")]
        return sorted(said) == sorted(line.strip() for line in expect.lines)
    return all(text in answer for text in expect.contains or ())
