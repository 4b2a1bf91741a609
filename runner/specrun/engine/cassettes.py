"""Where the cassettes of a benchmark are, and what of them decides a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.gateway.cassettes.files import digest_file
from specrun.gateway.cassettes.model import FILE, CassetteError

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.engine.settings import Cassettes
    from specrun.spec.library import Resolved


def folder_of(benchmark: Resolved, agent: str, case: str, model: str, repetition: int) -> Path:
    """The folder of one trial's cassette: `fixtures/cassettes/` beside `specs/`."""
    folder: Path = benchmark.root / "fixtures" / "cassettes" / benchmark.model.id / agent / case
    return folder / f"{model}-{repetition}"


def answers(folder: Path, mode: Cassettes) -> str:
    """Who answers, as a part of a trial's key: the digest of what is recorded, or `live`.

    What a cassette and the model have answered together does not stand for what the cassette alone answers,
    nor a replay for a strict one.
    """
    if mode in ("record", "off"):
        return "live"
    try:
        recorded = digest_file(folder / FILE)
    except (OSError, CassetteError):
        return "live" if mode == "auto" else "nobody"
    return recorded if mode == "replay" else f"{mode} {recorded}"


def is_missing(folder: Path, mode: Cassettes) -> bool:
    """Whether a recording is wanted that is not there, so that no stored record can stand for a trial."""
    return mode == "record" or (mode == "auto" and not (folder / FILE).exists())
