"""Hand-written results of context benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from specrun.results.model import (
    Agent,
    Benchmark,
    Case,
    Claim,
    Figure,
    Grader,
    Number,
    Outcome,
    Results,
    Score,
    Trial,
)
from specrun.results.summary import summarise

SAYS = "TOKEN=roder"
TOOLS = 456
"""Tokens of the definitions of the tools."""
QUESTION = 35

COSTS = (
    "total_tokens", "inline_characters_before", "inline_characters_after", "inline_tokens_before",
    "inline_tokens_after", "inline_tokens_saved", "context_tokens", "recovery_tokens", "schema_tokens",
    "artifact_bytes", "artifact_lines", "reads", "greps", "tails", "pages", "segments_kept",
    "segments_dropped", "segments_probed", "decisive_segments", "curing_segments", "compactions",
)  # fmt: skip


def _figure(name: str, out_of: str | None = None) -> Figure:
    unit = "estimated tokens" if name.endswith("tokens") else "things"
    return Figure(
        name=name, title=name.replace("_", " "), unit=unit, direction="none", combine="sum", out_of=out_of,
        headline=name == "total_tokens",
    )  # fmt: skip


GRADERS = (
    Grader(name="context-answer", title="The answer is right", required=True),
    Grader(
        name="context-evidence", title="The lines that it takes were seen", required=False,
        figures=(_figure("seen", "wanted"), _figure("fetched", "wanted"), _figure("wanted")),
    ),
    Grader(
        name="context-checks", title="The fixture's own checks hold", required=False,
        figures=(_figure("held", "made"), _figure("made")),
    ),
    Grader(
        name="context-cost", title="What it costs", required=False,
        figures=tuple(_figure(name) for name in COSTS),
    ),
)  # fmt: skip


class Did(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy did in an arm. Tokens are estimates."""

    right: bool
    context: int = 3853
    before: int = 45591
    recovery: int = 0
    tools: bool = False
    reads: int = 0
    greps: int = 0
    tails: int = 0
    seen: bool | None = None
    """As the answer unless given."""
    kept: int = 0
    dropped: int = 0
    probed: int = 0
    decisive: int = 0
    curing: int | None = 0
    """None: whoever measured it did not know of this figure."""
    broken_checks: Sequence[str] | None = None
    """None: no check applies."""
    says: str = SAYS
    outcome: Outcome | None = None
    """As the answer unless given."""


class Ended(msgspec.Struct, frozen=True):
    """A trial that was not judged."""

    outcome: Outcome
    reason: str | None = None


Row = Mapping[str, Did | Ended | Sequence[Did | Ended]]
"""By policy; several are repetitions."""
Plan = Mapping[str, Mapping[str, Row]]
"""By fixture and arm."""


def scores(did: Did) -> tuple[Score, ...]:
    """Make the scores of a trial."""
    seen = did.right if did.seen is None else did.seen
    fetched = int(seen and did.tools)
    says = f"it says {did.says!r}" if did.right else "it says nothing"
    checks = did.broken_checks
    checked = Score(grader="context-checks", status="not_applicable", evidence=("no check applies",))
    if checks is not None:
        figures: dict[str, Number] = {"held": 2 - len(checks), "made": 2}
        status = "failed" if checks else "passed"
        checked = Score(grader="context-checks", status=status, figures=figures, evidence=tuple(checks))
    return (
        Score(grader="context-answer", status="passed" if did.right else "failed", evidence=(says,)),
        Score(
            grader="context-evidence", status="passed" if seen else "failed",
            figures={"seen": int(seen), "fetched": fetched, "wanted": 1},
            evidence=() if seen else ("not seen: out line 1937",),
        ),
        checked,
        Score(grader="context-cost", status="passed", figures=costs(did)),
    )  # fmt: skip


def costs(did: Did) -> dict[str, Number]:
    """Make the figures of a trial."""
    schemas, inline = TOOLS if did.tools else 0, QUESTION + did.context
    return {
        "total_tokens": inline + did.recovery + schemas,
        "inline_characters_before": 4 * did.before, "inline_characters_after": 4 * inline,
        "inline_tokens_before": did.before, "inline_tokens_after": inline,
        "inline_tokens_saved": did.before - inline, "context_tokens": did.context,
        "recovery_tokens": did.recovery, "schema_tokens": schemas, "artifact_bytes": 4 * did.before,
        "artifact_lines": 2400, "reads": did.reads, "greps": did.greps, "tails": did.tails,
        "pages": did.reads + did.greps + did.tails, "segments_kept": did.kept,
        "segments_dropped": did.dropped, "segments_probed": did.probed,
        "decisive_segments": did.decisive, "compactions": 0,
        **({} if did.curing is None else {"curing_segments": did.curing}),
    }  # fmt: skip


