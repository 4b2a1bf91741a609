"""What the gateway adds to a model call: `python perf/gateway.py [REQUESTS] [ROUNDS]`.

A fake provider of 200 SSE events, the gateway and the clients are three processes. In each round the ways
take turns: direct, through a gateway that meters, one that records too, and one that replays. A ratio is the
median over the rounds of the ratio within a round; what is added is a difference of medians over all rounds.
At the end 64 slow streams at once must come through whole.
"""

from __future__ import annotations

import asyncio
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from turns import about, judge

EVENTS, PROMPTS = 200, 40
REQUESTS = int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdigit() else 320
ROUNDS = int(sys.argv[2]) if sys.argv[2:3] and sys.argv[2].isdigit() else 5
CLIENTS = (1, 16)
PAUSE = 0.002
SLOW = 64


def event(delta: dict, stop: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": stop}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "fake"}
    return b"data: " + json.dumps(head | {"choices": [choice]}).encode() + b"\n\n"


def frames() -> list[bytes]:
    said = [event({"role": "assistant", "content": ""})]
    said += [event({"content": f" word{number}"}) for number in range(EVENTS - 3)]
    said += [event({}, "stop"), b"data: [DONE]\n\n"]
    return [b"%x\r\n%b\r\n" % (len(each), each) for each in said]


async def provider() -> None:
    """Answers every request with the events; a path with `slow` in it gets them with pauses."""
    sent = frames()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
                body = await reader.readexactly(int(length.partition(b":")[2]))
                pause = PAUSE if b"slow" in body else 0
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
                writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
                for frame in sent:
                    writer.write(frame)
                    await asyncio.sleep(pause)
                writer.write(b"0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "-", flush=True)
    await server.serve_forever()


async def gateway(url: str, folder: str, way: str) -> None:
    """One lane that records into the folder, or replays it."""
    from specrun.gateway.lane import LaneSettings
    from specrun.gateway.provider import Provider, ProviderSettings
    from specrun.gateway.server import open_gateway
    from specrun.gateway.standalone_tape import recording, replaying

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    settings = ProviderSettings(base_url=f"{url}/v1")
    with ExitStack() as tapes:
        async with (
            Provider(settings, {}) as upstream,
            open_gateway() as served,
            served.open_lane(LaneSettings(name="perf", upstreams={"chat": upstream})) as lane,
        ):
            if way == "record":
                lane.play(tapes.enter_context(recording(Path(folder), "perf", lane, [])))
            elif way == "replay":
                lane.play(replaying(Path(folder), lane))
            print(lane.base_url, lane.token, flush=True)
            await ended.wait()


class Client:
    """Asks over connections of its own, and sees that every answer is whole."""

    def __init__(self, base_url: str, token: str) -> None:
        parts = urlsplit(base_url)
        self.address = (parts.hostname, parts.port)
        self.head = (
            f"POST {parts.path}/v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        )

    def request(self, prompt: str) -> bytes:
        messages = [{"role": "user", "content": prompt + " hello" * 200}]
        body = json.dumps({"model": "fake", "stream": True, "messages": messages}).encode()
        return f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    async def ask(self, prompts: list[str], took: list[float]) -> None:
        reader, writer = await asyncio.open_connection(*self.address)
        for prompt in prompts:
            start = time.perf_counter()
            writer.write(self.request(prompt))
            events, tail = 0, b""
            while not tail.endswith(b"0\r\n\r\n"):
                data = await reader.read(65536)
                assert data, f"closed: {tail!r}"
                assert tail or data.startswith(b"HTTP/1.1 200"), data
                events += data.count(b"\n\n")
                tail = (tail + data)[-400:]
            assert events == EVENTS, f"{events} events: {tail!r}"
            took.append(time.perf_counter() - start)
        writer.close()

    async def load(self, clients: int, requests: int, prompt: str = "say") -> tuple[list[float], float]:
        """Seconds of each request, and of all."""
        took: list[float] = []
        each = requests // clients
        prompts = [[f"{prompt} {(n * each + i) % PROMPTS}" for i in range(each)] for n in range(clients)]
        start = time.perf_counter()
        await asyncio.gather(*(self.ask(mine, took) for mine in prompts))
        return took, time.perf_counter() - start


def peak_mib(process: subprocess.Popen[str]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def started(stack: ExitStack, *args: str) -> tuple[subprocess.Popen[str], Client, str]:
    """This script in another process, as a server."""
    process = subprocess.Popen([sys.executable, __file__, *args], stdout=subprocess.PIPE, text=True)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    url, token = process.stdout.readline().split()
    return process, Client(url, token), url


Found = dict[tuple[str, int], list[tuple[list[float], float]]]


def measure(ways: dict[str, Client]) -> Found:
    found: Found = {(way, clients): [] for clients in CLIENTS for way in ways}
    for clients in CLIENTS:
        for _ in range(ROUNDS):
            for way, client in ways.items():
                found[way, clients].append(asyncio.run(client.load(clients, REQUESTS)))
    return found


def quantile(rounds: list[tuple[list[float], float]], share: float) -> float:
    """In ms, the median over the rounds."""
    each = (sorted(took)[min(len(took) - 1, int(share * len(took)))] for took, _ in rounds)
    return statistics.median(each) * 1e3


def show(found: Found) -> None:
    for (way, clients), rounds in found.items():
        p50, p99 = quantile(rounds, 0.5), quantile(rounds, 0.99)
        rate = statistics.median(len(took) / wall for took, wall in rounds)
        print(f"{way:10} c={clients:<3} p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  {rate:8.1f} requests/s")
    for share, goal in ((0.5, 3.0), (0.99, 6.0)):
        added = quantile(found["record", 1], share) - quantile(found["direct", 1], share)
        judge(f"recording adds at c=1, p{share * 100:.0f}", added, goal, " ms")
    for way, clients, goal in (("record", 16, 0.5), ("replay", 1, 1.0), ("replay", 16, 1.0)):
        pairs = zip(found["direct", clients], found[way, clients], strict=True)
        slower = statistics.median(ours / theirs for (_, theirs), (_, ours) in pairs)
        judge(f"seconds of direct, {way} at c={clients}", slower, 1 / goal)


def main() -> None:
    print(about())
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        tape = f"{name}/tape"
        _, direct, url = started(stack, "--provider")
        with ExitStack() as first:  # what is replayed
            _, recorder, _ = started(first, "--gateway", url, tape, "record")
            asyncio.run(recorder.load(1, PROMPTS))
        _, meter, _ = started(stack, "--gateway", url, "-", "meter")
        process, record, _ = started(stack, "--gateway", url, f"{name}/recorded", "record")
        _, replay, _ = started(stack, "--gateway", url, tape, "replay")
        ways = {"direct": direct, "meter": meter, "record": record, "replay": replay}
        for client in ways.values():
            asyncio.run(client.load(4, PROMPTS))
        show(measure(ways))
        for way in ("direct", "record"):
            took, wall = asyncio.run(ways[way].load(SLOW, SLOW * 2, "slow"))
            print(f"{SLOW} slow streams, {way}: {len(took)} whole, {len(took) / wall:.1f} requests/s")
        print(f"memory of the recording gateway at most {peak_mib(process):.0f} MiB")


if sys.argv[1:2] == ["--provider"]:
    asyncio.run(provider())
elif sys.argv[1:2] == ["--gateway"]:
    asyncio.run(gateway(*sys.argv[2:5]))
else:
    main()
