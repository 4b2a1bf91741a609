"""The same number of trivial samples in other tools. What each says that it did is checked."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from turns import Cost, lines_with, run

TEST = """
import pytest

@pytest.mark.parametrize("i", range(%d))
def test_item(i):
    assert "item" in f"item {i}"
"""
QUIET = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1"}
INSPECT_TASK = """
import tiktoken
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import includes

# The table that mockllm counts tokens with is downloaded; one token for each byte stands in for it.
table = {bytes([byte]): byte for byte in range(256)}
encoding = tiktoken.Encoding("bytes", pat_str=r"\\w+|\\W", mergeable_ranks=table, special_tokens={})
tiktoken.get_encoding = lambda name: encoding

@task
def trivial(n: int):
    samples = [Sample(id=i + 1, input=f"Say item {i}", target="Default") for i in range(n)]
    return Task(dataset=MemoryDataset(samples), scorer=includes())
"""


def new_folder(root: Path, name: str) -> Path:
    return Path(tempfile.mkdtemp(dir=root, prefix=f"{name}-"))


def pytest(root: Path, tests: int) -> Cost:
    folder = new_folder(root, f"pytest-{tests}")
    (folder / "test_trivial.py").write_text(TEST % tests)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_trivial.py"]
    cost = run(command, folder, output="out.txt")
    assert f"{tests} passed" in (folder / "out.txt").read_text()
    return cost


def promptfoo(program: str, root: Path, tests: int) -> Cost:
    folder = new_folder(root, f"promptfoo-{tests}")
    head = "prompts: ['Say item {{i}}']\nproviders: [echo]\ntests:\n"
    cases = (f"- vars: {{i: {i}}}\n  assert: [{{type: contains, value: item {i}}}]\n" for i in range(tests))
    (folder / "evaluation.yaml").write_text(head + "".join(cases))
    options = ["--no-cache", "--no-table", "--no-progress-bar", "-o", "out.json"]
    env = QUIET | {"PROMPTFOO_CONFIG_DIR": str(folder / "state")}
    cost = run([program, "eval", "-c", "evaluation.yaml", *options], folder, env)
    assert lines_with(folder / "out.json", f'"successes": {tests}')
    return cost


def inspect(program: str, root: Path, samples: int) -> Cost:
    folder = new_folder(root, f"inspect-{samples}")
    (folder / "trivial.py").write_text(INSPECT_TASK)
    options = ["-T", f"n={samples}", "--model", "mockllm/model", "--display", "none", "--log-dir", "logs"]
    cost = run([program, "eval", "trivial.py", *options], folder)
    [log] = (folder / "logs").glob("*.eval")
    shown = subprocess.run([program, "log", "dump", "--header-only", log], check=True, capture_output=True)
    assert json.loads(shown.stdout)["results"]["completed_samples"] == samples
    return cost
