"""The findings of a test-writing benchmark. Each rule tells one failure apart, by the figures."""

from __future__ import annotations

from specrun.reports.findings.base import Rule
from specrun.reports.kinds.test_writing.rules.broken import failing, flaky, lost
from specrun.reports.kinds.test_writing.rules.ceiling import ceiling
from specrun.reports.kinds.test_writing.rules.claimed import claimed
from specrun.reports.kinds.test_writing.rules.copies import copies
from specrun.reports.kinds.test_writing.rules.imports import only_imports
from specrun.reports.kinds.test_writing.rules.most import most_gained, most_killed
from specrun.reports.kinds.test_writing.rules.neutral import reads_source
from specrun.reports.kinds.test_writing.rules.size import large_diffs
from specrun.reports.kinds.test_writing.rules.source import touched_others, touched_source
from specrun.reports.kinds.test_writing.rules.unchecked import unchecked
from specrun.reports.kinds.test_writing.rules.unexplained import unexplained
from specrun.reports.kinds.test_writing.rules.worth import worth

RULES: tuple[Rule, ...] = (
    most_gained,
    most_killed,
    worth,
    ceiling,
    unchecked,
    reads_source,
    only_imports,
    unexplained,
    claimed,
    touched_source,
    touched_others,
    flaky,
    failing,
    lost,
    copies,
    large_diffs,
)
"""In the order of their findings."""
