"""What `results.md` shows, table by table. Tables hold raw text; writing them escapes it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from specrun.reports import selection
from specrun.reports.escape import Markdown, cut, plain
from specrun.reports.fold import folded
from specrun.reports.kinds.base import Kind
from specrun.reports.models import model_sections
from specrun.reports.table import Row, table
from specrun.reports.trajectories import trajectories
from specrun.reports.trials import cell, trial_table
from specrun.reports.wording import (
    NOT_MEASURED,
    amount,
    count,
    counts,
    interval,
    label,
    number,
    percent,
    title,
    unit,
)
from specrun.results.model import COUNTED, OUTCOMES, AgentSummary, Figure, Rate, Results, Trial

WHY_LENGTH = 200
MOST_ROWS = 60
"""Longer tables of cases and trials are folded away."""


def page(results: Results, kind: Kind) -> dict[str, object]:
    """Return everything that the template of `results.md` asks for."""
    return {
        "results": results,
        "title": heading(results),
        "summary": _summary(results),
        "charts": kind.charts,
        "sections": list(kind.sections(results)),
        "agents": _agents(results),
        "cases": _cases(results),
        "repetitions": _repetitions(results) if results.repeats > 1 else None,
        "outcomes": _outcomes(results),
        "graders": _graders(results),
        "figures": _figures(results),
        "models": list(model_sections(results)),
        "not_measured": _not_measured(results),
        "broken": _broken(results),
        "not_counted": _not_counted(results),
        "trials": [
            (agent, _fold_long(trial_table(results, trials), len(trials), "trial"))
            for agent, trials in selection.by_agent(results).items()
        ],
        "trajectories": trajectories(results),
        "command": _command(results),
        "origin": _origin(results),
    }


def heading(results: Results) -> str:
    """Return what the pages of a report are headed."""
    return results.benchmark.title or results.benchmark.id


def _summary(results: Results) -> str:
    total = len(results.trials)
    times = "once" if results.repeats == 1 else f"{results.repeats:,} times"
    everywhere = total == len(results.agents) * len(results.cases) * results.repeats
    return (
        f"specrun ran {count(len(results.agents), 'agent')} on {count(len(results.cases), 'case')}"
        f" {times} each{'' if everywhere else ', though not every agent on every case'},"
        f" as the benchmark {results.benchmark.id} says:"
        f" {count(total, 'trial')}, of which {len(selection.counted(results.trials)):,} count."
    )


def _fold_long(text: Markdown, rows: int, noun: str) -> Markdown:
    return folded(count(rows, noun), text) if rows > MOST_ROWS else text


def _agents(results: Results) -> Markdown:
    """Return the headline: pass rate, interval and headline figures of each agent."""
    headline = selection.headline(results)
    titles = ["Agent", "Passed", "Pass rate ↑", "95% interval", *(title(figure) for _, figure in headline)]
    trials = {agent: selection.counted(group) for agent, group in selection.by_agent(results).items()}

    def row(summary: AgentSummary) -> Row:
        rate = summary.pass_rate
        return [
            summary.agent,
            counts(rate),
            number(rate.value, "share"),
            interval(rate),
            *(_figure(summary, trials[summary.agent], grader, figure) for grader, figure in headline),
        ]

    return table(titles, map(row, results.summaries), right=range(1, len(titles)))


def _figure(summary: AgentSummary, trials: list[Trial], grader: str, figure: Figure) -> str:
    """Write an agent's figure, and on how many trials it stands where that is not all of them."""
    combined = summary.figures[f"{grader}.{figure.name}"]
    if not combined.measured:
        return NOT_MEASURED
    value, whole, stands_on = combined.value, None, combined.measured
    if figure.out_of is not None:
        part, whole, both = selection.share(trials, grader, figure)
        value, stands_on = (part, len(both)) if both else (value, stands_on)
    text = amount(value, whole, figure)
    return text if stands_on == len(trials) else f"{text} ({stands_on}/{len(trials)})"


def _cases(results: Results) -> Markdown:
    """Return the outcome of each agent on each case."""
    agents = [agent.id for agent in results.agents]
    groups = {agent: selection.by_case(trials) for agent, trials in selection.by_agent(results).items()}
    facets = selection.facets(results)
    rows = (
        [
            case.id,
            *(case.facets.get(facet, NOT_MEASURED) for facet in facets),
            *(cell(groups[agent].get(case.id, [])) for agent in agents),
        ]
        for case in results.cases
    )
    cases = table(["Case", *(facet.capitalize() for facet in facets), *agents], rows)
    return _fold_long(cases, len(results.cases), "case")


