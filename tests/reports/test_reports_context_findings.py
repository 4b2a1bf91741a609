"""The rules of context benchmarks at their extremes. Each line of a test is what a report would say."""

from __future__ import annotations

import msgspec
import pytest
from context_results import Did, Ended, Plan, context_results, everybody, partial, tools, typical

from specrun.reports import findings
from specrun.reports.findings.base import Finding
from specrun.reports.kinds import kind_of
from specrun.reports.kinds.context.ablation import ablation
from specrun.reports.kinds.context.rules import ARM_RULES
from specrun.results.model import Results

RIGHT, WRONG = Did(right=True, context=1000), Did(right=False, context=1000)
GREP = Did(right=True, context=100, tools=True, recovery=50, greps=1)


def find(results: Results) -> list[Finding]:
    return list(findings.find(results, kind_of(results).rules))


def said(results: Results | Plan, rule: str) -> list[str]:
    made = results if isinstance(results, Results) else context_results(results)
    return [finding.text for finding in find(made) if finding.rule == rule]


def two(there: Did, here: Did) -> Plan:
    """Make two fixtures in which grep does `there` in the baseline and `here` in the arm small."""
    return {name: {"capped": {"grep": there}, "small": {"grep": here}} for name in ("a", "b")}


def mixed(there: Did, *here: Did) -> Plan:
    """Make a fixture for each of `here`."""
    return {
        name: {"capped": {"grep": there}, "small": {"grep": one}}
        for name, one in zip("abcd", here, strict=False)
    }


def test_recovery_at_two_of_two_and_at_none() -> None:
    price = "at 61.9% (context and recovery alone: 15.0%)"
    unit = "Shares of the estimated tokens of capped: median and range of the fixtures."
    lost = msgspec.structs.replace(GREP, right=False)
    for here, times in ((GREP, "2 of 2"), (lost, "0 of 2")):
        assert said(two(WRONG, here), "recovery") == [
            f"Of the answers that capped loses, the arm small has with grep {times} {price}. {unit}"
        ]
        assert said(two(WRONG, here), "losses") == []
    assert said(two(RIGHT, GREP), "recovery") == []


def test_the_sizes_of_the_benchmark_that_this_one_answers() -> None:
    excerpt = next(text for text in said(typical(), "recovery") if "the arm excerpt" in text)
    assert excerpt.startswith(
        "Of the answers that capped loses, the arm excerpt has with grep 2 of 2 at 49.0%, 42.8% to"
        " 55.2% (context and recovery alone: 38.1%, 33.3% to 43.0%); with read 2 of 2"
    )
    assert "with tail 0 of 2 at 163.3%" in excerpt


def test_one_huge_fixture_does_not_rule_the_price() -> None:
    plan: Plan = {
        name: {"capped": {"grep": WRONG}, "full": {"grep": Did(right=True, context=context)}}
        for name, context in (("a", 2000), ("b", 3000), ("huge", 10**7))
    }
    [text] = said(plan, "recovery")
    assert "grep 3 of 3 at 293.2%, 196.6% to 966,187.0% (" in text


def test_losses_at_two_of_two_and_at_none() -> None:
    assert said(two(RIGHT, WRONG), "losses") == [
        "Of the answers that capped has, the arm small loses with grep 2 of 2 (a and b)."
    ]
    assert said(mixed(RIGHT, RIGHT, WRONG), "losses") == [
        "Of the answers that capped has, the arm small loses with grep 1 of 2 (b)."
    ]
    assert said(two(RIGHT, RIGHT), "losses") == ["No arm loses an answer that capped has, in 2 comparisons."]
    assert said(two(WRONG, WRONG), "losses") == []


def test_what_did_not_count_is_neither_won_nor_lost() -> None:
    gone = Ended("unavailable")
    plan: Plan = {"a": {"capped": {"grep": gone, "tail": RIGHT}, "small": {"grep": RIGHT, "tail": gone}}}
    assert said(plan, "recovery") == said(plan, "losses") == []


def test_right_answers() -> None:
    plan: Plan = {
        "a": {"capped": everybody(WRONG, "grep", "tail"), "full": {"grep": RIGHT}, "x": {"grep": RIGHT}}
    }
    assert said(plan, "right-answers") == [
        "grep is right in 0 of 1 in capped; 1 of 1 in full and x.",
        "tail is right in 0 of 1 in capped.",
    ]
    assert said({"a": {"capped": everybody(Ended("cancelled"))}}, "right-answers") == []


