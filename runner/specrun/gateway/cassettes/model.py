"""What a cassette holds: a header, and then a line for every exchange and every attempt that failed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from specrun.gateway.wire.base import ProtocolName

FORMAT: Literal["specrun/cassette/v1"] = "specrun/cassette/v1"
FILE, BLOBS = "cassette.jsonl", "blobs"
"""Names within the folder of a cassette."""

STANDALONE = "standalone"
"""What a gateway without a run has for the case: it knows nothing of who asks, and replays anything."""

INLINE = 16 * 1024
"""Bytes of a content above which it goes into a blob."""

PART = 1024
"""Bytes of a part of a request that is too long for its line, above which the part has a blob of its own."""

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]
Source = Literal["scripted", "provider"]


class CassetteError(ValueError):
    """A cassette that cannot be used. The message is one line, and names the file."""


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown fields are errors: a cassette is never half understood."""


class Header(_Strict, frozen=True, kw_only=True, tag_field="line", tag="header"):
    """The first line: what was recorded, and how."""

    format: Annotated[Literal["specrun/cassette/v1"], Meta(description="The version of this format.")] = (
        FORMAT
    )
    normaliser: Annotated[Count, Meta(description="The version of the rules that made the keys.")]
    source: Annotated[
        Source,
        Meta(description="Who answered. A scripted model shows the machinery and measures no model."),
    ]
    case: Annotated[str, Meta(description="The case of the trial.")]
    agent: Annotated[str, Meta(description="The agent, with its version.")]
    model: Annotated[str, Meta(description="The alias of the model in specs.")]
    repetition: Annotated[int, Meta(ge=1, description="The number of the repetition.")]


class Content(_Strict, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is short enough to stand here, or the name of its blob. One of the three is given."""

    text: Annotated[str | None, Meta(description="As it is.")] = None
    json: Annotated[Any, Meta(description="A value; its blob is indented.")] = None
    blob: Annotated[Sha256 | None, Meta(description="SHA-256 of the file with it in `blobs/`.")] = None


class Exchange(_Strict, frozen=True, kw_only=True, tag_field="line", tag="exchange"):
    """A request, and the answer that it got."""

    key: Annotated[Sha256, Meta(description="SHA-256 of protocol, root and chain: what it is found by.")]
    protocol: ProtocolName
    model: Annotated[str, Meta(description="The model that the agent asked for. It breaks ties.")]
    tools: Annotated[Sha256, Meta(description="SHA-256 of the names of its tools. It breaks ties.")]
    root: Annotated[str, Meta(description="The user's last words before the model's first.")]
    chain: Annotated[tuple[str, ...], Meta(description="What the model has said and called so far.")]
    last: Annotated[str, Meta(description="The user's last words since then, if any. They break ties.")]
    again: Annotated[bool, Meta(description="Whether the very same request had been answered before.")]
    request_sha256: Annotated[Sha256, Meta(description="Of the normal form, as canonical JSON.")]
    request: Annotated[Content, Meta(description="Its normal form. `⟦blob⟧` names the file of a long part.")]
    status: Annotated[int, Meta(ge=200, le=299, description="Failed attempts are notes.")]
    content_type: str
    stream: Annotated[bool, Meta(description="Whether the body is a stream of events.")]
    body: Annotated[Content, Meta(description="The answer as it came, but for placeholders.")]
    reply: Annotated[Content, Meta(description="What the answer says, in the form of every protocol.")]


class Note(_Strict, frozen=True, kw_only=True, tag_field="line", tag="note"):
    """An attempt that failed. It is not replayed."""

    key: Sha256
    status: int
    notes: Annotated[tuple[str, ...], Meta(description="What was wrong.")]


Line = Header | Exchange | Note
