"""Recording: exchanges are appended to a cassette as they end, and survive whatever happens next."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from specrun.gateway.cassettes.blobs import Blobs
from specrun.gateway.cassettes.exchanges import Answered, asked, exchange
from specrun.gateway.cassettes.files import open_file, read_file, refuse_links
from specrun.gateway.cassettes.model import FILE, CassetteError, Note
from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.upstream import SSE
from specrun.gateway.wire.base import WireError
from specrun.spec.digest import canonical_json

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.gateway.cassettes.exchanges import Asked
    from specrun.gateway.cassettes.model import Exchange, Header
    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.tape import Taken
    from specrun.gateway.wire.base import Ask


class Recorder:
    """Appends to the cassette in a folder, which is made if need be. A `Tape`; threads take turns.

    Raises CassetteError if the folder has a cassette of something else, or one that is being recorded, and
    for links.
    """

    def __init__(self, folder: Path, header: Header, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._blobs = Blobs(folder)
        self._path = folder / FILE
        self._lock = Lock()
        self._answered: set[str] = set()
        refuse_links(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._descriptor = open_file(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            self._end = self._begin(folder, header)
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the cassette, when all of it is on the disk. Raises OSError."""
        try:
            self.sync()
        finally:
            os.close(self._descriptor)

    def answer(self, ask: Ask, body: bytes) -> None:
        """No answer: it is to be recorded."""

    def keep(self, taken: Taken) -> None:
        """Record an exchange, or a failed attempt as a note.

        When this returns it outlives the process, and after the next `sync` a loss of power too. Raises
        OSError, with the cassette as it was before, and WireError for what is no request.
        """
        known = asked(taken.ask, taken.body, self._normaliser)
        with self._lock:
            line = self._line(known, taken, again=known.sent in self._answered)
            self._append(canonical_json(line))
            if not isinstance(line, Note):
                self._answered.add(known.sent)

    def sync(self) -> None:
        """Have all that was recorded on the disk. Raises OSError."""
        with self._lock:
            self._blobs.sync()
            os.fsync(self._descriptor)

    def _line(self, known: Asked, taken: Taken, *, again: bool) -> Exchange | Note:
        notes = taken.notes
        if taken.whole and taken.status // 100 == 2:
            answered = Answered(
                status=taken.status,
                content_type=taken.content_type,
                stream=taken.content_type.startswith(SSE),
                body=taken.answer,
                reply=taken.reply,
            )
            try:
                return exchange(known, answered, self._blobs, self._normaliser, again=again)
            except WireError as error:
                notes = (*notes, str(error))
        told = tuple(self._normaliser.text(note) for note in notes)
        return Note(key=known.key, status=taken.status, notes=told)

    def _begin(self, folder: Path, header: Header) -> int:
        """Go on behind the last whole line, or write the header. Returns the size of the file."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CassetteError(f"{self._path}: is being recorded by another process") from None
        first = canonical_json(header)
        self._end = os.fstat(self._descriptor).st_size
        if self._end <= len(first) and first.startswith(read_file(self._path)):
            os.ftruncate(self._descriptor, 0)  # who was killed while writing a header has recorded nothing
            self._end = 0
            self._append(first)
            return self._end
        there = read_cassette(folder)
        there.check(header)
        os.ftruncate(self._descriptor, self._end - there.torn)
        return self._end - there.torn

    def _append(self, line: bytes) -> None:
        """Write a line, whole or not at all."""
        rest = memoryview(line + b"\n")
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._end)
            error.filename = error.filename or str(self._path)
            raise
        self._end += len(line) + 1
