"""The parts of a report that are a benchmark kind's own, by kind."""

from __future__ import annotations

from specrun.reports.findings.general import COMPARING, REACHING, SOUND
from specrun.reports.kinds.base import Kind
from specrun.reports.kinds.context import CONTEXT
from specrun.reports.kinds.pass_rate import PASS_RATE
from specrun.reports.kinds.test_running import TEST_RUNNING
from specrun.reports.kinds.test_writing import TEST_WRITING
from specrun.results.model import Results

KINDS = {"context": CONTEXT, "test-running": TEST_RUNNING, "test-writing": TEST_WRITING}
PLAIN = Kind(charts=(PASS_RATE,), rules=(*COMPARING, *REACHING, *SOUND))
"""For results of a kind that has no report of its own."""


def kind_of(results: Results) -> Kind:
    """Return what the kind of a run adds to its report."""
    return KINDS.get(results.benchmark.kind, PLAIN)
