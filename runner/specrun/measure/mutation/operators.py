"""Changes of the signs, numbers and truth values of JavaScript and C.

A sign is changed only where it surely is that operator: `-` between two values, never `*` in C, which may be
a pointer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from specrun.measure.mutation.mutant import LITERAL_LIMIT, Edit, Operator, removal
from specrun.measure.mutation.tokens import Code

_OPPOSITES = {
    "===": "!==", "!==": "===", "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<",
}  # fmt: skip
_LIMITS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_LOGICAL = {"&&": "||", "||": "&&"}
_TRUTH = {"true": "false", "false": "true"}
_BETWEEN_VALUES = {"+": "-", "-": "+", "/": "*", "%": "*", "<<": ">>", ">>": "<<", "^": "&", "|": "&"}
_ONLY_JAVASCRIPT = {"*": "/", "**": "*", "&": "|", ">>>": "<<"}
_ASSIGNING = {
    "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "%=": "*=", "|=": "&=", "&=": "|=",
    "++": "--", "--": "++",
}  # fmt: skip
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|[1-9]\d*|0)([uUlLn]*)|(\d+\.\d+)([fFlL]?)")


def javascript_operators(code: Code, index: int) -> Iterator[Edit]:
    """Give the changes of one token."""
    sign = code[index].text
    if sign in _ONLY_JAVASCRIPT and _joins_values(code, index):
        yield _replaced(code, index, _ONLY_JAVASCRIPT[sign], "arithmetic")
    yield from _operators(code, index)
    yield from _number(code, index)


def c_operators(code: Code, index: int) -> Iterator[Edit]:
    """Give the changes of one token."""
    yield from _operators(code, index)
    # Two equal cases do not compile, and nothing shows that an array has become larger.
    if code[index - 1].text != "case" and not _is_array_size(code, index):
        yield from _number(code, index)


def _operators(code: Code, index: int) -> Iterator[Edit]:
    sign = code[index].text
    if sign in _LIMITS:
        yield _replaced(code, index, _LIMITS[sign], "boundary")
    if sign in _OPPOSITES:
        yield _replaced(code, index, _OPPOSITES[sign], "negation")
    elif sign in _LOGICAL:
        yield _replaced(code, index, _LOGICAL[sign], "logical")
    elif sign == "!":
        yield removal(code.text, code[index].start, code[index].end, "negation")
    elif sign in _TRUTH and code[index - 1].text != "." and code[index + 1].text != ":":
        yield _replaced(code, index, _TRUTH[sign], "constant")
    elif (sign in _BETWEEN_VALUES and _joins_values(code, index)) or (
        sign in _ASSIGNING and not code.literal_between(index + 1)
    ):
        yield _replaced(code, index, (_BETWEEN_VALUES | _ASSIGNING)[sign], "arithmetic")


def _number(code: Code, index: int) -> Iterator[Edit]:
    token = code[index]
    found = _NUMBER.fullmatch(token.text) if token.kind == "number" else None
    if found and len(token.text) <= LITERAL_LIMIT:
        whole, mark, broken, broken_mark = found.groups()
        larger = f"{int(whole, 0) + 1}{mark}" if whole else f"{float(broken) + 1}{broken_mark}"
        yield _replaced(code, index, larger, "constant")


def _joins_values(code: Code, index: int) -> bool:
    """Whether the sign stands between two values, and none of them is a text."""
    texts = code.literal_between(index) or code.literal_between(index + 1)
    return code[index - 1].is_value and not texts


def _is_array_size(code: Code, index: int) -> bool:
    """Whether the token is the size in `type name[size]`."""
    declared, kind = code[index - 2], code[index - 3]
    return code[index - 1].text == "[" and declared.is_name and (kind.is_name or kind.text == "*")


def _replaced(code: Code, index: int, replacement: str, operator: Operator) -> Edit:
    return Edit(code[index].start, code[index].end, replacement, operator)
