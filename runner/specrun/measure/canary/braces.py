"""Breaking functions of languages with braces, where the coverage report says that they start."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from specrun.measure.brackets import pairs
from specrun.measure.canary.spot import Spot
from specrun.measure.mask import mask_c, mask_javascript
from specrun.measure.reports import FileCoverage

BREAK = "\n if ({condition}) {{ {action}; }}"
JAVASCRIPT_ACTIONS = ("throw new Error({number})", "return")
JAVASCRIPT_STOP = "\n return; ;"
"""The empty statement is where V8 starts to count what is not reached: the whole next line is behind it."""
C_ACTIONS = ("__builtin_trap()",)
C_STOP = "\n if (*(volatile int *)&(int){1}) __builtin_exit(3);"
"""Unlike a trap, it lets gcov write what was counted, and what is behind it stays executable."""

_PARENTHESIS = re.compile(r"\s*(?=\()")
_C_BODY = re.compile(r"\s*\{")
_JAVASCRIPT_BODY = re.compile(r"\s*(?:=>\s*)?\{")
_JAVASCRIPT_PARAMETER = re.compile(r"[\w$]+(?=\s*=>)")
# Between the name of a function and its parameters: `name: async function* inner (`, `name = (`, `name(`.
_JAVASCRIPT_VALUE = r"(?:\s*[:=]\s*(?:async\b\s*)?(?:function\b\s*\*?\s*[\w$]*)?)?\s*"


class _Code(NamedTuple):
    masked: str
    pairs: Mapping[int, int]


def find_javascript(text: str, coverage: FileCoverage) -> list[Spot]:
    """Find the named functions that were called. An arrow function without braces is passed over."""
    return _find(text, mask_javascript(text), coverage, _javascript_brace, JAVASCRIPT_STOP)


def find_c(text: str, coverage: FileCoverage) -> list[Spot]:
    """Find the functions that were called."""
    return _find(text, mask_c(text), coverage, _c_brace, C_STOP)


def _find(
    text: str,
    masked: str,
    coverage: FileCoverage,
    brace: Callable[[_Code, str, int, int], int | None],
    stop: str,
) -> list[Spot]:
    code = _Code(masked, pairs(masked))
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
    spots: dict[int, Spot] = {}
    for function in coverage.functions:
        if function.hits <= 0 or not function.name or function.start >= len(starts):
            continue
        at = brace(code, function.name, starts[function.start - 1], starts[function.start])
        if at is not None:
            inserted = text.count("\n", 0, at) + 2
            spots.setdefault(at, Spot(function.name, function.start, at, BREAK, stop, inserted))
    return list(spots.values())


def _javascript_brace(code: _Code, name: str, start: int, end: int) -> int | None:
    # V8 calls a constructor by its class, an accessor `get name`, and guesses names such as `exports.name`.
    words = r"\s+".join(map(re.escape, name.rpartition(".")[2].split()))
    for word in filter(None, (words, "constructor")):
        header = re.compile(rf"(?<![\w$]){word}(?![\w$]){_JAVASCRIPT_VALUE}")
        for match in header.finditer(code.masked, start, end):
            single = _JAVASCRIPT_PARAMETER.match(code.masked, match.end())
            after = single.end() if single else _after_parentheses(code, match.end())
            if at := _after_brace(_JAVASCRIPT_BODY, code.masked, after):
                return at
    return None


def _c_brace(code: _Code, name: str, start: int, end: int) -> int | None:
    header = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for match in header.finditer(code.masked, start, end):
        if at := _after_brace(_C_BODY, code.masked, _after_parentheses(code, match.end())):
            return at
    return None


def _after_brace(body: re.Pattern[str], masked: str, at: int | None) -> int | None:
    match = None if at is None else body.match(masked, at)
    return match.end() if match else None


def _after_parentheses(code: _Code, at: int) -> int | None:
    """Give the index after the parentheses that open next after `at`, or None."""
    opening = _PARENTHESIS.match(code.masked, at)
    closing = code.pairs.get(opening.end()) if opening else None
    return None if closing is None else closing + 1
