"""The event logs that a trial, a file or everything stands for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specrun.cli.stored import find_trial, state_folder
from specrun.engine.store import Store


def logs_of(what: str) -> Iterator[tuple[Path, str | None]]:
    """Each log, with the digest that its last line must have, where one is recorded."""
    if Path(what).is_file():
        yield Path(what), None
    elif what == "all":
        store = Store(state_folder())
        for key in store.stored_keys():
            yield from _of_record(store, key)
    else:
        state, _, entry = find_trial(what)
        if entry.key is not None:
            yield from _of_record(Store(state), entry.key)


def _of_record(store: Store, key: str) -> Iterator[tuple[Path, str | None]]:
    record = store.load(key)
    yield store.folder(key) / "events.jsonl", record.events if record else None
    graded = store.folder(key) / "grade" / "events.jsonl"
    if graded.exists():
        yield graded, None
