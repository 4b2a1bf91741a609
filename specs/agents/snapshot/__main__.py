"""The steps: find the module, search for calls in one process, repeat them in others, write the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from snapshot.case import Case, stable
from snapshot.place import Place, locate
from snapshot.write import render

SEARCH_SECONDS = 240
SEEDS = ("1", "2")
"""Hash seeds of the repetitions. A check holds if the search, under seed 0, and all of them saw the same."""


def main(arguments: list[str]) -> int:
    """Write the tests of one source file. Exit code 0, also when nothing can be called."""
    if len(arguments) != 2:
        print("usage: python -m snapshot SOURCE TEST", file=sys.stderr)
        return 2
    place = locate(Path.cwd(), arguments[0])
    cases = _child("snapshot.search", place, "0", "") if place else None
    if not cases:
        print(f"snapshot: {arguments[0]}: nothing that can be called; no tests are written")
        return 0
    again = [_child("snapshot.observe", place, seed, json.dumps(cases)) for seed in SEEDS]
    kept = stable(*[[Case.load(case) for case in run or ()] for run in (cases, *again)])
    if not kept:
        print(f"snapshot: {arguments[0]}: no result is the same twice; no tests are written")
        return 0
    target = _free(Path(arguments[1]))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render(place.module, kept), encoding="utf-8")
    print(f"snapshot: {len(kept)} tests in {target.as_posix()}")
    return 0


def _child(module: str, place: Place, seed: str, given: str) -> list[dict] | None:
    """What a fresh interpreter, in a folder of its own, says about the module; None if it cannot."""
    own = str(Path(__file__).parents[1])
    with tempfile.TemporaryDirectory() as folder:
        path = os.pathsep.join([*map(str, place.roots), own, os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "HOME": folder}
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-B", "-W", "ignore", "-m", module, json.dumps(place.dump())],
                input=given,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SEARCH_SECONDS,
                text=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
    if done.returncode:
        return None
    return json.loads(done.stdout)


def _free(test: Path) -> Path:
    """The test file; beside one that is there already, a file whose name fits the same patterns."""
    if not test.exists():
        return test
    stem = test.stem
    return test.with_stem(f"{stem[:-5]}_snapshot_test" if stem.endswith("_test") else f"{stem}_snapshot")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
