"""`kind: model`: what an agent talks to, by way of specrun's gateway and in no other way."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from specrun.spec.models.common import MOST, Spec, Strict, VariableName
from specrun.spec.values import Duration, Regex, Text

ModelName = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^\S+$", title="a name without spaces")
]

_Count = Annotated[int, Meta(ge=0, le=10**9)]
_Status = Annotated[int, Meta(ge=400, le=599)]
_Seconds = Annotated[int, Meta(ge=0, le=3600)]
_Words = Annotated[str, Meta(max_length=1_000_000)]


class BaseUrl(Text):
    """Where a provider answers. Never a user, a key or a query."""

    __slots__ = ()
    longest = 2000
    pattern = r"^https?://[^/?#@\s]+(/[^?#\s]*)?$"
    example = "https://provider.example/v1"
    meaning = "a base URL without user, query and fragment"


class Model(Spec, kw_only=True, frozen=True):
    """What every model has."""

    kind: Annotated[Literal["model"], Meta(description="What this spec describes.")]
    name: Annotated[
        ModelName,
        Meta(description="What agents ask for, ${llm.model}, and what the provider and the prices call it."),
    ]


class Endpoint(Strict, kw_only=True, frozen=True):
    """Where a model answers in one protocol."""

    base_url: Annotated[
        BaseUrl,
        Meta(description="As the provider's own SDK takes it: OpenAI's ends in /v1, Anthropic's not."),
    ]
    key_env: Annotated[
        VariableName | None,
        Meta(description="The variable of specrun's own environment with the key. None: it wants no key."),
    ] = None


class Endpoints(Strict, kw_only=True, frozen=True):
    """By protocol. An agent can use the protocols that are given."""

    chat: Annotated[Endpoint | None, Meta(description="OpenAI Chat Completions, and embeddings.")] = None
    responses: Annotated[Endpoint | None, Meta(description="OpenAI Responses.")] = None
    messages: Annotated[Endpoint | None, Meta(description="Anthropic Messages.")] = None


class ProviderModel(Model, kw_only=True, frozen=True):
    """A model of a provider."""

    type: Annotated[Literal["provider"], Meta(description="Which type of model this is.")]
    endpoints: Annotated[Endpoints, Meta(description="Where it answers, by protocol.")]
    names: Annotated[
        dict[ModelName, ModelName],
        Meta(
            description="Other names that agents ask for, to the provider's; the rest get this model.",
            max_length=MOST,
        ),
    ] = {}


class ScriptedUsage(Strict, kw_only=True, frozen=True):
    """The tokens that a scripted answer claims to have used, none of them in two counts."""

    input: Annotated[_Count, Meta(description="Tokens of the prompt that were not cached.")]
    output: Annotated[_Count, Meta(description="Tokens of the answer, reasoning included.")]
    cache_read: Annotated[_Count, Meta(description="Tokens of the prompt read from a cache.")] = 0
    cache_write: Annotated[_Count, Meta(description="Tokens of the prompt written to a cache.")] = 0
    reasoning: Annotated[_Count, Meta(description="Tokens of the answer that were reasoning.")] = 0


class ScriptedCall(Strict, kw_only=True, frozen=True):
    """A tool that the model wants to be called."""

    tool: Annotated[str, Meta(description="The tool's name.", min_length=1, max_length=200)]
    arguments: Annotated[
        dict[str, Any], Meta(description="Its arguments, as the tool takes them.", max_length=MOST)
    ] = {}
    text: Annotated[
        str | None, Meta(description="In place of arguments: the text that a free-form tool takes.")
    ] = None


class Fault(Strict, kw_only=True, frozen=True):
    """An attempt that goes wrong before the answer is given."""

    alternatives: ClassVar = (("status",), ("cut",), ("malformed",))

    status: Annotated[_Status | None, Meta(description="An error with this status.")] = None
    retry_after: Annotated[
        _Seconds | None, Meta(description="With a status: seconds that the client is asked to wait.")
    ] = None
    cut: Annotated[
        _Count | None, Meta(description="The connection breaks after so many events of the answer.")
    ] = None
    malformed: Annotated[
        Literal[True] | None, Meta(description="The answer is no JSON, and no event stream.")
    ] = None


class ScriptedAnswer(Strict, kw_only=True, frozen=True):
    """What the model says once: words, tool calls, or both."""

    say: Annotated[_Words | None, Meta(description="Its words.")] = None
    think: Annotated[_Words | None, Meta(description="Its reasoning before them.")] = None
    calls: Annotated[
        tuple[ScriptedCall, ...], Meta(description="The tools to be called.", max_length=MOST)
    ] = ()
    usage: Annotated[
        ScriptedUsage | Literal["none"] | None,
        Meta(
            description="What it claims to have used; `none`: it says nothing of it. "
            "Otherwise a token for every 4 characters of request and answer."
        ),
    ] = None
    faults: Annotated[
        tuple[Fault, ...],
        Meta(description="What goes wrong with the first attempts to get it.", max_length=MOST),
    ] = ()
    pause: Annotated[Duration | None, Meta(description="Time before each event of a stream.")] = None


class ScriptedRule(ScriptedAnswer, kw_only=True, frozen=True):
    """An answer to whatever has certain words in it."""

    seen: Annotated[
        Regex | None,
        Meta(description="Found in what was said since the model's last words; unless given: anything."),
    ] = None


_Turns = Annotated[tuple[ScriptedAnswer, ...], Meta(min_length=1, max_length=MOST)]
_Rules = Annotated[tuple[ScriptedRule, ...], Meta(min_length=1, max_length=MOST)]


class Conversation(Strict, kw_only=True, frozen=True):
    """What the model says in conversations that begin in a certain way."""

    alternatives: ClassVar = (("turns",), ("rules",))

    prompt: Annotated[
        Regex | None,
        Meta(description="Found in a text of the user, with which it begins; unless given: all others."),
    ] = None
    turns: Annotated[_Turns | None, Meta(description="Its answers in order: the n-th time it speaks.")] = None
    rules: Annotated[_Rules | None, Meta(description="The first that fits answers, every time.")] = None


class ScriptedModel(Model, kw_only=True, frozen=True):
    """A model that says what is written here. It shows the machinery, and measures nothing."""

    type: Annotated[Literal["scripted"], Meta(description="Which type of model this is.")]
    conversations: Annotated[
        tuple[Conversation, ...],
        Meta(description="The first that fits is followed.", min_length=1, max_length=MOST),
    ]
