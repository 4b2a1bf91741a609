"""`test-running`: agents that find out how a project's tests are run."""

from __future__ import annotations

from specrun.reports.findings.general import COMPARING, REACHING, SOUND
from specrun.reports.kinds.base import Kind
from specrun.reports.kinds.pass_rate import PASS_RATE
from specrun.reports.kinds.test_running.rules import detection_and_replay, integrity

TEST_RUNNING = Kind(
    charts=(PASS_RATE,), rules=(*COMPARING, detection_and_replay, integrity, *REACHING, *SOUND)
)
