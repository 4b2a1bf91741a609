"""One test, thirty times, under other names."""

import sys

from small_test import head, small_test, write

COPIES = 30

source, test = sys.argv[1:]
tests = [small_test(source, f"test_values_{number}") for number in range(1, COPIES + 1)]
write(test, head(source) + "\n".join(tests))
