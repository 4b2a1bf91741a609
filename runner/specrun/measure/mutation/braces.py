"""Mutants of JavaScript and C, by their tokens."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from specrun.measure.bodies import function_bodies
from specrun.measure.mask import mask_c, mask_javascript
from specrun.measure.mutation.mutant import Change, Edit, Mutant, mutants_of
from specrun.measure.mutation.operators import c_operators, javascript_operators
from specrun.measure.mutation.statements import c_statements, javascript_statements
from specrun.measure.mutation.tokens import Code

Rule = Callable[[Code, int], Iterator[Edit]]


def javascript_mutants(text: str, lines: frozenset[int]) -> tuple[Mutant, ...]:
    """Give the mutants on these lines."""
    return _mutants(text, mask_javascript(text), lines, (javascript_operators, javascript_statements))


def c_mutants(text: str, lines: frozenset[int]) -> tuple[Mutant, ...]:
    """Give the mutants on these lines, as far as they are in functions."""
    inside = {line for body in function_bodies(text, "c") for line in range(body.start, body.end + 1)}
    return _mutants(text, mask_c(text), lines & inside, (c_operators, c_statements))


def _mutants(text: str, masked: str, lines: frozenset[int], rules: tuple[Rule, ...]) -> tuple[Mutant, ...]:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    code = Code(text, masked)
    changes = (
        Change(edit, line)
        for index, token in enumerate(code.tokens)
        if (line := bisect_right(starts, token.start)) in lines
        for rule in rules
        for edit in rule(code, index)
    )
    return tuple(mutants_of(text, starts, changes, lines))