def test_the_fewest_tokens() -> None:
    assert said(two(RIGHT, GREP), "fewest-tokens") == [
        (
            "The right answer that takes the fewest estimated tokens, with all declared evidence seen, is,"
            " of each fixture that has one: grep in a@small (641) and grep in b@small (641)."
        )
    ]
    assert said(two(WRONG, WRONG), "fewest-tokens") == []
    assert said(two(WRONG, WRONG), "never-right") == [
        "No policy is right in any arm of 2 of 2 fixtures: a and b."
    ]
    assert said(mixed(WRONG, GREP, WRONG), "never-right") == [
        "No policy is right in any arm of 1 of 2 fixtures: b."
    ]
    assert said(two(WRONG, RIGHT), "never-right") == []
    assert said({"a": {"capped": {"grep": Ended("infra_error")}}}, "never-right") == []


def test_the_best_arm_is_right_most_often_before_it_is_cheap() -> None:
    cheap_and_wrong = Did(right=False, context=10)
    plan: Plan = {
        name: {"capped": {"grep": cheap_and_wrong}, "full": {"grep": RIGHT}, "small": {"grep": GREP}}
        for name in ("a", "b")
    }
    assert said(plan, "best-arm") == [
        (
            "With grep, of 3 arms that all of its 2 fixtures have, small is right most often, with all"
            " declared evidence seen (2 of 2), for the fewest estimated tokens (1,282)."
        )
    ]
    tie: Plan = {"a": {"capped": {"grep": RIGHT}, "full": {"grep": RIGHT}}}
    assert said(tie, "best-arm") == [
        (
            "With grep, of 2 arms that its only fixture has, capped and full are right most often, with"
            " all declared evidence seen (1 of 1), for the fewest estimated tokens (1,035)."
        )
    ]
    assert said(two(WRONG, WRONG), "best-arm") == []


def test_a_lucky_guess_is_not_the_cheapest() -> None:
    lucky = Did(right=True, context=10, seen=False)
    plan: Plan = {"a": {"capped": {"grep": RIGHT}, "none": {"grep": lucky}}}
    assert "has one: grep in a@capped (1,035)." in said(plan, "fewest-tokens")[0]
    assert "fixture has, capped is right most often" in said(plan, "best-arm")[0]
    assert said({"a": {"capped": {"grep": lucky}}}, "fewest-tokens") == []


def test_an_arm_that_a_fixture_lacks_is_no_best_arm() -> None:
    plan: Plan = {
        "a": {"capped": {"grep": RIGHT}, "small": {"grep": GREP}, "full": {"grep": RIGHT}},
        "b": {"capped": {"grep": RIGHT}, "full": {"grep": RIGHT}},
    }
    assert "of 2 arms that all of its 2 fixtures have, capped and full are" in said(plan, "best-arm")[0]


@pytest.mark.parametrize(
    ("pages", "times"), [(500, "0 of 1 case."), (509, "0 of 1 case."), (510, "1 of 1 case: ")]
)
def test_reading_from_the_top_against_the_whole(pages: int, times: str) -> None:
    whole = Did(right=True, context=1000, before=1000)
    reads = Did(right=True, context=35, before=1000, tools=True, recovery=pages, reads=5)
    plan: Plan = {"a": {"capped": {"read": WRONG}, "full": {"read": whole}, "small": {"read": reads}}}
    [text] = said(plan, "reading")
    assert text.startswith(
        "read, where it only reads pages, takes more estimated tokens than the whole output in the prompt in"
    )
    assert f" in {times}" in text
    if pages == 510:
        assert text.endswith("a@small (1,036 against 1,035).")
    greps = msgspec.structs.replace(reads, greps=1)
    plan = {"a": {"capped": {"read": WRONG}, "full": {"read": whole}, "small": {"read": greps}}}
    assert said(plan, "reading") == []


def test_a_wrong_query_first() -> None:
    def costing(recovery: int) -> Did:
        return msgspec.structs.replace(GREP, greps=3, recovery=recovery)

    plan: Plan = {
        name: {"capped": everybody(WRONG, "guess", "grep"), "small": {"guess": again, "grep": GREP}}
        for name, again in (("a", costing(110)), ("b", costing(121)), ("c", costing(20)), ("d", costing(50)))
    }
    assert said(plan, "searches") == [
        (
            "guess searches more often than grep for the same right answer in 4 cases: on average, that takes"
            " 65.5 more estimated tokens of calls and pages in 2 of 4 cases, 30 fewer estimated tokens of"
            " calls and pages in 1 of 4 cases and as many in 1 of 4 cases."
        )
    ]
    wrong = msgspec.structs.replace(costing(110), right=False)
    assert said({"a": {"capped": {"guess": wrong, "grep": GREP}}}, "searches") == []


