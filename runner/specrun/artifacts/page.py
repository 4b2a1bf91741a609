"""What a tool gives a model: text, and for programs what it shows and what comes next."""

from __future__ import annotations

import msgspec

from specrun.spec.digest import canonical_json

Argument = str | int | bool


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one page holds. Raises ValueError for limits in which no page can be made."""

    page_lines: int = 200
    """Lines, at least 1."""
    page_bytes: int = 65536
    """Bytes of UTF-8, footer included; at least 1024."""

    def __post_init__(self) -> None:
        if self.page_lines < 1:
            raise ValueError(f"page_lines is at least 1, got {self.page_lines}")
        if self.page_bytes < 1024:
            raise ValueError(f"page_bytes is at least 1024, got {self.page_bytes}")

    @property
    def text_bytes(self) -> int:
        """Bytes of UTF-8 for the lines of a page; the rest is kept for its footer."""
        return self.page_bytes - 256

    def clamp(self, lines: int | None) -> int:
        """A wanted number of lines, made one that a page can have; all that it can have where None."""
        return self.page_lines if lines is None else max(1, min(lines, self.page_lines))


class Call(msgspec.Struct, frozen=True):
    """A call of a tool."""

    tool: str
    args: dict[str, Argument]

    @property
    def text(self) -> str:
        """The call as its cost is counted: `grep {"artifact":"artifact-...","query":"x"}`."""
        return f"{self.tool} {canonical_json(self.args).decode()}"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one call."""

    tool: str
    artifact: str
    """The id; empty where the arguments named none."""
    text: str
    """What the model sees, at most `page_bytes` of UTF-8."""
    lines: tuple[int, ...] = ()
    """Numbers of the lines that are shown, context lines too, from 1 and in order."""
    partial: tuple[int, ...] = ()
    """Those of them of which only a part is shown, because they are too long."""
    matched: tuple[int, ...] = ()
    """Those of them that grep found."""
    total_lines: int = 0
    """Lines of the artifact."""
    total_matches: int | None = None
    """Lines of the artifact that match; None unless the tool is grep."""
    next: Call | None = None
    """The call that shows what comes next, or before where the tool is tail; None if there is no more."""
    refused: bool = False
    """Whether the call was wrong; then the text says why."""
