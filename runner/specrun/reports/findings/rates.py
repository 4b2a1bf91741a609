"""How often agents pass, and whether one of them leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import interval, listing, number, portion
from specrun.results.model import AgentSummary, Results


def pass_rate(results: Results) -> Iterator[Finding]:
    """Say how often each contestant passes."""
    summaries = selection.summaries(results)
    for agent, trials in selection.contestants(results).items():
        rate = summaries[agent].pass_rate
        yield found(
            "pass-rate",
            trials,
            f"{agent} passes {portion(rate.passed, rate.counted, 'counted trial')}"
            f" ({number(rate.value, 'share')}, 95% interval {interval(rate)}).",
        )


def leader(results: Results) -> Iterator[Finding]:
    """Say who leads, or that the intervals do not let anybody lead."""
    groups = selection.contestants(results)
    contestants = [summary for summary in results.summaries if summary.agent in groups]
    if len(contestants) < 2:
        return
    text = _compare(sorted(contestants, key=lambda summary: -_value(summary)))
    if len({frozenset(selection.cases(trials)) for trials in groups.values()}) > 1:
        text += " They were not counted on the same cases."
    yield found("leader", (trial for trials in groups.values() for trial in trials), text)


def _compare(ranked: Sequence[AgentSummary]) -> str:
    """Compare agents, best first. A rate that is higher by chance is not called a lead."""
    best = [summary for summary in ranked if _value(summary) == _value(ranked[0])]
    others = ranked[len(best) :]
    overlapping = [summary for summary in others if _high(summary) >= _low(best[0])]
    if not _value(best[0]):
        names = listing([summary.agent for summary in best])
        return f"{names} pass no trial, so none of them leads."
    if len(best) > 1:
        return f"{_spell(best)} share the highest pass rate, so none of them leads."
    if overlapping:
        return (
            f"{_spell(best)} has the highest pass rate, but its 95% interval overlaps"
            f" {_that(overlapping)} of {_spell(overlapping)}, so no winner can be named."
        )
    return f"{_spell(best)} leads: its 95% interval lies above {_that(others)} of {_spell(others)}."


def _spell(summaries: Sequence[AgentSummary]) -> str:
    rates = [(summary.agent, summary.pass_rate) for summary in summaries]
    return listing([f"{agent} ({rate.passed} of {rate.counted}, {interval(rate)})" for agent, rate in rates])


def _that(summaries: Sequence[AgentSummary]) -> str:
    return "that" if len(summaries) == 1 else "those"


def _value(summary: AgentSummary) -> float:
    return summary.pass_rate.value or 0.0


def _low(summary: AgentSummary) -> float:
    return summary.pass_rate.low or 0.0


def _high(summary: AgentSummary) -> float:
    return summary.pass_rate.high or 0.0
