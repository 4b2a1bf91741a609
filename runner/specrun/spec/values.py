"""Scalar types of the spec language: text that means a duration, a size, a pattern or a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


LONGEST_PATH = 4000
"""Characters of a path in a spec; longer ones no system takes."""
LONGEST_PATTERN = 1000
"""Characters."""
LONGEST_DURATION = 7 * 24 * 3600
"""Seconds."""
LARGEST_SIZE = 1024**5
"""Bytes."""
LONGEST_SIZE = 20
"""Characters; Python does not make numbers of texts that are very much longer."""
LARGEST_COUNT = 10**15


class Text(str):
    """Text with a syntax of its own. `pattern` is its JSON Schema pattern, `example` completes an error.

    `longest` is the most characters it may have; None leaves that to the file's own limit.
    """

    __slots__ = ()
    longest: ClassVar[int | None] = None
    pattern: ClassVar[str]
    example: ClassVar[str]
    meaning: ClassVar[str]

    @classmethod
    def accepts(cls, text: str) -> bool:
        """Whether `text` has this type's syntax."""
        return cls.fits(text) and re.fullmatch(cls.pattern, text) is not None

    @classmethod
    def fits(cls, text: str) -> bool:
        """Whether `text` is short enough."""
        return cls.longest is None or len(text) <= cls.longest

    @classmethod
    def spelled(cls, value: object) -> str | None:
        """The text that data of another type stands for; None if it stands for none."""
        del value
        return None


class Bounded(Text):
    """An amount that is refused where it is surely a mistake."""

    __slots__ = ()

    def check_bound(self) -> None:
        """Raise ValueError if the amount is too large."""
        raise NotImplementedError


class Duration(Bounded):
    """A length of time: `90s`, `15m`, `2h` or `500ms`; above zero, and at most a week."""

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

    def check_bound(self) -> None:
        """Raise ValueError above 168h."""
        if self.seconds > LONGEST_DURATION:
            raise ValueError("a duration is at most 168h, which is a week")


class Size(Bounded):
    """An amount of memory or disk: `512MiB`, `2GiB`, `64KiB` or `100B`; at most 1 PiB."""

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

    def check_bound(self) -> None:
        """Raise ValueError above 1 PiB."""
        if len(self) > LONGEST_SIZE or self.bytes > LARGEST_SIZE:
            raise ValueError("a size is at most 1048576GiB, which is 1 PiB")


class Count(Bounded):
    """How many: a number, or text such as `200k` and `1.5M`, which is always a whole number."""

    __slots__ = ()
    longest = 20
    pattern = r"^[0-9]+((\.[0-9]{1,3})?k|(\.[0-9]{1,6})?M)?$"
    example = "50000, 200k, 1.5M"
    meaning = "a count"
    _zeros: ClassVar[dict[str, int]] = {"": 0, "k": 3, "M": 6}

    @classmethod
    def spelled(cls, value: object) -> str | None:
        """An integer as text."""
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def number(self) -> int:
        """The count, exactly."""
        whole, part, unit = re.fullmatch(r"([0-9]+)\.?([0-9]*)([kM]?)", self).groups()  # type: ignore[union-attr]
        return int(whole + part.ljust(self._zeros[unit], "0"))

    def check_bound(self) -> None:
        """Raise ValueError above 10^15."""
        if self.number > LARGEST_COUNT:
            raise ValueError("a count is at most 1000000000M, which is 10^15")


class FileRef(Text):
    """A file, as a path relative to the spec that names it. It never leaves the spec's root."""

    __slots__ = ()
    longest = LONGEST_PATH
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


class PatchRef(FileRef):
    """A file that is a patch, in git's format or a plain unified diff."""

    __slots__ = ()
    example = "fix.patch"


class Location(Text):
    """A URL, or a local path relative to the spec that names it, which never leaves the spec's root.

    `schemes` are what a URL may start with.
    """

    __slots__ = ()
    longest = LONGEST_PATH
    schemes: ClassVar[tuple[str, ...]] = ("https", "http")
    pattern = r"^[^\x00]+$"
    example = "https://example.org/tables.git"
    meaning = "a URL or path"

    @property
    def is_local(self) -> bool:
        """Whether it is a path: neither `scheme://...` nor git's `host:path`."""
        return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/]+:", self) is None

    def check_scheme(self) -> None:
        """Raise ValueError unless a location that is not local starts with one of the schemes."""
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://.", self)
        if scheme is None:
            self._check_host_and_path()
        elif scheme[1] == "file":
            raise ValueError("'file://' is not supported: give a path relative to this file")
        elif scheme[1] not in self.schemes:
            raise ValueError(f"'{scheme[1]}://' is not supported: use {self._known_schemes()}")

    def _check_host_and_path(self) -> None:
        """Raise ValueError for what is neither a path nor a URL."""
        raise ValueError(f"neither a path nor a URL: use {self._known_schemes()}")

    def _known_schemes(self) -> str:
        *most, last = (f"{scheme}://" for scheme in self.schemes)
        return f"{', '.join(most)} or {last}"


class GitLocation(Location):
    """A git repository: a URL, git's own `host:path`, or a local path as for every location."""

    __slots__ = ()
    schemes: ClassVar = ("https", "http", "ssh", "git")

    def _check_host_and_path(self) -> None:
        if re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*::", self):
            raise ValueError(
                "git's remote helpers ('ext::', 'fd::') can run any command, and are not supported"
            )
        if re.match(
            r"([A-Za-z0-9_][A-Za-z0-9._-]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*):[^:]", self
        ):
            return
        raise ValueError(f"neither a path, 'host:path' nor a URL: use {self._known_schemes()}")


class Archive(Location):
    """A tar or zip file: a URL, or a local path as for every location."""

    __slots__ = ()
    example = "https://example.org/tables-1.0.tar.gz"


class Regex(Text):
    """A regular expression in RE2 syntax, which matches in linear time."""

    __slots__ = ()
    longest = LONGEST_PATTERN
    pattern = r"^[\s\S]+$"
    example = "^v2[0-9]"
    meaning = "a regular expression"


class Glob(Text):
    """A path pattern as in .gitignore, relative to the project: `src/**/*.py`."""

    __slots__ = ()
    longest = LONGEST_PATTERN
    pattern = r"^[^!\x00][^\x00]*$"
    example = "src/**/*.py"
    meaning = "a path pattern"


class Template(Text):
    """Text with placeholders such as `${home}`, which specrun fills in and no shell ever sees unfilled.

    `names` are the placeholders it may hold; `refused` gives the reason for some that it may not.
    """

    __slots__ = ()
    pattern = r"^[\s\S]*$"
    example = "${home}/agent.toml"
    meaning = "text with placeholders"
    names: ClassVar[frozenset[str]] = frozenset({"home", "project"})
    refused: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def refusals(cls, used: Iterable[str]) -> Iterator[str]:
        """Name each placeholder that exists, but cannot work in this text, with the reason."""
        for name in used:
            if name in cls.refused:
                yield f"'${{{name}}}' {cls.refused[name]}"
