"""`specrun trial`: one trial, with all that is known of it."""

from __future__ import annotations

import click

from specrun.cli.options import format_option


@click.command(
    epilog="""\b
Examples:
  specrun trial heuristic/pennybook/1
  specrun trial heuristic/pennybook/1 --logs
  specrun trial 3f9a2c01 --format json
"""
)
@click.argument("trial")
@click.option("--benchmark", metavar="ID", help="The benchmark, where several have such a trial.")
@click.option("--logs", is_flag=True, help="Also print what every command printed.")
@format_option
def command(trial: str, benchmark: str | None, logs: bool, form: str) -> None:
    """Show TRIAL (agent/case/repetition, or the beginning of its key) as the latest run left it."""
    from specrun.cli.stored import find_trial
    from specrun.cli.trial_view import as_data, as_text

    state, manifest, entry = find_trial(trial, benchmark)
    if form == "json":
        from specrun.spec.digest import pretty_json

        click.echo(pretty_json(as_data(state, manifest, entry)).decode(), nl=False)
    else:
        click.echo(as_text(state, manifest, entry, logs), nl=False)
