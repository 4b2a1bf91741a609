"""`specrun artifacts`: stored outputs, and the server through which agents read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from specrun.cli.options import format_option

Function = TypeVar("Function", bound=Callable[..., Any])

FOLDER = click.Path(file_okay=False, path_type=Path)


STORE = click.Path(exists=True, file_okay=False, path_type=Path)


def _thread(_: click.Context, __: click.Parameter, name: str) -> str:
    if not name:
        raise click.BadParameter("is empty; name the conversation or trial")
    return name


def _place(root: click.Path) -> Callable[[Function], Function]:
    def placed(function: Function) -> Function:
        whose = "Whose artifacts: the conversation or trial."
        function = click.option("--thread", required=True, callback=_thread, help=whose)(function)
        return click.option("--root", required=True, type=root, help="The folder of the store.")(function)

    return placed


@click.group(
    epilog="""\b
Examples:
  specrun artifacts put build.log --root store --thread t1
  specrun artifacts grep ARTIFACT ERROR --root store --thread t1
  specrun artifacts serve --root store --thread t1
"""
)
def command() -> None:
    """Store long outputs, look into them page by page, and serve them to agents over MCP."""


@command.command(
    epilog="""\b
Examples:
  specrun artifacts serve --root store --thread t1
"""
)
@_place(STORE)
def serve(root: Path, thread: str) -> None:
    """Serve read, grep and tail for one thread over MCP, on standard input and output.

    Needs pip install 'specrun[mcp]'.
    """
    from specrun.artifacts.server import MissingSdkError
    from specrun.artifacts.server import serve as run

    try:
        run(root, thread)
    except MissingSdkError as error:
        raise click.UsageError(str(error)) from None


@command.command(
    epilog="""\b
Examples:
  specrun artifacts put build.log --root store --thread t1
  make 2>&1 | specrun artifacts put - --root store --thread t1 --kind command_stdout --label make
"""
)
@click.argument("file", type=click.File("rb"))
@_place(FOLDER)
@click.option("--turn", default="turn-1", show_default=True, help="The turn that it belongs to.")
@click.option("--kind", default="tool_output", show_default=True, help="What it is.")
@click.option("--label", help="What to call it; the name of the file if left out.")
def put(file: IO[bytes], root: Path, thread: str, turn: str, kind: Any, label: str | None) -> None:
    """Store FILE (`-` is standard input) and print its reference."""
    from specrun.artifacts.reference import reference
    from specrun.artifacts.store import ArtifactStore
    from specrun.cli.usage import usage_errors

    chunks = iter(lambda: file.read(1024 * 1024), b"")
    name = Path(file.name).name if label is None else label
    with usage_errors():
        artifact = ArtifactStore(root).create(chunks, thread=thread, turn=turn, kind=kind, label=name)
    click.echo(reference(artifact))


@command.command(
    name="list",
    epilog="""\b
Examples:
  specrun artifacts list --root store --thread t1
  specrun artifacts list --root store --thread t1 --kind chat_history --format json
""",
)
@_place(STORE)
@click.option("--kind", help="Only those of this kind.")
@format_option
def list_(root: Path, thread: str, kind: Any, form: str) -> None:
    """List the artifacts of a thread in the order in which they were stored."""
    from specrun.artifacts.store import ArtifactStore
    from specrun.cli.usage import usage_errors
    from specrun.spec.digest import pretty_json
    from specrun.spec.problems import printable

    with usage_errors():
        artifacts = ArtifactStore(root).list(thread, kind)
    if form == "json":
        click.echo(pretty_json(artifacts), nl=False)
        return
    for found in artifacts:
        click.echo(
            f"{found.id}  {found.kind}  {found.lines} lines  {found.bytes} bytes  {printable(found.label)}"
        )


@command.command(
    epilog="""\b
Examples:
  specrun artifacts read ARTIFACT --start-line 201 --root store --thread t1
"""
)
@click.argument("artifact")
@_place(STORE)
@click.option("--start-line", type=int, help="The first line.")
@click.option("--limit", type=int, help="How many lines.")
@click.option("--column", type=int, help="The first character of the first line.")
def read(root: Path, thread: str, **args: object) -> None:
    """Print consecutive lines of ARTIFACT, as a model sees them."""
    _show(root, thread, "read", args)


@command.command(
    epilog="""\b
Examples:
  specrun artifacts grep ARTIFACT ERROR --context 2 --root store --thread t1
  specrun artifacts grep ARTIFACT 'exit code [1-9]' --regex --root store --thread t1
"""
)
@click.argument("artifact")
@click.argument("query")
@_place(STORE)
@click.option("--offset", type=int, help="How many matching lines to skip.")
@click.option("--limit", type=int, help="How many matching lines.")
@click.option("--regex", is_flag=True, help="QUERY is a regular expression in RE2 syntax.")
@click.option("--context", type=int, help="Lines before and after each match.")
def grep(root: Path, thread: str, **args: object) -> None:
    """Print the lines of ARTIFACT that contain QUERY, as a model sees them."""
    _show(root, thread, "grep", args)


@command.command(
    epilog="""\b
Examples:
  specrun artifacts tail ARTIFACT --lines 20 --root store --thread t1
"""
)
@click.argument("artifact")
@_place(STORE)
@click.option("--lines", type=int, help="How many lines.")
def tail(root: Path, thread: str, **args: object) -> None:
    """Print the last lines of ARTIFACT, as a model sees them."""
    _show(root, thread, "tail", args)


def _show(root: Path, thread: str, tool: str, args: dict[str, object]) -> None:
    from specrun.artifacts.store import ArtifactStore
    from specrun.artifacts.tools import View, call
    from specrun.spec.problems import printable

    page = call(View(ArtifactStore(root), thread), tool, args)
    if page.refused:
        raise click.UsageError(page.text.removeprefix("[error: ").removesuffix("]"))
    click.echo("\n".join(printable(line) for line in page.text.split("\n")))
