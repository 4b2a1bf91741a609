"""Records are graded again without any agent, and only with the patch that the agent left."""

from __future__ import annotations

import copy
import shutil

import pytest
from writing_bench import GOOD_TESTS, score


@pytest.fixture(scope="module")
def ran(shared):
    """A benchmark that was run."""
    bench = shared()
    bench.writer("good", GOOD_TESTS)
    bench.run("--jobs", "2")
    return bench


@pytest.fixture
def stored(ran, tmp_path):
    """A copy of its own for each test, and the folder of the record of its agent that writes good tests."""
    bench = copy.deepcopy(ran)
    bench.root = shutil.copytree(ran.root, tmp_path / "bench")
    (patch,) = (bench.root / ".specrun/records").glob("*/patch.diff")
    return bench, patch.parent


def test_other_options_of_a_grader_need_no_agent(stored) -> None:
    bench, record = stored
    before = (record / "record.json").stat().st_mtime_ns
    bench.spec["graders"] = [{"use": "tests", "with": {"least": 4}}, *bench.spec["graders"]]
    bench.spec["graders"].remove("tests")
    found = score(bench.run(), "good", "tests")
    assert found.evidence == ("only 3 tests were added that pass",)
    assert (record / "record.json").stat().st_mtime_ns == before, "the agent was not asked again"


def test_a_patch_that_was_tampered_with_is_not_used(stored) -> None:
    bench, record = stored
    first = (bench.root / "reports/it/results.json").read_bytes()
    better = (record / "patch.diff").read_bytes().replace(b"test_coins", b"test_other")
    (record / "patch.diff").write_bytes(better)
    (record / "scores.json").unlink()
    bench.run()
    assert (bench.root / "reports/it/results.json").read_bytes() == first
    assert (record / "patch.diff").read_bytes() != better, "the agent worked again"
