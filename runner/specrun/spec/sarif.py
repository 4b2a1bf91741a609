"""Problems as SARIF 2.1.0, the OASIS format in which code hosts take findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from specrun import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specrun.spec.problems import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULE = "bad-spec"


def sarif(problems: Iterable[Problem]) -> dict[str, Any]:
    """One SARIF run with a result for each problem. Files are relative to the current folder if inside."""
    driver = {
        "name": "specrun",
        "version": __version__,
        "rules": [{"id": RULE, "shortDescription": {"text": "A spec that cannot be used"}}],
    }
    results = [_result(problem) for problem in problems]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _result(problem: Problem) -> dict[str, Any]:
    location = {
        "artifactLocation": {"uri": _uri(problem.path)},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    return {
        "ruleId": RULE,
        "level": "error",
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": location}],
    }


def _uri(path: Path) -> str:
    from urllib.parse import quote

    if not path.is_absolute():
        return quote(path.as_posix())
    here = Path.cwd()
    return quote(path.relative_to(here).as_posix()) if path.is_relative_to(here) else path.as_uri()
