"""What stands in a context, to the character: the figures of the two payloads that others have measured."""

from __future__ import annotations

import hashlib

import pytest

from specrun.artifacts.page import Call
from specrun.artifacts.reference import notice, reference
from specrun.measure.tokens import estimate


def output() -> list[str]:
    lines = [f"line {number:04}: build log noise {'x' * 48}" for number in range(1, 2401)]
    lines[1937 - 1] = "RECOVERY_TOKEN=roder-file-backed-context"
    return lines


def history() -> list[str]:
    turn = '{{"turn":{},"role":"assistant","text":"{}"}}'
    lines = [turn.format(number, f"historical detail {'y' * 56}") for number in range(1, 901)]
    lines[617 - 1] = turn.format(617, "project codename: night-jar")
    return lines


class Payload:
    """One of the two, and what is known about it."""

    def __init__(self, name: str) -> None:
        self.is_output = name == "output"
        self.lines = output() if self.is_output else history()
        self.text = "\n".join(self.lines)
        self.kind = "command_stdout" if self.is_output else "chat_history"
        self.query = "RECOVERY_TOKEN" if self.is_output else "night-jar"
        self.label = (
            "Recover a value from long command output"
            if self.is_output
            else "Recover detail from pre-compaction chat history"
        )

    def figure(self, of_output: object, of_history: object) -> object:
        return of_output if self.is_output else of_history


@pytest.fixture(params=["output", "history"])
def payload(request):
    return Payload(request.param)


@pytest.fixture
def artifact(payload, put):
    return put(payload.text.encode(), kind=payload.kind, label=payload.label)


def test_the_payloads_are_the_known_ones(payload, artifact):
    digest = payload.figure(
        "80d9bb515ed64c2cb26d632789b98e57eab575c9d9329f9334bdea812e07158d",
        "a432d4b5100d0031c26f8ad284d7f7cac261d407dad9d724a343fe889c921c06",
    )
    assert artifact.sha256 == hashlib.sha256(payload.text.encode()).hexdigest() == digest
    assert (artifact.bytes, artifact.lines) == payload.figure((182364, 2400), (104244, 900))
    assert estimate(len(payload.text)) == payload.figure(45591, 26061)


def test_a_reference_alone(payload, artifact):
    prompt = "p" * payload.figure(137, 141)
    after = f"{prompt}\n\n{notice()}\n{reference(artifact)}"
    assert len(after) == payload.figure(447, 455)
    assert estimate(len(after)) == payload.figure(112, 114)
    first, second = reference(artifact).split("\n")
    size = payload.figure("lines=2400 bytes=182364", "lines=900 bytes=104244")
    assert first == f"[artifact: {payload.kind} {payload.label} {size} id={artifact.id}]"
    assert len(after) - len(prompt) - len(first) == 170
    assert artifact.id in second
    assert all(tool in second for tool in ("read", "grep", "tail"))


def test_finding_it_again_by_grep(payload, artifact, ask):
    call = Call("grep", {"artifact": artifact.id, "query": payload.query})
    assert call.text == f'grep {{"artifact":"{artifact.id}","query":"{payload.query}"}}'
    page = ask(artifact, "grep", query=payload.query)
    assert (estimate(len(call.text)), estimate(len(page.text))) == payload.figure((23, 12), (22, 19))
    assert len(call.text) == payload.figure(90, 85)
    number = payload.figure(1937, 617)
    assert page.text == f"{number}: {payload.lines[number - 1]}"


def test_finding_it_again_by_reading(payload, artifact, ask):
    page = ask(artifact, "read")
    pages = [page]
    while payload.query not in page.text:
        page = ask(artifact, "read", start_line=page.next.args["start_line"])
        pages.append(page)
    assert len(pages) == payload.figure(10, 4)
    assert sum(estimate(len(page.text)) for page in pages) == payload.figure(41615, 24608)


def test_tail_misses_it(payload, artifact, ask):
    page = ask(artifact, "tail", lines=200)
    assert len(page.lines) == 200
    assert payload.query not in page.text


@pytest.mark.parametrize(("label", "shown"), [("", "content"), ("a\nb\x1b[2J", "a\\nb\\x1b[2J")])
def test_a_reference_is_always_two_lines(put, label, shown):
    text = reference(put(b"x", label=label))
    assert text.count("\n") == 1
    assert text.startswith(f"[artifact: tool_output {shown} lines=1 bytes=1 id=artifact-")
