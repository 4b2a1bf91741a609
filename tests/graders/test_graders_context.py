"""The graders of context benchmarks: what they say of traces that are written down here."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from specrun.agents.record import AgentRun
from specrun.context.trace import Probe, ToolUse, Trace
from specrun.graders import context_answer, context_checks, context_cost, context_evidence
from specrun.graders.base import NoOptions
from specrun.graders.in_context import InContext
from specrun.results.model import Score
from specrun.spec.models.context_fixture import ContextFixture

FIXTURE = {
    "specrun": 1,
    "kind": "context-fixture",
    "id": "it",
    "prompt": "?",
    "payloads": {"it": {"literal": "x"}},
    "artifacts": [{"id": "out", "kind": "tool_output", "payload": "it"}],
    "arms": {"full": {"context": "full"}},
    "baseline": "full",
    "policies": {"p": {"answer": {"text": "x"}}},
    "expect": {"answer": "x"},
    "mutants": {"m": {"of": "p", "arm": "full", "answer": {"text": "y"}}},
}
GREP = ToolUse(tool="grep", artifact="out", call_tokens=3, page_tokens=5, lines=((4, 4),))
READ = ToolUse(tool="read", artifact="out", call_tokens=2, page_tokens=90, lines=((1, 3),))
REFUSED = ToolUse(tool="read", artifact="theirs", call_tokens=2, page_tokens=4, refused="[error: no]")


def graded(grader, *, fixture: dict | None = None, arm="full", policy="p", **trace) -> Score:
    spec = msgspec.convert({**FIXTURE, **(fixture or {})}, ContextFixture)
    plain = {
        "answer": "",
        "prompt_characters": 1,
        "before_characters": 0,
        "context_characters": 0,
        "artifact_bytes": 0,
        "artifact_lines": 0,
    }
    subject = InContext(
        run=AgentRun(), fixture=spec, arm=arm, policy=policy, trace=Trace(**{**plain, **trace})
    )
    return asyncio.run(grader.GRADER.grade(subject, NoOptions()))


@pytest.mark.parametrize(
    ("expect", "answer", "right"),
    [
        ({"answer": "a b"}, " a b\n", True),
        ({"answer": "a b"}, "a  b", False),
        ({"answer": "a"}, "a\nb", False),
        ({"answer": "a"}, "", False),
        ({"lines": ["a", "b"]}, "b \n a", True),
        ({"lines": ["a", "b"]}, "a", False),
        ({"lines": ["a", "b"]}, "a\nb\nb", False),
        ({"lines": ["a", "b"]}, "a\nb\nc", False),
        ({"contains": ["a", "b"]}, "xbxax", True),
        ({"contains": ["a", "b"]}, "xax", False),
    ],
)
def test_the_answer_is_what_is_said(expect, answer, right):
    score = graded(context_answer, fixture={"expect": expect}, answer=answer)
    assert score.status == ("passed" if right else "failed")
    assert score.evidence == ((f"it says {answer.strip()!r}",) if answer else ("it says nothing",))


def test_a_long_answer_is_cut_in_the_evidence():
    (said,) = graded(context_answer, answer="y" * 10_000).evidence
    assert len(said) <= 300


@pytest.mark.parametrize(
    ("trace", "status", "seen", "fetched"),
    [
        ({}, "failed", 0, 0),
        ({"in_view": {"out": ((1, 4),)}}, "passed", 2, 0),
        ({"uses": (GREP,)}, "failed", 1, 1),
        ({"uses": (GREP,), "in_view": {"out": ((1, 2),)}}, "passed", 2, 1),
        ({"uses": (GREP, READ)}, "passed", 2, 2),
        ({"uses": (GREP,), "in_view": {"theirs": ((1, 9),)}}, "failed", 1, 1),
    ],
)
def test_evidence_is_seen_in_the_prompt_or_fetched(trace, status, seen, fetched):
    expect = {"answer": "x", "evidence": {"out": [4, 2, 4]}}
    score = graded(context_evidence, fixture={"expect": expect}, **trace)
    assert (score.status, score.figures) == (status, {"seen": seen, "fetched": fetched, "wanted": 2})
    if seen == 1:
        assert score.evidence == ("not seen: out line 2",)


def test_what_does_not_apply_is_not_passed():
    assert graded(context_evidence).status == "not_applicable"
    checks = [{"id": "a", "has": "x", "policies": ["q"]}, {"id": "b", "has": "x", "arms": ["other"]}]
    assert graded(context_checks, fixture={"checks": checks}).status == "not_applicable"


@pytest.mark.parametrize(
    ("check", "trace", "wrong"),
    [
        ({"has": "x"}, {}, None),
        ({"has": "x"}, {"failed_checks": ("it",)}, "'x' does not stand in the prompt"),
        ({"lacks": "x"}, {"failed_checks": ("it",)}, "'x' stands in the prompt"),
        ({"lacks": "x"}, {"failed_checks": ("other",)}, None),
        ({"fetched": {"out": [4]}}, {"uses": (GREP,)}, None),
        ({"fetched": {"out": [4]}}, {"in_view": {"out": ((4, 4),)}}, "not fetched: out line 4"),
        ({"figure": "greps", "equals": 1}, {"uses": (GREP,)}, None),
        ({"figure": "greps", "equals": 2}, {"uses": (GREP,)}, "greps is 1, not 2"),
        ({"figure": "call_tokens", "max": 2}, {"uses": (GREP,)}, "call_tokens is 3, not at most 2"),
        ({"figure": "call_tokens", "min": 3}, {"uses": (GREP,)}, None),
        ({"figure": "call_tokens", "min": 4}, {"uses": (GREP,)}, "call_tokens is 3, not at least 4"),
        ({"skips": ["hysteresis"]}, {}, "no compaction was skipped"),
        ({"skips": ["hysteresis"]}, {"skips": ("hysteresis", "hysteresis")}, None),
        (
            {"skips": ["hysteresis"]},
            {"skips": ("hysteresis", "prune_sufficient")},
            "compactions were skipped for prune_sufficient",
        ),
    ],
)
def test_each_check(check, trace, wrong):
    score = graded(context_checks, fixture={"checks": [{"id": "it", **check}]}, **trace)
    assert score.status == ("failed" if wrong else "passed")
    assert score.evidence == ((f"it: {wrong}",) if wrong else ())
    assert score.figures == {"held": 0 if wrong else 1, "made": 1}


def test_what_a_trial_costs():
    score = graded(
        context_cost,
        uses=(GREP, READ, REFUSED),
        prompt_characters=10,
        context_characters=29,
        before_characters=9,
        schema_tokens=100,
        kept=2,
        dropped=3,
        probes=tuple(Probe(segment=str(impact), kept=True, impact=impact) for impact in (1, 0, -1)),
    )
    assert score.status == "passed"
    assert score.figures == {
        "curing_segments": 1,
        "inline_characters_before": 9,
        "inline_characters_after": 41,
        "inline_tokens_before": 3,
        "inline_tokens_after": 11,
        "inline_tokens_saved": -8,
        "context_tokens": 8,
        "call_tokens": 7,
        "page_tokens": 99,
        "recovery_tokens": 106,
        "schema_tokens": 100,
        "total_tokens": 217,
        "artifact_bytes": 0,
        "artifact_lines": 0,
        "reads": 2,
        "greps": 1,
        "tails": 0,
        "pages": 2,
        "refused_calls": 1,
        "segments_kept": 2,
        "segments_dropped": 3,
        "segments_probed": 3,
        "decisive_segments": 2,
        "compactions": 0,
    }
    assert set(score.figures) | {"total_tokens"} == {each.name for each in context_cost.GRADER.figures}
