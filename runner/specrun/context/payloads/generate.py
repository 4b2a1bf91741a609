"""From declared payloads to bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import LARGEST, PayloadError, blocks
from specrun.context.payloads.overlay import overlaid
from specrun.context.payloads.pin import verified
from specrun.context.payloads.registry import generator_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import Payload


def generate(payloads: Mapping[str, Payload], name: str, folder: Path) -> Iterator[bytes]:
    """The bytes of one payload, in chunks of 64 KiB or so, made while they are read, in bounded memory.

    `folder` is that of the fixture: files are relative to it. The payloads must be without problems (see
    `payload_problems`). Raises KeyError for an unknown name; and while reading, PayloadError: after the last
    chunk if the pin does not hold, and at once past 1 GiB.
    """
    return _chunks(payloads, payloads[name], (name,), folder)


class _Source:
    """What a generator sees of its surroundings."""

    def __init__(self, payloads: Mapping[str, Payload], path: DataPath, folder: Path) -> None:
        self.payloads = payloads
        self.path = path
        self.folder = folder

    def chunks(self, part: str | Payload, *steps: str | int) -> Iterator[bytes]:
        """The bytes of a part. One that is named is declared elsewhere, and so are its faults."""
        if isinstance(part, str):
            return _chunks(self.payloads, self.payloads[part], (part,), self.folder)
        return _chunks(self.payloads, part, (*self.path, *steps), self.folder)


def _chunks(
    payloads: Mapping[str, Payload], payload: Payload, path: DataPath, folder: Path
) -> Iterator[bytes]:
    key, generator, declared = generator_of(payload)
    made = blocks(generator.chunks(declared, _Source(payloads, (*path, key), folder)))
    if payload.replace:
        made = overlaid(made, payload.replace, (*path, "replace"))
    made = _limited(made, path)
    return made if payload.pin is None else verified(made, payload.pin, (*path, "pin"))


def _limited(chunks: Iterable[bytes], path: DataPath) -> Iterator[bytes]:
    """The same chunks, up to the most that a payload may have."""
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > LARGEST:
            raise PayloadError(path, f"it is larger than {LARGEST // 1024**3}GiB")
        yield chunk
