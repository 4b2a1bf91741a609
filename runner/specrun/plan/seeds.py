"""Seeds: every random choice of a run is derived from the run's seed, and so can be made again."""

from __future__ import annotations

import hashlib


def derive(seed: int, case: str, agent: str, repetition: int, purpose: str) -> int:
    """The seed for one purpose in one trial: 48 bits of a SHA-256, which every JSON reader keeps exact.

    The parts are length-prefixed, so that no two lists of parts look alike.
    """
    parts = (str(seed), case, agent, str(repetition), purpose)
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
