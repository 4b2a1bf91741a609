"""Filling in the templates of reports: whatever they print is escaped, and nothing may be undefined."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.reports.escape import markdown, plain

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def fill(template: str, **values: object) -> bytes:
    """Write a file from a template: as SVG if its name says so, else as Markdown."""
    text: str = _environment(template.endswith(".svg.j2")).get_template(template).render(values)
    return text.encode()


@cache
def _environment(xml: bool) -> Environment:
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
