"""What a run tells whoever watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from specrun.results.model import Outcome

State = Literal["working", "grading"]


class Progress(Protocol):
    """Watches a run. Calls come from one thread."""

    def begin(self, total: int) -> None:
        """So many trials will be finished."""

    def state(self, trial: str, state: State) -> None:
        """A trial does something new."""

    def idle(self, trial: str) -> None:
        """A trial rests: preflight is done with it, and it is finished, or not, later."""

    def finish(self, trial: str, outcome: Outcome, *, reused: bool) -> None:
        """A trial is finished. `reused`: nothing was run for it."""
