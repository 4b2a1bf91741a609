"""The figures of issue 3 that must be reproduced, from the fixtures that are shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from declared_fixtures import Benchmark, figure, outcomes

SHIPPED = Path(__file__).parents[2] / "fixtures" / "context"
COMMAND, HISTORY = "long-command-output", "compaction-history-recovery"
FIXTURES = (COMMAND, HISTORY)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    root = tmp_path_factory.mktemp("figures")
    names = [f"{name}.yaml" for name in FIXTURES]
    bench = Benchmark(root, fixtures=names, limits={"calls": 50})
    for name in names:
        shutil.copy(SHIPPED / name, root)
    return bench.run()


@pytest.mark.parametrize(
    ("fixture", "characters", "after", "tokens", "tokens_after", "lines"),
    [(HISTORY, 104244, 455, 26061, 114, 900), (COMMAND, 182364, 447, 45591, 112, 2400)],
)
def test_what_the_reference_arm_saves(results, fixture, characters, after, tokens, tokens_after, lines):
    trial = f"grep/{fixture}@reference"
    measured = {
        "inline_characters_before": characters,
        "inline_characters_after": after,
        "inline_tokens_before": tokens,
        "inline_tokens_after": tokens_after,
        "inline_tokens_saved": tokens - tokens_after,
        "artifact_bytes": characters,
        "artifact_lines": lines,
        "greps": 1,
        "reads": 0,
        "tails": 0,
        "pages": 1,
    }
    assert {name: figure(results, trial, name) for name in measured} == measured


def test_the_totals_of_the_reference_arm(results):
    def total(name: str) -> int:
        return sum(figure(results, f"grep/{fixture}@reference", name) for fixture in FIXTURES)

    assert (total("inline_tokens_before"), total("inline_tokens_after")) == (71652, 226)
    assert total("inline_tokens_saved") == 71426
    assert (total("artifact_bytes"), total("artifact_lines")) == (286608, 3300)


@pytest.mark.parametrize(
    ("fixture", "arm", "context", "recovery", "passed"),
    [
        (COMMAND, "full", 45591, 0, True),
        (COMMAND, "capped", 3853, 0, False),
        (COMMAND, "excerpt", 1620, 35, True),
        (HISTORY, "full", 26061, 0, True),
        (HISTORY, "capped", 5000, 0, False),
        (HISTORY, "excerpt", 1622, 41, True),
    ],
)
def test_the_four_arms_without_the_question(results, fixture, arm, context, recovery, passed):
    trial = f"grep/{fixture}@{arm}"
    assert figure(results, trial, "context_tokens") == context
    assert figure(results, trial, "recovery_tokens") == recovery
    assert outcomes(results)[trial] == ("passed" if passed else "failed")


@pytest.mark.parametrize(
    ("fixture", "call", "page", "after"), [(COMMAND, 23, 12, 112), (HISTORY, 22, 19, 114)]
)
def test_the_reference_arm_with_the_question_and_one_grep(results, fixture, call, page, after):
    trial = f"grep/{fixture}@reference"
    assert outcomes(results)[trial] == "passed"
    assert figure(results, trial, "inline_tokens_after") == after
    assert (figure(results, trial, "call_tokens"), figure(results, trial, "page_tokens")) == (call, page)


@pytest.mark.parametrize(("fixture", "pages", "tokens"), [(COMMAND, 10, 41615), (HISTORY, 4, 24608)])
@pytest.mark.parametrize("arm", ["reference", "excerpt"])
def test_reading_from_the_top(results, fixture, arm, pages, tokens):
    trial = f"read/{fixture}@{arm}"
    assert outcomes(results)[trial] == "passed"
    assert (figure(results, trial, "pages"), figure(results, trial, "reads")) == (pages, pages)
    assert figure(results, trial, "page_tokens") == tokens


@pytest.mark.parametrize("fixture", FIXTURES)
@pytest.mark.parametrize("arm", ["reference", "excerpt"])
def test_the_end_has_neither_answer(results, fixture, arm):
    trial = next(each for each in results.trials if each.name == f"tail/{fixture}@{arm}/1")
    assert trial.outcome == "failed"
    assert figure(results, f"tail/{fixture}@{arm}", "tails") == 1
    assert trial.score("context-evidence").status == "failed"
