from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.results.codec import ResultsError, decode, encode
from specrun.results.model import Results, Score
from specrun.spec.models.benchmark import FindingRule


@given(st.data())
def test_results_come_back_as_they_were(any_results: st.SearchStrategy[Results], data: st.DataObject) -> None:
    results = data.draw(any_results)
    encoded = encode(results)
    assert decode(encoded) == results
    assert encode(decode(encoded)) == encoded


@pytest.fixture
def example(any_results: st.SearchStrategy[Results]) -> Results:
    """Results to spoil."""
    from specrun.results.model import Agent, Benchmark, Case, Trial
    from specrun.results.summary import summarise

    agents = (Agent(id="a", title="é", type="command", version="1"),)
    cases = (Case(id="x", title=""),)
    trials = (Trial(agent="a", case="x", repetition=1, seed=0, outcome="passed"),)
    return Results(
        specrun="0.1.0",
        benchmark=Benchmark(id="b", kind="test-running", title="", spec="b.yaml", digest="0"),
        seed=0, repeats=1, graders=(), agents=agents, cases=cases, trials=trials,
        summaries=summarise(agents, cases, (), trials),
        rules=(FindingRule(when="true", say="{{ agent.id }}"),),
    )  # fmt: skip


def test_the_file_is_canonical_and_differs_line_by_line(example: Results) -> None:
    text = encode(example).decode()
    assert text.endswith("}\n")
    assert "\r" not in text
    assert '  "agents": [\n    {\n      "id": "a",\n      "title": "é",' in text
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    assert decode(text.encode()) == example


Spoil = Callable[[dict[str, Any]], object]

UNLISTED = "names an agent or a case that is not listed"
UNTRUE = "the summaries are not what the trials give"
PARTIAL = {
    "name": "f", "title": "", "unit": "", "direction": "none", "combine": "sum", "out_of": "gone",
}  # fmt: skip
GRADER = {"name": "g", "title": "", "required": True, "figures": [PARTIAL]}

WRONG: dict[str, tuple[Spoil, str]] = {
    "unknown key": (lambda r: r["agents"][0].update(x=1), "unknown field `x` - at `$.agents[0]`"),
    "missing key": (lambda r: r.pop("seed"), "missing required field `seed`"),
    "wrong type": (lambda r: r["trials"][0].update(seed="7"), "got `str` - at `$.trials[0].seed`"),
    "unknown outcome": (lambda r: r["trials"][0].update(outcome="won"), "'won' - at `$.trials[0].outcome`"),
    "other schema": (
        lambda r: r.update(schema="specrun/results/v3"),
        "this specrun reads 'specrun/results/v2'",
    ),
    "no schema": (lambda r: r.pop("schema"), "missing required field `schema`"),
    "unknown agent": (lambda r: r["trials"][0].update(agent="b"), UNLISTED),
    "unknown case": (lambda r: r["trials"][0].update(case="y"), UNLISTED),
    "unknown grader": (
        lambda r: r["trials"][0].update(scores=[{"grader": "g", "status": "passed"}]),
        "has a score of a grader that is not listed",
    ),
    "a trial twice": (lambda r: r["trials"].append(r["trials"][0]), "two trials have the same name"),
    "edited outcome": (lambda r: r["trials"][0].update(outcome="failed"), UNTRUE),
    "edited rate": (lambda r: r["summaries"][0]["pass_rate"].update(passed=0), UNTRUE),
    "part of nothing": (
        lambda r: r.update(graders=[GRADER]),
        "has a figure out of one that it does not have",
    ),
}


@pytest.mark.parametrize("spoil", WRONG)
def test_wrong_results_are_refused_in_one_line(example: Results, spoil: str) -> None:
    change, message = WRONG[spoil]
    data = json.loads(encode(example))
    change(data)
    with pytest.raises(ResultsError) as caught:
        decode(json.dumps(data).encode())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1, column 1: not JSON"),
        (b'{\n  "schema": }', "line 2, column 13: not JSON"),
        (b'{"schema": "\xff"}', "not UTF-8"),
        (b'{"schema": "specrun/results/v2", "x": ' + b"[" * 100_000, "nested too deeply"),
        (b"[]", "Expected `object`"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(ResultsError, match=message):
        decode(data)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:0aschem\n\\').map(str.encode))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    with pytest.raises(ResultsError):
        decode(data)


@pytest.mark.parametrize("score", [
    Score(grader="g", status="passed", value=float("nan")),
    Score(grader="g", status="passed", figures={"f": float("inf")}),
    Score(grader="g", status="passed", evidence=("\ud800",)),
])  # fmt: skip
def test_what_json_cannot_hold_is_not_written(example: Results, score: Score) -> None:
    trial = msgspec.structs.replace(example.trials[0], scores=(score,))
    with pytest.raises(ResultsError, match="what JSON cannot"):
        encode(msgspec.structs.replace(example, trials=(trial,)))
