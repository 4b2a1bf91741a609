"""`specrun gateway`: the gateway without a run, around a command or for whoever is told its address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from specrun.cli.options import format_option

if TYPE_CHECKING:
    from specrun.gateway.account import Row
    from specrun.gateway.budget import Limits
    from specrun.gateway.lane import Lane

FOLDER = click.Path(file_okay=False, path_type=Path)

Pairs = dict[str, str]


def _pairs(_: click.Context, __: click.Parameter, terms: tuple[str, ...]) -> Pairs:
    """`NAME=VALUE` terms as a mapping."""
    pairs = {}
    for term in terms:
        name, sign, value = term.partition("=")
        if not (name and sign and value):
            raise click.BadParameter(f"'{term}' is not NAME=VALUE")
        pairs[name] = value
    return pairs


def _protocols(ctx: click.Context, parameter: click.Parameter, terms: tuple[str, ...]) -> Pairs:
    """`PROTOCOL=VALUE` terms as a mapping."""
    from specrun.gateway.wire.base import PROTOCOLS

    pairs = _pairs(ctx, parameter, terms)
    for name in pairs:
        if name not in PROTOCOLS:
            raise click.BadParameter(f"no protocol '{name}'; there are {', '.join(PROTOCOLS)}")
    return pairs


def _limits(ctx: click.Context, parameter: click.Parameter, terms: tuple[str, ...]) -> Limits:
    """`NAME=VALUE` terms as limits, written as in the budget of a spec."""
    from specrun.engine.costs import limits_of
    from specrun.spec.models.budget import ModelLimits

    pairs = _pairs(ctx, parameter, terms)
    return limits_of(ModelLimits(**{name: _limit(name, value) for name, value in pairs.items()}))


def _limit(name: str, value: str) -> Any:
    """One limit as specs have it: a count, or money."""
    from specrun.spec.models.budget import ModelLimits
    from specrun.spec.models.prices import Money
    from specrun.spec.problems import did_you_mean
    from specrun.spec.values import Count

    names = ModelLimits.__struct_fields__
    if name not in names:
        hint = did_you_mean(name, names) or f"; there are {', '.join(names)}"
        raise click.BadParameter(f"no limit '{name}'{hint}")
    if name == "cost":
        if not Money.accepts(value):
            raise click.BadParameter("'cost' must be an amount of money such as 0.50")
        return Money(value)
    if not Count.accepts(value):
        raise click.BadParameter(f"'{name}' must be {Count.meaning} such as {Count.example}")
    count = Count(value)
    try:
        count.check_bound()
    except ValueError as error:
        raise click.BadParameter(f"'{name}': {error}") from None
    return count


def _many(
    name: str, metavar: str, read: Callable[[click.Context, click.Parameter, Any], Any], text: str
) -> Callable[[Any], Any]:
    return click.option(f"--{name}", multiple=True, metavar=metavar, callback=read, help=text)


@click.command(
    epilog="""\b
Examples:
  specrun gateway                                    serve until Ctrl-C
  specrun gateway --limit cost=0.50 -- my-agent -p "fix the test"
  specrun gateway --record tape -- my-agent -p "fix the test"
  specrun gateway --replay tape -- my-agent -p "fix the test"
  specrun gateway --auto tape -- my-agent -p "fix the test, and the next"
  specrun gateway --upstream chat=http://127.0.0.1:8000/v1 --default-model local -- my-agent
"""
)
@click.argument("argv", metavar="[-- COMMAND...]", nargs=-1)
@_many("upstream", "PROTOCOL=URL", _protocols, "Where chat, responses or messages requests go.")
@_many("key-env", "PROTOCOL=NAME", _protocols, "The environment variable with the key for it.")
@_many("model", "NAME=NAME", _pairs, "The provider's name of a model that the command names.")
@click.option("--default-model", metavar="NAME", help="The provider's name of every other model.")
@_many("limit", "NAME=VALUE", _limits, "requests, tokens, input_tokens, output_tokens, cost, ...")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; a free one if left out.")
@click.option("--record", type=FOLDER, help="Keep what is said in a cassette, in this new folder.")
@click.option(
    "--replay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Answer from this cassette alone.",
)
@click.option(
    "--strict",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The same, for requests that are exactly as recorded but for noise.",
)
@click.option("--auto", type=FOLDER, help="Answer from this cassette, and keep in it what it lacks.")
@format_option
@click.pass_context
def command(ctx: click.Context, /, argv: tuple[str, ...], form: str, **given: Any) -> None:
    """Serve models to one client, or to COMMAND, and say what was used.

    COMMAND finds its base URLs and a key of its own in OPENAI_BASE_URL, OPENAI_API_BASE, ANTHROPIC_BASE_URL,
    ANTHROPIC_API_BASE and the *_API_KEY variables; the providers' keys stay here. Its exit code is passed on.
    """
    import asyncio
    import os
    from typing import get_args

    from specrun.cli.usage import usage_errors
    from specrun.gateway.cassettes.tapes import Mode
    from specrun.gateway.standalone import Setup, run

    tapes = [(mode, folder) for mode in get_args(Mode) if (folder := given.pop(mode))]
    if len(tapes) > 1:
        raise click.UsageError("--record, --replay, --strict and --auto exclude each other")
    setup = Setup(
        argv=argv, environment=dict(os.environ), announce=_announce, tape=next(iter(tapes), None), **given
    )
    with usage_errors():
        ended = asyncio.run(run(setup))
    _show(ended.rows, form)
    if ended.halt:
        click.echo(f"{ended.halt.reason}: {ended.halt.text}", err=True)
    ctx.exit(ended.code)


def _announce(lane: Lane) -> None:
    click.echo(f"base URL  {lane.base_url} (OpenAI's clients: {lane.base_url}/v1)\ntoken     {lane.token}")


def _show(rows: list[Row], form: str) -> None:
    """Print what was used, on standard error: standard output is the command's."""
    from specrun.cli.gateway_table import as_json, as_table

    if form == "json":
        click.echo(as_json(rows), nl=False, err=True)
    elif rows:
        click.echo(as_table(rows), err=True)
