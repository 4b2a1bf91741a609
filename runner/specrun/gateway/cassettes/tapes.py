"""A cassette put to use: recorded, replayed, or both."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from specrun.gateway.cassettes.model import STANDALONE
from specrun.gateway.cassettes.player import Player
from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.tape import Miss

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specrun.gateway.cassettes.model import Header
    from specrun.gateway.cassettes.normaliser import Normaliser
    from specrun.gateway.tape import Recorded, Taken, Tape
    from specrun.gateway.wire.base import Ask

Mode = Literal["record", "replay", "strict", "auto"]
"""`record`: record everything. `replay`: answer from the cassette and from nothing else. `strict`: the same,
and a request that differs from the recorded one in anything but noise has no answer. `auto`: answer from the
cassette, and record what it lacks.
"""


class Both:
    """Answers what the cassette had when it was opened, and records the rest. A `Tape`."""

    def __init__(self, player: Player, recorder: Recorder) -> None:
        self.player = player
        self._recorder = recorder

    def answer(self, ask: Ask, body: bytes) -> Recorded | None:
        """The recorded answer. None: the upstream is to be asked."""
        found = self.player.answer(ask, body)
        return None if isinstance(found, Miss) else found

    def keep(self, taken: Taken) -> None:
        """Record what the upstream answered. Raises OSError."""
        self._recorder.keep(taken)

    def sync(self) -> None:
        """Have what was recorded on the disk. Raises OSError."""
        self._recorder.sync()


@contextmanager
def open_tape(mode: Mode, folder: Path, header: Header, normaliser: Normaliser) -> Iterator[Tape]:
    """The cassette in a folder, for one trial. A replay needs it to be there, and leaves it untouched.

    Raises CassetteError, also for the cassette of another trial, and OSError.
    """
    if mode in ("replay", "strict"):
        cassette = read_cassette(folder)
        player = Player(cassette, normaliser, strict=mode == "strict")
        if header.case != STANDALONE:
            cassette.check(header)
        yield player
        return
    with Recorder(folder, header, normaliser) as recorder:
        if mode == "record":
            yield recorder
        else:
            yield Both(Player(read_cassette(folder), normaliser), recorder)
