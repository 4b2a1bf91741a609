"""An agent's line to its model: what it is told of the gateway, and what came over it."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
from collections import deque
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.halts import MissError, RunBudgetError
from specrun.agents.telling import Telling, usage_rows
from specrun.agents.values import install_folder
from specrun.gateway.cassettes.files import read_file, refuse_links
from specrun.gateway.cassettes.model import FILE, CassetteError, Header
from specrun.gateway.cassettes.normaliser import Normaliser
from specrun.gateway.cassettes.places import Places
from specrun.gateway.cassettes.redaction import Redactor
from specrun.gateway.cassettes.renewal import clear, renewed_folder
from specrun.gateway.cassettes.secrets import names, of_environment
from specrun.gateway.cassettes.tapes import Mode, open_tape
from specrun.gateway.entry import CLIENT_LEFT
from specrun.gateway.lane import LaneSettings
from specrun.gateway.server import Gateway
from specrun.workspaces.base import DOOR_PORT, as_seen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from specrun.agents.base import AgentSpec
    from specrun.gateway.lane import Lane
    from specrun.gateway.meter import Exchange
    from specrun.gateway.tape import Tape
    from specrun.results.model import StageUsage
    from specrun.workspaces.base import Workspace

GRACE = 5.0
"""Seconds that an agent has to end by itself, once its model answers nothing any more."""


_NO_FAULT_OF_AGENTS = frozenset({401, 402, 403, 408, 429})
_REFUSED, _BROKEN = 400, 500
_ABOVE = 5
"""Folders above a trial's cassette, up to `fixtures`, that are part of where it is: none may be a link."""


