"""From an exception to one clear message and an exit code. Users never see a traceback."""

from __future__ import annotations

import os
import sys

import click

BAD_INPUT, INFRASTRUCTURE, INTERRUPTED = 2, 3, 130


def exit_code(error: BaseException) -> int:
    """Print what is to be said about an error, and give the exit code for it.

    0 sound, 1 a check or gate did not hold, 2 bad specs or usage, 3 infrastructure, 130 interrupted.
    """
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return BAD_INPUT
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # Whoever read the output has gone; there is nobody to tell, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return _known(error)


def _known(error: BaseException) -> int:
    from specrun.spec.problems import SpecError
    from specrun.workspaces.cache import FetchError

    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]

    if isinstance(error, SpecError):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return BAD_INPUT
    if isinstance(error, FetchError):
        click.echo(f"error: {error}", err=True)
        return INFRASTRUCTURE
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"error: {place}{error.strerror or error}", err=True)
        return INFRASTRUCTURE
    if os.environ.get("SPECRUN_TRACEBACK"):
        raise error
    click.echo(
        f"error: {type(error).__name__}: {error}\n"
        "This is a defect of specrun: please report it. SPECRUN_TRACEBACK=1 shows where it happened.",
        err=True,
    )
    return INFRASTRUCTURE
