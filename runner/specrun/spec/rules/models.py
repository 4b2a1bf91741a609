"""A script of a model says something, and every part of it can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specrun.spec.rules.base import items_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.spec.document import DataPath
    from specrun.spec.rules.base import Broken


def unreachable_lines(data: dict[str, Any]) -> Iterator[Broken]:
    """Conversations and rules behind one that fits whatever is said."""
    conversations = items_at(data, "conversations")
    yield from _behind(conversations, "prompt", "conversations", ())
    for number, conversation in enumerate(conversations):
        yield from _behind(items_at(conversation, "rules"), "seen", "rules", ("conversations", number))


def _behind(items: list[Any], condition: str, name: str, where: DataPath) -> Iterator[Broken]:
    """The items behind the first one without the condition."""
    always = (number for number, item in enumerate(items) if _fits_always(item, condition))
    first = next(always, len(items))
    for number in range(first + 1, len(items)):
        message = f"{name}[{first}] has no {condition!r} and fits always: this one would have no effect"
        yield (*where, name, number), message


def _fits_always(item: Any, condition: str) -> bool:
    return isinstance(item, dict) and item.get(condition) is None


def wrong_answers(data: dict[str, Any]) -> Iterator[Broken]:
    """Answers that say nothing, or contradict themselves."""
    for number, conversation in enumerate(items_at(data, "conversations")):
        for key in ("turns", "rules"):
            for index, answer in enumerate(items_at(conversation, key)):
                if isinstance(answer, dict):
                    yield from _wrong_answer(answer, ("conversations", number, key, index))


def _wrong_answer(answer: dict[str, Any], where: DataPath) -> Iterator[Broken]:
    if answer.get("say") is None and answer.get("calls") in (None, []):
        yield where, "this answer says nothing: give 'say' or 'calls'"
    for number, call in enumerate(items_at(answer, "calls")):
        if value_at(call, "text") is not None and value_at(call, "arguments"):
            yield (*where, "calls", number, "text"), "a call has either 'arguments' or 'text', not both"
    for number, fault in enumerate(items_at(answer, "faults")):
        if value_at(fault, "retry_after") is not None and value_at(fault, "status") is None:
            yield (*where, "faults", number, "retry_after"), "'retry_after' goes with a 'status'"
    output, reasoning = (value_at(answer, "usage", key) for key in ("output", "reasoning"))
    if type(output) is int and type(reasoning) is int and reasoning > output:
        message = f"'output' counts the {reasoning} tokens of reasoning too, and is only {output}"
        yield (*where, "usage", "reasoning"), message
