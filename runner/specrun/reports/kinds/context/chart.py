"""The chart of a context benchmark: how often policies are right, against what that takes, by arm."""

from __future__ import annotations

from specrun.reports.kinds.base import Chart
from specrun.reports.kinds.context.ablation import ablation
from specrun.reports.kinds.context.points import Point, points
from specrun.reports.kinds.context.scale import scale
from specrun.reports.kinds.context.words import share
from specrun.reports.scatter import INNER_LEFT, INNER_RIGHT, Legend, Texts, scatter, share_y
from specrun.reports.scatter import Point as Drawn
from specrun.reports.signs import COLOURS, SHAPES, Name
from specrun.reports.wording import number
from specrun.results.model import Results


def _draw(results: Results) -> bytes:
    """Draw a point for each policy in each of the first arms, over all fixtures.

    Arms have colours and policies have shapes, in their order: the baseline is black, and further arms are
    not drawn.
    """
    arms = ablation(results)
    measured = list(points(arms))
    used = list(dict.fromkeys(point.arm for point in measured))
    colours = dict(zip(used, COLOURS, strict=False))
    shown = [point for point in measured if point.arm in colours]
    shapes = {policy: SHAPES[min(place, len(SHAPES) - 1)] for place, policy in enumerate(arms.policies)}
    x = scale((point.tokens for point in shown), INNER_LEFT, INNER_RIGHT)
    drawn = [
        Drawn(
            x=x.x(point.tokens),
            y=share_y(point.right / point.fixtures),
            name=Name(point.arm, shapes[point.policy], colours[point.arm]),
            tip=_tip(point),
        )
        for point in shown
    ]
    texts = Texts(
        heading="Right answers against tokens",
        subtitle="Over the fixtures that have the arm."
        " A point moved sideways has a line that starts below its true place.",
        x_label="estimated tokens in all, mean of the fixtures (logarithmic)",
        xs=x.ticks(),
    )
    arm_names = [Name(arm, "circle", colour) for arm, colour in colours.items()]
    policy_names = [Name(policy, shape, COLOURS[0]) for policy, shape in shapes.items()]
    legends = [Legend(_arms(len(colours), len(used)), arm_names), Legend("Policy", policy_names)]
    return scatter(results, texts, drawn, legends)


def _arms(drawn: int, every: int) -> str:
    return "Arm" if drawn == every else f"Arm (the first {drawn} of {every}; the table has all of them)"


def _tip(point: Point) -> str:
    return (
        f"{point.policy} in {point.arm}: right in {point.right} of {point.fixtures}"
        f" ({share(point.right / point.fixtures)}), {number(point.tokens)} estimated tokens on average"
    )


CORRECTNESS = Chart(
    file="correctness.svg",
    alt="How often each policy is right in each arm, against the estimated tokens that it takes",
    draw=_draw,
)
