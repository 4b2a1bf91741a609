"""Real reports for the readers: made here by the real tools."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"

Files = dict[str, str]


@pytest.fixture
def data() -> Callable[[str], bytes]:
    """Read a report from the data folder."""
    return lambda name: (DATA / name).read_bytes()


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Files], Path]:
    """Write a project into a folder of its own."""

    def write(files: Files) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a command in a folder, without the variables that steer the test runner around it."""
    steering = ("PYTEST", "COV", "PYTHON", "NODE_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(steering)}

    def run_in(folder: Path, *argv: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(argv, cwd=folder, env=env, capture_output=True, check=False, timeout=120)

    return run_in
