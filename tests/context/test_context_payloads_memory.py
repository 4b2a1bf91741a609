"""A large payload needs no more memory than a small one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# The process may take 24 MiB more than it has when its imports are done: a fifth of the payload.
PROGRAM = """
import resource, sys
from declared_payloads import declared
from specrun.context.payloads.generate import generate

payloads = declared(sys.argv[1])
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + 24 * 1024**2
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
print(sum(len(chunk) for chunk in generate(payloads, "it", None)))
"""
LARGE = {
    "lines": """
it:
  lines:
    count: 2000000
    text: "line ${n:07}: ${pad}"
    vars: {pad: {repeat: {text: x, times: 48}}}
""",
    "records": 'it: {records: {count: 2000000, fields: {n: "${n}", text: "${n} of many records like it"}}}',
    "repeat": "it: {repeat: {of: {noise: {seed: 1, bytes: 1MiB}}, times: 120}}",
    "one line": """
it:
  noise: {seed: 1, bytes: 120MiB}
  replace: [{at: 100000000, text: NEEDLE}]
  pin: {lines: 1}
""",
}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("name", LARGE)
def test_memory_is_bounded(name):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, LARGE[name]],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100 * 1000**2
