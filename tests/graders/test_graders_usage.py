"""Tokens of stages: whole or not known, and never with an estimate among them."""

from __future__ import annotations

import msgspec
import pytest
from test_graders_figures import NONE, score

from specrun.graders import usage
from specrun.results.model import StageUsage

DETECT = StageUsage(
    stage="detect", model="m", requests=2, input_tokens=100, cache_read_tokens=50, cache_write_tokens=7,
    output_tokens=20, reasoning_tokens=5,
)  # fmt: skip
SETUP = StageUsage(stage="setup", model="m", requests=1, input_tokens=10, output_tokens=3)
GUESS = StageUsage(
    stage="setup", model="m", estimated=True, requests=1, input_tokens=10, output_tokens=3, failed=1
)


def test_whole_prompts_and_answers_count_and_reasoning_is_a_part_of_them(graded):
    found = score(
        usage, graded(NONE, usage=(DETECT, SETUP, StageUsage(stage="setup", model="n", requests=0)))
    )
    assert (found.status, found.value) == ("passed", 190)
    assert found.figures == {"tokens": 190, "detect_tokens": 177, "setup_tokens": 13}


def test_a_stage_in_which_nothing_was_asked_took_nothing(graded):
    found = score(usage, graded(NONE, usage=(DETECT, StageUsage(stage="setup", requests=0))))
    assert found.figures == {"tokens": 177, "detect_tokens": 177, "setup_tokens": 0}


@pytest.mark.parametrize(
    "rows",
    [
        (DETECT, GUESS),
        (DETECT, SETUP, GUESS),
        (DETECT, StageUsage(stage="setup", model="m", requests=1, input_tokens=10)),
        (DETECT, StageUsage(stage="setup", model="m", requests=1, output_tokens=10)),
        (DETECT, SETUP, StageUsage(stage="setup", model="m", requests=0, failed=1, unfinished=1)),
        (DETECT, msgspec.structs.replace(SETUP, failed=1, unfinished=1)),
    ],
)
def test_with_an_estimate_or_without_a_count_the_stage_and_the_sum_are_not_known(graded, rows):
    found = score(usage, graded(NONE, usage=rows))
    assert (found.status, found.value) == ("not_applicable", None)
    assert found.figures == {"tokens": None, "detect_tokens": 177, "setup_tokens": None}
    assert found.evidence == ("the provider has not counted all tokens of setup",)


def test_an_agent_without_a_model_has_no_tokens(graded):
    found = score(usage, graded(NONE, usage=(StageUsage(stage="detect"), StageUsage(stage="setup"))))
    assert (found.status, found.evidence) == ("not_applicable", ("no tokens were measured",))
    assert found.figures == {"tokens": None, "detect_tokens": None, "setup_tokens": None}
