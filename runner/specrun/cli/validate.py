"""`specrun validate`: check specs, and report every error of every file in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specrun.cli.options import specs_argument

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.spec.problems import Problem


@click.command(
    epilog="""\b
Examples:
  specrun validate specs
  specrun validate specs/agents/*.yaml --format json
  specrun validate specs --format sarif > specrun.sarif

Exit code 2 if anything is wrong.
"""
)
@specs_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="Text for people, JSON for programs, SARIF for code review tools.",
)
def command(specs: tuple[str, ...], form: str) -> None:
    """Check SPECS: syntax, keys, types, references, placeholders, prompts, and whether all of it is used."""
    from specrun.benchmarks.checking import spec_problems
    from specrun.spec.collect import find_specs, validate

    paths, problems = find_specs(specs)
    resolved, wrong = validate(paths)
    problems += wrong
    for spec in resolved:
        problems += spec_problems(spec)
    for path in set(paths) - {spec.path for spec in resolved}:
        problems += more_problems(path)
    problems = sorted(set(problems))
    if form == "text":
        for problem in problems:
            click.echo(str(problem), err=True)
        if not problems:
            click.echo(f"{len(resolved)} spec{'s are' if len(resolved) != 1 else ' is'} valid")
    else:
        from specrun.spec.digest import pretty_json
        from specrun.spec.sarif import sarif

        data = sarif(problems) if form == "sarif" else [as_data(problem) for problem in problems]
        click.echo(pretty_json(data).decode(), nl=False)
    click.get_current_context().exit(2 if problems else 0)


def as_data(problem: Problem) -> dict[str, object]:
    """A problem for programs."""
    from specrun.spec.problems import shown

    return {
        "file": shown(problem.path),
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
    }


def more_problems(path: Path) -> list[Problem]:
    """What can be said of a spec beyond its schema, although something is wrong in it or below it."""
    from specrun.benchmarks.checking import data_errors, spec_problems
    from specrun.spec.document import read_document
    from specrun.spec.library import Library, find_root
    from specrun.spec.models import BENCHMARKS
    from specrun.spec.models.common import MOST
    from specrun.spec.problems import SpecError

    try:
        document = read_document(path)
        if any(len(value) > MOST for value in document.data.values() if isinstance(value, list | dict)):
            return []  # the schema says that it is too long, and looking at all of it would take long
        if (partial := Library(find_root(path)).partial(path)) is not None:
            return spec_problems(partial)
    except (SpecError, OSError):
        return []
    kind = document.data.get("kind")
    if not isinstance(kind, str) or kind not in BENCHMARKS:
        return []
    return [document.place(place).problem(message) for place, message in data_errors(document.data)]