def _repetitions(results: Results) -> Markdown:
    """Return what repeating showed: pass@k, pass^k and how stable an agent is."""
    ks = sorted({k for summary in results.summaries for k in summary.pass_at_k}, key=int)
    measures = [Markdown(f"pass{sign}{k} ↑") for sign in "@^" for k in ks]
    titles = ["Agent", *measures, "Stability variance ↓"]
    rows = (
        [
            summary.agent,
            *(number(summary.pass_at_k.get(k), "share") for k in ks),
            *(number(summary.pass_hat_k.get(k), "share") for k in ks),
            number(summary.stability_variance),
        ]
        for summary in results.summaries
    )
    return table(titles, rows, right=range(1, len(titles)))


def _outcomes(results: Results) -> Markdown:
    """Return how many trials of each agent ended how, with the denominators."""
    agents = [agent.id for agent in results.agents]
    ends = [summary.outcomes for summary in results.summaries]
    rows: list[Row] = [
        [label(outcome), "yes" if outcome in COUNTED else "no", *(end.get(outcome, 0) for end in ends)]
        for outcome in OUTCOMES
    ]
    rows.append(["counted", "", *(summary.pass_rate.counted for summary in results.summaries)])
    rows.append(["all", "", *(sum(end.values()) for end in ends)])
    titles = ["Outcome", "Counts", *agents]
    return table(titles, rows, right=range(2, len(titles)))


def _graders(results: Results) -> Markdown:
    """Return how many of the trials that a grader judged passed it, for each agent."""

    def judged(rate: Rate) -> str:
        return NOT_MEASURED if rate.value is None else f"{counts(rate)} ({percent(rate.value)})"

    titles = ["Grader", "Must pass", *(agent.id for agent in results.agents)]
    rows = (
        [
            f"{grader.name}: {grader.title}" if grader.title else grader.name,
            "yes" if grader.required else "no",
            *(judged(summary.graders[grader.name]) for summary in results.summaries),
        ]
        for grader in results.graders
    )
    return table(titles, rows, right=range(2, len(titles)))


def _figures(results: Results) -> Markdown:
    """Return what every figure means, with its value for each agent."""
    trials = {agent: selection.counted(group) for agent, group in selection.by_agent(results).items()}
    titles = ["Figure", "Meaning", "Unit", "Combined by", *(agent.id for agent in results.agents)]
    rows = (
        [
            f"{grader}.{figure.name}",
            figure.title,
            unit(figure),
            figure.combine,
            *(_figure(summary, trials[summary.agent], grader, figure) for summary in results.summaries),
        ]
        for grader, figure in selection.figures(results)
    )
    return table(titles, rows, right=range(4, len(titles)))


def _not_measured(results: Results) -> Markdown | None:
    """Return the figures that some counted trial has no value of."""
    names = [f"{grader}.{figure.name}" for grader, figure in selection.figures(results)]
    rows = [
        [name, summary.agent, figure.measured, figure.missing, apart]
        for summary in results.summaries
        for name in names
        for figure in [summary.figures[name]]
        for apart in [summary.pass_rate.counted - figure.measured - figure.missing]
        if figure.missing or apart
    ]
    titles = ["Figure", "Agent", "Measured", "Not measured", "Does not apply"]
    return table(titles, rows, right=(2, 3, 4)) if rows else None


def _broken(results: Results) -> Markdown | None:
    rows = [[case.id, case.broken] for case in results.cases if case.broken is not None]
    return table(["Case", "Why nothing of it counts"], rows) if rows else None


def _not_counted(results: Results) -> Markdown | None:
    """Return the trials that count in no rate, each with its reason."""
    rows = [
        [trial.name, label(trial.outcome), cut(plain(trial.reason or NOT_MEASURED), WHY_LENGTH)]
        for trial in results.trials
        if trial.outcome not in COUNTED
    ]
    return table(["Trial", "Outcome", "Why"], rows) if rows else None


def _command(results: Results) -> Markdown:
    """Return what was called, with what it set over the spec."""
    options = [f"--{name} {value}" for name, value in sorted(results.overrides.items())]
    offline = ["--offline"] if results.offline else []
    spec = shlex.quote(plain(results.benchmark.spec))
    return Markdown(" ".join(["specrun", spec, *options, *offline]))


def _origin(results: Results) -> Markdown:
    def rows() -> Iterator[Row]:
        yield "Spec", results.benchmark.spec
        yield "Spec digest", results.benchmark.digest
        yield "Kind", results.benchmark.kind
        yield "Seed", results.seed
        yield "Repetitions", results.repeats
        yield "specrun", results.specrun
        for agent in results.agents:
            yield (
                f"Agent {agent.id}",
                f"{agent.title or agent.id} (type {agent.type}, version {agent.version})",
            )

    return table(["What", "Value"], rows())
