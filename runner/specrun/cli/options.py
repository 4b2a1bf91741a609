"""Options that several commands share, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

SPEC_PATH = click.Path(readable=False)
"""Why a file cannot be read is told at its place, as all that is wrong with a spec."""

specs_argument = click.argument("specs", nargs=-1, required=True, metavar="SPEC...", type=SPEC_PATH)

spec_argument = click.argument("spec", metavar="SPEC", type=SPEC_PATH)

offline_option = click.option("--offline", is_flag=True, help="Nothing leaves the machine; time is logical.")

only_option = click.option(
    "--only",
    multiple=True,
    metavar="KEY=VALUE,...",
    help="Only these trials: agent=, case=, tag=, project=, platform=, fixture=, arm=; a key that is given "
    "twice takes either value: agent=a,agent=b.",
)

format_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print it."
)


def overrides_options(function: Function) -> Function:
    """Options that win over what the benchmark says."""
    function = click.option("--seed", type=click.IntRange(0), help="Another seed than the spec's.")(function)
    return click.option("--repeats", type=click.IntRange(1, 10_000), help="Another number of repetitions.")(
        function
    )


def quiet_options(function: Function) -> Function:
    """`-q` and `-v`, as one number: below 0 only errors, above 0 one line for each change of a trial."""

    def count(ctx: click.Context, parameter: click.Parameter, value: int) -> int:
        sign = -1 if parameter.name == "quiet" else 1
        ctx.params["verbosity"] = ctx.params.get("verbosity", 0) + sign * value
        return value

    for name, text in (
        ("quiet", "Only errors and the final table."),
        ("verbose", "Every change of a trial."),
    ):
        function = click.option(
            f"-{name[0]}", f"--{name}", name, count=True, expose_value=False, callback=count, help=text
        )(function)
    return function
