"""What the gateway adds to a model call, beside what litellm's proxy adds.

A fake provider of 200 SSE events, each proxy and the clients are processes of their own. In each round all
ways take turns: direct, through a gateway that meters, one that records too, one that replays, and litellm's
proxy, which is so slow that it gets fewer requests. A ratio is the median over the rounds of the ratio within
a round; what is added is a difference of medians over all rounds. CPU is that of the process between provider
and client.
At the end 64 slow streams at once must come through whole.

litellm is installed into a cache folder of its own the first time. Where it cannot be, it is not measured.

example: python perf/gateway.py --requests 160 --rounds 5
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from litellm_proxy import KEY, NotThereError, litellm
from streams import PROMPTS, Client, provider
from turns import about, judge

CLIENTS = (1, 16)
SLOW = 64
LITELLM = "litellm"
LITELLM_SHARE = 10
"""For one request through litellm, so many through each other way."""


async def gateway(url: str, folder: str, way: str) -> None:
    """One lane that records into the folder, or replays it."""
    from specrun.gateway.lane import LaneSettings
    from specrun.gateway.provider import Provider, ProviderSettings
    from specrun.gateway.server import open_gateway
    from specrun.gateway.standalone_tape import tape_of

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    settings = ProviderSettings(base_url=f"{url}/v1")
    with ExitStack() as tapes:
        async with (
            Provider(settings, {}) as upstream,
            open_gateway() as served,
            served.open_lane(LaneSettings(name="perf", upstreams={"chat": upstream})) as lane,
        ):
            if way != "meter":
                lane.play(tapes.enter_context(tape_of(lane, way, Path(folder), "perf", [])))
            print(lane.base_url, lane.token, flush=True)
            await ended.wait()


class Way(NamedTuple):
    """A way to the provider: whom to ask, and the process between, if there is one."""

    client: Client
    pid: int | None

    def cpu(self) -> float:
        """Seconds that the process has worked so far."""
        if self.pid is None:
            return 0.0
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> float:
        """MiB that were resident at most."""
        return _kib(f"/proc/{self.pid}/status", "VmHWM") / 1024

    def share(self) -> float:
        """MiB now, of what is shared with other processes its share."""
        return _kib(f"/proc/{self.pid}/smaps_rollup", "Pss") / 1024


def _kib(file: str, name: str) -> int:
    lines = Path(file).read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


class Round(NamedTuple):
    """One way's part of a round, in seconds: each request, all of them, and the process between."""

    took: list[float]
    wall: float
    cpu: float

    @property
    def each(self) -> float:
        """Seconds for one request, while others are under way."""
        return self.wall / len(self.took)


Found = dict[tuple[str, int], list[Round]]


def started(stack: ExitStack, *args: str) -> tuple[Way, str]:
    """This script in another process, as a server."""
    process = subprocess.Popen([sys.executable, __file__, *args], stdout=subprocess.PIPE, text=True)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    url, token = process.stdout.readline().split()
    return Way(Client(url, token), process.pid), url


def measure(ways: dict[str, Way], requests: int, rounds: int) -> Found:
    found: Found = {(name, clients): [] for clients in CLIENTS for name in ways}
    for clients in CLIENTS:
        for _ in range(rounds):
            for name, way in ways.items():
                before, most = way.cpu(), requests // LITELLM_SHARE if name == LITELLM else requests
                took, wall = asyncio.run(way.client.load(clients, most))
                found[name, clients].append(Round(took, wall, way.cpu() - before))
    return found


def quantile(rounds: list[Round], share: float) -> float:
    """In ms, the median over the rounds."""
    each = (sorted(took)[min(len(took) - 1, int(share * len(took)))] for took, _, _ in rounds)
    return statistics.median(each) * 1e3


def show(found: Found) -> None:
    for (way, clients), rounds in found.items():
        p50, p99 = quantile(rounds, 0.5), quantile(rounds, 0.99)
        rate = statistics.median(1 / each.each for each in rounds)
        cpu = statistics.median(each.cpu / len(each.took) for each in rounds) * 1e3
        print(
            f"{way:8} c={clients:<3} p50 {p50:8.2f} ms  p99 {p99:8.2f} ms  {rate:7.1f} requests/s"
            + (f"  CPU {cpu:6.2f} ms/request" if cpu else "")
        )


def ratio(found: Found, ours: str, theirs: str, clients: int) -> float:
    """How many times as long ours takes for a request."""
    pairs = zip(found[ours, clients], found[theirs, clients], strict=True)
    return statistics.median(mine.each / other.each for mine, other in pairs)


def judge_all(found: Found, ways: dict[str, Way]) -> None:
    for share, goal in ((0.5, 3.0), (0.99, 6.0)):
        added = quantile(found["record", 1], share) - quantile(found["direct", 1], share)
        judge(f"recording adds at c=1, p{share * 100:.0f}", added, goal, " ms")
    judge("seconds of direct, record at c=16", ratio(found, "record", "direct", 16), 2.0)
    for clients in CLIENTS:
        judge(f"seconds of direct, replay at c={clients}", ratio(found, "replay", "direct", clients), 1.0)
    if LITELLM in ways:
        judge("seconds of litellm, record at c=16", ratio(found, "record", LITELLM, 16), 1 / 50)
        judge("peak memory of litellm, record", ways["record"].peak() / ways[LITELLM].peak(), 1 / 8)
    for name, way in ways.items():
        if way.pid is not None:
            print(
                f"memory of {name}: at most {way.peak():.0f} MiB resident, now {way.share():.0f} MiB its own"
            )


def slow(ways: dict[str, Way]) -> None:
    """Many streams that take their time. Who loses a part of one ends the script."""
    for name in ("direct", "meter", "record"):
        took, wall = asyncio.run(ways[name].client.load(SLOW, SLOW * 2, "slow"))
        print(
            f"{SLOW} slow streams, {name}: {len(took)} of {SLOW * 2} whole, {len(took) / wall:.1f} requests/s"
        )


def peer(stack: ExitStack, url: str, folder: Path) -> dict[str, Way]:
    try:
        process, proxy = stack.enter_context(litellm(url, folder))
    except NotThereError as why:
        print(f"litellm: not measured. {why}")
        return {}
    return {LITELLM: Way(Client(proxy, KEY, verbatim=False), process.pid)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=320, help="in a round of each way (320)")
    parser.add_argument("--rounds", type=int, default=5, help="in which the ways take turns (5)")
    parser.add_argument("--no-litellm", action="store_true", help="do not measure litellm")
    given = parser.parse_args()
    print(about())
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        tape = f"{name}/tape"
        provider, url = started(stack, "--provider")
        with ExitStack() as first:  # what is replayed
            recorder, _ = started(first, "--gateway", url, tape, "record")
            asyncio.run(recorder.client.load(1, PROMPTS))
        ways = {"direct": provider._replace(pid=None)}
        for way, folder in (("meter", "-"), ("record", f"{name}/recorded"), ("replay", tape)):
            ways[way], _ = started(stack, "--gateway", url, folder, way)
        if not given.no_litellm:
            ways |= peer(stack, url, Path(name))
        for way in ways.values():
            asyncio.run(way.client.load(4, PROMPTS))
        found = measure(ways, given.requests, given.rounds)
        show(found)
        judge_all(found, ways)
        slow(ways)


if sys.argv[1:2] == ["--provider"]:
    asyncio.run(provider())
elif sys.argv[1:2] == ["--gateway"]:
    asyncio.run(gateway(*sys.argv[2:5]))
else:
    main()
