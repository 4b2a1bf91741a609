"""What nobody may see: hidden tests, and what another trial left."""

from __future__ import annotations

import os
import re

import pytest
from writing_bench import FILES, GOOD_TESTS, NEW, Writing, score, trial

from specrun.workspaces.sandbox import sandbox

MARKER = "the-hidden-marker"

SEARCH = r"""
word=the-hidden; word=$word-marker
{
  grep -rIlFs -D skip $word / --exclude-dir={proc,sys,dev,usr,lib,lib64} || true
  git log --all -p | grep $word || true
  git cat-file --batch-all-objects --batch --unordered | grep -a $word || true
  find .git -type f -exec cat {} + | grep -a $word || true
  env | grep $word || true
} > "$HOME/found"
test ! -s "$HOME/found" || cp "$HOME/found" tests/found.txt
"""

LEAVE = r"""
mkdir -p .git/hooks __pycache__ "$HOME/.cache" "$HOME/.config"
for place in "$HOME" /tmp . .git tests; do echo left > $place/left-behind; done
printf '[user]\n name = left-behind\n' > "$HOME/.gitconfig"
git config core.hooksPath /tmp/left-behind-hooks
git config left.behind yes
printf '#!/bin/sh\necho left-behind > tests/left-by-hook\n' > .git/hooks/post-commit
git update-ref refs/tags/left-behind HEAD
site=$(python -c 'import site; print(site.getusersitepackages())')
mkdir -p "$site"

echo 'raise SystemExit("left-behind")' | tee "$site/sitecustomize.py" "$site/usercustomize.py" > /dev/null
echo 'import sys; sys.exit("left-behind")' > "$site/left-behind.pth"
printf 'def total(prices):\n    return "left-behind"\n' > till.py
python -I -m compileall -q --invalidation-mode unchecked-hash till.py
for python in $(find /workspace -name '*.pyc' | head -50); do
  echo left-behind > $python
done
setsid sh -c 'while sleep 0.1; do for p in /tmp/*/ ~ .; do echo > $p/left-behind; done; done' &> /dev/null &
"""

LOOK = r"""
{
  ls -A "$HOME" /tmp . .git tests
  ls .git/hooks || true
  cat "$HOME/.gitconfig" .git/config || true
  git for-each-ref
  python -c 'import till; print(till.total([1]))'
  find / -name '*left-behind*' -not -path '/proc/*' 2>/dev/null || true
  cat /proc/[0-9]*/cmdline | tr '\0' ' ' | grep -c 'while [s]leep' || true
} > tests/seen.txt 2>&1
"""


pytestmark = pytest.mark.skipif(
    not sandbox().files, reason="this machine cannot give commands a root of their own"
)


def test_hidden_tests_are_nowhere_and_the_oracle_restores_them(writing) -> None:
    writing.file(NEW, f"# {MARKER}\n{GOOD_TESTS}")
    (writing.root / "till/tests" / os.fsdecode(b"caf\xe9.txt")).write_text(MARKER, encoding="utf-8")
    (writing.root / "till/hidden-link").symlink_to("tests")
    writing.project["writing"]["hide"] = ["tests/test_change.py", "tests/caf*", "hidden-*"]
    writing.agent("oracle", type="oracle")
    writing.agent("searches", SEARCH, "ls tests > tests/listed.txt")
    results = writing.run("--jobs", "2")
    assert trial(results, "oracle").outcome == "passed"
    assert score(results, "oracle", "tests").figures["added"] == 3
    found = diff(writing, "searches")
    assert b"+test_till.py\n" in found
    assert b"test_change.py" not in found
    assert b"caf" not in found
    assert b"found.txt" not in found, found.decode()


def diff(bench: Writing, agent: str) -> bytes:
    """What an agent left in the last run."""
    return (record(bench, agent) / "patch.diff").read_bytes()


def record(bench: Writing, agent: str):
    shown = bench.call("trial", f"{agent}/till.till/1").out
    (key,) = set(re.findall(r"[0-9a-f]{64}", shown))
    return bench.root / ".specrun/records" / key


def looked(bench: Writing, *agents: str) -> dict[str, bytes]:
    """What the agent that looks around saw, and how it was scored, after these agents have worked."""
    for name in agents:
        bench.agent(name, LEAVE, {"write": NEW, "content": GOOD_TESTS})
    bench.agent("looks", LOOK)
    bench.run("--jobs", "1")
    return {file: (record(bench, "looks") / file).read_bytes() for file in ("patch.diff", "scores.json")}


def test_nothing_of_a_trial_is_left_for_the_next(tmp_path) -> None:
    alone, after = Writing(tmp_path / "alone"), Writing(tmp_path / "after")
    seen = looked(alone)
    assert looked(after, "leaves") == seen
    assert seen["patch.diff"].endswith(b"\n+1\n+0\n"), "the total of [1], and no process that waits"
    assert b"left-behind" not in seen["patch.diff"]
    assert trial(after.results, "leaves").outcome == "failed", trial(after.results, "leaves").reason
    assert FILES["till.py"] == (after.root / "till/till.py").read_text(encoding="utf-8")
