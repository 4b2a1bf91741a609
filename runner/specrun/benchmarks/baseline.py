"""What a project's own tests do before anybody adds some: measured several times, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.graders.evidence import listed
from specrun.graders.replaying import Replay, replay
from specrun.graders.written import Baseline
from specrun.measure.test_changes import unsteady
from specrun.spec.digest import digest
from specrun.workspaces.cache import populate

if TYPE_CHECKING:
    from pathlib import Path

    from specrun.graders.answer import Setup
    from specrun.spec.models import Project, TestWriting
    from specrun.workspaces.site import Site

FORMAT = 1
"""Counts up when the same project could be measured in another way."""


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides how a project is measured, besides its source and its tools."""

    commands: Setup
    project: Project
    model: TestWriting

    @property
    def identity(self) -> object:
        """As a part of a digest."""
        return {
            "format": FORMAT,
            "commands": self.commands,
            "env": self.project.env,
            "ignore": self.project.paths.ignore,
            "known failures": self.project.writing.known_failures,
            "limits": self.model.limits.grade,
            "network": self.model.network,
            "probed": self.model.probed,
            "reruns": self.model.reruns,
        }


async def baseline(site: Site, ways: Ways, name: str, cache: Path) -> Baseline:
    """The baseline of a project, measured unless it is kept for `name` and the ways. Raises OSError."""
    final = cache / "baselines" / digest({"of": name, "ways": ways.identity})
    kept = _read(final)
    if kept is not None:
        return kept
    measured = await _measure(site, ways)
    if measured.problem is None:  # What is broken is looked at again: it may have been the machine.
        populate(final, lambda built: _write(built, measured))
    return measured


def _read(folder: Path) -> Baseline | None:
    try:
        return msgspec.json.decode((folder / "baseline.json").read_bytes(), type=Baseline)
    except (OSError, msgspec.DecodeError):
        return None


def _write(folder: Path, measured: Baseline) -> None:
    (folder / "baseline.json").write_bytes(msgspec.json.encode(measured))


async def _measure(site: Site, ways: Ways) -> Baseline:
    """Run the tests several times in one workspace, and once in another, each with its coverage."""
    first = await _replay(site, ways, ways.model.reruns)
    problem = _unusable(first, ways.project, ways.model)
    if problem is not None:
        return Baseline(problem=problem)
    second = await _replay(site, ways, 1)
    if second.tests != first.tests:
        return Baseline(problem="the tests are not the same in a second workspace")
    if _hit(second) != _hit(first):
        return Baseline(problem="the coverage is not the same when it is measured twice")
    assert first.tests is not None
    assert first.coverage is not None
    return Baseline(tests=first.tests, coverage=first.coverage)


def _hit(replay: Replay) -> dict[str, tuple[dict[int, bool], dict[int, tuple[int, int]]]]:
    """By file, which lines and branches ran; not how often, nor how functions without a name are called."""
    files = replay.coverage.files if replay.coverage else {}
    return {
        path: ({line: hits > 0 for line, hits in file.lines.items()}, file.branches)
        for path, file in files.items()
    }


async def _replay(site: Site, ways: Ways, runs: int) -> Replay:
    async with site.open("baseline", {}) as workspace:
        return await replay(
            workspace,
            ways.commands,
            ways.model.limits.grade,
            network=ways.model.network == "host",
            ignore=ways.project.paths.ignore,
            runs=runs,
        )


def _unusable(replay: Replay, project: Project, model: TestWriting) -> str | None:
    """Why nothing can be compared with such tests; None if it can."""
    problem = replay.tests_problem or replay.coverage_problem or replay.changed_problem
    if problem is not None:
        return f"before anything is added: {problem}"
    assert replay.tests is not None
    differing = list(unsteady([replay.tests, *replay.reruns]))
    if differing:
        return f"tests are not the same in every run: {listed(differing)}"
    if not model.probed:  # A patch may be there to mend what fails.
        return _leftovers(replay)
    known = project.writing.known_failures
    failing = sorted(replay.tests.ids("failed", "error"))
    unknown = [test for test in failing if not any(_is(test, pattern) for pattern in known)]
    if unknown:
        return f"tests fail that are not among writing.known_failures: {listed(unknown)}"
    gone = [pattern for pattern in known if not any(_is(test, pattern) for test in failing)]
    if gone:
        return f"writing.known_failures names tests that do not fail: {listed(gone)}"
    return _leftovers(replay)


def _leftovers(replay: Replay) -> str | None:
    if not replay.changed.files:
        return None
    left = listed([file.path for file in replay.changed.files])
    return f"its commands leave files that are not among paths.ignore: {left}"


def _is(test: str, pattern: str) -> bool:
    return test.startswith(pattern[:-1]) if pattern.endswith("*") else test == pattern
