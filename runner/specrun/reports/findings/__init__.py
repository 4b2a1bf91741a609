"""Findings: sentences that rules make from results. No rule, no sentence."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.reports.findings.base import Finding, Rule
from specrun.reports.findings.baselines import separation
from specrun.reports.findings.cases import not_discriminating
from specrun.reports.findings.custom import check_rule, custom
from specrun.reports.findings.failures import endings, worst_grader
from specrun.reports.findings.figures import measured_for_nobody, shares
from specrun.reports.findings.graders import detection_and_replay, integrity
from specrun.reports.findings.rates import leader, pass_rate
from specrun.reports.findings.stability import stability
from specrun.reports.findings.uncounted import broken_cases, not_counted
from specrun.results.model import Results
from specrun.spec.models.test_running import FindingRule

__all__ = ["RULES", "Finding", "check_rule", "find"]

RULES: tuple[Rule, ...] = (
    leader,
    pass_rate,
    separation,
    worst_grader,
    endings,
    detection_and_replay,
    integrity,
    shares,
    not_discriminating,
    stability,
    broken_cases,
    not_counted,
    measured_for_nobody,
)
"""The rules, in the order of their findings in a report."""


def find(results: Results, rules: Sequence[FindingRule] = ()) -> list[Finding]:
    """Return what the rules find, and after it what the benchmark's own `rules` find.

    Raises ValueError for a rule that `check_rule` refuses.
    """
    return [*(finding for rule in RULES for finding in rule(results)), *custom(results, rules)]
