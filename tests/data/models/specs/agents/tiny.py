"""A coding agent in a few lines: asks a model, runs what it calls, until it calls nothing more.

PROTOCOL is chat, responses or messages; STREAM=1 reads events; what is in LANES, words with a comma between
them, is worked on at the same time, each in a conversation of its own. What fails is tried again twice.
"""

import http.client
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

STREAM = bool(os.environ.get("STREAM"))
PARAMETERS = {"type": "object", "properties": {"command": {"type": "string"}}}


class Chat:
    path = "/v1/chat/completions"
    tools = ({"type": "function", "function": {"name": "bash", "parameters": PARAMETERS}},)

    def __init__(self, prompt):
        self.history = [{"role": "user", "content": prompt}]

    def body(self):
        return {"messages": self.history}

    def whole(self, answer):
        return answer["choices"][0]["message"]

    def streamed(self, events):
        message, calls = {"role": "assistant", "content": ""}, {}
        for delta in (choice["delta"] for event in events for choice in event.get("choices", ())):
            message["content"] += delta.get("content") or ""
            for part in delta.get("tool_calls") or ():
                call = calls.setdefault(part["index"], {"function": {"name": "", "arguments": ""}})
                call |= {key: part[key] for key in ("id", "type") if part.get(key)}
                for key, text in part["function"].items():
                    call["function"][key] += text or ""
        return message | ({"tool_calls": list(calls.values())} if calls else {})

    def add(self, message):
        self.history.append(message)
        for call in message.get("tool_calls") or ():
            yield call["id"], json.loads(call["function"]["arguments"])

    def results(self, given):
        self.history += [{"role": "tool", "tool_call_id": call, "content": text} for call, text in given]


class Responses:
    path = "/v1/responses"
    tools = ({"type": "function", "name": "bash", "parameters": PARAMETERS},)

    def __init__(self, prompt):
        self.history = [{"role": "user", "content": prompt}]

    def body(self):
        return {"input": self.history, "store": False}

    def whole(self, answer):
        return answer["output"]

    def streamed(self, events):
        assert events[-1]["type"] == "response.completed", "the stream was cut"
        return [event["item"] for event in events if event["type"] == "response.output_item.done"]

    def add(self, items):
        self.history += items
        for item in items:
            if item["type"] == "function_call":
                yield item["call_id"], json.loads(item["arguments"])

    def results(self, given):
        self.history += [
            {"type": "function_call_output", "call_id": call, "output": text} for call, text in given
        ]


class Messages:
    path = "/v1/messages"
    tools = ({"name": "bash", "input_schema": PARAMETERS},)

    def __init__(self, prompt):
        self.history = [{"role": "user", "content": prompt}]

    def body(self):
        return {"messages": self.history, "max_tokens": 1000}

    def whole(self, answer):
        return answer["content"]

    def streamed(self, events):
        assert events[-1]["type"] == "message_stop", "the stream was cut"
        blocks, parts = {}, {}
        for event in events:
            if event["type"] == "content_block_start":
                blocks[event["index"]] = event["content_block"]
            elif event["type"] == "content_block_delta":
                delta = event["delta"]
                text = delta.get("text") or delta.get("partial_json") or ""
                parts[event["index"]] = parts.get(event["index"], "") + text
        for index, block in blocks.items():
            if block["type"] == "tool_use":
                block["input"] = json.loads(parts.get(index, "{}"))
            else:
                block["text"] = parts.get(index, "")
        return list(blocks.values())

    def add(self, blocks):
        self.history.append({"role": "assistant", "content": blocks})
        for block in blocks:
            if block["type"] == "tool_use":
                yield block["id"], block["input"]

    def results(self, given):
        blocks = [{"type": "tool_result", "tool_use_id": call, "content": text} for call, text in given]
        self.history.append({"role": "user", "content": blocks})


def ask(talk):
    body = talk.body() | {"model": os.environ["MODEL"], "tools": talk.tools, "stream": STREAM}
    key = os.environ["KEY"]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "x-api-key": key}
    request = urllib.request.Request(os.environ["URL"] + talk.path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        said = answer.read().decode()
    if not STREAM:
        return talk.whole(json.loads(said))
    assert talk.path != Chat.path or "data: [DONE]" in said, "the stream was cut"
    lines = (line.removeprefix("data: ") for line in said.splitlines() if line.startswith("data: {"))
    return talk.streamed([json.loads(line) for line in lines])


def ask_again(talk, tries=3):
    try:
        return ask(talk)
    except (urllib.error.HTTPError, http.client.IncompleteRead, AssertionError) as failure:
        final = isinstance(failure, urllib.error.HTTPError) and failure.code in (400, 401, 403)
        if final or tries == 1:
            raise SystemExit(f"the model does not answer: {failure}") from failure
        print(f"trying again: {failure}")
    return ask_again(talk, tries - 1)


def work(prompt):
    talk = {"chat": Chat, "responses": Responses, "messages": Messages}[os.environ["PROTOCOL"]](prompt)
    while calls := list(talk.add(ask_again(talk))):
        talk.results([(call, run(arguments["command"])) for call, arguments in calls])


def run(command):
    return subprocess.run(
        ["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ).stdout


def main():
    prompt = sys.stdin.read()
    lanes = os.environ.get("LANES", "").split(",")
    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(work, [f"{prompt}{lane}" for lane in lanes]))


main()
