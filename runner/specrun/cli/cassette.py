"""`specrun cassette`: recorded answers of models."""

from __future__ import annotations

from pathlib import Path

import click

from specrun.cli.options import format_option

folders_argument = click.argument(
    "folders", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(exists=True, path_type=Path)
)


@click.group(
    epilog="""\b
Examples:
  specrun cassette show fixtures/cassettes/hello
  specrun cassette lint fixtures/cassettes
"""
)
def command() -> None:
    """Look at recorded answers of models, check them, and take out what must not be in them.

    A FOLDER is a cassette, or holds some at any depth.
    """


@command.command(
    epilog="""\b
Examples:
  specrun cassette show fixtures/cassettes/hello
  specrun cassette show fixtures/cassettes --format json
"""
)
@folders_argument
@format_option
def show(folders: tuple[Path, ...], form: str) -> None:
    """Print who asked what, and what was answered."""
    from specrun.cli.usage import usage_errors
    from specrun.gateway.cassettes.printing import shown, told
    from specrun.gateway.cassettes.reading import read_cassette
    from specrun.spec.digest import pretty_json

    with usage_errors():
        cassettes = [read_cassette(folder) for folder in _found(folders)]
        if form == "json":
            click.echo(pretty_json([told(cassette) for cassette in cassettes]), nl=False)
            return
        for cassette in cassettes:
            for line in shown(cassette):
                click.echo(line)


@command.command(
    epilog="""\b
Examples:
  specrun cassette lint fixtures/cassettes
"""
)
@folders_argument
def lint(folders: tuple[Path, ...]) -> None:
    """Find keys, tokens, names and folders that were left in, and what cannot be replayed.

    Looks for what keys usually look like, for this machine's user, host and home, and for the values of the
    environment's variables that hide something: ..._KEY, ..._TOKEN and the like. Exit 1 if there is any.
    """
    from specrun.cli.usage import usage_errors
    from specrun.gateway.cassettes.lint import lint as problems
    from specrun.gateway.cassettes.mending import normaliser_here

    with usage_errors():
        here = normaliser_here()
    found = [problem for folder in _found(folders) for problem in problems(folder, here)]
    for problem in found:
        click.echo(problem, err=True)
    click.get_current_context().exit(1 if found else 0)


@command.command(
    epilog="""\b
Examples:
  specrun cassette redact fixtures/cassettes/hello
"""
)
@folders_argument
def redact(folders: tuple[Path, ...]) -> None:
    """Take out what `lint` finds, and bring keys up to date."""
    from specrun.cli.usage import usage_errors
    from specrun.gateway.cassettes.mending import normaliser_here
    from specrun.gateway.cassettes.mending import redact as mend

    with usage_errors():
        here = normaliser_here()
        for folder in _found(folders):
            changed = mend(folder, here)
            click.echo(f"{'redacted' if changed else 'nothing to do in'} {folder}")


@command.command(
    epilog="""\b
Examples:
  specrun cassette prune fixtures/cassettes
"""
)
@folders_argument
def prune(folders: tuple[Path, ...]) -> None:
    """Remove exchanges that only repeat others, and files that no exchange names."""
    from specrun.cli.usage import usage_errors
    from specrun.gateway.cassettes.mending import prune as remove

    with usage_errors():
        for folder in _found(folders):
            exchanges, files = remove(folder)
            click.echo(f"removed {exchanges} exchanges and {files} files from {folder}")


def _found(folders: tuple[Path, ...]) -> list[Path]:
    """The cassettes in the folders, each once."""
    from specrun.cli.usage import usage_errors
    from specrun.gateway.cassettes.reading import find_cassettes

    with usage_errors():
        return list(dict.fromkeys(found for folder in folders for found in find_cassettes(folder)))
