from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from specrun.events.clock import LogicalClock, WallClock

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def test_logical_time_starts_at_the_epoch():
    assert LogicalClock().timestamp(0) == "2000-01-01T00:00:00.000Z"


@given(st.integers(0, 10**12))
def test_logical_time_is_one_millisecond_for_each_event(seq):
    text = LogicalClock().timestamp(seq)
    assert datetime.fromisoformat(text) == EPOCH + timedelta(milliseconds=seq)
    assert len(text) == 24


def test_logical_time_does_not_depend_on_the_place():
    program = "from specrun.events.clock import LogicalClock; print(LogicalClock().timestamp(86_400_001))"
    env = os.environ | {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8"}
    shown = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, check=True, text=True
    )
    assert shown.stdout == "2000-01-02T00:00:00.001Z\n"


def test_wall_time_is_in_the_same_form():
    text = WallClock().timestamp(0)
    assert len(text) == 24
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) > EPOCH + timedelta(days=365 * 20)
