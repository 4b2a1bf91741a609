"""A line of which only a part was shown was not seen, unless the part is what was searched for."""

from __future__ import annotations

import msgspec
import pytest

from specrun.context.material import make
from specrun.context.replay import Replayer
from specrun.spec.models.context_fixture import ContextFixture

FIXTURE = {
    "specrun": 1,
    "kind": "context-fixture",
    "id": "long-line",
    "prompt": "Which key?",
    "payloads": {
        "bundle": {
            "concat": [
                {"literal": "short\n"},
                {"repeat": {"text": "a", "times": 100_000}},
                {"literal": "key=42"},
                {"repeat": {"text": "b", "times": 100_000}},
            ]
        }
    },
    "artifacts": [{"id": "out", "kind": "tool_output", "payload": "bundle"}],
    "arms": {"reference": {"context": "reference"}},
    "baseline": "reference",
    "policies": {"it": {"calls": [], "answer": {"text": "42"}}},
    "expect": {"answer": "42"},
    "mutants": {"wrong": {"of": "it", "arm": "reference", "answer": {"text": "no"}}},
}


@pytest.mark.parametrize(
    ("call", "seen"),
    [
        ({"grep": "out", "query": "key="}, ((2, 2),)),
        ({"grep": "out", "query": "short", "context": 1}, ((1, 1),)),
        ({"read": "out"}, ((1, 1),)),
        ({"read": "out", "start_line": 2}, ()),
        ({"tail": "out", "lines": 1}, ()),
    ],
)
def test_what_counts_as_seen(tmp_path, call, seen):
    data = {**FIXTURE, "policies": {"it": {"calls": [call], "answer": {"text": "42"}}}}
    fixture = msgspec.convert(data, ContextFixture)
    material = make(fixture, tmp_path, tmp_path)
    try:
        trace = Replayer(material, "reference", 10).replay(fixture.policies["it"]).trace
    finally:
        material.close()
    assert trace.fetched("out") == seen
