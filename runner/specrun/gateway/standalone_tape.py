"""The cassette of a gateway without a run."""

from __future__ import annotations

import getpass
import socket
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.gateway.cassettes.model import Header
from specrun.gateway.cassettes.normaliser import Normaliser
from specrun.gateway.cassettes.places import Places
from specrun.gateway.cassettes.player import Player
from specrun.gateway.cassettes.reading import read_cassette
from specrun.gateway.cassettes.recorder import Recorder
from specrun.gateway.cassettes.redaction import Redactor
from specrun.gateway.cassettes.rules import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.gateway.lane import Lane
    from specrun.gateway.tape import Tape


@contextmanager
def recording(folder: Path, agent: str, lane: Lane, keys: list[str]) -> Iterator[Tape]:
    """A recorder for a lane, which stores none of the `keys`. Raises ValueError and OSError."""
    header = Header(
        normaliser=VERSION, source="provider", case="standalone", agent=agent, model="any", repetition=1
    )
    with Recorder(folder, header, _normaliser(lane, keys)) as recorder:
        yield recorder


def replaying(folder: Path, lane: Lane) -> Tape:
    """A player for a lane. Raises ValueError and OSError."""
    return Player(read_cassette(folder), _normaliser(lane, []))


def _normaliser(lane: Lane, keys: list[str]) -> Normaliser:
    places = Places({"cwd": Path.cwd(), "home": Path.home()})
    hidden = [lane.token, lane.prefix, *keys]
    return Normaliser(Redactor(places, hidden, getpass.getuser(), socket.gethostname()))
