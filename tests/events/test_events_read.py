from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.events.model import StepEvent
from specrun.events.read import decode_event, read_events


def test_events_come_back_as_they_went_in(write_trial, trial, tmp_path):
    events = list(read_events(write_trial(tmp_path / "events.jsonl")))
    assert [event.data for event in events] == list(trial)
    assert [event.seq for event in events] == list(range(8))
    assert [event.event_type for event in events] == [
        "run_start",
        "step",
        "tool_call",
        "context_decision",
        "step",
        "failure",
        "optimizer_update",
        "run_stop",
    ]
    steps = [event for event in events if isinstance(event, StepEvent)]
    assert [event.data.name for event in steps] == ["detect", "setup"]
    assert len({event.step_id for event in steps}) == 2


def test_a_bad_line_is_named(write_trial, tmp_path):
    path = write_trial(tmp_path / "events.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = b'{"event_type":"step"}\n'
    path.write_bytes(b"".join(lines))
    events = read_events(path)
    assert [next(events).seq for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match=r"^line 4: not an event of specrun/event/v1: Object missing"):
        next(events)


def test_an_empty_file_has_no_events(tmp_path):
    path = tmp_path / "events.jsonl"
    path.touch()
    assert list(read_events(path)) == []


@given(st.binary())
def test_no_bytes_do_harm(line):
    with pytest.raises(ValueError, match=r"^not ") as caught:
        decode_event(line)
    assert str(caught.value).isprintable()
