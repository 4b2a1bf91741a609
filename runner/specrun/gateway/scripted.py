"""Models that say what a spec says: they show the machinery, and measure nothing. No socket is needed."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

import msgspec

from specrun.gateway.scripted_faults import broken
from specrun.gateway.stub import rendered
from specrun.gateway.upstream import UpstreamError
from specrun.gateway.usage import Usage, estimated
from specrun.gateway.wire.base import Item, Reply
from specrun.gateway.wire.errors import error
from specrun.measure.tokens import estimate
from specrun.spec.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from specrun.gateway.stub import Fault
    from specrun.gateway.wire.base import Ask
    from specrun.spec.models import ScriptedModel
    from specrun.spec.models.model import Conversation, ScriptedAnswer, ScriptedCall
    from specrun.spec.models.model import Fault as Declared
    from specrun.spec.values import Regex


class Scripted:
    """A `Model` of a stub. What it says follows from the request alone, but for faults.

    It counts the attempts to get an answer that has faults, so every trial needs one of its own.
    """

    def __init__(self, spec: ScriptedModel) -> None:
        self._spec = spec
        self._attempts: Counter[str] = Counter()

    async def answer(self, ask: Ask, body: bytes) -> Reply | Fault:
        """What the script says next.

        Raises UpstreamError where it says nothing, with the status that makes the most agents give up.
        """
        try:
            said = self._next(ask)
        except _SilentError as silent:
            message = f"the script of model {self._spec.name} {silent}"
            # As good as a recording that is missing: to ask again is of no use.
            final = error(ask.protocol, "miss", message).status
            raise UpstreamError(message, sent=False, status=final) from None
        reply = _reply(said, len(body.decode(errors="replace")))
        fault = self._fault(said, ask)
        if fault is None and said.pause is None:
            return reply
        # The model's items are more each time, so that ids made of them are new in the conversation.
        answer = rendered(reply, ask, digest(_items_of_model(ask)))
        if said.pause is not None:
            answer = msgspec.structs.replace(answer, pause=said.pause.seconds)
        return broken(fault, ask, answer) if fault else answer

    def _fault(self, said: ScriptedAnswer, ask: Ask) -> Declared | None:
        """What goes wrong with this attempt. The same words come before every attempt to get an answer."""
        if not said.faults:
            return None
        question = digest([_before_model(ask), _items_of_model(ask)])
        attempt = self._attempts[question]
        self._attempts[question] += 1
        return said.faults[attempt] if attempt < len(said.faults) else None

    def _next(self, ask: Ask) -> ScriptedAnswer:
        """The answer to a request. Raises _SilentError."""
        if ask.previous_id:
            raise _SilentError("knows no earlier replies: the whole conversation must be sent")
        begin, number = _begun(self._spec.conversations, ask.items)
        said = _said_in(self._spec.conversations[number], f"conversations[{number}]", ask.items[begin:])
        if ask.protocol == "messages" and any(call.text is not None for call in said.calls):
            raise _SilentError("calls a tool with free text, which the messages protocol does not have")
        return said


class _SilentError(Exception):
    """There is no answer. The message goes on behind the name of the script."""


def _said_in(conversation: Conversation, place: str, items: Sequence[Item]) -> ScriptedAnswer:
    """The answer that a conversation has. Raises _SilentError, which names its place."""
    if conversation.turns is not None:
        taken = _turns_taken(items)
        if taken >= len(conversation.turns):
            raise _SilentError(f"has no turn {taken + 1} for this conversation, which is {place}")
        return conversation.turns[taken]
    texts = _heard_since(items)
    for rule in conversation.rules or ():
        if _found(rule.seen, texts):
            return rule
    raise _SilentError(f"has no rule for what was said last in this conversation, which is {place}")


def _turns_taken(items: Iterable[Item]) -> int:
    """How often the model has spoken. All that it said without a pause is one turn, reasoning alone none."""
    runs = groupby(items, key=lambda item: item.author == "assistant")
    return sum(any(item.kind != "reasoning" for item in run) for by_model, run in runs if by_model)


def _heard_since(items: Sequence[Item]) -> list[str]:
    """What users and tools said since the model's last item."""
    since = takewhile(lambda item: item.author != "assistant", reversed(items))
    return [item.text for item in since if _is_users(item) or item.kind == "tool_result"]


def _begun(conversations: Sequence[Conversation], items: Sequence[Item]) -> tuple[int, int]:
    """Where the conversation begins, and the number of its script: of several the one that begins first.

    That need not be before the model's first words: some agents put words into its mouth beforehand. Raises
    _SilentError.
    """
    begun = [
        (place, number)
        for number, conversation in enumerate(conversations)
        if conversation.prompt is not None
        for place, item in enumerate(items)
        if _is_users(item) and _found(conversation.prompt, [item.text])
    ]
    always = [(0, number) for number, conversation in enumerate(conversations) if conversation.prompt is None]
    if not begun and not always:
        raise _SilentError("has no conversation that begins like this one")
    return min(begun or always)


def _found(wanted: Regex | None, texts: Iterable[str]) -> bool:
    """Whether a pattern is found in one of the texts. Without a pattern: yes."""
    if wanted is None:
        return True
    import re2

    return any(re2.search(str(wanted), text) for text in texts)


def _before_model(ask: Ask) -> list[str]:
    """What users said before the model's first item."""
    before = takewhile(lambda item: item.author != "assistant", ask.items)
    return [item.text for item in before if _is_users(item)]


def _is_users(item: Item) -> bool:
    return item.author == "user" and item.kind == "text"


def _items_of_model(ask: Ask) -> list[Item]:
    """What the model said and called, without its reasoning, which not every agent sends back."""
    return [item for item in ask.items if item.author == "assistant" and item.kind != "reasoning"]


def _reply(said: ScriptedAnswer, asked: int) -> Reply:
    """The answer to a request of so many characters. The protocol fills in the rest."""
    reply = Reply(items=tuple(_items(said)))
    return msgspec.structs.replace(reply, usage=_usage(said, asked, reply.characters))


def _items(said: ScriptedAnswer) -> Iterator[Item]:
    if said.think is not None:
        yield Item(kind="reasoning", author="assistant", text=said.think)
    if said.say is not None:
        yield Item(kind="text", author="assistant", text=said.say)
    for call in said.calls:
        yield _call(call)


def _call(call: ScriptedCall) -> Item:
    free = call.text is not None
    arguments = call.text if free else msgspec.json.encode(call.arguments).decode()
    form = "custom" if free else None
    return Item(kind="tool_call", author="assistant", name=call.tool, arguments=arguments, form=form)


def _usage(said: ScriptedAnswer, asked: int, answered: int) -> Usage | None:
    """What the model claims to have used. It claims its estimate as if it had counted."""
    if said.usage == "none":
        return None
    if said.usage is None:
        thought = estimate(len(said.think or ""))
        guess = estimated(asked, answered)
        return msgspec.structs.replace(guess, reasoning_tokens=thought, estimated=False)
    return Usage(
        input_tokens=said.usage.input,
        cache_read_tokens=said.usage.cache_read,
        cache_write_tokens=said.usage.cache_write,
        cache_write_long_tokens=0,
        output_tokens=said.usage.output,
        reasoning_tokens=said.usage.reasoning,
    )
