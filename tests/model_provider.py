"""A provider of a model over HTTP, which speaks Chat, wants a key, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

KEY = "provider-key-0815-4711"
VARIABLE = "MODEL_BENCH_KEY"
"""The environment variable that holds it."""
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}

Answer = tuple[int, dict[str, Any]]


def saying(text: str, *commands: str, usage: dict[str, int] | None = USAGE) -> Answer:
    """A Chat answer with words and calls of commands."""
    calls = [
        {"id": f"call_{number}", "type": "function", "function": {"name": "bash", "arguments": arguments}}
        for number, arguments in enumerate(json.dumps({"command": command}) for command in commands)
    ]
    message = {"role": "assistant", "content": text} | ({"tool_calls": calls} if calls else {})
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    return 200, {"id": "c1", "model": "real", "choices": [choice], "usage": usage}


class ModelProvider:
    """What `provider` gives. It answers as `answer` says, which is given the request's body."""

    def __init__(self, answer: Callable[[dict[str, Any]], Answer]) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        """The bodies of the requests with the right key, in order."""
        self.refused = 0
        """How many had another one."""
        self.base_url = ""


@contextmanager
def provider(
    answer: Callable[[dict[str, Any]], Answer] = lambda _: saying("Done."),
) -> Iterator[ModelProvider]:
    """Listen on a free port of this machine."""
    told = ModelProvider(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, said = 401, {"error": {"message": f"wrong key {self.headers['authorization']}"}}
            if self.headers["authorization"] == f"Bearer {KEY}":
                told.asked.append(body)
                status, said = told.answer(body)
            else:
                told.refused += 1
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.base_url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()
