"""Models of providers: who is asked, with which key, and whose fault it is when nobody answers."""

from __future__ import annotations

import shutil
from copy import copy

import pytest

from model_bench import AGENT, RIGHT, SPEC, ModelBench, everything
from model_provider import KEY, VARIABLE, ModelProvider, provider, saying

LOOK = "env; cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'"
"""A command that prints everything an agent can find out about keys."""


def answer(body: dict):
    """Looks around, and then gives the right answer."""
    turn = sum(message["role"] == "assistant" for message in body["messages"])
    commands = [f"({LOOK}) > seen.txt; {LOOK}", RIGHT]
    return saying("Done.") if turn == len(commands) else saying("Let me look.", commands[turn])


@pytest.fixture
def asked():
    with provider(answer) as told:
        yield told


@pytest.fixture
def models(tmp_path, monkeypatch, asked: ModelProvider) -> ModelBench:
    monkeypatch.setenv(VARIABLE, KEY)
    models = ModelBench(tmp_path / "bench")
    models.ask(asked.base_url)
    return models


def test_the_key_comes_from_the_environment_and_goes_nowhere(models, asked):
    ran = models.run(SPEC, "--cassettes", "record", "--junit", "out/j.xml")
    assert ran.code == 0, ran.err
    (trial,) = models.results.trials
    assert (trial.outcome, len(asked.asked), asked.refused) == ("passed", 6, 0)
    patch = (models.folder() / "patch.diff").read_text(encoding="utf-8")
    assert "+KEY=sk-" in patch, "it has looked where its own token is"
    for place, content in {
        **everything(models.root),
        "out": ran.out.encode(),
        "err": ran.err.encode(),
    }.items():
        assert KEY.encode() not in content, f"the key is in {place}"
    assert "+MODEL=real-model" in patch
    assert VARIABLE not in patch, "not even the name of the variable is known there"


def test_the_token_of_a_trial_is_in_no_cassette_event_or_report(models):
    assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    patch = (models.folder() / "patch.diff").read_text(encoding="utf-8")
    (token,) = {line.removeprefix("+KEY=") for line in patch.splitlines() if line.startswith("+KEY=sk-")}
    (url,) = {line.removeprefix("+URL=") for line in patch.splitlines() if line.startswith("+URL=http")}
    holders = {
        path
        for path, content in everything(models.root).items()
        if any(word.encode() in content for word in (token, url.rpartition("/")[2]))
    }
    assert {path.rpartition("/")[2] for path in holders} == {"patch.diff"}, (
        "where the agent itself has put it"
    )


