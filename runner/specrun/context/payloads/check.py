"""What is wrong with the payloads of a fixture, found without generating them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specrun.context.payloads.expansion import expansion_faults
from specrun.context.payloads.registry import generator_of
from specrun.spec.problems import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from specrun.context.payloads.base import Fault
    from specrun.spec.document import DataPath
    from specrun.spec.models.payload import Payload


def payload_problems(payloads: Mapping[str, Payload]) -> Iterator[Fault]:
    """Everything that is wrong and that the types of the models cannot tell.

    Gives the path of the fault, starting with a payload's name, and a message: unknown names and
    placeholders, payloads that are made of themselves, replacements out of range or of one position, files
    without a pin.
    """
    for name, payload in payloads.items():
        for path, part in _below(payload, (name,)):
            if isinstance(part, str):
                yield from _name_faults(part, path, payloads)
            else:
                yield from _own_faults(part, path)
    yield from expansion_faults(payloads)


def named_parts(payloads: Mapping[str, Payload]) -> set[str]:
    """The names of payloads that others are made of."""
    parts = (part for name, payload in payloads.items() for _, part in _below(payload, (name,)))
    return {part for part in parts if isinstance(part, str)}


def _below(part: str | Payload, path: DataPath) -> Iterator[tuple[DataPath, str | Payload]]:
    """A payload with everything that is written inside it, and every name there, but not what they name."""
    yield path, part
    if not isinstance(part, str):
        key, generator, declared = generator_of(part)
        for steps, child in generator.parts(declared):
            yield from _below(child, (*path, key, *steps))


def _own_faults(payload: Payload, path: DataPath) -> Iterator[Fault]:
    """What is wrong with one payload itself."""
    key, generator, declared = generator_of(payload)
    for steps, message in generator.faults(declared):
        yield (*path, key, *steps), message
    if payload.file is not None and (payload.pin is None or payload.pin.sha256 is None):
        yield (*path, "file"), "a file needs a pin: add 'pin: {sha256: ...}' beside it"
    yield from _replacement_faults(payload, path)


def _replacement_faults(payload: Payload, path: DataPath) -> Iterator[Fault]:
    """Texts over the same bytes, or past the end as far as it is known."""
    size = payload.pin.bytes if payload.pin is not None else None
    placed = sorted(
        (each.at, each.at + len(each.text.encode()), index) for index, each in enumerate(payload.replace)
    )
    after = 0
    for at, stop, index in placed:
        where = (*path, "replace", index, "at")
        if at < after:
            yield where, f"another text is already over byte {at}"
        elif size is not None and stop > size:
            yield where, f"this text goes past the end: there are {size} bytes"
        after = max(after, stop)


def _name_faults(name: str, path: DataPath, payloads: Mapping[str, Payload]) -> Iterator[Fault]:
    if name not in payloads:
        hint = did_you_mean(name, payloads) or f" (there are: {', '.join(sorted(payloads))})"
        yield path, f"unknown payload {quoted(name)}{hint}"
