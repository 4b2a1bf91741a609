"""Coverage counted on the source that was delivered, never on what a report claims to exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.agents.blame import LeftError, blame
from specrun.measure.arithmetic import SourceCoverage, source_coverage
from specrun.measure.paths import Matcher

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.graders.replayable import Replayable
    from specrun.measure.reports import Coverage


def measured_lines(graded: Replayable, coverage: Coverage) -> SourceCoverage:
    """The project's own source lines in `coverage`."""
    return source_coverage(
        coverage, Matcher(graded.project.paths), lambda path: line_count(graded.tree, path)
    )


def line_count(tree: Path, path: str) -> int | None:
    """How many lines a delivered file has; None if there is no such file."""
    text = delivered_text(tree, path)
    return None if text is None else text.count("\n") + (text[-1:] not in ("", "\n"))


def delivered_text(tree: Path, path: str) -> str | None:
    """A file of a delivered tree as text; None if there is none. The tree is pinned, but no link is trusted.

    `path` is what a report names: it may be too long or of characters that no file name has.
    """
    file = tree / path
    try:
        with blame(path):
            if not file.is_file() or not file.resolve().is_relative_to(tree.resolve()):
                return None
            return file.read_text(encoding="utf-8", errors="replace")
    except LeftError:
        return None
