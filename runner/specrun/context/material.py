"""A fixture's artifacts, generated and stored, as arms and policies see them."""

from __future__ import annotations

from codecs import getincrementaldecoder
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING
from weakref import finalize

import msgspec

from specrun.artifacts.content import Content
from specrun.artifacts.loose import loose
from specrun.artifacts.model import Origin, unknown
from specrun.artifacts.page import Limits
from specrun.context.payloads.generate import generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
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


class Material(msgspec.Struct, frozen=True, kw_only=True, weakref=True):
    """Everything that a policy can look at. Its files go when it is closed, or nobody has it any more."""

    fixture: ContextFixture
    limits: Limits
    sources: tuple[Source, ...]
    files: ExitStack

    def open(self, artifact_id: str) -> AbstractContextManager[Content]:
        """What the thread that is worked in may see. Raises ArtifactError for anything else."""
        for source in self.inlined:
            if source.content.artifact.id == artifact_id:
                return nullcontext(source.content)
        raise unknown(artifact_id)

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
        self.files.close()


def make(fixture: ContextFixture, folder: Path, temporary: Path) -> Material:
    """Generate the artifacts of a fixture; its files are relative to `folder`.

    They are kept in `temporary`, in files without names. Raises PayloadError if a pin does not hold.
    """
    with ExitStack() as stack:
        sources = tuple(
            _source(fixture, number, folder, temporary, stack) for number in range(len(fixture.artifacts))
        )
        limits = Limits(page_lines=fixture.store.page_lines, page_bytes=fixture.store.page_bytes.bytes)
        files = stack.pop_all()
        material = Material(fixture=fixture, limits=limits, sources=sources, files=files)
        finalize(material, files.close)
        return material


def _source(fixture: ContextFixture, number: int, folder: Path, temporary: Path, stack: ExitStack) -> Source:
    spec = fixture.artifacts[number]
    thread = f"bench-{fixture.id}"
    owner = thread if spec.thread is None else spec.thread
    counted = Characters()
    origin = Origin(
        thread=owner,
        turn=TURN,
        kind=spec.kind,
        label=fixture.title if spec.label is None else spec.label,
        source_tool=spec.id,
    )
    chunks = counted.passing(generate(fixture.payloads, spec.payload, folder))
    content = stack.enter_context(loose(chunks, temporary, origin, number + 1))
    spill = fixture.store.spill
    return Source(
        name=spec.id,
        content=content,
        characters=counted.total,
        own=owner == thread,
        spilled=content.lines > spill.lines or counted.total > spill.chars,
    )


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
