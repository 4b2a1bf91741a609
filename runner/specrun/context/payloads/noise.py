"""`noise`: words without meaning."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from specrun.context.payloads.base import CHUNK, LARGEST, Generator
from specrun.context.payloads.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specrun.context.payloads.base import Fault, Source
    from specrun.spec.models.payload import NoisePayload

_BATCH = CHUNK // 8


class Noise(Generator["NoisePayload"]):
    """Words with a space between, or a line feed where the next one would make the line too long.

    With `line_length` the last of a number of `words` ends its line.
    """

    def chunks(self, declared: NoisePayload, source: Source) -> Iterator[bytes]:
        """Blocks of words."""
        del source
        found = words(str(declared.seed))
        pieces = _spaced(found if declared.words is None else islice(found, declared.words))
        if declared.line_length is not None:
            pieces = _wrapped(pieces, declared.line_length)
        return pieces if declared.bytes is None else _cut(pieces, declared.bytes.bytes)

    def faults(self, declared: NoisePayload) -> Iterator[Fault]:
        """More bytes than a payload may have."""
        if declared.bytes is not None and declared.bytes.bytes > LARGEST:
            yield ("bytes",), f"a payload has at most {LARGEST // 1024**3}GiB"


def _spaced(found: Iterable[bytes]) -> Iterator[bytes]:
    """Words with single spaces between, in batches that start with the space."""
    rest = iter(found)
    yield from islice(rest, 1)
    while batch := list(islice(rest, _BATCH)):
        yield b" ".join(chain((b"",), batch))


def _wrapped(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The same words in lines of at most `length` bytes, each of them ended."""
    waiting = b""
    for piece in pieces:
        waiting += piece
        lines = []
        start = 0
        while len(waiting) - start > length:
            end = waiting.rindex(b" ", start, start + length + 1)
            lines.append(waiting[start:end])
            start = end + 1
        waiting = waiting[start:]
        yield b"".join(line + b"\n" for line in lines)
    if waiting:
        yield waiting + b"\n"


def _cut(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The first `size` bytes."""
    for piece in pieces:
        yield piece[:size]
        size -= len(piece)
        if size <= 0:
            return
