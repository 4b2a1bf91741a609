"""JavaScript and C source as a row of tokens.

Texts, characters, templates, regular expressions and macros are masked: they are no tokens.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from specrun.measure.brackets import pairs

_TOKEN = re.compile(
    r"""
    (?P<number>(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?)[uUlLfFn]*(?![\w$.]))
    | (?P<word>[\w$\#]+)
    | (?P<sign>\.\.\.|>>>=?|<<=|>>=|\*\*=?|===|!==|=>|->|\?\?=?|\?\.|&&=?|\|\|=?|\+\+|--|<<|>>
        |[-+*/%&|^<>=!]=|\S)
    """,
    re.VERBOSE,
)
_LITERAL = re.compile("[\"'`]")

_WORD = re.compile(r"[^\W\d][\w$]*|[$\#][\w$]*")
_KEYWORD = re.compile(
    "async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|finally|for|from"
    "|function|get|goto|if|import|in|instanceof|let|new|of|return|set|sizeof|static|super|switch|throw|try|typeof"
    "|var|void|while|with|yield"
)
"""No value ends with these: a sign after them has nothing on its left."""


class Token(NamedTuple):
    """A number, a word or a sign, and where it is."""

    kind: Literal["number", "word", "sign"]
    text: str
    start: int
    end: int

    @property
    def is_value(self) -> bool:
        """Whether a value may end with it, so that a sign after it stands between two."""
        if self.kind == "word":
            return not _KEYWORD.fullmatch(self.text)
        return self.kind == "number" or self.text in (")", "]")

    @property
    def is_name(self) -> bool:
        """Whether it names something of the program."""
        return bool(_WORD.fullmatch(self.text)) and not _KEYWORD.fullmatch(self.text)


NOTHING = Token("sign", "", 0, 0)


class Code:
    """The tokens of a text. An index before the first or after the last one gives an empty token."""

    def __init__(self, text: str, masked: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        for match in _TOKEN.finditer(masked):
            kind: Literal["number", "word", "sign"] = match.lastgroup  # type: ignore[assignment]
            self.tokens.append(Token(kind, match[0], match.start(), match.end()))
        at = {token.start: index for index, token in enumerate(self.tokens)}
        self._closing = {at[start]: at[end] for start, end in pairs(masked).items()}

    def __getitem__(self, index: int) -> Token:
        return self.tokens[index] if 0 <= index < len(self.tokens) else NOTHING

    def after_bracket(self, index: int) -> int | None:
        """Give the index after the bracket that closes the one at this index, or None."""
        closing = self._closing.get(index)
        return None if closing is None else closing + 1

    def semicolon(self, index: int) -> int | None:
        """Find the `;` that ends the statement around this index, if its line has it."""
        while (token := self[index]).text != ";":
            following = self.after_bracket(index) if token.text in ("(", "[", "{") else index + 1
            if following is None or token.text in ("", ")", "]", "}"):
                return None
            if "\n" in self.text[token.end : self[following].start]:
                return None
            index = following
        return index

    def literal_between(self, index: int) -> bool:
        """Whether a text stands before this token, or in a comment before it: that is not told apart."""
        return bool(_LITERAL.search(self.text, self[index - 1].end, self[index].start))
