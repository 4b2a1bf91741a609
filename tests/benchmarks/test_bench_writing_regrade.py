"""Records are graded again without any agent, and only with the patch that the agent left."""

from __future__ import annotations

import pytest
from writing_bench import GOOD_TESTS, score


@pytest.fixture
def stored(writing):
    """A benchmark that was run, and the folder of the record of its agent that writes good tests."""
    writing.writer("good", GOOD_TESTS)
    writing.run("--jobs", "2")
    (patch,) = (writing.root / ".specrun/records").glob("*/patch.diff")
    return writing, patch.parent


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
