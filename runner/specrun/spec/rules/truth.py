"""What is said to be true of a project's tests can be true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.spec.rules.base import value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.rules.base import Broken

_ABOUT_TESTS = ("expected_tests", "failing_tests", "covered_lines")


def contradictions(data: dict[str, Any]) -> Iterator[Broken]:
    """Figures of tests that are not there, and more tests that fail than there are."""
    if value_at(data, "truth", "tests_present") is False:
        for key in _ABOUT_TESTS:
            if value_at(data, "truth", key):
                yield ("truth", key), f"'{key}' speaks of tests, but 'tests_present' is false"
        return
    expected, failing = (value_at(data, "truth", key) for key in ("expected_tests", "failing_tests"))
    if type(expected) is int and type(failing) is int and failing > expected:
        message = f"'expected_tests' counts the {failing} tests that fail too, and is only {expected}"
        yield ("truth", "failing_tests"), message
