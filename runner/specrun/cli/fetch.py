"""`specrun fetch`: bring every pinned source and tool, so that the next run can be offline."""

from __future__ import annotations

import click

from specrun.cli.options import specs_argument


@click.command(
    epilog="""\b
Examples:
  specrun fetch specs/test-running-pypi.yaml
  specrun fetch specs
"""
)
@specs_argument
def command(specs: tuple[str, ...]) -> None:
    """Bring what the benchmarks among SPECS need into the cache: sources, pinned wheels, installed agents.

    Everything is checked against its pin. What is there already is not fetched again. Agents are installed
    with the user's own settings for pip and npm, and for proxies and certificates. Exit 3 if something could
    not be brought.
    """
    import msgspec

    from specrun.cli.benchmarks import find_benchmarks
    from specrun.cli.settings import looking
    from specrun.engine.fetch import fetch_benchmark

    code = 0
    for resolved in find_benchmarks(specs):
        settings = msgspec.structs.replace(looking(resolved), offline=False)
        for name, problem in fetch_benchmark(resolved, settings):
            click.echo(f"{name}: {problem or 'here'}", err=problem is not None)
            code = 3 if problem else code
    click.get_current_context().exit(code)
