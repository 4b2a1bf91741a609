"""`literal`: the text itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import Generator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.context.payloads.base import Source


class Literal(Generator[str]):
    """Text without placeholders, as UTF-8."""

    def chunks(self, declared: str, source: Source) -> Iterable[bytes]:
        """One piece."""
        del source
        return (declared.encode(),)
