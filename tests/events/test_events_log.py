from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.events.clock import LogicalClock
from specrun.events.log import TrialLog, merge
from specrun.events.model import LINE_LIMIT, Subject
from specrun.events.payloads import Failure, OptimizerUpdate, RunStart, RunStop, Step, ToolCall
from specrun.events.read import decode_event, read_events
from specrun.events.sinks import jsonl_sink
from specrun.events.verify import verify

GOLDEN = Path(__file__).parent / "golden" / "trial.jsonl"
SUBJECT = Subject(
    run_id="r",
    task_id='odd "name"\n',
    trial_id="t",
    policy_id="p",
    cfg_hash="c",
    env_hash="e",
    seed=2**64 - 1,
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | FINITE | st.text()


class Memory:
    """A sink that keeps what it gets and remembers what was flushed."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.flushed = 0

    def write(self, line: bytes, /) -> None:
        self.lines.append(line)

    def flush(self) -> None:
        self.flushed = len(self.lines)

    def close(self) -> None:
        self.flush()


def new_log(sink: Memory) -> TrialLog:
    return TrialLog(SUBJECT, LogicalClock(), sink)


def test_the_same_trial_gives_the_same_bytes_everywhere(write_trial, tmp_path):
    assert write_trial(tmp_path / "events.jsonl").read_bytes() == GOLDEN.read_bytes()


def test_append_returns_the_line_that_it_writes(trial):
    sink = Memory()
    log = new_log(sink)
    assert [log.append(payload) for payload in trial] == sink.lines


def test_head_is_the_digest_of_the_last_line_without_its_lf(trial):
    log = new_log(Memory())
    heads = [log.head]
    for payload in trial:
        line = log.append(payload)
        assert json.loads(line)["prev"] == heads[-1]
        heads.append(log.head)
        assert log.head == sha256(line.removesuffix(b"\n")).hexdigest()
    assert heads[0] == "0" * 64


@given(st.lists(st.text()), st.dictionaries(st.text(), SCALARS))
def test_a_line_is_the_plain_json_of_its_struct(texts, config):
    log = new_log(Memory())
    log.append(RunStart())
    payloads = [Step(step_type="act", name=text, content=text) for text in texts]
    for payload in (*payloads, OptimizerUpdate(suggested_config=config), RunStop()):
        line = log.append(payload, "a step")
        event = decode_event(line)
        assert event.data == payload
        assert msgspec.json.encode(event, order="deterministic") + b"\n" == line
        assert msgspec.structs.asdict(SUBJECT).items() <= msgspec.structs.asdict(event).items()


def test_the_order_of_a_map_does_not_show():
    lines = []
    for config in ({"a": 1, "b": 2}, {"b": 2, "a": 1}):
        log = new_log(Memory())
        log.append(RunStart())
        lines.append(log.append(OptimizerUpdate(suggested_config=config)))
    assert lines[0] == lines[1]


def test_what_was_not_measured_is_null(trial):
    log = new_log(Memory())
    log.append(RunStart())
    data = json.loads(log.append(ToolCall(tool="bash")))["data"]
    assert data == {
        "tool": "bash",
        "tool_args_hash": None,
        "latency_ms": None,
        "retries": None,
        "exit_kind": None,
        "evidence_footprint": None,
    }


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_null(number):
    log = new_log(Memory())
    log.append(RunStart())
    step = json.loads(log.append(Step(step_type="act", name="a", context_kb=number)))
    assert step["data"]["context_kb"] is None


def test_the_event_type_is_told_once(trial):
    log = new_log(Memory())
    for payload in trial:
        event = json.loads(log.append(payload))
        assert event["event_type"]
        assert "event_type" not in event["data"]


def test_logs_that_grow_in_turns_are_like_logs_that_grow_alone(trial):
    sinks = Memory(), Memory(), Memory()
    alone = new_log(sinks[0])
    for payload in trial:
        alone.append(payload)
    logs = new_log(sinks[1]), new_log(sinks[2])
    for payload in trial:
        for log in logs:
            log.append(payload)
    assert sinks[0].lines == sinks[1].lines == sinks[2].lines


def test_steps_are_flushed_and_the_rest_waits_for_them():
    sink = Memory()
    log = new_log(sink)
    flushed = []
    for payload in (RunStart(), ToolCall(tool="bash"), Step(step_type="act", name="a"), RunStop()):
        log.append(payload)
        flushed.append(sink.flushed)
    assert flushed == [1, 1, 3, 4]


@pytest.mark.parametrize(
    ("before", "payload"),
    [
        ([], Step(step_type="act", name="early")),
        ([], RunStop()),
        ([RunStart()], RunStart()),
        ([RunStart(), RunStop()], RunStart()),
        ([RunStart(), RunStop()], RunStop()),
        ([RunStart(), RunStop()], Failure(root="infra")),
    ],
)
def test_an_event_in_the_wrong_place_is_refused(before, payload):
    sink = Memory()
    log = new_log(sink)
    for earlier in before:
        log.append(earlier)
    with pytest.raises(ValueError, match=f"cannot be event {len(before)} of this trial"):
        log.append(payload)
    assert len(sink.lines) == len(before)


@pytest.mark.parametrize("content", ["x" * LINE_LIMIT, "lone surrogate \ud800"])
def test_an_event_that_cannot_be_written_leaves_the_log_as_it_was(content):
    sink = Memory()
    log = new_log(sink)
    log.append(RunStart())
    with pytest.raises(ValueError, match=f"at most {LINE_LIMIT}|surrogates not allowed"):
        log.append(Step(step_type="act", name="bad", content=content))
    log.append(RunStop())
    assert verify(sink.lines).ok


def test_the_longest_line_can_be_read_back(write_trial, tmp_path):
    start, stop = RunStart(), RunStop()
    short = write_trial(tmp_path / "short", [start, Step(step_type="act", name="x", content=""), stop])
    room = LINE_LIMIT - len(short.read_bytes().splitlines(keepends=True)[1])
    step = Step(step_type="act", name="x", content="x" * room)
    path = write_trial(tmp_path / "long", [start, step, stop])
    assert max(map(len, path.read_bytes().splitlines(keepends=True))) == LINE_LIMIT
    assert verify(path).ok
    assert [event.data for event in read_events(path)] == [start, step, stop]


def test_a_run_is_its_trials_in_the_order_given(write_trial, tmp_path, subject):
    paths = []
    for name in ("b", "a", "c"):
        paths.append(write_trial(tmp_path / name, of=msgspec.structs.replace(subject, task_id=name)))
    assert b"".join(merge(paths)) == b"".join(path.read_bytes() for path in paths)


def test_a_log_that_was_cut_does_not_run_into_the_next(write_trial, tmp_path):
    cut, whole = write_trial(tmp_path / "cut"), write_trial(tmp_path / "whole")
    cut.write_bytes(cut.read_bytes()[:-10])
    lines = list(merge([cut, whole]))
    assert verify(lines[-8:]).ok
    assert len(lines) == 16


KILLED = """
import os, signal, sys
from pathlib import Path
from specrun.events.clock import LogicalClock
from specrun.events.log import TrialLog
from specrun.events.model import Subject
from specrun.events.payloads import RunStart, Step, ToolCall
from specrun.events.sinks import jsonl_sink
subject = Subject(run_id="r", task_id="t", trial_id="t", policy_id="p", cfg_hash="c", env_hash="e", seed=1)
log = TrialLog(subject, LogicalClock(), jsonl_sink(Path(sys.argv[1])))
log.append(RunStart())
log.append(ToolCall(tool="bash"))
log.append(Step(step_type="act", name="the last thing"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_happened_before_a_kill_is_in_the_file(tmp_path):
    path = tmp_path / "events.jsonl"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert [event.event_type for event in read_events(path)] == ["run_start", "tool_call", "step"]
    assert verify(path).problem == "truncated: the log does not end with run_stop"


def test_a_log_is_never_mixed_with_another(write_trial, tmp_path):
    path = write_trial(tmp_path / "events.jsonl")
    with pytest.raises(FileExistsError):
        jsonl_sink(path)
