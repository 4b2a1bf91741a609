"""The lines that only a call runs: what merely loading a file executes stands outside of them.

Found without a coverage report: some reports name no functions, and most do not say where they end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

import msgspec

from specrun.measure.brackets import pairs
from specrun.measure.mask import mask_c, mask_javascript
from specrun.measure.python_code import first_line, functions, indent_before, line_starts, parse
from specrun.spec.models.platform import Language

WORD_LIMIT = 200
"""How far before a parenthesis the word is looked for that it belongs to, in characters."""

_JAVASCRIPT_BODY = re.compile(r"(?:\)\s*+(?P<arrow>=>\s*+)?|[\w$]\s*+(?P<single>=>\s*+))\{")
_C_BODY = re.compile(r"\)\s*+\{")
_SPACE = re.compile(r"\s*+")
_END_OF_LINE = re.compile(r"[^\S\n]*+(?:\n|\Z)")
_LAST_WORD = re.compile(r"([\w$]+)\s*\Z")
_NO_FUNCTIONS = frozenset({"if", "for", "await", "while", "switch", "catch", "with"})
_FROM_THE_MARGIN = re.compile(r"(?:async\s+)?(?:function\b[\s\w$*]*|[\w$]+\s*)")


class Body(msgspec.Struct, frozen=True, order=True):
    """The lines of a function that do nothing before it is called, from 1, both ends included."""

    start: int
    end: int


def function_bodies(text: str, language: Language) -> tuple[Body, ...]:
    """Give the bodies of all functions, sorted; functions within functions have their own.

    Python: from the first statement on. The header with its defaults and decorators runs on import, and a
    body on the line of the header is counted with it.
    JavaScript: the lines that are wholly in the function, as V8 counts them; an arrow function without braces
    is passed over. C: likewise, and functions are all that runs.
    Text that cannot be read has no bodies.
    """
    return tuple(sorted(set(_LANGUAGES[language](text))))


def _python(text: str) -> Iterator[Body]:
    tree = parse(text)
    if tree is None:
        return
    starts = line_starts(text)
    for _, node in functions(tree):
        first = first_line(node.body[0])
        if indent_before(text, starts[first - 1], node.body[0]) is not None:
            yield Body(first, node.end_lineno or first)


def _javascript(text: str) -> Iterator[Body]:
    masked = mask_javascript(text)
    closing = pairs(masked)
    opening = {end: start for start, end in closing.items()}
    starts = _starts(text)
    for match in _JAVASCRIPT_BODY.finditer(masked):
        header, end = opening.get(match.start(), match.start()), closing.get(match.end() - 1)
        if end is None or not (match["arrow"] or match["single"] or _is_header(masked, header)):
            continue
        first, last = bisect_right(starts, header), bisect_right(starts, end)
        first += not _FROM_THE_MARGIN.fullmatch(masked, starts[first - 1], header)
        last -= not _END_OF_LINE.match(text, end + 1)
        if first <= last:
            yield Body(first, last)


def _c(text: str) -> Iterator[Body]:
    masked = mask_c(text)
    closing = pairs(masked)
    starts = _starts(text)
    done = 0  # where the last function ended: what is in it is a part of it
    for match in _C_BODY.finditer(masked):
        brace = match.end() - 1
        end = closing.get(brace)
        if brace < done or end is None:
            continue
        before = max(done, *(masked.rfind(mark, done, brace) + 1 for mark in ";{}"))
        header = _after_space(masked, before)
        if "=" not in masked[header:brace]:  # else it is a value: `= (struct point){1, 2}`
            yield Body(bisect_right(starts, header), bisect_right(starts, end))
            done = end + 1


def _is_header(masked: str, parenthesis: int) -> bool:
    """Whether parameters open here, and not a condition."""
    word = _LAST_WORD.search(masked, max(0, parenthesis - WORD_LIMIT), parenthesis)
    return word is None or word[1] not in _NO_FUNCTIONS


def _after_space(masked: str, at: int) -> int:
    space = _SPACE.match(masked, at)
    return space.end() if space else at


def _starts(text: str) -> list[int]:
    """Give the index at which each line starts."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


_LANGUAGES: dict[Language, Callable[[str], Iterator[Body]]] = {
    "python": _python,
    "javascript": _javascript,
    "c": _c,
}
