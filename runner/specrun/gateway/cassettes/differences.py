"""Where two requests differ, in a few lines that people can read."""

from __future__ import annotations

from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING, Any

from specrun.gateway.wire.registry import WIRES
from specrun.spec.digest import canonical_json
from specrun.spec.problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from specrun.gateway.wire.base import Item, ProtocolName

_MOST = 3
"""Items that are shown of those that differ."""
_WIDTH = 160
"""Characters of a line that are shown."""
_CONVERSATION = frozenset({"messages", "input", "system", "instructions", "tools"})


def differences(protocol: ProtocolName, recorded: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    """How the normal form of a request differs from the one that was recorded; empty if it does not.

    Of the first items that differ, the first lines that do; of all else, the names of the fields.
    """
    asks = [WIRES[protocol].read_ask(canonical_json(request)) for request in (recorded, now)]
    found = list(_items(asks[0].items, asks[1].items))
    shown = [line for lines in found[:_MOST] for line in lines]
    if len(found) > _MOST:
        shown.append(f"and {len(found) - _MOST} more items")
    gone, new = (sorted(set(one.tools) - set(other.tools)) for one, other in (asks, asks[::-1]))
    for name, tools in (("recorded", gone), ("now", new)):
        if tools:
            shown.append(_cut(f"tools only {name}: {', '.join(tools)}"))
    if not gone and not new and recorded.get("tools") != now.get("tools"):
        shown.append("tools: other descriptions or another order")
    fields = [
        name for name in sorted({*recorded, *now} - _CONVERSATION) if recorded.get(name) != now.get(name)
    ]
    if fields:
        shown.append(_cut(f"fields: {', '.join(fields)}"))
    if not shown and recorded != now:
        shown.append("the conversation is written in another way")
    return tuple(shown)


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many items two chains begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def chain_differences(recorded: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """The first of the model's items that differs; empty if none does."""
    same = alike(recorded, now)
    if len(recorded) == len(now) == same:
        return ()
    return (
        f"the model's item {same + 1}",
        _cut(f"  recorded: {recorded[same] if same < len(recorded) else 'none'}"),
        _cut(f"  now:      {now[same] if same < len(now) else 'none'}"),
    )


def _items(recorded: tuple[Item, ...], now: tuple[Item, ...]) -> Iterator[list[str]]:
    for number, (one, other) in enumerate(zip_longest(recorded, now), 1):
        if one == other:
            continue
        what, before, after = _what(other or one), _lines(one), _lines(other)
        if _what(one) != _what(other):
            before, after = [_what(one)], [_what(other)]
        pairs = enumerate(zip_longest(before, after), 1)
        line, (old, new) = next((found for found in pairs if found[1][0] != found[1][1]), (1, ("", "")))
        yield [
            f"item {number} ({what})" + (f", line {line}" if max(len(before), len(after)) > 1 else ""),
            _cut(f"  recorded: {'none' if old is None else old}"),
            _cut(f"  now:      {'none' if new is None else new}"),
        ]


def _lines(item: Item | None) -> list[str]:
    """All that an item says."""
    return f"{item.text}{item.arguments or ''}{item.sealed or ''}".split("\n") if item else []


def _what(item: Item | None) -> str:
    """What an item is."""
    if item is None:
        return "none"
    kind = item.kind.replace("_", " ") if item.kind != "text" else f"text of {item.author}"
    return " ".join(filter(None, (kind, item.form, item.name, item.call_id)))


def _cut(line: str) -> str:
    """A line that keeps to one line of a terminal or two."""
    line = printable(line)
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}..."
