"""What models may use: a request that could pass a limit is never sent, in one trial and in the whole run."""

from __future__ import annotations

import pytest

from model_bench import AGENT, RIGHT, SPEC, ModelBench
from model_provider import KEY, VARIABLE, ModelProvider, provider, saying
from specrun.agents import line

USED = {"prompt_tokens": 100, "completion_tokens": 400, "total_tokens": 500}
LIMITS = {
    "requests": 1,
    "tokens": 32_500,
    "output_tokens": 32_300,
    "cost": "32.5",
}
"""Each leaves room for one request, of which 32,000 tokens are held for the answer. A thousand cost 1 USD."""


@pytest.fixture
def asked():
    with provider(answer) as told:
        yield told


def answer(body: dict):
    """The right answer at first, then a word."""
    if len(body["messages"]) == 1:
        return saying("Let me look.", RIGHT, usage=USED)
    return saying("Done.", usage=USED)


@pytest.fixture
def models(tmp_path, monkeypatch, asked: ModelProvider) -> ModelBench:
    monkeypatch.setenv(VARIABLE, KEY)
    monkeypatch.setattr(line, "GRACE", 0.05)
    models = ModelBench(tmp_path / "bench")
    models.ask(asked.base_url)
    price = {"input": "1000", "output": "1000", "source": "made up for this test"}
    models.change("specs/prices.yaml", models={"real-model": price})
    models.change(SPEC, prices="prices.yaml")
    return models


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_request_that_could_pass_a_limit_of_the_trial_is_not_sent(models, asked, name):
    models.change(SPEC, budget={"trial": {name: LIMITS[name]}})
    ran = models.run(SPEC, "-q", "--cassettes", "record")
    assert (ran.code, ran.err) == (0, "")
    (trial,) = models.results.trials
    assert trial.outcome == "budget_exceeded"
    assert trial.reason.startswith(f"budget of the trial spent: {name.replace('_', ' ')} used ")
    assert models.results.summaries[0].pass_rate.counted == 1
    assert len(asked.asked) == 1
    (row,) = trial.usage
    assert (row.requests, row.refused, row.output_tokens, row.cost) == (1, 1, 400, "0.5")
    assert [turn.says for turn in trial.turns] == ["Let me look."]
    shown = models.run("trial", "tiny/greeter/1").out
    assert "agent: budget_exceeded, budget of the trial spent" in shown
    assert "added specrun-answer.yaml" in shown
    assert "detect: {tests_present: true, frameworks: [pytest]}" in shown
    assert trial.score("detection").status == "passed", "what it has done until then is graded"
    assert models.run(SPEC, "-q", "--offline").code == 0
    assert models.results.trials == (trial,), "a replay ends at the same request"


@pytest.mark.parametrize("program", ["floods.py", "sleeps.py"])
def test_an_agent_that_ignores_the_refusal_is_ended(models, asked, program):
    models.program(program)
    models.change(SPEC, budget={"trial": {"requests": 7}})
    assert models.run(SPEC, "-q", "--cassettes", "off").code == 0
    (trial,) = models.results.trials
    assert (trial.outcome, len(asked.asked)) == ("budget_exceeded", 7)
    assert trial.usage[0].requests == 7
    assert trial.usage[0].refused >= 1
    shown = models.run("trial", "tiny/greeter/1").out
    assert "agent.detect: ended by specrun" in shown
    assert "added begun.txt" in shown, "what it has done is kept"


def test_the_budget_of_the_run_ends_trials_that_go_on_later(models, asked):
    models.change(SPEC, repeats=3, budget={"trial": {"requests": 9}, "run": {"requests": 5}})
    ran = models.run(SPEC, "-q", "--jobs", "1", "--cassettes", "off")
    assert (ran.code, ran.err) == (0, "")
    first, second, third = models.results.trials
    assert (first.outcome, second.outcome, third.outcome) == ("passed", *["budget_exceeded"] * 2)
    assert second.reason == (
        "budget of the run spent: requests used 5 of 5, and this request could use 1 more"
    )
    assert len(asked.asked) == 5
    assert "no record is stored" in models.run("trial", "tiny/greeter/2").out
    models.change(SPEC, budget={"trial": {"requests": 9}, "run": {"requests": 8}})
    ran = models.run(SPEC, "--jobs", "1", "--cassettes", "off")
    assert ran.err.count("(stored)") == 1
    assert [trial.outcome for trial in models.results.trials] == ["passed", "passed", "passed"]
    assert len(asked.asked) == 5 + 8


def test_tokens_of_the_run_are_counted_over_all_trials(models, asked):
    models.change(SPEC, repeats=2, budget={"trial": {"requests": 9}, "run": {"output_tokens": 33_500}})
    assert models.run(SPEC, "-q", "--jobs", "2", "--cassettes", "off").code == 0
    outcomes = sorted(trial.outcome for trial in models.results.trials)
    assert outcomes in (["budget_exceeded", "passed"], ["budget_exceeded", "budget_exceeded"])
    assert len(asked.asked) == 4, "400 each; 32000 more must be free to ask"


def test_a_cost_that_cannot_be_known_cannot_be_limited(models):
    models.change(SPEC, budget={"trial": {"cost": "1"}})
    models.change(AGENT, model="../models/scripted.yaml")
    ran = models.run(SPEC, "-q")
    assert ran.code == 2
    assert "what scripted-reader costs cannot be limited: it has no price" in ran.err


def test_a_replay_spends_nothing_of_the_budget_of_the_run(models, asked):
    models.change(SPEC, budget={"trial": {"requests": 9}})
    assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    models.change(SPEC, budget={"trial": {"requests": 9}, "run": {"requests": 1}})
    ran = models.run(SPEC, "--offline", "-q")
    assert (ran.code, models.results.trials[0].outcome) == (0, "passed"), ran.err
