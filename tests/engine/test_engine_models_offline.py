"""Offline runs make no connection outside this machine: packets are watched while they run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from example_bench import DATA
from model_bench import RIGHT, SPEC, ModelBench, says

SPECRUN = (sys.executable, "-m", "specrun")
WATCHED = ("unshare", "--map-root-user", "--net", sys.executable, str(DATA / "models/sniff.py"))


CALL = """
import socket
for place in (("192.0.2.7", 443), ("127.0.0.1", 443), ("127.0.0.1", 53)):
    with socket.socket(type=socket.SOCK_{kind}) as call:
        call.settimeout(0)
        try:
            call.connect(place)
            call.send(b"x")
        except OSError:
            pass
"""
"""A program that calls the outside, this machine, and a name server on this machine."""


def watched(folder: Path, *command: str, **env: str) -> dict:
    """Run a command, watched. Gives what it said, and which packets wanted to leave before it had ended."""
    if shutil.which("ip") is None:
        pytest.skip("ip is not installed")
    done = subprocess.run(
        [*WATCHED, *command], cwd=folder, env={**os.environ, **env}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert "192.0.2.1 tcp 80" in said["after"], "the watcher is blind"
    assert said["lost"] == 0
    return said


@pytest.mark.needs_network_namespace
def test_an_offline_run_sends_no_packet_to_the_outside(tmp_path):
    models = ModelBench(tmp_path / "bench")
    models.tell(says("cat greeter.py; date +%N"), says(RIGHT), {"say": "Done."})
    models.record()
    said = watched(models.root, *SPECRUN, SPEC, "--offline", "--fresh", "-v", **models.env())
    assert said["code"] == 0, said["said"]
    assert "tiny/greeter/1: passed" in said["said"]
    assert said["before"] == []


@pytest.mark.needs_network_namespace
@pytest.mark.parametrize("kind", ["STREAM", "DGRAM"])
def test_the_watcher_sees_connections_to_the_outside_and_questions_for_names(tmp_path, kind):
    said = watched(tmp_path, sys.executable, "-c", CALL.format(kind=kind))
    protocol = {"STREAM": "tcp", "DGRAM": "udp"}[kind]
    assert set(said["before"]) == {f"192.0.2.7 {protocol} 443", f"127.0.0.1 {protocol} 53"}
