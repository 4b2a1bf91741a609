"""YAML text becomes the data that YAML 1.2 says, or one problem."""

# ruff: noqa: E501  tables read best with one row a line

from __future__ import annotations

import gc
import json
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.document import read_document
from specrun.spec.problems import SpecError
from specrun.spec.scalars import resolve
from specrun.spec.text import decode, parse

FILE = Path("spec.yaml")
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=20
)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("true", True), ("FALSE", False), ("tRue", "tRue"),
        ("yes", "yes"), ("on", "on"), ("12:30", "12:30"), ("1_000", "1_000"), ("2001-01-01", "2001-01-01"),
        ("12", 12), ("-7", -7), ("+7", 7), ("012", 12), ("0o17", 15), ("0o8", "0o8"), ("0x1F", 31), ("0b1", "0b1"),
        ("1.0", 1.0), (".5", 0.5), ("5.", 5.0), ("-1e3", -1000.0), ("1e", "1e"), (".", "."), ("-", "-"), ("=", "="),
        ("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63)), ("0" * 30 + "7", 7),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize(
    "text", [".nan", ".NaN", ".inf", "-.Inf", "1e999", "9" * 5000, "9223372036854775808"]
)
def test_numbers_that_json_cannot_hold_are_refused(text):
    with pytest.raises(ValueError, match="put it in quotes if it is text"):
        resolve(text)


@given(DATA)
def test_json_is_yaml(data):
    assert parse(FILE, json.dumps(data, ensure_ascii=False)) == data


@given(DATA, st.sampled_from(['"', "'"]))
def test_what_pyyaml_quotes_is_text(data, quote):
    words = json.loads(json.dumps([data]), parse_float=str, parse_int=str, parse_constant=str)
    words = [words, "true", "1", "null"]
    dumped = yaml.dump(_as_text(words), Dumper=yaml.CSafeDumper, allow_unicode=True, default_style=quote)
    assert parse(FILE, dumped) == _as_text(words)


def _as_text(data):
    """The same data with text for every scalar."""
    if isinstance(data, dict):
        return {key: _as_text(value) for key, value in data.items()}
    return [_as_text(item) for item in data] if isinstance(data, list) else str(data)


@given(st.binary(max_size=200))
def test_random_bytes_give_data_or_a_problem(raw):
    with suppress(SpecError):
        parse(FILE, decode(FILE, raw))


@given(st.text(alphabet="ab:- \n\t[]{}&*!|>'\"%#?,@<0.é\r\u2028", max_size=60))
def test_random_punctuation_gives_data_or_a_problem(text):
    with suppress(SpecError):
        parse(FILE, text)


def test_an_alias_is_the_value_of_its_anchor():
    assert parse(FILE, "a: &x {k: [1]}\nb: *x\n") == {"a": {"k": [1]}, "b": {"k": [1]}}


def test_the_garbage_collector_is_left_as_it_was():
    gc.disable()
    try:
        parse(FILE, "a: 1")
        assert not gc.isenabled()
    finally:
        gc.enable()
    with pytest.raises(SpecError):
        parse(FILE, "[")
    assert gc.isenabled()


def test_depth_is_counted_through_aliases():
    nested = "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 98))
    assert parse(FILE, nested)["a3"] == [[["x"]]]
    deeper = nested + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(98, 120))
    with pytest.raises(SpecError, match="nested deeper than 100 levels when its aliases are expanded"):
        parse(FILE, deeper)


def test_positions_of_keys_and_values(tmp_path):
    file = tmp_path / "spec.yaml"
    file.write_text("a:\n  - b: &x\n      é: 1\n  - *x\nc: {d: e}\n")
    document = read_document(file)
    places = {
        (("a",), False): (2, 3),
        (("a", 0, "b", "é"), True): (3, 7),
        (("a", 0, "b", "é"), False): (3, 10),
        (("a", 1, "é"), False): (3, 10),
        (("c", "d"), True): (5, 5),
        (("c", "none"), False): (5, 4),
        (("a", 7), False): (2, 3),
        ((), False): (1, 1),
    }
    for (path, key), expected in places.items():
        assert document.place(path, key=key)[1:] == expected
