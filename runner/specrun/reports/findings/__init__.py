"""Findings: sentences that rules make from results. No rule, no sentence."""

from __future__ import annotations

from specrun.reports.findings.base import Finding, Rule
from specrun.reports.findings.baselines import separation
from specrun.reports.findings.cases import not_discriminating
from specrun.reports.findings.custom import custom, rule_errors
from specrun.reports.findings.failures import endings, worst_grader
from specrun.reports.findings.figures import measured_for_nobody, shares
from specrun.reports.findings.graders import detection_and_replay, integrity
from specrun.reports.findings.rates import leader, pass_rate
from specrun.reports.findings.stability import stability
from specrun.reports.findings.uncounted import broken_cases, not_counted
from specrun.results.model import Results

__all__ = ["RULES", "Finding", "find", "rule_errors"]

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
    custom,
)
"""The rules, in the order of their findings in a report."""


def find(results: Results) -> list[Finding]:
    """Return what all rules find."""
    return [finding for rule in RULES for finding in rule(results)]
