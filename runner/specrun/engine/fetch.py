"""Bringing what a benchmark needs into the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.workspaces import sources, toolchain
from specrun.workspaces.cache import FetchError
from specrun.workspaces.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specrun.spec.library import Resolved


def fetch_benchmark(resolved: Resolved, cache: Path) -> Iterator[tuple[str, str | None]]:
    """Bring the source and the tools of each case; gives its id, and what went wrong if something did."""
    for case in BENCHMARK_KINDS[resolved.model.kind].cases(resolved):
        base = case.resolved.path.parent
        try:
            toolchain.fetch(case.project.tools, cache)
            sources.fetch(case.project.source, base, resolved.root, cache)
        except (SourceError, FetchError) as error:
            yield case.id, str(error)
            continue
        tools = toolchain.provide(case.project.tools, cache)
        yield case.id, tools.reason if isinstance(tools, toolchain.Unavailable) else None
