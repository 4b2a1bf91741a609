from __future__ import annotations

import html
import os
import re
from io import StringIO
from pathlib import Path

import pytest

from specrun.reports.console import console
from specrun.reports.render import render
from specrun.results.codec import decode
from specrun.results.model import Results

REGENERATE = "SPECRUN_REGENERATE_GOLDEN"
PICTURE = "docs/images/run.svg"
MARGIN = 4
"""Columns left free on the right."""
FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {terminal_width} {terminal_height}" role="img">
<title>specrun specs/test-running.yaml --offline</title>
<style>text {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px; \
white-space: pre }} {styles}</style>
<defs>{lines}</defs>
<rect width="{terminal_width}" height="{terminal_height}" rx="8" fill="#0d1117"/>
<g transform="translate(18, 8)">{matrix}</g>
</svg>
"""
"""A plain frame: rich's own one loads fonts over the network."""


@pytest.fixture
def committed(root: Path) -> Results:
    return decode((root / "reports/test-running/results.json").read_bytes())


def test_the_picture_shows_what_a_run_prints(committed: Results, root: Path) -> None:
    """The text of the picture is the command and its output, made from the committed results."""
    lines = _printed(committed)
    if REGENERATE in os.environ:
        (root / PICTURE).write_text(_draw(lines), encoding="utf-8")
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", (root / PICTURE).read_text(encoding="utf-8"))
    shown = " ".join(html.unescape(part).replace("\xa0", " ") for part in drawn)
    assert shown.split() == "\n".join(lines).split(), f"set {REGENERATE} to draw {PICTURE} anew"


def test_the_picture_is_small_and_loads_nothing(root: Path) -> None:
    picture = (root / PICTURE).read_text(encoding="utf-8")
    assert len(picture) < 20_000
    assert not re.search(r"url\((?!#)|href|@import|<script", picture)


def _printed(results: Results) -> list[str]:
    benchmark = results.benchmark
    return [
        f"$ specrun {benchmark.spec} --offline",
        f"{benchmark.spec}: {benchmark.title}",
        *console(results).splitlines(),
        *(f"wrote reports/{benchmark.id}/{name}" for name in sorted(render(results))),
    ]


def _draw(lines: list[str]) -> str:
    from rich.console import Console
    from rich.text import Text

    width = max(len(line) for line in lines) + MARGIN
    paper = Console(record=True, width=width, file=StringIO(), force_terminal=True, color_system="truecolor")
    for number, line in enumerate([*lines, ""]):
        paper.print(Text(line, style="bold #e6edf3" if number == 0 else "#c9d1d9"))
    return paper.export_svg(unique_id="run", code_format=FRAME, title="specrun")
