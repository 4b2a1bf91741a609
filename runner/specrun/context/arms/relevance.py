"""`relevance`: the segments that are most like the question, by BM25, as far as they fit into the budget.

The ranking is that of SQLite's FTS5 (k1 = 1.2, b = 0.75, https://sqlite.org/fts5.html#the_bm25_function).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specrun.context.arms.base import Decided
from specrun.context.arms.pruning import Pruning, cut, within
from specrun.context.inline import Decision
from specrun.context.segments import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.context.inline import Segment
    from specrun.context.material import Material
    from specrun.spec.models.context_fixture import Arm

DIGITS = 6
"""Scores are rounded to so many digits, so that no C library's logarithm changes an order."""


class Relevance(Pruning):
    """The arm `relevance`."""

    def decide(self, material: Material, arm: Arm) -> Decided:
        """Keep the best segments that fit. The confidence is how near the score is to the best one."""
        found = cut(material, arm)
        scores = bm25(material.fixture.prompt, (text_of(segment) for segment in found))
        ranked = sorted(range(len(found)), key=lambda number: (-scores[number], number))
        kept = within(arm.budget or 0, (found[number] for number in ranked))
        best = max(scores, default=0.0)
        return Decided(
            decisions=tuple(
                _decision(segment, segment.id in kept, score / best if best else 0.0)
                for segment, score in zip(found, scores, strict=True)
            )
        )


def _decision(segment: Segment, kept: bool, share: float) -> Decision:
    confidence = share if kept else 1 - share
    return Decision(segment=segment, kept=kept, confidence=round(confidence, 3))


def bm25(question: str, texts: Iterable[str]) -> list[float]:
    """How well each text answers a question: 0 where they share no word, more is better."""
    import sqlite3

    words = sorted(set(re.findall(r"\w+", question.lower())))
    index = sqlite3.connect(":memory:")
    try:
        index.execute("CREATE VIRTUAL TABLE segments USING fts5(text, content='')")
        # Only the index is kept, and texts are read one by one: together they may be larger than memory.
        count = index.executemany(
            "INSERT INTO segments(rowid, text) VALUES (?, ?)", enumerate(texts)
        ).rowcount
        scores = [0.0] * max(0, count)
        if not words:
            return scores
        query = " OR ".join(f'"{word}"' for word in words)
        found = index.execute("SELECT rowid, bm25(segments) FROM segments WHERE segments MATCH ?", (query,))
        for number, score in found:
            scores[number] = round(-score, DIGITS)
    finally:
        index.close()
    return scores
