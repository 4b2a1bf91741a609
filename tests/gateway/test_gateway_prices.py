from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.prices import Price, PriceTable, cost, shipped, table_of
from specrun.gateway.usage import KINDS, Usage
from specrun.spec.library import Library
from specrun.spec.problems import SpecError


def price(**amounts):
    return Price(**{kind: Decimal(amount) for kind, amount in amounts.items()}, source="made up")


TABLE = PriceTable(
    version="test",
    currency="USD",
    as_of="2026-01-01",
    note="made up",
    models={
        "all": price(input="3", output="15", cache_read="0.30", cache_write="3.75", cache_write_long="6"),
        "plain": price(input="0.1", output="0.2"),
    },
    prefixes={"al": "plain", "all-": "all"},
)
KNOWN = st.fixed_dictionaries(dict.fromkeys(KINDS, st.integers(0, 10**12))).map(
    lambda counts: counts | {"cache_write_tokens": sum(map(counts.get, KINDS[2:4]))}
)
"""Counts of which none is a part of a smaller one."""


@given(KNOWN)
def test_a_cost_is_exact(counts):
    usage = Usage(**counts)
    short = usage.cache_write_tokens - usage.cache_write_long_tokens
    millions = (
        Fraction(3) * usage.input_tokens
        + Fraction(15) * usage.output_tokens
        + Fraction("0.30") * usage.cache_read_tokens
        + Fraction("3.75") * short
        + Fraction(6) * usage.cache_write_long_tokens
    )
    assert Fraction(cost(usage, "all", TABLE)) == millions / 1_000_000


@pytest.mark.parametrize("missing", ["cache_write_long_tokens", "input_tokens", "output_tokens"])
def test_an_unknown_count_makes_the_cost_unknown(missing):
    counts = dict.fromkeys(KINDS, 5)
    assert cost(Usage(**counts), "all", TABLE) is not None
    assert cost(Usage(**counts | {missing: None}), "all", TABLE) is None


@pytest.mark.parametrize("model", sorted(TABLE.models))
def test_where_nothing_is_said_of_a_cache_all_is_input(model):
    usage = Usage(input_tokens=1_000_000, output_tokens=2_000_000)
    nothing = dict.fromkeys(("cache_read_tokens", "cache_write_tokens", "cache_write_long_tokens"), 0)
    assert cost(usage, model, TABLE) == cost(msgspec.structs.replace(usage, **nothing), model, TABLE)
    assert cost(usage, model, TABLE) == {"all": 33, "plain": Decimal("0.5")}[model]
    assert cost(Usage(output_tokens=1, cache_read_tokens=1, cache_write_tokens=0), model, TABLE) is None


def test_what_is_cached_costs_what_input_does_unless_it_has_a_price():
    cached = Usage(input_tokens=0, output_tokens=0, cache_read_tokens=1_000_000, cache_write_tokens=0)
    assert cost(cached, "plain", TABLE) == Decimal("0.1")


def test_nothing_written_to_a_cache_is_nothing_written_for_long():
    usage = Usage(input_tokens=1_000_000, output_tokens=0, cache_read_tokens=0, cache_write_tokens=0)
    assert cost(usage, "all", TABLE) == 3


@pytest.mark.parametrize(
    ("name", "model"),
    [("all", "all"), ("plain", "plain"), ("al", "plain"), ("alto", "plain"), ("all-2026", "all")],
)
def test_the_exact_name_then_the_longest_prefix(name, model):
    assert TABLE.price(name) is TABLE.models[model]


def test_an_unknown_model_has_no_cost():
    assert cost(Usage(**dict.fromkeys(KINDS, 1)), "new", TABLE) is None
    assert TABLE.price("") is None


def test_the_shipped_table():
    table = shipped()
    assert (table.version, table.currency) == ("v1", "USD")
    for each in table.models.values():
        assert each.source.startswith("https://")
        assert each.output > each.input > (each.cache_read or 0)
    assert table.price("claude-opus-4-5-20251101") == table.models["claude-opus-4-5"]
    assert table.price("claude-opus-4-50") is None
    million = Usage(**dict.fromkeys(KINDS, 1_000_000))
    assert cost(million, "gpt-5-mini", table) == Decimal("2.525")


SPEC = """\
specrun: 1
kind: prices
id: mine
currency: EUR
as_of: "2026-01-01"
note: made up
models:
  big: {input: "3", output: "15", cache_read: "0.30", cache_write: "3.75", source: s}
  all: {input: "0.1", output: "0.2", cache_write_long: "6.000000000000000001", source: t}
prefixes: {big-: big}
"""


def test_a_table_is_what_its_spec_says(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(SPEC)
    table = table_of(Library(tmp_path).resolve(file, "prices").model)
    big = price(input="3", output="15", cache_read="0.30", cache_write="3.75")
    every = price(input="0.1", output="0.2", cache_write_long="6.000000000000000001")
    assert table == PriceTable(
        version="mine",
        currency="EUR",
        as_of="2026-01-01",
        note="made up",
        models={
            "big": msgspec.structs.replace(big, source="s"),
            "all": msgspec.structs.replace(every, source="t"),
        },
        prefixes={"big-": "big"},
    )
    assert table.price("big-2026") is table.models["big"]


def test_the_sample_has_the_prices_of_the_scripted_models():
    specs = Path(__file__).parents[2] / "specs"
    table = table_of(Library(specs.parent).resolve(specs / "prices/sample.yaml", "prices").model)
    million = Usage(**dict.fromkeys(KINDS, 1_000_000))
    assert sorted(table.models) == ["scripted-reader", "scripted-writer"]
    assert {cost(million, name, table) for name in table.models} == {Decimal("22.05")}


def test_a_version_that_was_never_shipped():
    with pytest.raises(SpecError, match=r"v0\.yaml:1:1: no such file"):
        shipped("v0")
