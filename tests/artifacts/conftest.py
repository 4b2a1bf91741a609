from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from specrun.artifacts.model import Artifact
from specrun.artifacts.page import Limits, Page
from specrun.artifacts.store import ArtifactStore
from specrun.artifacts.tools import View, call

START = (
    "from specrun.cli.main import COMMANDS, main;"
    "COMMANDS.setdefault('artifacts', ('artifacts', ''));"
    "main(['artifacts', *__import__('sys').argv[1:]])"
)
"""`specrun artifacts`, whether or not the command is listed yet."""

CLI = [sys.executable, "-c", START]


@pytest.fixture
def cli() -> list[str]:
    """How `specrun artifacts` is started."""
    return CLI


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `specrun artifacts` for thread t1 of the store."""

    def started(*args: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        place = ["--root", str(tmp_path / "store"), "--thread", "t1"]
        argv = [*CLI, *map(str, args), *place]
        return subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)

    return started


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path / "store")


@pytest.fixture
def put(store: ArtifactStore) -> Callable[..., Artifact]:
    """Store something in thread t1."""

    def stored(content: bytes | Iterable[bytes], **facts: str) -> Artifact:
        return store.create(content, **{"thread": "t1", "turn": "turn-1", "kind": "tool_output", **facts})

    return stored


@pytest.fixture
def ask(store: ArtifactStore) -> Callable[..., Page]:
    """Ask about an artifact of thread t1."""

    def asked(artifact: Artifact | str, tool: str, limits: Limits | None = None, **args: object) -> Page:
        name = artifact if isinstance(artifact, str) else artifact.id
        return call(View(store, "t1", limits or Limits()), tool, {"artifact": name, **args})

    return asked
