"""Reading a cassette: all of it up to the last line that is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.cassettes.blobs import Blobs
from specrun.gateway.cassettes.files import read_file, refuse_links
from specrun.gateway.cassettes.model import FILE, CassetteError, Exchange, Header, Line, Note
from specrun.gateway.cassettes.parts import parts_of, request_of
from specrun.gateway.cassettes.renewal import is_left
from specrun.gateway.wire.base import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

_LINE: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class Cassette:
    """A cassette as it is on the disk. Blobs are read when they are wanted."""

    def __init__(self, folder: Path, header: Header, lines: tuple[Exchange | Note, ...], torn: int) -> None:
        self.folder = folder
        self.header = header
        self.lines = lines
        self.torn = torn
        """Bytes of a last line that was not written to its end: they do not count."""
        self.blobs = Blobs(folder)

    def check(self, header: Header) -> None:
        """Raise CassetteError if it is not the cassette of what this header says."""
        ours, theirs = msgspec.to_builtins(header), msgspec.to_builtins(self.header)
        fields = ", ".join(name for name in ours if ours[name] != theirs[name])
        if fields:
            raise CassetteError(f"{self.folder / FILE}: is a recording of something else: {fields}")

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges, in the order in which they ended."""
        return tuple(line for line in self.lines if isinstance(line, Exchange))

    def request(self, exchange: Exchange) -> dict[str, Any]:
        """The normal form of a request. Raises CassetteError."""
        found = request_of(exchange.request, self.blobs)
        if not isinstance(found, dict):
            raise CassetteError(f"{self.folder / FILE}: a request that is no object")
        return found

    def files(self, line: Exchange | Note) -> set[str]:
        """The names of the blobs that a line needs. Raises CassetteError."""
        if isinstance(line, Note):
            return set()
        contents = (line.request, line.body, line.reply)
        own = {content.blob for content in contents if content.blob is not None}
        return own | parts_of(line.request, self.blobs)

    def body(self, exchange: Exchange) -> bytes:
        """The bytes of an answer, with placeholders. Raises CassetteError."""
        return self.blobs.bytes_of(exchange.body)

    def reply(self, exchange: Exchange) -> Reply:
        """What an answer says, with placeholders. Raises CassetteError."""
        try:
            return msgspec.convert(self.blobs.json_of(exchange.reply), Reply)
        except msgspec.ValidationError as error:
            raise CassetteError(f"{self.folder / FILE}: {error}") from None


def read_cassette(folder: Path) -> Cassette:
    """Read the cassette in a folder. Raises CassetteError if there is none, or none that can be used."""
    path = folder / FILE
    refuse_links(folder)
    content = read_file(path)
    *whole, torn = content.split(b"\n")
    lines = list(_decoded(path, whole))
    if not lines or not isinstance(lines[0], Header):
        raise CassetteError(f"{path}: does not begin with a header")
    rest = tuple(line for line in lines[1:] if not isinstance(line, Header))
    if len(rest) < len(lines) - 1:
        raise CassetteError(f"{path}: has more than one header")
    return Cassette(folder, lines[0], rest, len(torn))


def find_cassettes(path: Path) -> list[Path]:
    """The folders of all cassettes in a folder and below it, sorted. Raises CassetteError if none.

    What a recording that was killed has left below it does not count.
    """
    found = sorted(
        file.parent for file in path.rglob(FILE) if file.parent == path or not is_left(file.parent)
    )
    if not found:
        raise CassetteError(f"{path}: no {FILE} here, nor below")
    return found


def _decoded(path: Path, lines: list[bytes]) -> Iterator[Line]:
    for number, line in enumerate(lines, 1):
        try:
            yield _LINE.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise CassetteError(f"{path}:{number}: {ascii(str(error))[1:-1][:200]}") from None
