from __future__ import annotations

import jsonschema
import pytest

from specrun.artifacts.page import Call, Limits
from specrun.artifacts.tools import TOOLS, View, call, definitions
from specrun.measure.tokens import estimate
from specrun.spec.digest import canonical_json


def test_the_definitions_are_small_and_sound():
    assert [tool["name"] for tool in definitions()] == ["read", "grep", "tail"]
    assert list(TOOLS) == ["read", "grep", "tail"]
    for tool in definitions():
        schema = tool["inputSchema"]
        jsonschema.Draft202012Validator.check_schema(schema)
        assert next(iter(schema["properties"])) == "artifact"
        assert schema["additionalProperties"] is False
        assert all(argument["description"] for argument in schema["properties"].values())
        assert tool["description"]
    assert estimate(len(canonical_json(definitions()))) < 500


@pytest.mark.parametrize(
    "args",
    [{"start_line": 2, "limit": 3, "column": 1}, {"start_line": 2.0}, {"limit": None, "column": None}, {}],
)
def test_what_the_schema_takes_is_taken(put, ask, args):
    artifact = put(b"a\nb\n")
    given = {name: value for name, value in args.items() if value is not None}
    jsonschema.validate({"artifact": artifact.id, **given}, definitions()[0]["inputSchema"])
    assert not ask(artifact, "read", **args).refused


@pytest.mark.parametrize(
    ("tool", "args", "reason"),
    [
        ("read", {"start_line": "3"}, "read: start_line: expected an integer, got text"),
        ("read", {"start_line": 2.5}, "read: start_line: expected an integer, got a number with a fraction"),
        ("read", {"start_line": True}, "read: start_line: expected an integer, got true or false"),
        ("read", {"startline": 3}, "read: no argument is called 'startline', did you mean 'start_line'?"),
        ("tail", {"query": "x"}, "tail: no argument is called 'query'; it takes artifact, lines"),
        ("grep", {}, "grep: query is missing"),
        ("grep", {"query": None}, "grep: query is missing"),
        ("grep", {"query": ["x"]}, "grep: query: expected text, got a list"),
        ("grep", {"query": "x", "regex": "yes"}, "grep: regex: expected true or false, got text"),
        ("gerp", {}, "no tool is called 'gerp', did you mean 'grep'? (there are read, grep, tail)"),
        ("", {}, "no tool is called '' (there are read, grep, tail)"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(put, ask, tool, args, reason):
    artifact = put(b"x")
    page = ask(artifact, tool, **args)
    assert page.text == f"[error: {reason}]"
    assert (page.refused, page.artifact, page.lines, page.next) == (True, artifact.id, (), None)


@pytest.mark.parametrize("artifact", [None, 7, ["x"], {}])
def test_a_wrong_artifact_is_no_crash(store, artifact):
    page = call(View(store, "t1"), "read", {"artifact": artifact})
    assert page.refused
    assert page.artifact == ""


def test_a_thread_that_has_nothing_is_no_crash(store):
    page = call(View(store, "nobody"), "tail", {"artifact": "artifact-00000000-0000-5000-8000-000000000000"})
    assert page.text.endswith("in this thread]")


def test_the_text_of_a_call_is_canonical():
    assert Call("grep", {"query": "é", "artifact": "a"}).text == 'grep {"artifact":"a","query":"é"}'


def test_the_next_call_can_be_made_as_it_is(store, put):
    artifact = put(b"x\n" * 10)
    view = View(store, "t1", Limits(page_lines=4))
    page = call(view, "grep", {"artifact": artifact.id, "query": "x", "regex": True})
    seen = list(page.matched)
    while page.next:
        page = call(view, page.next.tool, page.next.args)
        seen += page.matched
    assert seen == list(range(1, 11))
