"""What it costs to read the streams of models, measured by hand: `python perf/wire.py [EVENTS] [ROUNDS]`.

In each round every protocol's reader takes a stream of its own, event by event as it would arrive, beside
`json.loads` of the same events' data. Processor time; the ratio is the median over rounds of the ratio
within a round. Goal: well under a millisecond for 200 events.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from specrun.gateway.usage import Usage
from specrun.gateway.wire.base import Ask, Item, Reply
from specrun.gateway.wire.registry import WIRES
from specrun.gateway.wire.sse import data_of
from specrun.gateway.wire.stream import PIECE

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 200


def took(work: Callable[[], object]) -> float:
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def main() -> None:
    text = Item(kind="text", author="assistant", text="x" * (PIECE * EVENTS // 2))
    call = Item(
        kind="tool_call", author="assistant", name="bash", arguments='"' + "y" * (PIECE * EVENTS // 2) + '"'
    )
    reply = Reply(items=(text, call), usage=Usage(input_tokens=9, output_tokens=9))
    for protocol, wire in WIRES.items():
        if protocol == "messages":
            reply = Reply(items=(text, text), usage=reply.usage)
        stream = wire.write_stream(reply, Ask(protocol=protocol, model="m"), "seed")
        data = [said for said in map(data_of, stream) if said and said != b"[DONE]"]

        def read(stream: list[bytes] = stream, reader: Callable = wire.reader) -> object:
            reading = reader()
            for chunk in stream:
                reading.feed(chunk)
            return reading.finish()

        def loads(data: list[bytes] = data) -> object:
            return [json.loads(event) for event in data]

        assert read().items
        rounds = [(took(read), took(loads)) for _ in range(ROUNDS)]
        ours = statistics.median(ours for ours, _ in rounds)
        ratio = statistics.median(ours / theirs for ours, theirs in rounds)
        print(f"{protocol:10} {len(stream)} events, {ours:.3f} ms, {ratio:.2f}x json.loads")


main()
