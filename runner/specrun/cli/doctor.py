"""`specrun doctor`: what this machine can do."""

from __future__ import annotations

import click

from specrun.cli.options import SPEC_PATH, format_option


@click.command(
    epilog="""\b
Examples:
  specrun doctor
  specrun doctor specs/test-running.yaml
  specrun doctor --format json
"""
)
@click.argument("specs", nargs=-1, metavar="[SPEC]...", type=SPEC_PATH)
@format_option
def command(specs: tuple[str, ...], form: str) -> None:
    """Say which tools are here, and what of the sandbox this machine can enforce.

    With SPECs also which agents of these benchmarks could run here now, without the network. Exit 1 if
    something is missing that every benchmark needs.
    """
    from tabulate import tabulate

    from specrun.cli.benchmarks import find_benchmarks
    from specrun.engine.doctor import examine, examine_agents
    from specrun.spec.digest import pretty_json

    findings = examine()
    for resolved in find_benchmarks(specs) if specs else ():
        findings += (finding for finding in examine_agents(resolved) if finding not in findings)
    if form == "json":
        click.echo(pretty_json(findings).decode(), nl=False)
    else:
        click.echo(tabulate([[f.name, f.state, f.detail] for f in findings], ["what", "state", "detail"]))
    click.get_current_context().exit(1 if any(f.state == "missing" and f.needed for f in findings) else 0)
