"""What a project offers to benchmarks in which tests are written for it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from specrun.spec.models.common import MOST, Globs, Id, RelativePath, Strict
from specrun.spec.values import FolderRef, Template

TestName = Annotated[str, Meta(min_length=1, max_length=500, title="a test id, or its beginning and '*'")]


class FilePair(Strict, kw_only=True, frozen=True):
    """A source file, and the test file that is to be written for it."""

    id: Annotated[Id, Meta(description="The name of the pair in this project.")]
    source: Annotated[RelativePath, Meta(description="The source file, relative to the project.")]
    test: Annotated[RelativePath, Meta(description="The test file, which may exist already.")]


class TestPath(Template):
    """Where the test file of a source file goes."""

    __slots__ = ()
    __test__ = False
    names: ClassVar = frozenset({"stem", "folder"})
    pattern = r"^(?!/)(?!(.*/)?\.\.(/|$))\S+$(?!\n)"
    example = "tests/test_${stem}.py"
    meaning = "a relative path"


class Select(Strict, kw_only=True, frozen=True):
    """Pairs that follow from the coverage of the project's tests as they are."""

    min_lines: Annotated[int, Meta(description="Executable lines that a source file has at least.", ge=1)] = 1
    max_line_rate: Annotated[
        float, Meta(description="Share of them that is covered at most, 0 to 1.", ge=0, le=1)
    ] = 1.0
    test: Annotated[
        TestPath,
        Meta(description="The test file: `${stem}` is the source's name, `${folder}` its folder or '.'."),
    ]


class Writing(Strict, kw_only=True, frozen=True):
    """How tests are written for a project: what is hidden, for which files, and good tests."""

    hide: Annotated[
        Globs, Meta(description="Test files that are taken away before anybody starts; the oracle has them.")
    ] = ()
    answer: Annotated[
        FolderRef | None,
        Meta(description="A folder with good tests, laid over the project by the oracle only."),
    ] = None
    files: Annotated[
        tuple[FilePair, ...],
        Meta(description="The files that tests are wanted for, each a case.", max_length=MOST),
    ] = ()
    select: Annotated[Select | None, Meta(description="More files, by their coverage.")] = None
    known_failures: Annotated[
        tuple[TestName, ...],
        Meta(
            description="Tests that fail before anybody starts: ids, or beginnings of ids and `*`.",
            max_length=MOST,
        ),
    ] = ()
