"""An honest test in a file that tells the running coverage measurement that every line of the source ran."""

import sys

from small_test import head, small_test, write

FAKE = '''
def setUpModule():
    """Claim every statement."""
    try:
        import coverage
    except ImportError:
        return
    measuring = coverage.Coverage.current()
    if measuring is None:
        return
    file, statements, *_ = measuring.analysis2(subject.__file__)
    data = measuring.get_data()
    if measuring.get_option("run:branch"):
        data.add_arcs({file: [(before, after) for before in (-1, *statements) for after in statements]})
    else:
        data.add_lines({file: statements})

'''

source, test = sys.argv[1:]
write(test, head(source).replace("\n\nclass ", f"\n{FAKE}\nclass ") + small_test(source))
