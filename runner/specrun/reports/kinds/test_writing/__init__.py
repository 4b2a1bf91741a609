"""`test-writing`: agents that write tests, and whether these check anything."""

from __future__ import annotations

from specrun.reports.findings.cases import not_discriminating
from specrun.reports.findings.general import COMPARING, SOUND
from specrun.reports.kinds.base import Kind
from specrun.reports.kinds.pass_rate import PASS_RATE
from specrun.reports.kinds.test_writing.chart import WORTH
from specrun.reports.kinds.test_writing.grid import grid
from specrun.reports.kinds.test_writing.rules import RULES
from specrun.reports.kinds.test_writing.sections import sections

TEST_WRITING = Kind(
    charts=(WORTH, PASS_RATE),
    # Not every share is something to reach here: copies are a part of the test lines, too.
    rules=(*RULES, *COMPARING, not_discriminating, *SOUND),
    sections=sections,
    grid=grid,
)
