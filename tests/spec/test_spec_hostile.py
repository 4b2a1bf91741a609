"""Files that are made to keep validate busy are answered soon, in one line."""

# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import json
import resource
import subprocess
import sys

MANY = 60_000
LONG = 4_000_000
AGENT = "specrun: 1\nkind: agent\nid: x\n"
NOP = AGENT + "type: nop\n"
RUN = AGENT + "type: command\nrun: {script: x}\n"
PROJECT = "specrun: 1\nkind: project\nid: x\nplatform: platforms/python.yaml\ntruth: {tests_present: true}\n"
VALIDATE = """
import json, sys
from specrun.spec.collect import validate
from pathlib import Path
print(json.dumps({name: list(map(str, validate([Path(name).absolute()])[1])) for name in sys.argv[1:]}))
"""


def names(prefix):
    return ",".join(f"{prefix}{number}" for number in range(MANY))


HOSTILE = {
    "tags": (NOP + f"tags: [{names('t')}]\n", "5:7: 'tags' must have at most 1,000 items"),
    "bad tags": (NOP + f"tags: [{names('T')}]\n", "5:7: 'tags' must have at most 1,000 items"),
    "env": (
        RUN + "env:\n" + "".join(f"  A{number}: x\n" for number in range(MANY)), "7:3: 'env' must have at most 1,000 keys",
    ),
    "files": (
        RUN + "files:\n" + "- {path: '${home}/x', source: x}\n" * MANY, "7:1: 'files' must have at most 1,000 items",
    ),
    "steps": (
        AGENT + "type: script\nsteps:\n" + "- run: a\n" * MANY + "- rum: b\n", "6:1: 'steps' must have at most 50,000 items",
    ),
    "long path": (AGENT + f"type: script\nsteps: [{{write: {'a/' * LONG}, content: x}}]\n", "5:17: 'write' must be at most 400 characters long"),
    "long place": (
        RUN + f"files: [{{path: '${{home}}/{'a/' * LONG}b', source: bench.yaml}}]\n",
        "6:16: 'path' must be at most 4000 characters long",
    ),
    "pattern": (
        "specrun: 1\nkind: platform\nid: x\nlanguage: c\npaths: {source: ['" + "**/x" * (LONG // 2) + "']}\n",
        "5:18: 'source[0]' must be at most 1000 characters long",
    ),
    "regex": (
        RUN + f"install: {{script: x, verify: {{run: [x], matches: '{'(a|b)*' * (LONG // 4)}'}}}}\n",
        "6:50: 'matches' must be at most 1000 characters long",
    ),
    "location": (
        PROJECT + f"source: {{git: '{'a:' * LONG}', commit: {'a' * 40}}}\n", "6:15: 'git' must be at most 4000 characters long",
    ),
}  # fmt: skip


def test_every_hostile_file_has_its_line(shelf):
    benchmark = shelf.path("specs/bench.yaml").read_text()
    expected = {}
    for name, (content, line) in HOSTILE.items():
        expected[f"specs/{name}.yaml"] = [f"specs/{name}.yaml:{line}"]
        shelf.write(f"specs/{name}.yaml", content)
    for key, old in (("agents", "agents/tool.yaml"), ("graders", "replay"), ("passing", "replay")):
        file = f"specs/many {key}.yaml"
        shelf.write(file, benchmark.replace(f"{key}: [{old}]", f"{key}: [{names('x')}]"))
        line = benchmark[: benchmark.index(key + ":")].count("\n") + 1
        most = "50,000" if key == "agents" else "1,000"
        expected[file] = [f"{file}:{line}:{len(key) + 3}: '{key}' must have at most {most} items"]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 * 1024**3, 2 * 1024**3))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        [sys.executable, "-c", VALIDATE, *expected], capture_output=True, text=True, preexec_fn=limit
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == expected
