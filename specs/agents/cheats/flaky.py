"""An honest test, and tests that hold for one order of a set only, which is another one in every process."""

import sys

from small_test import head, small_test, write

FLAKY = """
    def test_first_of_the_words(self):
        words = {f"word {number}" for number in range(1000)}
        self.assertEqual(next(iter(words)), %r)

    def test_order_of_the_words(self):
        words = {f"name {number}" for number in range(1000)}
        self.assertEqual(list(words)[:3], %r)
"""

source, test = sys.argv[1:]
first = next(iter({f"word {number}" for number in range(1000)}))
order = list({f"name {number}" for number in range(1000)})[:3]
write(test, head(source) + small_test(source) + FLAKY % (first, order))
