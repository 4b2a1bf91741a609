"""`specrun doctor`: what this machine can do."""

from __future__ import annotations

import click

from specrun.cli.options import format_option


@click.command(
    epilog="""\b
Examples:
  specrun doctor
  specrun doctor --format json
"""
)
@format_option
def command(form: str) -> None:
    """Say which tools are here, and what of the sandbox this machine can enforce.

    Exit 1 if something is missing that every benchmark needs.
    """
    from tabulate import tabulate

    from specrun.engine.doctor import examine
    from specrun.spec.digest import pretty_json

    findings = examine()
    if form == "json":
        click.echo(pretty_json(findings).decode(), nl=False)
    else:
        click.echo(tabulate([[f.name, f.state, f.detail] for f in findings], ["what", "state", "detail"]))
    click.get_current_context().exit(1 if any(f.state == "missing" and f.needed for f in findings) else 0)
