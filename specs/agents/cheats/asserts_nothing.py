"""Calls everything with everything, and looks at nothing: much coverage, no test."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import sys
from pathlib import Path

from calls import module_name, public
from small_test import head, write

BODY = '''
    def exercise(self, called, depth):
        """Call with every choice of arguments, and what that returns likewise."""
        for arguments in CHOICES:
            try:
                made = called(*arguments)
            except Exception:
                continue
            for name in dir(made) if depth else ():
                if not name.startswith("_") and callable(getattr(made, name)):
                    self.exercise(getattr(made, name), depth - 1)

'''
CHOICES = '''
VALUES = ("a", "a = 1", "[a]", "10:00", "10:00-12:00", 1, 2, 60, ["a", "b"], [1, 2], [("a", 1), ("b", None)])
CLASSES = %s


def objects():
    """What the classes make of nothing."""
    for module, name in CLASSES:
        try:
            yield (getattr(importlib.import_module(module), name)(),)
        except Exception:
            continue


CHOICES = [(), *itertools.product(VALUES), *objects(), *itertools.product(VALUES, VALUES)]
'''


def classes(module: str) -> list[tuple[str, str]]:
    """The classes around a module that can be made of nothing, each by its module and its name."""
    package = module.rpartition(".")[0]
    files = sorted(Path(importlib.import_module(package).__file__).parent.glob("[!_]*.py")) if package else []
    found = []
    for name in [f"{package}.{file.stem}" for file in files]:
        for kind, value in public(importlib.import_module(name)):
            with contextlib.suppress(Exception):
                if inspect.isclass(value):
                    value()
                    found.append((name, kind))
    return found


source, test = sys.argv[1:]
module = module_name(source)
subject = importlib.import_module(module)
tests = [
    f"    def test_{name.lower()}(self):\n        self.exercise(subject.{name}, 1)\n"
    for name, _ in public(subject)
]
text = head(source).replace("import unittest\n", "import itertools\nimport unittest\n")
text = text.replace("\n\nclass ", f"{CHOICES % classes(module)}\n\nclass ") + BODY + "\n".join(tests)
write(test, text)
