"""Specs and what they refer to, loaded once, checked and resolved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from specrun.spec.convert import convert, salvage
from specrun.spec.document import Document, read_document
from specrun.spec.head import read_head
from specrun.spec.layers import CommandLine, Layer, Layered
from specrun.spec.leaves import Leaves
from specrun.spec.models import KINDS
from specrun.spec.paths import existing, exists, is_folder, real
from specrun.spec.problems import Problem, SpecError, gather, quoted
from specrun.spec.rebase import rebase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from specrun.spec.document import DataPath, Place
    from specrun.spec.models.common import Spec

FIXED = frozenset({"specrun", "kind", "type"})
"""Keys that no reference can override."""
LONGEST_CHAIN = 20
"""Specs that refer to each other, one after the other."""


MOST_REFERENCES = 50_000
"""Specs that one key refers to."""


class Resolved(msgspec.Struct, frozen=True, eq=False):
    """A spec with everything it refers to. `parts` are what each reference key names, in order."""

    path: Path
    root: Path
    model: Spec
    layered: Layered
    parts: Mapping[str, tuple[Resolved, ...]]

    @property
    def data(self) -> dict[str, Any]:
        """The plain data after overrides; it must not be changed."""
        return self.layered.data

    def origin(self, path: DataPath) -> Place:
        """Where the value at `path` comes from: a file and line, or the command line."""
        return self.layered.place(path)

    @property
    def relative_path(self) -> str:
        """The spec's path relative to the root, with `/`."""
        return self.path.relative_to(self.root).as_posix()


class Reference(NamedTuple):
    """One reference of a spec: `where` it is in the data, the path it gives, and what it overrides."""

    where: DataPath
    text: str
    overrides: DataPath | None


def find_root(spec: Path) -> Path:
    """The folder that a spec and all it names must stay in.

    It is the parent of the nearest folder named `specs` around it, or the nearest folder with a `.git` if
    that is nearer, else the spec's own folder.
    """
    folders = list(real(spec).parents)
    for folder in folders:
        if exists(folder / ".git"):
            return folder
        if folder.name == "specs" and folder.parent != folder.parent.parent:
            return folder.parent
    return folders[0]


