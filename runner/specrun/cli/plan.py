"""`specrun plan`: the trial matrix, with keys, and what is stored already."""

from __future__ import annotations

import click

from specrun.cli.options import format_option, only_option, overrides_options, spec_argument


@click.command(
    epilog="""\b
Examples:
  specrun plan specs/test-running.yaml
  specrun plan specs/test-running.yaml --only agent=heuristic --repeats 3 --format json
"""
)
@spec_argument
@only_option
@overrides_options
@format_option
def command(spec: str, only: tuple[str, ...], repeats: int | None, seed: int | None, form: str) -> None:
    """List every trial of the benchmark in SPEC, and whether its record is stored. Runs nothing."""
    from tabulate import tabulate

    from specrun.cli.benchmarks import one_benchmark
    from specrun.cli.settings import looking
    from specrun.cli.usage import overrides, selection, usage_errors
    from specrun.engine.session import plan
    from specrun.engine.store import Store
    from specrun.spec.digest import pretty_json
    from specrun.spec.library import Library

    given = overrides(repeats, seed)
    found = one_benchmark(spec)
    resolved = Library(found.root).resolve(found.path, overrides=given)
    settings = looking(resolved, selection(only))
    with usage_errors():
        prepared = plan(resolved, given, settings)
    store = Store(settings.state)
    there = set(store.stored_keys())
    rows = [
        {
            "trial": trial.name,
            "key": trial.key,
            "seed": trial.seed,
            "state": prepared.unavailable(trial)
            or ("stored" if trial.key in there and store.load(trial.key) else "to run"),
        }
        for trial in prepared.trials
    ]
    if form == "json":
        click.echo(pretty_json(rows).decode(), nl=False)
        return
    click.echo(
        tabulate(
            [[row["trial"], str(row["key"])[:12], row["state"]] for row in rows], ["trial", "key", "state"]
        )
    )
    click.echo(f"\n{len(rows)} trials, {sum(row['state'] == 'stored' for row in rows)} stored")
