"""JSON of others: read strictly, refused with one reason."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.imports.json_file import parse


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=10))
def test_json_is_read_as_it_is(value):
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{\n "a": }', "line 2, column 7: Expecting value"),
        (b'{"a": 1, "a": 2}', "the key 'a' is there twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'"\xff"', "byte 1 is not UTF-8"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"", "line 1, column 1: Expecting value"),
    ],
)
def test_what_is_wrong_is_said(raw, reason):
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse(raw)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw):
    with suppress(ValueError):
        parse(raw)