class Cassette(msgspec.Struct, frozen=True, kw_only=True):
    """The cassette of one trial, and what it is for."""

    mode: Mode
    folder: Path
    header: Header
    alone: str | None = None
    """Why its model cannot be asked for what it lacks, though the mode says so."""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes to open the line of one trial."""

    gateway: Gateway
    lane: LaneSettings
    model: str
    """The name that the agent asks for."""
    cassette: Cassette | None
    """None: nothing is recorded or replayed."""
    secrets: tuple[str, ...]
    """The keys of the providers."""
    heard: Callable[[Exchange, Telling], None]
    """Hears of every request when it is over."""


class Line:
    """What `open_line` gives. It is also the door to the gateway, for a workspace without network."""

    def __init__(
        self, connection: Connection, lane: Lane, telling: Telling, last: deque[Exchange], *, inside: bool
    ) -> None:
        """`last` holds the request that was over last, if there was one."""
        self._connection = connection
        self._lane = lane
        self._last = last
        self.telling = telling
        url = f"http://127.0.0.1:{DOOR_PORT}/{lane.prefix}" if inside else lane.base_url
        self.values = {"llm.url": url, "llm.key": lane.token, "llm.model": connection.model}
        """What the agent is told, by placeholder."""

    def usage(self, stages: Sequence[str]) -> tuple[StageUsage, ...]:
        """What models have used in these stages."""
        return usage_rows(self._lane.meter, stages)

    def begin(self, stage: str) -> None:
        """What comes from now on belongs to this stage."""
        self._lane.stage = stage

    def serve(self, listener: socket.socket) -> AbstractAsyncContextManager[None]:
        """See `workspaces.base.Door`."""
        return self._connection.gateway.attach(listener, self._lane)

    async def shut(self) -> None:
        """See `workspaces.base.Door`: the model answers nothing any more, and the time of grace is over."""
        await self._lane.halted.wait()
        await asyncio.sleep(GRACE)

    def overspent(self) -> str | None:
        """The limit of the trial that it has reached, as a sentence.

        Raises MissError and RunBudgetError where it is not the agent that has failed; and OSError where the
        gateway has, or the model: it has answered nothing at all, or could not answer in the end.
        """
        halt = self._lane.halt
        if halt is None:
            self._check_answered()
            return None
        if halt.reason == "cassette_miss":
            cassette = self._connection.cassette
            advice = cassette.alone if cassette else None
            raise MissError("\n".join(filter(None, (f"cassette_miss: {halt.text}", advice))))
        if halt.reason == "infra_error":
            raise OSError(halt.text)
        if halt.purse == "run":
            raise RunBudgetError(halt.text)
        return halt.text

    def _check_answered(self) -> None:
        tallies = self._lane.meter.tallies.values()
        failed = sum(tally.counts["failed"] for tally in tallies)
        left = any(CLIENT_LEFT in exchange.notes for exchange in self._last)
        if failed and not left and not any(tally.counts["answered"] for tally in tallies):
            raise OSError(f"the model has answered none of {failed} requests: {self.telling.failure}")
        if any(_could_not_answer(exchange) for exchange in self._last):
            raise OSError(f"the model has answered nothing any more: {self.telling.failure}")


def _could_not_answer(exchange: Exchange) -> bool:
    """Whether a request failed for what no agent can mend: the key, the quota, or the provider itself.

    That is also an answer that was cut or is no answer, unless the agent went away.
    """
    status = exchange.status
    cut = status < _REFUSED and CLIENT_LEFT not in exchange.notes
    return exchange.ending == "failed" and (cut or status in _NO_FAULT_OF_AGENTS or status >= _BROKEN)


@asynccontextmanager
async def open_line(
    connection: Connection, agent: AgentSpec, workspace: Workspace, network: bool
) -> AsyncIterator[Line]:
    """Open the line of one trial. What it has recorded is kept unless an exception ends it.

    Raises CassetteError and OSError where the cassette cannot be used.
    """
    with ExitStack() as tapes:  # a recorder is told of the lane, and outlives it
        telling: Telling
        last: deque[Exchange] = deque(maxlen=1)

        def hear(exchange: Exchange) -> None:
            last.append(exchange)
            connection.heard(exchange, telling)

        lane_settings = msgspec.structs.replace(connection.lane, on_exchange=hear)
        async with connection.gateway.open_lane(lane_settings) as lane:
            normaliser = _normaliser(connection, lane, agent, workspace)
            telling = Telling(normaliser)
            if connection.cassette:
                lane.play(tapes.enter_context(_tape(connection.cassette, normaliser)))
            inside = workspace.enforced.network and not network
            yield Line(connection, lane, telling, last, inside=inside)


def _normaliser(connection: Connection, lane: Lane, agent: AgentSpec, workspace: Workspace) -> Normaliser:
    """Takes out what belongs to this trial and machine."""
    seen = as_seen(workspace)
    folders = {
        "cwd": seen.project,
        "home": seen.home,
        "tmp": seen.home.parent / "tmp",
        "agent": Path(install_folder(agent)),
        "cache": agent.cache.parent,
        "outside": Path.home(),
    }
    recorded = _recorded(connection.cassette)
    around = [value for value in of_environment(os.environ) if value not in recorded]
    hidden = [lane.token, lane.prefix, *connection.secrets, *around]
    user, host = (_unless_recorded(name, recorded) for name in (getpass.getuser(), socket.gethostname()))
    return Normaliser(Redactor(Places(folders), hidden, user, host))


def _recorded(cassette: Cassette | None) -> str:
    """What is replayed; empty if nothing is, or it cannot be read."""
    if cassette is None or cassette.mode == "record":
        return ""
    try:
        return read_file(cassette.folder / FILE).decode()
    except (CassetteError, UnicodeDecodeError):  # whoever replays it will say so
        return ""


def _unless_recorded(name: str, recorded: str) -> str | None:
    """A name of this machine; None if it is found in what is replayed, where it can only be a word."""
    return None if any(wanted.pattern.search(recorded) for wanted in names("name", name)) else name


@contextmanager
def _tape(cassette: Cassette, normaliser: Normaliser) -> Iterator[Tape]:
    """The cassette in use. A recording from the beginning takes the old one's place when it is whole."""
    folder = cassette.folder
    refuse_links(folder, above=_ABOVE)
    with ExitStack() as stack:
        if cassette.mode == "record":
            folder = stack.enter_context(renewed_folder(folder))
        elif cassette.mode == "auto":
            clear(folder)
        yield stack.enter_context(open_tape(cassette.mode, folder, cassette.header, normaliser))
