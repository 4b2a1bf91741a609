"""`specrun grade`: measure a patch or a branch, without any agent."""

from __future__ import annotations

from pathlib import Path

import click

from specrun.cli.options import offline_option, quiet_options


@click.command(
    epilog="""\b
Examples:
  specrun grade --project specs/projects/inikit.yaml --patch change.diff
  specrun grade --project specs/projects/mine.yaml --patch - < change.diff
  specrun grade --project specs/projects/mine.yaml --base origin/main --branch HEAD \\
    --require tests,coverage-gain,mutation --markdown summary.md --junit grade.xml

Exit 0: every required grader passed. 1: one failed. 2: the project or the patch cannot be used.
"""
)
@click.option(
    "--project",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The spec of the project: its commands, its paths, its source.",
)
@click.option(
    "--patch",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A patch of the project's source, in git's format or a plain unified diff; - is stdin.",
)
@click.option("--branch", help="Instead of a patch: a revision of the git repository around the source.")
@click.option("--base", help="With --branch: what it is compared with, from where it left it.")
@click.option(
    "--require",
    default="tests",
    show_default=True,
    help="Graders that must pass, with commas: tests, coverage-gain, diff-size, mutation, duplication.",
)
@click.option(
    "--added", type=click.IntRange(0), default=0, show_default=True, help="How many tests must be added."
)
@click.option(
    "--mutant-seconds",
    type=click.FloatRange(min=0, max=3600, min_open=True),
    default=300,
    show_default=True,
    help="How long the tests may take with a mutant: longer is an endless loop, and noticed.",
)
@offline_option
@click.option("--fresh", is_flag=True, help="Measure again; reuse nothing.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="What is printed."
)
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Also write Markdown.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write a JUnit file.")
@quiet_options
def command(
    project: Path,
    patch: Path | None,
    branch: str | None,
    base: str | None,
    require: str,
    added: int,
    mutant_seconds: float,
    offline: bool,
    fresh: bool,
    form: str,
    markdown: Path | None,
    junit: Path | None,
    verbosity: int,
) -> None:
    """Measure what a patch does for the tests of a project: tests, coverage, faults that they notice.

    The tests are run before and after it, each in a clean workspace, and their coverage is compared line by
    line. What was done is kept in .specrun/, as of every run; else nothing is written but what --markdown
    and --junit name.
    """
    from specrun.cli.grading import Wish, grade_patch

    if (patch is None) == (branch is None):
        raise click.UsageError("give either --patch or --branch")
    if (branch is None) != (base is None):
        raise click.UsageError("--branch and --base belong together")
    wish = Wish(
        project=project,
        patch=patch,
        branch=branch,
        base=base,
        require=tuple(require.split(",")),
        added=added,
        mutant_seconds=mutant_seconds,
        offline=offline,
        fresh=fresh,
        form=form,
        markdown=markdown,
        junit=junit,
        verbosity=verbosity,
    )
    click.get_current_context().exit(grade_patch(wish))
