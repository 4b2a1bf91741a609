"""The rules that fit more than one kind of benchmark, in the order of their findings in a report."""

from __future__ import annotations

from specrun.reports.findings.base import Rule
from specrun.reports.findings.baselines import separation
from specrun.reports.findings.cases import not_discriminating
from specrun.reports.findings.custom import custom
from specrun.reports.findings.drift import drift
from specrun.reports.findings.failures import endings, worst_grader
from specrun.reports.findings.figures import measured_for_nobody, shares
from specrun.reports.findings.rates import leader, pass_rate
from specrun.reports.findings.spending import costs, tokens_per_pass
from specrun.reports.findings.stability import stability
from specrun.reports.findings.uncounted import broken_cases, not_counted

COMPARING: tuple[Rule, ...] = (leader, pass_rate, separation, worst_grader, endings)
"""Who passes how much. They pool all cases, so cases must be alike enough for that."""

REACHING: tuple[Rule, ...] = (shares, not_discriminating)
"""What was there to reach, and who is told apart by it."""

MODELS: tuple[Rule, ...] = (tokens_per_pass, costs, drift)
"""What models took. They find nothing where no agent talks to one."""

SOUND: tuple[Rule, ...] = (*MODELS, stability, broken_cases, not_counted, measured_for_nobody, custom)
"""What every run has to say of itself."""
