"""Reports of test-writing: tables, the chart, the terminal, and that any figures can be reported."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import msgspec
import pytest
import writing_results
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_reports_render import GOLDEN, REGENERATE
from writing_results import GRADERS, NOTHING, SNAPSHOT, UNCHECKED, Ended, Wrote
from writing_results import writing_results as make

from specrun.reports.console import console
from specrun.reports.findings import find
from specrun.reports.kinds import kind_of
from specrun.reports.render import render
from specrun.results.codec import decode, encode
from specrun.results.model import OUTCOMES, Results, Score
from specrun.results.summary import summarise

MARKDOWN = MarkdownIt("commonmark").enable("table")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "a|b `code` <script>alert(1)</script>",
    "x\n# y \u202e[z](javascript:1) @me",
    "</svg>{{ 7 * 7 }} *b*",
)
SAMPLES: dict[str, Callable[[], Results]] = {
    "test-writing": writing_results.typical,
    "test-writing-partial": writing_results.partial,
    "test-writing-nothing": writing_results.nothing,
    "test-writing-hostile": lambda: writing_results.hostile(HOSTILE),
}


def page(results: Results) -> str:
    return render(results)["results.md"].decode()


def row(text: str, heading: str, agent: str) -> list[str]:
    """Return the cells of an agent's row in the first table after a heading."""
    lines = text[text.index(f"{heading}\n") :].splitlines()
    line = next(line for line in lines if line.startswith(f"| {agent} |"))
    return [cell.strip() for cell in line.strip("|").split(" | ")]


@pytest.mark.parametrize("name", SAMPLES)
def test_writing_reports_are_the_golden_ones(name: str) -> None:
    results = SAMPLES[name]()
    files = render(results)
    assert sorted(files) == ["findings.md", "pass-rate.svg", "results.json", "results.md", "worth.svg"]
    assert render(decode(encode(results))) == files
    for file, content in files.items():
        golden = GOLDEN / name / file
        if REGENERATE in os.environ:
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(content)
        assert content.decode() == golden.read_bytes().decode(), f"set {REGENERATE} to write {golden} anew"


def test_every_share_has_its_parts() -> None:
    first, second = (
        Wrote(gain=30, missed=40, tokens=2000),
        Wrote(gain=10, missed=60, tests=60, other=40, deleted=9),
    )
    made = make({"a": [first, second]})
    worth = row(page(made), "## What the tests are worth", "a")
    assert worth[:4] == ["a", "2 of 2", "8", "40 of 100 (40.0%)"]
    assert worth[-1] == "100 / 0 / 40"
    assert row(page(made), "## What a gained line takes", "a") == [
        "a", "28.57 (40 lines for 140 changed lines)", "15 (30 lines for 2,000 tokens) (1/2)",
    ]  # fmt: skip


def test_nothing_is_no_denominator() -> None:
    text = page(make({"nop": [NOTHING], "a": [Wrote(gain=None, tests=0, tokens=0)]}))
    assert row(text, "## What a gained line takes", "nop")[1:] == [r"\- (0 lines for 0 changed lines)", "-"]
    assert row(text, "## What a gained line takes", "a")[1:] == ["-", "-"]
    assert row(text, "## What the tests are worth", "a")[3:5] == ["-", "-"]
    assert row(text, "## What the tests are worth", "nop")[4:7] == ["0 of 0", "0 of 10 (0.0%)", "-"]


def test_a_price_that_no_grader_measures_is_no_column() -> None:
    text = page(make({"a": [SNAPSHOT]}, graders=GRADERS[:-1]))
    assert "per 100 changed lines" in text
    assert "per 1,000 tokens" not in text
    assert "per dollar" in page(writing_results.partial())


def test_what_ended_early_is_said_to_be_missing() -> None:
    text = page(make({"a": [Ended("agent_timeout"), SNAPSHOT, Ended("infra_error", "no disk")]}))
    worth = row(text, "## What the tests are worth", "a")
    assert worth[1:4] == ["1 of 2", "4 (1/2)", "30 of 40 (75.0%) (1/2)"]
    assert row(text, "### inikit.parser", "a")[1:] == ["agent timeout", "-", "-", "-", "-"]
    assert row(text, "### slotbook", "a")[1:] == ["infra error", "-", "-", "-", "-"]


def test_survivors_are_listed_up_to_a_limit() -> None:
    def lived(mutants: int, named: int) -> str:
        did = Wrote(killed=0, mutants=mutants, lived=[f"a.py:{line}: x -> y" for line in range(named)])
        return page(make({"a": [did]}))

    assert "1 mutant that lived, in 1 trial" in lived(1, 1)
    assert "and 1 more" not in lived(11, 11)
    assert "| a | and 2 more |" in lived(12, 12)
    assert "<details><summary>40 mutants that lived, in 1 trial</summary>" in lived(40, 19)
    assert "| a | and 30 more |" in lived(40, 19)
    assert "that lived" not in lived(0, 0)


