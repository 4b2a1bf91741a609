"""Is an answer right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specrun.spec.models.context_fixture import Expectation


def is_right(expect: Expectation, answer: str) -> bool:
    """Whether an answer is the expected one but for space around it, or contains all that it must."""
    if expect.answer is not None:
        return answer.strip() == expect.answer.strip()
    return all(text in answer for text in expect.contains or ())
