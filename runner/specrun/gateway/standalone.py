"""The gateway without a run: for any command, or for whoever is told its address."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.account import Row, rows
from specrun.gateway.lane import Halt, Lane, LaneSettings
from specrun.gateway.model_names import ModelNames
from specrun.gateway.prices import shipped
from specrun.gateway.provider import Provider, ProviderSettings
from specrun.gateway.server import open_gateway
from specrun.gateway.standalone_tape import tape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from specrun.gateway.budget import Limits
    from specrun.gateway.cassettes.tapes import Mode
    from specrun.gateway.wire.base import ProtocolName

GRACE = 30.0
"""Seconds for which a command may go on once its lane has halted."""
_LAST_WARNING = 5.0
"""Seconds between the signal that asks a command to end and the one that ends it."""

USUAL: dict[ProtocolName, ProviderSettings] = {
    "chat": ProviderSettings(base_url="https://api.openai.com/v1", key_env="OPENAI_API_KEY"),
    "responses": ProviderSettings(base_url="https://api.openai.com/v1", key_env="OPENAI_API_KEY"),
    "messages": ProviderSettings(base_url="https://api.anthropic.com", key_env="ANTHROPIC_API_KEY"),
}
"""Where each protocol goes unless something else is said, if its key is there."""

_OTHER_KEYS = frozenset({"ANTHROPIC_AUTH_TOKEN"})
"""Variables by which a client would be somebody else than the lane."""


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway is started with, as on the command line."""

    environment: dict[str, str]
    argv: tuple[str, ...] = ()
    """The command. Empty: none, and `announce` says where clients find the lane."""
    announce: Callable[[Lane], None]
    upstream: dict[ProtocolName, str]
    key_env: dict[ProtocolName, str]
    model: dict[str, str]
    default_model: str | None
    limit: Limits
    host: str
    port: int
    tape: tuple[Mode, Path] | None
    """What to do with a cassette, and in which folder. None: there is none."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended, and what was used."""

    code: int
    """Of the command; 0 without one."""
    rows: list[Row]
    halt: Halt | None


def providers(
    urls: Mapping[ProtocolName, str], key_envs: Mapping[ProtocolName, str], environment: Mapping[str, str]
) -> dict[ProtocolName, Provider]:
    """The providers by protocol; a URL without a variable for its key goes without a key.

    Raises ProviderError.
    """
    settings = {
        protocol: ProviderSettings(base_url=url, key_env=key_envs.get(protocol))
        for protocol, url in urls.items()
    }
    for protocol, usual in USUAL.items():
        key = key_envs.get(protocol, usual.key_env)
        if protocol not in settings and (protocol in key_envs or environment.get(key or "")):
            settings[protocol] = ProviderSettings(base_url=usual.base_url, key_env=key)
    return {protocol: Provider(found, environment) for protocol, found in settings.items()}


def environment_of(lane: Lane, environment: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """The environment of a client of the lane: with its base URLs and token, without any of the `keys`."""
    kept = {
        name: value
        for name, value in environment.items()
        if name not in _OTHER_KEYS and not any(key in value for key in keys)
    }
    return kept | {
        "OPENAI_BASE_URL": f"{lane.base_url}/v1",
        "OPENAI_API_BASE": f"{lane.base_url}/v1",
        "OPENAI_API_KEY": lane.token,
        "ANTHROPIC_BASE_URL": lane.base_url,
        "ANTHROPIC_API_BASE": lane.base_url,
        "ANTHROPIC_API_KEY": lane.token,
    }


async def run(setup: Setup) -> Ended:
    """Serve one lane until the command ends, or without one until somebody interrupts.

    Raises ProviderError, CassetteError, and OSError if it cannot listen or the command cannot be started.
    """
    replays = setup.tape is not None and setup.tape[0] == "replay"
    found = {} if replays else providers(setup.upstream, setup.key_env, setup.environment)
    keys = [provider.key for provider in found.values() if provider.key]
    with ExitStack() as tapes:  # a recorder is told of the lane, and outlives it
        async with AsyncExitStack() as stack:
            lane = await _lane(setup, found, stack)
            if setup.tape:
                agent = Path(setup.argv[0]).name if setup.argv else "unknown"
                lane.play(tapes.enter_context(tape_of(lane, *setup.tape, agent, keys)))
            if setup.argv:
                code = await run_command(setup.argv, lane, environment_of(lane, setup.environment, keys))
            else:
                code = await _interruption(lambda: setup.announce(lane))
    return Ended(code=code, rows=rows(lane.meter), halt=lane.halt)


async def _lane(setup: Setup, found: Mapping[ProtocolName, Provider], stack: AsyncExitStack) -> Lane:
    gateway = await stack.enter_async_context(open_gateway(setup.host, setup.port))
    for provider in found.values():
        await stack.enter_async_context(provider)
    settings = LaneSettings(
        name="standalone",
        upstreams=dict(found),
        models=ModelNames(names=setup.model, default=setup.default_model),
        limits=setup.limit,
        prices=shipped(),
    )
    return await stack.enter_async_context(gateway.open_lane(settings))


async def _interruption(ready: Callable[[], None]) -> int:
    """Wait until somebody interrupts, the usual end of a server; `ready` is called when that may happen."""
    interrupted = asyncio.Event()
    with _on_signals(interrupted.set, interrupted.set):
        ready()
        await interrupted.wait()
    return 0


async def run_command(
    argv: Sequence[str], lane: Lane, environment: Mapping[str, str], grace: float = GRACE
) -> int:
    """Run a command to its end, and give its exit code; killed by a signal: 128 and the signal's number.

    Once its lane has halted, it is ended after a time of grace. Raises OSError if it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(*argv, env=dict(environment))
    ending = asyncio.create_task(_end_when_halted(process, lane, grace))
    try:
        with _on_signals(lambda: None, process.terminate):  # a terminal interrupts the command too
            code = await process.wait()
    finally:
        ending.cancel()
    return code if code >= 0 else 128 - code


async def _end_when_halted(process: asyncio.subprocess.Process, lane: Lane, grace: float) -> None:
    await lane.halted.wait()
    await asyncio.sleep(grace)
    process.terminate()
    await asyncio.sleep(_LAST_WARNING)
    process.kill()


@contextmanager
def _on_signals(interrupt: Callable[[], None], terminate: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupt)
    loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)
