"""Payloads that name payloads: no circles, and neither too deep nor too many once all names are expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specrun.context.payloads.base import PayloadError
from specrun.context.payloads.registry import generator_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from specrun.context.payloads.base import Fault
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import Payload

MOST_PARTS = 10_000
"""Payloads that one is made of."""
DEEPEST = 40
"""Payloads inside of each other. Each is a few generators that wait for the next."""


class _Extent(NamedTuple):
    parts: int
    depth: int


def expansion_faults(payloads: Mapping[str, Payload]) -> Iterator[Fault]:
    """The first circle, or the first payload that is too deep or has too many parts.

    Unknown names are left out.
    """
    expansion = _Expansion(payloads)
    for name in payloads:
        try:
            expansion.of_name(name, (name,), ())
        except PayloadError as error:
            yield error.path, error.message
            return


class _Expansion:
    """Measures payloads, each named one once."""

    def __init__(self, payloads: Mapping[str, Payload]) -> None:
        self._payloads = payloads
        self._known: dict[str, _Extent] = {}

    def of_name(self, name: str, path: DataPath, chain: tuple[str, ...], level: int = 1) -> _Extent:
        """The extent of a named payload.

        `path` is where it is named, `chain` are the names around it, `level` is how deep it is there. Raises
        PayloadError.
        """
        if name in chain:
            circle = " -> ".join((*chain[chain.index(name) :], name))
            raise PayloadError(path, f"payloads go in a circle: {circle}")
        if name not in self._known:
            self._known[name] = self._of(self._payloads[name], (name,), (*chain, name), level)
        return self._known[name]

    def _of(self, payload: Payload, path: DataPath, chain: tuple[str, ...], level: int) -> _Extent:
        key, generator, declared = generator_of(payload)
        parts, depth = 1, 0
        for steps, part in generator.parts(declared):
            where = (*path, key, *steps)
            if isinstance(part, str) and part not in self._payloads:
                continue
            # Known payloads say how deep they are; the way down to unknown ones must not exhaust the stack.
            if level < DEEPEST:
                below = (
                    self.of_name(part, where, chain, level + 1)
                    if isinstance(part, str)
                    else self._of(part, where, chain, level + 1)
                )
                parts, depth = parts + below.parts, max(depth, below.depth)
            if level + depth > DEEPEST or level == DEEPEST:
                raise PayloadError(where, f"more than {DEEPEST} payloads are inside of each other")
            if parts > MOST_PARTS:
                raise PayloadError(where, f"more than {MOST_PARTS:,} parts when all names are expanded")
        return _Extent(parts, depth + 1)
