"""`specrun run`: run benchmarks, write their reports, or check the committed ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specrun.cli.options import offline_option, only_option, overrides_options, quiet_options, specs_argument

if TYPE_CHECKING:
    from specrun.engine.settings import Cassettes


@click.command(
    epilog="""\b
Examples:
  specrun run specs/test-running.yaml --offline
  specrun run specs --offline --check --strict
  specrun run specs/test-running.yaml --only agent=heuristic,project=pennybook --fresh -v
  specrun run specs/test-running.yaml --cassettes record --only agent=mini-swe-agent
  specrun run specs/test-running.yaml --repeats 5 --jobs 4 --output out --junit out/junit.xml

Without --offline, sources that are not in the cache are fetched first.
Failing trials alone do not make `run` fail: exit 0 means that the run was sound.
"""
)
@specs_argument
@offline_option
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a committed report is not true.")
@click.option("--strict", is_flag=True, help="With --check: exit 1 also for trials that cannot run here.")
@only_option
@overrides_options
@click.option("--jobs", type=click.IntRange(1, 256), help="Trials at the same time [default: the cores].")
@click.option("--fresh", is_flag=True, help="Run every trial again; reuse nothing.")
@click.option(
    "--cassettes",
    type=click.Choice(["replay", "strict", "record", "auto", "off"]),
    help="Who answers agents that talk to a model. replay: their cassettes alone; strict: the same, "
    "where requests are as recorded; record: the model, into "
    "new cassettes; auto: cassettes, and the model for what they lack; off: the model, and nothing is "
    "recorded [default: auto, with --offline replay].",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the reports, one folder per benchmark [default: reports/ beside specs/].",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="What is printed at the end: a table, or the results as JSON.",
)
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write a JUnit file.")
@quiet_options
def command(
    specs: tuple[str, ...],
    offline: bool,
    check: bool,
    strict: bool,
    only: tuple[str, ...],
    repeats: int | None,
    seed: int | None,
    jobs: int | None,
    fresh: bool,
    cassettes: Cassettes | None,
    output: Path | None,
    form: str,
    junit: Path | None,
    verbosity: int,
) -> None:
    """Run every benchmark among SPECS and write its reports.

    SPECS are files, folders or globs.
    """
    from specrun.cli.running import Wish, run_benchmarks
    from specrun.cli.usage import overrides, selection

    if strict and not check:
        raise click.UsageError("--strict goes with --check")
    if check and (only or output or repeats or seed is not None):
        raise click.UsageError(
            "--check compares whole reports: leave out --only, --output, --repeats and --seed"
        )
    wish = Wish(
        specs=specs,
        overrides=overrides(repeats, seed),
        only=selection(only),
        offline=offline,
        cassettes=cassettes or ("replay" if offline else "auto"),
        check=check,
        strict=strict,
        jobs=jobs or os.cpu_count() or 1,
        fresh=fresh,
        output=output,
        form=form,
        junit=junit,
        verbosity=verbosity,
    )
    click.get_current_context().exit(run_benchmarks(wish))
