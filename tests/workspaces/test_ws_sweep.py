from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.workspaces.processes import belonging
from specrun.workspaces.sweep import own, stale, sweep

OWNER = """\
import asyncio, sys
from pathlib import Path
from specrun.spec.models.common import StepLimits
from specrun.spec.values import Duration
from specrun.workspaces.base import Command, script
from specrun.workspaces.local import open_workspace
from specrun.workspaces.sandbox import Sandbox

async def main(fifo, caged):
    enforce = None if caged else Sandbox(namespaces=False, network=False)
    text = f"exec 9> {fifo}; setsid sleep infinity & (setsid sleep infinity &) & echo up >&9; sleep infinity"
    async with open_workspace(None, enforce=enforce) as workspace:
        limits, shared = StepLimits(wall=Duration("60s")), (Path(fifo).parent,)
        await workspace.run(Command(name="step", argv=script(text), limits=limits, writable=shared))

asyncio.run(main(sys.argv[1], sys.argv[2] == "True"))
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def killed(base: Path, tmp_path: Path, enforce) -> Iterator[tuple[Path, int]]:
    """A workspace whose specrun was killed by `kill -9`, and a pipe that its processes hold open."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(fifo), str(enforce is None)])
    with fifo.open("rb", buffering=0) as reader:
        assert reader.read(3) == b"up\n"
        assert stale(base) == []
        assert sweep(base) == []
        owner.kill()
        owner.wait()
        (folder,) = base.glob("specrun-*")
        yield folder, reader.fileno()


def test_a_killed_specrun_leaves_nothing_after_a_sweep(killed, base: Path) -> None:
    folder, pipe = killed
    assert stale(base) == [folder]
    assert sweep(base) == [folder]
    assert os.read(pipe, 10) == b""  # The end: no process holds the pipe.
    assert belonging(folder.name) == []
    assert list(base.iterdir()) == []
    assert sweep(base) == []


@pytest.mark.needs_network_namespace
@pytest.mark.parametrize("enforce", [None])
def test_namespaces_end_with_their_specrun_without_a_sweep(killed) -> None:
    _, pipe = killed
    assert os.read(pipe, 10) == b""


def test_what_is_no_workspace_is_left_alone(base: Path, tmp_path: Path) -> None:
    (base / "specrun-nolock").mkdir()
    (base / "specrun-file").write_text("x")
    (base / "other").mkdir()
    (base / "specrun-linked").mkdir()
    (base / "specrun-linked/owner.lock").symlink_to(tmp_path)
    (base / "specrun-fifo").mkdir()
    os.mkfifo(base / "specrun-fifo/owner.lock")
    assert [folder.name for folder in sweep(base)] in ([], ["specrun-fifo"])
    assert {"specrun-nolock", "specrun-file", "other", "specrun-linked"} <= set(names(base))


def test_a_sweep_of_no_folder_finds_nothing(tmp_path: Path) -> None:
    assert sweep(tmp_path / "none") == []


def test_a_folder_whose_lock_was_not_renamed_is_removed(base: Path) -> None:
    folder = base / "specrun-early"
    folder.mkdir()
    lock = own(folder)
    (folder / "owner.lock").rename(folder / "owner.new")
    assert sweep(base) == []
    os.close(lock)
    assert sweep(base) == [folder]
    assert not folder.exists()
