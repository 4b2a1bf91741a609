"""What `specrun run` does with each benchmark: run it, then publish or check."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from specrun.cli.errors import BAD_INPUT, INFRASTRUCTURE, INTERRUPTED
from specrun.cli.progress import watch
from specrun.cli.settings import state_of
from specrun.cli.usage import usage_errors
from specrun.engine.choose import choose
from specrun.engine.publish import check, publish, would_lose
from specrun.engine.session import Done, check_benchmark, execute
from specrun.engine.settings import Cassettes, Settings
from specrun.engine.store import Store
from specrun.plan.selection import Selection
from specrun.reports.console import console
from specrun.reports.junit import junit
from specrun.results.codec import encode
from specrun.spec.library import Library
from specrun.workspaces.cache import cache_dir
from specrun.workspaces.sweep import base_folder, sweep

if TYPE_CHECKING:
    from specrun.results.model import Results
    from specrun.spec.library import Resolved


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked for."""

    specs: tuple[str, ...]
    overrides: dict[str, int]
    only: Selection
    offline: bool
    cassettes: Cassettes
    check: bool
    strict: bool
    jobs: int
    fresh: bool
    output: Path | None
    form: str
    junit: Path | None
    verbosity: int


def run_benchmarks(wish: Wish) -> int:
    """Run all benchmarks that were asked for; returns the exit code."""
    from specrun.cli.benchmarks import find_benchmarks

    sweep(base_folder())
    specs = find_benchmarks(wish.specs)
    found = [_overridden(spec, wish.overrides) for spec in specs]
    for resolved in found:  # All of them, before the first one runs for minutes.
        check_benchmark(resolved, offline=wish.offline, cassettes=wish.cassettes)
    with usage_errors():
        found = choose(found, wish.only)
    for folder in filter(None, (wish.output, wish.junit and wish.junit.parent)):
        folder.mkdir(parents=True, exist_ok=True)
    code = 0
    finished: list[Results] = []
    for resolved in found:
        done = _run(resolved, wish)
        finished.append(done.results)
        if done.interrupted:
            _say_how_to_go_on(done, wish)
            code = INTERRUPTED
            break
        code = max(code, _judge(resolved, done, wish), BAD_INPUT if done.faulty else 0)
    if wish.junit is not None:
        wish.junit.write_bytes(junit(finished))
    # Last, because whoever reads it may have gone, and everything else must not depend on that.
    _print(finished, wish)
    return code


def _overridden(spec: Resolved, overrides: dict[str, int]) -> Resolved:
    """The spec with what the command line says over it."""
    return Library(spec.root).resolve(spec.path, overrides=overrides) if overrides else spec


def _run(resolved: Resolved, wish: Wish) -> Done:
    settings = Settings(
        offline=wish.offline,
        cassettes=wish.cassettes,
        fresh=wish.fresh,
        jobs=wish.jobs,
        only=wish.only,
        state=state_of(resolved.root),
        cache=cache_dir(),
    )
    for folder in Store(settings.state).remains():
        shutil.rmtree(folder, ignore_errors=True)
    with watch(wish.verbosity) as progress:
        if wish.verbosity >= 0:
            progress.note(f"{resolved.relative_path}: {resolved.model.title or resolved.model.id}")
        done = execute(resolved, wish.overrides, settings, progress)
    broken: dict[str, list[str]] = {}
    for case in done.results.cases:
        if case.broken is not None:
            broken.setdefault(case.broken, []).append(case.id)
    for reason, cases in broken.items():
        verb = "does" if len(cases) == 1 else "do"
        click.echo(f"{', '.join(cases)} {verb} not count: {reason}", err=True)
    return done


def _judge(resolved: Resolved, done: Done, wish: Wish) -> int:
    """Publish or check what was run, unless the machine failed; returns the exit code."""
    broken = [trial for trial in done.results.trials if trial.outcome == "infra_error"]
    if not broken:
        return _check(resolved, done, wish) if wish.check else _publish(resolved, done, wish)
    for trial in broken:
        click.echo(f"error: {trial.name} could not be run: {trial.reason}", err=True)
    click.echo(f"{resolved.model.id}: no report was written or checked", err=True)
    return INFRASTRUCTURE


def _print(finished: list[Results], wish: Wish) -> None:
    """Print the results: as JSON one document, for several benchmarks a list."""
    if wish.form == "json":
        documents = [encode(results).decode().rstrip("\n") for results in finished]
        click.echo(documents[0] if len(documents) == 1 else "[" + ",\n".join(documents) + "]")
        return
    for results in finished:
        title = f"{results.benchmark.id}\n" if len(finished) > 1 else ""
        click.echo(title + console(results))


def _publish(resolved: Resolved, done: Done, wish: Wish) -> int:
    """Write the reports. What is not the benchmark as its spec says never replaces a committed report."""
    if (wish.only.wanted or wish.overrides) and wish.output is None:
        what = "only a selection was run" if wish.only.wanted else "this is not what the spec says"
        click.echo(f"{what}: reports/ is untouched (use --output to write reports elsewhere)", err=True)
        return 0
    folder = (wish.output or resolved.root / "reports") / resolved.model.id
    if wish.output is None and (lost := would_lose(done.results, folder)):
        click.echo(
            f"{resolved.model.id}: {len(lost)} trials of the committed report cannot run here, so it is "
            f"untouched (use --output to write reports elsewhere): {', '.join(lost[:5])}",
            err=True,
        )
        return 0
    for file in publish(done.results, folder):
        if wish.verbosity >= 0:
            click.echo(f"wrote {_shown(file)}", err=True)
    return 0


def _check(resolved: Resolved, done: Done, wish: Wish) -> int:
    checked = check(done.results, resolved.root / "reports" / resolved.model.id)
    unchecked = [trial.name for trial in done.results.trials if trial.outcome == "unavailable"]
    for name in unchecked:
        click.echo(f"not checked, unavailable here: {name}", err=True)
    if checked.diff:
        click.echo(checked.diff, nl=False, err=wish.form == "json")  # JSON is alone on stdout
        click.echo(f"{resolved.model.id}: the committed report is not what the files give", err=True)
        return 1
    if unchecked and wish.strict:
        click.echo(f"{resolved.model.id}: {len(unchecked)} trials could not be checked", err=True)
        return 1
    click.echo(f"{resolved.model.id}: the committed report is what the files give", err=True)
    return 0


def _say_how_to_go_on(done: Done, wish: Wish) -> None:
    total = len(done.results.trials)
    finished = sum(trial.outcome != "cancelled" for trial in done.results.trials)
    click.echo(
        f"interrupted: {finished} of {total} trials are finished and kept; no report was written.\n"
        "Run the same command again to go on"
        + (" (without --fresh, which would begin anew)." if wish.fresh else "."),
        err=True,
    )


def _shown(path: Path) -> str:
    from specrun.spec.problems import shown

    return shown(path.resolve())
