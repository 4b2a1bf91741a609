"""The tools as a model sees them, and the one way to call them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import Meta

from specrun.artifacts.content import Content
from specrun.artifacts.grepping import MOST_CONTEXT, grep
from specrun.artifacts.model import ArtifactError
from specrun.artifacts.page import Limits, Page
from specrun.artifacts.reading import read, tail
from specrun.artifacts.store import ArtifactStore
from specrun.spec.problems import did_you_mean, quoted

_TYPES = {
    "int": "an integer",
    "float": "a number with a fraction",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}

ArtifactId = Annotated[str, Meta(description="The id of the artifact: artifact-...")]


class ReadArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read consecutive lines of an artifact, with their numbers. The footer names the next start_line."""

    artifact: ArtifactId
    start_line: Annotated[int, Meta(description="The first line, counted from 1.")] = 1
    limit: Annotated[
        int | msgspec.UnsetType, Meta(description="How many lines; a page's worth if left out.")
    ] = msgspec.UNSET
    column: Annotated[
        int,
        Meta(
            description="The first character of that line, counted from 1: to go on in a line that was cut."
        ),
    ] = 1


class GrepArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Find the lines of an artifact that contain a text. Case matters. The footer names the next offset."""

    artifact: ArtifactId
    query: Annotated[str, Meta(description="The text to find within a line, or a pattern if regex is true.")]
    offset: Annotated[int, Meta(description="How many matching lines to skip.")] = 0
    limit: Annotated[
        int | msgspec.UnsetType, Meta(description="How many matching lines; a page's worth if left out.")
    ] = msgspec.UNSET
    regex: Annotated[bool, Meta(description="Whether query is a regular expression in RE2 syntax.")] = False
    context: Annotated[
        int, Meta(description=f"Lines to show before and after each match, at most {MOST_CONTEXT}.")
    ] = 0


class TailArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read the last lines of an artifact, with their numbers."""

    artifact: ArtifactId
    lines: Annotated[
        int | msgspec.UnsetType, Meta(description="How many lines; a page's worth if left out.")
    ] = msgspec.UNSET


class Tool(msgspec.Struct, frozen=True):
    """A tool."""

    arguments: type[ReadArguments] | type[GrepArguments] | type[TailArguments]
    run: Callable[..., Page]


TOOLS: dict[str, Tool] = {
    "read": Tool(ReadArguments, read),
    "grep": Tool(GrepArguments, grep),
    "tail": Tool(TailArguments, tail),
}
"""Every tool by its name."""


class Sees(Protocol):
    """What a thread may see, and how much of it at once."""

    @property
    def limits(self) -> Limits:
        """How much one page holds."""

    def open(self, artifact_id: str) -> AbstractContextManager[Content]:
        """Open an artifact. Raises ArtifactError for one that the thread does not have."""


class View(msgspec.Struct, frozen=True):
    """What one thread may see of a store."""

    store: ArtifactStore
    thread: str
    limits: Limits = Limits()

    def open(self, artifact_id: str) -> Content:
        """Open an artifact. Raises ArtifactError and OSError as the store does."""
        return self.store.open(self.thread, artifact_id)


def call(view: Sees, tool: str, args: Mapping[str, object]) -> Page:
    """Call a tool.

    A wrong call gives a page that is `refused` and says what to do; nothing is raised for it. Raises OSError
    where the system fails.
    """
    if tool not in TOOLS:
        names = ", ".join(TOOLS)
        return _refusal(
            tool, args, f"no tool is called {quoted(tool)}{did_you_mean(tool, TOOLS)} (there are {names})"
        )
    chosen = TOOLS[tool]
    try:
        parsed = _parse(chosen, args)
        options = {
            name: value
            for name, value in msgspec.structs.asdict(parsed).items()
            if value is not msgspec.UNSET
        }
        with view.open(options.pop("artifact")) as content:
            return chosen.run(content, view.limits, **options)
    except ArtifactError as error:
        return _refusal(tool, args, f"{tool}: {error}")


def definitions() -> list[dict[str, Any]]:
    """The tools as models are told of them: `name`, `description` and `inputSchema`, a JSON Schema."""
    return [
        {"name": name, "description": tool.arguments.__doc__, "inputSchema": _schema(tool)}
        for name, tool in TOOLS.items()
    ]


def _schema(tool: Tool) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([tool.arguments], ref_template="{name}")
    found = dict(components[schema["$ref"]])
    return {key: value for key, value in found.items() if key not in ("title", "description")}


def _parse(tool: Tool, args: Mapping[str, object]) -> msgspec.Struct:
    """The arguments by type; null is left out. Raises ArtifactError that names the first wrong one."""
    known = tool.arguments.__struct_fields__
    for name in args:
        if name not in known:
            near = did_you_mean(name, known) or f"; it takes {', '.join(known)}"
            raise ArtifactError(f"no argument is called {quoted(name)}{near}")
    given = {name: _whole(value) for name, value in args.items() if value is not None}
    try:
        return msgspec.convert(given, tool.arguments)
    except msgspec.ValidationError as error:
        raise ArtifactError(_reason(str(error))) from None


def _whole(value: object) -> object:
    """JSON Schema takes 5.0 as an integer, and some models write it so."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _reason(message: str) -> str:
    """What msgspec found wrong, in the words of JSON."""
    if missing := re.fullmatch("Object missing required field `(.+)`", message):
        return f"{missing[1]} is missing"
    reason, _, place = message.partition(" - at `$.")
    for name, words in _TYPES.items():
        reason = reason.replace(f"`{name}`", words)
    return f"{place.rstrip('`')}: {reason[:1].lower()}{reason[1:]}"


def _refusal(tool: str, args: Mapping[str, object], message: str) -> Page:
    given = args.get("artifact")
    artifact = given if isinstance(given, str) else ""
    return Page(tool=tool, artifact=artifact, text=f"[error: {message}]", refused=True)
