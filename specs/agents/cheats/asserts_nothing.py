"""Calls everything with everything, and looks at nothing: much coverage, no test."""

from __future__ import annotations

import importlib
import sys

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
CHOICES = """
VALUES = ("a", "a = 1", "[a]", "10:00", "10:00-12:00", 1, 2, 60, ["a", "b"], [1, 2], [("a", 1), ("b", None)])
CHOICES = [(), *itertools.product(VALUES), *itertools.product(VALUES, VALUES)]
"""

source, test = sys.argv[1:]
subject = importlib.import_module(module_name(source))
tests = [
    f"    def test_{name.lower()}(self):\n        self.exercise(subject.{name}, 1)\n"
    for name, _ in public(subject)
]
text = head(source).replace("import unittest\n", "import itertools\nimport unittest\n")
text = text.replace("\n\nclass ", f"{CHOICES}\n\nclass ") + BODY + "\n".join(tests)
write(test, text)
