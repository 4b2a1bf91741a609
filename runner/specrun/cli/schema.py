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
    from specrun.spec.digest import pretty_json
    from specrun.spec.models import KINDS
    from specrun.spec.problems import did_you_mean
    from specrun.spec.schema import schema, write

    if folder is not None:
        from specrun.events.schema import event_schema_text

        event = folder / "event.schema.json"
        files = write(folder)
        event.write_text(event_schema_text(), encoding="utf-8")
        for file in [*files, event]:
            click.echo(f"wrote {file}")
    elif kind is None:
        click.echo("\n".join([*KINDS, "event"]))
    elif kind == "event":
        from specrun.events.schema import event_schema

        click.echo(pretty_json(event_schema()).decode(), nl=False)
    elif kind in KINDS:
        click.echo(pretty_json(schema(kind)).decode(), nl=False)
    else:
        known = [*KINDS, "event"]
        hint = did_you_mean(kind, known) or f"; there are: {', '.join(known)}"
        raise click.UsageError(f"no kind '{kind}'{hint}")
