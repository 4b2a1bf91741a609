"""Every generator gives the bytes that its declaration says."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise

import pytest
from declared_payloads import declared, made

from specrun.context.payloads.base import PayloadError
from specrun.context.payloads.generate import generate
from specrun.context.payloads.registry import GENERATORS
from specrun.spec.models.payload import Payload

COMMAND_OUTPUT = """
it:
  lines:
    count: 2400
    text: "line ${n:04}: build log noise ${pad}"
    vars: {pad: {repeat: {text: x, times: 48}}}
    replace: [{line: 1937, text: RECOVERY_TOKEN=roder-file-backed-context}]
    final_newline: false
  pin:
    bytes: 182364
    lines: 2400
    sha256: 80d9bb515ed64c2cb26d632789b98e57eab575c9d9329f9334bdea812e07158d
"""
CHAT_HISTORY = """
it:
  records:
    count: 900
    fields: {turn: "${n}", role: assistant, text: "historical detail ${pad}"}
    vars: {pad: {repeat: {text: y, times: 56}}}
    replace: [{record: 617, fields: {text: "project codename: night-jar"}}]
    final_newline: false
  pin:
    bytes: 104244
    lines: 900
    sha256: a432d4b5100d0031c26f8ad284d7f7cac261d407dad9d724a343fe889c921c06
