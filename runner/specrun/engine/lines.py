"""The gateway of a run: one for all trials, with a lane for each agent that talks to a model."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from specrun.agents.halts import MissError
from specrun.agents.line import Cassette, Connection, open_line
from specrun.agents.telling import events_of
from specrun.engine.cassettes import folder_of
from specrun.engine.costs import limits_of
from specrun.engine.settings import REPLAYS
from specrun.gateway.budget import Limits
from specrun.gateway.cassettes.model import FILE, Header
from specrun.gateway.cassettes.rules import VERSION
from specrun.gateway.lane import LaneSettings
from specrun.gateway.model_names import ModelNames
from specrun.gateway.provider import Provider, ProviderError, ProviderSettings
from specrun.gateway.scripted import Scripted
from specrun.gateway.server import Gateway, open_gateway
from specrun.gateway.stub import Stub
from specrun.gateway.wire.base import PROTOCOLS
from specrun.spec.models import Agent, ProviderModel, ScriptedModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from specrun.agents.base import OpenLine
    from specrun.agents.telling import Telling
    from specrun.engine.observed import Journal
    from specrun.engine.prepare import Prepared
    from specrun.engine.settings import Settings
    from specrun.gateway.meter import Exchange
    from specrun.gateway.upstream import Upstream
    from specrun.gateway.wire.base import ProtocolName
    from specrun.plan.trial import PlannedTrial
    from specrun.spec.models import Model


class Lines:
    """What `open_lines` gives: opens the lines of trials."""

    def __init__(
        self, prepared: Prepared, settings: Settings, gateway: Gateway, stack: AsyncExitStack
    ) -> None:
        self._prepared = prepared
        self._settings = settings
        self._gateway = gateway
        self._stack = stack
        """Ends with the run, and providers with it."""
        self._providers: dict[str, dict[ProtocolName, Provider]] = {}
        """By the id of the model."""

    async def of(self, trial: PlannedTrial, journal: Journal) -> OpenLine | None:
        """What opens the line of a trial's agent; None if it has no model.

        Where a cassette is there, it is replayed also without the key that its model would want. Raises
        ProviderError, and MissError where a cassette is to be replayed that does not exist.
        """
        model = self._prepared.agents[trial.agent].talks_to
        if model is None:
            return None
        cassette = self._cassette(trial, model)
        try:
            providers = await self._providers_of(model)
        except ProviderError as error:
            if cassette is None or cassette.mode != "auto" or not (cassette.folder / FILE).exists():
                raise
            cassette = msgspec.structs.replace(cassette, mode="replay", alone=str(error))
            providers = {}
        budget = self._prepared.budget
        upstreams: dict[ProtocolName, Upstream] = dict(providers)
        if isinstance(model, ScriptedModel):
            upstreams = dict.fromkeys(PROTOCOLS, Stub(Scripted(model)))
        connection = Connection(
            gateway=self._gateway,
            lane=LaneSettings(
                name=trial.name,
                upstreams=upstreams,
                models=ModelNames(names=getattr(model, "names", {}), default=model.name),
                limits=limits_of(budget.trial) if budget else Limits(),
                prices=self._prepared.prices,
            ),
            model=model.name,
            cassette=cassette,
            secrets=tuple(provider.key for provider in providers.values() if provider.key),
            heard=partial(_heard, journal),
        )
        return partial(open_line, connection)

    async def _providers_of(self, model: Model) -> dict[ProtocolName, Provider]:
        """The providers of a model, opened once in a run; none where all is replayed."""
        if not isinstance(model, ProviderModel) or self._settings.cassettes in REPLAYS:
            return {}
        if model.id not in self._providers:
            found: dict[ProtocolName, Provider] = {}
            for protocol in PROTOCOLS:
                endpoint = getattr(model.endpoints, protocol)
                if endpoint is not None:
                    settings = ProviderSettings(base_url=str(endpoint.base_url), key_env=endpoint.key_env)
                    provider = Provider(settings, os.environ)
                    found[protocol] = await self._stack.enter_async_context(provider)
            self._providers[model.id] = found
        return self._providers[model.id]

    def _cassette(self, trial: PlannedTrial, model: Model) -> Cassette | None:
        mode, agent = self._settings.cassettes, self._prepared.agents[trial.agent].model
        if mode == "off":
            return None
        header = Header(
            normaliser=VERSION,
            source="scripted" if isinstance(model, ScriptedModel) else "provider",
            case=trial.case,
            agent=f"{trial.agent} {agent.version if isinstance(agent, Agent) else ''}",
            model=model.id,
            repetition=trial.repetition,
        )
        folder = folder_of(self._prepared.resolved, trial.agent, trial.case, model.id, trial.repetition)
        if mode in REPLAYS and not (folder / FILE).exists():
            place = folder.relative_to(self._prepared.resolved.root)
            raise MissError(
                f"cassette_miss: there is no {place}: `--cassettes record` makes it, with its model"
            )
        return Cassette(mode=mode, folder=folder, header=header)


@asynccontextmanager
async def open_lines(prepared: Prepared, settings: Settings) -> AsyncIterator[Lines]:
    """Open the gateway of a run. Raises OSError."""
    spends = prepared.budget and settings.cassettes not in REPLAYS  # a replay costs nothing
    limits = limits_of(prepared.budget.run) if prepared.budget and spends else None
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(open_gateway(limits=limits))
        yield Lines(prepared, settings, gateway, stack)


def _heard(journal: Journal, exchange: Exchange, telling: Telling) -> None:
    """Write down a request that is over."""
    telling.add(exchange)
    journal.asked(*events_of(exchange, telling))
