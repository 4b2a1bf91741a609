"""Hand-written results that reports are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import context_results
import model_results
import pytest

from specrun.results.model import (
    Agent,
    Benchmark,
    Case,
    Figure,
    Grader,
    Number,
    Outcome,
    Results,
    Score,
    ScoreStatus,
    StageUsage,
    Trial,
)
from specrun.results.summary import summarise


def share(name: str, title: str, *, headline: bool = False) -> Figure:
    return Figure(name=name, title=title, unit="share", direction="higher", combine="mean", headline=headline)


def total(name: str, title: str, unit: str, *, out_of: str | None = None, headline: bool = False) -> Figure:
    return Figure(
        name=name, title=title, unit=unit, direction="higher" if out_of else "none", combine="sum",
        out_of=out_of, headline=headline,
    )  # fmt: skip


def tokens(name: str, title: str) -> Figure:
    return Figure(name=name, title=title, unit="tokens", direction="lower", combine="sum")


GRADERS = (
    Grader(
        name="detection", title="Knows whether there are tests, and in which frameworks", required=True,
        figures=(
            share("tests_present_right", "Tests present or absent, as in truth"),
            share("frameworks_precision", "Named frameworks that are used"),
            share("frameworks_recall", "Used frameworks that are named"),
        ),
    ),
    Grader(name="replay", title="The answer's commands run in a clean workspace", required=True),
    Grader(
        name="test-count", title="Runs as many tests as there are", required=True,
        figures=(
            total("tests_run", "Tests run", "tests", out_of="tests_expected", headline=True),
            total("tests_expected", "Tests that there are", "tests"),
        ),
    ),
    Grader(
        name="coverage", title="Covers the lines that the project's own tests cover", required=False,
        figures=(
            total("covered_lines", "Covered lines", "lines", out_of="truth_lines", headline=True),
            total("truth_lines", "Lines that the tests can cover", "lines"),
            share("rate", "Covered share of a project"),
        ),
    ),
    Grader(name="integrity", title="Reports what really happened", required=True),
    Grader(
        name="usage", title="Tokens by stage", required=False,
        figures=(tokens("detect_tokens", "Tokens to detect"), tokens("setup_tokens", "Tokens to set up")),
    ),
)  # fmt: skip


def score(grader: str, status: ScoreStatus = "passed", why: str = "", **figures: Number) -> Score:
    return Score(grader=grader, status=status, figures=figures, evidence=(why,) if why else ())


def passed(run: int = 10, lines: int = 40, spent: int | None = None) -> tuple[Score, ...]:
    """Make the scores of a trial that passes everything."""
    return (
        score("detection", tests_present_right=1.0, frameworks_precision=1.0, frameworks_recall=1.0),
        score("replay"),
        score("test-count", tests_run=run, tests_expected=run),
        score("coverage", covered_lines=lines, truth_lines=lines, rate=1.0),
        score("integrity"),
        score("usage", detect_tokens=spent, setup_tokens=spent and spent * 3),
    )


def no_replay(why: str, run: int = 10, lines: int = 40) -> tuple[Score, ...]:
    """Make the scores of a trial that detects the tests, and cannot run them."""
    return (
        score("detection", tests_present_right=1.0, frameworks_precision=0.5, frameworks_recall=1.0),
        score("replay", "failed", why),
        score("test-count", "failed", f"0 of {run} tests ran", tests_run=0, tests_expected=run),
        score("coverage", "failed", covered_lines=None, truth_lines=lines, rate=None),
        score("integrity", "not_applicable"),
        score("usage", detect_tokens=None, setup_tokens=None),
    )


def nothing(run: int = 10) -> tuple[Score, ...]:
    """Make the scores of a trial without an answer."""
    return (
        score("detection", "failed", "there is no answer", tests_present_right=0.0),
        score("replay", "failed", "there is no answer"),
        score("test-count", "failed", f"0 of {run} tests ran", tests_run=0, tests_expected=run),
    )


def trial(
    agent: str, case: str, outcome: Outcome = "passed", scores: Sequence[Score] = (),
    reason: str | None = None, repetition: int = 1,
) -> Trial:  # fmt: skip
    return Trial(
        agent=agent, case=case, repetition=repetition, seed=7, outcome=outcome, reason=reason,
        scores=tuple(scores), usage=(StageUsage(stage="detect"),),
    )  # fmt: skip


def results(
    agents: Sequence[Agent], cases: Sequence[Case], trials: Sequence[Trial], *, repeats: int = 1,
    graders: Sequence[Grader] = GRADERS, title: str = "Test running",
) -> Results:  # fmt: skip
    return Results(
        specrun="0.1.0",
        benchmark=Benchmark(
            id="test-running",
            kind="test-running",
            title=title,
            spec="specs/test-running.yaml",
            digest="5eed" * 16,
        ),
        seed=0,
        repeats=repeats,
        graders=tuple(graders),
        agents=tuple(agents),
        cases=tuple(cases),
        trials=tuple(trials),
        summaries=summarise(agents, cases, graders, trials),
    )


def agent(name: str, kind: str = "command") -> Agent:
    return Agent(id=name, title=f"The {name} agent", type=kind, version="1")


def case(name: str, platform: str = "python-pytest", broken: str | None = None) -> Case:
    return Case(
        id=name, title=f"The {name} project", facets={"platform": platform}, tags=("small",), broken=broken
    )


BASELINES = [agent("nop", "nop"), agent("oracle", "oracle")]


def typical() -> Results:
    """Three agents on six cases, of which one is invalid and one cannot run."""
    names = ["csv-tools", "ledger", "maze", "notes-without-tests", "flaky", "node-queue"]
    cases = [case(name) for name in names[:4]]
    cases += [case("flaky", broken="the oracle fails: 1 of 12 tests failed"), case("node-queue", "node-test")]
    trials = []
    for name in names[:4]:
        trials += [trial("nop", name, "failed", nothing()), trial("oracle", name, "passed", passed())]
    for name in ("nop", "oracle", "heuristic"):
        trials.append(trial(name, "flaky", "invalid_case", reason="the oracle fails"))
        trials.append(trial(name, "node-queue", "unavailable", reason="node is not installed"))
    fake = tuple(score("integrity", "failed", "report.xml was there before the tests ran") if one.grader ==
                 "integrity" else one for one in passed(12, 61))  # fmt: skip
    trials += [
        trial("heuristic", "csv-tools", "passed", passed(spent=120)),
        trial(
            "heuristic",
            "ledger",
            "failed",
            no_replay("the setup script exited with 1: no module named poetry"),
        ),
        trial("heuristic", "maze", "failed", fake),
        trial("heuristic", "notes-without-tests", "agent_timeout", reason="the stage `detect` took over 60s"),
    ]
    order = {agent_name: place for place, agent_name in enumerate(("nop", "oracle", "heuristic"))}
    trials.sort(key=lambda one: (names.index(one.case), order[one.agent]))
    return results([*BASELINES, agent("heuristic")], cases, trials)


def repeated() -> Results:
    """Two agents on three cases, three times each; one of them is unstable."""
    cases = [case("csv-tools"), case("ledger"), case("maze")]
    trials = []
    for one in cases:
        for repetition in (1, 2, 3):
            trials.append(trial("careful", one.id, "passed", passed(spent=500), repetition=repetition))
            works = one.id == "csv-tools" or (one.id == "ledger" and repetition == 2)
            scores = passed(spent=90) if works else no_replay("the test command exited with 2")
            outcome: Outcome = "passed" if works else "failed"
            if one.id == "maze" and repetition == 3:
                outcome, scores = "infra_error", ()
            reason = "the disk is full" if outcome == "infra_error" else None
            trials.append(trial("hasty", one.id, outcome, scores, reason, repetition))
    return results([agent("careful"), agent("hasty")], cases, trials, repeats=3)


def unavailable() -> Results:
    """Everything is unavailable."""
    cases = [case("node-queue", "node-test"), case("c-matrix", "c-make")]
    trials = [
        trial(name, one.id, "unavailable", reason=f"{one.facets['platform']} cannot run here")
        for one in cases for name in ("nop", "heuristic")
    ]  # fmt: skip
    return results([BASELINES[0], agent("heuristic")], cases, trials)


def empty() -> Results:
    """One agent, one case, one trial and no grader."""
    return results([agent("only")], [case("one")], [trial("only", "one")], graders=())


HOSTILE = (
    "a|b `code` <script>alert(1)</script>",
    "line\nbreak\r\n# heading",
    "[x](javascript:alert(1)) ![y](http://z.example/)",
    "@octocat #1 GH-2 https://evil.example www.evil.example me@evil.example",
    "\u202egnp.exe \x1b[31m*red* _em_ ~~no~~ $x$",
    "- 1. &amp; \\| :tada: </svg><!-- {{ 7 * 7 }} {% raw %}",
    "",
)


def hostile() -> Results:
    """Names that are markup, links, mentions, commands for terminals and templates."""
    cases = [case(name, platform=name) for name in HOSTILE]
    cases.append(case("broken", broken="\n\n".join(HOSTILE)))
    graders = (
        Grader(name="integrity", title=HOSTILE[0], required=True, figures=(
            Figure(
                name=HOSTILE[2], title=HOSTILE[1], unit=HOSTILE[0], direction="lower", combine="mean",
                headline=True,
            ),
        )),
    )  # fmt: skip
    trials = []
    for name in HOSTILE[:3]:
        for one in cases:
            wrong = Score(
                grader="integrity", status="failed", figures={HOSTILE[2]: 0.1234567}, evidence=HOSTILE
            )
            outcome: Outcome = "invalid_case" if one.broken else "failed"
            trials.append(trial(name, one.id, outcome, (wrong,), "; ".join(HOSTILE)))
    agents = [Agent(id=name, title=name, type=name, version=name) for name in HOSTILE[:3]]
    return results(agents, cases, trials, graders=graders, title=HOSTILE[0])


SAMPLES: dict[str, Callable[[], Results]] = {
    "typical": typical, "repeated": repeated, "unavailable": unavailable, "empty": empty, "hostile": hostile,
    "context": context_results.typical, "context-partial": context_results.partial,
    "context-nothing": context_results.nothing,
    "context-hostile": lambda: context_results.hostile(HOSTILE),
    "models": model_results.typical, "models-hostile": lambda: model_results.hostile(HOSTILE[:-1]),
}  # fmt: skip


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> tuple[str, Results]:
    """Each of the hand-written results, with its name."""
    return request.param, SAMPLES[request.param]()


@pytest.fixture
def samples() -> dict[str, Results]:
    """All hand-written results by name."""
    return {name: make() for name, make in SAMPLES.items()}


@pytest.fixture
def make_results() -> Callable[..., Results]:
    """Put a run together: `make_results(agents, cases, trials, repeats=1, graders=..., title=...)`."""
    return results
