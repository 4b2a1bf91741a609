"""Costs of rows, and budgets as the gateway keeps them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.engine.costs import limits_of, priced
from specrun.gateway.budget import Limits
from specrun.gateway.prices import Price, PriceTable
from specrun.results.model import StageUsage
from specrun.spec.models.budget import ModelLimits
from specrun.spec.models.prices import Money
from specrun.spec.values import Count

PRICE = Price(
    input=Decimal(3), output=Decimal(15), cache_read=Decimal("0.30"), cache_write=Decimal("3.75"), source="x"
)
TABLE = PriceTable(version="t", currency="USD", as_of="2026-01-01", note="a test", models={"m": PRICE})
ROW = StageUsage(
    stage="fix", model="m", requests=1, input_tokens=100, cache_read_tokens=1000, cache_write_tokens=40,
    output_tokens=10,
)  # fmt: skip


def cost(row, table=TABLE):
    (found,) = priced([row], table)
    assert msgspec.structs.replace(found, cost=None) == row
    return found.cost


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({}, "0.0009"),
        ({"input_tokens": 10**12, "cache_read_tokens": 0, "cache_write_tokens": 0}, "3000000.00015"),
        ({"input_tokens": 0, "cache_read_tokens": 0, "cache_write_tokens": 0, "output_tokens": 0}, "0"),
        ({"estimated": True}, "0.0009"),
        ({"reasoning_tokens": 9}, "0.0009"),
        ({"cache_read_tokens": None}, "0.0006"),
        ({"input_tokens": None}, None),
        ({"output_tokens": None}, None),
        ({"model": "other"}, None),
        ({"model": None}, None),
        ({"requests": 0}, None),
    ],
)
def test_a_cost_is_an_exact_amount_or_not_known(changes, amount):
    assert cost(msgspec.structs.replace(ROW, **changes)) == amount


def test_without_prices_no_cost_is_known():
    assert cost(ROW, None) is None


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_costs_are_written_without_exponents_and_zeros(read, written):
    text = cost(
        msgspec.structs.replace(
            ROW, input_tokens=read, output_tokens=written, cache_read_tokens=0, cache_write_tokens=0
        )
    )
    assert Fraction(text) == Fraction(3 * read + 15 * written, 10**6)
    assert "E" not in text
    assert text == "0" or (not text.endswith(".") and not ("." in text and text.endswith("0")))


def test_a_budget_keeps_every_limit_that_it_has():
    limits = ModelLimits(
        requests=Count("20"), tokens=Count("1.5M"), output_tokens=Count("200k"), cost=Money("0.50")
    )
    assert limits_of(limits) == Limits(
        requests=20, tokens=1_500_000, output_tokens=200_000, cost=Decimal("0.50")
    )
    assert limits_of(ModelLimits()) == Limits()
    assert set(ModelLimits.__struct_fields__) == set(Limits.__struct_fields__)
