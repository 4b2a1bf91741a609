"""What `specrun show` prints: golden, and YAML that says the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.spec.digest import pretty_json
from specrun.spec.library import Library
from specrun.spec.show import resolved_data, show
from specrun.spec.text import parse

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def bench(shelf):
    shelf.edit("specs/agents/tool.yaml", "run: {command: [tool, ", 'title: "yes"\nrun: {command: ["a: b", ')
    shelf.edit(
        "specs/projects/tables.yaml", "paths:", "commands:\n  setup: |\n    set -x\n\n    make\npaths:"
    )
    shelf.edit(
        "specs/bench.yaml",
        "projects/tables.yaml",
        "{use: projects/tables.yaml, with: {truth: {expected_tests: 4}, tags: []}}",
    )
    return Library(shelf.root).resolve(shelf.path("specs/bench.yaml"), overrides={"repeats": 3})


def test_show_is_as_agreed(bench):
    if "SPECRUN_REGENERATE_GOLDEN" in os.environ:
        (GOLDEN / "show.yaml").write_text(show(bench))
        (GOLDEN / "show.json").write_bytes(pretty_json(resolved_data(bench)))
    assert show(bench) == (GOLDEN / "show.yaml").read_text()
    assert pretty_json(resolved_data(bench)) == (GOLDEN / "show.json").read_bytes()


def test_show_is_yaml_that_says_the_same(bench):
    assert parse(Path("shown"), show(bench)) == resolved_data(bench)


PRINTABLE = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], include_characters="\n\t", exclude_characters="\ufffe\uffff"
    ),
    max_size=30,
)


@settings(max_examples=200)
@given(PRINTABLE)
def test_any_text_is_shown_faithfully(tmp_path_factory, text):
    root = tmp_path_factory.mktemp("show")
    file = root / "x.yaml"
    head = "specrun: 1\nkind: agent\nid: x\ntype: script\n"
    text = text.replace("${", "$")
    file.write_bytes((head + "steps: " + pretty_json([{"write": "x", "content": text}]).decode()).encode())
    shown = show(Library(root).resolve(file))
    assert parse(file, shown)["steps"][0]["content"] == text
