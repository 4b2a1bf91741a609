"""The workspace of a user who is not root. Where the suite runs as root, it becomes another user for this."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from specrun.workspaces.base import Enforced, Step

pytestmark = pytest.mark.needs_ordinary_user

SCRIPTS = Path(__file__).parent / "data"
BOMB = ":(){ :|:& };:"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of that user below /tmp, where commands have a private one: mounts must work in it too."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    for name in ("shared", "shared/specs", "base"):
        (folder / name).mkdir()
    (folder / "shared/specs/truth").write_text("the truth\n")
    (folder / "secret").write_text("secret\n")
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 12345, 12345)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def python(place: Path, ordinary_user: tuple[list[str], dict[str, str]]) -> Callable[..., str]:
    """Run one of our scripts as that user, and give what it prints."""

    def python(script: str, *words: str) -> str:
        argv, env = ordinary_user
        env = {**env, "HOME": str(place), "SPECRUN_TMP": str(place / "base")}
        done = subprocess.run([*argv, str(SCRIPTS / script), *words], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return python


@pytest.fixture
def bash(place: Path, python: Callable[..., str]):
    """What is enforced, what a script came to and what a command after it says."""

    def bash(text: str, wall: str = "5m") -> tuple[Enforced, Step, Step]:
        said = python("one_command.py", text, wall, str(place / "shared"))
        return msgspec.json.decode(said, type=tuple[Enforced, Step, Step])

    return bash


def test_everything_is_enforced_and_what_is_given_can_be_written(bash, place: Path) -> None:
    enforced, step, _ = bash(f"id -u; echo mine > {place}/shared/file")
    assert step.ok, step.stderr
    assert int(step.stdout) != 0
    assert (place / "shared/file").read_text() == "mine\n"
    assert all(msgspec.structs.asdict(enforced).values())


def test_nothing_of_the_machine_is_read(bash, place: Path) -> None:
    reads = f"""
    cat /etc/shadow {place}/secret {place}/shared/specs/truth /proc/1/environ /proc/1/root/{place}/secret
    ls /root /home /proc/1/cwd/home {place}/base; nsenter --target 1 --user --mount ls /home
    unshare --user --map-root-user --mount sh -c 'umount {place}/shared/specs; cat {place}/shared/specs/truth'
    """
    _, step, _ = bash(reads)
    assert step.stdout == ""


def test_nothing_of_the_machine_is_written(bash, place: Path) -> None:
    writes = """
    mark=specrun-was-here
    for at in / /usr /etc /var /dev /run /proc/sys/kernel; do
        mount -o remount,bind,rw $at; umount $at; touch $at/$mark && echo $at
        unshare --user --map-root-user --mount sh -c "mount -o remount,bind,rw $at; touch $at/$mark" \\
            && echo $at
    done
    """
    _, step, _ = bash(writes)
    assert step.stdout == ""


def test_a_daemon_does_not_outlive_its_command(bash, place: Path) -> None:
    fifo = place / "shared" / "fifo"
    os.mkfifo(fifo, 0o666)
    if os.geteuid() == 0:
        os.chown(fifo, 12345, 12345)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    _, step, after = bash(f"(setsid setsid sleep infinity > {fifo} &) & sleep 0.1")
    assert (step.survivors, after.stdout) == (True, "alive\n")
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # The end: nobody holds the pipe.
    os.close(reader)


@pytest.mark.parametrize("bomb", [BOMB, f"{BOMB}; sleep infinity"])
def test_a_fork_bomb_ends_and_takes_nothing_with_it(bash, bomb: str) -> None:
    enforced, step, after = bash(bomb, wall="2s")
    assert enforced.process_limit
    assert step.survivors or step.ending == "wall_limit"
    assert after.stdout == "alive\n"


def test_a_command_reaches_its_door(python) -> None:
    user, steps = msgspec.json.decode(python("door_command.py"), type=tuple[int, list[Step]])
    assert user != 0
    assert [step.stdout for step in steps] == ["first", "second"], steps
