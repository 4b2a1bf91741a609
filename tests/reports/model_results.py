"""Hand-written results of agents that talk to models."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from specrun.results.model import (
    Agent,
    Benchmark,
    Case,
    Figure,
    Grader,
    Model,
    Outcome,
    Prices,
    Results,
    Score,
    StageUsage,
    TokenClaim,
    Trial,
    Turn,
)
from specrun.results.summary import summarise

TOKENS = Figure(name="tokens", title="tokens", unit="tokens", direction="lower", combine="sum", headline=True)
GRADERS = (
    Grader(name="integrity", title="Reports what really happened", required=True),
    Grader(name="usage", title="Tokens used", required=False, figures=(TOKENS,)),
)
READER, WRITER = (
    Model(id="reader", name="scripted-reader", type="scripted"),
    Model(id="large", name="acme-large-2", type="provider"),
)
PRICES = Prices(id="sample", currency="USD", as_of="2026-11-01")
CASES = ("csv-tools", "ledger", "maze")
WORDS = "I will look at the files."
LS = 'bash: ls -la | grep "*.py"'


def used(stage: str, model: str | None = "scripted-reader", **counts: object) -> StageUsage:
    """Make a row in which every count is known."""
    known = {"input_tokens": 100, "cache_read_tokens": 50, "cache_write_tokens": 0, "output_tokens": 20}
    rows = {"requests": 2, "reasoning_tokens": 0, "cost": "0.00041", **known, **counts}
    return msgspec.convert({"stage": stage, "model": model, **rows}, StageUsage)


def unasked(stage: str) -> StageUsage:
    """Make the row of a stage in which no model was asked."""
    return StageUsage(stage=stage, requests=0)


def trial(
    agent: str,
    case: str,
    usage: Sequence[StageUsage] = (),
    outcome: Outcome = "passed",
    *,
    claim: tuple[int | None, int | None] | None = None,
    turns: Sequence[Turn] = (),
) -> Trial:
    """Make a trial. `claim` is the input and the output that the agent says it has used."""
    return Trial(
        agent=agent, case=case, repetition=1, seed=7, outcome=outcome, usage=tuple(usage), turns=tuple(turns),
        scores=(Score(grader="integrity", status="passed" if outcome == "passed" else "failed"),),
        claim=None if claim is None else TokenClaim(input_tokens=claim[0], output_tokens=claim[1]),
    )  # fmt: skip


def run(
    trials: Sequence[Trial],
    talks_to: dict[str, str | None],
    models: Sequence[Model] = (READER, WRITER),
    prices: Prices | None = PRICES,
) -> Results:
    """Put a run together; `talks_to` has the agents, each with the id of its model."""
    agents = [
        Agent(
            id=name, title=f"The {name} agent", type="command" if model else "nop", version="1", model=model
        )
        for name, model in talks_to.items()
    ]
    cases = [Case(id=name, title="") for name in dict.fromkeys(trial.case for trial in trials)]
    return Results(
        specrun="0.1.0",
        benchmark=Benchmark(
            id="models",
            kind="test-running",
            title="Models",
            spec="specs/models.yaml",
            digest="5eed" * 16,
        ),
        seed=0,
        repeats=1,
        graders=GRADERS,
        agents=tuple(agents),
        cases=tuple(cases),
        trials=tuple(trials),
        summaries=summarise(agents, cases, GRADERS, trials),
        models=tuple(models),
        prices=prices,
    )


def _turns(stage: str, *more: Turn) -> tuple[Turn, ...]:
    first = Turn(
        stage=stage, conversation=1, says=WORDS, calls=(LS, "read: a.py"), input_tokens=150, output_tokens=20
    )
    return (first, *more, Turn(stage=stage, conversation=1, says="Done.", input_tokens=170, output_tokens=5))


def _of_case(case: str, place: int) -> list[Trial]:
    """One case: nobody, an agent that counts well, and one that has two models and counts badly."""
    title = Turn(stage="detect", conversation=2, says="A title", input_tokens=9)
    guess = used("setup", "acme-small", estimated=True, requests=1, cost=None, reasoning_tokens=None)
    careful = [used("detect"), used("setup", retries=1, failed=1) if place else unasked("setup")]
    wasteful = [
        used("detect", "acme-large-2", input_tokens=9000, cost="0.0912345"),
        used("detect", "acme-small", cost=None),
        guess if place == 1 else unasked("setup"),
    ]
    prompt = 300 if place else 150
    return [
        trial("nop", case, [StageUsage(stage="detect")], "failed"),
        trial("careful", case, careful, claim=(prompt, prompt // 150 * 20), turns=_turns("detect")),
        trial(
            "wasteful",
            case,
            wasteful,
            "passed" if place == 0 else "budget_exceeded",
            claim=(9300 + place * 60, None) if place != 1 else None,
            turns=_turns("detect", title),
        ),
    ]


def typical() -> Results:
    """Two agents with models, and one without, on three cases."""
    trials = [trial for place, case in enumerate(CASES) for trial in _of_case(case, place)]
    return run(trials, {"nop": None, "careful": "reader", "wasteful": "large"})


def hostile(names: Sequence[str]) -> Results:
    """Models whose names, words and calls are markup, links, mentions and templates."""
    models = [Model(id=name, name=name, type="provider") for name in names]
    turns = [
        Turn(stage=name, conversation=place, says=name, calls=tuple(names))
        for place, name in enumerate(names, 1)
    ]
    trials = [
        trial(name, case, [used(name, name, cost=None)], claim=(1, 1), turns=turns)
        for case in CASES[:1]
        for name in names
    ]
    prices = Prices(id=names[0], currency=names[1], as_of=names[2])
    return run(trials, {name: name for name in names}, models, prices)
