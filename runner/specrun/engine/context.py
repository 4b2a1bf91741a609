"""What every trial of a run shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.engine.prepare import Prepared
from specrun.engine.settings import Settings
from specrun.engine.store import Store

if TYPE_CHECKING:
    from specrun.engine.lines import Lines


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One run: its benchmark, its settings, and where its records are."""

    run_id: str
    prepared: Prepared
    settings: Settings
    store: Store
    lines: Lines | None
    """The ways to models; None where no agent talks to one."""
    required: frozenset[str]
    """The graders that a trial must pass."""
