"""Live progress: a panel on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from specrun.engine.progress import State
    from specrun.results.model import Outcome

PLAIN_LINES = 20
"""How many lines a run without a terminal prints about trials that are as usual, whatever their number."""


class Plain:
    """One line for each finished trial that is worth one, and a count now and then."""

    def __init__(self, verbosity: int) -> None:
        self._verbosity = verbosity
        self._outcomes: Counter[Outcome] = Counter()
        self._total = 0

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self, trials: int, cases: int) -> None:
        """Say how much there is to do."""
        self._total += trials
        self._say(f"{trials} trial{'' if trials == 1 else 's'}", 0)
        if cases:
            self._say(f"checking {cases} case{'' if cases == 1 else 's'} first", 0)

    def checked(self, case: str) -> None:
        """Say that preflight is done with a case, if asked to."""
        self._say(f"{case}: checked", 1)

    def state(self, trial: str, state: State) -> None:
        """Say what a trial does, if asked to."""
        self._say(f"{trial}: {state}", 1)

    def idle(self, trial: str) -> None:
        """Say nothing."""

    def finish(self, trial: str, outcome: Outcome, *, reused: bool) -> None:
        """Say how a trial ended, in full for few trials and in steps for many."""
        self._outcomes[outcome] += 1
        done = self._outcomes.total()
        step = max(1, self._total // PLAIN_LINES)
        if self._verbosity > 0 or done % step == 0 or done == self._total:
            suffix = " (stored)" if reused else ""
            self._say(f"[{done}/{self._total}] {trial}: {outcome.replace('_', ' ')}{suffix}", 0)

    def note(self, text: str) -> None:
        """Print a note."""
        self._say(text, 0)

    def _say(self, text: str, level: int) -> None:
        if self._verbosity >= level:
            click.echo(text, err=True)


class Live:
    """A bar with counts and time, and the trials that are being worked on."""

    def __init__(self) -> None:
        from rich.console import Console, Group
        from rich.live import Live as RichLive
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
        )
        self._checks = self._bar.add_task("cases checked", total=0, visible=False)
        self._task = self._bar.add_task("", total=0)
        self._outcomes: Counter[str] = Counter()
        self._active: dict[str, str] = {}
        self._group = Group
        self._live = RichLive(self._bar, console=self._console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Live:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def begin(self, trials: int, cases: int) -> None:
        """Make the bars longer."""
        self._bar.update(self._checks, total=cases, visible=cases > 0)
        self._bar.update(self._task, total=trials)

    def checked(self, case: str) -> None:
        """Count a case that was checked; when all were, their bar goes."""
        del case
        self._bar.advance(self._checks)
        self._bar.update(self._checks, visible=not self._bar.tasks[0].finished)
        self._draw()

    def state(self, trial: str, state: State) -> None:
        """Show what a trial does."""
        self._active[trial] = state
        self._draw()

    def idle(self, trial: str) -> None:
        """Do not show the trial any more."""
        self._active.pop(trial, None)
        self._draw()

    def finish(self, trial: str, outcome: Outcome, *, reused: bool) -> None:
        """Count a trial."""
        del reused
        self._active.pop(trial, None)
        self._outcomes[outcome] += 1
        counts = "  ".join(f"{name} {count}" for name, count in sorted(self._outcomes.items()))
        self._bar.update(self._task, advance=1, description=counts)
        self._draw()

    def note(self, text: str) -> None:
        """Print a note above the bar."""
        self._console.print(text, markup=False, highlight=False)

    def _draw(self) -> None:
        from rich.text import Text

        lines = [Text(f"  {trial}: {state}") for trial, state in list(self._active.items())[:8]]
        self._live.update(self._group(self._bar, *lines))


def watch(verbosity: int) -> Plain | Live:
    """What suits where the output goes to."""
    terminal = sys.stderr is not None and sys.stderr.isatty()
    if verbosity == 0 and terminal and os.environ.get("TERM", "") not in ("", "dumb", "unknown"):
        return Live()
    return Plain(verbosity)
