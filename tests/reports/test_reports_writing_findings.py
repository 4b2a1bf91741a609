"""The rules of test-writing at their extremes. Each line of a test is what a report would say."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from writing_results import (
    COPIES,
    DELETES,
    FAKES,
    FLAKY,
    HUGE,
    IMPORTS,
    NOTHING,
    ORACLE,
    SNAPSHOT,
    SOURCE,
    UNCHECKED,
    Ended,
    Row,
    Wrote,
    typical,
    writing_results,
)

from specrun.reports import findings
from specrun.reports.kinds import kind_of
from specrun.reports.kinds.test_writing.rules import RULES
from specrun.results.model import Results


def said(made: Results | Mapping[str, Row], rule: str) -> list[str]:
    results = made if isinstance(made, Results) else writing_results(made)
    return [one.text for one in findings.find(results, kind_of(results).rules) if one.rule == rule]


def only(did: Wrote, rule: str) -> list[str]:
    """Say what a rule says of an agent that does the same in a case."""
    return said({"a": [did]}, rule)


def unlike(did: Wrote, **other: object) -> Wrote:
    return msgspec.structs.replace(did, **other)


@pytest.mark.parametrize(
    ("rule", "agents"),
    [
        ("unchecked", ["asserts-nothing", "imports-only"]),
        ("only-imports", ["imports-only", "edits-source"]),
        ("touched-source", ["edits-source"]),
        ("copies", ["duplicates"]),
        ("flaky", ["flaky"]),
        ("lost-tests", ["deletes-tests"]),
        ("claimed-coverage", ["fakes-coverage"]),
        ("large-diffs", ["edits-source", "duplicates", "deletes-tests", "huge-diff"]),
        ("unexplained-gain", []), ("failing", []), ("touched-protected", []), ("reads-source", []),
    ],
)  # fmt: skip
def test_each_way_to_cheat_is_told_apart(rule: str, agents: list[str]) -> None:
    assert [text.split()[0] for text in said(typical(), rule)] == agents


def test_it_is_the_figures_that_tell_and_not_the_names() -> None:
    cheats = {
        "unchecked": UNCHECKED, "only-imports": IMPORTS, "touched-source": SOURCE, "copies": COPIES,
        "flaky": FLAKY, "lost-tests": DELETES, "claimed-coverage": FAKES,
    }  # fmt: skip
    for rule, did in cheats.items():
        assert len(only(did, rule)) == 1
    assert len(said({"oracle": [ORACLE], "snapshot": [HUGE]}, "large-diffs")) == 1
    named = ("asserts-nothing", "imports-only", "edits-source", "duplicates", "flaky", "fakes-coverage")
    results = writing_results({name: [SNAPSHOT] for name in named})
    rules = {one.rule for rule in RULES for one in rule(results)}
    assert rules == {"most-gained", "most-killed", "worth"}


def test_tests_that_check_nothing() -> None:
    note = "Next to nothing: less than one mutant in 5 is killed."
    rows: dict[str, Row] = {"a": [UNCHECKED, SNAPSHOT, NOTHING]}
    assert said(rows, "unchecked") == [
        (
            "a runs code and checks next to nothing of it in 1 of 2 measured trials with a gain and mutants:"
            f" inikit.parser (gains 34 of 40 missed lines and kills 0 of 12 mutants). {note}"
        )
    ]
    assert only(unlike(UNCHECKED, killed=2), "unchecked") == [
        (
            "a runs code and checks next to nothing of it in 1 of 1 measured trial with a gain and mutants:"
            f" inikit.parser (gains 34 of 40 missed lines and kills 2 of 12 mutants). {note}"
        )
    ]
    assert only(unlike(UNCHECKED, killed=2, mutants=10), "unchecked") == []
    for enough in (unlike(UNCHECKED, killed=3), unlike(UNCHECKED, killed=None), unlike(UNCHECKED, gain=0)):
        assert only(enough, "unchecked") == []


def test_cases_that_show_the_same_are_named_together() -> None:
    [text] = said({"a": [IMPORTS, IMPORTS, unlike(IMPORTS, gain=1, imported=1, missed=1)]}, "only-imports")
    assert text == (
        "a gains nothing but lines that importing alone runs in 3 of 3 measured trials with a gain:"
        " inikit.parser and inikit.edit (gains 12 of 40 missed lines, 12 of them by importing);"
        " slotbook (gains 1 of 1 missed line, 1 of them by importing)."
    )


def test_of_many_cases_the_first_are_told() -> None:
    cases = [f"case-{number}" for number in range(13)]
    rows = {"a": [unlike(IMPORTS, gain=number + 1, imported=number + 1) for number in range(13)]}
    [text] = said(writing_results(rows, cases=cases), "only-imports")
    assert text.count("by importing)") == 10
    assert text.endswith("; and 3 more.")


def test_only_imports_needs_both_figures_and_a_gain() -> None:
    for other in (unlike(IMPORTS, imported=11), unlike(IMPORTS, imported=None), NOTHING):
        assert only(other, "only-imports") == []


def test_touched_files() -> None:
    assert only(unlike(SOURCE, source=1), "touched-source") == [
        (
            "a changes source in 1 of 1 measured trial: inikit.parser"
            " (1 source line: lib/parser.py: it is source, which a test writer leaves alone)."
        )
    ]
    others = unlike(SOURCE, source=0, protected="the agent touched ci.yml, which is protected")
    assert only(others, "touched-source") == []
    assert only(others, "touched-protected") == [
        (
            "a touches files that it was not to touch, and no line of source, in 1 of 1 measured trial:"
            " inikit.parser (patch failed: the agent touched ci.yml, which is protected)."
        )
    ]
    assert only(unlike(SOURCE, source=None, refused=0), "touched-source") == []


def test_tests_that_do_not_hold() -> None:
    assert only(unlike(FLAKY, flaky=1), "flaky") == [
        (
            "a adds flaky tests in 1 of 1 measured trial: inikit.parser"
            " (1 flaky test: tests/test_flaky.py::test_one is flaky)."
        )
    ]
    assert only(Wrote(failing=2), "failing")[0].startswith(
        "a adds tests that do not pass in 1 of 1 measured trial: inikit.parser (2 failing tests: "
    )
    assert only(Wrote(removed=2, broken=1), "lost-tests")[0].startswith(
        "a loses tests that were there in 1 of 1 measured trial: inikit.parser"
        " (2 removed tests and 1 broken test: "
    )
    for rule in ("flaky", "failing", "lost-tests"):
        assert only(Wrote(), rule) == []
        assert only(Wrote(flaky=None, failing=None, removed=None, broken=None), rule) == []


def test_copies_are_a_finding_where_they_are_too_many() -> None:
    assert only(Wrote(tests=1, copies=1), "copies") == [
        (
            "a pads its tests with more copies than it may in 1 of 1 measured trial: inikit.parser"
            " (1 of 1 test line)."
        )
    ]
    assert only(Wrote(tests=40, copies=20), "copies") == []
    assert only(Wrote(tests=40, copies=None), "copies") == []


def test_a_gain_without_a_new_test() -> None:
    assert only(Wrote(added=0, gain=1), "unexplained-gain") == [
        (
            "a gains lines although it has no new test in 1 of 1 measured trial with a gain:"
            " inikit.parser (1 line and 0 tests)."
        )
    ]
    for other in (NOTHING, Wrote(added=0, flaky=1), Wrote(added=0, failing=1), Wrote(added=0, flaky=None)):
        assert only(other, "unexplained-gain") == []


def test_claims_are_told_from_gains_of_nothing() -> None:
    assert only(FAKES, "claimed-coverage") == [
        (
            "a claims coverage that cannot be, so none counts, in 1 of 1 measured trial: inikit.parser"
            " (coverage is made up: f in lib/parser.py was ended before its first statement,"
            " and 12 lines ran)."
        )
    ]
    for honest in (unlike(FAKES, claim=""), unlike(FAKES, claim="there is no coverage report"), NOTHING):
        assert only(honest, "claimed-coverage") == []


def test_tests_that_fail_where_nothing_was_changed() -> None:
    reason = "a change of lib/parser.py that means nothing makes added tests fail"
    did = Wrote(killed=None, mutants=None, lived=[reason])
    results = writing_results({"a": [did]})
    failed = tuple(
        msgspec.structs.replace(one, status="failed") if one.grader == "mutation" else one
        for one in results.trials[0].scores
    )
    trials = (msgspec.structs.replace(results.trials[0], scores=failed),)
    assert said(msgspec.structs.replace(results, trials=trials), "reads-source") == [
        (
            "a adds tests that fail where source is written in another way and means the same, in 1 of 1"
            f" measured trial: inikit.parser ({reason})."
        )
    ]
    assert only(NOTHING, "reads-source") == []


def test_a_large_diff_is_large_beside_others() -> None:
    rows: dict[str, Row] = {"oracle": [Wrote(gain=30, tests=30)], "a": [Wrote(gain=1, tests=6)]}
    assert said(rows, "large-diffs") == [
        (
            "a changes many lines for what it gains in 1 of 1 case where others gain, too: inikit.parser"
            " (6 changed lines for 1 gained, 6 for each; the median of 1 other is 1). Many: more than"
            " 5 times as many for each gained line as the median of the others."
        )
    ]
    assert said({**rows, "a": [Wrote(gain=1, tests=5)]}, "large-diffs") == []
    assert said({**rows, "a": [Wrote(gain=0, tests=6000)]}, "large-diffs") == []
    assert said({"a": [HUGE]}, "large-diffs") == []
    assert said({"b": [NOTHING], "a": [HUGE]}, "large-diffs") == []


def test_who_gains_and_kills_most_on_the_same_cases() -> None:
    gone = Ended("agent_timeout")
    rows: dict[str, Row] = {"a": [SNAPSHOT, gone], "b": [UNCHECKED, ORACLE], "oracle": [ORACLE, ORACLE]}
    assert said(rows, "most-gained") == [
        "Of 2 agents, compared on the same 1 case, b (34 of 40) gains most missed lines."
    ]
    assert said({"a": [SNAPSHOT], "b": [SNAPSHOT]}, "most-killed") == [
        "Of 2 agents, compared on the same 1 case, a (8 of 10) and b (8 of 10) kill most mutants."
    ]
    assert said({"a": [NOTHING], "b": [NOTHING]}, "most-gained") == [
        "Of 2 agents, compared on the same 1 case, none gains any missed lines."
    ]
    assert said({"a": [NOTHING], "b": [NOTHING]}, "most-killed") == []
    assert said({"a": [SNAPSHOT, gone], "b": [gone, SNAPSHOT]}, "most-gained") == []
    assert said({"a": [SNAPSHOT]}, "most-gained") == []


def test_what_tests_are_worth() -> None:
    assert said({"a": [Wrote(added=1, gain=1, missed=1), NOTHING, Ended("agent_error")]}, "worth") == [
        (
            "In 3 counted trials, a adds 1 test in 2 of them, gains 1 of 41 missed lines (2.4%) in 2 of"
            " them and kills 8 of 10 mutants (80.0%) in 1 of them."
        )
    ]
    assert only(Wrote(gain=0, missed=0, killed=0, mutants=0), "worth") == [
        "In 1 counted trial, a adds 4 tests, gains 0 of 0 missed lines and kills 0 of 0 mutants."
    ]
    assert said({"a": [Ended("agent_error")]}, "worth") == []


def test_the_known_answer_is_the_ceiling_pair_by_pair() -> None:
    rows: dict[str, Row] = {"oracle": [ORACLE, ORACLE], "a": [SNAPSHOT, Ended("agent_timeout")]}
    assert said(rows, "ceiling") == [
        (
            "a gains 30 lines where the known answer, oracle, gains 38 (78.9%), over 1 trial of each. Of the"
            " mutants of its own gain it kills 8 of 10 (80.0%), and oracle 10 of 10 (100.0%), over 1"
            " trial of each."
        )
    ]
    assert said({"oracle": [NOTHING], "a": [unlike(NOTHING, gain=1)]}, "ceiling") == [
        "a gains 1 line where the known answer, oracle, gains 0, over 1 trial of each."
    ]
    for gone in (Ended("infra_error"), unlike(ORACLE, outcome="invalid_case")):
        assert said({"oracle": [gone], "a": [SNAPSHOT]}, "ceiling") == []
