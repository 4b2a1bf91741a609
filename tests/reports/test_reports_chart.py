from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from defusedxml import ElementTree

from specrun.reports.grid import STYLES, kind
from specrun.reports.render import render
from specrun.results.model import OUTCOMES, Agent, Case, Outcome, Results, Trial

Make = Callable[..., Results]
SVG = "{http://www.w3.org/2000/svg}"


def chart_of(results: Results) -> ElementTree:
    return ElementTree.fromstring(render(results)["pass-rate.svg"])


def run(make_results: Make, agents: int, cases: int) -> Results:
    """Make a run in which every outcome occurs."""
    some_agents = [Agent(id=f"agent-{i}", title="", type="command", version="1") for i in range(agents)]
    some_cases = [Case(id=f"case-{i}", title="") for i in range(cases)]
    trials = [
        Trial(
            agent=f"agent-{a}",
            case=f"case-{c}",
            repetition=1,
            seed=0,
            outcome=OUTCOMES[(a + c) % len(OUTCOMES)],
        )
        for c in range(cases)
        for a in range(agents)
    ]
    return make_results(some_agents, some_cases, trials, graders=())


@pytest.mark.parametrize(
    ("agents", "cases"), [(1, 1), (3, 11), (23, 60), (24, 5), (50, 20), (2, 90), (50, 500)]
)
def test_everything_is_drawn_inside_the_card(make_results: Make, agents: int, cases: int) -> None:
    root = chart_of(run(make_results, agents, cases))
    width, height = int(root.get("width")), int(root.get("height"))
    assert width == 800
    assert height < 6000
    cells = 0
    for path in root.iter(f"{SVG}path"):
        if path.get("fill") in {style.colour for style in STYLES.values()}:
            squares = [
                tuple(map(int, found)) for found in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", path.get("d"))
            ]
            assert all(x + w <= width - 16 and y + h <= height - 8 for x, y, w, h in squares)
            hollow = STYLES["failed"].colour == path.get("fill") and squares[0][2] < 20
            cells += len(squares) // 2 if hollow else len(squares)
    assert cells == agents * cases
    for text in root.iter(f"{SVG}text"):
        assert 0 <= int(text.get("x")) <= width
        assert 0 <= int(text.get("y")) <= height


def test_hostile_names_are_text_in_the_chart(samples: dict[str, Results]) -> None:
    root = chart_of(samples["hostile"])
    allowed = {f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text", "tspan", "g", "path")}
    assert {element.tag for element in root.iter()} == allowed
    assert "a|b `code` <script>alert(1)</script>" in [title.text for title in root.iter(f"{SVG}title")]


def test_an_agent_of_which_nothing_counts_has_no_bar(samples: dict[str, Results]) -> None:
    svg = render(samples["unavailable"])["pass-rate.svg"].decode()
    assert svg.count("nothing counts</text>") == 2
    assert "#5b84c4" not in svg


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", STYLES)
def test_white_letters_can_be_read_on_every_colour(name: str) -> None:
    assert 1.05 / (luminance(STYLES[name].colour) + 0.05) >= 4.5


def test_no_two_kinds_look_alike() -> None:
    assert set(STYLES) == {*OUTCOMES, "some"}
    assert len({style.letter for style in STYLES.values()}) == len(STYLES)
    assert len({style.colour for style in STYLES.values()}) == len(STYLES)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "agent_error"], "some"),
        (["passed", "infra_error"], "passed"),
        (["failed", "agent_timeout"], "failed"),
        (["unavailable", "unavailable"], "unavailable"),
        (["infra_error", "cancelled"], "cancelled"),
    ],
)
def test_a_cell_of_several_repetitions(outcomes: list[Outcome], expected: str) -> None:
    trials = [
        Trial(agent="a", case="x", repetition=repetition, seed=0, outcome=outcome)
        for repetition, outcome in enumerate(outcomes, start=1)
    ]
    assert kind(trials) == expected
