"""One trial: a policy in an arm of a fixture, and the same again with single segments the other way round."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from specrun.artifacts.tools import definitions
from specrun.context.arms import STRATEGIES
from specrun.context.arms.base import compose
from specrun.context.checks import failed_checks
from specrun.context.expectation import is_right
from specrun.context.policy import act
from specrun.context.trace import Probe, Trace, merged
from specrun.measure.tokens import estimate
from specrun.spec.digest import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.artifacts.page import Argument
    from specrun.context.arms.base import Decided, Strategy
    from specrun.context.inline import Decision, Inline, Part
    from specrun.context.material import Material
    from specrun.context.policy import Acted
    from specrun.spec.models.context_fixture import Arm, ScriptedPolicy


@cache
def _schema_tokens() -> int:
    """What the definitions of the tools take, in every request."""
    return estimate(len(canonical_json(definitions())))


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A trial, with what its log says."""

    trace: Trace
    decisions: tuple[Decision, ...]
    args: tuple[dict[str, Argument], ...]
    """Of each call."""
    stopped: bool
    """Whether the limit of calls ended it."""


class Replayer:
    """Runs policies in one arm of a fixture. What stands in the prompt is the same for all of them."""

    def __init__(self, material: Material, name: str, most_calls: int) -> None:
        """Compose the context. Raises ValueError where the arm cannot work on such output."""
        self._material = material
        self._name = name
        self._arm: Arm = material.fixture.arms[name]
        self._most_calls = most_calls
        self._strategy: Strategy = STRATEGIES[self._arm.context]
        self._decided: Decided = self._strategy.decide(material, self._arm)
        self._parts: dict[str, Part] = {}
        self.inline: Inline = compose(self._strategy, material, self._decided, self._parts)

    def replay(self, policy: ScriptedPolicy) -> Replayed:
        """Let a policy act."""
        acted = act(policy, self.inline, self._material, self._most_calls)
        return Replayed(
            trace=self._trace(acted),
            decisions=self._decided.decisions,
            args=acted.args,
            stopped=acted.stopped,
        )

    def probes(self, policy: ScriptedPolicy, replayed: Replayed) -> Iterator[Probe]:
        """Probe as many segments as the arm says, one by one; `replayed` is the trial as it was."""
        score = self._score(replayed.trace.answer, stopped=replayed.stopped)
        for number in range(len(self._decided.decisions[: self._arm.probe])):
            yield self._probe(policy, number, score)

    def _probe(self, policy: ScriptedPolicy, number: int, score: bool) -> Probe:
        """Shadow replay: the same trial with one segment the other way round."""
        decisions = list(self._decided.decisions)
        decision = decisions[number]
        decisions[number] = msgspec.structs.replace(decision, kept=not decision.kept)
        other = msgspec.structs.replace(self._decided, decisions=tuple(decisions))
        inline = compose(self._strategy, self._material, other, self._parts)
        acted = act(policy, inline, self._material, self._most_calls)
        shadow = self._score(acted.answer, stopped=acted.stopped)
        impact = int(score) - int(shadow) if decision.kept else int(shadow) - int(score)
        return Probe(segment=decision.segment.id, kept=decision.kept, impact=impact)

    def _score(self, answer: str, *, stopped: bool) -> bool:
        """Whether a trial is right. One that the limit of calls ended is not, whatever it says."""
        return not stopped and is_right(self._material.fixture.expect, answer)

    def _trace(self, acted: Acted) -> Trace:
        material, inline = self._material, self.inline
        contents = [source.content for source in material.sources]
        kept = sum(decision.kept for decision in inline.decisions)
        in_view = {
            name: merged(lines for part in inline.parts if part.artifact == name for lines in part.lines)
            for name in dict.fromkeys(part.artifact for part in inline.parts if part.lines)
            if name is not None
        }
        return Trace(
            answer=acted.answer,
            prompt_characters=len(material.fixture.prompt),
            before_characters=sum(source.characters for source in material.inlined),
            context_characters=inline.characters,
            artifact_bytes=sum(content.size for content in contents),
            artifact_lines=sum(content.lines for content in contents),
            in_view=in_view,
            uses=acted.uses,
            schema_tokens=_schema_tokens() if inline.tools else 0,
            kept=kept,
            dropped=len(inline.decisions) - kept,
            compactions=inline.compactions,
            skips=inline.skips,
            failed_checks=tuple(failed_checks(material.fixture, self._name, inline)),
        )
