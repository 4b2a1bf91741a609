"""Imported specs validate, run, and give the figures that roder-evals has published."""

from __future__ import annotations

import pytest
from ancestor_files import HISTORY, LONG, LOOP, STUB, put

from specrun.results.codec import decode

BENCHMARK = """\
specrun: 1
kind: context
id: imported
title: Imported fixtures
fixtures:
{fixtures}graders: [context-answer, context-evidence, context-checks, context-cost]
passing: [context-answer]
limits: {{calls: 50}}
seed: 0
"""


@pytest.fixture
def run(bench):
    """Imports fixtures, runs them, and gives the trials by case and agent."""

    def _run(*fixtures):
        put(bench.root / "in", **{f"f{number}": fixture for number, fixture in enumerate(fixtures)})
        imported = bench.run("import", "roder-evals", "in", "--output", "fixtures/context")
        assert imported.code == 0, imported.err
        listed = "".join(f"  - ../fixtures/context/{fixture['id']}.yaml\n" for fixture in fixtures)
        (bench.root / "specs" / "imported.yaml").write_text(
            BENCHMARK.format(fixtures=listed), encoding="utf-8"
        )
        assert bench.run("validate", "fixtures/context", "specs/imported.yaml").err == ""
        ran = bench.run("specs/imported.yaml", "--offline", "-q")
        assert ran.code == 0, ran.err
        trials = decode((bench.root / "reports/imported/results.json").read_bytes()).trials
        return {(trial.case, trial.agent): trial for trial in trials}

    return _run


def score(trial, grader):
    return next(score for score in trial.scores if score.grader == grader)


@pytest.mark.parametrize(
    ("fixture", "length", "figures"),
    [
        (LONG, 137, (182364, 447, 45591, 112, 45479)),
        (HISTORY, 141, (104244, 455, 26061, 114, 25947)),
    ],
)
def test_the_known_fixtures_reproduce_the_published_figures(run, fixture, length, figures):
    assert len(fixture["prompt"]) == length
    trials = run(fixture)
    trial = trials[f"{fixture['id']}@reference", "grep"]
    measured = score(trial, "context-cost").figures
    names = ("characters_before", "characters_after", "tokens_before", "tokens_after", "tokens_saved")
    assert tuple(measured[f"inline_{name}"] for name in names) == figures
    assert (measured["greps"], measured["pages"]) == (1, 1)
    outcomes = {case.split("@")[1]: trial.outcome for (case, _), trial in trials.items()}
    assert outcomes == {"capped": "failed", "full": "passed", "reference": "passed", "excerpt": "passed"}


def test_a_limit_that_holds_is_graded_as_held(run):
    trials = run(LOOP)
    checked = score(trials["compaction-loop-regression@compaction", "grep"], "context-checks")
    assert checked.status == "passed"
    assert checked.figures == {"held": 2, "made": 2}
    measured = score(trials["compaction-loop-regression@compaction", "grep"], "context-cost").figures
    assert measured["compactions"] == 1


@pytest.mark.parametrize(
    ("changes", "evidence"),
    [
        ({"maxAutoCompactionsPerTurn": 0}, "compactions-per-turn: compactions is 1, not at most 0"),
        (
            {"expectedCompactionSkippedReasons": ["prune_sufficient"]},
            "reasons-of-skips: compactions were skipped for hysteresis",
        ),
    ],
)
def test_a_limit_that_does_not_hold_is_graded_as_broken(run, changes, evidence):
    trials = run({**LOOP, **changes})
    checked = score(trials["compaction-loop-regression@compaction", "grep"], "context-checks")
    assert checked.status == "failed"
    assert checked.evidence == (evidence,)


@pytest.mark.parametrize("tool", ["read", "grep", "tail"])
def test_every_tool_finds_the_answer_after_a_compaction(run, tool):
    trials = run({**LOOP, "expectedTool": tool, "expectedAnswerContains": "it is done"})
    assert trials["compaction-loop-regression@compaction", tool].outcome == "passed"


@pytest.mark.parametrize("tool", ["read", "tail"])
def test_a_prompt_of_many_lines_pushes_the_answer_out_of_the_first_page(run, tool):
    trials = run({**STUB, "expectedTool": tool, "prompt": "one more line\n" * 300})
    assert trials["port@reference", tool].outcome == ("failed" if tool == "read" else "passed")
    assert trials["port@full", tool].outcome == "passed"


def test_a_fixture_of_three_lines_is_stored_and_found(run):
    trials = run(STUB)
    assert {trial.outcome for trial in trials.values()} == {"passed"}
    assert score(trials["port@reference", "read"], "context-cost").figures["reads"] == 1
    assert {case for case, _ in trials} == {"port@full", "port@reference", "port@excerpt"}


def test_an_answer_may_look_like_a_placeholder_or_a_pattern(run):
    answer = "RECOVERY_TOKEN=${n:04} $${x} 100% (a|b) \\d"
    trials = run({**LONG, "expectedAnswerContains": answer, "expectedArtifactQuery": answer})
    said = score(trials["long-command-output@reference", "grep"], "context-evidence")
    assert trials["long-command-output@reference", "grep"].outcome == "passed"
    assert said.figures == {"fetched": 1, "seen": 1, "wanted": 1}


@pytest.mark.parametrize("tool", ["read", "tail"])
def test_the_declared_tool_is_the_one_that_is_called(run, tool):
    trials = run({**LONG, "expectedTool": tool})
    figures = score(trials["long-command-output@reference", tool], "context-cost").figures
    assert (figures["reads"], figures["greps"], figures["tails"]) == (
        int(tool == "read"),
        0,
        int(tool == "tail"),
    )
    assert trials["long-command-output@reference", tool].outcome == "failed"
    assert trials["long-command-output@full", tool].outcome == "passed"
