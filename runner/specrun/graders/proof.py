"""What the known answer shows of a case's canaries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from specrun.measure.canary import Canary
    from specrun.measure.reports import TestRun
    from specrun.workspaces.base import Patch


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """A canary that the known answer notices. `after` is its test report then; None if it leaves none."""

    canary: Canary
    after: TestRun | None
    dark: frozenset[int] = frozenset()
    """Lines of the broken file that run with the known answer only while it is not broken; for the first."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the known answer shows: its tests, what its commands change, and canaries that they notice."""

    tests: TestRun | None
    changed: Patch
    canaries: tuple[Proven, ...]


Prove = Callable[[int], Awaitable[Proof]]
"""Gives the proof with so many canaries."""
