"""Where the lines of a log go: to a file, or to what other packages add as entry points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP = "specrun.sinks"
"""The entry point group by which packages add sinks: a name, and a callable that takes a target."""


class Sink(Protocol):
    """Takes the lines of one trial's log, in order."""

    def write(self, line: bytes, /) -> object:
        """Take one line, with its LF. It may be held back until `flush`. What it returns is not used."""

    def flush(self) -> None:
        """Hand over everything that was written: after this, it survives the death of this process."""

    def close(self) -> None:
        """Flush and let go. Closing twice is harmless."""


def jsonl_sink(path: Path) -> Sink:
    """A new file, buffered. It is not synced to disk: that is for the store that moves the record into place.

    Raises FileExistsError if the file is there already, because a log is never mixed with another.
    """
    return path.open("xb", buffering=64 * 1024)


def open_sink(name: str, target: str) -> Sink:
    """Open a sink by the name of its kind. What `target` is depends on the kind: for `jsonl`, a path.

    Raises ValueError for an unknown name, and whatever opening raises.
    """
    if name in SINKS:
        return SINKS[name](target)
    from importlib.metadata import entry_points  # slow to import, and rarely needed

    added = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name in added:
        sink: Sink = added[name].load()(target)
        return sink
    raise ValueError(f"unknown sink {name!r}; known: {', '.join(sorted(SINKS | added))}")


SINKS: dict[str, Callable[[str], Sink]] = {"jsonl": lambda target: jsonl_sink(Path(target))}
