"""Templates with numbers in them, compiled so that a thousand rows are one formatting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.spec import placeholders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Form(msgspec.Struct, frozen=True):
    """A %-format of bytes, and the names of the numbers that go into it, in order."""

    format: bytes
    names: tuple[str, ...] = ()

    def __add__(self, other: Form) -> Form:
        """One form after the other."""
        return Form(self.format + other.format, self.names + other.names)

    def filled(self, **numbers: int) -> bytes:
        """The bytes, with the numbers put in."""
        return self.format % tuple(numbers[name] for name in self.names)

    def rows(self, first: int, stop: int) -> bytes:
        """The bytes for every number from `first` to before `stop`, which stands for all of the names."""
        width = len(self.names)
        numbers = range(first, stop)
        values = tuple(numbers) if width == 1 else tuple(n for n in numbers for _ in range(width))
        return self.format * len(numbers) % values


def literal(text: str | bytes) -> Form:
    """Bytes that are always the same."""
    raw = text.encode() if isinstance(text, str) else text
    return Form(raw.replace(b"%", b"%%"))


def number(name: str, width: int | None = None) -> Form:
    """A number, with leading zeros up to `width` digits."""
    return Form(b"%d" if width is None else b"%%0%dd" % width, (name,))


def compiled(text: str, texts: Mapping[str, str] | None = None, escape: Callable[[str], str] = str) -> Form:
    """The form of a checked template. A name that `texts` does not know is a number.

    `escape` is put over literal text and over `texts`, never over numbers.
    """
    form = Form(b"")
    for piece in placeholders.split(text):
        if isinstance(piece, str):
            form += literal(escape(piece))
        elif texts and piece.name in texts:
            form += literal(escape(texts[piece.name]))
        else:
            form += number(piece.name, piece.width)
    return form
