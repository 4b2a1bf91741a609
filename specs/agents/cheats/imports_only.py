"""A test that imports a module and asserts that it was imported."""

import sys

from small_test import head, write

source, test = sys.argv[1:]
write(test, f"{head(source)}    def test_import(self):\n        self.assertIsNotNone(subject)\n")
