"""What every spec has, and the parts that several kinds share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from specrun.spec.values import Duration, Glob, Regex, Size, Template


class Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True, omit_defaults=True):
    """A mapping of the spec language: unknown keys are errors."""

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of keys of which exactly one group must be given, whole."""

    def __post_init__(self) -> None:
        """Raise ValueError unless exactly one of the alternatives is given."""
        if not self.alternatives:
            return
        given = {key for group in self.alternatives for key in group if getattr(self, key) is not None}
        if not any(given == set(group) for group in self.alternatives):
            raise ValueError(f"expected exactly one of: {spell_alternatives(self.alternatives)}")


def spell_alternatives(alternatives: tuple[tuple[str, ...], ...]) -> str:
    """Name the groups of keys: `path; git and commit`."""
    return "; ".join(" and ".join(group) for group in alternatives)


END = r"$(?!\n)"
"""The end of a text, for Python and JSON Schema alike: Python's `$` alone lets a last newline pass."""

MOST = 1000
"""Items of a list that people write."""
MOST_STEPS = 50_000
"""Items of a list that programs write."""

NAME = "lower-case letters, digits, '.', '_' and '-'"

Id = Annotated[str, Meta(pattern=rf"^[a-z0-9][a-z0-9._-]*{END}", max_length=80, title=NAME)]
Tag = Annotated[str, Meta(pattern=rf"^[a-z0-9][a-z0-9._-]*{END}", max_length=40, title=NAME)]
VariableName = Annotated[str, Meta(pattern=rf"^[A-Za-z_][A-Za-z0-9_]*{END}", title="letters, digits and '_'")]


class Spec(Strict, kw_only=True, frozen=True):
    """The head of every spec."""

    references: ClassVar[dict[str, str]] = {}
    """Top-level keys that name other specs, to the kind they must have."""

    specrun: Annotated[Literal[1], Meta(description="The version of the spec language.")]
    kind: Annotated[str, Meta(description="What this spec describes.")]
    id: Annotated[Id, Meta(description="The name of this spec in reports and on the command line.")]
    title: Annotated[str, Meta(description="One line for people.", max_length=200)] = ""
    tags: Annotated[
        tuple[Tag, ...], Meta(description="Labels to select by: `--only tag=small`.", max_length=MOST)
    ] = ()


class Override(Strict, kw_only=True, frozen=True):
    """A reference to a spec with some of its values changed: maps merge deeply, lists are replaced."""

    use: Annotated[str, Meta(description="The spec, as a path relative to this file, or a built-in name.")]
    with_: Annotated[
        dict[str, Any], Meta(description="What to change: maps merge deeply, lists are replaced.")
    ] = msgspec.field(default_factory=dict, name="with")


Reference = str | Override


class AgentUse(Override, kw_only=True, frozen=True):
    """An agent that a benchmark uses, perhaps with some of its values changed."""

    projects: Annotated[
        tuple[Id, ...],
        Meta(description="The ids of the projects that it works on; all unless given.", max_length=MOST),
    ] = ()


AgentReference = str | AgentUse

Environment = Annotated[dict[VariableName, Template], Meta(max_length=MOST)]

Frameworks = Annotated[tuple[Tag, ...], Meta(max_length=MOST)]

Globs = Annotated[tuple[Glob, ...], Meta(max_length=MOST)]

Words = Annotated[tuple[str, ...], Meta(min_length=1, max_length=MOST)]


class StepLimits(Strict, kw_only=True, frozen=True):
    """What one command may use. The first limit that is passed ends its whole process tree."""

    wall: Annotated[Duration, Meta(description="Longest time from start to end.")]
    idle: Annotated[Duration | None, Meta(description="Longest time without any output.")] = None
    cpu: Annotated[Duration | None, Meta(description="Processor time of each process.")] = None
    memory: Annotated[
        Size | None,
        Meta(
            description="Memory that each process may write, reserved or not: a limit of Linux (RLIMIT_DATA)."
        ),
    ] = None
    file_size: Annotated[Size | None, Meta(description="Largest file that may be written.")] = None
    output: Annotated[
        Size,
        Meta(description="How much of stdout and of stderr is kept; the middle is cut. 1MiB unless given."),
    ] = msgspec.field(default_factory=lambda: Size("1MiB"))


class Limits(Strict, kw_only=True, frozen=True):
    """What a trial may use."""

    agent: Annotated[StepLimits, Meta(description="For each stage of the agent.")]
    grade: Annotated[StepLimits, Meta(description="For each command that is run to grade it.")]


TestReportFormat = Literal["junit", "tap", "go-json"]
CoverageFormat = Literal["coverage-json", "cobertura", "lcov", "gcov-json", "go-cover", "jacoco"]

_COMPONENT = r"(?!\.{1,2}(?:/|$))[^/\x00-\x1f\x7f-\x9f]{1,255}"
"""A name of a file or folder: no control characters, as long as file systems take."""
_MORE = rf"(?:/{_COMPONENT})*{END}"

RelativePath = Annotated[
    str,
    Meta(
        pattern=rf"^{_COMPONENT}{_MORE}",
        max_length=400,
        title="a relative path that stays inside its folder, without empty, '.' and '..' parts",
    ),
]

WorkPath = Annotated[
    str,
    Meta(
        pattern=rf"^(?!(?:.*/)?\.[gG][iI][tT](?:/|$)){_COMPONENT}{_MORE}",
        max_length=400,
        title="a relative path inside its folder and outside of '.git', without empty, '.' and '..' parts",
    ),
]

Script = Annotated[str, Meta(pattern=r"\S", title="a script that is not empty")]


class TestReport(Strict, kw_only=True, frozen=True):
    """Where a test command writes its report, and in which format."""

    __test__: ClassVar[bool] = False  # it is no test of pytest's

    format: Annotated[TestReportFormat, Meta(description="The format of the test report.")]
    path: Annotated[RelativePath, Meta(description="The report file, relative to the project.")]


class CoverageReport(Strict, kw_only=True, frozen=True):
    """Where a coverage command writes its report, and in which format."""

    format: Annotated[CoverageFormat, Meta(description="The format of the coverage report.")]
    path: Annotated[RelativePath, Meta(description="The report file, relative to the project.")]


class Commands(Strict, kw_only=True, frozen=True):
    """How a project is set up, tested and measured. Scripts run in bash with `set -euo pipefail`."""

    setup: Annotated[Script | None, Meta(description="The script that prepares the project.")] = None
    test: Annotated[Script | None, Meta(description="The script that runs the tests.")] = None
    report: Annotated[TestReport | None, Meta(description="The report the test command writes.")] = None
    coverage: Annotated[Script | None, Meta(description="The script that measures coverage.")] = None
    coverage_report: Annotated[
        CoverageReport | None, Meta(description="The report the coverage command writes.")
    ] = None


class InlineTests(Strict, kw_only=True, frozen=True):
    """Where tests stand inside of source files: from a line that begins them to one that ends them."""

    begin: Annotated[Regex, Meta(description="What the first line of such a part matches.")]
    end: Annotated[Regex, Meta(description="What its last line matches, at the earliest the next one.")]


class Paths(Strict, kw_only=True, frozen=True):
    """Which files of a project are what. Later lists win: a test file is never source."""

    source: Annotated[Globs, Meta(description="Files whose lines count as source.")] = ()
    tests: Annotated[Globs, Meta(description="Test files; never counted as source.")] = ()
    ignore: Annotated[Globs, Meta(description="Generated files, left out everywhere.")] = ()
    protected: Annotated[
        Globs,
        Meta(description="Files that steer the test runner; an agent may not add or change them."),
    ] = ()
    inline_tests: Annotated[
        InlineTests | None,
        Meta(description="Tests inside of source files, where the language has them: not source."),
    ] = None


Pin = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z0-9._-]+(\[[a-z0-9,._-]+\])?==[A-Za-z0-9.!+]+{END}",
        title="a pinned distribution such as iniconfig==2.0.0",
    ),
]


class ToolCheck(Strict, kw_only=True, frozen=True):
    """A command that shows that a tool is here."""

    run: Annotated[Words, Meta(description="The command, as a list of words.")]
    matches: Annotated[Regex | None, Meta(description="What its output must match.")] = None


class Tools(Strict, kw_only=True, frozen=True):
    """What must be on the machine before a project of this platform can be worked on."""

    python: Annotated[
        tuple[str, ...],
        Meta(
            description="Python distributions put into the workspace from specrun's own installation.",
            max_length=MOST,
        ),
    ] = ()
    commands: Annotated[
        tuple[ToolCheck, ...], Meta(description="Commands that must be here.", max_length=MOST)
    ] = ()
    wheels: Annotated[
        tuple[Pin, ...],
        Meta(
            description="Pinned distributions that `specrun fetch` brings, for pip to install offline.",
            max_length=MOST,
        ),
    ] = ()
