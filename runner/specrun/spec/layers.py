"""Values that override each other: maps merge deeply, everything else is replaced, later wins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from specrun.spec.document import Place

if TYPE_CHECKING:
    from specrun.spec.document import DataPath

COMMAND_LINE = Path("command line")
"""Stands for the file of what was said on the command line."""


class Source(Protocol):
    """Something that values come from."""

    def file(self, path: DataPath) -> Path:
        """The file that says the value at `path`."""

    def place(self, path: DataPath, *, key: bool = False) -> Place:
        """Where the value at `path` is written, or its key."""


class CommandLine:
    """The source of values given on the command line."""

    def file(self, _path: DataPath) -> Path:
        """No real file."""
        return COMMAND_LINE

    def place(self, _path: DataPath, *, key: bool = False) -> Place:  # noqa: ARG002
        """No real place."""
        return Place(COMMAND_LINE, 1, 1)


class Layer(NamedTuple):
    """Some data, which is found in its source under `prefix`."""

    data: dict[str, Any]
    source: Source
    prefix: DataPath = ()


class Layered:
    """Layers put over each other. `data` must not be changed."""

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.layers = layers
        self.data: dict[str, Any] = layers[0].data
        for layer in layers[1:]:
            self.data = merge(self.data, layer.data)

    @property
    def overridden(self) -> bool:
        """Whether more than one layer has a say."""
        return len(self.layers) > 1

    def file(self, path: DataPath) -> Path:
        """The file that says the value at `path`."""
        layer = self._layer(path)
        return layer.source.file(layer.prefix + path)

    def place(self, path: DataPath, *, key: bool = False) -> Place:
        """Where the value at `path` is written, or its key."""
        layer = self._layer(path)
        return layer.source.place(layer.prefix + path, key=key)

    def _layer(self, path: DataPath) -> Layer:
        """The last layer that has the value: it is the one that counts."""
        return next(
            (layer for layer in reversed(self.layers) if path and _has(layer.data, path)), self.layers[0]
        )


def merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A new mapping: maps of both are merged deeply, anything else comes from `over` if it is there."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = merge(below, value)
        merged[key] = value
    return merged


def _has(data: Any, path: DataPath) -> bool:
    for step in path:
        if isinstance(step, str):
            if not isinstance(data, dict) or step not in data:
                return False
        elif not isinstance(data, list) or step >= len(data):
            return False
        data = data[step]
    return True