def test_answers_that_do_not_go_with_what_was_seen() -> None:
    lucky = msgspec.structs.replace(RIGHT, seen=False)
    blind = msgspec.structs.replace(WRONG, seen=True)
    plan = mixed(WRONG, lucky, blind)
    assert said(plan, "right-unseen") == [
        "grep is right without having seen the evidence in 1 of 4 cases: a@small."
    ]
    assert said(plan, "seen-wrong") == [
        "grep is wrong although it has seen the evidence in 1 of 4 cases: b@small."
    ]
    assert said(two(WRONG, RIGHT), "right-unseen") == said(two(WRONG, RIGHT), "seen-wrong") == []


def test_who_is_stopped_is_not_wrong() -> None:
    stopped = msgspec.structs.replace(WRONG, seen=True, outcome="budget_exceeded")
    plan = mixed(RIGHT, stopped, RIGHT)
    assert said(plan, "seen-wrong") == []
    assert said(plan, "seen-stopped") == [
        "grep has seen the evidence, and is stopped before it ends by itself, in 1 of 4 cases: a@small."
    ]
    replayed = msgspec.structs.replace(stopped, probed=4, decisive=1, curing=1)
    assert said(mixed(RIGHT, replayed), "decisive-segments") == [
        (
            "Shadow replay in the arm small: with grep wrong in 0 of 1, stopped in 1, and 1 of 4 probed"
            " segments decides the answer."
        )
    ]


def test_segments_that_decide() -> None:
    def probed(right: bool, decisive: int, curing: int | None = None) -> Did:
        return Did(right=right, kept=1, dropped=3, probed=4, decisive=decisive, curing=curing)

    text = "Shadow replay in the arm small: with grep"
    decided = "and 4 of 8 probed segments decide the answer"
    assert said(mixed(WRONG, probed(False, 2, 2), probed(False, 2, 0)), "decisive-segments") == [
        (
            f"{text} wrong in 2 of 2, {decided}: 1 of 2 wrong would be"
            " right with one segment the other way round."
        )
    ]
    assert said(two(WRONG, probed(False, 2)), "decisive-segments") == [f"{text} wrong in 2 of 2, {decided}."]
    assert said(two(WRONG, probed(True, 0)), "decisive-segments") == [
        f"{text} wrong in 0 of 2, and 0 of 8 probed segments decide the answer."
    ]
    assert said(two(WRONG, RIGHT), "decisive-segments") == []


def test_checks_that_do_not_hold_are_named_with_their_evidence() -> None:
    held = msgspec.structs.replace(RIGHT, broken_checks=())
    broken = msgspec.structs.replace(RIGHT, broken_checks=["cheap: pages is 3, not 2."])
    assert said(two(held, held), "checks") == ["8 of 8 checks that the fixtures make of 4 trials hold."]
    assert said(mixed(held, broken, held), "checks") == [
        "7 of 8 checks that the fixtures make of 4 trials hold.",
        "Checks of a do not hold: cheap: pages is 3, not 2 (grep/a@small/1).",
    ]
    assert said({"a": {"capped": everybody(broken)}}, "checks")[1] == (
        "Checks of a do not hold: cheap: pages is 3, not 2 (grep/a@capped/1 and 3 trials more)."
    )
    assert said(two(RIGHT, RIGHT), "checks") == []
    assert not any("context-checks" in text for text in said(two(RIGHT, RIGHT), "measured-for-nobody"))


def test_repetitions_must_all_be_right() -> None:
    plan: Plan = {"a": {"capped": {"grep": [WRONG, WRONG]}, "small": {"grep": [RIGHT, WRONG]}}}
    assert "with grep 0 of 1" in said(plan, "recovery")[0]


def test_every_rule_finds_something_somewhere() -> None:
    lost: Plan = {"a": {"capped": everybody(RIGHT), "small": tools(10, 20, read=9, grep=1, tail=5)}}
    seen = {finding.rule for made in (typical(), partial(), context_results(lost)) for finding in find(made)}
    assert {rule.__name__.replace("_", "-") for rule in ARM_RULES} <= seen
    assert "leader" not in seen  # A rate over all arms would compare nothing.


def test_fixtures_with_other_baselines_have_no_common_name_for_them() -> None:
    both = [
        context_results({name: {arm: {"grep": WRONG}, "x": {"grep": RIGHT}}}, arm)
        for name, arm in ("ak", "bl")
    ]
    cases = tuple(case for made in both for case in made.cases)
    trials = tuple(trial for made in both for trial in made.trials)
    made = msgspec.structs.replace(both[0], cases=cases, trials=trials)
    assert ablation(made).baseline == "the baseline"
    assert said(made, "recovery")[0].startswith("Of the answers that the baseline loses, the arm x has")
