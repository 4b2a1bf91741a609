"""What could have no effect is refused, and every mistake of one text is told."""

from __future__ import annotations

import pytest

from specrun.reports.findings import rule_errors
from specrun.spec.collect import validate
from specrun.spec.leaves import check_glob
from specrun.spec.placeholders import faults


@pytest.mark.parametrize("pattern", ["../*.py", "a/../b", "..", "a/.."])
def test_a_pattern_with_dots_matches_nothing(pattern):
    with pytest.raises(ValueError, match=r"has a '\.\.' part"):
        check_glob(pattern)


@pytest.mark.parametrize("pattern", ["a..b/*", "..a", "a/...", "./x"])
def test_dots_in_a_name_are_fine(pattern):
    check_glob(pattern)


@pytest.mark.parametrize(
    ("limits", "refused"), [("2m, idle: 121s", True), ("2m, idle: 2m", False), ("2m, idle: 90s", False)]
)
def test_idle_is_at_most_wall(shelf, limits, refused):
    shelf.edit("specs/bench.yaml", "wall: 2m", f"wall: {limits}")
    told = [str(problem) for problem in validate([shelf.path("specs/bench.yaml")])[1]]
    message = "specs/bench.yaml:7:34: 'idle' is longer than 'wall', which is 2m: it would have no effect"
    assert told == ([message] if refused else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${a} $${x} ${b}", ["unknown placeholder '${a}'", "unknown placeholder '${b}'"]),
        ("${home\n${b}", ["'${' without '}'", "unknown placeholder '${b}'"]),
        ("${home}", []),
    ],
)
def test_every_placeholder_is_told(text, expected):
    told = list(faults(text, {"home"}))
    assert len(told) == len(expected)
    assert all(line.startswith(start) for line, start in zip(told, expected, strict=True))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"when": "nope > 1 and alsonope"}, [("when", "'alsonope'"), ("when", "'nope'")]),
        ({"say": "{{ x }} {{ y }}"}, [("say", "'x'"), ("say", "'y'")]),
        ({"say": "{{ agent.x }} {{ agent.x }} {{ agent.y }}"}, [("say", "'x'"), ("say", "'y'")]),
        ({"when": "agent.passed", "say": "{{ agent.id }}"}, []),
    ],
)
def test_every_unknown_name_of_a_rule_is_told(rule, expected):
    told = list(rule_errors(rule))
    assert [key for key, _ in told] == [key for key, _ in expected]
    assert all(name in text for (_, text), (_, name) in zip(told, expected, strict=True))
