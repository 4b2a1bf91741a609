"""From command line arguments to specs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.spec.library import Library, Resolved, find_root
from specrun.spec.paths import exists, is_file, is_folder, nearest_file, real
from specrun.spec.problems import Problem, SpecError, gather, quoted, shown
from specrun.spec.text import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUFFIXES = (".yaml", ".yml")
_KEY = rb"""^(?:\xef\xbb\xbf)?\{?[ ]?["']?%s["']?[ \t]*:"""
_HEAD = re.compile(_KEY % b"specrun", re.MULTILINE)
_REST = tuple(re.compile(_KEY % key, re.MULTILINE) for key in (b"kind", b"id"))
_WILDCARDS = frozenset("*?[")


def collect(arguments: Sequence[str | Path]) -> list[Path]:
    """The spec files that files, folders and glob patterns name, each once, in order.

    A folder gives every YAML file below it that has a `specrun` key, or `kind` and `id`, sorted; hidden
    folders are skipped, and so are links to folders. Raises SpecError if an argument names nothing.
    """
    problems: list[Problem] = []
    found: dict[Path, None] = {}
    for argument in arguments:
        with gather(problems):
            found |= dict.fromkeys(map(real, _named(argument)))
    if problems:
        raise SpecError(problems)
    return list(found)


def validate(paths: Iterable[Path]) -> tuple[list[Resolved], list[Problem]]:
    """Load specs with all they refer to. Gives the good ones in order, and every problem of the others."""
    libraries: dict[Path, Library] = {}
    problems: list[Problem] = []
    resolved: list[Resolved] = []
    for path in paths:
        root = find_root(path)
        library = libraries.setdefault(root, Library(root))
        with gather(problems):
            resolved.append(library.resolve(path))
    problems += _same_ids(resolved)
    return resolved, sorted(set(problems))


def _named(argument: str | Path) -> list[Path]:
    """The files that one argument names."""
    path = Path(argument)
    if is_folder(path):
        found = [file for file in _below(path) if _is_spec(file)]
    elif exists(path) or not _WILDCARDS & set(str(argument)):
        found = [path]
    else:
        import glob

        matches = map(Path, sorted(glob.glob(str(argument), recursive=True)))  # noqa: PTH207  absolute too
        found = [file for match in matches for file in _named(match) if is_folder(match) or _is_spec(file)]
    if not found:
        raise SpecError([Problem(path, 1, 1, "there are no specs here")])
    if not os.path.lexists(found[0]):
        raise SpecError([Problem(path, 1, 1, f"no such file{nearest_file(path)}")])
    return found


def _below(folder: Path) -> Iterator[Path]:
    """Every YAML file below a folder, sorted."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if name.endswith(SUFFIXES))


def _is_spec(path: Path) -> bool:
    """Whether the file looks like a spec; one that cannot be read might be."""
    if not is_file(path):
        return False
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_FILE)
    except OSError:
        return True
    # One that has all but the first key has most likely mistyped it.
    return _HEAD.search(text) is not None or all(key.search(text) for key in _REST)


def _same_ids(specs: Iterable[Resolved]) -> Iterator[Problem]:
    """Two files that give the same name to two things."""
    first: dict[tuple[Path, str, str], Resolved] = {}
    for spec in specs:
        other = first.setdefault((spec.root, spec.model.kind, spec.model.id), spec)
        if other.path != spec.path:
            message = f"the {spec.model.kind} {quoted(spec.model.id)} is also defined in {shown(other.path)}"
            yield spec.origin(("id",)).problem(message)
