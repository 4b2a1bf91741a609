"""Server-sent events: a stream cut into events, without changing a byte of it."""

from __future__ import annotations

import re

_BLANK_LINE = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_CR = 13
_DATA = b"data: "
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Splitter:
    """Cuts a stream behind each blank line. What it gives, joined with `rest`, is what it was given.

    How the bytes are cut when they are fed makes no difference. The time is linear in their number.
    """

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """What came after the last blank line. It may still grow."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes, and give the events that are whole now, with their blank lines."""
        if not self._rest and b"\r" not in data:
            if data.find(b"\n\n") == len(data) - 2 >= 0:
                return [data]
            *whole, last = data.split(b"\n\n")
            self._rest += last
            return [event + b"\n\n" for event in whole]
        return self._slowly(data)

    def data(self, data: bytes) -> list[bytes]:
        """Take the next bytes, and give the data of the events that are whole now."""
        # As providers write it, many events at once: nothing but lines of data, with blank lines between.
        if not self._rest and data.startswith(_DATA) and data.endswith(b"\n\n") and b"\r" not in data:
            found = data[len(_DATA) : -2].split(b"\n\n" + _DATA)
            if data.count(b"\n") == 2 * len(found):
                return found
        return [said for raw in self.feed(data) if (said := data_of(raw)) is not None]

    def _slowly(self, data: bytes) -> list[bytes]:
        """Go on from a started event, with any kind of line ends."""
        rest = self._rest
        start = max(0, len(rest) - 3)  # the blank line may have begun before: up to CR LF CR of CR LF CR LF
        rest += data
        events = []
        begin = 0
        for blank in _BLANK_LINE.finditer(rest, start):
            if blank.end() == len(rest) and rest[-1] == _CR:
                break  # it may be the first half of a CR LF
            events.append(bytes(rest[begin : blank.end()]))
            begin = blank.end()
        del rest[:begin]
        return events


def data_of(raw: bytes) -> bytes | None:
    """The data of an event, its lines joined. None if it has none: a comment, a heartbeat."""
    # As providers write it: one line of data, behind at most the name of the event.
    line = 0 if raw.startswith(b"data: ") else raw.find(b"\n") + 1
    usual = raw.startswith(b"data: ", line) and (line == 0 or raw.startswith(b"event:"))
    if usual and raw.find(b"\n", line) == len(raw) - 2 and raw.endswith(b"\n\n") and b"\r" not in raw:
        return raw[line + 6 : -2]
    lines = raw.removeprefix(_BYTE_ORDER_MARK).splitlines()
    fields = (line.partition(b":") for line in lines)
    data = [value.removeprefix(b" ") for name, _, value in fields if name == b"data"]
    return b"\n".join(data) if data else None


def event(data: bytes, name: str | None = None) -> bytes:
    """The bytes of an event whose data is one line."""
    head = f"event: {name}\n".encode() if name else b""
    return b"%bdata: %b\n\n" % (head, data)
