"""A workspace that writes an event for every command it runs, so that no agent or grader has to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.events.payloads import Step as StepPayload
from specrun.events.payloads import StepType, ToolCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from specrun.events.log import TrialLog
    from specrun.events.model import AnyPayload
    from specrun.events.sinks import Sink
    from specrun.workspaces.base import Change, Command, Enforced, Patch, Step, Workspace


class Journal:
    """A trial's log, with the ids of its steps and the steps themselves. It is the `Watch` of a benchmark."""

    def __init__(self, log: TrialLog, sink: Sink, step_ids: Iterator[str], step_type: StepType) -> None:
        self.log = log
        self.close = sink.close
        self.steps: list[Step] = []
        self._step_ids = step_ids
        self._step_type = step_type

    def step(self, step: Step) -> None:
        """Write a step that has ended."""
        self.steps.append(step)
        payload = StepPayload(
            step_type=self._step_type, name=step.name, ending=step.ending, exit_code=step.exit_code
        )
        self.log.append(payload, step_id=next(self._step_ids))

    def event(self, payload: AnyPayload) -> None:
        """Write something that happened."""
        self.log.append(payload)

    def asked(self, step: StepPayload, calls: Iterable[ToolCall]) -> None:
        """Write that a model was asked, and which tools it called."""
        number = next(self._step_ids)
        self.log.append(step, step_id=number)
        for call in calls:
            self.log.append(call, step_id=number)

    def opened(
        self, name: str, workspace: AbstractAsyncContextManager[Workspace]
    ) -> AbstractAsyncContextManager[Workspace]:
        """The same workspace, with its steps written as they end."""
        del name
        return observe(workspace, self.step)


class Observed:
    """A workspace that tells `ended` about every command that has ended."""

    def __init__(self, workspace: Workspace, ended: Callable[[Step], None]) -> None:
        self._workspace = workspace
        self._ended = ended
        self.project: Path = workspace.project
        self.home: Path = workspace.home
        self.enforced: Enforced = workspace.enforced

    async def run(self, command: Command) -> Step:
        """Run the command, then tell."""
        step = await self._workspace.run(command)
        self._ended(step)
        return step

    def read(self, path: str, limit: int) -> bytes | None:
        """As the workspace does."""
        return self._workspace.read(path, limit)

    def write(self, path: str, content: bytes) -> None:
        """As the workspace does."""
        self._workspace.write(path, content)

    def remove(self, path: str) -> None:
        """As the workspace does."""
        self._workspace.remove(path)

    def apply(self, changes: Iterable[Change]) -> None:
        """As the workspace does."""
        self._workspace.apply(changes)

    def patch(self, ignore: tuple[str, ...] = ()) -> Patch:
        """As the workspace does."""
        return self._workspace.patch(ignore)


@asynccontextmanager
async def observe(
    opened: AbstractAsyncContextManager[Workspace], ended: Callable[[Step], None]
) -> AsyncIterator[Workspace]:
    """Open a workspace that is watched."""
    async with opened as workspace:
        yield Observed(workspace, ended)
