"""Replies of every kind that a protocol can say, and streams cut anywhere."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from specrun.gateway.usage import KINDS, Usage
from specrun.gateway.wire.base import Ask, Item, Reply
from specrun.gateway.wire.loose import as_json

some = st.text(min_size=1, max_size=120)
counts = st.none() | st.integers(0, 10**9)
usages = st.fixed_dictionaries(dict.fromkeys(KINDS, counts)).map(lambda found: Usage(**found))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(st.text(max_size=9), json_values, max_size=3).map(as_json)


def said(kind="text", text=some, **more):
    return st.builds(Item, kind=st.just(kind), author=st.just("assistant"), text=text, **more)


def calls(arguments, forms=(None,)):
    more = {"name": some, "call_id": some, "arguments": arguments, "form": st.sampled_from(forms)}
    return said("tool_call", st.just(""), **more)


def others(form):
    """A block that the gateway knows nothing of."""
    values = st.builds(
        lambda call_id, value: {"type": form, "call_id": call_id, "value": value}, some, json_values
    )
    return values.map(
        lambda value: Item(
            kind="other",
            author="assistant",
            text=as_json(value),
            form=form,
            call_id=value["call_id"] if form == "web_search_call" else None,
        )
    )


refusals = said(form=st.just("refusal"))
sealed = st.none() | some

ITEMS = {
    "chat": st.tuples(
        st.lists(said("reasoning"), max_size=1),
        st.lists(said(), max_size=1),
        st.lists(refusals, max_size=1),
        st.lists(calls(st.text(max_size=120), (None, "custom")), max_size=3),
    ).map(lambda lists: tuple(item for items in lists for item in items)),
    "responses": st.lists(
        said(text=st.text(max_size=120))
        | refusals
        | said("reasoning", st.text(max_size=120), sealed=sealed)
        | calls(st.text(max_size=120), (None, "custom"))
        | others("web_search_call"),
        max_size=4,
    ).map(tuple),
    "messages": st.lists(
        said(text=st.text(max_size=120))
        | said("reasoning", st.text(max_size=120), sealed=sealed)
        | said("reasoning", st.just(""), form=st.just("redacted_thinking"), sealed=some)
        | calls(json_objects)
        | others("server_tool_use"),
        max_size=4,
    ).map(tuple),
}
STOPS = {
    "chat": ("stop", "tool_calls", "length"),
    "responses": ("completed", "max_output_tokens", "failed"),
    "messages": ("end_turn", "tool_use", "max_tokens"),
}


def replies(protocol):
    return st.builds(
        Reply,
        items=ITEMS[protocol],
        model=some,
        id=some,
        stop_reason=st.sampled_from(STOPS[protocol]),
        usage=usages.map(lambda usage: None if usage == Usage() else usage),
    )


def ask(protocol, **more):
    return Ask(protocol=protocol, model="asked-for", **more)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The bytes in pieces, some of them empty."""
    bounds = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(bounds)]


places = st.lists(st.integers(0, 10**6), max_size=12)


def read(wire, chunks):
    reader = wire.reader()
    for chunk in chunks:
        reader.feed(chunk)
    return reader.finish()
