"""`specrun show`: a resolved spec, with the origin of every value."""

from __future__ import annotations

import click

from specrun.cli.options import overrides_options, spec_argument


@click.command(
    epilog="""\b
Examples:
  specrun show specs/test-running.yaml
  specrun show specs/projects/pennybook.yaml
  specrun show specs/test-running.yaml --repeats 5 --format json
"""
)
@spec_argument
@overrides_options
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", help="How to print it."
)
def command(spec: str, repeats: int | None, seed: int | None, form: str) -> None:
    """Print SPEC with everything it refers to in place, each value with the file and line it comes from."""
    from specrun.cli.usage import overrides
    from specrun.spec.collect import collect
    from specrun.spec.digest import pretty_json
    from specrun.spec.library import Library, find_root
    from specrun.spec.show import resolved_data, show

    paths = collect((spec,))
    if len(paths) != 1:
        raise click.UsageError(f"{spec} has {len(paths)} specs; name one of them")
    resolved = Library(find_root(paths[0])).resolve(paths[0], overrides=overrides(repeats, seed))
    if form == "json":
        click.echo(pretty_json(resolved_data(resolved)).decode(), nl=False)
    else:
        click.echo(show(resolved), nl=False)
