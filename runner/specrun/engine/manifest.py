"""What a run leaves about itself: `runs/<run id>/manifest.json` and, apart from it, `timings.json`."""

from __future__ import annotations

import uuid
from pathlib import Path

import msgspec

from specrun.results.model import Outcome
from specrun.spec.atomic import read_json, write_file

NAMESPACE = uuid.UUID("a4b1a1f5-5d0c-5b6e-9d4e-0c5f0a9c6b11")
SCHEMA = "specrun/manifest/v1"


class TrialEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One trial of a run. `key` is None where nothing could be planned for it on this machine."""

    name: str
    key: str | None
    outcome: Outcome
    reason: str | None = None
    reused: bool = False


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of one benchmark. `spec` is relative to the root of the specs."""

    schema: str = SCHEMA
    run_id: str
    benchmark: str
    kind: str
    spec: str
    digest: str
    overrides: dict[str, int] = {}
    offline: bool = False
    trials: tuple[TrialEntry, ...] = ()


_decoder = msgspec.json.Decoder(Manifest)


def run_id(digest: str, trials: list[str]) -> str:
    """The id of a run: the same benchmark and selection of trials gives the same id."""
    return str(uuid.uuid5(NAMESPACE, "\n".join([digest, *trials])))


def save(state: Path, manifest: Manifest, timings: dict[str, dict[str, float]]) -> Path:
    """Write both files; returns their folder. Seconds are rounded to milliseconds."""
    folder = state / "runs" / manifest.run_id
    rounded = {
        trial: {phase: round(seconds, 3) for phase, seconds in phases.items()}
        for trial, phases in timings.items()
    }
    write_file(folder / "timings.json", msgspec.json.format(msgspec.json.encode(rounded)) + b"\n")
    write_file(folder / "manifest.json", msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return folder


def load_all(state: Path) -> list[tuple[Path, Manifest]]:
    """The manifests of all runs, newest first. One that cannot be read is passed over."""
    files = (state / "runs").glob("*/manifest.json")
    read = ((file, read_json(file, _decoder)) for file in files)
    found = [(file.stat().st_mtime_ns, file, manifest) for file, manifest in read if manifest is not None]
    return [(file, manifest) for _, file, manifest in sorted(found, key=lambda item: item[0], reverse=True)]
