"""Benchmark kinds by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.benchmarks.context import ContextKind
from specrun.benchmarks.test_running import TestRunningKind
from specrun.benchmarks.test_writing import TestWritingKind

if TYPE_CHECKING:
    from specrun.benchmarks.base import BenchmarkKind

BENCHMARK_KINDS: dict[str, BenchmarkKind] = {
    "test-running": TestRunningKind(),
    "test-writing": TestWritingKind(),
    "context": ContextKind(),
}
