"""From command line arguments to specs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.spec.library import Library, Resolved, find_root
from specrun.spec.paths import is_file, is_folder, nearest_path, real, why_missing
from specrun.spec.problems import Problem, SpecError, gather, quoted, shown
from specrun.spec.text import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUFFIXES = (".yaml", ".yml")
_KEY = rb"""^(?:\xef\xbb\xbf)?\{?[ ]?["']?%s["']?[ \t]*:"""
_HEAD = re.compile(_KEY % b"specrun", re.MULTILINE)
_REST = tuple(re.compile(_KEY % key, re.MULTILINE) for key in (b"kind", b"id"))
_INDENT = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ ]*(?:#[^\n]*)?\r?\n|---[ ]*\r?\n)*([ ]*)")
"""The blanks before the first key."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WILDCARDS = frozenset("*?[")


def collect(arguments: Sequence[str | Path]) -> list[Path]:
    """The spec files that files, folders and glob patterns name, each once, in order.

    A folder gives every YAML file below it that has a `specrun` key, or `kind` and `id`, sorted; hidden
    folders are skipped, and so are links to folders. Raises SpecError if an argument names nothing that is
    there, or if there are no specs in any of it: one folder without specs does no harm beside others.
    """
    found, problems = find_specs(arguments)
    if problems:
        raise SpecError(problems)
    return found


def find_specs(arguments: Sequence[str | Path]) -> tuple[list[Path], list[Problem]]:
    """The spec files as `collect` gives them, and all that is wrong with the arguments."""
    problems: list[Problem] = []
    empty: list[Problem] = []
    found: dict[Path, None] = {}
    for argument in arguments:
        before = len(problems)
        files = _named(argument, problems)
        if not files and len(problems) == before:
            empty.append(Problem(Path(argument), 1, 1, "there are no specs here"))
        found |= dict.fromkeys(map(real, files))
    if not found:
        problems += empty
    return list(found), problems


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


def _named(argument: str | Path, problems: list[Problem]) -> list[Path]:
    """The spec files that one argument names. What is not there, or cannot be looked at, is a problem."""
    path = Path(argument)
    if is_folder(path):
        return _below(path, problems)
    reason = why_missing(path)
    if reason is None:
        return [path]
    if reason == "no such file" and _WILDCARDS & set(str(argument)):
        return _matching(str(argument), problems)
    if reason == "permission denied":
        problems.append(Problem(path, 1, 1, f"the file cannot be read: {reason}"))
    else:
        problems.append(Problem(path, 1, 1, f"{reason}{nearest_path(Path(), str(argument))}"))
    return []


def _matching(pattern: str, problems: list[Problem]) -> list[Path]:
    """The spec files that match a pattern, and those below the folders that do."""
    import glob

    matches = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207  absolute too
    if not matches:
        problems.append(Problem(Path(pattern), 1, 1, "nothing matches this pattern"))
    groups = (_below(match, problems) if is_folder(match) else [match] for match in matches)
    return [file for group in groups for file in group if _is_spec(file)]


def _below(folder: Path, problems: list[Problem]) -> list[Path]:
    """Every spec file below a folder, sorted. A folder that cannot be read is a problem."""

    def note(error: OSError) -> None:
        reason = error.strerror.lower() if error.strerror else "unknown error"
        problems.append(Problem(Path(error.filename), 1, 1, f"the folder cannot be read: {reason}"))

    found: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(parent, name) for name in sorted(files) if name.endswith(SUFFIXES)]
    return [file for file in found if _is_spec(file)]


def _is_spec(path: Path) -> bool:
    """Whether the file looks like a spec, though a bad one; one that cannot be read might be."""
    if not is_file(path):
        return False
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_FILE)
    except OSError:
        return True
    if text.startswith(_UTF_16):
        text = text.decode("utf-16", errors="replace").encode()  # to be refused, not to be passed over
    indent = _INDENT.match(text)
    if indent and indent[1]:
        text = text.replace(b"\n" + indent[1], b"\n").removeprefix(indent[1])
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
