"""The canary: break one function that the tests are said to execute, and see whether they notice.

The breaking statement acts on a condition between numbers: it raises, or returns too early. With it goes a
neutral twin, in which the condition does not hold: it means nothing, and differs from the canary in one
number. Whoever shows prepared results for a source that they recognise must tell the two apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from specrun.measure.canary import braces, python
from specrun.measure.canary.spot import Spot
from specrun.measure.handwritten import written_by_hand
from specrun.measure.reports import Coverage, FileCoverage
from specrun.spec.models.platform import Language


class Canary(msgspec.Struct, frozen=True):
    """A source file with one function broken, and with its neutral twin; both are the whole new text."""

    path: str
    function: str
    line: int
    """Where the function starts, from 1."""
    inserted: int
    """The line that is new in both; the lines from here on moved down by one."""
    broken: str
    neutral: str
    stopped: str
    """The function ends where it starts: nothing behind that runs, as every way to measure coverage knows."""


class _Language(msgspec.Struct, frozen=True):
    """How a language is handled."""

    find: Callable[[str, FileCoverage], list[Spot]]
    """Finds the functions that were executed, and where to break them."""
    actions: tuple[str, ...]
    """What a broken function may do, with `{number}` for a number that means nothing."""
    valid: Callable[[str], bool]
    """Whether a broken text is still one that compiles, as far as that can be told."""


_LANGUAGES: dict[Language, _Language] = {
    "python": _Language(python.find, python.ACTIONS, python.parses),
    "javascript": _Language(braces.find_javascript, braces.JAVASCRIPT_ACTIONS, lambda _: True),
    "c": _Language(braces.find_c, braces.C_ACTIONS, lambda _: True),
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
        if path in coverage.files and written_by_hand(text)
        for spot in handled.find(text, coverage.files[path])
    ]
    spots.sort(key=lambda found: (_rank(seed, found[0], found[1].function), found[0], found[1].at))
    chosen: list[Canary] = []
    for path, spot in spots:
        if len(chosen) >= count:
            break
        canary = _break(files[path], path, spot, handled.actions, _rank(seed, path, spot.function))
        if handled.valid(canary.broken):
            chosen.append(canary)
    return tuple(chosen)


class Neutral(msgspec.Struct, frozen=True):
    """A source text with a statement that means nothing in every function that was executed."""

    text: str
    inserted: tuple[int, ...]
    """The lines of the original before which there is a line more."""

    def moved(self, line: int) -> int:
        """Where a line of the original is now."""
        return line + sum(at <= line for at in self.inserted)


def neutral(path: str, text: str, coverage: FileCoverage, language: Language, seed: int) -> Neutral | None:
    """Change a file in its bytes, its syntax tree and its code, and nothing that it does.

    None if no function of it was executed, or none can be changed.
    """
    handled = _LANGUAGES[language]
    if not written_by_hand(text):
        return None
    spots = sorted(handled.find(text, coverage), key=lambda spot: -spot.at)
    changed = text
    for spot in spots:
        numbers = _rank(seed, path, spot.function)
        changed = _break(changed, path, spot, handled.actions, numbers).neutral
    if not spots or not handled.valid(changed):
        return None
    return Neutral(changed, tuple(sorted(spot.inserted for spot in spots)))


def _break(text: str, path: str, spot: Spot, actions: tuple[str, ...], numbers: bytes) -> Canary:
    """Break a function in a way, and on a condition, that `numbers` choose."""
    left, right, modulus = numbers[0] + 100, numbers[1] + 100, numbers[2] + 11
    product = f"{left} * {right} % {modulus}"
    rest = left * right % modulus
    action = actions[numbers[4] % len(actions)].format(number=numbers[3])
    return Canary(
        path,
        spot.function,
        spot.line,
        spot.inserted,
        broken=spot.insert_into(text, f"{product} == {rest}", action),
        neutral=spot.insert_into(text, f"{product} == {(rest + 1) % modulus}", action),
        stopped=spot.stopped(text),
    )


def _rank(seed: int, path: str, function: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{path}\0{function}".encode("utf-8", "surrogatepass")).digest()


__all__ = ["Canary", "Neutral", "choose", "neutral"]
