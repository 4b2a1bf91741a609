"""How one trial is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from specrun.cli.trial_models import talk
from specrun.engine.store import Store
from specrun.graders.registry import graders
from specrun.spec.atomic import read_json

if TYPE_CHECKING:
    from specrun.agents.record import Record
    from specrun.context.trace import Ranges, Trace
    from specrun.engine.manifest import Manifest, TrialEntry
    from specrun.results.model import Score


def as_data(state: Path, manifest: Manifest, entry: TrialEntry) -> dict[str, Any]:
    """Everything that is stored of a trial, but the logs, whose folders are named."""
    folder = Store(state).folder(entry.key) if entry.key else None
    return {
        "benchmark": manifest.benchmark,
        "trial": entry,
        "folder": str(folder) if folder else None,
        "record": Store(state).load(entry.key) if entry.key else None,
        "scores": _scores(state, entry),
        "timings": _timings(state, manifest, entry),
    }


def as_text(state: Path, manifest: Manifest, entry: TrialEntry, logs: bool) -> str:
    """The trial for people."""
    return "\n".join(_lines(state, manifest, entry, logs)) + "\n"


def _lines(state: Path, manifest: Manifest, entry: TrialEntry, logs: bool) -> Iterator[str]:
    yield f"{entry.name} of {manifest.benchmark}: {entry.outcome}"
    if entry.reason:
        yield f"  {entry.reason}"
    record = Store(state).load(entry.key) if entry.key else None
    if record is None or entry.key is None:
        yield "no record is stored"
        if entry.key and (state / "failed" / entry.key).is_dir():
            yield f"what there is of it: {state / 'failed' / entry.key}"
        return
    folder = Store(state).folder(entry.key)
    yield f"key      {entry.key}"
    yield f"folder   {folder}"
    for phase, seconds in _timings(state, manifest, entry).items():
        yield f"{phase:<8} {seconds:.3f} s"
    yield from _agent(record, folder)
    yield from _graded(_scores(state, entry))
    if logs:
        yield from _logs(folder)


def _agent(record: Record, folder: Path) -> Iterator[str]:
    run = record.run
    yield f"\nagent: {run.status}" + (f", {run.reason}" if run.reason else "")
    if run.enforced is not None:
        states = msgspec.structs.asdict(run.enforced)
        yield "  " + ", ".join(
            f"{name} {'enforced' if on else 'not enforced'}" for name, on in states.items()
        )
    for step in run.steps:
        yield f"  {step.name}: {step.explain()}"
    for file in run.patch.files:
        yield f"  {file.change} {file.path} (+{file.lines_added} -{file.lines_deleted})"
    if run.answer is not None:
        yield "\nanswer:"
        yield from ("  " + line for line in run.answer.decode("utf-8", "replace").splitlines())
    if run.context is not None:
        yield from _context(run.context)
    yield from talk(run, folder)
    if (folder / "patch.diff").exists():
        yield f"\npatch: {folder / 'patch.diff'}"


def _context(trace: Trace) -> Iterator[str]:
    """What a policy saw, asked and said."""
    for name, ranges in sorted(trace.in_view.items()):
        yield f"  in the prompt: {name}, lines {_spell(ranges)}"
    for use in trace.uses:
        shown = use.refused or f"lines {_spell(use.lines)}" if use.refused or use.lines else "nothing"
        yield f"  {use.tool} {use.artifact}: {shown} (about {use.call_tokens + use.page_tokens} tokens)"
    for probe in trace.probes:
        if probe.impact:
            yield f"  segment {probe.segment} ({'kept' if probe.kept else 'dropped'}): impact {probe.impact}"
    yield "\nanswer:"
    yield from ("  " + line for line in trace.answer.splitlines())


def _spell(ranges: Ranges) -> str:
    """Lines in words, the first few ranges of them."""
    spelled = [str(first) if first == last else f"{first} to {last}" for first, last in ranges[:5]]
    return ", ".join(spelled) + (", ..." if len(ranges) > 5 else "")


def _graded(scores: list[Score]) -> Iterator[str]:
    if scores:
        yield "\nscores:"
    for score in scores:
        value = "" if score.value is None else f" {score.value:g}"
        yield f"  {score.grader}: {score.status}{value}"
        yield from (f"    {sentence}" for sentence in score.evidence)
        for name, number in score.figures.items():
            yield f"    {name} = {'-' if number is None else format(number, 'g')}"


def _logs(folder: Path) -> Iterator[str]:
    for file in sorted((*folder.glob("logs/*"), *folder.glob("grade/logs/*"))):
        yield f"\n--- {file.relative_to(folder)}"
        yield file.read_text(encoding="utf-8", errors="replace").rstrip("\n")


def _scores(state: Path, entry: TrialEntry) -> list[Score]:
    """The scores, in the order in which the graders are registered."""
    order = list(graders())
    scores = Store(state).scores(entry.key).values() if entry.key else ()
    return sorted(
        scores, key=lambda score: order.index(score.grader) if score.grader in order else len(order)
    )


def _timings(state: Path, manifest: Manifest, entry: TrialEntry) -> dict[str, float]:
    file = state / "runs" / manifest.run_id / "timings.json"
    timings = read_json(file, msgspec.json.Decoder(dict[str, dict[str, float]])) or {}
    return timings.get(entry.name, {})
