"""A wrong head, a bad alias and a second document do not hide the other errors of their file."""

# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import pytest

from specrun.spec.collect import validate

NOP = "specrun: 1\nkind: agent\nid: x\ntype: nop\n"
TYPES = "one of: command, script, oracle, nop"
SAYS = "a spec starts with 'specrun: 1'"
PATTERN = "5:10: 'version' must be text: put it in quotes"

TOLD = {
    "no version": (NOP.replace("specrun: 1\n", "# a\n") + "version: 1\n", [f"2:1: missing key 'specrun': {SAYS}", PATTERN]),
    "unknown version": (NOP.replace("1", "2") + "version: 1\n",
                        ["1:10: this specrun reads version 1 of the spec language, not '2'", PATTERN]),
    "misspelt kind": (NOP.replace("agent", "agnet") + "version: 1\n", ["2:7: unknown kind 'agnet', did you mean 'agent'?", PATTERN]),
    "kind as a list": (NOP.replace("agent", "[agent]") + "version: 1\n",
                       ["2:7: 'kind' must be text, not a list (one of: agent, model, prices, platform, project, context-fixture, test-running, test-writing, context)", PATTERN]),
    "misspelt type": (NOP.replace("nop", "npo") + "version: 1\n", ["4:7: unknown type 'npo', did you mean 'nop'?", PATTERN]),
    "type as a list": (NOP.replace("nop", "[nop]"), [f"4:7: 'type' must be text, not a list ({TYPES})"]),
    "a type that its keys tell": (NOP.replace("type: nop", "run: {x: 1}"),
                                  [f"1:1: missing key 'type': {TYPES}", "4:6: expected exactly one of: command; script", "4:7: unknown key 'x'"]),
    "no spec at all": ("services: {}\nid: X\n", [f"1:1: missing key 'specrun': {SAYS}"]),
    "alias": (NOP + "title: *zz\ntags: [*a, B]\n",
              ["5:8: alias '*zz' has no anchor above it", "6:8: alias '*a' has no anchor above it",
               "6:12: 'tags[1]' must be lower-case letters, digits, '.', '_' and '-'"]),
    "alias of itself": (NOP + "tags: &t [A]\n" + "title: &x [*x]\n",
                        ["5:11: 'tags[0]' must be lower-case letters, digits, '.', '_' and '-'",
                         "6:8: 'title' must be text, not a list", "6:12: alias '*x' contains itself"]),
    "alias as a key": (NOP + "*k : 1\nzzz: 1\n", ["5:1: alias '*k' has no anchor above it", "6:1: unknown key 'zzz'"]),
    "letters before an alias": (NOP + 'title: "é😀" \ntags: [*a, B]\n',
                                ["6:8: alias '*a' has no anchor above it", "6:12: 'tags[1]' must be lower-case letters, digits, '.', '_' and '-'"]),
    "second document": (NOP + "zzz: 1\n---\na: [\n", ["5:1: unknown key 'zzz'", "6:1: a file holds one YAML document, and here a second one starts"]),
    "unclosed text": (NOP + 'title: "a\ntags: [a]\n\n', ["5:8: not valid YAML: the quoted text that starts here is not closed before line 8, column 1"]),
    "unclosed list": (NOP + "tags: [a, b\nversion: 1\n", ["5:7: not valid YAML: the list that starts here is not closed before line 6, column 8"]),
    "unclosed mapping": (NOP + "title: {a: b\nversion: 1\n", ["5:8: not valid YAML: the mapping that starts here is not closed before line 6, column 8"]),
    "wrong bracket": (NOP + "tags: [a}\n", ["5:9: not valid YAML: while parsing a flow sequence did not find expected ',' or ']'"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_everything_is_told(shelf, name):
    content, expected = TOLD[name]
    good, wrong = validate([shelf.write("specs/bad.yaml", content)])
    assert good == []
    assert [str(problem) for problem in wrong] == [f"specs/bad.yaml:{line}" for line in expected]


@pytest.mark.parametrize("kind", ["[project]", "{project: 1}", "7", "~"])
def test_a_reference_to_a_spec_of_a_strange_kind(shelf, kind):
    shelf.edit("specs/projects/tables.yaml", "kind: project", f"kind: {kind}")
    good, wrong = validate([shelf.path("specs/bench.yaml")])
    assert good == []
    assert [(problem.path.name, problem.line) for problem in wrong] == [("tables.yaml", 2)]
