"""Findings of a benchmark's own: `findings: [{when: <expression>, say: <template>}]`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.wording import number, percent
from specrun.results.model import OUTCOMES, Outcome, Results
from specrun.spec import templates
from specrun.spec.models.benchmark import FindingRule
from specrun.spec.problems import quoted

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

NAMES = frozenset({"agent", "cases"})
"""What a rule can speak of."""


class AgentView(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule knows as `agent`. Rates are shares of 1; None was not measured."""

    id: str
    title: str
    type: str
    version: str
    passed: int
    counted: int
    rate: float | None
    low: float | None
    high: float | None
    outcomes: dict[Outcome, int]
    passed_cases: list[str]
    """Cases of which every counted trial passed."""
    failed_cases: list[str]
    """Cases of which no counted trial passed."""
    graders: dict[str, Any]
    """By grader: `passed`, `counted`, `value`, `low`, `high`."""
    figures: dict[str, int | float | None]
    """By full name, as `agent.figures["coverage.rate"]`."""
    pass_at_k: dict[str, float | None]
    pass_hat_k: dict[str, float | None]
    stability_variance: float | None


def rule_errors(rule: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a rule as plain data, as key and one line. Nothing is evaluated."""
    for key, check in (("when", _expression_errors), ("say", _template_errors)):
        source = rule.get(key)
        if isinstance(source, str) and source:
            yield from ((key, problem) for problem in check(source))


def _expression_errors(source: str) -> list[str]:
    try:
        _environment().compile_expression(source)
    except Exception as error:  # Jinja lets through what Python says of what it made
        return [_one_line(error)]
    return _template_errors("{{ (" + source + ") }}")


def _template_errors(source: str) -> list[str]:
    try:
        return list(_unknown_names(source))
    except Exception as error:
        return [_one_line(error)]


def _one_line(error: Exception) -> str:
    from jinja2 import TemplateError

    if isinstance(error, TemplateError):
        return " ".join(str(error.message).split()).rstrip(".")
    return f"Jinja2 cannot read it: {type(error).__name__}"


def custom(results: Results) -> Iterator[Finding]:
    """Evaluate each of the benchmark's rules once for each agent; one that cannot be evaluated says so."""
    cases = [msgspec.to_builtins(msgspec.structs.asdict(case)) for case in results.cases]
    trials = selection.by_agent(results)
    views = {view.id: msgspec.to_builtins(view) for view in _views(results)}
    for position, rule in enumerate(results.rules, start=1):
        name = f"findings[{position}]"
        for agent, view in views.items():
            if text := _evaluate(rule, name, view, cases):
                yield found(name, selection.counted(trials[agent]), text)


def _evaluate(rule: FindingRule, name: str, agent: dict[str, Any], cases: list[Any]) -> str | None:
    """Return the sentence of a rule for an agent, or None where its expression does not hold."""
    environment = _environment()
    try:
        if not environment.compile_expression(rule.when, undefined_to_none=False)(agent=agent, cases=cases):
            return None
        return environment.from_string(rule.say).render(agent=agent, cases=cases).strip()
    except Exception as error:  # what a rule does with a figure that is None, say, must not lose the report
        return f"The rule {name} cannot be evaluated for {agent['id']}: {type(error).__name__}."


def _views(results: Results) -> Iterator[AgentView]:
    trials = selection.by_agent(results)
    figures = [f"{grader}.{figure.name}" for grader, figure in selection.figures(results)]
    for agent, summary in zip(results.agents, results.summaries, strict=True):
        groups = selection.by_case(selection.counted(trials[agent.id]))
        passes = {case: [trial.outcome == "passed" for trial in group] for case, group in groups.items()}
        yield AgentView(
            **{key: getattr(agent, key) for key in ("id", "title", "type", "version")},
            **{key: getattr(summary.pass_rate, key) for key in ("passed", "counted", "low", "high")},
            rate=summary.pass_rate.value,
            outcomes={outcome: summary.outcomes.get(outcome, 0) for outcome in OUTCOMES},
            passed_cases=[case for case, verdicts in passes.items() if all(verdicts)],
            failed_cases=[case for case, verdicts in passes.items() if not any(verdicts)],
            graders={
                grader.name: msgspec.to_builtins(summary.graders[grader.name]) for grader in results.graders
            },
            figures={name: summary.figures[name].value for name in figures},
            pass_at_k=summary.pass_at_k,
            pass_hat_k=summary.pass_hat_k,
            stability_variance=summary.stability_variance,
        )


def _unknown_names(source: str) -> Iterator[str]:
    """Name each variable, and key of `agent`, that rules do not know."""
    from jinja2 import meta, nodes

    tree = _environment().parse(source)
    for name in sorted(meta.find_undeclared_variables(tree) - NAMES):
        yield f"unknown name {quoted(name)}: a rule knows {', '.join(sorted(NAMES))}"
    of_agent = (
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "agent"
    )
    for key in dict.fromkeys(of_agent):
        if key not in AgentView.__struct_fields__:
            yield f"agent has no {quoted(key)}: it has {', '.join(AgentView.__struct_fields__)}"


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """The sandbox of all templates, with filters of its own."""
    made = templates.environment().overlay()
    made.filters = {**made.filters, "percent": percent, "number": number}
    return made
