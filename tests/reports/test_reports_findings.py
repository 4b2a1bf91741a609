"""Every rule at its extremes. Each line of a test is what a report would say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from specrun.reports import findings
from specrun.reports.findings.base import Finding, found
from specrun.reports.findings.listing import listed
from specrun.reports.kinds import kind_of
from specrun.reports.kinds.test_running import TEST_RUNNING
from specrun.results.model import Agent, Case, Grader, Outcome, Results, Score, ScoreStatus, Trial

Make = Callable[..., Results]
SHORT: dict[str, Outcome] = {
    "p": "passed", "f": "failed", "e": "agent_error", "t": "agent_timeout", "b": "budget_exceeded",
    "i": "invalid_case", "x": "infra_error", "u": "unavailable", "c": "cancelled",
}  # fmt: skip
SCORES: dict[str, ScoreStatus] = {"P": "passed", "F": "failed", "N": "not_applicable", "E": "error"}


def find(results: Results) -> list[Finding]:
    return list(findings.find(results, kind_of(results).rules))


def said(results: Results, rule: str) -> list[str]:
    return [finding.text for finding in find(results) if finding.rule == rule]


def graded(detection: str, replay: str) -> tuple[Score, ...]:
    verdicts = {"detection": detection, "replay": replay}
    return tuple(Score(grader=name, status=SCORES[verdict]) for name, verdict in verdicts.items())


@pytest.fixture
def make(make_results: Make) -> Make:
    """Make results from the outcomes of each agent: a letter for each case, `/` between repetitions."""

    def build(*, broken: dict[str, str] | None = None, reasons: bool = False, **rows: str) -> Results:
        agents = [Agent(id=name, title="", type=name, version="1") for name in rows]
        cases = [
            Case(id=name, title="", broken=(broken or {}).get(name))
            for name in "klmnopqrstuvwxyz"[: max(len(row.split("/")[0]) for row in rows.values())]
        ]
        trials = [
            Trial(
                agent=agent, case=case.id, repetition=repetition, seed=0, outcome=SHORT[letter],
                reason="no such tool." if reasons else None,
            )
            for place, case in enumerate(cases)
            for agent, row in rows.items()
            for repetition, letters in enumerate(row.split("/"), start=1)
            for letter in letters[place : place + 1]
        ]  # fmt: skip
        repeats = max(row.count("/") + 1 for row in rows.values())
        return make_results(agents, cases, trials, repeats=repeats)

    return build


def test_no_agent_that_counts_no_finding(make: Make) -> None:
    assert find(make(a="u", b="c"))[0].rule == "not-counted"
    assert said(make(a="u", b="c"), "leader") == said(make(a="u", b="c"), "pass-rate") == []


def test_a_pass_rate(make: Make) -> None:
    assert said(make(a="p", nop="f"), "pass-rate") == [
        "a passes 1 of 1 counted trial (100.0%, 95% interval 20.7% to 100.0%)."
    ]
    assert said(make(a="fftu"), "pass-rate") == [
        "a passes 0 of 3 counted trials (0.0%, 95% interval 0.0% to 56.1%)."
    ]


def test_a_leader_needs_an_interval_above_all_others(make: Make) -> None:
    assert said(make(a="p" * 10, b="f" * 10), "leader") == [
        "a (10 of 10, 72.2% to 100.0%) leads: its 95% interval lies above that of b (0 of 10, 0.0% to 27.8%)."
    ]
    assert said(make(a="p" * 10, b="f" * 10, c="f" * 10), "leader") == [
        (
            "a (10 of 10, 72.2% to 100.0%) leads: its 95% interval lies above those of"
            " b (0 of 10, 0.0% to 27.8%) and c (0 of 10, 0.0% to 27.8%)."
        )
    ]


def test_no_winner_where_intervals_overlap(make: Make) -> None:
    assert said(make(a="ff", b="pf"), "leader") == [
        (
            "b (1 of 2, 9.5% to 90.5%) has the highest pass rate, but its 95% interval overlaps that of"
            " a (0 of 2, 0.0% to 65.8%), so no winner can be named."
        )
    ]


def test_a_wide_interval_far_below_still_overlaps(make: Make) -> None:
    text = said(make(a="p" * 10, b="p" * 4 + "f" * 6, c="f"), "leader")[0]
    assert "its 95% interval overlaps that of c (0 of 1, 0.0% to 79.3%), so no winner" in text


def test_a_tie_has_no_leader(make: Make) -> None:
    assert said(make(a="p", b="p", oracle="p"), "leader") == [
        (
            "a (1 of 1, 20.7% to 100.0%) and b (1 of 1, 20.7% to 100.0%) share the highest pass rate,"
            " so none of them leads."
        )
    ]
    assert said(make(a="f", b="f", oracle="p"), "leader") == ["a and b pass no trial, so none of them leads."]


def test_different_cases_are_said_to_be_different(make: Make) -> None:
    assert said(make(a="pp", b="pu"), "leader")[0].endswith("They were not counted on the same cases.")


def test_one_agent_cannot_lead(make: Make) -> None:
    assert said(make(a="p", nop="f", oracle="p"), "leader") == []


def test_separation(make: Make) -> None:
    assert said(make(nop="fff", oracle="ppp"), "separation") == [
        "nop fails and the oracle passes on 3 of 3 cases where both count."
    ]
    assert said(make(nop="pfi", oracle="pfi"), "separation") == [
        "nop fails and the oracle passes on 0 of 2 cases where both count; not on k and l."
    ]
    assert said(make(nop="f", oracle="u"), "separation") == []
    assert said(make(nop="f", a="p"), "separation") == []


def test_endings(make: Make) -> None:
    assert said(make(a="etbtpf", nop="ttttt"), "endings") == [
        "a ends with agent error in 1 of 6 counted trials: k.",
        "a ends with agent timeout in 2 of 6 counted trials: l and n.",
        "a ends with budget exceeded in 1 of 6 counted trials: m.",
    ]


def test_cases_that_tell_nobody_apart(make: Make) -> None:
    assert said(make(a="pfpf", b="pfft", nop="ffff"), "not-discriminating") == [
        f"All of a and b {what} of 4 cases that count for each of them,"
        f" so these do not tell them apart: {where}."
        for what, where in (("pass 1", "k"), ("fail 2", "l and n"))
    ]
    assert said(make(a="pu", b="fp"), "not-discriminating") == []
    assert said(make(a="pf"), "not-discriminating") == []


def test_stability(make: Make) -> None:
    assert said(make(a="pp/pf/ff"), "stability") == [
        (
            "a is unstable on 2 of 2 repeated cases (stability variance 0.3333):"
            " k (2 of 3 pass) and l (1 of 3 pass)."
        )
    ]
    assert said(make(a="p/p"), "stability") == [
        "a is unstable on 0 of 1 repeated case (stability variance 0)."
    ]
    assert said(make(a="p/u"), "stability") == []


def test_what_does_not_count_is_named_once(make: Make) -> None:
    results = make(a="pui", b="pux", broken={"m": "nop passes"}, reasons=True)
    assert said(results, "broken-cases") == [
        "No trial of the case m counts (2 trials, invalid case and infra error): nop passes."
    ]
    assert said(results, "not-counted") == [
        "2 of 6 trials ended as unavailable, which does not count, on l: no such tool."
    ]
    assert said(make(a="p", b="i", broken={"k": "nop passes"}), "broken-cases") == []
    assert said(make(a="c"), "not-counted") == [
        "1 of 1 trial ended as cancelled, which does not count, on k."
    ]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("PF PF PP", ["a passes detection but fails replay in 2 of 3 counted trials: k and l."]),
        ("FP", ["a passes replay but fails detection in 1 of 1 counted trial: k."]),
        ("PP FF PN PE", []),
    ],
)
def test_detection_and_replay(make_results: Make, verdicts: str, expected: list[str]) -> None:
    assert said(judged(make_results, verdicts), "detection-and-replay") == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("PF PF FF", ["a fails replay most often, in 3 of 3 counted trials: k, l and m."]),
        ("FF PP", ["a fails detection and replay most often, each in 1 of 2 counted trials: k."]),
        ("FP PF", ["a fails detection and replay most often, each in 1 of 2 counted trials: k and l."]),
        ("PP PE NN", []),
    ],
)
def test_the_worst_grader(make_results: Make, verdicts: str, expected: list[str]) -> None:
    assert said(judged(make_results, verdicts), "worst-grader") == expected


def judged(make_results: Make, verdicts: str) -> Results:
    """Make results of one agent: what detection and replay say of each case."""
    words = verdicts.split()
    cases = [Case(id=name, title="") for name, _ in zip("klmn", words, strict=False)]
    trials = [
        Trial(agent="a", case=case.id, repetition=1, seed=0, outcome="failed", scores=graded(*word))
        for case, word in zip(cases, words, strict=True)
    ]
    graders = [Grader(name=name, title="", required=True) for name in ("detection", "replay")]
    return make_results(
        [Agent(id="a", title="", type="command", version="1")], cases, trials, graders=graders
    )


def test_integrity_is_named_with_its_evidence(samples: dict[str, Results]) -> None:
    [finding] = [one for one in find(samples["typical"]) if one.rule == "integrity"]
    assert (
        finding.text
        == "heuristic does not pass integrity in heuristic/maze/1: report.xml was there before the tests ran."
    )
    assert finding.trials == ("heuristic/maze/1",)


def test_shares_are_over_the_trials_that_measured_both(samples: dict[str, Results]) -> None:
    assert said(samples["typical"], "shares") == [
        "heuristic reaches 22 of 32 (68.8%) in test-count.tests_run, over 3 of 4 counted trials.",
        "heuristic reaches 101 of 101 (100.0%) in coverage.covered_lines, over 2 of 4 counted trials.",
    ]


def test_figures_that_nobody_measured(samples: dict[str, Results], make_results: Make) -> None:
    full = samples["repeated"]
    assert said(full, "measured-for-nobody") == []
    [trial] = samples["empty"].trials
    bare = make_results(samples["empty"].agents, samples["empty"].cases, [trial], graders=full.graders[-2:])
    assert said(bare, "measured-for-nobody") == [
        "usage.detect_tokens and usage.setup_tokens were measured in 0 of 1 counted trial."
    ]


def test_every_finding_names_trials_that_exist(sample: tuple[str, Results]) -> None:
    _, results = sample
    names = {trial.name for trial in results.trials}
    for finding in find(results):
        assert finding.trials
        assert names.issuperset(finding.trials)


def test_every_rule_finds_something_somewhere(samples: dict[str, Results], make: Make) -> None:
    seen = {finding.rule for results in samples.values() for finding in find(results)}
    seen |= {finding.rule for finding in find(make(a="pf", b="ff", nop="ff", oracle="pp"))}
    builtin = {rule.__name__.replace("_", "-") for rule in TEST_RUNNING.rules} - {
        "custom",
        "measured-for-nobody",
    }
    assert builtin <= seen


@pytest.mark.parametrize(
    ("some", "last"), [(20, "all 40 trials of all"), (21, "and 41 trials more"), (30, "and 50 trials more")]
)
def test_long_lists_of_trials_are_cut(some: int, last: str, make_results: Make) -> None:
    agents = [Agent(id=name, title="", type="command", version="1") for name in ("some", "all")]
    cases = [Case(id=f"c{number}", title="") for number in range(40)]
    trials = [
        Trial(agent=agent.id, case=case.id, repetition=1, seed=0, outcome="passed")
        for agent in agents
        for case in cases
    ]
    results = make_results(agents, cases, trials)
    [shown] = listed(results, [found("r", trials[:some] + trials[40:], "It is so.")])
    assert shown.basis == f"Rule r, {some + 40} trials"
    assert shown.trials == (*(f"some/c{number}/1" for number in range(20)), last)
