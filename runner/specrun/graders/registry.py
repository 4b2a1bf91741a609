"""Graders by name. Other packages add theirs through the entry point group `specrun.graders`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specrun.graders.base import Grader

BUILT_IN = {
    "detection": "detection",
    "replay": "replay",
    "test-count": "test_count",
    "coverage": "coverage",
    "integrity": "integrity",
    "usage": "usage",
    "patch": "patch",
    "tests": "tests",
    "coverage-gain": "coverage_gain",
    "diff-size": "diff_size",
    "mutation": "mutation",
    "duplication": "duplication",
    "context-answer": "context_answer",
    "context-evidence": "context_evidence",
    "context-checks": "context_checks",
    "context-cost": "context_cost",
}
"""Name to module in this package. A module is imported when its grader is asked for: no spec uses all."""


def find(name: str) -> Grader | None:
    """The grader with this name.

    Other packages are looked at only where no grader of ours has it: that takes longer than checking a spec.
    """
    return _built_in(name) if name in BUILT_IN else graders().get(name)


@cache
def _built_in(name: str) -> Grader:
    grader: Grader = import_module(f"specrun.graders.{BUILT_IN[name]}").GRADER
    return grader


@cache
def graders() -> dict[str, Grader]:
    """All graders by name. Raises ValueError if two have one name."""
    from importlib.metadata import entry_points

    found = {name: _built_in(name) for name in BUILT_IN}
    for entry in entry_points(group="specrun.graders"):
        grader: Grader = entry.load()
        if grader.name in found:
            raise ValueError(f"the grader {grader.name!r} of {entry.value} has a name that is taken")
        found[grader.name] = grader
    return found
