"""What a spec says that cannot work, although each value is right by itself.

A rule looks at the plain data of a spec, so that it can be asked of a spec with other errors too. It passes
over what has the wrong type: the schema says that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.spec.models import (
    CommandAgent,
    Platform,
    Prices,
    Project,
    ScriptAgent,
    ScriptedModel,
    TestRunning,
    TestWriting,
)
from specrun.spec.rules.home import colliding_places
from specrun.spec.rules.installed import agent_folder_without_install
from specrun.spec.rules.limits import idle_past_wall
from specrun.spec.rules.models import unreachable_lines, wrong_answers
from specrun.spec.rules.priced import impossible_days, unpriced_prefixes
from specrun.spec.rules.programs import nameless_programs
from specrun.spec.rules.shells import prompts_for_shells
from specrun.spec.rules.steps import blocked_writes
from specrun.spec.rules.truth import contradictions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from specrun.spec.models import Spec
    from specrun.spec.rules.base import Broken, Rule

RULES: dict[type[Spec], tuple[Rule, ...]] = {
    CommandAgent: (
        nameless_programs,
        prompts_for_shells,
        colliding_places,
        agent_folder_without_install,
    ),
    ScriptAgent: (blocked_writes,),
    ScriptedModel: (unreachable_lines, wrong_answers),
    Prices: (impossible_days, unpriced_prefixes),
    Platform: (nameless_programs,),
    Project: (nameless_programs, contradictions),
    TestRunning: (idle_past_wall,),
    TestWriting: (idle_past_wall,),
}
"""The rules of each model."""


def broken(model: type[Spec], data: dict[str, Any]) -> Iterator[Broken]:
    """Every way in which the data breaks a rule of its model."""
    for rule in RULES.get(model, ()):
        yield from rule(data)
