"""What a context benchmark costs: `python perf/context.py [FIXTURES] [ROUNDS] [PROMPTFOO] [INSPECT]`.

Generated fixtures of 260 lines in 4 arms with one policy, every payload generated and searched, preflight,
results and reports included, in one command; against as many trivial samples as there are trials in pytest
and, with the paths of their programs, in promptfoo and inspect_ai (over a tenth, and scaled).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from peers import inspect, new_folder, promptfoo, pytest
from turns import SPECRUN, Cost, about, judge, lines_with, ratio, run, show, take_turns

FIXTURES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
PROMPTFOO, INSPECT = ([name if name != "-" else None for name in sys.argv[3:5]] + [None, None])[:2]
ARMS = ("capped", "full", "reference", "reference+excerpt")
TRIALS = FIXTURES * len(ARMS)
FIXTURE = """specrun: 1
kind: context-fixture
id: f{number:05}
title: Generated {number}
prompt: What is the token? Answer with its line.
payloads:
  out:
    lines:
      count: 260
      text: "line ${{n:04}}: some noise of a build"
      replace: [{{line: {line}, text: TOKEN=value-{number}}}]
artifacts: [{{id: out, kind: command_stdout, payload: out}}]
arms:
  capped: {{context: capped}}
  full: {{context: full}}
  reference: {{context: reference}}
  excerpt: {{context: reference+excerpt}}
baseline: capped
policies:
  grep: {{calls: [{{grep: out, query: TOKEN}}], answer: {{find: 'TOKEN=\\S+'}}}}
expect: {{answer: TOKEN=value-{number}, evidence: {{out: [{line}]}}}}
mutants:
  wrong: {{of: grep, arm: reference, answer: {{text: TOKEN=none}}}}
"""
BENCHMARK = """specrun: 1
kind: context
id: generated
graders: [context-answer, context-evidence, context-cost]
passing: [context-answer]
limits: {calls: 10}
fixtures:
"""


def specrun(root: Path) -> Cost:
    folder = new_folder(root, "specrun")
    (folder / "specs").mkdir()
    (folder / "fixtures").mkdir()
    for number in range(FIXTURES):
        text = FIXTURE.format(number=number, line=1 + number * 37 % 260)
        (folder / f"fixtures/f{number:05}.yaml").write_text(text)
    names = "".join(f"  - ../fixtures/f{number:05}.yaml\n" for number in range(FIXTURES))
    (folder / "specs/context.yaml").write_text(BENCHMARK + names)
    cost = run([SPECRUN, "specs/context.yaml", "--offline", "-q"], folder)
    assert lines_with(folder / "reports/generated/results.json", '"outcome": ') == TRIALS
    return cost


def main() -> None:
    print(about())
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        ways = {
            f"specrun, {FIXTURES} fixtures x {len(ARMS)}": lambda: specrun(root),
            f"pytest, {TRIALS}": lambda: pytest(root, TRIALS),
        }
        if PROMPTFOO:
            ways[f"promptfoo, {TRIALS}"] = lambda: promptfoo(PROMPTFOO, root, TRIALS)
        if INSPECT:
            ways[f"inspect, {TRIALS // 10}"] = lambda: inspect(INSPECT, root, TRIALS // 10)
        costs = take_turns(ways, ROUNDS)
    show(costs)
    ours, *peers = costs
    for peer in peers:
        scale = 10 if peer.startswith("inspect") else 1
        for what in ("wall", "cpu"):
            print(f"{peer}, {what}: {ratio(costs[ours], costs[peer], what) / scale:.3f}x")
    judge("largest process", max(cost.memory for cost in costs[ours]), 1024, " MiB")


main()
