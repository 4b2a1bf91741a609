"""From what a run finished to its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from specrun import __version__
from specrun.engine.costs import priced
from specrun.results.model import Agent as AgentResult
from specrun.results.model import Benchmark, Grader, Outcome, Prices, Results, Trial
from specrun.results.model import Model as ModelResult
from specrun.results.summary import summarise
from specrun.spec.models import Agent, ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specrun.engine.prepare import Prepared
    from specrun.engine.run import Finished
    from specrun.gateway.prices import PriceTable
    from specrun.plan.trial import PlannedTrial


def results(prepared: Prepared, finished: dict[str, Finished]) -> Results:
    """The results of a run, in plan order. A trial that was not finished is `cancelled`."""
    model = prepared.benchmark
    selected = {trial.agent for trial in prepared.trials}
    agents = tuple(_agent(prepared, name) for name in prepared.listed if name in selected)
    prices = prepared.prices
    trials = tuple(_trial(trial, finished.get(trial.name), prices) for trial in prepared.trials)
    broken = {
        trial.case: trial.reason
        for trial in trials
        if trial.outcome == "invalid_case" or prepared.cases[trial.case].unavailable is not None
    }
    worked_on = {trial.case for trial in prepared.trials}
    cases = tuple(
        case.place.case.result(broken.get(name)) for name, case in prepared.cases.items() if name in worked_on
    )
    graders = tuple(
        Grader(
            name=use.grader.name,
            title=use.grader.title,
            required=use.required,
            figures=use.figures,
        )
        for use in prepared.graders
    )
    return Results(
        specrun=__version__,
        benchmark=Benchmark(
            id=model.id, kind=model.kind, title=model.title, spec=prepared.spec, digest=prepared.digest
        ),
        seed=model.seed,
        repeats=model.repeats,
        overrides=prepared.overrides,
        offline=prepared.offline,
        graders=graders,
        agents=agents,
        cases=cases,
        trials=trials,
        summaries=summarise(agents, cases, graders, trials),
        rules=model.findings,
        models=_models(prepared, agents),
        prices=_prices(prices),
    )


def _trial(trial: PlannedTrial, finished: Finished | None, prices: PriceTable | None) -> Trial:
    """One trial's result. Where failed scores say why it failed, no reason repeats them."""
    outcome: Outcome = finished.outcome if finished else "cancelled"
    scores = finished.scores if finished else ()
    plain = outcome == "failed" and any(score.status == "failed" for score in scores)
    return Trial(
        agent=trial.agent,
        case=trial.case,
        repetition=trial.repetition,
        seed=trial.seed,
        outcome=outcome,
        reason=finished.reason if finished and not plain else None,
        scores=scores,
        usage=priced(finished.usage, prices) if finished else (),
        claim=finished.claim if finished else None,
        turns=finished.turns if finished else (),
    )


def _agent(prepared: Prepared, name: str) -> AgentResult:
    model = cast("Agent", prepared.agents[name].model)
    talks_to = prepared.agents[name].talks_to
    return AgentResult(
        id=name,
        title=model.title,
        type=model.type,  # type: ignore[attr-defined]
        version=model.version,
        model=talks_to.id if talks_to else None,
    )


def _prices(table: PriceTable | None) -> Prices | None:
    return Prices(id=table.version, currency=table.currency, as_of=table.as_of) if table else None


def _models(prepared: Prepared, agents: Sequence[AgentResult]) -> tuple[ModelResult, ...]:
    """The models that these agents talk to, in the order in which they come up."""
    used = {model.id: model for agent in agents if (model := prepared.agents[agent.id].talks_to)}
    return tuple(
        ModelResult(
            id=model.id, name=model.name, type="scripted" if isinstance(model, ScriptedModel) else "provider"
        )
        for model in used.values()
    )