class Library:
    """Loads specs below one root. Every file is read once, and resolved once unless it is overridden."""

    def __init__(self, root: Path) -> None:
        self.root = real(root)
        self._documents: dict[Path, Document | SpecError] = {}
        self._resolved: dict[Path, Resolved | SpecError] = {}

    def resolve(
        self, path: Path, kind: str | None = None, overrides: Mapping[str, Any] | None = None
    ) -> Resolved:
        """Load a spec with everything it refers to.

        `overrides` win over what the file says; their origin is the command line. Raises SpecError with every
        problem of every file involved.
        """
        path = real(path)
        if not path.is_relative_to(self.root):
            raise SpecError([Problem(path, 1, 1, f"this file is outside of {quoted(self.root)}")])
        layers = (Layer(dict(overrides), CommandLine()),) if overrides else ()
        resolved = self._load(path, layers, (path,))
        if kind is not None and resolved.model.kind != kind:
            message = f"expected {_a(kind)}, not {_a(resolved.model.kind)}"
            raise SpecError([resolved.origin(("kind",)).problem(message)])
        return resolved

    def partial(self, path: Path) -> Resolved | None:
        """What is right of a spec in which, or below which, something is wrong; None if that is too little.

        It has the parts that load. It is good for looking for more errors, and for nothing else.
        """
        path = real(path)
        try:
            document = self.document(path)
        except SpecError:
            return None
        layered, model, _ = read_head(Layered((Layer(document.data, document),)))
        if model is None:
            return None
        converted = salvage(layered, model)
        if converted is None:
            return None
        parts = {key: self._parts(layered, key, kind, (path,), []) for key, kind in model.references.items()}
        return Resolved(path, self.root, converted, layered, parts)

    def document(self, path: Path) -> Document:
        """One file, not resolved. Raises SpecError."""
        found = self._documents.get(path)
        if found is None:
            try:
                found = read_document(path)
            except SpecError as error:
                found = error
            self._documents[path] = found
        if isinstance(found, SpecError):
            raise found
        return found

    def _load(self, path: Path, over: tuple[Layer, ...], chain: tuple[Path, ...]) -> Resolved:
        if over:
            return self._build(path, over, chain)
        found = self._resolved.get(path)
        if found is None:
            try:
                found = self._build(path, (), chain)
            except SpecError as error:
                found = error
            self._resolved[path] = found
        if isinstance(found, SpecError):
            raise found
        return found

    def _build(self, path: Path, over: tuple[Layer, ...], chain: tuple[Path, ...]) -> Resolved:
        document = self.document(path)
        layered = Layered((Layer(document.data, document), *over))
        problems: list[Problem] = []
        resolved = None
        with gather(problems):
            resolved = self._typed(path, layered, chain)
        if document.problems or resolved is None:
            noted = {(problem.line, problem.column) for problem in document.problems}
            # What is wrong with a value that could not be read is told already.
            rest = [each for each in problems if each.path != path or (each.line, each.column) not in noted]
            raise SpecError([*document.problems, *rest])
        return resolved

    def _typed(self, path: Path, layered: Layered, chain: tuple[Path, ...]) -> Resolved:
        """The data of one spec, typed, with what it refers to."""
        layered, model, problems = read_head(layered)
        if model is None:
            raise SpecError(problems)
        layered = rebase(layered, model, path.parent)
        converted = None
        with gather(problems):
            converted = convert(layered, model, Leaves(path.parent, self.root))
        parts = {
            key: self._parts(layered, key, kind, chain, problems) for key, kind in model.references.items()
        }
        if problems or converted is None:
            raise SpecError(problems)
        return Resolved(path, self.root, converted, layered, parts)

    def _parts(
        self, layered: Layered, key: str, kind: str, chain: tuple[Path, ...], problems: list[Problem]
    ) -> tuple[Resolved, ...]:
        """What one key refers to."""
        parts: dict[str, Resolved] = {}
        value = layered.data.get(key)
        if isinstance(value, list) and len(value) > MOST_REFERENCES:
            message = f"{quoted(key)} must have at most {MOST_REFERENCES:,} items"
            problems.append(layered.place((key,)).problem(message))
            return ()
        for reference in _references(layered, key):
            with gather(problems):
                part = self._follow(layered, reference, kind, chain)
                first = parts.get(part.model.id)
                if first is not None:
                    message = (
                        f"two {key} have the id {quoted(part.model.id)}: the other is {first.relative_path}"
                    )
                    problems.append(layered.place(reference.where).problem(message))
                parts.setdefault(part.model.id, part)
        return tuple(parts.values())

    def _follow(self, layered: Layered, reference: Reference, kind: str, chain: tuple[Path, ...]) -> Resolved:
        """The spec that a reference names. A wrong kind is followed too: it may be part of a circle."""
        problems: list[Problem] = []
        part = None
        try:
            path = self._target(layered, reference, chain)
            problems += _overridden_head(layered, reference)
            with gather(problems):
                part = self._load(path, _overriding(layered, reference), (*chain, path))
            self._check_kind(path, reference, kind)
        except ValueError as error:
            problems.append(layered.place(reference.where).problem(str(error)))
        if problems or part is None:
            raise SpecError(problems)
        return part

    def _target(self, layered: Layered, reference: Reference, chain: tuple[Path, ...]) -> Path:
        """The file that a reference names. Raises ValueError if it may not be named here."""
        path = existing(layered.file(reference.where).parent, reference.text, self.root)
        if is_folder(path):
            raise ValueError(f"{quoted(reference.text)} is a folder, not a file")
        if path in chain:
            circle = [*chain[chain.index(path) :], path]
            names = " -> ".join(each.relative_to(self.root).as_posix() for each in circle)
            raise ValueError(f"references go in a circle: {names}")
        if len(chain) >= LONGEST_CHAIN:
            raise ValueError(f"more than {LONGEST_CHAIN} specs refer to each other in a row")
        return path

    def _check_kind(self, path: Path, reference: Reference, kind: str) -> None:
        """Raise ValueError if the spec is plainly of another kind."""
        document = self._documents.get(path)
        found = document.data.get("kind") if isinstance(document, Document) else None
        if isinstance(found, str) and found in KINDS and found != kind:
            raise ValueError(f"{quoted(reference.text)} is {_a(found)}, but {_a(kind)} is needed here")


def _overriding(layered: Layered, reference: Reference) -> tuple[Layer, ...]:
    """What a reference overrides in the spec that it names."""
    if reference.overrides is None:
        return ()
    data: Any = layered.data
    for step in reference.overrides:
        data = data[step]
    return (Layer(data, layered, reference.overrides),)


def _overridden_head(layered: Layered, reference: Reference) -> Iterator[Problem]:
    """Overrides of what decides how a spec is read."""
    for layer in _overriding(layered, reference):
        for key in FIXED & layer.data.keys():
            message = f"an override cannot change {quoted(key)}: it says what the spec is"
            yield layered.place((*layer.prefix, key), key=True).problem(message)


def _references(layered: Layered, key: str) -> Iterator[Reference]:
    """The references under one key, as far as they are well formed."""
    value = layered.data.get(key)
    items = enumerate(value) if isinstance(value, list) else [(None, value)]
    for index, item in items:
        where: DataPath = (key,) if index is None else (key, index)
        if isinstance(item, str):
            yield Reference(where, item, None)
        elif isinstance(item, dict) and isinstance(item.get("use"), str):
            with_ = isinstance(item.get("with"), dict) and item["with"]
            yield Reference((*where, "use"), item["use"], (*where, "with") if with_ else None)


def _a(kind: str) -> str:
    return ("an " if kind[0] in "aeiou" else "a ") + quoted(kind)
