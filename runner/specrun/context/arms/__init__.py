"""Arms: the ways to put big output before a model, by the value of `context`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.arms.by_reference import Reference, ReferenceWithExcerpt
from specrun.context.arms.capped import Capped
from specrun.context.arms.compaction import Compaction
from specrun.context.arms.full import Full
from specrun.context.arms.recency import Recency
from specrun.context.arms.relevance import Relevance
from specrun.context.arms.size_threshold import SizeThreshold

if TYPE_CHECKING:
    from specrun.context.arms.base import Strategy

STRATEGIES: dict[str, Strategy] = {
    "full": Full(),
    "capped": Capped(),
    "reference": Reference(),
    "reference+excerpt": ReferenceWithExcerpt(),
    "recency": Recency(),
    "size-threshold": SizeThreshold(),
    "relevance": Relevance(),
    "compaction": Compaction(),
}
