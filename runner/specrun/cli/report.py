"""`specrun report`: render reports again from committed results, or check that they are what those give."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  specrun report reports/test-running
  specrun report reports --check
"""
)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FOLDER..."
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where a file is not what results.json gives."
)
def command(folders: tuple[Path, ...], check: bool) -> None:
    """Render the Markdown and charts in each FOLDER from the results.json in it. Runs nothing.

    A FOLDER with reports below it stands for all of them.
    """
    from specrun.engine.publish import check_rendering, render_again
    from specrun.results.codec import ResultsError
    from specrun.spec.problems import Problem, SpecError

    code = 0
    for folder in _reports(folders):
        try:
            if not check:
                for file in render_again(folder):
                    click.echo(f"wrote {file}", err=True)
            elif diff := check_rendering(folder).diff:
                click.echo(diff, nl=False)
                code = 1
            else:
                click.echo(f"{folder}: the report is what its results.json gives", err=True)
        except ResultsError as error:
            raise SpecError([Problem(folder.resolve() / "results.json", 1, 1, str(error))]) from error
    click.get_current_context().exit(code)


def _reports(folders: tuple[Path, ...]) -> list[Path]:
    found = []
    for folder in folders:
        below = sorted(file.parent for file in folder.rglob("results.json"))
        if not below:
            raise click.UsageError(f"no results.json in {folder} or below it")
        found += below
    return found
