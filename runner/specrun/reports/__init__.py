"""From results to what people and tools read. Everything here is a pure function of the results."""

from __future__ import annotations

from specrun.reports.console import console
from specrun.reports.junit import junit
from specrun.reports.render import render

__all__ = ["console", "junit", "render"]
