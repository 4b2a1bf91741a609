"""Scalar types of the spec language: text that means a duration, a size, a count, a pattern or a file."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar


class Text(str):
    """Text with a syntax of its own. `pattern` is its JSON Schema pattern, `example` completes an error."""

    __slots__ = ()
    pattern: ClassVar[str]
    example: ClassVar[str]
    meaning: ClassVar[str]

    @classmethod
    def accepts(cls, text: str) -> bool:
        """Whether `text` has this type's syntax."""
        return re.fullmatch(cls.pattern, text) is not None


class Duration(Text):
    """A length of time: `90s`, `15m`, `2h` or `500ms`; always above zero."""

    __slots__ = ()
    pattern = r"^(?=.*[1-9])[0-9]+(\.[0-9]+)?(ms|s|m|h)$"
    example = "90s, 15m, 2h"
    meaning = "a duration"
    _units: ClassVar[dict[str, float]] = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}

    @property
    def seconds(self) -> float:
        """The duration in seconds."""
        number, unit = re.fullmatch(r"([0-9.]+)(ms|s|m|h)", self).groups()  # type: ignore[union-attr]
        return float(number) * self._units[unit]


class Size(Text):
    """An amount of memory or disk: `512MiB`, `2GiB`, `64KiB` or `100B`."""

    __slots__ = ()
    pattern = r"^[1-9][0-9]*(B|KiB|MiB|GiB)$"
    example = "64KiB, 512MiB, 2GiB"
    meaning = "a size"
    _units: ClassVar[dict[str, int]] = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}

    @property
    def bytes(self) -> int:
        """The size in bytes."""
        number, unit = re.fullmatch(r"([0-9]+)(\w+)", self).groups()  # type: ignore[union-attr]
        return int(number) * self._units[unit]


class Count(Text):
    """A number of things that may be written short: `200k`, `3M`."""

    __slots__ = ()
    pattern = r"^[0-9]+[kM]?$"
    example = "500, 200k, 3M"
    meaning = "a count"

    @property
    def number(self) -> int:
        """The count as an integer."""
        scale = {"k": 1_000, "M": 1_000_000}.get(self[-1:], 1)
        return int(self.rstrip("kM")) * scale


class Money(Text):
    """An amount of US dollars as decimal text: `"0.50"`."""

    __slots__ = ()
    pattern = r"^[0-9]+(\.[0-9]+)?$"
    example = '"0.50"'
    meaning = "an amount of money, in quotes"

    @property
    def amount(self) -> Decimal:
        """The amount, exactly."""
        return Decimal(str(self))


class FileRef(Text):
    """A file, as a path relative to the spec that names it. It never leaves the spec's root."""

    __slots__ = ()
    pattern = r"^[^\x00]+$"
    example = "prompts/detect.md"
    meaning = "a path"


class FolderRef(FileRef):
    """A folder, as a path relative to the spec that names it. It never leaves the spec's root."""

    __slots__ = ()
    example = "../fixtures/projects/tables"


class TemplateRef(FileRef):
    """A file that is a Jinja2 template. `variables` are the names it may use."""

    __slots__ = ()
    variables: ClassVar[frozenset[str]] = frozenset()


class Location(Text):
    """A URL, or a local path relative to the spec that names it, which never leaves the spec's root."""

    __slots__ = ()
    pattern = r"^[^\x00]+$"
    example = "https://example.org/tables.git"
    meaning = "a URL or path"

    @property
    def is_local(self) -> bool:
        """Whether it is a path: neither `scheme://...` nor git's `host:path`."""
        return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/]+:", self) is None


class Regex(Text):
    """A regular expression in RE2 syntax, which matches in linear time."""

    __slots__ = ()
    pattern = r"^[\s\S]+$"
    example = "^v2[0-9]"
    meaning = "a regular expression"


class Glob(Text):
    """A path pattern as in .gitignore, relative to the project: `src/**/*.py`."""

    __slots__ = ()
    pattern = r"^[^!\x00][^\x00]*$"
    example = "src/**/*.py"
    meaning = "a path pattern"


class Template(Text):
    """Text with placeholders such as `${home}`, which specrun fills in and no shell ever sees unfilled.

    `names` are the placeholders it may hold.
    """

    __slots__ = ()
    pattern = r"^[\s\S]*$"
    example = "${home}/agent.toml"
    meaning = "text with placeholders"
    names: ClassVar[frozenset[str]] = frozenset({"home", "project"})
