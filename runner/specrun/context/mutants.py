"""Mutants: policies that are wrong on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from specrun.spec.models.context_fixture import Mutant, ScriptedPolicy


def mutated(policy: ScriptedPolicy, mutant: Mutant) -> ScriptedPolicy:
    """The policy that a mutant of it is."""
    changes = {"calls": mutant.calls, "answer": mutant.answer}
    given = {key: value for key, value in changes.items() if value is not None}
    return msgspec.structs.replace(policy, **given)
