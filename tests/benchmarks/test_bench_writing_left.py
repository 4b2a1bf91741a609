"""What an agent left is collected and graded, however it ended and whatever it is."""

from __future__ import annotations

import pytest
from writing_bench import GOOD_TESTS, NEW, TILL, score, trial

COMMIT = "git -c user.name=a -c user.email=a@b commit -q -m mine"
ODD = "printf 'x\\n' > tests/$'caf\\xe9 name'"
"""A file whose name is not UTF-8."""


@pytest.fixture(scope="module")
def left(shared):
    """The results of one run with an agent for everything that can be left."""
    bench = shared()
    bench.file("tests/old.bin", bytes(range(256)))
    bench.file("tests/run.sh", "echo run\n")
    bench.file("notes/deep/a.txt", "a\n")
    bench.spec["limits"]["agent"]["idle"] = "700ms"
    bench.spec["writable"] = ["tests/", "notes", "/data"]
    bench.writer("commits", GOOD_TESTS, f"git add -A; {COMMIT}; git checkout -q -b other; rm -rf .git")
    bench.writer("hangs", GOOD_TESTS, "exec sleep 600", "touch tests/never")
    bench.writer("crashes", GOOD_TESTS, "touch tests/half; exit 7", "touch tests/never")
    bench.writer(
        "everything",
        GOOD_TESTS,
        "mv tests/test_till.py tests/test_renamed.py; rm tests/old.bin; chmod +x tests/run.sh",
        "printf '\\0\\1' > tests/new.bin; ln -s run.sh tests/link; rm -r notes; echo flat > notes",
        f"mkdir data; ln -s /etc data/etc; {ODD}",
    )
    bench.agent(
        "source", {"write": NEW, "content": GOOD_TESTS}, "sed -i 's/COINS = .*/COINS = (5,)/' till.py"
    )
    bench.agent(
        "elsewhere",
        {"write": NEW, "content": GOOD_TESTS},
        "echo > README.md; echo > setup.cfg; mkdir -p __pycache__ .out; echo > __pycache__/x; echo > .out/y",
    )
    bench.agent(
        "in-place",
        {"write": NEW, "content": GOOD_TESTS},
        "rm tag.py; mkdir -p tag.py/tests; echo 'def test(): pass' > tag.py/tests/test_in.py",
    )
    bench.writer("folder-link", GOOD_TESTS, "mv tests kept; ln -s kept tests")
    bench.agent("huge", {"write": NEW, "content": GOOD_TESTS}, "truncate -s 65M tests/huge")
    return bench.run("--jobs", "2")


@pytest.mark.parametrize(
    ("agent", "outcome", "reason"),
    [
        ("commits", "passed", None),
        ("hangs", "agent_timeout", "step 2: ended by its idle limit"),
        ("crashes", "agent_error", "step 2: exit code 7"),
    ],
)
def test_it_is_graded_whether_or_not_the_agent_came_to_its_end(left, agent, outcome, reason) -> None:
    assert (trial(left, agent).outcome, trial(left, agent).reason) == (outcome, reason)
    assert score(left, agent, "tests").figures["added"] == 3
    assert score(left, agent, "coverage-gain").figures["gain"] == 8
    assert score(left, agent, "diff-size").figures["files"] == (2 if agent == "crashes" else 1)


def test_everything_that_files_can_be(left) -> None:
    assert trial(left, "everything").outcome == "failed"
    tests = score(left, "everything", "tests")
    assert tests.evidence == ("1 ran before and are gone: test_total (tests.test_till.Total.test_total)",)
    assert (tests.figures["added"], tests.figures["removed"]) == (4, 1)
    assert score(left, "everything", "patch").figures == {"refused_files": 0, "source_lines_touched": 0}
    assert score(left, "everything", "diff-size").figures["files"] == 11


def test_source_is_left_out_and_told(left) -> None:
    assert score(left, "source", "patch").evidence == ("the agent touched till.py, which is source",)
    assert score(left, "source", "patch").figures == {"refused_files": 1, "source_lines_touched": 2}
    assert score(left, "source", "tests").status == "passed", "they run on the source as it was"
    assert score(left, "source", "diff-size").figures["source_lines"] == 2


def test_protected_files_fail_and_others_are_only_told(left) -> None:
    found = score(left, "elsewhere", "patch")
    assert found.evidence == (
        "the agent touched setup.cfg, which is protected",
        "left out: README.md, which is not among the files that may be written",
    )
    assert found.figures == {"refused_files": 2, "source_lines_touched": 0}
    assert score(left, "elsewhere", "diff-size").figures["files"] == 3, "generated files are not counted"


def test_what_stands_in_the_place_of_a_refused_file_is_refused_too(left) -> None:
    found = score(left, "in-place", "patch")
    assert found.evidence == (
        "the agent touched tag.py, which is source",
        "left out: tag.py/tests/test_in.py, which is in the place of a file that is left as it was",
    )
    assert score(left, "in-place", "tests").status == "passed"


def test_a_link_in_the_place_of_the_tests_is_left_out_and_the_tests_are_gone(left) -> None:
    found = score(left, "folder-link", "patch")
    assert "left out: tests, which is not among the files that may be written" in found.evidence
    assert score(left, "folder-link", "tests").figures["removed"] == 1


def test_more_than_can_be_kept_is_the_agents_failure(left) -> None:
    assert trial(left, "huge").outcome == "agent_error"
    assert "huge: larger than 67108864 bytes" in trial(left, "huge").reason
    assert score(left, "huge", "tests").figures["added"] == 0


def test_nothing_is_the_machines_failure(left) -> None:
    assert {each.outcome for each in left.trials} == {"passed", "failed", "agent_error", "agent_timeout"}
    assert "COINS = (5, 2, 1)" in TILL
