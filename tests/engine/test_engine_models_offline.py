"""Offline runs make no connection outside this machine: packets are watched while they run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from example_bench import DATA
from model_bench import RIGHT, SPEC, ModelBench, says

WATCHED = ("unshare", "--map-root-user", "--net", sys.executable, str(DATA / "models/sniff.py"))


def watched(bench: ModelBench, *command: str) -> dict:
    """Run a command, watched. Gives what it said, and which packets wanted to leave before it had ended."""
    if shutil.which("ip") is None:
        pytest.skip("ip is not installed")
    done = subprocess.run(
        [*WATCHED, *command], cwd=bench.root, env=bench.env(), capture_output=True, text=True
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
    said = watched(models, sys.executable, "-m", "specrun", SPEC, "--offline", "--fresh", "-v")
    assert said["code"] == 0, said["said"]
    assert "tiny/greeter/1: passed" in said["said"]
    assert said["before"] == []


@pytest.mark.needs_network_namespace
@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
def test_the_watcher_sees_whoever_connects_to_the_outside(tmp_path, address):
    models = ModelBench(tmp_path / "bench")
    connect = f"import socket; s = socket.socket(socket.AF_INET{'6' * (':' in address)}); s.settimeout(0)\n"
    connect += f"try: s.connect(('{address}', 443))\nexcept OSError: pass"
    said = watched(models, sys.executable, "-c", connect)
    assert f"{address} tcp 443" in said["before"]
