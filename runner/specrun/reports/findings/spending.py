"""What it takes an agent to pass: tokens, and money where prices are known."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context
from fractions import Fraction

import msgspec

from specrun.reports import selection
from specrun.reports.findings.base import Finding, found
from specrun.reports.spending import cost
from specrun.reports.wording import count, listing, money, number
from specrun.results.model import Results, Trial
from specrun.results.usage import all_tokens, measured

_ROUND = Context(prec=4)
"""A share of an exact amount is shown with four digits."""


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """The tokens of an agent's counted trials, all of which were measured."""

    agent: str
    tokens: int
    passed: int
    trials: list[Trial]

    @property
    def each(self) -> Fraction:
        """Tokens for each trial that passed. At least one did."""
        return Fraction(self.tokens, self.passed)


def tokens_per_pass(results: Results) -> Iterator[Finding]:
    """Say what a passed trial takes each contestant, and which of them takes the most."""
    efforts = list(_efforts(results))
    for effort in efforts:
        spent = f"{effort.agent} uses {count(effort.tokens, 'token')} in {_counted(effort.trials)} and passes"
        share = f"{effort.passed:,}: {_whole(effort.each)} for each that passes" if effort.passed else "none"
        yield found("tokens-per-pass", effort.trials, f"{spent} {share}.")
    ranked = sorted((effort for effort in efforts if effort.passed), key=lambda effort: -effort.each)
    if len(ranked) > 1 and ranked[0].each > ranked[1].each:
        most, *others = (f"{effort.agent} ({_whole(effort.each)})" for effort in ranked)
        yield found(
            "tokens-per-pass",
            (trial for effort in ranked for trial in effort.trials),
            f"{most} uses the most tokens for each trial that passes, before {listing(others)}.",
        )


def costs(results: Results) -> Iterator[Finding]:
    """Say what each contestant costs by the prices of the run, where that is known as a whole."""
    scripted = {model.id for model in results.models if model.type == "scripted"}
    models = {agent.id: agent.model for agent in results.agents}
    for effort in _efforts(results) if results.prices else ():
        amount = cost(row for trial in effort.trials for row in trial.usage)
        if amount is None or results.prices is None:
            continue
        made_up = ", whose model is scripted," if models[effort.agent] in scripted else ""
        share = _ROUND.divide(amount, effort.passed) if effort.passed else None
        each = "" if share is None else f", {money(share)} for each that passes"
        yield found(
            "costs",
            effort.trials,
            f"{effort.agent}{made_up} costs {money(amount)} {results.prices.currency} in"
            f" {_counted(effort.trials)}{each}, by the prices {results.prices.id} of {results.prices.as_of}.",
        )


def _efforts(results: Results) -> Iterator[Effort]:
    """Give the efforts of contestants that talk to a model, as far as all of their tokens are known."""
    talking = {agent.id for agent in results.agents if agent.model}
    for agent, trials in selection.contestants(results).items():
        rows = [row for trial in trials for row in trial.usage]
        tokens = measured(rows, all_tokens)
        if agent in talking and tokens is not None and all(trial.usage for trial in trials):
            passed = sum(trial.outcome == "passed" for trial in trials)
            yield Effort(agent=agent, tokens=tokens, passed=passed, trials=trials)


def _counted(trials: list[Trial]) -> str:
    return count(len(trials), "counted trial")


def _whole(tokens: Fraction) -> str:
    return number(round(tokens))
