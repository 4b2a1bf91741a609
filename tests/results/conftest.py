"""Results that hypothesis makes up, for properties that hold of all of them."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from specrun.results.model import (
    OUTCOMES,
    Agent,
    Benchmark,
    Case,
    Figure,
    Grader,
    Results,
    Score,
    StageUsage,
    Trial,
)
from specrun.results.summary import summarise

GRADERS = (
    Grader(
        name="coverage",
        title="Coverage",
        required=True,
        figures=(
            Figure(
                name="lines", title="Lines", unit="lines", direction="higher", combine="sum", out_of="all"
            ),
            Figure(name="all", title="All lines", unit="lines", direction="none", combine="sum"),
            Figure(
                name="rate", title="Rate", unit="share", direction="higher", combine="mean", headline=True
            ),
        ),
    ),
    Grader(name="replay", title="Replay", required=True),
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
counts = st.none() | st.integers(0, 2**53)
floats = st.none() | st.floats(-1e9, 1e9)


@st.composite
def scores(draw: st.DrawFn) -> tuple[Score, ...]:
    graded = draw(st.lists(st.sampled_from(["coverage", "replay"]), unique=True))
    status = st.sampled_from(["passed", "failed", "not_applicable", "error"])
    return tuple(
        Score(
            grader=grader,
            status=draw(status),
            value=draw(floats),
            figures={"lines": draw(counts), "all": draw(counts), "rate": draw(floats)}
            if grader == "coverage"
            else {},
            evidence=tuple(draw(st.lists(texts, max_size=2))),
        )
        for grader in graded
    )


@st.composite
def results(draw: st.DrawFn) -> Results:
    repeats = draw(st.integers(1, 3))
    names = st.lists(texts, min_size=1, max_size=3, unique=True)
    agents = tuple(Agent(id=name, title=draw(texts), type="command", version="1") for name in draw(names))
    cases = tuple(
        Case(id=name, title=draw(texts), facets={"platform": "python"}, broken=draw(st.none() | texts))
        for name in draw(names)
    )
    trials = tuple(
        Trial(
            agent=agent.id,
            case=case.id,
            repetition=repetition,
            seed=draw(st.integers(0, 2**53)),
            outcome=draw(st.sampled_from(OUTCOMES)),
            reason=draw(st.none() | texts),
            scores=draw(scores()),
            usage=(StageUsage(stage="detect", input_tokens=draw(counts)),),
        )
        for case in cases
        for agent in agents
        for repetition in range(1, repeats + 1)
    )
    names_seen = [trial.name for trial in trials]
    if len(set(names_seen)) != len(names_seen):  # "a/b" on "c" and "a" on "b/c"
        trials = trials[:1]
    return Results(
        specrun="0.1.0",
        benchmark=Benchmark(id="b", kind="test-running", title=draw(texts), spec="b.yaml", digest="0" * 64),
        seed=0,
        repeats=repeats,
        graders=GRADERS,
        agents=agents,
        cases=cases,
        trials=trials,
        summaries=summarise(agents, cases, GRADERS, trials),
    )


@pytest.fixture(scope="session")
def any_results() -> st.SearchStrategy[Results]:
    """Results of 1 to 3 agents, cases and repetitions that may say anything."""
    return results()


@pytest.fixture(scope="session")
def graders() -> tuple[Grader, ...]:
    """The graders of `any_results`."""
    return GRADERS
