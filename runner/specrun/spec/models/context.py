"""`kind: context`: what does a file-backed context buy, against honest alternatives?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from specrun.spec.models.benchmark import Benchmark
from specrun.spec.models.common import Reference, Strict


class ContextLimits(Strict, kw_only=True, frozen=True):
    """What a trial may use."""

    calls: Annotated[int, Meta(description="Most tool calls.", ge=1, le=100_000)]


class Context(Benchmark, kw_only=True, frozen=True):
    """Scripted policies look for details in big tool output, in every arm of every fixture."""

    references: ClassVar[dict[str, str]] = {"fixtures": "context-fixture"}

    kind: Annotated[Literal["context"], Meta(description="What this spec describes.")]
    fixtures: Annotated[tuple[Reference, ...], Meta(description="What to look in.", min_length=1)]
    limits: Annotated[ContextLimits, Meta(description="What a trial may use.")]
