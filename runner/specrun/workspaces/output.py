"""What a command printed, in bounded memory: the beginning and the end are kept."""

from __future__ import annotations


class CappedOutput:
    """Keeps at most `limit` bytes of a stream. What is cut does not depend on how the bytes arrived."""

    def __init__(self, limit: int) -> None:
        self._room = limit - limit // 2
        self._tail_size = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        self.total += len(data)
        free = self._room - len(self._head)
        self._head += data[:free]
        self._tail += data[free:]
        if len(self._tail) > 2 * self._tail_size:
            self._trim()

    def _trim(self) -> None:
        del self._tail[: max(0, len(self._tail) - self._tail_size)]

    def text(self) -> str:
        """The stream as UTF-8, bad bytes replaced, with a line `[... N bytes cut ...]` where it was cut."""
        self._trim()
        cut = self.total - len(self._head) - len(self._tail)
        if not cut:
            return (self._head + self._tail).decode(errors="replace")
        head, tail = self._head.decode(errors="replace"), self._tail.decode(errors="replace")
        return f"{head}\n[... {cut} bytes cut ...]\n{tail}"
