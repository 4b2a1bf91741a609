"""Words without meaning, from a counter and a hash: the same on every machine, now and later."""

from __future__ import annotations

import hashlib
from itertools import chain, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTS = "ba de fi go ha ke li mo na pe ri so ta ve wi zo"
_ENDS = "bal den fis gor hamp kest lin mod nark pelt rin sos tand ver wim zox"
# One word for each value of a byte: few enough to stay in the processor's cache.
_WORDS = tuple((start + end).encode() for start in _STARTS.split() for end in _ENDS.split())
_BATCH = 16

SHORTEST_WORD = min(map(len, _WORDS))


def words(seed: str) -> Iterator[bytes]:
    """Words without end, of 256 different ones. Words 32k to 32k+31 are the bytes of SHA-256 of `seed:k`."""
    return chain.from_iterable(_batches(f"{seed}:".encode()))


def _batches(prefix: bytes) -> Iterator[Iterator[bytes]]:
    for start in count(0, _BATCH):
        hashed = (hashlib.sha256(prefix + b"%d" % counter) for counter in range(start, start + _BATCH))
        yield map(_WORDS.__getitem__, b"".join([each.digest() for each in hashed]))
