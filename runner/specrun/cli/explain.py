"""`specrun explain`: why a trial's stored record is or is not reused."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Examples:
  specrun explain heuristic/pennybook/1
  specrun explain heuristic/pennybook/1 --spec specs/test-running.yaml
"""
)
@click.argument("trial")
@click.option("--spec", help="The benchmark [default: that of the latest run with this trial].")
def command(trial: str, spec: str | None) -> None:
    """Say why the stored record of TRIAL (agent/case/repetition) is or is not reused, and what differs."""
    from specrun.cli.settings import looking
    from specrun.cli.stored import benchmark_of
    from specrun.engine.explain import explain
    from specrun.engine.session import plan
    from specrun.engine.store import Store
    from specrun.spec.problems import did_you_mean

    resolved, overrides = benchmark_of(trial, spec)
    settings = looking(resolved)
    prepared = plan(resolved, overrides, settings)
    planned = {each.name: each for each in prepared.trials}
    if trial not in planned:
        raise click.UsageError(f"the benchmark has no trial '{trial}'{did_you_mean(trial, planned)}")
    for line in explain(planned[trial], prepared, Store(settings.state)):
        click.echo(line)
