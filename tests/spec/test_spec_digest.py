"""Digests depend on what a spec means, and on nothing else."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.content import resolved_digest
from specrun.spec.digest import canonical_json, digest, pretty_json
from specrun.spec.library import Library
from specrun.spec.values import Duration

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_canonical_json_keeps_the_value(value):
    assert json.loads(canonical_json(value)) == value
    assert canonical_json(json.loads(pretty_json(value))) == canonical_json(value)


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_order_does_not_matter(value):
    assert digest(dict(reversed(value.items()))) == digest(value)


def test_the_rendering_is_fixed():
    value = {"b": (1.0, 1e300, 0.1, 3), "a": {"é", "e"}, "c": Duration("90s")}
    assert canonical_json(value) == '{"a":["e","é"],"b":[1.0,1e+300,0.1,3],"c":"90s"}'.encode()
    assert pretty_json({"a": []}) == b'{\n  "a": []\n}\n'
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [math.nan, math.inf, object()])
def test_what_has_no_one_rendering_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        canonical_json([value])


def bench_digest(shelf):
    return resolved_digest(Library(shelf.root).resolve(shelf.path("specs/bench.yaml")))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("specs/bench.yaml", "wall: 90s", "wall: 91s"),
        ("specs/bench.yaml", "projects/tables.yaml", "{use: projects/tables.yaml, with: {env: {X: '1'}}}"),
        ("specs/agents/tool.yaml", '"1.0"', '"1.1"'),
        ("specs/platforms/python.yaml", "unittest", "unittest -v"),
        ("specs/prompts/setup.md", "Stage", "The stage"),
    ],
)
def test_what_decides_changes_the_digest(shelf, name, old, new):
    before = bench_digest(shelf)
    shelf.edit(name, old, new)
    assert bench_digest(shelf) != before


def test_labels_comments_places_and_defaults_do_not(shelf):
    before = bench_digest(shelf)
    shelf.edit("specs/bench.yaml", "id: bench", "id: bench  # a comment\ntitle: T\ntags: [slow]\nrepeats: 1")
    shelf.edit("specs/agents/tool.yaml", "id: tool", "id: tool\ntitle: A tool")
    shelf.path("specs/agents/tool.yaml").rename(shelf.path("specs/moved.yaml"))
    shelf.path("specs/prompts/detect.md").rename(shelf.path("specs/detect.md"))
    shelf.edit("specs/bench.yaml", "agents/tool.yaml", "moved.yaml")
    shelf.edit("specs/bench.yaml", "prompts/detect.md", "detect.md")
    assert bench_digest(shelf) == before


def test_the_folder_of_the_root_does_not(shelf, tmp_path):
    before = bench_digest(shelf)
    shelf.root = shelf.root.rename(tmp_path / "elsewhere").resolve()
    assert bench_digest(shelf) == before
