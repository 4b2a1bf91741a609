from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specrun.spec.models.common import StepLimits
from specrun.spec.values import Duration
from specrun.workspaces.base import Command, Step, script
from specrun.workspaces.delivery import Delivered, deliver
from specrun.workspaces.local import LocalWorkspace, open_workspace
from specrun.workspaces.sandbox import Sandbox

RunScript = Callable[..., Step]
Inside = Callable[..., Any]


@pytest.fixture(params=["all that is here", "nothing"])
def enforce(request: pytest.FixtureRequest) -> Sandbox | None:
    """Both ways to keep processes together: what this machine can do, and what every machine can."""
    return None if request.param == "all that is here" else Sandbox(namespaces=False, network=False)


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where workspaces of the test are made."""
    folder = tmp_path / "base"
    folder.mkdir()
    monkeypatch.setenv("SPECRUN_TMP", str(folder))
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project."""
    files = {
        "src/app.py": "print('app')\n",
        "src/data/numbers.txt": "1\n2\n3\n",
        "run.sh": "#!/bin/sh\necho run\n",
        ".gitignore": "*.log\n",
        "kept.log": "ignored by git, but part of the project\n",
    }
    root = tmp_path / "tree"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "run.sh").chmod(0o700)
    (root / "link").symlink_to("src/app.py")
    return root


@pytest.fixture
def delivered(tree: Path, tmp_path: Path) -> Delivered:
    return deliver(tree, tmp_path / "cache", "digest")


@pytest.fixture
def inside() -> Inside:
    """Run a coroutine function in a fresh workspace and give what it returns."""

    def inside(
        work: Callable[[LocalWorkspace], Any], delivered: Delivered | None = None, **options: Any
    ) -> Any:
        async def run() -> Any:
            async with open_workspace(delivered, **options) as workspace:
                return await work(workspace)

        return asyncio.run(run())

    return inside


@pytest.fixture
def command() -> Callable[..., Command]:
    """A command from a bash script or an argv, with a wall limit that no test should reach."""

    def make(what: str | tuple[str, ...], *, limits: dict[str, Any] | None = None, **fields: Any) -> Command:
        argv = script(what) if isinstance(what, str) else what
        every = StepLimits(**{"wall": Duration("5m"), **(limits or {})})
        return Command(name="step", argv=argv, limits=every, **fields)

    return make


@pytest.fixture
def run(inside: Inside, command: Callable[..., Command], enforce: Sandbox | None) -> RunScript:
    """Run one command in a fresh workspace, in both ways to keep processes together."""

    def run(
        what: str | tuple[str, ...],
        *,
        delivered: Delivered | None = None,
        options: dict[str, Any] | None = None,
        **fields: Any,
    ) -> Step:
        made = command(what, **fields)
        return inside(lambda workspace: workspace.run(made), delivered, enforce=enforce, **(options or {}))

    return run
