"""What a run tells whoever watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from specrun.results.model import Outcome

State = Literal["working", "grading"]


class Progress(Protocol):
    """Watches a run. Calls come from one thread."""

    def begin(self, trials: int, cases: int) -> None:
        """So many cases will be checked, then so many trials finished."""

    def checked(self, case: str) -> None:
        """Preflight is done with a case."""

    def state(self, trial: str, state: State) -> None:
        """A trial does something new."""

    def idle(self, trial: str) -> None:
        """A trial rests: preflight is done with it, and it is finished, or not, later."""

    def finish(self, trial: str, outcome: Outcome, *, reused: bool) -> None:
        """A trial is finished. `reused`: nothing was run for it."""

    def note(self, text: str) -> None:
        """Something that takes long is being done, or is worth knowing."""
