"""`file`: a file beside the fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.base import CHUNK, Generator, PayloadError
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.payloads.base import Source
    from specrun.spec.models.payload import FilePayload


class File(Generator["FilePayload"]):
    """The bytes of a file. That they are the right ones is for the payload's pin to say."""

    def chunks(self, declared: FilePayload, source: Source) -> Iterator[bytes]:
        """The file in pieces. Raises PayloadError if it cannot be read."""
        try:
            with (source.folder / declared.path).open("rb") as file:
                while piece := file.read(CHUNK):
                    yield piece
        except OSError as error:
            reason = f"{quoted(declared.path)} cannot be read: {error.strerror}"
            raise PayloadError((*source.path, "path"), reason) from None
