"""`specrun verify`: the hash chain of event logs."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Examples:
  specrun verify heuristic/pennybook/1        both logs of a trial: what the agent did, and its grading
  specrun verify all                       every log of every stored record
  specrun verify path/to/events.jsonl
"""
)
@click.argument("what")
def command(what: str) -> None:
    """Verify that no line of an event log was changed, added, moved or lost.

    WHAT is a trial, `all`, or a file. Exit 1 if a log does not verify.
    """
    from specrun.cli.logs import logs_of
    from specrun.events.verify import verify

    code = 0
    for path, head in logs_of(what):
        try:
            found = verify(path)
        except FileNotFoundError:
            click.echo(f"{path}: the log is gone", err=True)
            code = 1
            continue
        problem = found.problem
        if problem is None and head is not None and found.head != head:
            problem = "the log is not the one that its record was stored with"
        if problem is not None:
            place = f":{found.line}" if found.line is not None else ""
            click.echo(f"{path}{place}: {problem}", err=True)
            code = 1
        else:
            click.echo(f"{path}: {found.events} events, the chain holds")
    click.get_current_context().exit(code)
