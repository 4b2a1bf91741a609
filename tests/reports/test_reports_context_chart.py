from __future__ import annotations

import re

import pytest
from context_results import Did, Plan, context_results
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from specrun.reports import signs
from specrun.reports.apart import DISTANCE, apart
from specrun.reports.kinds.context.scale import scale
from specrun.reports.render import render
from specrun.results.model import Results

SVG = "{http://www.w3.org/2000/svg}"
tokens = st.floats(min_value=1, max_value=1e12)


def drawn(results: Results) -> ElementTree:
    return ElementTree.fromstring(render(results)["correctness.svg"])


def many(fixtures: int, arms: int, policies: int) -> Results:
    """Make a run in which some are right, and in which many take the same tokens."""
    plan: Plan = {
        f"f{f}": {
            f"arm-{a}": {
                f"policy-{p}": Did(right=(f + a * p) % 3 > 0, context=100 * 3 ** (a % 6))
                for p in range(policies)
            }
            for a in range(arms)
        }
        for f in range(fixtures)
    }
    return context_results(plan, baseline="arm-0")


@pytest.mark.parametrize(("arms", "policies"), [(1, 1), (8, 5), (12, 8), (20, 12)])
def test_every_arm_and_policy_is_a_point_inside_the_card(arms: int, policies: int) -> None:
    root = drawn(many(3, arms, policies))
    points = [path for path in root.iter(f"{SVG}path") if path.find(f"{SVG}title") is not None]
    assert len(points) == min(arms, len(signs.COLOURS)) * policies
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert ("Arm (the first 12 of 20; the table has all of them)" in texts) == (arms == 20)
    height = int(root.get("height"))
    for path in root.iter(f"{SVG}path"):
        x, y = map(int, re.match(r"M(\d+) (\d+)", path.get("d")).groups())
        assert 0 <= x <= 800
        assert 0 <= y <= height
    for text in root.iter(f"{SVG}text"):
        assert int(text.get("x")) <= 800
        assert int(text.get("y")) < height


def test_a_tooltip_says_what_a_point_stands_for(samples: dict[str, Results]) -> None:
    titles = [title.text for title in drawn(samples["context"]).iter(f"{SVG}title")]
    assert "tail in excerpt: right in 0 of 2 (0.0%), 7,295.5 estimated tokens on average" in titles
    assert "read in recent: right in 1 of 1 (100.0%), 46,189 estimated tokens on average" in titles


def test_nothing_that_counts_has_no_point(samples: dict[str, Results]) -> None:
    titles = list(drawn(samples["context-nothing"]).iter(f"{SVG}title"))
    assert [title.text for title in titles] == ["Context", "grep"]


def test_hostile_names_are_text_in_the_chart(samples: dict[str, Results]) -> None:
    root = drawn(samples["context-hostile"])
    allowed = {f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text", "g", "path")}
    assert {element.tag for element in root.iter()} == allowed


def test_arms_and_policies_look_different() -> None:
    assert len(set(signs.COLOURS)) == len(signs.COLOURS)
    outlines = {signs.outline(shape, 50, 50) for shape in signs.SHAPES}
    assert len(outlines) == len(signs.SHAPES)


@pytest.mark.parametrize("colour", signs.COLOURS)
def test_colours_stand_out_from_the_ground(colour: str) -> None:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


@given(st.lists(tokens, min_size=1))
def test_the_axis_has_room_for_all_values_in_their_order(values: list[float]) -> None:
    axis = scale(values, 80, 760)
    assert axis.low <= min(values)
    assert max(values) <= axis.high
    places = [axis.x(value) for value in sorted(values)]
    assert places == sorted(places)
    assert places[0] >= 80
    assert places[-1] <= 760
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 14
    assert [x for x, _ in ticks] == sorted({x for x, _ in ticks})


@pytest.mark.parametrize(
    ("values", "low", "high"), [([], 1, 2), ([1], 1, 2), ([100], 100, 200), ([603, 45626], 500, 50000)]
)
def test_the_axis_begins_and_ends_at_a_step(values: list[float], low: int, high: int) -> None:
    axis = scale(values, 0, 100)
    assert (axis.low, axis.high) == (low, high)
    assert (axis.x(low), axis.x(high)) == (0, 100)


@given(st.lists(st.tuples(st.integers(100, 700), st.integers(100, 400)), max_size=20))
def test_points_are_moved_apart_and_no_farther_than_they_must(places: list[tuple[int, int]]) -> None:
    moved = apart(places, 100, 700)
    assert len(moved) == len(places)
    for index, (x, y) in enumerate(moved):
        others = moved[:index]
        near = [one for one in others if abs(one[0] - x) < DISTANCE and abs(one[1] - y) < DISTANCE]
        assert not near
        true = places[index]
        free = all(abs(a - true[0]) >= DISTANCE or abs(b - true[1]) >= DISTANCE for a, b in others)
        assert not free or (x, y) == true
        assert 100 <= x <= 700
        assert y == true[1]


def test_points_at_the_border_move_inside() -> None:
    assert apart([(700, 100)] * 3, 100, 700) == [(700, 100), (687, 100), (674, 100)]


def test_points_without_room_stay_where_they_are() -> None:
    assert apart([(105, 100)] * 2, 100, 110) == [(105, 100)] * 2
