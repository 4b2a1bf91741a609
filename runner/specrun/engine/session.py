"""One benchmark from its spec to its results: what every command that runs something calls."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import msgspec

from specrun.benchmarks.checking import benchmark_problems
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.engine.choose import choose
from specrun.engine.prepare import Prepared, prepare
from specrun.engine.run import Run
from specrun.engine.settings import REPLAYS
from specrun.engine.store import Store
from specrun.engine.summing import results
from specrun.results.model import Results
from specrun.spec.models import ProviderModel
from specrun.spec.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.engine.progress import Progress
    from specrun.engine.settings import Cassettes, Settings
    from specrun.spec.library import Resolved


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a session came to. An interrupted one has results whose open trials are `cancelled`."""

    results: Results
    interrupted: bool
    faulty: bool
    """Whether a definition is broken, though its spec could be loaded."""
    run_id: str


def check_benchmark(resolved: Resolved, *, offline: bool, cassettes: Cassettes = "replay") -> None:
    """Raise SpecError if something is wrong beyond the schema, or cannot be kept offline."""
    problems = benchmark_problems(resolved)
    if offline and (key := BENCHMARK_KINDS[resolved.model.kind].online(resolved)) is not None:
        message = "the benchmark lets its commands reach the network, so it cannot be run with --offline"
        problems.append(resolved.origin(key).problem(message))
    if offline and cassettes not in REPLAYS:
        problems += _models_elsewhere(resolved)
    if problems:
        raise SpecError(problems)


def _models_elsewhere(resolved: Resolved) -> Iterator[Problem]:
    """Models that would be asked over the network."""
    for agent in resolved.parts.get("agents", ()):
        for model in agent.parts.get("model", ()):
            if isinstance(model.model, ProviderModel):
                message = f"{model.model.id} is a provider's: offline only its cassettes can be replayed"
                yield agent.origin(("model",)).problem(message)


def plan(resolved: Resolved, overrides: dict[str, int], settings: Settings) -> Prepared:
    """Prepare a benchmark without running anything of it. Raises ValueError for a selection of nothing."""
    check_benchmark(resolved, offline=False)
    choose([resolved], settings.only)
    return asyncio.run(prepare(resolved, overrides, settings))


def execute(resolved: Resolved, overrides: dict[str, int], settings: Settings, progress: Progress) -> Done:
    """Run a benchmark.

    SIGINT, SIGTERM and SIGHUP stop it cleanly: what is in flight ends, what is finished stays.
    """
    check_benchmark(resolved, offline=settings.offline, cassettes=settings.cassettes)
    return asyncio.run(_execute(resolved, overrides, settings, progress))


async def _execute(
    resolved: Resolved, overrides: dict[str, int], settings: Settings, progress: Progress
) -> Done:
    prepared = await prepare(resolved, overrides, settings, progress.note)
    run = Run(prepared, Store(settings.state), settings, progress)
    work = asyncio.ensure_future(run.all())
    loop = asyncio.get_running_loop()
    interrupted = False

    def stop() -> None:
        nonlocal interrupted
        interrupted = True
        work.cancel()

    heard = [each for each in STOPPING if signal.getsignal(each) is not signal.SIG_IGN]
    for number in heard:
        loop.add_signal_handler(number, stop)
    try:
        await work
    except asyncio.CancelledError:
        if not interrupted:
            raise
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
    return Done(
        results=results(prepared, run.finished), interrupted=interrupted, faulty=run.faulty, run_id=run.id
    )
