"""What the cheats know of a module: how it is imported, and a few calls of it, with what they return."""

from __future__ import annotations

import importlib
import inspect
import itertools
import sys
from pathlib import Path
from types import ModuleType

VALUES = ("'a'", "1", "'1'", "['a', 'b']", "[1, 2]", "{'a': 1}")


def module_name(source: str) -> str:
    """The name that a source file is imported by. Its folder can be imported from afterwards."""
    path = Path(source).resolve()
    names = [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists():
        names.insert(0, folder.name)
        folder = folder.parent
    sys.path.insert(0, str(folder))
    return ".".join(names)


def simple_calls(source: str) -> list[tuple[str, str]]:
    """Expressions over the module `subject`, each with what it returns, in Python's words."""
    subject = importlib.import_module(module_name(source))
    found = []
    for expression in _expressions(subject):
        try:
            shown = repr(eval(expression, {"subject": subject}))
            if " at 0x" not in shown:
                found.append((expression, shown))
        except Exception:
            continue
    return found


def _expressions(subject: ModuleType) -> list[str]:
    """Calls of every public function, and of every method that an instance has."""
    found = []
    for name, value in public(subject):
        makers = [f"subject.{name}({', '.join(given)})" for given in _arguments(value)]
        for maker in makers:
            found.append(maker)
            if inspect.isclass(value) and (instance := _made(maker, subject)) is not None:
                members = [member for member in vars(value) if not member.startswith("_")]
                found += [
                    f"{maker}.{member}({', '.join(given)})"
                    for member in members
                    if callable(method := getattr(instance, member))
                    for given in _arguments(method)
                ]
                break
    return found


def public(subject: ModuleType) -> list[tuple[str, object]]:
    """The functions and classes that a module defines itself."""
    return [
        (name, value)
        for name, value in vars(subject).items()
        if not name.startswith("_") and callable(value) and value.__module__ == subject.__name__
    ]


def _arguments(called: object) -> list[tuple[str, ...]]:
    """Some values for every required parameter."""
    try:
        parameters = inspect.signature(called).parameters.values()
    except (TypeError, ValueError):
        return []
    required = [each for each in parameters if each.default is each.empty and each.kind < each.VAR_POSITIONAL]
    return list(itertools.islice(itertools.product(VALUES, repeat=len(required)), 40))


def _made(expression: str, subject: ModuleType) -> object | None:
    try:
        return eval(expression, {"subject": subject})
    except Exception:
        return None
