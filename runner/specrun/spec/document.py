"""One spec file: read safely, parsed, with the position of everything in it on demand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from specrun.spec.garbage import no_garbage_collection
from specrun.spec.paths import read_file
from specrun.spec.problems import Problem, SpecError
from specrun.spec.text import LARGEST_FILE, decode, parse_through

if TYPE_CHECKING:
    from pathlib import Path

    import yaml

DataPath = tuple[str | int, ...]
"""The way to a value: keys of mappings and indexes of lists."""


class Place(NamedTuple):
    """Where a value was written. Lines and columns count from 1."""

    path: Path
    line: int
    column: int

    def problem(self, message: str) -> Problem:
        """A problem at this place."""
        return Problem(self.path, self.line, self.column, message)


class Document:
    """A spec file. `data` is its plain data, which must not be changed.

    `problems` are those of its YAML in spite of which there is data: such a file is never a good one.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        data, self.problems, self.text = parse_through(path, text)
        self.data: dict[str, Any] = self._mapping(data)

    def _mapping(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            return data
        what = "the file is empty" if data is None else "a spec is a mapping"
        problem = Problem(self.path, 1, 1, f"{what}: expected 'specrun: 1', 'kind', 'id', ...")
        raise SpecError([*self.problems, problem])

    @cached_property
    def _nodes(self) -> yaml.Node | None:
        """The same text with positions. Composing recurses, safely: parsing has checked the depth."""
        import yaml

        with no_garbage_collection():
            return yaml.compose(self.text, Loader=yaml.CSafeLoader)

    def file(self, _path: DataPath) -> Path:
        """The file that says a value."""
        return self.path

    def place(self, path: DataPath, *, key: bool = False) -> Place:
        """Where the value at `path` is, or its key; the nearest thing around it if it is not there."""
        node: Any = self._nodes
        mark = node.start_mark
        for step in path:
            key_node, node = _child(node, step)
            if node is None:
                break
            mark = key_node.start_mark if key and key_node and step == path[-1] else node.start_mark
        return Place(self.path, mark.line + 1, mark.column + 1)


def _child(node: Any, step: str | int) -> tuple[Any, Any]:
    """The key node and the value node one step down."""
    if isinstance(step, int):
        found = node.value[step : step + 1] if node.id == "sequence" else []
        return None, found[0] if found else None
    pairs = node.value if node.id == "mapping" else []
    return next(((k, v) for k, v in pairs if k.value == step), (None, None))


def read_document(path: Path) -> Document:
    """Read a spec file. Raises SpecError."""
    try:
        raw = read_file(path, LARGEST_FILE)
    except ValueError as error:
        raise SpecError([Problem(path, 1, 1, str(error))]) from None
    return Document(path, decode(path, raw))