"""


def test_long_command_output_to_the_byte():
    lines = made(COMMAND_OUTPUT).split(b"\n")
    assert lines[0] == b"line 0001: build log noise " + b"x" * 48
    assert lines[1936] == b"RECOVERY_TOKEN=roder-file-backed-context"
    assert lines[-1].startswith(b"line 2400: ")


def test_compaction_history_to_the_byte():
    lines = made(CHAT_HISTORY).split(b"\n")
    assert lines[616] == b'{"turn":617,"role":"assistant","text":"project codename: night-jar"}'
    assert json.loads(lines[-1])["turn"] == 900


EXAMPLES = {
    "literal is as it is": ({"literal": "a ${n} $${ %d é\n"}, "a ${n} $${ %d é\n".encode()),
    "literal may be empty": ({"literal": ""}, b""),
    "lines": ({"lines": {"count": 3, "text": "${n}/${n:02} 5% %d"}}, b"1/01 5% %d\n2/02 5% %d\n3/03 5% %d\n"),
    "lines with a literal placeholder": ({"lines": {"count": 1, "text": "$${n}"}}, b"${n}\n"),
    "lines that end as on Windows": (
        {"lines": {"count": 2, "text": "a", "end": "crlf", "final_newline": False}},
        b"a\r\na",
    ),
    "a replaced last line without its end": (
        {
            "lines": {
                "count": 2,
                "text": "a",
                "replace": [{"line": 2, "text": "b${n}"}],
                "final_newline": False,
            }
        },
        b"a\nb2",
    ),
    "a variable is not looked at again": (
        {"lines": {"count": 1, "text": "${v}", "vars": {"v": {"literal": "${n}%d"}}}},
        b"${n}%d\n",
    ),
    "records": (
        {
            "records": {
                "count": 2,
                "fields": {
                    "n": "${n}",
                    "id": "r-${n:03}",
                    "text": "${n:01}",
                    "deep": [{"a": "${n}"}, 1.5, None],
                },
                "replace": [{"record": 2, "fields": {"id": "%", "more": True}}],
            }
        },
        (
            b'{"n":1,"id":"r-001","text":"1","deep":[{"a":1},1.5,null]}\n'
            b'{"n":2,"id":"%","text":"2","deep":[{"a":2},1.5,null],"more":true}\n'
        ),
    ),
    "records are escaped as JSON": (
        {"records": {"count": 1, "fields": {'"%': '\\ "${v}" é'}, "vars": {"v": {"literal": 'a"\n%'}}}},
        '{"\\"%":"\\\\ \\"a\\"\\n%\\" é"}\n'.encode(),
    ),
    "repeat": ({"repeat": {"text": "é%", "times": 3}}, "é%é%é%".encode()),
    "repeat a payload": ({"repeat": {"of": {"hex": "00 ff"}, "times": 2}}, b"\0\xff\0\xff"),
    "concat": ({"concat": [{"literal": "a"}, {"concat": [{"literal": "b"}]}, {"literal": "c"}]}, b"abc"),
    "hex": ({"hex": "FFfe 00"}, b"\xff\xfe\0"),
    "tree as a listing": (
        {"tree": {"range": [9, 10], "path": "crates/service-${i:02}/src/lib.rs"}},
        b"crates/service-09/src/lib.rs\ncrates/service-10/src/lib.rs\n",
    ),
    "tree with contents": (
        {
            "tree": {
                "range": [0, 2],
                "path": "${i}.rs",
                "text": "fn f${i}() {}",
                "replace": [{"i": 1, "text": "x\n"}],
            }
        },
        b"==> 0.rs <==\nfn f0() {}\n\n==> 1.rs <==\nx\n\n==> 2.rs <==\nfn f2() {}\n",
    ),
    "text over bytes": (
        {
            "repeat": {"text": ".", "times": 9},
            "replace": [{"at": 7, "text": "é"}, {"at": 0, "text": "ab"}],
            "pin": {"bytes": 9},
        },
        "ab.....é".encode(),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_generators(name):
    payload, expected = EXAMPLES[name]
    assert made({"it": payload}) == expected


def test_every_generator_of_the_model_is_there():
    assert [(key,) for key in GENERATORS] == list(Payload.alternatives)


def test_names_stand_for_payloads():
    found = made(
        {"it": {"concat": ["a", "b", "a"]}, "a": {"literal": "x"}, "b": {"repeat": {"of": "a", "times": 2}}}
    )
    assert found == b"xxxx"


def test_a_file_is_read_beside_the_fixture(tmp_path):
    content = bytes(range(256)) * 1000
    (tmp_path / "dump.bin").write_bytes(content)
    payload = {"file": {"path": "dump.bin"}, "pin": {"sha256": hashlib.sha256(content).hexdigest()}}
    assert made({"it": payload}, folder=tmp_path) == content
    (tmp_path / "dump.bin").unlink()
    with pytest.raises(PayloadError, match=r"'dump.bin' cannot be read: No such file"):
        made({"it": payload}, folder=tmp_path)


def test_noise_stays_as_it_is():
    # Committed fixtures pin these bytes: a change here breaks them.
    assert made({"it": {"noise": {"seed": 7, "words": 5}}}) == b"zokest zozox liden vemod sokest"
    digest = hashlib.sha256(
        made({"it": {"noise": {"seed": 7, "bytes": "1MiB", "line_length": 80}}})
    ).hexdigest()
    assert digest == "e7c2d84a166cb60e6a28151f9d6124f7bd8ce89f2c90df0a3f5fc78f4de08bd5"


def test_noise_has_the_size_that_is_asked_for():
    text = made({"it": {"noise": {"seed": 1, "words": 20_000, "line_length": 60}}})
    assert len(text.split()) == 20_000
    lines = text.split(b"\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 60
    assert all(len(line) + 1 + len(after.split()[0]) > 60 for line, after in pairwise(lines))
    for size in (1, 50, 99_991):
        assert len(made({"it": {"noise": {"seed": 1, "bytes": f"{size}B"}}})) == size
    assert made({"it": {"noise": {"seed": 1, "words": 9}}}) != made(
        {"it": {"noise": {"seed": 2, "words": 9}}}
    )


@pytest.mark.parametrize("size", [128, 300, 1000, 5000, 70_001])
def test_tools_have_schemas_of_exact_size(size):
    catalog = {"count": 5, "servers": 2, "name": "mcp__srv${k}__tool${i:03}", "schema_bytes": f"{size}B"}
    catalog["replace"] = [{"i": 4, "name": "mcp__srv${k}__open"}, {"i": 1, "description": "Opens the door."}]
    text = made({"it": {"tool_catalog": catalog}})
    tools = json.loads(text)
    assert [tool["name"] for tool in tools] == [
        "mcp__srv0__tool000",
        "mcp__srv0__tool001",
        "mcp__srv0__tool002",
        "mcp__srv1__tool003",
        "mcp__srv1__open",
    ]
    assert tools[1]["description"] == "Opens the door."
    assert len({tool["description"] for tool in tools}) == 5
    assert {len(json.dumps(tool["inputSchema"], separators=(",", ":"))) for tool in tools} == {size}
    assert text.count(b"\n") == 7


def test_pins_name_what_differs():
    payload = {"literal": "a\nb", "pin": {"bytes": 4, "lines": 2, "sha256": "0" * 64}}
    found = hashlib.sha256(b"a\nb").hexdigest()
    with pytest.raises(PayloadError) as error:
        made({"it": payload})
    assert error.value.path == ("it", "pin")
    assert str(error.value) == (
        "payload 'it': its pin does not hold: bytes declared 4, found 3; "
        f"sha256 declared {'0' * 64}, found {found}"
    )


def test_pins_of_parts_hold_too():
    with pytest.raises(PayloadError, match="lines declared 0, found 1") as error:
        made({"it": {"concat": [{"literal": ""}, {"literal": "x", "pin": {"lines": 0}}]}})
    assert error.value.path == ("it", "concat", 1, "pin")
    with pytest.raises(PayloadError) as error:
        made({"it": {"concat": ["a"]}, "a": {"literal": "x", "pin": {"bytes": 2}}})
    assert error.value.path == ("a", "pin")


BROKEN = {
    "past the end": (
        {"literal": "abc", "replace": [{"at": 2, "text": "xy"}]},
        ("it", "replace", 0, "at"),
        "this text goes past the end: there are 3 bytes",
    ),
    "line break in a variable": (
        {"lines": {"count": 1, "text": "${v}", "vars": {"v": {"literal": "a\n"}}}},
        ("it", "lines", "vars", "v"),
        "the variable 'v' has a line break in it, which no line can hold",
    ),
    "variable that is no text": (
        {"records": {"count": 1, "fields": {"a": "${v}"}, "vars": {"v": {"hex": "ff"}}}},
        ("it", "records", "vars", "v"),
        "the variable 'v' is not UTF-8 text",
    ),
    "variable that is too long": (
        {"lines": {"count": 1, "text": "${v}", "vars": {"v": {"repeat": {"text": "x", "times": 2**20 + 1}}}}},
        ("it", "lines", "vars", "v"),
        "the variable 'v' is longer than 1024 KiB",
    ),
    "too large": (
        {"repeat": {"of": {"repeat": {"text": "x", "times": 2**30}}, "times": 2}},
        ("it",),
        "it is larger than 1GiB",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_only_generating_can_tell(name):
    payload, path, message = BROKEN[name]
    chunks = generate(declared({"it": payload}), "it", folder=None)
    with pytest.raises(PayloadError) as error:
        for _ in chunks:
            pass
    assert (error.value.path, error.value.message) == (path, message)
