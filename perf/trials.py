"""What 10,000 trivial trials cost: `python perf/trials.py [TRIALS] [ROUNDS] [PROMPTFOO] [INSPECT]`.

The agent that does nothing, on one project, results and reports included, against as many parametrized tests of
pytest that assert a constant; and with the paths of their programs, against promptfoo's `echo` with one
assertion, and inspect_ai's `mockllm` with `includes` (over a tenth of the trials, because it is slow, times ten;
`-` leaves promptfoo out). Only time is scaled. What each tool says it did is checked, not only its exit code.

Every run has a new folder, and all are removed at the end: ext4 is slow to make files where many have just been
removed. The preflight of the one case (a real run of the project's tests) is part of specrun's time.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from turns import SPECRUN, Cost, about, judge, ratio, run, show, take_turns

TRIALS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
PROMPTFOO, INSPECT = ([name if name != "-" else None for name in sys.argv[3:5]] + [None, None])[:2]
TENTH = TRIALS // 10
TEST = "import pytest\n@pytest.mark.parametrize('i', range(%d))\ndef test_item(i): assert 'item' in f'item {i}'\n"
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


def new_folder(root: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=root))


def specrun(root: Path, trials: int) -> Cost:
    folder = new_folder(root)
    subprocess.run([SPECRUN, "init", folder], check=True, capture_output=True)
    options = ["--offline", "--repeats", str(trials), "--only", "agent=nop", "--output", "reports", "-q"]
    cost = run([SPECRUN, "specs/hello.yaml", *options], folder)
    results = json.loads((folder / "reports" / "hello" / "results.json").read_bytes())
    assert [trial["outcome"] for trial in results["trials"]] == ["failed"] * trials
    return cost


def pytest(root: Path, tests: int) -> Cost:
    folder = new_folder(root)
    (folder / "test_trivial.py").write_text(TEST % tests)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=tests.xml"]
    cost = run([*command, "-c", "/dev/null", "test_trivial.py"], folder)
    assert f'failures="0" skipped="0" tests="{tests}"' in (folder / "tests.xml").read_text()
    return cost


def promptfoo(root: Path, tests: int) -> Cost:
    folder = new_folder(root)
    head = "prompts: ['Say item {{i}}']\nproviders: [echo]\ntests:\n"
    cases = (f"- vars: {{i: {i}}}\n  assert: [{{type: contains, value: item {i}}}]\n" for i in range(tests))
    (folder / "evaluation.yaml").write_text(head + "".join(cases))
    options = ["--no-cache", "--no-table", "--no-progress-bar", "-o", "out.json"]
    env = QUIET | {"PROMPTFOO_CONFIG_DIR": str(folder / "state")}
    cost = run([PROMPTFOO or "", "eval", "-c", "evaluation.yaml", *options], folder, env)
    assert json.loads((folder / "out.json").read_bytes())["results"]["stats"]["successes"] == tests
    return cost


def inspect(root: Path, samples: int) -> Cost:
    folder = new_folder(root)
    (folder / "trivial.py").write_text(INSPECT_TASK)
    options = ["-T", f"n={samples}", "--model", "mockllm/model", "--display", "none", "--log-dir", "logs"]
    cost = run([INSPECT or "", "eval", "trivial.py", *options], folder)
    [log] = (folder / "logs").glob("*.eval")
    header = json.loads(zipfile.ZipFile(log).read("header.json"))
    assert header["results"]["completed_samples"] == samples, header.get("error")
    return cost


def ways(root: Path) -> dict[str, Callable[[], Cost]]:
    found = {
        f"specrun, {TRIALS}": lambda: specrun(root, TRIALS),
        f"pytest, {TRIALS}": lambda: pytest(root, TRIALS),
        f"specrun, {TENTH}": lambda: specrun(root, TENTH),
        f"pytest, {TENTH}": lambda: pytest(root, TENTH),
        "specrun, 100": lambda: specrun(root, 100),
        "pytest, 100": lambda: pytest(root, 100),
    }
    if PROMPTFOO:
        found[f"promptfoo, {TRIALS}"] = lambda: promptfoo(root, TRIALS)
    if INSPECT:
        found[f"inspect, {TENTH}"] = lambda: inspect(root, TENTH)
        found["inspect, 10"] = lambda: inspect(root, 10)
    return found


def bytes_kept(root: Path) -> dict[str, float]:
    """Bytes for each trial: of each file of its record, and of what a run and its report take for it."""
    folder = max(root.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    sizes: dict[str, float] = {}
    for file in folder.rglob("*"):
        relative = file.relative_to(folder).as_posix()
        kind = re.sub(r"\\.specrun/records/\\w+/", "record: ", relative)
        if file.is_file() and kind != relative:
            sizes[kind] = sizes.get(kind, 0) + file.stat().st_size / TENTH
    return sizes


def main() -> None:
    print(f"{about()}, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as name:
        costs = take_turns(ways(Path(name)), ROUNDS)
    show(costs)


main()
