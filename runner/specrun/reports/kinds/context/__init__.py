"""`context`: what a file-backed context buys, against honest alternatives."""

from __future__ import annotations

from specrun.reports.findings.failures import endings
from specrun.reports.findings.general import SOUND
from specrun.reports.kinds.base import Kind
from specrun.reports.kinds.context.chart import CORRECTNESS
from specrun.reports.kinds.context.grid import grid
from specrun.reports.kinds.context.rules import context_rules
from specrun.reports.kinds.context.sections import sections
from specrun.reports.kinds.pass_rate import PASS_RATE

CONTEXT = Kind(
    charts=(CORRECTNESS, PASS_RATE),
    rules=(context_rules, endings, *SOUND),  # A rate over all arms would say nothing of any of them.
    sections=sections,
    grid=grid,
)