def test_a_missing_key_is_named_and_runs_nothing(models, asked, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    ran = models.run(SPEC, "--cassettes", "record")
    assert ran.code == 3
    said = f"the environment variable {VARIABLE} with the provider's key is not set"
    assert f"error: tiny/greeter/1 could not be run: ProviderError: {said}" in ran.err
    assert not asked.asked
    assert not (models.root / "fixtures/cassettes").exists()
    assert not (models.root / "reports").exists()


def test_whoever_has_the_cassette_needs_no_key(models, asked, monkeypatch):
    assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    recorded = models.results.trials
    count = len(asked.asked)
    monkeypatch.delenv(VARIABLE)
    for mode in ("auto", "replay"):
        ran = models.run(SPEC, "--cassettes", mode, "--fresh", "-q")
        assert (ran.code, ran.err) == (0, "")
        assert models.results.trials == recorded
    assert len(asked.asked) == count


def test_without_a_key_what_a_cassette_lacks_is_a_miss(models, monkeypatch):
    assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    models.edit("specs/prompts/detect.md.j2", "the current folder", "this very folder")
    monkeypatch.delenv(VARIABLE)
    ran = models.run(SPEC, "--cassettes", "auto")
    assert ran.code == 3
    assert "could not be run: cassette_miss: no answer is recorded for this request" in ran.err
    assert f"the environment variable {VARIABLE} with the provider's key is not set" in ran.err


def test_a_provider_that_refuses_the_key_is_no_failure_of_the_agent(models, asked, monkeypatch):
    monkeypatch.setenv(VARIABLE, "a-wrong-key-0815")
    ran = models.run(SPEC, "--cassettes", "record")
    assert ran.code == 3
    assert "could not be run: OSError: the model has answered none of" in ran.err
    assert "failed: 401" in ran.err
    assert (asked.asked, asked.refused >= 1) == ([], True)
    for place, content in {**everything(models.root), "err": ran.err.encode()}.items():
        assert b"a-wrong-key-0815" not in content, f"the provider quotes the key, and it is in {place}"
    assert not models.cassette.exists()


def test_a_provider_that_is_down_is_no_failure_of_the_agent(models):
    with provider() as gone:
        models.ask(gone.base_url)
    ran = models.run(SPEC)
    assert ran.code == 3
    assert "the model has answered none of" in ran.err
    assert "the provider cannot be reached" in ran.err


def test_a_provider_that_fails_in_the_midst_is_no_failure_of_the_agent(models, asked):
    assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    before, reports = everything(models.cassettes), models.reports()
    asked.answer = lambda body: answer(body) if len(body["messages"]) == 1 else (503, {"error": {}})
    ran = models.run(SPEC, "--cassettes", "record")
    assert ran.code == 3
    assert "could not be run: OSError: the model has answered nothing any more: failed: 503" in ran.err
    assert (everything(models.cassettes), models.reports()) == (before, reports), "half a recording is none"


def test_a_request_that_a_provider_does_not_take_is_the_agents_failure(models, asked):
    asked.answer = lambda body: answer(body) if len(body["messages"]) == 1 else (400, {"error": {}})
    assert models.run(SPEC, "-q", "--cassettes", "off").code == 0
    assert models.results.trials[0].outcome == "agent_error"


def test_models_of_an_agents_own_become_the_models_of_the_run(models, asked):
    models.ask(asked.base_url, names={"small-model": "real-small"})
    env = {"URL": "${llm.url}", "KEY": "${llm.key}", "PROTOCOL": "chat"}
    for name in ("some-unknown-model", "small-model"):
        models.change(AGENT, env={**env, "MODEL": name})
        assert models.run(SPEC, "-q", "--cassettes", "off").code == 0
        assert models.results.trials[0].outcome == "passed"
    assert [body["model"] for body in asked.asked] == ["real-model"] * 6 + ["real-small"] * 6


def test_what_a_model_without_a_price_costs_is_not_known(models):
    assert models.run(SPEC, "-q", "--cassettes", "off").code == 0
    row = models.results.trials[0].usage[0]
    assert (row.requests, row.input_tokens, row.output_tokens, row.cost) == (3, 300, 30, None)
    table = (
        (models.root / "reports/llm/results.md").read_text(encoding="utf-8").split("## Tokens and cost")[1]
    )
    (line,) = [line for line in table.splitlines() if line.startswith("| tiny | all |")]
    assert line.split(" | ")[-1] == "- |"


def test_offline_asks_no_provider(models, asked):
    for mode in ("record", "auto", "off"):
        ran = models.run(SPEC, "--offline", "--cassettes", mode)
        assert ran.code == 2
        assert "real is a provider's: offline only its cassettes can be replayed" in ran.err
    assert models.run(SPEC, "--offline").code == 3
    assert not asked.asked


def test_what_a_provider_does_not_count_is_estimated_and_said_to_be(models, asked, tmp_path):
    asked.answer = lambda body: saying("Done.", usage=None)
    assert models.run(SPEC, "-q", "--cassettes", "record").code == 0
    assert models.run(SPEC, "-q", "--offline").code == 0
    assert [(row.estimated, row.requests) for row in models.results.trials[0].usage] == [(True, 1), (True, 1)]
    elsewhere = copy(models)
    elsewhere.root = tmp_path / "a folder with a longer name" / "bench"
    shutil.copytree(models.root, elsewhere.root, ignore=shutil.ignore_patterns(".specrun"))
    assert elsewhere.run(SPEC, "-q", "--offline", "--check").code == 0, "an estimate is the same everywhere"