def test_names_and_evidence_of_others_are_text() -> None:
    files = render(SAMPLES["test-writing-hostile"]())
    raw = set()
    for name in ("results.md", "findings.md"):
        for token in MARKDOWN.parse(files[name].decode()):
            assert not token.type.startswith("code")
            raw |= {token.content.strip()} if token.type == "html_block" else set()
            raw |= {child.content for child in token.children or () if child.type == "html_inline"}
    assert {re.sub(r">[^<>]+<", "><", one) for one in raw} == {
        "<details><summary></summary>", "</details>",
    }  # fmt: skip
    assert "\x1b" not in console(SAMPLES["test-writing-hostile"]())
    drawn = ElementTree.fromstring(files["worth.svg"])
    assert {element.tag.removeprefix(SVG) for element in drawn.iter()} == {
        "svg", "title", "desc", "rect", "text", "g", "path",
    }  # fmt: skip


def test_many_cases_are_folded() -> None:
    cases = [f"case-{number}" for number in range(5)]
    text = page(make({"a": [SNAPSHOT] * 5}, cases=cases))
    assert text.count("<summary>1 agent, compared</summary>") == 5
    assert "compared</summary>" not in page(make({"a": [SNAPSHOT] * 4}, cases=cases))


def test_a_terminal_shows_what_tests_are_worth() -> None:
    lines = console(writing_results.typical()).splitlines()
    assert next(line.split() for line in lines if line.startswith("snapshot") and "of" in line) == [
        "snapshot", "3/3", "12", "90", "of", "120", "(75.0%)", "24", "of", "30", "(80.0%)", "120",
    ]  # fmt: skip
    assert console(writing_results.nothing()).splitlines()[-1].split() == ["only", "0/0", "-", "-", "-", "-"]


def test_decoration_is_at_the_bottom_right() -> None:
    root = ElementTree.fromstring(render(writing_results.typical())["worth.svg"])
    places = {}
    for path in root.iter(f"{SVG}path"):
        tip = path.find(f"{SVG}title")
        if tip is not None:
            places[tip.text.split(":")[0]] = [int(part) for part in re.findall(r"\d+", path.get("d"))[:2]]
    assert len(places) == 9
    assert places["asserts-nothing"][0] > places["snapshot"][0]
    assert places["asserts-nothing"][1] > places["snapshot"][1] > places["oracle"][1]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "Not drawn, for no mutant was tried: nop and fakes-coverage" in texts


@pytest.mark.parametrize("agents", [1, 12, 40])
def test_every_agent_is_a_point_inside_the_card(agents: int) -> None:
    did = [UNCHECKED, SNAPSHOT, NOTHING]
    rows = {f"agent-{number}-{'x' * 40}": [did[number % 3]] for number in range(agents)}
    root = ElementTree.fromstring(render(make(rows))["worth.svg"])
    width, height = int(root.get("width")), int(root.get("height"))
    paths = [path for path in root.iter(f"{SVG}path") if path.find(f"{SVG}title") is not None]
    assert len(paths) == sum(number % 3 < 2 for number in range(agents))
    assert len({(path.get("fill"), path.get("d")) for path in paths}) == len(paths)
    for text in root.iter(f"{SVG}text"):
        assert 0 < int(text.get("x")) < width
        assert 0 < int(text.get("y")) < height


numbers = st.one_of(
    st.none(), st.integers(-1, 2), st.integers(0, 10**9), st.floats(-1e9, 1e9, allow_nan=False)
)
sentences = st.lists(
    st.sampled_from(["a.py:3: a < b -> a <= b", "coverage is made up: f", "no line was gained", "| <b>"]),
    max_size=3,
)


@st.composite
def any_results(draw: st.DrawFn) -> Results:
    """Replace every figure, status, evidence and outcome of results by any others."""
    base = draw(st.sampled_from([writing_results.typical(), writing_results.partial()]))

    def score(old: Score) -> Score:
        return Score(
            grader=old.grader,
            status=draw(st.sampled_from(["passed", "failed", "not_applicable", "error"])),
            figures={name: draw(numbers) for name in old.figures if draw(st.booleans())},
            evidence=tuple(draw(sentences)),
        )

    trials = tuple(
        msgspec.structs.replace(
            trial, outcome=draw(st.sampled_from(OUTCOMES)), scores=tuple(map(score, trial.scores))
        )
        for trial in draw(st.permutations(base.trials))[:8]
    )
    summaries = summarise(base.agents, base.cases, base.graders, trials)
    return msgspec.structs.replace(base, trials=trials, summaries=summaries)


@settings(max_examples=60, deadline=None)
@given(any_results())
def test_any_figures_can_be_reported(results: Results) -> None:
    files = render(results)
    ElementTree.fromstring(files["worth.svg"])
    assert "None" not in files["results.md"].decode() + files["findings.md"].decode() + console(results)
    for finding in find(results, kind_of(results).rules):
        assert finding.text.endswith(".")
        assert finding.trials
        assert not re.search(
            r"(?<![-\d.,])1 (\w+ )?(lines|tests|mutants|trials|cases|others)\b", finding.text
        )
        assert not re.search(r"  |\(\)|: ;|,,|\.\.", finding.text)
