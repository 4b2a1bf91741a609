"""`specrun schema`: the JSON Schemas of the spec language."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  specrun schema                       list the kinds
  specrun schema project               print one schema
  specrun schema --write schemas/v1    write them all
"""
)
@click.argument("kind", required=False)
@click.option(
    "--write", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write all of them here."
)
def command(kind: str | None, folder: Path | None) -> None:
    """Print the JSON Schema of one KIND of spec, or write those of all kinds into a folder.

    Editors use them to complete and explain keys, by the line `# yaml-language-server: $schema=...`.
    """
    from specrun.events.schema import event_schema
    from specrun.gateway.cassettes.schema import cassette_schema
    from specrun.spec.digest import pretty_json
    from specrun.spec.models import KINDS
    from specrun.spec.problems import did_you_mean
    from specrun.spec.schema import schema, write

    lines = {"event": event_schema, "cassette": cassette_schema}
    known = [*KINDS, *lines]
    if folder is not None:
        files = write(folder)
        for name, made in lines.items():
            files.append(folder / f"{name}.schema.json")
            files[-1].write_bytes(pretty_json(made()))
        for file in files:
            click.echo(f"wrote {file}")
    elif kind is None:
        click.echo("\n".join(known))
    elif kind in known:
        found = lines[kind]() if kind in lines else schema(kind)
        click.echo(pretty_json(found).decode(), nl=False)
    else:
        hint = did_you_mean(kind, known) or f"; there are: {', '.join(known)}"
        raise click.UsageError(f"no kind '{kind}'{hint}")
