"""Checking a benchmark beyond its schema: what all kinds share, then what its own kind has to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from specrun.benchmarks.context import fixture_problems
from specrun.benchmarks.registry import BENCHMARK_KINDS
from specrun.benchmarks.used_graders import grader_errors
from specrun.reports.findings import rule_errors

if TYPE_CHECKING:
    from specrun.benchmarks.base import DataPath
    from specrun.spec.library import Resolved
    from specrun.spec.problems import Problem


DEFINITION_CHECKS = {"context-fixture": fixture_problems}
"""What checks the definitions of a kind, beyond their schema."""


def spec_problems(resolved: Resolved) -> list[Problem]:
    """Everything that is wrong with a spec whose schema holds."""
    kind = resolved.model.kind
    if kind in BENCHMARK_KINDS:
        return benchmark_problems(resolved)
    return DEFINITION_CHECKS[kind](resolved) if kind in DEFINITION_CHECKS else []


def benchmark_problems(resolved: Resolved) -> list[Problem]:
    """Everything that is wrong with a benchmark whose schema holds."""
    problems = [resolved.origin(place).problem(text) for place, text in data_errors(resolved.data)]
    return problems or BENCHMARK_KINDS[resolved.model.kind].check(resolved)


def data_errors(data: dict[str, Any]) -> Iterator[tuple[DataPath, str]]:
    """What can be said of a benchmark's plain data, each with its place in it.

    It is also asked of a spec that has other errors, so that all are told in one pass. What is not even well
    formed is passed over: the schema says that.
    """
    kind = BENCHMARK_KINDS[data["kind"]]
    yield from grader_errors(data, kind.graded)
    rules = data.get("findings")
    for number, rule in enumerate(rules if isinstance(rules, list) else []):
        if isinstance(rule, dict):
            yield from ((("findings", number, key), text) for key, text in rule_errors(rule))
    yield from kind.check_data(data)
