"""The gateway around a command, as a user starts it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest
from fake_provider import chat_answer, fake_provider, saying, with_length
from gateway_lanes import one_lane

from specrun.gateway.standalone import run_command

USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 0}}
ANSWER = chat_answer("hello", USAGE)
AGENT = """
import json, os, sys, urllib.error, urllib.request
body = {"model": "gpt-5-mini", "messages": [{"role": "user", "content": sys.argv[1]}]}
for _ in range(int(sys.argv[2])):
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
    )
    try:
        print(urllib.request.urlopen(request).read().decode())
    except urllib.error.HTTPError as error:
        print(error.code, error.read().decode())
print(json.dumps(dict(os.environ)))
sys.exit(7)
"""


class Ran:
    """A command that ended."""

    def __init__(self, code, out, err) -> None:
        self.code, self.err = code, err
        *self.said, env = out.splitlines() or [""]
        self.env = json.loads(env) if env.startswith("{") else {}


@pytest.fixture
def gateway(tmp_path):
    """Run `specrun gateway OPTIONS -- agent PROMPT REQUESTS` with a fake provider there."""

    def run(*options, prompt="hi", requests=1, answer=ANSWER, env=None):
        async def work():
            async with fake_provider(saying(with_length(answer))) as (fake, url):
                given = [option.replace("URL", url) for option in options]
                agent = [sys.executable, "-c", AGENT, prompt, str(requests)]
                ran = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "specrun", "gateway", *given, "--", *agent),
                    cwd=tmp_path,
                    env=os.environ | {"THE_KEY": "provider-key-4711"} | (env or {}),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
                out, err = await ran.communicate()
                return Ran(ran.returncode, out.decode(), err.decode()), fake

        return asyncio.run(work())

    return run


HERE = ("--upstream", "chat=URL", "--key-env", "chat=THE_KEY")


def test_a_command_is_served_and_its_exit_code_passed_on(gateway):
    ran, fake = gateway(*HERE, "--format", "json")
    assert ran.code == 7
    assert ran.said == [ANSWER.decode()]
    assert fake.header("authorization") == ["Bearer provider-key-4711"]
    [row] = json.loads(ran.err)
    assert (row["model"], row["requests"]["answered"]) == ("gpt-5-mini", 1)
    assert (row["usage"]["input_tokens"], row["usage"]["output_tokens"]) == (9, 3)
    assert row["cost"] == "0.00000825"  # 9 at 0.25 and 3 at 2.00 for a million


def test_the_command_learns_no_key_but_its_own(gateway):
    theirs = {"OPENAI_API_KEY": "sk-of-the-user", "ANTHROPIC_AUTH_TOKEN": "a-token-of-the-user"}
    ran, _ = gateway(*HERE, env=theirs)
    shown = json.dumps(ran.env)
    assert "provider-key-4711" not in shown
    assert "of-the-user" not in shown
    assert ran.env["OPENAI_BASE_URL"] == ran.env["OPENAI_API_BASE"] == ran.env["ANTHROPIC_BASE_URL"] + "/v1"
    assert ran.env["OPENAI_API_KEY"] == ran.env["ANTHROPIC_API_KEY"] != ""


def test_a_limit_stops_the_command_from_asking_more(gateway):
    ran, fake = gateway(*HERE, "--limit", "requests=1", requests=3)
    assert len(fake.asked) == 1
    assert [line[:3] for line in ran.said[1:]] == ["401", "401"]
    assert "budget_exceeded: budget of the trial spent: requests used 1 of 1" in ran.err


def test_limits_are_written_as_in_specs(gateway):
    ran, fake = gateway(*HERE, "--limit", "requests=0.001k", "--limit", "tokens=1M", requests=3)
    assert len(fake.asked) == 1
    assert "budget of the trial spent: requests used 1 of 1" in ran.err


def test_a_recording_is_replayed_without_a_provider_and_a_miss_is_told(gateway, tmp_path):
    recorded, _ = gateway(*HERE, "--record", "tape", prompt="say hello", requests=2)
    replayed, asked = gateway("--replay", "tape", prompt="say hello", requests=2)
    missed, none = gateway("--replay", "tape", prompt="say something else")
    assert recorded.said == replayed.said == [ANSWER.decode()] * 2
    assert (asked.asked, none.asked) == ([], [])
    assert (recorded.code, replayed.code, missed.code) == (7, 7, 7)
    assert recorded.err == replayed.err
    assert missed.said[0].startswith("401")
    assert "cassette_miss: no answer is recorded for this request" in missed.err
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("tape/**/*") if path.is_file())
    assert b"provider-key-4711" not in stored
    assert b"say hello" in stored


def test_what_a_cassette_lacks_is_asked_and_added_to_it(gateway):
    first, once = gateway(*HERE, "--auto", "tape", prompt="say hello")
    second, never = gateway(*HERE, "--auto", "tape", prompt="say hello", answer=chat_answer("other"))
    third, more = gateway(*HERE, "--auto", "tape", prompt="say bye", answer=chat_answer("bye"))
    replayed, _ = gateway("--replay", "tape", prompt="say bye")
    assert [len(fake.asked) for fake in (once, never, more)] == [1, 0, 1]
    assert first.said == second.said == [ANSWER.decode()]
    assert third.said == replayed.said == [chat_answer("bye").decode()]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--limit", "tokns=5"], "no limit 'tokns', did you mean 'tokens'?"),
        (["--limit", "x=5"], "no limit 'x'; there are requests, tokens, "),
        (["--limit", "tokens=many"], "'tokens' must be a count such as 50000, 200k, 1.5M"),
        (["--limit", "tokens=-1"], "'tokens' must be a count"),
        (["--limit", "requests=9999999999M"], "'requests': a count is at most 1000000000M"),
        (["--limit", "cost=nan"], "'cost' must be an amount of money such as 0.50"),
        (["--limit", "requests"], "'requests' is not NAME=VALUE"),
        (["--upstream", "smtp=x"], "no protocol 'smtp'; there are chat, responses, messages"),
        (["--upstream", "chat=ftp://x"], "a base URL is http(s)://HOST"),
        (["--key-env", "chat=NOT_SET"], "NOT_SET"),
        (["--record", "a", "--replay", "."], "exclude each other"),
        (["--auto", "a", "--record", "b"], "exclude each other"),
        (["--replay", "."], "no such file"),
    ],
)
def test_wrong_options_are_told_in_one_line(gateway, options, said):
    ran, _ = gateway(*options)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_without_a_command_it_serves_until_it_is_interrupted():
    process = subprocess.Popen(
        [sys.executable, "-m", "specrun", "gateway"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    shown = [process.stdout.readline() for _ in range(2)]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert shown[0].startswith("base URL  http://127.0.0.1:")
    assert shown[1].startswith("token     sk-")


def test_a_command_that_is_killed_has_the_code_that_shells_give_it():
    ran = subprocess.run(
        [sys.executable, "-m", "specrun", "gateway", "--", "sh", "-c", "kill -9 $$"], capture_output=True
    )
    assert ran.returncode == 128 + signal.SIGKILL


def test_a_command_that_goes_on_when_its_lane_has_halted_is_ended():
    async def work():
        async with one_lane() as client:
            client.lane.stop("budget_exceeded", "spent")
            return await run_command(["sleep", "600"], client.lane, os.environ, grace=0)

    assert asyncio.run(work()) == 128 + signal.SIGTERM
