"""Checks of single values that a type alone cannot make: files, patterns, placeholders, templates."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec.inspect as types

from specrun.spec import placeholders, templates
from specrun.spec.patches import check_patch
from specrun.spec.paths import existing, is_file, is_folder, may_read
from specrun.spec.problems import printable, quoted
from specrun.spec.values import (
    Bounded,
    FileRef,
    FolderRef,
    Glob,
    Location,
    PatchRef,
    Regex,
    Template,
    TemplateRef,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from specrun.spec.document import DataPath


_SIMPLE_GLOB = re.compile(r"\.?[A-Za-z0-9_*][A-Za-z0-9_.*/-]*")


class Leaves:
    """Checks the values of one spec: paths are relative to `folder` and stay inside `root`."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root

    def as_written(self, kind: type[Text], text: str, file: Path) -> tuple[Leaves, str]:
        """How to check, and what to call, a value that a file in another folder says about this spec."""
        folder = file.parent
        if folder == self.folder or text.startswith("/") or not is_local_path(kind, text):
            return self, text
        return Leaves(folder, self.root), os.path.relpath(self.folder / text, folder)

    def check(self, kind: type[Text], text: str) -> None:
        """Check a value whose syntax is right.

        Raises ValueError if it is wrong, SpecError if something in the file that it names is.
        """
        if issubclass(kind, Template):
            for fault in _template_faults(kind, text):
                raise ValueError(fault)
        elif is_local_path(kind, text):
            self._file(kind, existing(self.folder, text, self.root), text)
        elif issubclass(kind, Bounded):
            kind(text).check_bound()
        elif issubclass(kind, Location):
            kind(text).check_scheme()
        elif issubclass(kind, Regex):
            check_regex(text)
        elif issubclass(kind, Glob):
            check_glob(text)

    def faults(self, kind: type[Text], text: str) -> Iterator[str]:
        """What `check` refuses, all of it: a text can have several wrong placeholders.

        Raises SpecError as `check` does.
        """
        if issubclass(kind, Template):
            yield from _template_faults(kind, text)
            return
        try:
            self.check(kind, text)
        except ValueError as error:
            yield str(error)

    def _file(self, kind: type[Text], path: Path, text: str) -> None:
        if not may_read(path):
            raise ValueError(f"{quoted(text)} cannot be read: permission denied")
        if issubclass(kind, FolderRef):
            if not is_folder(path):
                raise ValueError(f"{quoted(text)} is not a folder")
        elif issubclass(kind, FileRef) and not is_file(path):
            raise ValueError(
                f"{quoted(text)} is {'a folder, not a file' if is_folder(path) else 'not a file'}"
            )
        elif issubclass(kind, TemplateRef):
            templates.check(path, kind.variables)
        elif issubclass(kind, PatchRef):
            check_patch(path, text)


def _template_faults(kind: type[Template], text: str) -> Iterator[str]:
    """What is wrong with the placeholders of a text, each named once."""
    if "${" in text:
        yield from kind.refusals(placeholders.names(text))
        yield from placeholders.faults(text, kind.names | kind.refused.keys())


def is_local_path(kind: type[Text], text: str) -> bool:
    """Whether a value of this kind names a file or folder on this machine."""
    return issubclass(kind, FileRef) or (issubclass(kind, Location) and kind(text).is_local)


@cache
def check_regex(text: str) -> None:
    """Raise ValueError unless RE2 can compile it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if error.args else "unknown reason"
        raise ValueError(f"not a regular expression that RE2 can run: {printable(reason)}") from None


@cache
def check_glob(text: str) -> None:
    """Raise ValueError unless it is a .gitignore pattern that can match something."""
    if ".." in text and ".." in text.split("/"):
        raise ValueError(f"this path pattern has a '..' part, and can match nothing: {quoted(text)}")
    if _SIMPLE_GLOB.fullmatch(text):
        return  # the usual case, without importing pathspec
    import pathspec

    try:
        patterns = list(pathspec.GitIgnoreSpec.from_lines([text]).patterns)
    except Exception as error:  # pathspec lets errors of `re` through
        raise ValueError(f"not a path pattern: {printable(str(error))}") from None
    if not any(pattern.include is not None for pattern in patterns):
        raise ValueError(f"this path pattern matches nothing: {quoted(text)}")


def walk(kind: Any, data: Any, path: DataPath = ()) -> Iterator[tuple[DataPath, type[Text], str]]:
    """Every value of plain data that the model `kind` gives a syntax of its own."""
    return _walk(_type_info(kind), data, path)


_type_info = cache(types.type_info)


def _walk(kind: types.Type, data: Any, path: DataPath) -> Iterator[tuple[DataPath, type[Text], str]]:
    if isinstance(kind, types.CustomType) and isinstance(data, str):
        yield path, kind.cls, data
    for step, child, value in _children(kind, data):
        yield from _walk(child, value, path + step)


def _children(kind: types.Type, data: Any) -> list[tuple[DataPath, types.Type, Any]]:
    """The step, type and data of everything one level down, as far as the data has the type's shape."""
    match kind, data:
        case types.Metadata(type=inner), _:
            return [((), inner, data)]
        case types.UnionType(types=members), _:
            return [((), member, data) for member in members]
        case types.StructType(fields=fields), dict():
            names = ((field.encode_name, field.type) for field in fields)
            return [((name,), inner, data[name]) for name, inner in names if name in data]
        case types.DictType(value_type=inner, max_length=most), dict() if most is None or len(data) <= most:
            return [((key,), inner, value) for key, value in data.items()]
        case types.VarTupleType(item_type=inner, max_length=most), list() if (
            most is None or len(data) <= most
        ):
            return [((index,), inner, item) for index, item in enumerate(data)]
    return []
