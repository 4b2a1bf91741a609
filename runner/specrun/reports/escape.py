"""Text of others in our reports: shown as it is, and never as anything but text."""

from __future__ import annotations

import re
from functools import lru_cache

WORD_JOINER = "&#8288;"
"""An invisible character that keeps what GitHub would link (`@name`, `#1`, `https://...`) plain text."""

_SPACE = re.compile(r"[\t-\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U000e0000-\U000e0fff]"
)
"""Characters that cannot be seen or that turn others around. Spelled out: Python versions differ on them."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ACTIVE = re.compile(r"[&<>]|[\\`*\[\]|~$#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LEADING = re.compile(r"^([-+=]|[0-9]+(?=[.)]( |$)))")
_LINKS = re.compile(
    r"@(?=\S)|#(?=\d)|:(?=//)|www(?=\.)|gh-(?=\d)|(?<![\w:]):(?=[\w+-]+:(?!:))",
    re.ASCII | re.IGNORECASE,
)
_MARK = "\ufff0"


class Markdown(str):
    """Text that is Markdown already: it is not escaped again."""

    __slots__ = ()


def plain(text: str) -> str:
    r"""Put text on one line, with every character to be seen: U+202E becomes `\u202e`."""
    return _HIDDEN.sub(lambda found: _visible(found[0]), _SPACE.sub(" ", text).strip(" "))


def cut(text: str, length: int) -> str:
    """Shorten text to at most `length` characters; `...` says that something is gone."""
    return text if len(text) <= length else text[: length - 3].rstrip() + "..."


def squeeze(text: str, length: int) -> str:
    """Shorten a name in the middle: names of cases often differ at their ends."""
    if len(text) <= length:
        return text
    kept = length - 3
    return f"{text[: kept - kept // 2]}...{text[len(text) - kept // 2 :]}"


@lru_cache(maxsize=4096)
def escape(text: str) -> str:
    """Make text that Markdown shows as `plain(text)`, in a sentence, a heading, a list or a table cell.

    No character of it starts markup, HTML, a link, a mention, a reference, an emoji or a formula on GitHub.
    """
    marked = _LINKS.sub(lambda found: found[0] + _MARK, plain(text))
    active = _ACTIVE.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), marked)
    return _LEADING.sub(_escape_leading, active).replace(_MARK, WORD_JOINER)


def markdown(value: object) -> str:
    """Escape anything but Markdown. Every value that a Markdown template prints goes through here."""
    return value if isinstance(value, Markdown) else escape(str(value))


def _visible(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escape_leading(found: re.Match[str]) -> str:
    start = found[0]
    return f"{start}\\" if start.isdigit() else f"\\{start}"
