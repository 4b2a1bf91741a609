"""A fixture's artifacts, generated and stored, as arms and policies see them."""

from __future__ import annotations

from codecs import getincrementaldecoder
from contextlib import ExitStack
from typing import TYPE_CHECKING

import msgspec

from specrun.artifacts.content import Content
from specrun.artifacts.page import Limits
from specrun.artifacts.store import ArtifactStore
from specrun.artifacts.tools import View
from specrun.context.payloads.generate import generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specrun.spec.models.context_fixture import ContextFixture

TURN = "turn-1"
SMALL = 4 * 1024 * 1024
"""Bytes."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact of a fixture. `characters` are Unicode scalars of its text."""

    name: str
    content: Content
    characters: int
    own: bool
    """Whether it belongs to the thread that is worked in; no other can be read."""
    spilled: bool
    """Whether it is too large to stand in the prompt as it is."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a policy can look at. `close` it when no trial needs it any more."""

    fixture: ContextFixture
    view: View
    """What the thread that is worked in may see."""
    sources: tuple[Source, ...]
    stack: ExitStack

    def source(self, name: str) -> Source:
        """The artifact with this name."""
        return next(source for source in self.sources if source.name == name)

    @property
    def is_small(self) -> bool:
        """Whether everything in it is looked through within milliseconds."""
        return sum(source.content.size for source in self.sources) < SMALL

    @property
    def inlined(self) -> tuple[Source, ...]:
        """The artifacts whose output the thread's own tools gave."""
        return tuple(source for source in self.sources if source.own)

    def close(self) -> None:
        """Let go of the files."""
        self.stack.close()


def make(fixture: ContextFixture, folder: Path, root: Path) -> Material:
    """Generate and store the artifacts of a fixture below `root`; its files are relative to `folder`.

    Raises PayloadError if a pin does not hold.
    """
    store = ArtifactStore(root)
    thread = f"bench-{fixture.id}"
    stack = ExitStack()
    sources = []
    for spec in fixture.artifacts:
        owner = thread if spec.thread is None else spec.thread
        counted = Characters()
        artifact = store.create(
            counted.passing(generate(fixture.payloads, spec.payload, folder)),
            thread=owner,
            turn=TURN,
            kind=spec.kind,
            label=fixture.title if spec.label is None else spec.label,
            source_tool=spec.id,
        )
        content = stack.enter_context(store.open(owner, artifact.id))
        spill = fixture.store.spill
        spilled = content.lines > spill.lines or counted.total > spill.chars
        sources.append(
            Source(
                name=spec.id,
                content=content,
                characters=counted.total,
                own=owner == thread,
                spilled=spilled,
            )
        )
    limits = Limits(page_lines=fixture.store.page_lines, page_bytes=fixture.store.page_bytes.bytes)
    view = View(store, thread, limits)
    return Material(fixture=fixture, view=view, sources=tuple(sources), stack=stack)


class Characters:
    """Counts the characters of UTF-8 that goes by; what is not UTF-8 counts as U+FFFD."""

    def __init__(self) -> None:
        self.total = 0

    def passing(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks."""
        decoder = getincrementaldecoder("utf-8")("replace")
        for chunk in chunks:
            self.total += len(decoder.decode(chunk))
            yield chunk
        self.total += len(decoder.decode(b"", final=True))
