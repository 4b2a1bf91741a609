"""A trial of a context benchmark: what its graders look at."""

from __future__ import annotations

from specrun.context.trace import Trace
from specrun.graders.base import Graded
from specrun.spec.models.context_fixture import ContextFixture


class InContext(Graded, frozen=True, kw_only=True):
    """One policy in one arm of a fixture."""

    fixture: ContextFixture
    arm: str
    policy: str
    trace: Trace
