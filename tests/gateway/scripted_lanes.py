"""Scripts, lanes that follow them, and the official clients of a lane."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest
from gateway_lanes import one_lane

from specrun.gateway.scripted import Scripted
from specrun.spec.models import ScriptedModel

openai = pytest.importorskip("openai", reason="the openai package is not installed")
anthropic = pytest.importorskip("anthropic", reason="the anthropic package is not installed")


def script(*conversations: dict) -> ScriptedModel:
    head = {"specrun": 1, "kind": "model", "type": "scripted", "id": "s", "name": "scripted-s"}
    data = {**head, "conversations": list(conversations)}
    return msgspec.convert(data, ScriptedModel, dec_hook=lambda kind, value: kind(value))


class Clients:
    """The clients of a lane, none of which tries anything again unless it is told to."""

    def __init__(self, client, retries: int, stack: AsyncExitStack) -> None:
        self.lane, self.ask = client.lane, client.ask
        given = {"api_key": client.lane.token, "max_retries": retries}
        self.openai = openai.AsyncOpenAI(base_url=f"{client.lane.base_url}/v1", **given)
        self.anthropic = anthropic.AsyncAnthropic(base_url=client.lane.base_url, **given)
        stack.push_async_callback(self.openai.close)
        stack.push_async_callback(self.anthropic.close)


@asynccontextmanager
async def scripted(*conversations: dict, retries: int = 0, model: ScriptedModel | None = None, **settings):
    """The clients of a lane that follows a script."""
    said = Scripted(model or script(*conversations))
    async with one_lane(model=said, **settings) as client, AsyncExitStack() as stack:
        yield Clients(client, retries, stack)


def following(work, *conversations: dict, **settings):
    """What `work` makes of the clients of a lane."""

    async def follow():
        async with scripted(*conversations, **settings) as clients:
            return await work(clients)

    return asyncio.run(follow())


class Talk:
    """An agent's conversation in one protocol: it sends everything back, as the protocol's clients do."""

    def __init__(self, clients: Clients, protocol: str, prompt: str, *, stream: bool) -> None:
        self.clients = clients
        self.protocol = protocol
        self.stream = stream
        self.messages: list = [{"role": "user", "content": prompt}]

    async def turn(self) -> dict:
        """What the model says next: its words, its reasoning, and its calls by id."""
        return await getattr(self, f"_{self.protocol}")()

    async def _chat(self) -> dict:
        create, body = self.clients.openai.chat.completions, {"model": "m", "messages": self.messages}
        if self.stream:
            async with create.stream(**body) as stream:
                answer = await stream.get_final_completion()
        else:
            answer = await create.create(**body)
        message = answer.choices[0].message
        self.messages.append(message.to_dict())
        calls = message.tool_calls or ()
        return {
            "say": message.content or None,
            "think": getattr(message, "reasoning_content", None),
            "calls": {call.id: (call.function.name, call.function.arguments) for call in calls},
            "stop": answer.choices[0].finish_reason,
        }

    async def _responses(self) -> dict:
        create, body = self.clients.openai.responses, {"model": "m", "input": self.messages}
        if self.stream:
            async with create.stream(**body) as stream:
                answer = await stream.get_final_response()
        else:
            answer = await create.create(**body)
        self.messages += [item.to_dict() for item in answer.output]
        thoughts = [item.summary[0].text for item in answer.output if item.type == "reasoning"]
        calls = [item for item in answer.output if item.type == "function_call"]
        return {
            "say": answer.output_text or None,
            "think": "".join(thoughts) or None,
            "calls": {call.call_id: (call.name, call.arguments) for call in calls},
            "stop": answer.status,
        }

    async def _messages(self) -> dict:
        create = self.clients.anthropic.messages
        body = {"model": "m", "messages": self.messages, "max_tokens": 99}
        if self.stream:
            async with create.stream(**body) as stream:
                answer = await stream.get_final_message()
        else:
            answer = await create.create(**body)
        content = [block.to_dict() for block in answer.content]
        self.messages.append({"role": "assistant", "content": content})
        return {
            "say": "".join(block.get("text", "") for block in content) or None,
            "think": "".join(block.get("thinking", "") for block in content) or None,
            "calls": {
                block["id"]: (block["name"], block["input"])
                for block in content
                if block["type"] == "tool_use"
            },
            "stop": answer.stop_reason,
        }

    def result(self, call_id: str, text: str) -> None:
        """Say what a tool gave back."""
        self.messages.append(
            {
                "chat": {"role": "tool", "tool_call_id": call_id, "content": text},
                "responses": {"type": "function_call_output", "call_id": call_id, "output": text},
                "messages": {
                    "role": "user",
                    "content": [{"type": "tool_result", "tool_use_id": call_id, "content": text}],
                },
            }[self.protocol]
        )

    def say(self, text: str) -> None:
        """Say something as the user."""
        self.messages.append({"role": "user", "content": text})
