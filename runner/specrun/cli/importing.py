"""`specrun import`: fixtures of other tools as specs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from specrun.imports.roder_evals import Account


@click.group(
    epilog="""\b
Examples:
  specrun import roder-evals evals/file_backed --output fixtures/context
"""
)
def command() -> None:
    """Turn fixtures of other tools into specs. Every file is imported, or named with the reason why not."""


@command.command(
    "roder-evals",
    epilog="""\b
Examples:
  specrun import roder-evals evals/file_backed --output fixtures/context
  specrun import roder-evals evals/file_backed --output fixtures/context --force
""",
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the specs, one file per fixture.",
)
@click.option("--force", is_flag=True, help="Overwrite specs that are there and differ.")
def roder_evals(folder: Path, output: Path, force: bool) -> None:
    """Import the file-backed fixtures in FOLDER as specs of kind context-fixture.

    Exit code 1 if something that looks like such a fixture was not imported.
    """
    from specrun.imports.roder_evals import accounts

    written = refused = left = 0
    for account in accounts(folder):
        failed = _write(account, output, force) if account.state == "imported" else account.reason
        _tell(account, output, failed)
        written += not failed
        refused += bool(failed) and account.state != "left"
        left += account.state == "left"
    if not written + refused + left:
        raise click.UsageError(f"there are no files in {folder}")
    click.echo(f"{written} imported, {refused} refused, {left} of other kinds")
    click.get_current_context().exit(1 if refused else 0)


def _write(account: Account, output: Path, force: bool) -> str:
    """Write a spec; why not, if it was not written."""
    from specrun.spec.atomic import write_file

    target, content = output / account.name, account.text.encode()
    if target.is_symlink() or target.exists():
        if target.is_file() and target.read_bytes() == content:
            return ""
        if not force:
            from specrun.spec.problems import shown

            return f"{shown(target)} is there already, and differs; --force overwrites it"
    write_file(target, content)
    return ""


def _tell(account: Account, output: Path, failed: str) -> None:
    from specrun.spec.problems import printable, shown

    name = printable(account.path)
    if failed:
        click.echo(f"{name}: not imported: {failed}", err=True)
    else:
        click.echo(f"{name}: imported as {shown(output / account.name)}")
