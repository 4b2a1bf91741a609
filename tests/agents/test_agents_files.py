"""The files of an agent are read once, when it is digested."""

from __future__ import annotations

from pathlib import Path

from specrun.benchmarks.base import Surroundings
from specrun.benchmarks.projects import project_roster
from specrun.spec.library import Library, find_root

PATCH = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n+two\n"


def test_an_edit_after_planning_does_not_reach_the_agent(bench, tmp_path: Path):
    change = bench.root / "specs/agents/change.diff"
    change.write_text(PATCH)
    bench.agent("steps", steps="  - patch: change.diff\n")
    around = Surroundings(cache=tmp_path / "cache", offline=True)
    planned = project_roster(Library(find_root(bench.spec)).resolve(bench.spec), around).agents["steps"]
    change.write_text(PATCH.replace("+two", "+three"))
    assert planned.files == {"change.diff": PATCH.encode()}
    again = project_roster(Library(find_root(bench.spec)).resolve(bench.spec), around).agents["steps"]
    assert again.files == {"change.diff": PATCH.replace("+two", "+three").encode()}
    assert again.digest != planned.digest
