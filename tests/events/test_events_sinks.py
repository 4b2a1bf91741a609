from __future__ import annotations

import pytest

from specrun.events.sinks import open_sink
from specrun.events.verify import verify

PLUGIN = """
class Doubled:
    def __init__(self, target):
        self.file = open(target, "wb")

    def write(self, line, /):
        self.file.write(line * 2)

    def flush(self):
        self.file.flush()

    def close(self):
        self.file.close()
"""


def test_a_file_by_name(tmp_path):
    path = tmp_path / "events.jsonl"
    sink = open_sink("jsonl", str(path))
    sink.write(b"one\n")
    sink.flush()
    assert path.read_bytes() == b"one\n"
    sink.write(b"two\n")
    sink.close()
    sink.close()
    assert path.read_bytes() == b"one\ntwo\n"
    assert verify(path).line == 1


def test_a_sink_of_another_package(tmp_path, monkeypatch):
    (tmp_path / "doubled_sink.py").write_text(PLUGIN)
    info = tmp_path / "doubled_sink-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: doubled-sink\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[specrun.sinks]\ndoubled = doubled_sink:Doubled\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    sink = open_sink("doubled", str(tmp_path / "out"))
    sink.write(b"x\n")
    sink.close()
    assert (tmp_path / "out").read_bytes() == b"x\nx\n"
    with pytest.raises(ValueError, match="unknown sink 'nats'; known: doubled, jsonl"):
        open_sink("nats", "somewhere")
