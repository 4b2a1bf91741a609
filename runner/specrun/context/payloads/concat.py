"""`concat`: payloads one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import Generator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.payloads.base import Source
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import Payload

Parts = tuple["str | Payload", ...]


class Concat(Generator[Parts]):
    """The parts, with nothing between."""

    def chunks(self, declared: Parts, source: Source) -> Iterator[bytes]:
        """The chunks of every part."""
        for index, part in enumerate(declared):
            yield from source.chunks(part, index)

    def parts(self, declared: Parts) -> Iterator[tuple[DataPath, str | Payload]]:
        """All of them."""
        for index, part in enumerate(declared):
            yield (index,), part
