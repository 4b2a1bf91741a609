from __future__ import annotations

import json
import re

import pytest
from cassette_world import OTHER, Agent, Machine, answered, player, record, says, taken
from gateway_strategies import cut, places
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.cassettes.answers import redacted_body, redacted_stream
from specrun.gateway.cassettes.places import Places
from specrun.gateway.cassettes.redaction import Redactor
from specrun.gateway.cassettes.secrets import of_environment
from specrun.gateway.wire.base import PROTOCOLS, Item, Reply
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.sse import event

HERE = Machine()
PROVIDER_KEY = "provider-key-0123456789"
REDACTOR = Redactor(
    Places({"cwd": HERE.cwd, "home": "/home/annabel"}), [HERE.token, PROVIDER_KEY], HERE.user, HERE.host
)

# Put together here, so that nobody who scans this file takes them for real ones.
PLANTED = [
    HERE.token,
    PROVIDER_KEY,
    "sk-" + "ant-api03-AbCdEfGhIjKlMnOp_0123",
    "ghp" + "_" + "a1B2c3D4e5" * 4,
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "AIza" + "a1B2c3D4e5" * 3 + "abcde",
    "xoxb" + "-1234567890-abcdef",
    "eyJ" + "hbGciOiJIUzI1.eyJ" + "zdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4",
    "glpat" + "-a1B2c3D4e5F6g7H8i9J0",
    "hf" + "_" + "aBcDeFgHiJ" * 3 + "kLmN",
    "npm" + "_" + "a1B2c3D4e5F6" * 3,
    "gsk" + "_" + "a1B2c3D4e5" * 5 + "xy",
    "pypi" + "-AgEIcHlwaS5vcmcCJ" + "a1B2c3D4-_" * 5,
    "sk" + "_live_" + "a1B2c3D4" * 3,
    "dop" + "_v1_" + "0a1b2c3d" * 8,
    "/home/annabel",
    HERE.cwd,
    "annabel",
    "calc-17",
]
SAID = {
    "Authorization: Bearer abcdEFGH12345678": "Authorization: Bearer ⟦secret⟧",
    '{"x-api-key": "abcd-1234-efgh-5678"}': '{"x-api-key": "⟦secret⟧"}',
    "x-api-key:abcd1234efgh5678": "x-api-key:⟦secret⟧",
    "AWS_SECRET_ACCESS_KEY=wJalr/XUtn+FEMI7K": "AWS_SECRET_ACCESS_KEY=⟦secret⟧",
    'export AWS_SECRET_ACCESS_KEY="wJalr/XUtn+FEMI7K"': 'export AWS_SECRET_ACCESS_KEY="⟦secret⟧"',
    "aws_secret_access_key = wJalr/XUtn+FEMI7K\n": "aws_secret_access_key = ⟦secret⟧\n",
    "https://bob:hunter22@example.org/x": "https://⟦secret⟧@example.org/x",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----": "⟦secret⟧",
}
HARMLESS = [
    "Authorization: Bearer ${API_KEY}",
    "the bearer certificate",
    "x-api-key: your-api-key-goes-here",
    "task-management-sk-learn",
    "npm_config_registry hf_hub_download pypi-publish gsk_scale",
    "AWS_SECRET_ACCESS_KEY=${SECRET}",
    "EqQBCkYIARgCKkBsk-abcdefghijklmnopqrst",
]


@pytest.mark.parametrize("text", SAID)
def test_what_lets_somebody_in_is_taken_out(text):
    assert REDACTOR.text(text) == SAID[text]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_lets_nobody_in_stays(text):
    assert REDACTOR.text(text) == text


def test_common_names_are_taken_out_where_they_can_be_nothing_else():
    redactor = Redactor(Places({"home": "/root"}), [], "root", "localhost")
    text = "the root of src/root, /root/x, root@calc:~# in /home/root/y, uid=0(root)</root>"
    assert redactor.text(text) == (
        "the root of src/root, ⟦home⟧/x, ⟦user⟧@calc:~# in /home/⟦user⟧/y, uid=0(⟦user⟧)</root>"
    )


def test_values_of_the_environment_are_secrets_by_their_names_and_their_length():
    environ = {
        **{name: f"the value of {name}" for name in ("SOME_KEY", "my_token", "THE_SECRET", "DB_PASSWORD")},
        **dict.fromkeys(("KEYBOARD", "KEY_FILE", "HOME"), "the value of something else"),
        "SHORT_KEY": "elevenchars",
    }
    wanted = [environ[name] for name in ("SOME_KEY", "my_token", "THE_SECRET", "DB_PASSWORD")]
    assert of_environment(environ) == wanted


planted = st.lists(st.sampled_from(PLANTED) | st.sampled_from(["", "x = 1", "words\n", '"', "é"]), max_size=6)


