"""The chart of pass rates and outcomes, which fits every kind."""

from __future__ import annotations

from specrun.reports.chart import chart
from specrun.reports.kinds.base import Chart
from specrun.reports.template import fill
from specrun.results.model import Results


def _draw(results: Results) -> bytes:
    return fill("pass-rate.svg.j2", chart=chart(results))


PASS_RATE = Chart(
    file="pass-rate.svg", alt="Pass rate of each agent, and the outcome of each case", draw=_draw
)
