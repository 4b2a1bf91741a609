"""The documented scripts say what the page says they do."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from specrun.gateway.scripted import Scripted
from specrun.gateway.stub import Fault
from specrun.gateway.upstream import UpstreamError
from specrun.gateway.wire.base import PROTOCOLS, Ask, Item
from specrun.spec.library import Library

if TYPE_CHECKING:
    from specrun.gateway.wire.base import ProtocolName, Reply

PAGE = Path(__file__).parents[2] / "docs/scripted-models.md"


@pytest.fixture
def scripts(tmp_path: Path) -> dict[str, Scripted]:
    """The models of the page, by id."""
    found = {}
    for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        file = tmp_path / "model.yaml"
        file.write_text(text, encoding="utf-8")
        model = Library(tmp_path).resolve(file, "model").model
        found[model.id] = Scripted(model)
    return found


def said(author: str, text: str) -> Item:
    kind = "tool_result" if author == "tool" else "text"
    return Item(kind=kind, author=author, text=text)


def ask(
    script: Scripted, *items: Item, protocol: ProtocolName = "chat", stream: bool = False
) -> Reply | Fault:
    asked = Ask(protocol=protocol, model="m", items=items, stream=stream)
    return asyncio.run(script.answer(asked, b"x" * 400))


def told(reply: Reply | Fault) -> list[str]:
    """What an answer says and which commands it calls."""
    return [item.text or json.loads(item.arguments)["command"] for item in reply.items]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_turns_and_their_end(scripts: dict[str, Scripted], protocol: ProtocolName) -> None:
    script, history, heard = scripts["greeting"], [said("user", "greet")], []
    for _ in range(3):
        reply = ask(script, *history, protocol=protocol)
        heard.append(told(reply))
        history += [*reply.items, said("tool", "done")]
    assert heard == [
        ["What is there?", "I look around.", "ls"],
        ["echo hello > greeting.txt", "cat greeting.txt"],
        ["Done."],
    ]
    assert reply.usage.cache_read_tokens == 380
    with pytest.raises(UpstreamError) as caught:
        ask(script, *history, protocol=protocol)
    documented = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert str(caught.value).partition(",")[0] in documented


def test_the_prompt_chooses_the_conversation(scripts: dict[str, Scripted]) -> None:
    script = scripts["greeting"]
    assert told(ask(script, said("user", "Summarize this"))) == ["Somebody wanted a greeting."]
    assert len(told(ask(script, said("system", "Summarize this"), said("user", "greet")))) == 3


def test_rules_look_at_what_tools_say(scripts: dict[str, Scripted]) -> None:
    script, spoken = scripts["mender"], said("assistant", "I test.")
    assert told(ask(script, said("user", "mend it"))) == ["pytest"]
    seen = [told(ask(script, spoken, said("tool", text))) for text in ("1 failed, 3 passed", "4 passed")]
    assert seen == [["A test fails.", "git apply mend.diff && pytest"], ["All tests pass."]]


def test_usage_is_a_token_for_four_characters(scripts: dict[str, Scripted]) -> None:
    usage = ask(scripts["mender"], said("assistant", "x"), said("tool", "4 passed")).usage
    assert (usage.input_tokens, usage.output_tokens) == (100, 4)


def test_faults_come_in_order(scripts: dict[str, Scripted]) -> None:
    answers = [ask(scripts["unwell"], said("user", "hi"), stream=True) for _ in range(5)]
    assert [(fault.status, fault.cut) for fault in answers] == [
        (429, False),
        (500, False),
        (200, True),
        (200, False),
        (200, False),
    ]
    assert ("retry-after", "1") in answers[0].headers
    assert len(answers[2].chunks) == 3
    assert b"data:" not in b"".join(answers[3].chunks)
    assert b"At last." in b"".join(answers[4].chunks)
    assert answers[2].pause == answers[4].pause == 0.01
