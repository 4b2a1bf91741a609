from __future__ import annotations

import pytest
from gateway_strategies import cut, places
from hypothesis import example, given
from hypothesis import strategies as st

from specrun.gateway.wire.sse import Splitter, data_of, event

streams = st.lists(
    st.sampled_from([b"\n", b"\r", b"\r\n", b"data: x", b"data:y", b"event: e", b": c", b"\n\n", b"z"])
).map(b"".join)


@given(streams, places)
@example(b"a\r\r\nb", [3])
@example(b"data: x\r\n\r\ndata: y\n\n", [9, 10, 11])
def test_cutting_changes_neither_events_nor_bytes(stream, places):
    splitter, whole = Splitter(), Splitter()
    events = [event for chunk in cut(stream, places) for event in splitter.feed(chunk)]
    assert events == whole.feed(stream)
    assert splitter.rest == whole.rest
    assert b"".join(events) + splitter.rest == stream


usual = st.lists(
    st.sampled_from([b"data: x\n\n", b"data: \n\n", b"data: x\ndata: y\n\n", b"data: data: \n\n", b": c\n\n"])
).map(b"".join)


@given(streams | usual, places)
@example(b"data: x\n\ndata: y\n\n", [])
@example(b"data: x\n\n: c\n\ndata: y\n\n", [])
@example(b"data: x\ny\n\ndata: z\n\n", [])
@example(b"data: x\n\n\n\n", [])
@example(b"data: x\r\n\ndata: y\n\n", [])
def test_the_data_of_many_events_is_that_of_each_of_them(stream, places):
    splitter = Splitter()
    found = [said for chunk in cut(stream, places) for said in splitter.data(chunk)]
    assert found == [said for said in map(data_of, Splitter().feed(stream)) if said is not None]


@given(streams)
def test_an_event_ends_at_every_blank_line(stream):
    splitter = Splitter()
    events = [*splitter.feed(stream), splitter.rest]
    for each in events[:-1]:
        *lines, blank = each.splitlines()
        assert blank == b""
        assert b"" not in lines[1:]


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (b"data: x\n\n", b"x"),
        (b"data:x\n\n", b"x"),
        (b"data:  x\n\n", b" x"),
        (b"event: e\ndata: x\n\n", b"x"),
        (b"event:e\r\ndata:x\r\n\r\n", b"x"),
        (b"data: x\ndata: y\n\n", b"x\ny"),
        (b"data:x\ndata: y\n\n", b"x\ny"),
        (b"data: x\r\r", b"x"),
        (b"data: x\rdata: y\n\n", b"x\ny"),
        (b"data\n\n", b""),
        (b"data: \n\n", b""),
        (b"data: x\nid: 3\n\n", b"x"),
        (b": data: x\n\n", None),
        (b"database: x\n\n", None),
        (b"event: e\n\n", None),
        (b"\n\n", None),
        (b"", None),
        (b"\xef\xbb\xbfdata: x\n\n", b"x"),
    ],
)
def test_the_data_of_an_event(raw, data):
    assert data_of(raw) == data


def test_a_line_of_many_megabytes_in_small_chunks():
    raw = event(b"x" * 10_000_000, "big")
    splitter = Splitter()
    chunks = [raw[start : start + 4096] for start in range(0, len(raw), 4096)]
    assert [found for chunk in chunks for found in splitter.feed(chunk)] == [raw]
    assert data_of(raw) == b"x" * 10_000_000