def context_results(
    plan: Plan, baseline: str = "capped", claims: Mapping[str, Sequence[Claim]] = {}, title: str = "Context"
) -> Results:
    """Make results from what each policy did in each arm of each fixture."""
    cases, trials = [], []
    for fixture, arms in plan.items():
        for arm, row in arms.items():
            case = Case(
                id=f"{fixture}@{arm}", title=f"Find it in {fixture}", facets={"fixture": fixture, "arm": arm},
                baseline=None if arm == baseline else f"{fixture}@{baseline}",
                claims=tuple(claims.get(fixture, ())) if arm == baseline else (),
            )  # fmt: skip
            cases.append(case)
            for policy, done in row.items():
                several = done if isinstance(done, Sequence) else [done]
                for repetition, one in enumerate(several, start=1):
                    trials.append(_trial(policy, case.id, repetition, one))
    policies = dict.fromkeys(trial.agent for trial in trials)
    agents = tuple(Agent(id=name, title=f"It does {name}", type="policy", version="1") for name in policies)
    return Results(
        specrun="0.1.0",
        benchmark=Benchmark(
            id="context", kind="context", title=title, spec="specs/c.yaml", digest="5eed" * 16
        ),
        seed=0,
        repeats=max((trial.repetition for trial in trials), default=1),
        graders=GRADERS,
        agents=agents,
        cases=tuple(cases),
        trials=tuple(trials),
        summaries=summarise(agents, cases, GRADERS, trials),
    )


def _trial(policy: str, case: str, repetition: int, done: Did | Ended) -> Trial:
    judged = isinstance(done, Did)
    return Trial(
        agent=policy,
        case=case,
        repetition=repetition,
        seed=7,
        outcome=done.outcome or ("passed" if judged and done.right else "failed"),
        reason=None if judged else done.reason,
        scores=scores(done) if judged else (),
    )


def everybody(did: Did, *policies: str) -> dict[str, Did]:
    """Let all policies do the same, as where there are no tools."""
    return dict.fromkeys(policies or ("grep", "read", "tail", "guess"), did)


CURED = {"decisive": 1, "curing": 1}


def tools(context: int, before: int, read: int, grep: int, tail: int, **more: int) -> dict[str, Did]:
    """Make a row in which only the end of the output does not show what is looked for."""

    def did(*, right: bool, recovery: int, **calls: int) -> Did:
        return Did(
            right=right, context=context, before=before, tools=True, recovery=recovery, **{**more, **calls}
        )

    return {
        "grep": did(right=True, recovery=grep, greps=1),
        "read": did(right=True, recovery=read, reads=10),
        "tail": did(right=False, recovery=tail, tails=1, **(CURED if more.get("probed") else {})),
        "guess": did(right=True, recovery=grep + 29, greps=2),
    }


def typical() -> Results:
    """Two fixtures with the sizes of the benchmark that this one answers."""
    full = {"before": 45591, "read": 41821, "grep": 35, "tail": 4184}
    short = {"before": 26061, "read": 24688, "grep": 41, "tail": 6183}
    plan: Plan = {
        "long-output": {
            "capped": everybody(Did(right=False, broken_checks=())),
            "full": everybody(Did(right=True, context=45591)),
            "reference": tools(77, **full),
            "excerpt": tools(1620, **full),
            "recent": tools(3877, **full, kept=2, dropped=22, probed=24),
        },
        "history": {
            "capped": everybody(Did(right=False, context=5000, before=26061, broken_checks=())),
            "full": everybody(Did(right=True, context=26061, before=26061)),
            "reference": tools(78, **short),
            "excerpt": tools(1622, **short),
        },
    }
    claims = {"long-output": [Claim(name="tokens saved", value=45479, source="others, in their report")]}
    return context_results(plan, claims=claims)


def partial() -> Results:
    """Five fixtures, of which one was not run to its end, one lacks a policy, and some lose an answer."""
    found, lost = Did(right=True, context=900), Did(right=False, context=400)
    wrong_check = Did(right=True, context=900, broken_checks=["two-pages: pages is 3, not 2"])
    fetched = Did(right=True, context=80, tools=True, recovery=40, greps=1)
    plan: Plan = {
        "both": {"capped": everybody(found, "grep", "tail"), "small": {"grep": wrong_check, "tail": lost}},
        "one": {"capped": {"tail": lost}, "small": {"tail": lost}},
        "stopped": {
            "capped": {"grep": Ended("cancelled"), "tail": found},
            "small": {"grep": fetched, "tail": Ended("unavailable", "no such tool")},
        },
        "again": {
            "capped": {"grep": [found, lost], "tail": [lost, lost]},
            "small": {"grep": [found, found], "tail": [lost, Ended("budget_exceeded", "50 calls")]},
        },
        "odd": {
            "capped": {"grep": Did(right=True, seen=False), "tail": Did(right=False, seen=True)},
            "small": everybody(Ended("infra_error", "the disk is full"), "grep", "tail"),
            "few-calls": {"tail": Did(right=False, seen=True, outcome="budget_exceeded")},
        },
    }
    return context_results(plan)


def nothing() -> Results:
    """Everything is unavailable."""
    gone = everybody(Ended("unavailable", "not here"), "grep")
    return context_results({"only": {"capped": gone, "full": gone}})


def hostile(names: Sequence[str]) -> Results:
    """Make results in which every name, title, answer and claim is one of `names`."""
    plan = {
        name: {arm: everybody(Did(right=True, says=name, broken_checks=[name]), *names[:3]) for arm in names}
        for name in names[:3]
    }
    claims = {name: [Claim(name=name, value=1, source=name)] for name in names[:3]}
    return context_results(plan, baseline=names[1], claims=claims, title=names[0])
