"""`kind: platform`: what is true of every project in one language with one test runner."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from specrun.spec.models.common import Commands, Environment, Paths, Spec, Tools

Language = Literal["python", "javascript", "c"]


class Platform(Spec, kw_only=True, frozen=True):
    """A language with its tools, commands and file layout."""

    kind: Annotated[Literal["platform"], Meta(description="What this spec describes.")]
    language: Annotated[
        Language, Meta(description="The language; it decides how the canary breaks a function.")
    ]
    tools: Annotated[Tools, Meta(description="What must be on the machine.")] = Tools()
    env: Annotated[Environment, Meta(description="Environment variables of every command.")] = {}
    commands: Annotated[Commands, Meta(description="The usual commands; a project may override them.")] = (
        Commands()
    )
    paths: Annotated[Paths, Meta(description="The usual layout; a project may override it.")] = Paths()
