"""Telling those who watch a trial of a replay that was made before, and counts for this trial too."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.workspaces.base import Command, Patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractAsyncContextManager

    from specrun.graders.replaying import Replay
    from specrun.spec.models.common import StepLimits
    from specrun.workspaces.base import Change, Step, Workspace

    Watched = Callable[[AbstractAsyncContextManager[Workspace]], AbstractAsyncContextManager[Workspace]]
    """Gives the same workspace, with every command that it runs written down."""


async def retell(replay: Replay, watched: Watched, limits: StepLimits) -> None:
    """Let the steps of a replay be written down as if they ran now; `limits` are those they ran under."""
    async with watched(nullcontext(_Past(replay))) as workspace:
        for step in replay.steps:
            await workspace.run(Command(name=step.name, argv=(), limits=limits))


class _Past:
    """The workspace of a replay that is over: its commands have ended already, and it is empty."""

    def __init__(self, replay: Replay) -> None:
        self.project = self.home = Path()
        self.enforced = replay.enforced
        self._steps = iter(replay.steps)

    async def run(self, command: Command) -> Step:
        """The next step, which ran before."""
        del command
        return next(self._steps)

    def read(self, path: str, limit: int) -> bytes | None:
        """Nothing is there."""
        del path, limit
        return None

    def write(self, path: str, content: bytes) -> None:
        """It is too late."""

    def remove(self, path: str) -> None:
        """Nothing is there."""

    def apply(self, changes: Iterable[Change]) -> None:
        """It is too late."""

    def patch(self, ignore: tuple[str, ...] = ()) -> Patch:
        """Nothing changes any more."""
        del ignore
        return Patch()
