"""`specrun clean`: remove what runs have left behind."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Examples:
  specrun clean --dry-run
  specrun clean                  workspaces and half-made records of runs that are gone
  specrun clean --records        also every stored record and run of this folder
"""
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--records", is_flag=True, help="Also the stored records and runs: everything runs again.")
def command(dry_run: bool, records: bool) -> None:
    """Remove workspaces and half-made records that no living run owns, and kill what still runs in them.

    Committed reports and the cache of fetched sources are never touched.
    """
    import shutil

    from specrun.cli.stored import state_folder
    from specrun.engine.store import Store
    from specrun.workspaces.sweep import base_folder, stale, sweep

    workspaces = stale(base_folder())
    try:
        state = state_folder()
    except click.UsageError:
        left = []
    else:
        left = Store(state).remains() + ([state] if records else [])
    for path in [*workspaces, *left]:
        click.echo(f"{'would remove' if dry_run else 'removed'} {path}")
    if not dry_run:
        sweep(base_folder())
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
    if not workspaces and not left:
        click.echo("nothing to remove")
