"""Speed of the event log, measured by hand: `python perf/events.py [EVENTS] [ROUNDS]`.

Needs orjson, and Linux to tell the peak memory.

Ways to write take turns in each round, and so do ways to read, so that both sides of a ratio see the same
machine. A ratio is the median over rounds of the ratio within a round. Every way writes the same events with
the same bytes in them; those that do not chain write an old `prev`.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import msgspec
import orjson

from specrun.events.clock import LogicalClock
from specrun.events.log import TrialLog
from specrun.events.model import StepEvent, Subject
from specrun.events.payloads import RunStart, RunStop, Step, ToolCall
from specrun.events.read import read_events
from specrun.events.sinks import jsonl_sink
from specrun.events.verify import verify

ID = "0b1f2d3c-1111-5222-8333-944455556666"
DIGEST = sha256(b"").hexdigest()
SUBJECT = Subject(
    run_id=ID,
    task_id="httpx",
    trial_id=ID,
    policy_id="heuristic",
    cfg_hash=DIGEST,
    env_hash=DIGEST,
    seed=1234567,
)
TOOL_CALL = ToolCall(tool="bash", tool_args_hash=DIGEST, retries=0, exit_kind="ok")
STEP = Step(step_type="act", name="replay", content="python -m pytest -q", ending="exited", exit_code=0)


def as_dict(payload: msgspec.Struct, event_type: str) -> dict[str, object]:
    return {
        "event_type": event_type,
        **msgspec.to_builtins(SUBJECT),
        "seq": 0,
        "step_id": ID,
        "ts": "2000-01-01T00:00:00.000Z",
        "prev": DIGEST,
        "data": msgspec.to_builtins(payload),
    }


def write_orjson(path: Path, events: int, event: dict[str, object], flush: bool, buffering: int = -1) -> None:
    with path.open("wb", buffering=buffering) as file:
        for seq in range(events):
            event["seq"] = seq
            file.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
            if flush:
                file.flush()


def write_msgspec(path: Path, events: int, event: dict[str, object]) -> None:
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for seq in range(events):
            event["seq"] = seq
            file.write(encode(event) + b"\n")


def write_log(path: Path, events: int, payload: Step | ToolCall) -> None:
    sink = jsonl_sink(path)
    log = TrialLog(SUBJECT, LogicalClock(), sink)
    log.append(RunStart())
    for _ in range(events):
        log.append(payload, ID)
    log.append(RunStop())
    sink.close()


def measure_writing(events: int, rounds: int, folder: Path) -> None:
    call, step = as_dict(TOOL_CALL, "tool_call"), as_dict(STEP, "step")
    ways = {
        "tool_call: orjson": lambda path: write_orjson(path, events, call, flush=False),
        "tool_call: orjson, 64 KiB buffer": lambda path: write_orjson(path, events, call, False, 65536),
        "tool_call: msgspec": lambda path: write_msgspec(path, events, call),
        "tool_call: TrialLog.append": lambda path: write_log(path, events, TOOL_CALL),
        "step: orjson, flush each": lambda path: write_orjson(path, events, step, flush=True),
        "step: TrialLog.append": lambda path: write_log(path, events, STEP),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, float] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            path = folder / "log.jsonl"
            start = time.perf_counter()
            way(path)
            times[name].append((time.perf_counter() - start) / events * 1e6)
            size = path.stat().st_size / events
            path.unlink()
            sizes[name] = size
    for name in ways:
        floor = "tool_call: orjson" if name.startswith("tool_call") else "step: orjson, flush each"
        show(name, times[name], times[floor], "us/event", f"{sizes[name]:.0f} B")


def show(name: str, times: list[float], floor: list[float], unit: str, note: str) -> None:
    ratio = statistics.median(time / least for time, least in zip(times, floor, strict=True))
    print(f"{name:36} {statistics.median(times):8.3f} {unit:9} {ratio:5.2f}x  {note}")


class ScanData(msgspec.Struct):
    tokens_in: int | None = None


class ScanEvent(msgspec.Struct):
    """The typed scan: a struct with only those fields that the report needs."""

    event_type: str
    task_id: str
    seq: int
    data: ScanData


def report_scan(path: Path) -> int:
    groups: dict[tuple[str, str], list[int]] = {}
    with path.open("rb") as file:
        for event in map(msgspec.json.Decoder(ScanEvent).decode, file):
            group = groups.setdefault((event.task_id, event.event_type), [0, 0, 0])
            group[0] += 1
            group[1] += event.seq
            group[2] += event.data.tokens_in or 0 if event.event_type == "step" else 0
    return len(groups)


def report_events(path: Path) -> int:
    groups: dict[tuple[str, type], list[int]] = {}
    for event in read_events(path):
        group = groups.setdefault((event.task_id, type(event)), [0, 0, 0])
        group[0] += 1
        group[1] += event.seq
        group[2] += event.data.tokens_in or 0 if isinstance(event, StepEvent) else 0
    return len(groups)


def report_json(path: Path) -> int:
    with path.open("rb") as file:
        return len({(event["task_id"], event["event_type"]) for event in map(json.loads, file)})


READERS = {"typed scan": report_scan, "read_events": report_events, "json.loads scan": report_json}


def peak_mib() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def read_once(name: str, path: Path) -> None:
    before = peak_mib()
    start = time.perf_counter()
    READERS[name](path)
    print(json.dumps([time.perf_counter() - start, peak_mib() - before]))


def write_many_trials(path: Path, events: int) -> None:
    """A run's log: 1,000 events a trial, one step to four tool calls, 500 cases."""
    sink = jsonl_sink(path)
    for trial in range(events // 1000):
        subject = msgspec.structs.replace(SUBJECT, task_id=f"case-{trial % 500:03}")
        log = TrialLog(subject, LogicalClock(), sink)
        log.append(RunStart())
        for number in range(998):
            log.append(TOOL_CALL if number % 5 else STEP, ID)
        log.append(RunStop())
    sink.close()


def measure_reading(events: int, rounds: int, folder: Path) -> None:
    path = folder / "events.jsonl"
    write_many_trials(path, events)
    runs: dict[str, list[list[float]]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name in READERS:
            argv = [sys.executable, __file__, "--read", name, str(path)]
            runs[name].append(json.loads(subprocess.run(argv, capture_output=True, check=True).stdout))
    floor = [seconds for seconds, _ in runs["typed scan"]]
    for name, figures in runs.items():
        added = statistics.median(mib for _, mib in figures)
        show(f"report: {name}", [seconds for seconds, _ in figures], floor, "s", f"+{added:.1f} MiB")


def measure_verifying(events: int, folder: Path) -> None:
    path = folder / "trial.jsonl"
    write_log(path, events, TOOL_CALL)
    start = time.perf_counter()
    found = verify(path)
    assert found.ok, found
    print(f"{'verify':36} {(time.perf_counter() - start) / events * 1e6:8.3f} us/event")


def measure_sizes(folder: Path) -> None:
    path = folder / "trivial.jsonl"
    write_log(path, 1, STEP)
    packed = len(gzip.compress(path.read_bytes()))
    print(f"{'a trial of three events':36} {path.stat().st_size:8} B, {packed} B gzipped")


def main() -> None:
    if sys.argv[1:2] == ["--read"]:
        read_once(sys.argv[2], Path(sys.argv[3]))
        return
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(f"python {sys.version.split()[0]}, {events} events read, {events // 10} written, {rounds} rounds")
    with tempfile.TemporaryDirectory() as name:
        measure_writing(events // 10, rounds, Path(name))
        measure_reading(events, rounds, Path(name))
        measure_verifying(events // 10, Path(name))
        measure_sizes(Path(name))


if __name__ == "__main__":
    main()
