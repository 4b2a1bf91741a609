"""Paths in an override are relative to the file that overrides; models hold them relative to the spec."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from specrun.spec.layers import COMMAND_LINE, Layer, Layered
from specrun.spec.leaves import walk
from specrun.spec.values import FileRef, Location

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.document import DataPath
    from specrun.spec.models.common import Spec


def rebase(layered: Layered, model: type[Spec], folder: Path) -> Layered:
    """The same layers, with every path of an override relative to `folder`, the folder of the spec itself."""
    base, *over = layered.layers
    if not over:
        return layered
    return Layered((base, *(_rebase_layer(layer, model, folder) for layer in over)))


def _rebase_layer(layer: Layer, model: type[Spec], folder: Path) -> Layer:
    data = layer.data
    for path, kind, text in walk(model, data):
        says = layer.source.file(layer.prefix + path)
        is_path = issubclass(kind, FileRef) or (issubclass(kind, Location) and kind(text).is_local)
        if is_path and says != COMMAND_LINE and not text.startswith("/"):
            data = _replaced(data, path, os.path.relpath(says.parent / text, folder))
    return layer._replace(data=data)


def _replaced(data: Any, path: DataPath, value: str) -> Any:
    """A copy of the data with one value replaced."""
    if not path:
        return value
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = _replaced(data[path[0]], path[1:], value)
    return copy
