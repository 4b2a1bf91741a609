"""Graders by name. Other packages add theirs through the entry point group `specrun.graders`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from specrun.graders import (
    context_answer,
    context_checks,
    context_cost,
    context_evidence,
    coverage,
    coverage_gain,
    detection,
    diff_size,
    duplication,
    integrity,
    mutation,
    patch,
    replay,
    test_count,
    tests,
    usage,
)

if TYPE_CHECKING:
    from specrun.graders.base import Grader

BUILT_IN: tuple[Grader, ...] = (
    detection.GRADER,
    replay.GRADER,
    test_count.GRADER,
    coverage.GRADER,
    integrity.GRADER,
    usage.GRADER,
    patch.GRADER,
    tests.GRADER,
    coverage_gain.GRADER,
    diff_size.GRADER,
    mutation.GRADER,
    duplication.GRADER,
    context_answer.GRADER,
    context_evidence.GRADER,
    context_checks.GRADER,
    context_cost.GRADER,
)


_BY_NAME = {grader.name: grader for grader in BUILT_IN}


def find(name: str) -> Grader | None:
    """The grader with this name.

    Other packages are looked at only where no grader of ours has it: that takes longer than checking a spec.
    """
    return _BY_NAME.get(name) or graders().get(name)


@cache
def graders() -> dict[str, Grader]:
    """All graders by name. Raises ValueError if two have one name."""
    from importlib.metadata import entry_points

    found = dict(_BY_NAME)
    for entry in entry_points(group="specrun.graders"):
        grader: Grader = entry.load()
        if grader.name in found:
            raise ValueError(f"the grader {grader.name!r} of {entry.value} has a name that is taken")
        found[grader.name] = grader
    return found
