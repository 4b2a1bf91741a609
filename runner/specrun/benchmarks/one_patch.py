"""A patch that somebody made, as a benchmark of one agent that applies it: it is graded like any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from specrun.spec.layers import CommandLine, Layer, Layered
from specrun.spec.library import Library, Resolved, find_root
from specrun.spec.models import ScriptAgent, TestWriting
from specrun.spec.models.agent import Step
from specrun.spec.models.common import Limits, Override, StepLimits
from specrun.spec.models.test_writing import Cases, WritableGlob
from specrun.spec.values import Duration, PatchRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class PatchBenchmark(TestWriting, kw_only=True, frozen=True):
    """A patch is graded, and no agent is compared: it may add no test, as an agent that does nothing."""

    probed: ClassVar[bool] = False


GRADERS = ("tests", "coverage-gain", "diff-size", "mutation", "duplication")
ANYWHERE = "**"


def benchmark_of_patch(
    patch: Path,
    project: Path,
    *,
    name: str,
    passing: Sequence[str],
    added: int,
    mutant_seconds: float,
    source: Mapping[str, Any] | None = None,
) -> Resolved:
    """The benchmark that grades a patch file on a project spec. Nothing is hidden or protected.

    At least `added` tests must be added to pass `tests`; the tests of a mutant that take longer than
    `mutant_seconds` have noticed it. `source` replaces where the project's source is.
    Raises SpecError if the project's spec is wrong.
    """
    root = find_root(project)
    over: dict[str, Any] = {"paths": {"protected": []}, "writing": {"hide": []}}
    if source is not None:
        over["source"] = dict(source)
    Library(root).resolve(project, "project")  # What is wrong with the spec itself is told of the spec.
    resolved = Library(root).resolve(project, "project", over)
    agent = ScriptAgent(
        specrun=1, kind="agent", id=name, type="script", steps=(Step(patch=PatchRef(str(patch))),)
    )
    options: dict[str, dict[str, Any]] = {"tests": {"least": added}, "mutation": {"wall": mutant_seconds}}
    hour = StepLimits(wall=Duration("1h"))
    benchmark = PatchBenchmark(
        specrun=1,
        kind="test-writing",
        id=resolved.model.id,
        title=resolved.model.title,
        graders=tuple(
            Override(use=each, with_=options[each]) if each in options else each for each in GRADERS
        ),
        passing=tuple(passing),
        agents=("",),
        projects=("",),
        cases=Cases(per="project"),
        writable=(WritableGlob(ANYWHERE),),
        limits=Limits(agent=hour, grade=hour),
    )
    data = {"kind": benchmark.kind, "graders": list(GRADERS), "passing": list(passing)}
    said = Layered((Layer(data, CommandLine()),))
    part = Resolved(patch, root, agent, said, {})
    return Resolved(resolved.path, root, benchmark, said, {"agents": (part,), "projects": (resolved,)})
