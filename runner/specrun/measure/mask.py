"""Blanking out what is not code, so that a search for braces and names finds code only."""

from __future__ import annotations

import re

# The quantifiers are possessive: each of these patterns reads on and never goes back.
_STRING = r""""(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?"""
_BLOCK_COMMENT = r"/\*.*?(?:\*/|\Z)"

_C = re.compile(
    rf"//(?:\\\r?\n|[^\n])*+|{_BLOCK_COMMENT}|{_STRING}|^[ \t]*\#(?:\\\r?\n|[^\n])*+",
    re.DOTALL | re.MULTILINE,
)

_JAVASCRIPT = re.compile(
    rf"""
    (?P<space>\s++)
    | (?P<comment>(?://|\A\#!)[^\n]*+|{_BLOCK_COMMENT})
    | (?P<literal>{_STRING})
    | (?P<regex>/(?:\\.|\[(?:\\.|[^\]\\\n])*+\]|[^/\\\[\n])++/\w*+)
    | (?P<word>[\w$]++)
    | (?P<mark>.)
    """,
    re.DOTALL | re.VERBOSE,
)
_TEMPLATE = re.compile(r"(?:\\(?:.|\Z)|[^`\\$]|\$(?!\{))*+(?:`|\$\{|\Z)", re.DOTALL)

# After these, names and numbers a slash divides; after anything else it begins a regular expression.
_VALUE_ENDS = frozenset(")]}")
_KEYWORD = re.compile("return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await")


def mask_c(text: str) -> str:
    """Blank out comments, strings, characters and preprocessor lines. The length stays the same."""
    return _C.sub(lambda match: _blank(match[0]), text)


def mask_javascript(text: str) -> str:
    """Blank out comments, strings, regular expressions and templates with what is in them."""
    parts: list[str] = []
    templates: list[int] = []  # for each template around here, how many braces are open in its ${}
    last = ""  # the last piece of code, which says what a slash means
    at = 0
    while at < len(text):
        match = _JAVASCRIPT.match(text, at)
        assert match is not None  # the last alternative takes any character
        piece, kind = match[0], match.lastgroup
        if kind == "regex" and not _may_be_regex(last):
            piece, kind = "/", "mark"
        end = at + len(piece)
        if piece == "`" or (piece == "}" and templates and templates[-1] == 0):
            end = _read_template(text, end, templates, opens=piece == "`")
            kind, last = "literal", ")"
        elif kind not in ("space", "comment"):
            last = piece
            if templates and kind == "mark":
                templates[-1] += {"{": 1, "}": -1}.get(piece, 0)
        hidden = templates or kind in ("comment", "literal", "regex")
        parts.append(_blank(text[at:end]) if hidden else piece)
        at = end
    return "".join(parts)


def _read_template(text: str, at: int, templates: list[int], *, opens: bool) -> int:
    """Read a template's text up to its end or its next `${`, and give the index after that."""
    match = _TEMPLATE.match(text, at)
    assert match is not None  # it may end anywhere
    inside = match[0].endswith("${")
    if opens and inside:
        templates.append(0)
    elif not opens and not inside:
        templates.pop()
    return match.end()


def _may_be_regex(last: str) -> bool:
    if not last or _KEYWORD.fullmatch(last):
        return True
    return last not in _VALUE_ENDS and not (last[0].isalnum() or last[0] in "_$\"'")


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
