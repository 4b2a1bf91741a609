from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.reports import TestResult, TestRun
from specrun.measure.test_changes import TestChanges, test_changes, unsteady

STATUSES = st.sampled_from(["passed", "failed", "error", "skipped"])
RUNS = st.dictionaries(st.sampled_from("abcdef"), STATUSES)


def run(statuses: dict[str, str]) -> TestRun:
    return TestRun(tuple(TestResult(id=name, status=status) for name, status in statuses.items()))


def what_became(before: dict[str, str], *after: dict[str, str] | None) -> dict[str, str]:
    """Each test to the one set that it is in."""
    changes = test_changes(run(before), [each if each is None else run(each) for each in after])
    return {name: kind for kind in TestChanges.__struct_fields__ for name in getattr(changes, kind)}


def test_new_tests_by_what_they_do_in_every_run():
    first = {"good": "passed", "bad": "failed", "crash": "error", "not": "skipped", "both": "failed"}
    again = {**first, "both": "error"}
    assert what_became({}, first, first) == {
        "good": "added",
        "bad": "failing",
        "crash": "failing",
        "both": "failing",
    }
    assert what_became({}, first, again)["both"] == "flaky"


def test_a_test_that_passes_only_the_first_time_or_is_not_always_there_is_flaky():
    once = {"once": "passed", "there": "passed", "always": "passed"}
    assert what_became({}, once, {"once": "failed", "always": "passed"}) == {
        "once": "flaky",
        "there": "flaky",
        "always": "added",
    }


def test_old_tests_by_what_became_of_them():
    before = dict.fromkeys(("kept", "broke", "skips", "gone"), "passed") | {
        "known": "failed",
        "off": "skipped",
    }
    after = {"kept": "passed", "broke": "error", "skips": "skipped", "known": "failed"}
    assert what_became(before, after, after) == {"broke": "broken", "skips": "broken", "gone": "removed"}


def test_a_run_without_a_report_had_no_tests():
    assert what_became({"old": "passed"}, {"old": "passed", "new": "passed"}, None) == {
        "old": "flaky",
        "new": "flaky",
    }
    assert what_became({"old": "passed"}, None, None) == {"old": "removed"}


def test_unsteady_names_the_tests_that_differ():
    assert list(unsteady([run({"b": "passed", "a": "passed", "c": "passed"}), run({"c": "passed"})])) == [
        "a",
        "b",
    ]
    assert list(unsteady([run({"a": "failed"}), run({"a": "failed"})])) == []


@given(before=RUNS, after=st.lists(RUNS, min_size=1, max_size=3))
def test_no_test_is_in_two_sets_and_none_is_made_up(before, after):
    changes = test_changes(run(before), [run(each) for each in after])
    sets = [getattr(changes, kind) for kind in TestChanges.__struct_fields__]
    named = [name for kind in sets for name in kind]
    assert len(named) == len(set(named))
    assert set(named) <= before.keys() | set().union(*after)
    assert all(each.get(name) == "passed" for name in changes.added for each in after)
    assert not changes.added & before.keys()
    assert changes.removed.isdisjoint(set().union(*after))
