"""`repeat`: the same again and again."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from specrun.context.payloads.base import CHUNK, Generator, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.payloads.base import Source
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import Payload, RepeatPayload


class Repeat(Generator["RepeatPayload"]):
    """A text or a payload, with nothing between."""

    def chunks(self, declared: RepeatPayload, source: Source) -> Iterator[bytes]:
        """What is short is generated once, and repeated in blocks."""
        pass_ = blocks(_once(declared, source))
        first = next(pass_, b"")
        second = next(pass_, b"")
        if second:
            yield from chain((first, second), pass_)
            for _ in range(1, declared.times):
                yield from _once(declared, source)
        elif first:
            step = max(1, CHUNK // len(first))
            whole, rest = divmod(declared.times, step)
            block = first * step
            for _ in range(whole):
                yield block
            yield first * rest

    def parts(self, declared: RepeatPayload) -> Iterator[tuple[DataPath, str | Payload]]:
        """What is repeated."""
        if declared.of is not None:
            yield ("of",), declared.of


def _once(declared: RepeatPayload, source: Source) -> Iterator[bytes]:
    if declared.text is not None:
        yield declared.text.encode()
    elif declared.of is not None:
        yield from source.chunks(declared.of, "of")
