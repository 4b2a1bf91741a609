"""Finding a trial that was run: in the manifests of the runs below the current folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from specrun.cli.benchmarks import one_benchmark
from specrun.cli.settings import state_of
from specrun.engine.manifest import Manifest, TrialEntry, load_all
from specrun.spec.library import Library
from specrun.spec.problems import did_you_mean

if TYPE_CHECKING:
    from specrun.spec.library import Resolved


def root_folder() -> Path:
    """The nearest folder where something was run, from here upwards. Raises UsageError if there is none."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if state_of(folder).is_dir():
            return folder
    raise click.UsageError("nothing was run here: there is no .specrun folder in this folder or above it")


def state_folder() -> Path:
    """What was left by the runs there. Raises UsageError if there is nothing."""
    return state_of(root_folder())


def find_trial(name: str, benchmark: str | None = None) -> tuple[Path, Manifest, TrialEntry]:
    """The latest run with this trial: the state folder, the run, and the trial's entry in it."""
    state = state_folder()
    names: set[str] = set()
    for _, manifest in load_all(state):
        if benchmark is not None and manifest.benchmark != benchmark:
            continue
        for entry in manifest.trials:
            names.add(entry.name)
            if entry.name == name or (len(name) >= 8 and entry.key and entry.key.startswith(name)):
                return state, manifest, entry
    raise click.UsageError(f"no run has a trial '{name}'{did_you_mean(name, names)}")


def benchmark_of(trial: str, spec: str | None) -> tuple[Resolved, dict[str, int]]:
    """The benchmark a trial belongs to, with what the run's command line said over it."""
    if spec is not None:
        return one_benchmark(spec), {}
    _, manifest, _ = find_trial(trial)
    root = root_folder()
    return Library(root).resolve(root / manifest.spec, overrides=manifest.overrides), manifest.overrides
