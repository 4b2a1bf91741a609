"""Fixtures of roder-evals 0.1.1: every file below a folder is imported, or it is said why it is not."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from specrun.imports.compaction_spec import COMPACTION_NOTE, compaction_spec
from specrun.imports.detail_spec import detail_note, detail_spec
from specrun.imports.dialects import FILE_BACKED, dialect
from specrun.imports.file_backed import file_backed
from specrun.imports.json_file import parse, read_bytes
from specrun.imports.yaml_text import to_yaml
from specrun.spec.problems import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.imports.file_backed import FileBacked


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file. `path` is relative to the folder."""

    path: str
    state: Literal["imported", "refused", "left"]
    """`refused` is what looks like a file-backed fixture and is none that can be used; `left` is anything
    else."""
    reason: str = ""
    """Why it was not imported."""
    name: str = ""
    """The file name of the spec."""
    text: str = ""
    """The spec."""


def accounts(folder: Path) -> list[Account]:
    """An account of every file below a folder, in the order of their paths. Writes nothing.

    Only files that are in the folder itself can be fixtures, as in roder-evals; links to folders are not
    followed. Raises OSError if the folder cannot be listed.
    """
    os.listdir(folder)  # noqa: PTH208 (os.walk would only say that it is empty)
    taken: dict[str, str] = {}
    found = []
    for path, reason in sorted(_files(folder)):
        account = Account(path=path, state="left", reason=reason) if reason else _account(folder / path, path)
        if account.state == "imported":
            first = taken.setdefault(account.name, path)
            if first != path:
                reason = f"{quoted(printable(first))} has the same id"
                account = Account(path=path, state="refused", reason=reason)
        found.append(account)
    return found


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file by its relative path, and why it cannot be one to import; empty where it can."""
    unlisted: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unlisted.append):
        for name in names:
            yield (Path(place) / name).relative_to(folder).as_posix(), ""
        for name in folders:
            path = Path(place) / name
            if path.is_symlink():
                yield path.relative_to(folder).as_posix(), "it is a link to a folder, which is not followed"
    for error in unlisted:
        yield (
            Path(error.filename).relative_to(folder).as_posix(),
            f"the folder cannot be listed: {error.strerror}",
        )


def _account(file: Path, path: str) -> Account:
    """An account of one file."""
    if file.suffix != ".json":
        return Account(path=path, state="left", reason="it is not a JSON file")
    inside = "/" in path
    try:
        raw = read_bytes(file)
        data = parse(raw)
    except ValueError as error:
        # Nobody can tell what it was meant to be.
        return Account(path=path, state="left" if inside else "refused", reason=f"it cannot be read: {error}")
    kind = dialect(data)
    if kind is None:
        return Account(path=path, state="left", reason="it is JSON, but no fixture: a sample or a record")
    if kind != FILE_BACKED:
        return Account(path=path, state="left", reason=f"{kind}: not supported yet")
    if inside:
        folder = quoted(Path(path).parent.name)
        reason = f"{kind}s are read from the folder itself only; import {folder} on its own"
        return Account(path=path, state="refused", reason=reason)
    try:
        fixture = file_backed(data)
        text = _spec_text(fixture, path, raw)
    except ValueError as error:
        return Account(path=path, state="refused", reason=str(error))
    return Account(path=path, state="imported", name=f"{fixture.id}.yaml", text=text)


def _spec_text(fixture: FileBacked, path: str, raw: bytes) -> str:
    body = compaction_spec(fixture) if fixture.about_compaction else detail_spec(fixture)
    head: dict[str, Any] = {"specrun": 1, "kind": "context-fixture", "id": fixture.id, "title": fixture.title}
    if fixture.tags:
        head["tags"] = list(fixture.tags)
    source = f"# Imported from roder-evals: {printable(path)}, SHA-256 {sha256(raw).hexdigest()}\n"
    note = COMPACTION_NOTE if fixture.about_compaction else detail_note(fixture)
    return source + note + to_yaml({**head, "prompt": fixture.prompt, **body})
