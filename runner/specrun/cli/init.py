"""`specrun init`: a working example in an empty folder."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  specrun init my-benchmark
  cd my-benchmark && specrun specs/hello.yaml --offline
"""
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def command(folder: Path) -> None:
    """Write a benchmark that runs, with its agents, project and schemas, into FOLDER, which must be empty.

    A `.git` in it does not count.
    """
    import shlex
    import shutil

    from specrun.spec.schema import write

    if folder.is_dir() and any(entry.name != ".git" for entry in folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty; name an empty or a new folder")
    example = Path(__file__).parents[1] / "example"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text(".specrun/\n", encoding="utf-8")
    shutil.copytree(example, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    write(folder / "schemas" / "v1")
    place = str(folder) if not str(folder).startswith("-") else f"./{folder}"
    enter = "" if folder == Path() else f"cd {shlex.quote(place)} && "
    click.echo(
        f"wrote an example with 3 agents and 1 project\nrun it: {enter}specrun specs/hello.yaml --offline"
    )
