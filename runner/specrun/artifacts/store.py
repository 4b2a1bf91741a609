"""The store: artifacts of many threads under one folder.

    <root>/<thread>/artifacts/<turn>/<id>.txt    what was stored
    <root>/<thread>/artifacts/<turn>/<id>.json   what is known about it, and where its lines begin
    <root>/<thread>/index/<id>                   the turn that it belongs to

An artifact is there as soon as its entry in the index is, which is written last and removed first. Files are
moved into place whole, and content beyond the size in the metadata does not count, so whoever is stopped in
the middle leaves nothing half-made in sight. Nothing is flushed to the disk: a store lives as long as the
work that fills it, and a file that a loss of power cut short is told by its size.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from specrun.artifacts.content import Content
from specrun.artifacts.folder import Folder, open_root
from specrun.artifacts.lines import BLOCK, LineCounter, LineIndex
from specrun.artifacts.model import ID_PATTERN, KINDS, Artifact, ArtifactError, Kind, Origin, unknown
from specrun.artifacts.names import checked, component, is_component
from specrun.spec.digest import canonical_json
from specrun.spec.problems import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INDEX, _ARTIFACTS, _COUNTER, _LOCK = "index", "artifacts", "counter", "lock"


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A metadata file."""

    artifact: Artifact
    line_index: LineIndex


_decoder = msgspec.json.Decoder(_Stored)


class ArtifactStore:
    """A store in a folder. Several processes may use it at once; writers of one thread take turns.

    Every method raises ArtifactError for what cannot be done or is damaged, and OSError where the system
    refuses. What belongs to another thread is as if it did not exist.
    """

    def __init__(self, root: Path) -> None:
        """Use the folder `root`, which is made when the first artifact is."""
        self.root = root

    def create(
        self,
        content: bytes | Iterable[bytes],
        *,
        thread: str,
        turn: str,
        kind: Kind,
        label: str = "",
        source_tool: str | None = None,
    ) -> Artifact:
        """Store content, in memory for one chunk of it. What is there already is not stored again."""
        _check_kind(kind)
        checked(label, "label")
        checked(source_tool or "", "source tool")
        origin = Origin(thread=thread, turn=turn, kind=kind, label=label, source_tool=source_tool)
        chunks = (content,) if isinstance(content, bytes) else content
        with self._writing(thread) as owner, _enter(owner, _ARTIFACTS, component(turn)) as folder:
            with folder.temporary() as new:
                counter, digest = _write(folder, new, chunks)
                artifact = origin.artifact(counter.size, counter.lines, digest, _last_seq(owner) + 1)
                if (there := self._find(thread, artifact.id)) is not None:
                    return _same(there.artifact, digest)
                folder.move(new, f"{artifact.id}.txt")
            folder.write(f"{artifact.id}.json", canonical_json(_Stored(artifact, counter.index)))
            owner.write(_COUNTER, b"%d\n" % artifact.seq)
            with owner.enter(_INDEX, create=True) as index:
                index.write(artifact.id, component(turn).encode())
        return artifact

    def append(self, thread: str, artifact_id: str, content: bytes) -> Artifact:
        """Add to the end of an artifact, whose id stays. Reads all of it again for its digest."""
        with self._writing(thread) as owner:
            stored = self._stored(thread, artifact_id)
            old = stored.artifact
            with _enter(owner, _ARTIFACTS, component(old.turn)) as folder:
                with os.fdopen(folder.open(f"{old.id}.txt", os.O_RDWR), "r+b") as file:
                    file.truncate(old.bytes)
                    file.seek(old.bytes)
                    file.write(content)
                    file.seek(0)
                    counter, digest = measured(iter(lambda: file.read(BLOCK), b""))
                new = msgspec.structs.replace(old, bytes=counter.size, lines=counter.lines, sha256=digest)
                folder.write(f"{old.id}.json", canonical_json(_Stored(new, counter.index)))
        return new

    def delete(self, thread: str, artifact_id: str) -> None:
        """Remove an artifact. Files that the store did not make stay."""
        with self._writing(thread) as owner:
            artifact = self._stored(thread, artifact_id).artifact
            with owner.enter(_INDEX) as index:
                index.remove(artifact.id)
            with _enter(owner, _ARTIFACTS, component(artifact.turn)) as folder:
                folder.remove(f"{artifact.id}.json")
                folder.remove(f"{artifact.id}.txt")

    def list(self, thread: str, kind: Kind | None = None) -> tuple[Artifact, ...]:
        """The artifacts of a thread, of one kind or all, in the order of their creation."""
        if kind is not None:
            _check_kind(kind)
        try:
            with self._thread(thread) as owner, owner.enter(_INDEX) as index:
                ids = [name for name in index.names() if re.match(ID_PATTERN, name)]
        except FileNotFoundError:
            return ()
        found = [stored.artifact for stored in (self._find(thread, name) for name in ids) if stored]
        chosen = (artifact for artifact in found if kind in (None, artifact.kind))
        return tuple(sorted(chosen, key=lambda artifact: artifact.seq))

    def open(self, thread: str, artifact_id: str) -> Content:
        """Open an artifact of a thread for reading; the caller closes it."""
        stored = self._stored(thread, artifact_id)
        artifact = stored.artifact
        with self._thread(thread) as owner, _enter(owner, _ARTIFACTS, component(artifact.turn)) as folder:
            descriptor = folder.open(f"{artifact.id}.txt")
        if os.fstat(descriptor).st_size < artifact.bytes:
            os.close(descriptor)
            raise ArtifactError(f"artifact {artifact.id} is damaged: its file is too short")
        return Content(artifact, stored.line_index, descriptor)

    def _stored(self, thread: str, artifact_id: str) -> _Stored:
        stored = self._find(thread, artifact_id)
        if stored is None:
            raise unknown(artifact_id)
        return stored

    def _find(self, thread: str, artifact_id: str) -> _Stored | None:
        """Look an artifact up: two small files, however many there are."""
        if not re.match(ID_PATTERN, artifact_id):
            return None
        try:
            with self._thread(thread) as owner:
                with owner.enter(_INDEX) as index:
                    turn = index.read(artifact_id).decode(errors="replace")
                if not is_component(turn):
                    raise ArtifactError(f"artifact {artifact_id} is damaged: its index entry is not a turn")
                with _enter(owner, _ARTIFACTS, turn, create=False) as folder:
                    stored = _decoder.decode(folder.read(f"{artifact_id}.json"))
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise ArtifactError(f"artifact {artifact_id} is damaged: its metadata cannot be read") from None
        artifact = stored.artifact
        identity = (artifact.id, artifact.thread, component(artifact.turn))
        if identity != (artifact_id, thread, turn) or not stored.line_index.fits(
            artifact.bytes, artifact.lines
        ):
            raise ArtifactError(f"artifact {artifact_id} is damaged: its metadata is of another one")
        return stored

    @contextmanager
    def _thread(self, thread: str) -> Iterator[Folder]:
        with open_root(self.root) as root, root.enter(component(thread)) as owner:
            yield owner

    @contextmanager
    def _writing(self, thread: str) -> Iterator[Folder]:
        """The folder of a thread, made where it is missing, with nobody else writing to it."""
        name = component(thread)
        with (
            open_root(self.root, create=True) as root,
            root.enter(name, create=True) as owner,
            os.fdopen(owner.open(_LOCK, os.O_WRONLY | os.O_CREAT), "wb") as lock,
        ):
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield owner


