"""Why a stored record is or is not reused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.plan.trial import changed_components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.agents.record import Record
    from specrun.engine.prepare import Prepared
    from specrun.engine.store import Store
    from specrun.plan.trial import PlannedTrial


def explain(trial: PlannedTrial, prepared: Prepared, store: Store) -> Iterator[str]:
    """Sentences about one trial of a benchmark."""
    yield f"{trial.name}: key {trial.key}"
    if (reason := prepared.unavailable(trial)) is not None:
        yield f"it cannot run here: {reason}"
        return
    record = store.load(trial.key)
    if record is None:
        yield from _not_stored(trial, store)
    else:
        yield "its record is stored and reused: every component of the key is the same"
        yield from _scores(trial, prepared, store)


def _not_stored(trial: PlannedTrial, store: Store) -> Iterator[str]:
    nearest = _nearest(trial, store)
    if nearest is None:
        yield "no record of this trial is stored: it runs"
        return
    changed = changed_components(nearest.components, trial.components)
    yield f"it runs: the nearest stored record, {nearest.key[:12]}, differs in {', '.join(changed)}"
    for component in changed:
        before, now = nearest.components.get(component, "-"), trial.components.get(component, "-")
        yield f"  {component}: stored {before[:12]}, now {now[:12]}"


def _nearest(trial: PlannedTrial, store: Store) -> Record | None:
    """The stored record of the same trial with the fewest differences."""
    records = (store.load(key) for key in store.stored_keys())
    same = [record for record in records if record is not None and record.trial == trial.name]
    return min(
        same,
        key=lambda record: (len(changed_components(record.components, trial.components)), record.key),
        default=None,
    )


def _scores(trial: PlannedTrial, prepared: Prepared, store: Store) -> Iterator[str]:
    stored = store.scores(trial.key)
    place = prepared.cases[trial.case]
    digests = zip(prepared.graders, place.score_digests, strict=True)
    new = [use.grader.name for use, known in digests if known not in stored]
    if new:
        yield f"graded again by {', '.join(new)}: no score is stored for these as they are now"
    else:
        yield "its scores are stored and reused: no grader has changed"
