from __future__ import annotations

import re
import uuid

import pytest
from cassette_world import Machine
from hypothesis import given
from hypothesis import strategies as st

from specrun.gateway.wire.base import PROTOCOLS

HERE = Machine()

NOISE = {
    "/tmp/first/abc/proj/src/a.py": "⟦cwd⟧/src/a.py",
    "cd /tmp/first/abc/proj.": "cd ⟦cwd⟧.",
    "~/.claude/projects/-tmp-first-abc-proj/m.md": "~/.claude/projects/⟦cwd-slug⟧/m.md",
    "see ../home/.qwen/x": "see ⟦home-relative⟧/.qwen/x",
    "/tmp/first/abc/home/.cache": "⟦home⟧/.cache",
    "id 0f8fad5b-d9cb-469f-a165-70867728950e.": "id ⟦uuid⟧.",
    "user_019aa5c2-3b6e-7d11-8a3f-0123456789ab": "user_⟦uuid⟧",
    "at 2026-11-21T15:59:07.123456+00:00 sharp": "at ⟦time⟧ sharp",
    "Today is 2026-11-21": "Today is ⟦date⟧",
    "Sat Nov 21 2026": "⟦date⟧",
    "Sat Nov 21 15:59:07 UTC 2026": "⟦time⟧",
    "Saturday, November 21, 2026": "⟦date⟧",
    "-rw-r--r-- 1 annabel staff 5 Nov 21 15:59 a": "-rw-r--r-- 1 ⟦user⟧ staff 5 ⟦time⟧ a",
    "took from 15:59:07 on": "took from ⟦clock⟧ on",
    "bash_1795000000123_0": "bash_⟦epoch⟧_0",
    "1795000000.5 1795000000123456789": "⟦epoch⟧ ⟦epoch⟧",
    "Process Group PGID: 4711": "Process Group PGID: ⟦pid⟧",
    "Chunk ID: a1b2c3\nWall time: 0.0512 seconds": "Chunk ID: ⟦chunk⟧\nWall time: ⟦seconds⟧ seconds",
    "agentId: a9f3c21 duration_ms: 1204": "agentId: ⟦agent⟧ duration_ms: ⟦duration⟧",
    "5 passed in 0.03s": "5 passed in ⟦duration⟧",
    "/var/tmp.Ab3dEfGhIj/x /var/tmpk3_x9zzq": "/var/tmp.⟦temp⟧/x /var/tmp⟦temp⟧",
    "1a2b3c4 first commit": "⟦commit⟧ first commit",
    "commit 0123456789abcdef0123456789abcdef01234567": "commit ⟦commit⟧",
    "Linux calc-17 6.8.0-45-generic x": "Linux ⟦host⟧ ⟦kernel⟧ x",
    "Linux 6.8.0-45-generic #45-Ubuntu SMP Wed Oct 1 x86_64": "Linux ⟦kernel⟧",
    "Linux 6.1.21-v8+ #1642 SMP PREEMPT aarch64 GNU/Linux": "Linux ⟦kernel⟧ GNU/Linux",
    "Linux 6.8.0 x86_64.": "Linux ⟦kernel⟧.",
    "Linux-6.1.0-1-amd64-x86_64-with-glibc2.36.": "Linux-⟦kernel⟧",
    "http://127.0.0.1:43121/v1": "http://127.0.0.1:⟦port⟧/v1",
    "annabel@calc-17:~$": "⟦user⟧@⟦host⟧:~$",
    "key trial-token-first-0001": "key ⟦secret⟧",
}
KEPT = [
    "/tmp/first/abc/project",
    "/tmp/first/abc/proj-old",
    "/tmp/first/abc/proj.bak",
    "defaced walls",
    "commit facade",
    "/tmp.parameters /tmp.Parameters /tmpdirectory",
    "version 1.2.3 of 4711 things",
    "annabelle",
    "http://localhost:8000",
    "12345678901234567890123",
    "agentId: deadbeef",
    "abcdefab-cafe-beef-face-abcdefabcdef",
]
"""Words and numbers that only look like noise."""


@pytest.mark.parametrize("text", NOISE)
def test_noise_goes(text):
    assert HERE.normaliser().text(text) == NOISE[text]


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_noise_stays(text):
    assert HERE.normaliser().text(text) == text


pieces = st.sampled_from([*NOISE, *KEPT]) | st.uuids().map(str) | st.datetimes().map(str)
texts = st.lists(pieces | st.text("0123456789abcdef-:. /TZ\n⟦⟧", max_size=12)).map("".join)


@given(texts)
def test_a_normal_form_is_its_own(text):
    normaliser = HERE.normaliser()
    normal = normaliser.text(text)
    assert normaliser.text(normal) == normal
    assert HERE.normaliser().text(normal) == normal


@pytest.mark.parametrize(
    "knot",
    [
        "Nov 21 15:59",
        "0f8fad5b-d9cb-469f-a165-7086772895aaNov 21 15:59",
        "-tmp-first-abc-proj",
        "15:59:07",
        "/tmp.",
    ],
)
def test_noise_that_is_tangled_on_purpose_takes_no_more_time(knot):
    """Where one piece of noise shows only when the one before is gone: this ends, in time."""
    normaliser, text = HERE.normaliser(), knot * 20_000
    normal = normaliser.text(text)
    assert normaliser.text(normal) == normal
    assert normaliser.text(f"{text} word") != normal


words = st.lists(
    st.sampled_from(["November", "Saturday", "pid", "commit", "facade", "bead", "tmp", "Linux", "deaf", "in"])
    | st.from_regex("[A-Za-z]{1,12}", fullmatch=True),
    max_size=8,
)
marks = st.sampled_from([" ", "\n", " /", ": ", ".", " /tmp.", " /tmp", "@", " 21, 2026 ", " 15:59 ", "-"])


@given(words, words, st.lists(marks, min_size=16, max_size=16))
def test_prompts_that_differ_in_a_word_stay_different(one, other, marks):
    """Whatever stands between the words; what names this machine is not one of them."""
    normaliser = HERE.normaliser()
    first, second = (
        normaliser.text("".join(map("".join, zip(each, marks, strict=False)))) for each in (one, other)
    )
    assert (first == second) == (one == other)


uuids = st.integers(0, 2**128 - 1).map(lambda number: str(uuid.UUID(int=number, version=4)))


@given(st.lists(uuids, min_size=1), st.lists(st.sampled_from([" ", "/", "_", "\n"]), min_size=1))
def test_ids_go_wherever_they_stand(ids, between):
    text = "".join(each + between[number % len(between)] for number, each in enumerate(ids))
    assert not re.search("[0-9a-f]{4}", HERE.normaliser().text(text))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_fields_that_say_who_and_when_are_dropped(protocol):
    request = {
        "model": "m",
        "metadata": {"user_id": "x"},
        "prompt_cache_key": "k",
        "stream": True,
        "input": [{"type": "message", "id": "msg_1", "role": "user", "cache_control": {}, "content": "hi"}],
        "tools": [{"id": "kept", "call_id": "0f8fad5b-d9cb-469f-a165-70867728950e"}],
    }
    normal = HERE.normaliser().request(protocol, request)
    item = {"type": "message", "role": "user", "content": "hi"}
    assert normal == {
        "model": "m",
        "input": [item if protocol == "responses" else {**item, "id": "msg_1"}],
        "tools": request["tools"],
    }
