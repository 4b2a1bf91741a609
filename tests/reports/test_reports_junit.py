from __future__ import annotations

from collections import Counter

from junitparser import Error, Failure, JUnitXml, Skipped

from specrun.reports.junit import junit
from specrun.results.model import Results


def test_every_trial_is_a_test_case_with_its_reason(samples: dict[str, Results]) -> None:
    results = samples["typical"]
    report = JUnitXml.fromstring(junit([results]))
    assert [suite.name for suite in report] == [f"test-running.{agent.id}" for agent in results.agents]
    cases = {case.name: case for suite in report for case in suite}
    assert sorted(cases) == sorted(trial.name for trial in results.trials)
    kinds = {"failed": Failure, "agent_timeout": Error, "invalid_case": Skipped, "unavailable": Skipped}
    for trial in results.trials:
        told = cases[trial.name].result
        assert [type(one) for one in told] == ([kinds[trial.outcome]] if trial.outcome != "passed" else [])
    [failure] = cases["heuristic/maze/1"].result
    assert failure.message == "failed: integrity: report.xml was there before the tests ran"
    [skipped] = cases["nop/node-queue/1"].result
    assert (skipped.message, skipped.type) == ("unavailable: node is not installed", "unavailable")


def test_suites_count_their_cases(samples: dict[str, Results]) -> None:
    suites = {suite.name: suite for suite in JUnitXml.fromstring(junit([samples["typical"]]))}
    heuristic = suites["test-running.heuristic"]
    assert (heuristic.tests, heuristic.failures, heuristic.errors, heuristic.skipped) == (6, 2, 1, 2)


def test_several_runs_are_one_report(samples: dict[str, Results]) -> None:
    suites = Counter(suite.name for suite in JUnitXml.fromstring(junit(list(samples.values()))))
    assert suites["test-running.nop"] == 2
    assert suites["test-running.only"] == 1


def test_a_report_has_no_times(sample: tuple[str, Results]) -> None:
    _, results = sample
    written = junit([results])
    assert b" time=" not in written
    assert b"timestamp" not in written


def test_hostile_names_are_text(samples: dict[str, Results]) -> None:
    report = JUnitXml.fromstring(junit([samples["hostile"]]))
    assert next(iter(report)).name == "test-running.a|b `code` <script>alert(1)</script>"
