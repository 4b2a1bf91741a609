"""`kind: test-writing`: does an agent add tests, and are they worth anything?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from specrun.spec.models.benchmark import ProjectBenchmark
from specrun.spec.models.common import MOST, Strict
from specrun.spec.values import Template, TemplateRef


class WritingPrompt(TemplateRef):
    """A prompt. It sees the case, the commands, and the coverage before."""

    __slots__ = ()
    variables: ClassVar = frozenset(
        {
            "case_id",
            "project",
            "source",
            "test",
            "writable",
            "setup_command",
            "test_command",
            "coverage_command",
            "covered_lines",
            "executable_lines",
            "missed_lines",
        }
    )


class WritableGlob(Template):
    """A path pattern as in .gitignore, relative to the project; `${case.test}` is the case's test file."""

    __slots__ = ()
    longest = 1000
    names: ClassVar = frozenset({"case.test"})
    pattern = r"^[^!\x00][^\x00]*$"
    example = "tests/**"
    meaning = "a path pattern"


class Cases(Strict, kw_only=True, frozen=True):
    """How the work is cut into cases."""

    per: Annotated[
        Literal["file", "project"],
        Meta(description="`file`: the files that each project names; `project`: all of it at once."),
    ] = "file"
    workspace: Annotated[
        Literal["fresh", "shared"],
        Meta(
            description="`fresh`: each file is a case. `shared`: the files of a project are done one after "
            "the other in one workspace, as stages of one case."
        ),
    ] = "fresh"


class TestWriting(ProjectBenchmark, kw_only=True, frozen=True):
    """Agents write tests; specrun measures what the tests add, in a clean workspace."""

    __test__: ClassVar[bool] = False
    probed: ClassVar[bool] = True
    """Whether an agent that does nothing must fail, and the known answer pass, before anything counts."""

    kind: Annotated[Literal["test-writing"], Meta(description="What this spec describes.")]
    cases: Annotated[Cases, Meta(description="How the work is cut into cases.")] = Cases()
    prompt: Annotated[
        WritingPrompt | None,
        Meta(description="What the agent is told: a Jinja2 template. Scripted agents read none."),
    ] = None
    writable: Annotated[
        tuple[WritableGlob, ...],
        Meta(
            description="What an agent may write; the project's `paths.tests` unless given.", max_length=MOST
        ),
    ] = ()
    reruns: Annotated[
        int,
        Meta(
            description="How often tests are run, before and after; what differs is flaky. 3 unless given.",
            ge=2,
            le=20,
        ),
    ] = 3
    network: Annotated[
        Literal["none", "host"], Meta(description="What the agent and the test commands may reach.")
    ] = "none"
