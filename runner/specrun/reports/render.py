"""From results to the files of a report: a pure function."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.reports.chart import chart
from specrun.reports.escape import markdown, plain
from specrun.reports.findings import find
from specrun.reports.findings.listing import listed
from specrun.reports.page import page
from specrun.results.codec import encode
from specrun.results.model import Results

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def render(results: Results) -> dict[str, bytes]:
    """Write the files of a report, by name: `results.json`, `results.md`, `findings.md`, `pass-rate.svg`.

    Equal results give equal bytes, whatever the machine. Raises ResultsError for results that JSON cannot
    hold.
    """
    view = page(results)
    findings = listed(results, find(results))
    return {
        "results.json": encode(results),
        "results.md": _fill("results.md.j2", **view),
        "findings.md": _fill("findings.md.j2", title=view["title"], findings=findings),
        "pass-rate.svg": _fill("pass-rate.svg.j2", chart=chart(results)),
    }


def _fill(template: str, **values: object) -> bytes:
    text: str = _environment(template.endswith(".svg.j2")).get_template(template).render(values)
    return text.encode()


@cache
def _environment(xml: bool) -> Environment:
    """Return where templates are filled in: whatever they print is escaped, and nothing may be undefined."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=xml,
        finalize=(lambda value: plain(str(value))) if xml else markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
