"""The sections on models: who talks to which, what that took, and what agents say that it took."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.measure.tokens import ESTIMATOR
from specrun.reports import selection
from specrun.reports.drift import drift_table
from specrun.reports.escape import Markdown, markdown
from specrun.reports.kinds.base import Section
from specrun.reports.spending import Spent, cost, spent, tokens, unpriced
from specrun.reports.table import Row, table
from specrun.reports.wording import NOT_MEASURED, listing, money, number
from specrun.results.model import Results, StageUsage

SCRIPTED = (
    "A scripted model says what its spec says. What it gives shows the machinery, and measures no model."
)
HOW_COUNTED = (
    "Over all trials, whether they count or not. Tokens are those of answered requests, as the provider"
    " reported them, and each is in one column only, but for reasoning, which is a part of the output."
)
HOW_CLAIMED = (
    "What agents themselves say that they have used, beside what was counted on the wire, over the trials"
    " of which both are known. Input is whole prompts, cached or not."
)
HOW_ESTIMATED = (
    f"Rows that are marked as estimates are of requests whose usage no provider reported: {ESTIMATOR}."
    " They are in no other number."
)
KINDS = {
    "input_tokens": "Input ↓",
    "cache_read_tokens": "Cache read ↓",
    "cache_write_tokens": "Cache write ↓",
    "output_tokens": "Output ↓",
    "reasoning_tokens": "Reasoning",
}


def model_sections(results: Results) -> Iterator[Section]:
    """Give the sections; none where no agent talks to a model."""
    if results.models:
        yield _section("Models", _models(results), *_notes_on_models(results))
        yield _section("Tokens and cost", HOW_COUNTED, _spending(results), *_notes_on_spending(results))
        yield _section("Drift", HOW_CLAIMED, drift_table(results))


def _section(heading: str, *parts: str) -> Section:
    return Section(heading=heading, body=Markdown("\n\n".join(parts)))


def _models(results: Results) -> Markdown:
    """Write which agent talks to which model."""
    models = {model.id: model for model in results.models}
    rows = (
        [agent.id, agent.model, models[agent.model].name, models[agent.model].type]
        for agent in results.agents
        if agent.model in models
    )
    return table(["Agent", "Model", "Name", "Type"], rows)


def _notes_on_models(results: Results) -> Iterator[Markdown]:
    if any(model.type == "scripted" for model in results.models):
        yield Markdown(SCRIPTED)
    if results.prices:
        prices = results.prices
        yield Markdown(
            f"Costs are in {markdown(prices.currency)}, by the price table {markdown(prices.id)}"
            f" as of {markdown(prices.as_of)}."
        )


def _spending(results: Results) -> Markdown:
    """Write what each agent used in each stage, and in all."""
    groups = {agent: spent(trials) for agent, trials in selection.by_agent(results).items()}
    every = [each for group in groups.values() for each in group]
    several = len({each.model for each in every if each.model}) > 1
    refused = any(row.refused for each in every for row in each.rows)
    currency = f" ({results.prices.currency})" if results.prices else ""
    words = ["Agent", "Stage", *(["Model"] if several else [])]
    counts = ["Requests", "Failed ↓", *(["Refused"] if refused else []), "Retries ↓", *KINDS.values()]
    titles = [*words, *counts, f"Cost{currency} ↓"]

    def rows() -> Iterator[Row]:
        for agent, group in groups.items():
            for each in [*group, *_totals(group)]:
                model = [each.model or NOT_MEASURED] if several else []
                yield [agent, _stage(each), *model, *_numbers(each.rows, refused=refused)]

    return table(titles, rows(), right=range(len(words), len(titles)))


def _totals(group: list[Spent]) -> Iterator[Spent]:
    """Add up all stages and models, where there are several; estimates apart."""
    for estimated in (False, True):
        parts = [each for each in group if each.estimated == estimated]
        if len(parts) > 1:
            rows = tuple(row for each in parts for row in each.rows)
            yield Spent(stage="all", model=None, estimated=estimated, rows=rows)


def _stage(each: Spent) -> str:
    return f"{each.stage} (estimate)" if each.estimated else each.stage


def _numbers(rows: tuple[StageUsage, ...], *, refused: bool) -> Iterator[str]:
    names = ("requests", "failed", *(["refused"] if refused else []), "retries")
    yield from (number(sum(getattr(row, name) for row in rows)) for name in names)
    yield from (number(tokens(rows, kind)) for kind in KINDS)
    yield money(cost(rows))


def _notes_on_spending(results: Results) -> Iterator[Markdown]:
    if any(row.estimated for trial in results.trials for row in trial.usage):
        yield Markdown(HOW_ESTIMATED)
    unknown = unpriced(results.trials)
    if unknown:
        yield Markdown(
            f"No cost is known of {markdown(listing(unknown))}: the price table has no such model, or the"
            " provider left out a count that has a price of its own."
        )
