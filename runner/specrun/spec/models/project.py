"""`kind: project`: a pinned piece of software, with what is true of its tests."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from specrun.spec.models.common import (
    END,
    Commands,
    Environment,
    Frameworks,
    Paths,
    Reference,
    Spec,
    Strict,
    Tools,
)
from specrun.spec.models.writing import Writing
from specrun.spec.values import Archive, FolderRef, GitLocation

Commit = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{40}}{END}", title="40 hexadecimal digits")]
Sha256 = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{64}}{END}", title="64 hexadecimal digits")]
Release = Annotated[
    str, Meta(pattern=rf"^[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+{END}", title="a release such as iniconfig==2.0.0")
]
Positive = Annotated[int, Meta(ge=1)]


class Source(Strict, kw_only=True, frozen=True):
    """Where the project's source is. It is always pinned; a folder is pinned by its content."""

    alternatives: ClassVar = (("path",), ("git", "commit"), ("archive", "sha256"), ("pypi", "sha256"))

    path: Annotated[FolderRef | None, Meta(description="A folder, relative to this file.")] = None
    git: Annotated[GitLocation | None, Meta(description="URL or local path of a git repository.")] = None
    commit: Annotated[Commit | None, Meta(description="The commit, 40 hexadecimal digits.")] = None
    archive: Annotated[
        Archive | None, Meta(description="A tar or zip file: URL, or path relative to this file.")
    ] = None
    pypi: Annotated[
        Release | None, Meta(description="The source distribution of a release on PyPI: name==version.")
    ] = None
    sha256: Annotated[Sha256 | None, Meta(description="SHA-256 of the archive or sdist.")] = None


class Truth(Strict, kw_only=True, frozen=True):
    """What is known to be true of the project's tests. It never reaches an agent."""

    tests_present: Annotated[bool, Meta(description="Whether the project has tests.")]
    frameworks: Annotated[Frameworks, Meta(description="The test frameworks its tests are written for.")] = ()
    expected_tests: Annotated[
        Positive | None, Meta(description="Tests that run (skipped ones do not count).")
    ] = None
    failing_tests: Annotated[int, Meta(description="How many of them are known to fail.", ge=0)] = 0
    covered_lines: Annotated[
        Positive | None, Meta(description="Executable source lines that the tests hit.")
    ] = None


class Project(Spec, kw_only=True, frozen=True):
    """A project: where its source is, its platform, and the truth about its tests."""

    references: ClassVar[dict[str, str]] = {"platform": "platform"}

    kind: Annotated[Literal["project"], Meta(description="What this spec describes.")]
    platform: Annotated[Reference, Meta(description="The platform it belongs to.")]
    source: Annotated[Source, Meta(description="Where its source is; always pinned.")]
    env: Annotated[Environment, Meta(description="Environment variables, over the platform's.")] = {}
    commands: Annotated[
        Commands, Meta(description="The right commands, over the platform's. Only the oracle ever sees them.")
    ] = Commands()
    paths: Annotated[Paths, Meta(description="File layout, over the platform's.")] = Paths()
    tools: Annotated[Tools, Meta(description="What it needs on the machine, over the platform's.")] = Tools()
    truth: Annotated[Truth, Meta(description="What is true of its tests.")]
    writing: Annotated[Writing, Meta(description="How tests are written for it.")] = Writing()
