"""Whatever a file holds, loading it gives a spec or problems, never another error."""

# ruff: noqa: E501  tables read best with one row a line

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specrun.spec.collect import validate
from specrun.spec.content import resolved_digest
from specrun.spec.show import show

from_shelf = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = [
    "specs/bench.yaml",
    "specs/agents/tool.yaml",
    "specs/platforms/python.yaml",
    "specs/projects/tables.yaml",
]
WORDS = st.sampled_from(
    ["specrun", "kind", "agent", "project", "test-running", "id", "type", "command", "script", "run", "steps", "patch",
     "source", "path", "git", "commit", "platform", "use", "with", "agents", "projects", "env", "truth", "limits",
     "wall", "2m", "agents/tool.yaml", "${home}", "${x", "(a", "../..", "/", "[", "\n", "on", ""]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False, allow_infinity=False) | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


def load(path: Path) -> None:
    """Validate a file, and use it if it is good."""
    good, wrong = validate([path])
    assert bool(good) != bool(wrong)
    for problem in wrong:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.message.isprintable()
    for spec in good:
        assert show(spec)
        assert resolved_digest(spec)


@pytest.mark.parametrize("name", NAMES)
@from_shelf
@given(data=st.data())
def test_damaged_bytes(shelf, name, data):
    original = shelf.path(name).read_bytes()
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(start + 10, len(original))))
    piece = data.draw(
        st.binary(max_size=4) | WORDS.map(str.encode) | st.sampled_from([b"\t", b"- ", b": ", b"{", b"&a "])
    )
    try:
        load(shelf.write(name, original[:start] + piece + original[end:]))
    finally:
        shelf.write(name, original)


@from_shelf
@given(
    head=st.sampled_from(
        [{"kind": "agent", "type": t} for t in ("command", "script", "nop")]
        + [{"kind": k} for k in ("platform", "project", "test-running")]
    ),
    body=st.dictionaries(WORDS, VALUES, max_size=6),
)
def test_random_specs(shelf, head, body):
    load(shelf.write("specs/random.yaml", json.dumps({**body, "specrun": 1, "id": "x", **head})))


@from_shelf
@given(value=VALUES)
def test_random_data(shelf, value):
    load(shelf.write("specs/random.yaml", json.dumps(value)))


@pytest.mark.parametrize("name", NAMES)
@from_shelf
@given(data=st.data())
def test_one_value_replaced(shelf, name, data):
    from specrun.spec.text import parse

    spec = parse(Path(name), shelf.path(name).read_text())
    place: dict | list = spec
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not place[key] or not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    load(shelf.write("specs/random.yaml", json.dumps(spec)))
