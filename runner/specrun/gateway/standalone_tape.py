"""The cassette of a gateway without a run."""

from __future__ import annotations

import getpass
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.gateway.cassettes.model import STANDALONE, Header
from specrun.gateway.cassettes.normaliser import Normaliser
from specrun.gateway.cassettes.places import Places
from specrun.gateway.cassettes.redaction import Redactor
from specrun.gateway.cassettes.rules import VERSION
from specrun.gateway.cassettes.tapes import Mode, open_tape

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from specrun.gateway.lane import Lane
    from specrun.gateway.tape import Tape


def tape_of(
    lane: Lane, mode: Mode, folder: Path, agent: str, keys: list[str]
) -> AbstractContextManager[Tape]:
    """The cassette in a folder for a lane, which stores none of the `keys`. Raises ValueError and OSError."""
    header = Header(
        normaliser=VERSION, source="provider", case=STANDALONE, agent=agent, model="any", repetition=1
    )
    places = Places({"cwd": Path.cwd(), "home": Path.home()})
    hidden = [lane.token, lane.prefix, *keys]
    redactor = Redactor(places, hidden, getpass.getuser(), socket.gethostname())
    return open_tape(mode, folder, header, Normaliser(redactor))
