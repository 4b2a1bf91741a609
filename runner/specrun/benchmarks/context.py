"""`context`: what does a file-backed context buy, against honest alternatives?

A case is an arm of a fixture, an agent is a scripted policy that the fixture declares. Nothing runs in a
workspace: output is generated, stored and searched by specrun itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from specrun.agents.base import AgentSpec, OpenLine
from specrun.agents.record import AgentRun
from specrun.benchmarks.base import Case, DataPath, Place, Roster, Surroundings
from specrun.benchmarks.used_graders import used_graders
from specrun.context.checks import applies
from specrun.events.payloads import ContextDecision, RunStart, ToolCall
from specrun.graders.in_context import InContext
from specrun.plan.trial import RECORD_FORMAT
from specrun.results.model import Claim
from specrun.spec.digest import digest
from specrun.spec.models import Context, ContextFixture, Spec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

    from specrun.benchmarks.base import Verdict, Watch
    from specrun.benchmarks.fixture_bench import FixtureBench
    from specrun.context.inline import Decision
    from specrun.context.replay import Replayed
    from specrun.spec.library import Resolved
    from specrun.spec.models.context_fixture import Check
    from specrun.spec.problems import Problem

    Broken = Callable[[], Awaitable[str | None]]
    """Gives why a fixture is broken, found out once for all its arms."""


class PolicyAgent(Spec, kw_only=True, frozen=True):
    """A policy, as an agent that reports can name."""

    type: Literal["policy"] = "policy"
    version: str = "1"


class ContextCase(Case, frozen=True, kw_only=True):
    """One arm of a fixture."""

    fixture: ContextFixture
    arm: str
    resolved: Resolved


class ContextKind:
    """The benchmark kind `context`."""

    graded = InContext

    def check(self, resolved: Resolved) -> list[Problem]:
        """What is wrong with the fixtures, and checks that no grader makes."""
        problems = [problem for part in resolved.parts["fixtures"] for problem in fixture_problems(part)]
        selected = {use.grader.name for use in used_graders(_model(resolved), self.graded)}
        for part in resolved.parts["fixtures"]:
            problems += [
                part.origin(place).problem(f"no selected grader reads it: add {grader} to the graders")
                for place, grader in _read_by(cast("ContextFixture", part.model))
                if grader not in selected
            ]
        return problems

    def check_data(self, data: dict[str, Any]) -> list[tuple[DataPath, str]]:
        """Nothing: all that needs only the data is the same for every kind."""
        del data
        return []

    def online(self, resolved: Resolved) -> DataPath | None:
        """Nothing of it reaches the network."""
        del resolved
        return None

    def cases(self, resolved: Resolved) -> tuple[ContextCase, ...]:
        """Every arm of every fixture, the baseline first."""
        return tuple(case for part in resolved.parts["fixtures"] for case in _cases(part))

    def roster(self, resolved: Resolved, surroundings: Surroundings) -> Roster:
        """The policies of all fixtures, each once, in the order in which they first appear."""
        agents: dict[str, AgentSpec] = {}
        for part in resolved.parts["fixtures"]:
            for name, policy in cast("ContextFixture", part.model).policies.items():
                if name not in agents:
                    model = PolicyAgent(specrun=1, kind="agent", id=name, title=policy.title)
                    agents[name] = AgentSpec(
                        model=model,
                        folder=part.path.parent,
                        digest="",
                        files={},
                        cache=surroundings.cache,
                        offline=surroundings.offline,
                    )
        return Roster(listed=tuple(agents), agents=agents)

    async def places(
        self, resolved: Resolved, cases: Sequence[Case], surroundings: Surroundings
    ) -> list[Place]:
        """A place for each arm; those of one fixture share a bench."""
        from specrun.benchmarks.fixture_bench import FixtureBench, Shelf  # slow, and checking does without
        from specrun.benchmarks.once import once

        del surroundings
        model = _model(resolved)
        shelf = Shelf()
        graders = used_graders(model, self.graded)
        benches: dict[str, tuple[FixtureBench, Broken]] = {}
        places: list[Place] = []
        for case in cases:
            assert isinstance(case, ContextCase)
            if case.fixture.id not in benches:
                bench = FixtureBench(case.resolved, shelf, graders, model.limits.calls)
                benches[case.fixture.id] = bench, once(bench.broken)
            places.append(ContextPlace(case, *benches[case.fixture.id], model.limits.calls))
        return places

    def fetch(self, resolved: Resolved, case: Case, cache: Path) -> None:
        """Nothing has to be brought."""
        del resolved, case, cache


class ContextPlace:
    """One arm of one fixture."""

    unavailable: str | None = None
    start = RunStart()

    def __init__(self, case: ContextCase, bench: FixtureBench, broken: Broken, most_calls: int) -> None:
        self.case = case
        self._bench = bench
        self._broken = broken
        self._most_calls = most_calls
        fixture, arm = case.fixture, case.fixture.arms[case.arm]
        labels = [artifact.label for artifact in fixture.artifacts]
        title = fixture.title if None in labels else ""
        source = [fixture.id, title, fixture.prompt, fixture.payloads, fixture.artifacts, fixture.store]
        self.sources = digest(source)
        self.components = {
            "format": str(RECORD_FORMAT),
            "source": self.sources,
            "arm": digest([case.arm, arm, _prompt_checks(case), fixture.expect if arm.probe else None]),
            "limits": str(most_calls),
        }
        self.grading: dict[str, object] = {
            "expect": fixture.expect,
            "checks": fixture.checks,
            "arm": case.arm,
        }

    @property
    def validity(self) -> str:
        """All arms of a fixture are valid or broken together."""
        return self._bench.validity

    def agents(self, roster: Roster) -> list[str]:
        """The policies that the fixture declares."""
        return [name for name in roster.listed if name in self.case.fixture.policies]

    def agent_components(self, agent: AgentSpec) -> dict[str, str]:
        """The policy as this fixture declares it."""
        policy = self.case.fixture.policies[agent.model.id]
        return {"agent": digest(msgspec.structs.replace(policy, title=""))}

    async def work(self, agent: AgentSpec, watch: Watch, open_line: OpenLine | None) -> AgentRun:
        """Let the policy act."""
        del open_line
        name = agent.model.id
        replayed = await self._bench.replay(self.case.arm, self.case.fixture.policies[name])
        for event in _events(self.case, replayed):
            watch.event(event)
        trace = msgspec.structs.replace(replayed.trace, policy=name)
        if replayed.stopped:
            reason = f"it needs more calls than the limit, which is {self._most_calls}"
            return AgentRun(status="budget_exceeded", reason=reason, context=trace)
        return AgentRun(context=trace)

    def graded(self, run: AgentRun, watch: Watch) -> InContext:
        """The trace, with the fixture."""
        del watch
        assert run.context is not None
        return InContext(
            run=run,
            fixture=self.case.fixture,
            arm=self.case.arm,
            policy=run.context.policy,
            trace=run.context,
        )

    async def broken(self, probe: Callable[[str], Awaitable[Verdict]]) -> str | None:
        """Whether the fixture can tell right from wrong."""
        del probe
        return await self._broken()

    async def install(self, agent: AgentSpec) -> None:
        """Nothing has to be installed."""
        del agent


def fixture_problems(resolved: Resolved) -> list[Problem]:
    """What is wrong with a fixture beyond its schema."""
    from specrun.benchmarks.fixture_checks import fixture_faults

    faults = fixture_faults(cast("ContextFixture", resolved.model))
    return [resolved.origin(place).problem(message) for place, message in faults]


def _cases(resolved: Resolved) -> Iterator[ContextCase]:
    fixture = cast("ContextFixture", resolved.model)
    baseline = f"{fixture.id}@{fixture.baseline}"
    for arm in sorted(fixture.arms, key=lambda name: name != fixture.baseline):
        yield ContextCase(
            id=f"{fixture.id}@{arm}",
            title=fixture.title,
            tags=fixture.tags,
            facets={"fixture": fixture.id, "arm": arm},
            baseline=None if arm == fixture.baseline else baseline,
            claims=tuple(
                Claim(name=claim.name, value=claim.value, source=claim.source)
                for claim in (fixture.claims if arm == fixture.baseline else ())
            ),
            fixture=fixture,
            arm=arm,
            resolved=resolved,
        )


def _prompt_checks(case: ContextCase) -> list[Check]:
    """The checks that are made of what stands in the prompt, and recorded; others are the grader's."""
    checks = (check for check in case.fixture.checks if applies(check, case.arm))
    return [check for check in checks if check.has is not None or check.lacks is not None]


