"""A spec as it is after references and overrides, with the origin of every value."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from specrun.spec.effective import effective
from specrun.spec.layers import COMMAND_LINE
from specrun.spec.models import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.document import DataPath, Place
    from specrun.spec.library import Resolved

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./=+-]*( [A-Za-z0-9_./=+-]+)*")
_NOT_PLAIN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Words that some reader of YAML, 1.1 or 1.2, takes for something else than text."""


def resolved_data(spec: Resolved) -> dict[str, Any]:
    """The plain data of a spec, with what it refers to in the place of its references."""
    spec = _effective(spec)
    data = dict(spec.data)
    for key, parts in spec.parts.items():
        if key in data:
            shown = [resolved_data(part) for part in parts]
            data[key] = shown if isinstance(data[key], list) else shown[0]
    return {**data, **_defaults(spec)}


def show(spec: Resolved) -> str:
    """The resolved spec as YAML; `# file:line` after a value says where it comes from.

    Files are relative to the root. A plain value that no file says is marked as a default; what is empty
    unless it is said is left out.
    """
    return "\n".join(_spec(_effective(spec))) + "\n"


def _spec(spec: Resolved) -> Iterator[str]:
    yield from _mapping(spec, (), spec.data)
    for key, value in _defaults(spec).items():
        yield from _leaf(f"{_scalar(key)}:", value, "default")


def _defaults(spec: Resolved) -> dict[str, Any]:
    """The plain values of a spec's own keys that nothing sets."""
    fields = zip(spec.model.__struct_fields__, spec.model.__struct_encode_fields__, strict=True)
    values = {key: getattr(spec.model, field) for field, key in fields if key not in spec.data}
    return {
        key: value for key, value in values.items() if isinstance(value, bool | int | str) and value != ""
    }


def _effective(spec: Resolved) -> Resolved:
    return effective(spec) if isinstance(spec.model, Project) else spec


def _mapping(spec: Resolved, path: DataPath, data: dict[str, Any]) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(spec, (*path, key), f"{_scalar(key)}:", value)


def _entry(spec: Resolved, path: DataPath, head: str, value: Any) -> Iterator[str]:
    """The lines of one value. `head` is what stands before it: `key:` or `-`."""
    part = _part(spec, path)
    if part:
        yield from _nested(head, list(_spec(part)))
    elif isinstance(value, dict) and value:
        yield from _nested(head, list(_mapping(spec, path, value)))
    elif isinstance(value, list) and value:
        items = [line for i, item in enumerate(value) for line in _entry(spec, (*path, i), "-", item)]
        yield from _nested(head, items)
    else:
        yield from _leaf(head, value, _origin(spec, path))


def _part(spec: Resolved, path: DataPath) -> Resolved | None:
    """What the value at `path` refers to, if it is a reference."""
    match path:
        case (str(key),) if key in spec.parts and not isinstance(spec.data[key], list):
            return _effective(spec.parts[key][0])
        case (str(key), int(index)) if key in spec.parts:
            return _effective(spec.parts[key][index])
    return None


def _nested(head: str, lines: list[str]) -> Iterator[str]:
    """Lines below their head; a list item starts on the line of its dash."""
    if head == "-":
        yield f"- {lines[0]}"
        lines = lines[1:]
    else:
        yield head
    yield from (f"  {line}" if line else line for line in lines)


def _leaf(head: str, value: Any, origin: str) -> Iterator[str]:
    """A scalar or something empty; text of several lines is a block."""
    if isinstance(value, str) and "\n" in value[:-1] and _is_block(value):
        chomping = "-" if not value.endswith("\n") else "+" if value.endswith("\n\n") else ""
        yield f"{head} |{chomping}  # {origin}"
        lines = value.removesuffix("\n").split("\n")
        yield from (f"  {line}" if line else "" for line in lines)
    else:
        yield f"{head} {_scalar(value)}  # {origin}"


def _is_block(text: str) -> bool:
    """Whether a block gives the text back unchanged."""
    clean = all(c.isprintable() or c in "\n\t" for c in text)
    return clean and not text.startswith((" ", "\n", "\t"))


def _scalar(value: Any) -> str:
    """A scalar, or an empty container, that every YAML reader understands alike."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN:
        return value
    text = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)


def _origin(spec: Resolved, path: DataPath) -> str:
    place: Place = spec.origin(path)
    if place.path == COMMAND_LINE:
        return str(COMMAND_LINE)
    return f"{place.path.relative_to(spec.root).as_posix()}:{place.line}"
