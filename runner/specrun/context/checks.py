"""The declared checks of what stands in the prompt; those of figures and fetched lines are the grader's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from specrun.context.lines_found import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.context.inline import Inline
    from specrun.spec.models.context_fixture import Check, ContextFixture


def applies(check: Check, arm: str, policy: str | None = None) -> bool:
    """Whether a check is made in this arm, and for this policy."""
    in_arm = not check.arms or arm in check.arms
    return in_arm and (policy is None or not check.policies or policy in check.policies)


def failed_checks(fixture: ContextFixture, arm: str, inline: Inline) -> Iterator[str]:
    """The checks of an arm's prompt that do not hold, whatever the policy."""
    for check in fixture.checks:
        text = check.has or check.lacks
        if text is not None and applies(check, arm) and stands(text, inline) != (check.has is not None):
            yield check.id


def stands(text: str, inline: Inline) -> bool:
    """Whether a text stands in one line of the context."""
    return any(inline.matches(pattern(re.escape(text))))