@given(st.sampled_from(PROTOCOLS), planted, planted)
def test_no_planted_secret_is_left_in_an_answer(protocol, words, commands):
    call = json.dumps({"command": " ".join(commands)})
    items = (
        Item(kind="text", author="assistant", text=" ".join(["Hello", *words])),
        Item(kind="tool_call", author="assistant", name="bash", call_id="c1", arguments=call),
    )
    agent = Agent(HERE, protocol, "Go")
    wire, ask = WIRES[protocol], agent.wire.read_ask(agent.body())
    whole = redacted_body(wire.write_reply(Reply(items=items), ask, "s"), REDACTOR)
    streamed = redacted_stream(b"".join(wire.write_stream(Reply(items=items), ask, "s")), REDACTOR)
    agent.stream = True
    seen = [wire.read_reply(whole).items, agent.read(streamed).items]
    assert seen[0] == seen[1]
    assert seen[0][0].text == REDACTOR.text(items[0].text)
    assert not any(secret.encode() in whole + streamed for secret in PLANTED)


@given(planted, places)
def test_a_secret_is_found_however_a_stream_cuts_it(words, places):
    text = " ".join(words)
    pieces = [piece.decode() for piece in cut(text.encode("ascii", "ignore"), places)]
    events = [
        event(json.dumps({"id": "c1", "choices": [{"index": 0, "delta": {"content": each}}]}).encode())
        for each in pieces
    ]
    stream = b"".join([b": hello\n\n", *events, event(b"[DONE]")])
    redacted = redacted_stream(stream, REDACTOR)
    said = "".join(re.findall(r'"content": ?"((?:[^"\\]|\\.)*)"', redacted.decode()))
    assert json.loads(f'"{said}"') == REDACTOR.text("".join(pieces))
    assert redacted.count(b"\n\n") == stream.count(b"\n\n")
    if not REDACTOR.edits("".join(pieces)):
        assert redacted == stream


@pytest.mark.parametrize(
    "written", ['"josé"', '"jos\\u00e9"', r'"\"jos\\u00e9\""', r'"\/home\/x\/y"', r'"\u006aosé"']
)
def test_what_json_hides_is_found_too(written):
    redactor = Redactor(Places({"home": "/home/x/y"}), [], "josé")
    for field in (b"content", b"name"):
        stream = event(b'{"choices": [{"delta": {"%b": %b}}]}' % (field, written.encode()))
        for redacted in (redacted_stream(stream, redactor), redacted_body(stream[6:], redactor)):
            said = json.loads(redacted.removeprefix(b"data: "))["choices"][0]["delta"][field.decode()]
            assert said.strip('"') in ("⟦user⟧", "⟦home⟧")


def test_nothing_of_this_machine_is_in_a_cassette(tmp_path):
    secret = PLANTED[2]
    agent = Agent(HERE, "messages", f"Create hello.txt; my key is {secret}")
    reply = says(f"You are {HERE.user} on {HERE.host}", f"echo {secret} > {HERE.cwd}/x")
    exchanges = [taken(agent, reply)]
    agent.hear(reply)
    agent.items.append(Item(kind="text", author="user", text="x" * 20_000 + f" {HERE.root}/home {secret}"))
    exchanges.append(taken(agent, says("Done")))
    record(tmp_path, HERE, *exchanges)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    content = b"".join(path.read_bytes() for path in files).decode()
    for planted in (secret, HERE.token, HERE.user, HERE.host, HERE.root, "-tmp-first-abc"):
        assert planted not in content
    other = Agent(OTHER, "messages", f"Create hello.txt; my key is {secret}")
    arguments = answered(player(tmp_path), other).items[1].arguments
    assert json.loads(arguments) == {"command": f"echo ⟦secret⟧ > {OTHER.cwd}/x"}


@pytest.mark.parametrize("path", ["relative", '/a"b', "/a\\b", "/a\nb", "/⟦cwd⟧"])
def test_folders_that_cannot_be_put_back_are_refused(path):
    with pytest.raises(ValueError, match="cannot be recorded"):
        Places({"cwd": path})


@given(st.lists(st.sampled_from(["/srv/é/x/proj", "/srv/é/x", "/root", "-srv---x-proj", " ", "x/", "src"])))
def test_folders_are_put_back_where_they_were_taken_out(words):
    text = "".join(words)
    where = Places({"cwd": "/srv/é/x/proj", "home": "/root", "all": "/srv/é/x"})
    assert where.put_in(Redactor(where).text(text).encode()).decode() == text
    assert Redactor(where).text("/srv/é/x/proj/a /srv/é/x/b") == "⟦cwd⟧/a ⟦all⟧/b"
