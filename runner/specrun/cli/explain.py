"""`specrun explain`: why a trial's stored record is or is not reused."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Examples:
  specrun explain heuristic/ledger/1
  specrun explain heuristic/ledger/1 --spec specs/test-running.yaml
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

    resolved, overrides = benchmark_of(trial, spec)
    settings = looking(resolved)
    prepared = plan(resolved, overrides, settings)
    for line in explain(trial, prepared, Store(settings.state)):
        click.echo(line)
