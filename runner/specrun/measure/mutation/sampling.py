"""Which mutants are tried when there is no time for all."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from specrun.measure.mutation.mutant import Mutant


def sample(found: Mapping[str, Sequence[Mutant]], seed: int, count: int) -> tuple[tuple[str, Mutant], ...]:
    """Choose up to `count` mutants, with their paths; the more important ones come first.

    Every line gives one before any gives two, and every file gives one before any gives two; beyond that the
    choice looks random, by SHA-256 of the seed and the mutant itself. So the order of `found` makes no
    difference, and a file more or less does not change the order of the others.
    """
    ranked = [candidate for path, mutants in found.items() for candidate in _ranked(path, mutants, seed)]
    chosen = sorted(ranked, key=lambda candidate: candidate[:4])
    return tuple((candidate.path, candidate.mutant) for candidate in chosen[:count])


class _Candidate(NamedTuple):
    nth_on_line: int
    is_later_in_file: bool
    rank: bytes
    path: str
    mutant: Mutant


def _ranked(path: str, mutants: Sequence[Mutant], seed: int) -> list[_Candidate]:
    on_line: dict[int, int] = defaultdict(int)
    candidates: list[_Candidate] = []
    for mutant in sorted(mutants, key=lambda mutant: _rank(seed, path, mutant)):
        rank = _rank(seed, path, mutant)
        candidates.append(_Candidate(on_line[mutant.line], bool(candidates), rank, path, mutant))
        on_line[mutant.line] += 1
    return candidates


def _rank(seed: int, path: str, mutant: Mutant) -> bytes:
    identity = f"{seed}\0{path}\0{mutant.line}\0{mutant.operator}\0{mutant.after}"
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).digest()
