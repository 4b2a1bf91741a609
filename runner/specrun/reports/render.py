"""From results to the files of a report: a pure function."""

from __future__ import annotations

from specrun.reports.findings import find
from specrun.reports.findings.listing import listed
from specrun.reports.kinds import kind_of
from specrun.reports.page import heading, page
from specrun.reports.template import fill
from specrun.results.codec import encode
from specrun.results.model import Results


def render(results: Results) -> dict[str, bytes]:
    """Write the files of a report, by name: `results.json`, `results.md`, `findings.md`, and its charts.

    Equal results give equal bytes, whatever the machine. Raises ResultsError for results that JSON cannot
    hold.
    """
    kind = kind_of(results)
    files = {"results.json": encode(results)}  # First, for it is what takes the most memory while it works.
    files["results.md"] = fill("results.md.j2", **page(results, kind))
    findings = listed(results, find(results, kind.rules))
    files["findings.md"] = fill("findings.md.j2", title=heading(results), findings=findings)
    return files | {chart.file: chart.draw(results) for chart in kind.charts}
