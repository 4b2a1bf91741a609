"""An honest test below thousands of lines of data that nothing reads."""

import sys

from small_test import head, small_test, write

ROWS = 3000

source, test = sys.argv[1:]
rows = "".join(f"    ({number}, 'row {number * 7919 % ROWS}'),\n" for number in range(ROWS))
text = head(source).replace("\n\nclass ", f"\nTABLE = (\n{rows})\n\n\nclass ")
write(test, text + small_test(source))
