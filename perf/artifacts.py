"""Speed of the artifact store, measured by hand: `python perf/artifacts.py [MIB] [ROUNDS]`.

Every way takes its turn in each round, in a process of its own, beside a plain read of the same bytes in
blocks of a mebibyte. A ratio is the median over rounds of the ratio within a round. The file is in the page
cache. Memory is what the process needed at most beyond what it had when it began; needs Linux to tell.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import re2  # noqa: F401  # so that importing it is no part of a measurement

from specrun.artifacts.model import Artifact
from specrun.artifacts.store import ArtifactStore
from specrun.artifacts.tools import View, call

MIB = 1024 * 1024
NOISE = b"".join(b"%07d build log noise %s\n" % (n % 9973, b"x" * (n * 37 % 90)) for n in range(14_000))[:MIB]
LEAST = 1e-9


def content(mib: int) -> Iterator[bytes]:
    """Lines of 30 to 120 bytes, and one needle at nine tenths."""
    for number in range(mib):
        yield b"RECOVERY_TOKEN=abc\n" + NOISE[19:] if number == mib * 9 // 10 else NOISE


def plain_read(store: ArtifactStore, artifact: Artifact) -> None:
    path = store.root / "t/artifacts/u" / f"{artifact.id}.txt"
    with path.open("rb", buffering=0) as file:
        while file.read(MIB):
            pass


def create(store: ArtifactStore, artifact: Artifact) -> None:
    store.create(content(artifact.bytes // MIB), thread="new", turn="u", kind="tool_output")


def plain_write(store: ArtifactStore, artifact: Artifact) -> None:
    with (store.root / "plain").open("wb", buffering=0) as file:
        for chunk in content(artifact.bytes // MIB):
            file.write(chunk)


def asking(tool: str, **args: object) -> Callable[[ArtifactStore, Artifact], None]:
    def ask(store: ArtifactStore, artifact: Artifact) -> None:
        page = call(View(store, "t"), tool, {"artifact": artifact.id, **args})
        assert page.lines, page.text

    return ask


def near_the_end(store: ArtifactStore, artifact: Artifact) -> None:
    asking("read", start_line=artifact.lines - 1000)(store, artifact)


WAYS: dict[str, Callable[[ArtifactStore, Artifact], None]] = {
    "plain read": plain_read,
    "grep: text, 1 match": asking("grep", query="RECOVERY_TOKEN"),
    "grep: pattern, 1 match": asking("grep", query=r"RECOVERY_TOKEN=\w+", regex=True),
    "grep: pattern without a prefix": asking("grep", query=r"[A-Z]{8}_T|E\d+F", regex=True),
    "grep: text in every 10,000th line": asking("grep", query="0009972 b"),
    "grep: text in every line": asking("grep", query="noise"),
    "grep: pattern in every line": asking("grep", query="n[o]ise", regex=True),
    "tail": asking("tail"),
    "read near the end": near_the_end,
    "plain write": plain_write,
    "create": create,
}
FLOORS = {"plain write": "plain write", "create": "plain write"}


def peak_mib() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def once(name: str, root: Path) -> None:
    """Measure one way in this process."""
    store = ArtifactStore(root)
    (artifact,) = store.list("t")
    before = peak_mib()
    start = time.perf_counter()
    WAYS[name](store, artifact)
    print(json.dumps([time.perf_counter() - start, peak_mib() - before]))
    for made in store.list("new"):
        store.delete("new", made.id)
    (root / "plain").unlink(missing_ok=True)


def measure(root: Path, rounds: int) -> dict[str, list[list[float]]]:
    figures: dict[str, list[list[float]]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name in WAYS:
            argv = [sys.executable, __file__, "--once", name, str(root)]
            figures[name].append(json.loads(subprocess.run(argv, capture_output=True, check=True).stdout))
    return figures


def show(figures: dict[str, list[list[float]]]) -> None:
    for name, found in figures.items():
        floor = figures[FLOORS.get(name, "plain read")]
        pairs = zip(found, floor, strict=True)
        ratio = statistics.median(way[0] / max(least[0], LEAST) for way, least in pairs)
        seconds = statistics.median(seconds for seconds, _ in found)
        memory = max(mib for _, mib in found)
        print(f"{name:36} {seconds * 1000:10.1f} ms {ratio:8.3f}x  +{memory:.1f} MiB")


def main() -> None:
    if sys.argv[1:2] == ["--once"]:
        once(sys.argv[2], Path(sys.argv[3]))
        return
    mib = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(f"python {sys.version.split()[0]}, {mib} MiB, {rounds} rounds")
    with tempfile.TemporaryDirectory() as name:
        ArtifactStore(Path(name)).create(content(mib), thread="t", turn="u", kind="tool_output")
        show(measure(Path(name), rounds))


if __name__ == "__main__":
    main()
