"""Parts of a page that are folded away until somebody opens them."""

from __future__ import annotations

from specrun.reports.escape import Markdown


def folded(summary: str, body: Markdown) -> Markdown:
    """Fold text. `summary` is our own words: inside of it nothing is escaped."""
    return Markdown(f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>")