@contextmanager
def _enter(folder: Folder, *names: str, create: bool = True) -> Iterator[Folder]:
    """A folder some levels down."""
    with folder.enter(names[0], create=create) as inner:
        if len(names) == 1:
            yield inner
        else:
            with _enter(inner, *names[1:], create=create) as last:
                yield last


def _write(folder: Folder, name: str, chunks: Iterable[bytes]) -> tuple[LineCounter, str]:
    with os.fdopen(folder.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb", buffering=0) as file:

        def written() -> Iterator[bytes]:
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[file.write(view) :]
                yield chunk

        return measured(written())


def measured(chunks: Iterable[bytes]) -> tuple[LineCounter, str]:
    """What is told of content: its lines and its SHA-256."""
    counter, digest = LineCounter(), sha256()
    for chunk in chunks:
        counter.add(chunk)
        digest.update(chunk)
    return counter, digest.hexdigest()


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ArtifactError(f"no kind of artifact is called {quoted(kind)}{did_you_mean(kind, KINDS)}")


def _last_seq(owner: Folder) -> int:
    try:
        text = owner.read(_COUNTER).strip()
    except FileNotFoundError:
        return 0
    if not (text.isdigit() and len(text) <= 18):
        raise ArtifactError("the store is damaged: its counter is not a number")
    return int(text)


def _same(there: Artifact, sha256_of_new: str) -> Artifact:
    if there.sha256 != sha256_of_new:
        raise ArtifactError(f"artifact {there.id} was stored before and appended to since")
    return there
