from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.events.chain import digest, seal
from specrun.events.model import LINE_LIMIT
from specrun.events.payloads import RunStart, RunStop, Step
from specrun.events.verify import Verification, verify

LOG = (Path(__file__).parent / "golden" / "trial.jsonl").read_bytes()
LINES = LOG.splitlines(keepends=True)
PLACES = st.integers(0, len(LINES) - 1)


def split(log: bytes) -> list[bytes]:
    """The lines as a file gives them: only a LF ends one."""
    return [line + b"\n" for line in log.split(b"\n")[:-1]] + [line for line in log.split(b"\n")[-1:] if line]


def rechain(lines: list[bytes]) -> list[bytes]:
    """Make the chain of a changed log right again, as somebody who knows the protocol can."""
    prev, made = "0" * 64, []
    for line in lines:
        body = line.rstrip(b"\n")
        if b',"prev":"' in body:
            start, _, end = body.partition(b',"prev":"')
            body = start + b',"prev":"' + prev.encode() + end[64:]
        if b',"seal":"' in body:
            body = seal(body.rpartition(b',"seal":"')[0])
        prev = digest(body)
        made.append(body + b"\n")
    return made


def test_a_whole_log_is_ok():
    head = sha256(LINES[-1][:-1]).hexdigest()
    assert verify(LINES) == Verification(events=8, head=head)
    assert verify(LINES).ok


def test_the_shortest_log(write_trial, tmp_path):
    assert verify(write_trial(tmp_path / "log", [RunStart(), RunStop()])).events == 2


@given(st.integers(0, len(LOG) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found(place, flip):
    changed = bytearray(LOG)
    changed[place] ^= flip
    found = verify(split(bytes(changed)))
    assert not found.ok
    assert found.problem.isprintable()


def test_a_flipped_bit_is_found_wherever_it_is():
    for place in range(len(LOG)):
        changed = bytearray(LOG)
        changed[place] ^= 1
        assert not verify(split(bytes(changed))).ok, place


@given(st.integers(0, len(LOG) - 1))
def test_a_dropped_byte_is_found(place):
    assert not verify(split(LOG[:place] + LOG[place + 1 :])).ok


@given(st.integers(0, len(LOG)), st.binary(min_size=1, max_size=3))
def test_added_bytes_are_found(place, added):
    assert not verify(split(LOG[:place] + added + LOG[place:])).ok


@given(PLACES)
def test_a_dropped_line_is_found(place):
    assert not verify(LINES[:place] + LINES[place + 1 :]).ok


@given(PLACES, PLACES)
def test_a_repeated_line_is_found(place, target):
    assert not verify([*LINES[:target], LINES[place], *LINES[target:]]).ok


@given(PLACES, PLACES)
def test_swapped_lines_are_found(one, other):
    swapped = list(LINES)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert verify(swapped).ok == (one == other)


@given(PLACES)
def test_a_log_that_ends_early_is_truncated(place):
    found = verify(LINES[:place])
    assert found.problem == "truncated: the log does not end with run_stop"
    assert (found.events, found.line) == (place, None)


def test_a_line_without_its_end_is_truncated(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(LOG[:-20])
    found = verify(path)
    assert (found.problem, found.line, found.events) == ("truncated: the line has no end", 8, 7)


def change(place: int, **fields: object) -> list[bytes]:
    """The log with some fields of one event changed, and the chain made right again."""
    event = json.loads(LINES[place]) | fields
    return rechain([*LINES[:place], msgspec.json.encode(event), *LINES[place + 1 :]])


@pytest.mark.parametrize(
    ("lines", "problem", "line"),
    [
        (change(2, schema="specrun/event/v2"), "not an event of specrun/event/v1: Invalid enum value", 3),
        (change(2, event_type="nap\x1b[31m"), r"not an event of specrun/event/v1: Invalid value", 3),
        (change(2, extra=1), "unknown field `extra`", 3),
        (change(2, seq=9), "seq is 9 where 2 should be", 3),
        (change(4, trial_id="another"), "an event of another trial", 5),
        (change(0, prev="1" * 64)[1:], "seq is 1 where 0 should be", 1),
        ([b"{}\n"], "missing required field", 1),
        ([b"\n"], "not JSON", 1),
        ([b"\xff\xfe\n"], "not", 1),
        ([b'"\xff"\n'], "not", 1),
        ([b"[" * 100_000 + b"\n"], "not", 1),
        ([LINES[0], b'{"event_type":"step","data":' + b"[" * 100_000 + b"\n"], "not", 2),
        ([*LINES, LINES[-1]], "an event after run_stop", 9),
        ([b"x" * LINE_LIMIT], f"the line is longer than {LINE_LIMIT} bytes", 1),
    ],
)
def test_the_problem_is_named(lines, problem, line):
    found = verify(lines)
    assert problem in found.problem
    assert found.problem.isprintable()
    assert found.line == line
    assert found.events == line - 1


def test_run_start_is_first_and_only_there():
    second = json.loads(LINES[0]) | {"seq": 1}
    twice = rechain([LINES[0], msgspec.json.encode(second)])
    late = rechain([msgspec.json.encode(json.loads(LINES[1]) | {"seq": 0})])
    for lines in (twice, late):
        found = verify(lines)
        assert (found.problem, found.line) == ("run_start must be the first event, and only that", len(lines))


def test_only_its_head_tells_a_log_that_was_written_anew():
    forged = change(4, ts="2001-01-01T00:00:00.000Z")
    assert verify(forged).ok
    assert verify(forged).head != verify(LINES).head


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        verify(tmp_path / "none.jsonl")


def test_a_log_of_many_events(write_trial, tmp_path):
    steps = [Step(step_type="observe", name=f"step {number}") for number in range(2000)]
    path = write_trial(tmp_path / "events.jsonl", [RunStart(), *steps, RunStop()])
    assert verify(path).events == 2002
    assert verify(path).ok
