from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.measure.mask import mask_c, mask_javascript


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("#!/bin/{\na", "        \na"),
        ("a // {\nb", "a     \nb"),
        ("a /* {\n} */ b", "a     \n     b"),
        ("x = '{\\'' + \"{\\\"\"", "x =       +      "),
        ("a = b / 2; c = /{/g;", "a = b / 2; c =     ;"),
        ("return /[/{]/.test(x)", "return       .test(x)"),
        ("`{` + x", "    + x"),
        ("`a${ {b: '}'} }c` + y", " " * 17 + " + y"),
        ("`${ `${ x }` }{` { z }", " " * 16 + " { z }"),
        ("f(`${a}`) / 2 / {}", "f(      ) / 2 / {}"),
    ],
)
def test_javascript(text, masked):
    assert mask_javascript(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("char c = '{'; // }", "char c =    ;     "),
        ('s = "{\\"{"; x', "s =       ; x"),
        ("#define A { \\\n  {\nint x;", "             \n   \nint x;"),
        ("  #if 0\n{", "       \n{"),
        ("// a \\\n {\n}", "      \n  \n}"),
        ("a / b /* { ", "a / b      "),
    ],
)
def test_c(text, masked):
    assert mask_c(text) == masked


@pytest.mark.parametrize("mask", [mask_javascript, mask_c])
@given(text=st.text("f(){}`$/*\"'\\\n =>[]#;x\r"))
def test_length_and_lines_stay(mask, text):
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(was == now or now == " " for was, now in zip(text, masked, strict=True))
    assert [at for at, c in enumerate(text) if c == "\n"] == [at for at, c in enumerate(masked) if c == "\n"]
