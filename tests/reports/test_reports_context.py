"""Tables of context reports: what is compared with what, and that names stay text."""

from __future__ import annotations

import re

import pytest
from context_results import Did, Ended, context_results, everybody
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from specrun.reports.console import console
from specrun.reports.junit import junit
from specrun.reports.kinds.context.ablation import Pair, ablation, ratios
from specrun.reports.kinds.context.cell import Cell, bare, cell, total
from specrun.reports.kinds.context.words import over, spread
from specrun.reports.render import render
from specrun.results.model import Results

MARKDOWN = MarkdownIt("commonmark").enable("table")
RIGHT, WRONG = Did(right=True), Did(right=False)


def page(results: Results) -> str:
    return render(results)["results.md"].decode()


def row(text: str, *start: str) -> list[str]:
    """Return the cells of the first row that starts so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {' | '.join(start)} |"))
    return [found.strip() for found in line.strip("|").split(" | ")]


@pytest.mark.parametrize(
    ("there", "here", "mark"),
    [
        (WRONG, RIGHT, "right ▲ **WON**"),
        (RIGHT, WRONG, "wrong ▼ **LOST**"),
        (RIGHT, RIGHT, "right"),
        (WRONG, WRONG, "wrong"),
    ],
)
def test_what_is_won_and_lost_cannot_be_missed(there: Did, here: Did, mark: str) -> None:
    text = page(context_results({"f": {"capped": {"grep": there}, "x": {"grep": here}}}))
    assert row(text, "x", "3,853")[2].split("<br>")[0] == mark


def test_the_sizes_of_the_benchmark_that_this_one_answers(samples: dict[str, Results]) -> None:
    text = page(samples["context"])
    assert row(text, "excerpt", "1,620")[2] == (
        "right ▲ **WON**<br>2,146 in all; saves 1,742 (44.8%)<br>1,655 context and recovery: 43.0%"
    )
    assert row(text, "full", "45,591")[3].split("<br>")[1] == "45,626 in all; saves -41,738 (-1,073.5%)"
    assert row(text, "excerpt", "grep") == [
        "excerpt", "grep", "2 of 2", "100.0%", "2 of 2", "0 of 0", "4,300",
        "49.0%, 42.8% to 55.2%", "3,318", "38.1%, 33.3% to 43.0%",
    ]  # fmt: skip


def test_a_ratio_is_over_pairs_alone() -> None:
    gone = Ended("unavailable")
    made = context_results(
        {
            "a": {
                "capped": {"grep": Did(right=True, context=65)},
                "x": {"grep": Did(right=True, context=15)},
            },
            "b": {"capped": {"grep": gone}, "x": {"grep": Did(right=True, context=965)}},
            "c": {"capped": {"grep": RIGHT}, "x": {"grep": gone}},
        }
    )
    assert row(page(made), "x", "grep")[6:8] == ["1,050", "50.0% (1/2)"]


def test_a_policy_that_a_fixture_lacks_is_a_dash(samples: dict[str, Results]) -> None:
    assert row(page(samples["context-partial"]), "small", "400")[2] == "-"


def test_only_arms_that_choose_among_segments_are_listed() -> None:
    small_output = Did(right=False, kept=1, dropped=2)
    rows = {
        "capped": {"grep": small_output},
        "full": {"grep": Did(right=True, kept=3)},
        "recent": {"grep": Did(right=True, kept=2, dropped=1)},
        "probed": {"grep": Did(right=False, kept=1, dropped=2, probed=3, decisive=2, curing=1)},
    }
    _, segments = page(context_results({"f": rows})).split("## Segments")
    assert row(segments, "f", "recent")[2:] == ["2", "1", "0", "0", "-"]
    assert row(segments, "f", "probed")[2:] == ["1", "2", "3", "0", "2 (wrong; 1 would cure it)"]
    assert "| f | capped |" not in segments.split("##")[0]
    assert "| f | full |" not in segments.split("##")[0]
    assert "## Segments" not in page(context_results({"f": {"capped": {"grep": small_output}}}))


def test_claims_stand_apart(samples: dict[str, Results]) -> None:
    before, claims = page(samples["context"]).split("## Claims of others")
    assert "others, in their report" in claims
    assert "others, in their report" not in before
    assert "## Claims of others" not in page(samples["context-partial"])


def test_baselines_come_first_whatever_their_place() -> None:
    made = context_results({"f": {"x": {"grep": RIGHT}, "capped": {"grep": WRONG}}})
    assert ablation(made).arms == ("capped", "x")
    assert [arm.name for arm in ablation(made).fixtures[0].arms] == ["capped", "x"]


def test_hostile_names_are_text(samples: dict[str, Results]) -> None:
    files = render(samples["context-hostile"])
    raw = set()
    for name in ("results.md", "findings.md"):
        for token in MARKDOWN.parse(files[name].decode()):
            assert not token.type.startswith("code")
            raw |= {token.content.strip()} if token.type == "html_block" else set()
            for child in token.children or ():
                assert child.type != "code_inline" or "(1/2)" in child.content or child.content.isascii()
                raw |= {child.content} if child.type == "html_inline" else set()
    assert {re.sub(r">[^<>]+<", "><", one) for one in raw} == {
        "<br>", "<details><summary></summary>", "</details>",
    }  # fmt: skip
    images = re.findall(r"!\[[^\]]*\]\(([^)]*)\)", files["results.md"].decode())
    assert images == ["correctness.svg", "pass-rate.svg"]


def test_long_tables_are_folded() -> None:
    arms = {f"arm{number}": everybody(RIGHT) for number in range(8)}
    text = page(context_results({f"f{number}": arms for number in range(15)}, baseline="arm0"))
    assert text.count("<details>") == text.count("</details>") == 15 * 3 + 1 + 4
    assert "<details><summary>8 arms, compared</summary>" in text
    assert "<details><summary>120 trials</summary>" in text
    assert "<details><summary>120 cases</summary>" in text


def test_a_terminal_shows_every_arm(samples: dict[str, Results]) -> None:
    lines = console(samples["context"]).splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("arm: right"))
    assert lines[at].split()[-4:] == ["grep", "read", "tail", "guess"]
    assert lines[at + 2].split() == ["capped", *["0/2,", "8,923"] * 4]
    assert lines[at + 6].split() == [
        "recent",
        "1/1,",
        "4,403",
        "1/1,",
        "46,189",
        "0/1,",
        "8,552",
        "1/1,",
        "4,432",
    ]
    assert console(samples["context-nothing"]).splitlines()[-1].split() == ["full", "-"]
    assert "\x1b" not in console(samples["context-hostile"])


def test_suites_carry_the_benchmark(samples: dict[str, Results]) -> None:
    assert b'<testsuite name="context.grep"' in junit([samples["context"]])


costs = st.integers(min_value=0, max_value=10**9)


@given(st.lists(st.tuples(costs, costs), min_size=1, max_size=8))
def test_ratios_are_of_single_fixtures(amounts: list[tuple[int, int]]) -> None:
    def only(context: int) -> Cell:
        made = context_results({"f": {"capped": {"grep": Did(right=True, context=context)}}})
        return cell("grep", made.cases[0], made.trials)

    pairs = [Pair(fixture="f", here=only(here), there=only(there)) for here, there in amounts]
    assert ratios(pairs, total) == [(here + 35) / (there + 35) for here, there in amounts]
    assert ratios(pairs, bare) == [here / there for here, there in amounts if there]


def test_shares_are_medians_with_their_range() -> None:
    assert spread([0.5]) == spread([0.5, 0.5]) == "50.0%"
    assert over([0.1, 200.0, 0.3], 3) == "30.0%, 10.0% to 20,000.0%"
    assert over([0.1, 0.3], 3) == "20.0%, 10.0% to 30.0% (2/3)"
    assert over([], 3) == "-"


def test_who_is_stopped_is_shown_as_stopped() -> None:
    stopped = Did(right=False, outcome="budget_exceeded")
    text = page(context_results({"f": {"capped": {"grep": [RIGHT, stopped, WRONG], "tail": stopped}}}))
    shown = row(text, "capped", "3,853")[2:]
    assert [one.split("<br>")[0] for one in shown] == ["1 of 3 right, 1 budget exceeded", "budget exceeded"]
