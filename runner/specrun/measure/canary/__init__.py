"""The canary: break one function that the tests are said to execute, and see whether they notice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from specrun.measure.canary import braces, python
from specrun.measure.canary.spot import Spot
from specrun.measure.reports import Coverage, FileCoverage
from specrun.spec.models.platform import Language

SOURCE_LIMIT = 1024 * 1024
"""Longest source text in which a function is broken, in characters."""

WIDTH_LIMIT = 2_000
"""Longest line of such a text: a longer one is written by a machine."""


class Canary(msgspec.Struct, frozen=True):
    """A source file with one function broken. `broken` is its whole new text; lines count from 1."""

    path: str
    function: str
    line: int
    broken: str


class _Language(msgspec.Struct, frozen=True):
    """How a language is handled."""

    find: Callable[[str, FileCoverage], list[Spot]]
    """Finds the functions that were executed, and where to break them."""
    valid: Callable[[str], bool]
    """Whether a broken text is still one that compiles, as far as that can be told."""
    comment: str
    """A line that means nothing."""


_LANGUAGES: dict[Language, _Language] = {
    "python": _Language(python.find, python.parses, "# specrun"),
    "javascript": _Language(braces.find_javascript, lambda _: True, "// specrun"),
    "c": _Language(braces.find_c, lambda _: True, "/* specrun */"),
}


def choose(
    coverage: Coverage, files: Mapping[str, str], language: Language, seed: int, count: int = 1
) -> tuple[Canary, ...]:
    """Choose up to `count` functions that were executed, and break each in a copy of its file.

    `files` is the source that may be broken, by path. The choice looks random, and depends on the seed and
    the paths and names of the functions only: they are ordered by SHA-256 of these.
    Empty if there is no such function.
    """
    handled = _LANGUAGES[language]
    spots = [
        (path, spot)
        for path, text in files.items()
        if path in coverage.files and _written_by_hand(text)
        for spot in handled.find(text, coverage.files[path])
    ]
    spots.sort(key=lambda found: (_rank(seed, found[0], found[1].function), found[0], found[1].at))
    chosen: list[Canary] = []
    for path, spot in spots:
        if len(chosen) >= count:
            break
        broken = spot.insert_into(files[path])
        if handled.valid(broken):
            chosen.append(Canary(path, spot.function, spot.line, broken))
    return tuple(chosen)


def neutral(text: str, language: Language) -> str:
    """Change a source text without changing what it does, to find out who compares texts."""
    newline = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{newline}{_LANGUAGES[language].comment}\n"


def _written_by_hand(text: str) -> bool:
    return len(text) <= SOURCE_LIMIT and max(map(len, text.split("\n"))) <= WIDTH_LIMIT


def _rank(seed: int, path: str, function: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{path}\0{function}".encode("utf-8", "surrogatepass")).digest()


__all__ = ["Canary", "choose", "neutral"]
