"""Arguments that need more than a type: a wrong one is one clear line and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from specrun.plan.selection import Selection


def selection(terms: tuple[str, ...]) -> Selection:
    """The selection that `--only` means."""
    from specrun.plan.selection import parse

    with usage_errors():
        return parse(terms)


def overrides(repeats: int | None, seed: int | None) -> dict[str, int]:
    """What the command line says over the benchmark; only what was given."""
    given = {"repeats": repeats, "seed": seed}
    return {name: value for name, value in given.items() if value is not None}


@contextmanager
def usage_errors() -> Iterator[None]:
    """A ValueError inside is a mistake of the caller, told in one line."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error
