"""What can be said of a result in a test: checks, the strongest first."""

from __future__ import annotations

import ast
import itertools
import types
from collections.abc import Iterator
from pathlib import Path

from snapshot.case import Check

LONGEST = 1500
MOST_ITEMS = 40
MOST_ATTRIBUTES = 6
BUILT_IN_RAISES = frozenset({ValueError, KeyError, IndexError, ZeroDivisionError, StopIteration})


def of_result(value: object) -> list[Check]:
    """The checks of a value. Never empty: the type is the last resort."""
    checks = _items(value) if isinstance(value, Iterator) else _plain(value)
    if not checks and not isinstance(value, type):
        checks = _attributes(value)
    return [*checks, Check("type", type(value).__name__)]


def of_error(error: BaseException, project: Path) -> list[Check]:
    """The checks of an exception; none if it only shows that a wrong kind of argument was given.

    The message is checked if a `raise` of the project wrote it: those of Python differ by version.
    """
    kind = type(error)
    raised = _raised_by(error, project)
    if not raised and kind not in BUILT_IN_RAISES:
        return []
    if "<locals>" in kind.__qualname__ or "." in kind.__qualname__:
        return []
    name = f"{kind.__module__}:{kind.__qualname__}"
    message = literal(str(error)) if raised else None
    checks = [Check("raises", message, name)] if message and " at 0x" not in message else []
    return [*checks, Check("raises", "", name)]


def literal(value: object) -> str | None:
    """Python's own words for a value, sets sorted; None if it is no literal, or not the same when read."""
    try:
        text = _literal(value)
        return text if len(text) <= LONGEST and ast.literal_eval(text) == value else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _literal(value: object) -> str:
    if isinstance(value, tuple) and value.__class__.__eq__ is tuple.__eq__:
        items = [_literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    kind = type(value)
    if kind is list:
        return f"[{', '.join(map(_literal, value))}]"
    if kind is set and value:
        return f"{{{', '.join(sorted(map(_literal, value)))}}}"
    if kind is dict:
        return f"{{{', '.join(f'{_literal(key)}: {_literal(item)}' for key, item in value.items())}}}"
    if kind in (int, float, complex, str, bytes, bool, types.NoneType):
        return repr(value)
    raise ValueError


def _plain(value: object) -> list[Check]:
    """A literal, or the text of something that says what it is."""
    if (text := literal(value)) is not None:
        return [Check("equal", text)]
    if type(value).__repr__ is object.__repr__ or callable(value):
        return []
    try:
        shown = repr(value)
    except Exception:
        return []
    if len(shown) > LONGEST or " at 0x" in shown or type(value).__module__ in ("re", "builtins.frame"):
        return []
    return [Check("text", repr(shown))]


def _items(value: Iterator) -> list[Check]:
    """What an iterator yields, if that ends soon."""
    try:
        items = list(itertools.islice(value, MOST_ITEMS + 1))
    except Exception:
        return []
    text = literal(items) if len(items) <= MOST_ITEMS else None
    return [] if text is None else [Check("items", text)]


def _attributes(value: object) -> list[Check]:
    """The public attributes that are literals, in the order in which they were set."""
    names = list(getattr(value, "__dict__", {})) or list(getattr(type(value), "__slots__", ()))
    found = []
    for name in names:
        text = None if name.startswith("_") else literal(getattr(value, name, ...))
        if text is not None and text != "Ellipsis":
            found.append(Check("attribute", text, name))
    return found[:MOST_ATTRIBUTES]


def state(value: object, depth: int = 3) -> str:
    """A text that changes when an object does, as far as that can be seen from outside."""
    if (text := literal(value)) is not None:
        return text
    if depth and isinstance(value, dict | list | tuple | set | frozenset):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return str([(state(key, depth - 1), state(item, depth - 1)) for key, item in pairs])
    if depth and hasattr(value, "__dict__"):
        return type(value).__name__ + state(vars(value), depth - 1)
    return type(value).__name__


def _raised_by(error: BaseException, project: Path) -> bool:
    """Whether a `raise` of the project is what raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = Path(trace.tb_frame.f_code.co_filename) if trace else Path()
    if trace is None or not file.is_relative_to(project) or not file.is_file():
        return False
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    number = trace.tb_lineno - 1
    return any(line.startswith("raise ") for line in lines[max(0, number - 3) : number + 1])
