"""What became of a project's tests: which are new, which broke, which went, and which are not sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from specrun.measure.reports import TestRun, TestStatus


class TestChanges(msgspec.Struct, frozen=True, kw_only=True):
    """Test ids before and after, by what became of them; no id is in two of the sets."""

    __test__ = False

    added: frozenset[str]
    """New, and passed in every run."""
    failing: frozenset[str]
    """New, and failed in the same way in every run."""
    flaky: frozenset[str]
    """Not the same in every run, whether new or not."""
    broken: frozenset[str]
    """Passed before, there in every run, and passed in none."""
    removed: frozenset[str]
    """Ran before, and there in no run."""


def test_changes(before: TestRun, after: Sequence[TestRun | None]) -> TestChanges:
    """Compare the tests before with all runs after; a run that left no report (None) had no tests.

    A new test that is skipped is none of these.
    """
    runs = [{test.id: test.status for test in run.tests} if run else {} for run in after]
    known = {test.id: test.status for test in before.tests}
    kinds: dict[str, set[str]] = {name: set() for name in TestChanges.__struct_fields__}
    for name in known.keys() | set[str]().union(*runs):
        kind = _kind(known.get(name), [run.get(name) for run in runs])
        if kind is not None:
            kinds[kind].add(name)
    return TestChanges(**{kind: frozenset(names) for kind, names in kinds.items()})


test_changes.__test__ = False  # type: ignore[attr-defined]


def _kind(before: TestStatus | None, after: list[TestStatus | None]) -> str | None:
    """Which set a test belongs to. None stands for not being there."""
    if any(status != after[0] for status in after):
        return "flaky"
    now = after[0] if after else None
    if before is None:
        return {"passed": "added", "failed": "failing", "error": "failing"}.get(now or "")
    if now is None:
        return None if before == "skipped" else "removed"
    return "broken" if before == "passed" and now != "passed" else None


def unsteady(runs: Sequence[TestRun | None]) -> Iterator[str]:
    """The tests that are not the same in every run."""
    yield from sorted(test_changes(TestRun(()), runs).flaky)
