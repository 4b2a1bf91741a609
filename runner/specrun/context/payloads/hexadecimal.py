"""`hex`: any bytes, also such as no text can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import Generator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.context.payloads.base import Source
    from specrun.spec.models.payload import HexBytes


class Hexadecimal(Generator["HexBytes"]):
    """Bytes written as pairs of hexadecimal digits."""

    def chunks(self, declared: HexBytes, source: Source) -> Iterable[bytes]:
        """One piece."""
        del source
        return (bytes.fromhex(declared),)
