"""The files of a project that tests are wanted for, by their coverage."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from specrun.measure.paths import Matcher
from specrun.spec.models.writing import FilePair
from specrun.spec.placeholders import fill

if TYPE_CHECKING:
    from specrun.measure.reports import Coverage
    from specrun.spec.models import Project

LONGEST_ID = 40
"""Characters of an id that is made of a path: it is a part of a case's id."""


def selected_files(project: Project, coverage: Coverage) -> list[FilePair]:
    """The source files that `writing.select` asks for besides those that are named, sorted by path."""
    select, matcher = project.writing.select, Matcher(project.paths)
    assert select is not None
    named = {pair.source for pair in project.writing.files}
    taken = {pair.id for pair in project.writing.files}
    pairs = []
    for path, file in sorted(coverage.files.items()):
        enough = len(file.lines) >= select.min_lines
        if path in named or matcher.kind(path) != "source" or not file.lines or not enough:
            continue
        if len(file.covered) / len(file.lines) > select.max_line_rate:
            continue
        folder, name = posixpath.split(path)
        stem = posixpath.splitext(name)[0]
        test = posixpath.normpath(fill(select.test, {"stem": stem, "folder": folder or "."}))
        pairs.append(FilePair(id=_id(path, taken), source=path, test=test))
        taken.add(pairs[-1].id)
    return pairs


def _id(path: str, taken: set[str]) -> str:
    """A name for a file that no other file has: made of its path, as an id may be written."""
    words = re.findall(r"[a-z0-9]+", posixpath.splitext(path)[0].lower())
    name = "-".join(words)[-LONGEST_ID:].strip("-") or "file"
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique
