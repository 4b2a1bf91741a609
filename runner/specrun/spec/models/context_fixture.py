"""`kind: context-fixture`: big tool output, the ways to put it before a model, and who looks for what."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from specrun.spec.models.common import Id, Spec, Strict
from specrun.spec.models.payload import Payload
from specrun.spec.values import Regex, Size

ArtifactKind = Literal[
    "tool_output",
    "command_stdout",
    "command_stderr",
    "terminal_transcript",
    "chat_history",
    "compaction_source",
    "context_provider_dump",
]
ContextPolicy = Literal[
    "full", "capped", "reference", "reference+excerpt", "recency", "size-threshold", "relevance", "compaction"
]
FigureName = Literal[
    "inline_characters_before",
    "inline_characters_after",
    "inline_tokens_before",
    "inline_tokens_after",
    "inline_tokens_saved",
    "context_tokens",
    "call_tokens",
    "page_tokens",
    "recovery_tokens",
    "schema_tokens",
    "total_tokens",
    "artifact_bytes",
    "artifact_lines",
    "reads",
    "greps",
    "tails",
    "pages",
    "refused_calls",
    "segments_kept",
    "segments_dropped",
    "segments_probed",
    "decisive_segments",
    "curing_segments",
    "compactions",
]
GraderName = Literal["context-answer", "context-evidence", "context-checks"]
NotEmpty = Annotated[str, Meta(min_length=1)]
Positive = Annotated[int, Meta(ge=1)]
Line = Annotated[int, Meta(ge=1)]


class Spill(Strict, kw_only=True, frozen=True):
    """From which size on tool output becomes an artifact; smaller output stays in the prompt in every arm."""

    lines: Annotated[int, Meta(description="More lines than this are stored.", ge=0)] = 200
    chars: Annotated[int, Meta(description="More characters than this are stored.", ge=0)] = 20_000


class StoreLimits(Strict, kw_only=True, frozen=True):
    """What the artifact store gives at a time."""

    page_lines: Annotated[int, Meta(description="Most lines of a page.", ge=1, le=10_000)] = 200
    page_bytes: Annotated[Size, Meta(description="Most bytes of a page. 64KiB unless given.")] = (
        msgspec.field(default_factory=lambda: Size("64KiB"))
    )
    excerpt_chars: Annotated[int, Meta(description="Most characters of an excerpt.", ge=100)] = 6000
    spill: Annotated[Spill, Meta(description="From which size on output is stored.")] = Spill()


class ArtifactSpec(Strict, kw_only=True, frozen=True):
    """What a tool gave."""

    id: Annotated[Id, Meta(description="The artifact's name in this fixture.")]
    kind: Annotated[ArtifactKind, Meta(description="What kind of output it is.")]
    payload: Annotated[Id, Meta(description="Which of the payloads it holds.")]
    label: Annotated[
        Annotated[str, Meta(max_length=200)] | None,
        Meta(description="What the model is told it is. The title unless given."),
    ] = None
    thread: Annotated[
        Id | None, Meta(description="The thread it belongs to, if not the one that is worked in.")
    ] = None


class Arm(Strict, kw_only=True, frozen=True):
    """One way to put the output before the model."""

    context: Annotated[ContextPolicy, Meta(description="What of the output stands in the prompt.")]
    budget: Annotated[
        Positive | None, Meta(description="Tokens that segments may take in all, for pruning and compaction.")
    ] = None
    segment_lines: Annotated[
        Positive | None,
        Meta(description="Lines of one segment. Unless given, an artifact is one segment."),
    ] = None
    largest: Annotated[
        Positive | None, Meta(description="Tokens of the largest segment that `size-threshold` keeps.")
    ] = None
    hysteresis: Annotated[
        Positive | None,
        Meta(description="Tokens that must be new before `compaction` compacts again."),
    ] = None
    probe: Annotated[
        int,
        Meta(
            description="How many segments are probed by replaying without, or with, them.", ge=0, le=10_000
        ),
    ] = 0


class Call(Strict, kw_only=True, frozen=True):
    """One call of an artifact tool. Exactly one of `read`, `grep` and `tail` names the artifact."""

    alternatives: ClassVar = (("read",), ("grep", "query"), ("tail",))

    read: Annotated[Id | None, Meta(description="Read this artifact, page by page.")] = None
    grep: Annotated[Id | None, Meta(description="Search this artifact.")] = None
    tail: Annotated[Id | None, Meta(description="Show the end of this artifact.")] = None
    query: Annotated[NotEmpty | None, Meta(description="What `grep` looks for.")] = None
    regex: Annotated[bool, Meta(description="Whether the query is a regular expression (RE2).")] = False
    context: Annotated[int, Meta(description="Lines that `grep` shows around a match.", ge=0, le=10)] = 0
    start_line: Annotated[Line, Meta(description="Where `read` begins.")] = 1
    lines: Annotated[
        Positive | None, Meta(description="Lines of a page of `read` or `tail`, matches of one of `grep`.")
    ] = None
    until: Annotated[
        Regex | None,
        Meta(description="`read` and `grep` follow the pages until a line matches, or to the end."),
    ] = None


class AnswerRule(Strict, kw_only=True, frozen=True):
    """What a policy says in the end. It can only say what it has seen."""

    alternatives: ClassVar = (("find",), ("text",))

    find: Annotated[Regex | None, Meta(description="What it looks for in each line it has seen (RE2).")] = (
        None
    )
    text: Annotated[str | None, Meta(description="A fixed answer.")] = None
    take: Annotated[
        Literal["first", "last", "all"],
        Meta(description="Which matches it says; `all` says each once, one a line."),
    ] = "first"
    otherwise: Annotated[str, Meta(description="What it says where nothing matches.")] = ""


class ScriptedPolicy(Strict, kw_only=True, frozen=True):
    """Who acts: it sees what stands in the prompt, makes its calls where there are tools, and answers."""

    title: Annotated[str, Meta(description="One line for people.", max_length=200)] = ""
    calls: Annotated[tuple[Call, ...], Meta(description="Its calls, in order.")] = ()
    answer: Annotated[AnswerRule, Meta(description="What it says in the end.")]


class Expectation(Strict, kw_only=True, frozen=True):
    """What is right."""

    alternatives: ClassVar = (("answer",), ("lines",), ("contains",))

    answer: Annotated[NotEmpty | None, Meta(description="The answer, but for space around it.")] = None
    lines: Annotated[
        Annotated[tuple[NotEmpty, ...], Meta(min_length=1)] | None,
        Meta(description="The lines of the answer, each once and no others, in any order."),
    ] = None
    contains: Annotated[
        Annotated[tuple[NotEmpty, ...], Meta(min_length=1)] | None,
        Meta(description="What the answer must contain, all of it."),
    ] = None
    offered: Annotated[
        bool, Meta(description="Whether the prompt names the answer, as one of its choices.")
    ] = False
    evidence: Annotated[
        dict[Id, tuple[Line, ...]],
        Meta(description="By artifact, the lines that must have been seen to know it."),
    ] = {}


class Check(Strict, kw_only=True, frozen=True):
    """Something that must hold in some arms, for some policies."""

    alternatives: ClassVar = (
        ("has",),
        ("lacks",),
        ("fetched",),
        ("figure", "max"),
        ("figure", "min"),
        ("figure", "equals"),
        ("skips",),
    )

    id: Annotated[Id, Meta(description="Its name in reports.")]
    has: Annotated[NotEmpty | None, Meta(description="Text that stands in the prompt.")] = None
    lacks: Annotated[NotEmpty | None, Meta(description="Text that does not stand in the prompt.")] = None
    fetched: Annotated[
        dict[Id, tuple[Line, ...]] | None, Meta(description="By artifact, lines that calls have shown.")
    ] = None
    figure: Annotated[FigureName | None, Meta(description="A measured figure.")] = None
    max: Annotated[int | None, Meta(description="The most it may be.")] = None
    min: Annotated[int | None, Meta(description="The least it may be.")] = None
    equals: Annotated[int | None, Meta(description="What it must be.")] = None
    skips: Annotated[
        tuple[Literal["prune_sufficient", "hysteresis"], ...] | None,
        Meta(description="The only reasons for which a compaction may be skipped; at least one must be."),
    ] = None
    arms: Annotated[tuple[Id, ...], Meta(description="In these arms; in all unless given.")] = ()
    policies: Annotated[tuple[Id, ...], Meta(description="For these policies; for all unless given.")] = ()


class Mutant(Strict, kw_only=True, frozen=True):
    """A policy that is wrong on purpose, and must be noticed: it shows that the fixture can tell."""

    of: Annotated[Id, Meta(description="The policy that it changes.")]
    arm: Annotated[Id, Meta(description="The arm that it works in.")]
    calls: Annotated[tuple[Call, ...] | None, Meta(description="The calls it makes instead.")] = None
    answer: Annotated[AnswerRule | None, Meta(description="What it says instead.")] = None
    must_fail: Annotated[
        tuple[GraderName, ...], Meta(description="The graders that must fail it.", min_length=1)
    ] = ("context-answer",)


class ClaimedFigure(Strict, kw_only=True, frozen=True):
    """A figure that somebody else states. It is shown as a claim, never as a result."""

    name: Annotated[str, Meta(description="What it is.", min_length=1, max_length=80)]
    value: Annotated[int | float, Meta(description="The number.")]
    source: Annotated[str, Meta(description="Who says so, and where.", min_length=1, max_length=200)]


class ContextFixture(Spec, kw_only=True, frozen=True):
    """Big tool output with something in it that must be found."""

    kind: Annotated[Literal["context-fixture"], Meta(description="What this spec describes.")]
    prompt: Annotated[str, Meta(description="What is asked.", min_length=1, max_length=100_000)]
    payloads: Annotated[dict[Id, Payload], Meta(description="The bytes of the artifacts.", min_length=1)]
    artifacts: Annotated[
        tuple[ArtifactSpec, ...], Meta(description="What the tools gave, in order.", min_length=1)
    ]
    store: Annotated[StoreLimits, Meta(description="What the artifact store gives at a time.")] = (
        msgspec.field(default_factory=StoreLimits)
    )
    arms: Annotated[
        dict[Id, Arm], Meta(description="The ways to put the output before the model.", min_length=1)
    ]
    baseline: Annotated[Id, Meta(description="The arm that the others are compared with.")]
    policies: Annotated[dict[Id, ScriptedPolicy], Meta(description="Who acts.", min_length=1)]
    expect: Annotated[Expectation, Meta(description="What is right.")]
    checks: Annotated[tuple[Check, ...], Meta(description="What else must hold.")] = ()
    mutants: Annotated[
        dict[Id, Mutant], Meta(description="Wrong policies that must be noticed.", min_length=1)
    ]
    claims: Annotated[tuple[ClaimedFigure, ...], Meta(description="What others state.")] = ()
    smoke: Annotated[
        bool, Meta(description="Whether an agent that does nothing may pass: it only shows that it runs.")
    ] = False
