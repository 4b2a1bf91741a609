"""Findings: sentences that rules make from results. No rule, no sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specrun.reports.findings.base import Finding, Rule
from specrun.reports.findings.custom import rule_errors
from specrun.results.model import Results

__all__ = ["Finding", "find", "rule_errors"]


def find(results: Results, rules: Iterable[Rule]) -> Iterator[Finding]:
    """Give what the rules find, in their order. Each may name very many trials, so they come one by one."""
    for rule in rules:
        yield from rule(results)
