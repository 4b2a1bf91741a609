"""What a meter has counted becomes the rows of results: whole, in one order, and estimates apart."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from telling_exchanges import HI, USAGE, exchange, words

from specrun.agents.telling import usage_rows
from specrun.gateway.meter import ENDINGS, Meter
from specrun.results.model import StageUsage

GUESS = msgspec.structs.replace(USAGE, estimated=True, reasoning_tokens=None, cache_write_long_tokens=0)
COUNTS = {
    "input_tokens": 100,
    "cache_read_tokens": 50,
    "cache_write_tokens": 7,
    "output_tokens": 20,
}


def asked(stage="fix", model="m", **more):
    return exchange((HI,), words("ok"), stage=stage, model=model, **more)


def unanswered(ending, **more):
    return asked(ending=ending, reply=None, usage=None, **more)


def rows(stages, *exchanges):
    meter = Meter()
    for each in exchanges:
        meter.add(each)
    return usage_rows(meter, stages)


def test_rows_stand_by_stage_and_model_whatever_came_first():
    found = rows(["b", "a", "none"], asked("a", "n"), asked("a", "m"), asked("b", "z"), asked("else"))
    assert [(row.stage, row.model) for row in found] == [("b", "z"), ("a", "m"), ("a", "n"), ("none", None)]
    assert found[0] == StageUsage(stage="b", model="z", requests=1, reasoning_tokens=5, **COUNTS)
    assert found[-1] == StageUsage(stage="none", requests=0)


def test_estimates_have_a_row_of_their_own_and_what_was_not_answered_stands_in_the_first():
    lost = (unanswered("failed", worked=False), unanswered("refused"), unanswered("missed", retry=True))
    both = rows(["fix"], asked(usage=GUESS), *lost, asked(), asked(usage=GUESS))
    assert both == (
        StageUsage(
            stage="fix", model="m", requests=1, failed=1, refused=2, retries=1, reasoning_tokens=5, **COUNTS
        ),
        StageUsage(
            stage="fix", model="m", requests=2, estimated=True, cache_write_long_tokens=0,
            **{kind: 2 * count for kind, count in COUNTS.items()},
        ),
    )  # fmt: skip
    (guessed,) = rows(["fix"], asked(usage=GUESS), *lost)
    assert (guessed.estimated, guessed.requests, guessed.failed) == (True, 1, 1)
    (nothing,) = rows(["fix"], *lost)
    assert nothing == StageUsage(stage="fix", model="m", requests=0, failed=1, refused=2, retries=1)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("mn"), st.sampled_from(ENDINGS), st.booleans()))
)
def test_every_request_is_in_one_row(requests):
    found = rows(
        ["a", "b"],
        *(
            asked(stage, model, ending=ending, usage=GUESS if guessed else USAGE)
            for stage, model, ending, guessed in requests
        ),
    )
    assert sum(row.requests + row.failed + row.refused for row in found) == len(requests)
    assert sum(row.input_tokens or 0 for row in found) == 100 * sum(row.requests for row in found)
    assert len({(row.stage, row.model, row.estimated) for row in found}) == len(found)


def test_what_was_broken_off_while_the_model_may_have_worked_is_counted_apart():
    (row,) = rows(["fix"], asked(), unanswered("failed"), unanswered("failed", worked=False))
    assert (row.requests, row.failed, row.unfinished) == (1, 2, 1)
