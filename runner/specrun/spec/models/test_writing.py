"""`kind: test-writing`: does an agent add tests, and are they worth anything?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from specrun.spec.models.benchmark import Benchmark
from specrun.spec.models.budget import Budget
from specrun.spec.models.common import MOST, AgentReference, Limits, Reference, Strict
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


class TestWriting(Benchmark, kw_only=True, frozen=True):
    """Agents write tests; specrun measures what the tests add, in a clean workspace."""

    __test__: ClassVar[bool] = False
    references: ClassVar[dict[str, str]] = {"agents": "agent", "projects": "project", "prices": "prices"}
    probed: ClassVar[bool] = True
    """Whether an agent that does nothing must fail, and the known answer pass, before anything counts."""

    kind: Annotated[Literal["test-writing"], Meta(description="What this spec describes.")]
    agents: Annotated[tuple[AgentReference, ...], Meta(description="The agents to compare.", min_length=1)]
    projects: Annotated[tuple[Reference, ...], Meta(description="The projects to work on.", min_length=1)]
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
    limits: Annotated[Limits, Meta(description="What a trial may use.")]
    budget: Annotated[
        Budget | None, Meta(description="What models may use; needed where an agent has a model.")
    ] = None
    prices: Annotated[
        Reference | None,
        Meta(description="What tokens cost; the table that comes with specrun unless given."),
    ] = None
    network: Annotated[
        Literal["none", "host"], Meta(description="What the agent and the test commands may reach.")
    ] = "none"
