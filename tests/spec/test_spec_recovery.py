"""An error of the YAML itself does not hide the other errors of its file."""

# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.spec.collect import validate
from specrun.spec.problems import SpecError
from specrun.spec.text import parse, parse_through

NOP = "specrun: 1\nkind: agent\nid: x\ntype: nop\n"

RECOVERED = {
    "duplicate key": (
        NOP + "titel: a\nid: y\nid: z\nversion: 1.0\n",
        ["5:1: unknown key 'titel', did you mean 'title'?",
         "6:1: duplicate key 'id'",
         "7:1: duplicate key 'id'",
         "8:10: 'version' must be text: put it in quotes"],
    ),
    "duplicate key further in": (
        NOP.replace("nop", "command") + "run: {command: [a], command: [], exit_ok: [300], exit_ok: 7}\n",
        ["5:21: duplicate key 'command'",
         "5:44: 'exit_ok[0]' must be at most 255",
         "5:50: duplicate key 'exit_ok'"],
    ),
    "the first value counts": (
        NOP + "title: [a]\ntitle: b\n",
        ["5:8: 'title' must be text, not a list", "6:1: duplicate key 'title'"],
    ),
    "a spec in spite of its head": (
        "specrun: 1\nspecrun: 2\nkind: agent\nkind: project\nid: x\ntype: nop\ntypo: x\n",
        ["2:1: duplicate key 'specrun'", "4:1: duplicate key 'kind'", "7:1: unknown key 'typo', did you mean 'type'?"],
    ),
    "keys that are no text": (
        NOP + "1: {a: b}\ntrue: x\n1: y\ntags: [A]\n",
        ["5:1: a key must be text: put '1' in quotes",
         "6:1: a key must be text: put 'true' in quotes",
         "7:1: a key must be text: put '1' in quotes",
         "8:8: 'tags[0]' must be lower-case letters, digits, '.', '_' and '-'"],
    ),
    "merge key": (
        "base: &base {title: x}\n" + NOP + "<<: *base\n",
        ["1:1: unknown key 'base'", "6:1: merge keys ('<<') are not part of the spec language"],
    ),
    "values that are no values": (
        NOP + 'title: .nan\nversion: !!float 1\ntags: [!x a, "b\\0"]\nzzz: 1\n',
        ["5:8: a number must be finite; put it in quotes if it is text",
         "6:10: tags are not part of the spec language: 'tag:yaml.org,2002:float'",
         "7:8: tags are not part of the spec language: '!x'",
         "7:14: text must not hold a NUL character",
         "8:1: unknown key 'zzz'"],
    ),
    "what ends the reading comes last": (
        NOP + "id: y\ntitle: a: b\n",
        ["5:1: duplicate key 'id'", "6:9: not valid YAML: mapping values are not allowed in this context"],
    ),
    "a limit comes last too": (
        NOP + "id: y\ntitle: " + "[" * 101,
        ["5:1: duplicate key 'id'", "6:107: nested deeper than 100 levels"],
    ),
    "not a mapping": (
        "- {a: 1, a: 2}\n",
        ["1:1: a spec is a mapping: expected 'specrun: 1', 'kind', 'id', ...", "1:10: duplicate key 'a'"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECOVERED)
def test_every_error_is_told(shelf, name):
    content, expected = RECOVERED[name]
    good, wrong = validate([shelf.write("specs/bad.yaml", content)])
    assert good == []
    assert [str(problem) for problem in wrong] == [f"specs/bad.yaml:{line}" for line in expected]


def test_what_it_refers_to_is_looked_at_too(shelf):
    shelf.edit("specs/bench.yaml", "id: bench", "id: bench\nid: other")
    shelf.edit("specs/agents/tool.yaml", "version:", "verzion:")
    assert [str(problem) for problem in validate([shelf.path("specs/bench.yaml")])[1]] == [
        "specs/agents/tool.yaml:4:1: unknown key 'verzion', did you mean 'version'?",
        "specs/bench.yaml:4:1: duplicate key 'id'",
    ]


def test_a_benchmark_is_not_good_if_a_part_has_a_duplicate_key(shelf):
    shelf.edit("specs/agents/tool.yaml", "id: tool", "id: tool\nid: other")
    good, wrong = validate([shelf.path("specs/bench.yaml")])
    assert (good, [problem.line for problem in wrong]) == ([], [4])


def test_many_duplicate_keys_are_cut(shelf):
    _, wrong = validate([shelf.write("specs/bad.yaml", NOP + "id: y\n" * 200_000)])
    assert len(wrong) == 101
    assert str(wrong[-1]) == "specs/bad.yaml:105:1: and more; only the first 100 problems are shown"


def test_the_plain_reader_takes_no_errors(tmp_path):
    with pytest.raises(SpecError, match="duplicate key 'a'"):
        parse(tmp_path / "x", "a: 1\na: 2\n")


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), min_size=1, max_size=12))
def test_of_every_key_the_first_value_counts(pairs):
    text = "".join(f"{key}: {value}\n" for key, value in pairs)
    data, problems, _ = parse_through("x", text)
    assert data == dict(reversed(pairs))
    assert [problem.line for problem in problems] == [
        line for line, (key, _) in enumerate(pairs, 1) if key in [before for before, _ in pairs[: line - 1]]
    ]
