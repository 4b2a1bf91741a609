"""What a policy did with a context: kept in the record, and enough to measure and grade it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

Ranges = tuple[tuple[int, int], ...]
"""Lines from and to, both included; ascending, apart from each other."""

Skip = Literal["prune_sufficient", "hysteresis"]
Tool = Literal["read", "grep", "tail"]


class ToolUse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call of a tool. Tokens are estimates."""

    tool: Tool
    artifact: str
    call_tokens: int
    page_tokens: int
    lines: Ranges = ()
    refused: str | None = None
    """What the tool said instead of a page."""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """A segment that was probed. `impact` is the score with it less the score without it."""

    segment: str
    kept: bool
    impact: int

    @property
    def would_cure(self) -> bool:
        """Whether the answer is wrong, and right with the segment the other way round."""
        return self.impact < 0 if self.kept else self.impact > 0


class Trace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One policy in one arm of one fixture. Characters are Unicode scalars."""

    policy: str = ""
    answer: str
    prompt_characters: int
    before_characters: int
    """Of all artifacts, had they been put into the prompt."""
    context_characters: int
    """Of what was put into the prompt besides the question."""
    artifact_bytes: int
    artifact_lines: int
    in_view: dict[str, Ranges] = {}
    """By artifact, the lines that stood in the prompt, whole."""
    uses: tuple[ToolUse, ...] = ()
    schema_tokens: int = 0
    """Of the definitions of the tools, where there were any."""
    kept: int = 0
    dropped: int = 0
    compactions: int = 0
    skips: tuple[Skip, ...] = ()
    """Why a compaction that was due did not happen, in order."""
    probes: tuple[Probe, ...] = ()
    failed_checks: tuple[str, ...] = ()
    """Checks of what stood in the prompt that did not hold."""

    def fetched(self, artifact: str) -> Ranges:
        """The lines of an artifact that calls have shown."""
        return merged(part for use in self.uses if use.artifact == artifact for part in use.lines)

    def seen(self, artifact: str) -> Ranges:
        """The lines of an artifact that stood in the prompt or were fetched."""
        return merged((*self.in_view.get(artifact, ()), *self.fetched(artifact)))


def merged(parts: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges put together."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def runs(lines: Iterable[int]) -> Ranges:
    """Single lines as ranges."""
    return merged((line, line) for line in lines)


def missing(wanted: Iterable[int], ranges: Ranges) -> Iterator[int]:
    """The wanted lines that no range has."""
    for line in wanted:
        if not any(first <= line <= last for first, last in ranges):
            yield line
