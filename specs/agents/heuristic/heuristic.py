"""A rule-based agent for test-running. It reads the project in the current folder and runs nothing of it.

usage: heuristic.py --stage detect|setup --answer FILE
"""

from __future__ import annotations

import argparse
from pathlib import Path

import other_languages
import python_recipe
from answer import Finding, to_yaml
from tree import Tree

LANGUAGES = (
    python_recipe.look,
    other_languages.node,
    other_languages.go,
    other_languages.cargo,
    other_languages.c,
)


def main() -> None:
    """Write the answer's sections up to the stage. What stage 1 found is found again in stage 2."""
    parser = argparse.ArgumentParser(description="Find out how a project's tests are run.")
    parser.add_argument("--stage", choices=["detect", "setup"], required=True)
    parser.add_argument("--answer", required=True, help="the file to write, relative to the current folder")
    options = parser.parse_args()
    tree = Tree(Path(), ignore=options.answer)
    findings = [finding for look in LANGUAGES if (finding := look(tree)) is not None]
    sections = {"detect": _detect(findings)}
    if options.stage == "setup":
        sections["setup"] = _setup(findings)
    Path(options.answer).write_text(to_yaml(sections), encoding="utf-8")


def _detect(findings: list[Finding]) -> dict:
    frameworks = {name for finding in findings for name in finding.frameworks}
    return {"tests_present": bool(findings), "frameworks": sorted(frameworks)}


def _setup(findings: list[Finding]) -> dict:
    """How the first language is run for which there is a recipe: an answer names one report."""
    recipes = [finding.recipe for finding in findings if finding.recipe is not None]
    return recipes[0].section() if recipes else {}


if __name__ == "__main__":
    main()
