"""Problems of payloads are found without generating them."""

from __future__ import annotations

import pytest
from declared_payloads import declared, made, problems

from specrun.context.payloads.generate import generate

LITERAL = {"literal": "x"}


def nested(depth: int, inside: object) -> dict:
    for _ in range(depth):
        inside = {"concat": [inside]}
    return inside


CASES = {
    "unknown name": (
        {"it": {"concat": ["stdot", LITERAL]}, "stdout": LITERAL},
        ["it.concat.0: unknown payload 'stdot', did you mean 'stdout'?"],
    ),
    "unknown name, nothing near": (
        {"it": {"lines": {"count": 1, "text": "${v}", "vars": {"v": {"repeat": {"of": "zzz", "times": 2}}}}}},
        ["it.lines.vars.v.repeat.of: unknown payload 'zzz' (there are: it)"],
    ),
    "itself": (
        {"it": {"repeat": {"of": "it", "times": 1}}},
        ["it.repeat.of: payloads go in a circle: it -> it"],
    ),
    "circle": (
        {"a": {"concat": ["b"]}, "b": {"concat": [LITERAL, {"concat": ["c"]}]}, "c": {"concat": ["b"]}},
        ["c.concat.0: payloads go in a circle: b -> c -> b"],
    ),
    "too many parts": (
        {f"p{n:02}": {"concat": [f"p{n + 1:02}"] * 10} for n in range(4)} | {"p04": LITERAL},
        ["p00.concat.9: more than 10,000 parts when all names are expanded"],
    ),
    "too deep": (
        {f"p{n:02}": {"concat": [f"p{n + 1:02}"]} for n in range(2000)} | {"p2000": LITERAL},
        ["p39.concat.0: more than 40 payloads are inside of each other"],
    ),
    "too deep by parts and names": (
        {"b": nested(20, "c"), "a": nested(20, "b"), "c": nested(3, LITERAL)},
        ["a" + ".concat.0" * 20 + ": more than 40 payloads are inside of each other"],
    ),
    "lines": (
        {
            "it": {
                "lines": {
                    "count": 3,
                    "text": "${m} ${n:4}",
                    "vars": {"n": LITERAL, "pad": LITERAL, "long": LITERAL},
                    "replace": [
                        {"line": 4, "text": "${pad:03}"},
                        {"line": 2, "text": "a\nb"},
                        {"line": 2, "text": "${"},
                    ],
                }
            }
        },
        [
            "it.lines.text: unknown placeholder '${m}', did you mean '${n}'?",
            "it.lines.replace.0.text: '${pad:03}' is text: only numbers have a width (n)",
            "it.lines.replace.2.text: '${' without '}': write '$${' for a literal '${'",
            "it.lines.vars.n: 'n' is the number of the row and cannot be a variable",
            "it.lines.vars.long: no text uses this variable: write '${long}' where it belongs",
            "it.lines.replace.0.line: there is no line 4: they go from 1 to 3",
            "it.lines.replace.2.line: line 2 is replaced twice",
            "it.lines.replace.1.text: a line has no line break in it",
        ],
    ),
    "width": (
        {"it": {"lines": {"count": 3, "text": "${n:4}"}}},
        ["it.lines.text: '${n:4}' has a width such as in '${n:04}', up to 099"],
    ),
    "records": (
        {
            "it": {
                "records": {
                    "count": 2,
                    "fields": {"a": [{"b": "${i}"}]},
                    "replace": [{"record": 9, "fields": {"a": {"c": "${x}"}}}],
                }
            }
        },
        [
            "it.records.fields.a.0.b: unknown placeholder '${i}', did you mean '${n}'?",
            "it.records.replace.0.fields.a.c: unknown placeholder '${x}', did you mean '${n}'?",
            "it.records.replace.0.record: there is no record 9: they go from 1 to 2",
        ],
    ),
    "file": (
        {"it": {"file": {"path": "x"}}},
        ["it.file: a file needs a pin: add 'pin: {sha256: ...}' beside it"],
    ),
    "file with half a pin": (
        {"it": {"file": {"path": "x"}, "pin": {"bytes": 1}}},
        ["it.file: a file needs a pin: add 'pin: {sha256: ...}' beside it"],
    ),
    "backward range": (
        {"it": {"tree": {"range": [2, 1], "path": "${i}"}}},
        ["it.tree.range: a range goes from its first to its last number, not from 2 to 1"],
    ),
    "tree": (
        {"it": {"tree": {"range": [2, 3], "path": "a\n", "replace": [{"i": 1, "text": "${n}"}]}}},
        [
            "it.tree.replace.0.text: unknown placeholder '${n}', did you mean '${i}'?",
            "it.tree.path: all these files have one path: write '${i}' where their number belongs",
            "it.tree.path: a path has no line break in it",
            "it.tree.replace: without 'text' there are no contents to replace",
            "it.tree.replace.0.i: there is no i 1: they go from 2 to 3",
        ],
    ),
    "tools": (
        {
            "it": {
                "tool_catalog": {
                    "count": 2,
                    "servers": 3,
                    "name": "t${k}",
                    "schema_bytes": "9B",
                    "replace": [{"i": 2}],
                }
            }
        },
        [
            "it.tool_catalog.replace.0: it replaces nothing: give 'name' or 'description'",
            "it.tool_catalog.replace.0.i: there is no i 2: they go from 0 to 1",
            "it.tool_catalog.name: all these tools have one name: write '${i}' where their number belongs",
            "it.tool_catalog.servers: there are more servers than tools: 3 and 2",
            "it.tool_catalog.schema_bytes: a schema has 128B to 1MiB",
        ],
    ),
    "too much": (
        {
            "a": {"noise": {"seed": 1, "bytes": "2GiB"}},
            "b": {"tool_catalog": {"count": 2000, "name": "${i}", "schema_bytes": "1MiB"}},
        },
        [
            "a.noise.bytes: a payload has at most 1GiB",
            "b.tool_catalog.schema_bytes: a payload has at most 1GiB",
        ],
    ),
    "texts over each other": (
        {
            "it": {
                "literal": "abcdef",
                "replace": [{"at": 2, "text": "x"}, {"at": 1, "text": "é"}, {"at": 5, "text": "xy"}],
                "pin": {"bytes": 6},
            }
        },
        [
            "it.replace.0.at: another text is already over byte 2",
            "it.replace.2.at: this text goes past the end: there are 6 bytes",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_problems(name):
    payloads, expected = CASES[name]
    assert problems(payloads) == expected


def test_shared_and_deep_payloads_are_fine():
    payloads = {f"p{n:02}": {"concat": [f"p{n + 1:02}"]} for n in range(39)} | {"p39": LITERAL}
    assert made(payloads, "p00") == b"x"
    assert made({"it": {"concat": ["a", "b"]}, "a": {"concat": ["b"]}, "b": LITERAL}) == b"xx"


def test_an_unknown_payload_cannot_be_generated():
    with pytest.raises(KeyError):
        generate(declared({"it": LITERAL}), "stdout", folder=None)
