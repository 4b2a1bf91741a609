"""Changes of statements and conditions of JavaScript and C."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specrun.measure.mutation.mutant import Edit
from specrun.measure.mutation.tokens import Code

_PREFIXES = frozenset({"await", "delete"})
_ASSIGNMENT = re.compile(r"(?:[-+*/%&|^]|<<|>>)?=")
_COMPARES = frozenset({"===", "!==", "==", "!=", "<", "<=", ">", ">=", "&&", "||"})
_CONSTANT = re.compile(r"-?\s*\d[\w.]*|true|false|null|undefined")
_FREES = re.compile(r"(?:\b|_)free(?:\b|_)")
_C_CONSTANT = re.compile(r"[A-Z_][A-Z0-9_]*")


def javascript_statements(code: Code, index: int) -> Iterator[Edit]:
    """Give the changes of the statement or condition that starts with this token."""
    yield from _condition(code, index)
    yield from _deletion(code, index)
    returned = _returned(code, index)
    if returned:
        yield Edit(*returned, "undefined", "return")


def c_statements(code: Code, index: int) -> Iterator[Edit]:
    """Give the changes of the statement or condition that starts with this token."""
    yield from _condition(code, index)
    # What is not given back is missed by no test.
    if not _FREES.search(code[index].text):
        yield from _deletion(code, index)
    returned = _returned(code, index)
    # A constant of the program may well be 0.
    if returned and not _C_CONSTANT.fullmatch(code.text[slice(*returned)]):
        yield Edit(*returned, "0", "return")


def _condition(code: Code, index: int) -> Iterator[Edit]:
    """Negate a condition, unless it has an operator whose own change comes to the same."""
    end = code.after_bracket(index + 1) if code[index].text in ("if", "while") else None
    if end is None or code[index + 1].text != "(" or end - index <= 3:
        return
    inside = range(index + 2, end - 1)
    if code[index + 2].text != "!" and not any(code[at].text in _COMPARES for at in inside):
        start, stop = code[index + 1].end, code[end - 1].start
        yield Edit(start, stop, f"!({code.text[start:stop]})", "negation")


def _returned(code: Code, index: int) -> tuple[int, int] | None:
    """Give where the value of `return` is, unless it is a literal that has a change of its own."""
    end = code.semicolon(index + 1) if code[index].text == "return" else None
    if end is None or _follows_dot(code, index):
        return None
    part = code.text[code[index].end : code[end].start]
    start = code[index].end + len(part) - len(part.lstrip())
    value = part.strip()
    return None if not value or _CONSTANT.fullmatch(value) else (start, start + len(value))


def _deletion(code: Code, index: int) -> Iterator[Edit]:
    if not _starts_statement(code, index):
        return
    word, end = code[index].text, code.semicolon(index)
    if end is None:
        return
    if word in ("continue", "break") and end == index + 1:
        yield Edit(code[index].start, code[index].end, "break" if word == "continue" else "", "deletion")
    elif word == "throw" or _may_be_left_out(code, index, end):
        yield Edit(code[index].start, code[end].start, "", "deletion")


def _starts_statement(code: Code, index: int) -> bool:
    before = code[index - 1]
    if before.text in ("", ";", "{", "}", "else"):
        return True
    return before.text == ")" and "\n" in code.text[before.end : code[index].start]


def _may_be_left_out(code: Code, index: int, end: int) -> bool:
    """Whether this is a call, or gives a new value to a part of something.

    A variable that gets no value is not left out: in C nothing says what it then is.
    """
    deletes = code[index].text == "delete"
    at = index + (code[index].text in _PREFIXES)
    if not code[at].is_name and code[at].text != "this":
        return False
    at, is_part, is_call = at + 1, False, False
    while at < end:
        sign = code[at].text
        following = code.after_bracket(at) if sign in ("(", "[") else at + 2
        if sign not in ("(", "[", ".", "->", "?.") or following is None:
            break
        at, is_part, is_call = following, sign != "(", sign == "("
    return (at == end and (is_call or deletes)) or (is_part and bool(_ASSIGNMENT.fullmatch(code[at].text)))


def _follows_dot(code: Code, index: int) -> bool:
    return code[index - 1].text in (".", "?.", "->")
