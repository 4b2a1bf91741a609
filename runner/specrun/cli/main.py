"""`specrun`: finds the command and imports nothing else, so that `--help` is instant."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "Run benchmarks and write their reports."),
    "validate": ("validate", "Check specs: every error of every file in one pass."),
    "plan": ("plan", "List the trials of a benchmark, and which are stored."),
    "show": ("show", "Print a resolved spec with the origin of every value."),
    "explain": ("explain", "Say why a trial's stored record is or is not reused."),
    "trial": ("trial", "Show one trial: outcome, scores, steps, logs, answer, patch."),
    "grade": ("grade", "Measure what a patch or a branch does for a project's tests."),
    "report": ("report", "Render reports again from committed results."),
    "verify": ("verify", "Verify the hash chain of event logs."),
    "fetch": ("fetch", "Bring sources, tools and agents here, to run offline afterwards."),
    "gateway": ("gateway", "Serve models to agents: count, limit, record and replay what they say."),
    "cassette": ("cassette", "Look at recorded answers of models, check and redact them."),
    "artifacts": ("artifacts", "Store long outputs and serve them to agents page by page."),
    "import": ("importing", "Turn fixtures of other tools into specs."),
    "clean": ("clean", "Remove what runs have left behind."),
    "init": ("init", "Write a working example into an empty folder."),
    "schema": ("schema", "Print or write the JSON Schemas of the spec language."),
    "doctor": ("doctor", "Say what this machine can do."),
}
"""Command to its module in this package, and its help in one line."""

EXAMPLES = """\b
Examples:
  specrun specs/test-running.yaml --offline          run a benchmark, write reports/
  specrun specs --offline --check                    are the committed reports true?
  specrun validate specs                             check every spec
  specrun run specs/x.yaml --only agent=heuristic    some of its trials
  specrun trial heuristic/pennybook/1                look at one trial
"""


class Lazy(click.Group):
    """A group that imports a command when it is called. `specrun SPEC` is `specrun run SPEC`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of a first visit."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"specrun.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take anything that is not a command as what `run` gets, unless it looks like a mistyped command."""
        if args and args[0] not in COMMANDS:
            if not args[0].startswith("-") and not _looks_like_spec(args[0]):
                raise click.UsageError(f"no command and no file '{args[0]}'{_nearest(args[0])}")
            args = ["run", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let options of `run` come before the first spec: `specrun --offline SPEC`."""
        if args and args[0].startswith("-") and args[0] not in ("--help", "-h", "--version"):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands, and files too: the first word may be a SPEC.

        Files come first, because click's script for bash forgets what stands before them.
        """
        return [CompletionItem(incomplete, type="file"), *super().shell_complete(ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


def _nearest(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, COMMANDS, n=1)
    return f", did you mean '{near[0]}'?" if near else ""


def _looks_like_spec(word: str) -> bool:
    from pathlib import Path

    return any(mark in word for mark in "/.*?[") or Path(word).exists()


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from specrun import __version__

        click.echo(f"specrun {__version__}")
        ctx.exit()


@click.command(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
def group() -> None:
    """Benchmark coding agents from specs that people review.

    `specrun SPEC...` is `specrun run SPEC...`. A SPEC is a file, a folder or a glob.
    """


def main(args: Sequence[str] | None = None) -> Any:
    """Run the command line; leaves the process with the exit code of design section 6."""
    from specrun.cli.errors import exit_code

    # Until a run listens for them, these are what Ctrl-C is: nothing dies in silence.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        # Without its standalone mode click returns the code of `ctx.exit(code)`, and None where nobody exits.
        code = group.main(args=args, prog_name="specrun", standalone_mode=False)
    except BaseException as error:
        code = exit_code(error)
    sys.exit(code or 0)
