"""`kind: test-running`: can an agent find out whether and how a project's tests run?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from specrun.spec.models.benchmark import ProjectBenchmark
from specrun.spec.models.common import Strict
from specrun.spec.values import TemplateRef


class Prompt(TemplateRef):
    """A prompt. It says nothing of the project, so that no answer can leak into it."""

    __slots__ = ()
    variables: ClassVar = frozenset({"case_id", "answer_file", "stage"})


class Prompts(Strict, kw_only=True, frozen=True):
    """The prompt of each stage, as Jinja2 templates in Markdown."""

    detect: Annotated[Prompt, Meta(description="Stage 1: are there tests, and in which frameworks?")]
    setup: Annotated[Prompt, Meta(description="Stage 2: how are they set up, run and measured?")]


class TestRunning(ProjectBenchmark, kw_only=True, frozen=True):
    """Agents get bare source and say how its tests run; specrun replays their answer in a clean workspace."""

    __test__: ClassVar[bool] = False

    kind: Annotated[Literal["test-running"], Meta(description="What this spec describes.")]
    prompts: Annotated[Prompts, Meta(description="What the agent is told.")]
    network: Annotated[
        Literal["none", "host"], Meta(description="What the agent and the replayed commands may reach.")
    ] = "none"
