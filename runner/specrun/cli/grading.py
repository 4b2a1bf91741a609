"""What `specrun grade` does: a patch becomes a benchmark of one trial, which is run and shown."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from specrun.benchmarks.one_patch import GRADERS, benchmark_of_patch
from specrun.cli.errors import BAD_INPUT, INFRASTRUCTURE, INTERRUPTED
from specrun.cli.progress import watch
from specrun.cli.settings import state_of
from specrun.cli.usage import usage_errors
from specrun.engine.revisions import revisions
from specrun.engine.session import execute
from specrun.engine.settings import Settings
from specrun.reports.one_patch import patch_junit, patch_markdown, patch_table
from specrun.results.codec import encode
from specrun.spec.atomic import write_file
from specrun.spec.library import Library, find_root
from specrun.spec.models import Project
from specrun.spec.problems import did_you_mean
from specrun.spec.values import GitLocation
from specrun.workspaces.cache import cache_dir
from specrun.workspaces.sweep import base_folder, sweep

if TYPE_CHECKING:
    from typing import Any

    from specrun.engine.session import Done
    from specrun.results.model import Outcome
    from specrun.spec.library import Resolved

NAME = "patch"
CODES: dict[Outcome, int] = {
    "passed": 0,
    "failed": 1,
    "invalid_case": BAD_INPUT,
    "unavailable": INFRASTRUCTURE,
    "infra_error": INFRASTRUCTURE,
    "cancelled": INTERRUPTED,
}
"""What each outcome is for the caller."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked for."""

    project: Path
    patch: Path | None
    branch: str | None
    base: str | None
    require: tuple[str, ...]
    added: int
    mutant_seconds: float
    offline: bool
    fresh: bool
    form: str
    markdown: Path | None
    junit: Path | None
    verbosity: int


def grade_patch(wish: Wish) -> int:
    """Grade what was asked for; returns the exit code."""
    for name in wish.require:
        if name not in GRADERS:
            raise click.UsageError(f"--require: no grader {name!r}{did_you_mean(name, GRADERS)}")
    sweep(base_folder())
    with tempfile.TemporaryDirectory(prefix="specrun-grade-") as folder:
        done = _run(_benchmark(wish, Path(folder) / "change.patch"), wish)
    (trial,) = done.results.trials
    if trial.outcome == "agent_error":
        raise click.UsageError(
            "the patch does not apply to the project's source: "
            f"'specrun trial {trial.name} --logs' shows what git says"
        )
    for file, render in ((wish.markdown, patch_markdown), (wish.junit, patch_junit)):
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_file(file, render(done.results))
    click.echo(
        encode(done.results).decode().rstrip("\n") if wish.form == "json" else patch_table(done.results)
    )
    if trial.outcome not in ("passed", "failed"):
        reason = trial.reason or "it could not be graded"
        click.echo(f"error: {trial.outcome.replace('_', ' ')}: {reason}", err=True)
    return CODES.get(trial.outcome, INFRASTRUCTURE)


def _benchmark(wish: Wish, file: Path) -> Resolved:
    """The benchmark of the patch, which is copied into `file`, so that it stays the same."""
    source: dict[str, Any] | None = None
    if wish.branch is not None and wish.base is not None:
        spec = Library(find_root(wish.project)).resolve(wish.project, "project")
        with usage_errors():
            found = revisions(_source_folder(spec), wish.base, wish.branch)
        location = os.path.relpath(found.repository, spec.path.parent)
        source = {"git": GitLocation(location), "commit": found.base, "path": None}
        file.write_bytes(found.patch)
    else:
        assert wish.patch is not None
        content = sys.stdin.buffer.read() if str(wish.patch) == "-" else wish.patch.read_bytes()
        file.write_bytes(content)
    if not file.stat().st_size:
        raise click.UsageError("the patch is empty: there is nothing to grade")
    return benchmark_of_patch(
        file,
        wish.project,
        name=NAME,
        passing=wish.require,
        added=wish.added,
        mutant_seconds=wish.mutant_seconds,
        source=source,
    )


def _source_folder(spec: Resolved) -> Path:
    """The folder of a project whose source is on this machine. Raises ValueError for any other."""
    assert isinstance(spec.model, Project)
    source = spec.model.source
    local = source.path or (source.git if source.git is not None and source.git.is_local else None)
    if local is None:
        raise ValueError("--branch needs a project whose source is a folder or a repository on this machine")
    return (spec.path.parent / local).resolve()


def _run(benchmark: Resolved, wish: Wish) -> Done:
    settings = Settings(
        offline=wish.offline, fresh=wish.fresh, state=state_of(benchmark.root), cache=cache_dir()
    )
    with watch(wish.verbosity) as progress:
        return execute(benchmark, {}, settings, progress)