def _read_by(fixture: ContextFixture) -> Iterator[tuple[DataPath, str]]:
    """What a fixture declares, with the grader that reads it."""
    yield ("expect",), "context-answer"
    if fixture.expect.evidence:
        yield ("expect", "evidence"), "context-evidence"
    if fixture.checks:
        yield ("checks",), "context-checks"
    for name, mutant in fixture.mutants.items():
        for number, grader in enumerate(mutant.must_fail):
            yield ("mutants", name, "must_fail", number), grader


def _events(case: ContextCase, replayed: Replayed) -> Iterator[ContextDecision | ToolCall]:
    impacts = {probe.segment: float(probe.impact) for probe in replayed.trace.probes}
    algorithm = case.fixture.arms[case.arm].context
    kinds: dict[str, str] = {artifact.id: artifact.kind for artifact in case.fixture.artifacts}
    for decision in replayed.decisions:
        yield _decision(decision, algorithm, kinds, impacts.get(decision.segment.id))
    for use, args in zip(replayed.trace.uses, replayed.args, strict=True):
        yield ToolCall(
            tool=use.tool,
            tool_args_hash=digest(args),
            exit_kind="user_error" if use.refused is not None else "ok",
        )


def _decision(
    decision: Decision, algorithm: str, kinds: dict[str, str], impact: float | None
) -> ContextDecision:
    segment = decision.segment
    return ContextDecision(
        segment_id=segment.id,
        kept=decision.kept,
        segment_kb=segment.bytes / 1000,
        segment_type=kinds[segment.source.name],
        impact_probe_ev=impact,
        pruning_algorithm=algorithm,
        confidence_score=decision.confidence,
    )


def _model(resolved: Resolved) -> Context:
    return cast("Context", resolved.model)
