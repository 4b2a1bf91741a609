"""A change that means nothing: more blanks between the tokens of one line."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator, Sequence

from specrun.measure.mask import mask_c, mask_javascript
from specrun.measure.python_code import line_starts, parse
from specrun.spec.models.platform import Language

# Signs that are tokens of their own wherever they stand, and the blanks between other tokens.
_GAP = re.compile(r"(?<=[(){}\[\],;])|(?<=\S)[ \t]+(?=\S)")


def neutral(text: str, language: Language, line: int) -> str | None:
    """Widen the blanks on a line; None if there is nothing to widen.

    The meaning stays the same and no line moves, so a test that fails after this change looks at the text of
    the source and not at what it does.
    """
    if language == "python":
        return _python(text, line)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    if not 1 <= line <= len(starts):
        return None
    masked = (mask_javascript if language == "javascript" else mask_c)(text)
    start, end = starts[line - 1], starts[line] if line < len(starts) else len(text)
    places = [found.end() for found in _GAP.finditer(masked, start, end) if found.end() > start]
    # What is blank in the masked text may be a text or a comment.
    return _widened(text, [at for at in places if text[at - 1] == masked[at - 1]])


def _python(text: str, line: int) -> str | None:
    tree = parse(text)
    starts = line_starts(text)
    if tree is None or not 1 <= line <= len(starts):
        return None
    try:
        changed = _widened(text, [starts[line - 1] + column for column in _token_ends(text, starts, line)])
    except (tokenize.TokenError, SyntaxError):
        return None
    changed_tree = None if changed is None else parse(changed)
    same = changed_tree is not None and ast.dump(changed_tree) == ast.dump(tree)
    return changed if same else None


def _token_ends(text: str, starts: list[int], line: int) -> Iterator[int]:
    """Give the columns on a line at which its tokens end; an f-string is one token, whatever the Python."""
    ends = [*starts[1:], len(text)]
    rows = (text[start:end] for start, end in zip(starts, ends, strict=True))
    depth = 0
    for token in tokenize.generate_tokens(lambda: next(rows, "")):
        name = tokenize.tok_name[token.type]
        depth += name.endswith("STRING_START") - name.endswith("STRING_END")
        if token.end[0] > line:
            return
        if token.end[0] == line and depth == 0 and token.string.strip():
            yield token.end[1]


def _widened(text: str, places: Sequence[int]) -> str | None:
    """Insert a blank at each of these places, which are in order."""
    if not places:
        return None
    parts = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    return " ".join(parts)
