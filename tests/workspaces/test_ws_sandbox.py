from __future__ import annotations

import socket
from pathlib import Path

import pytest

from specrun.workspaces.sandbox import Sandbox, describe, sandbox
from specrun.workspaces.toolchain.virtualenv import base_interpreter

pytestmark = pytest.mark.needs_network_namespace

PYTHON = str(base_interpreter())
CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1]))).close()"
OWN_SERVER = """\
import socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
"""


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder of specs with an answer in it."""
    folder = tmp_path / "specs of 'mine'"
    (folder / "oracle").mkdir(parents=True)
    (folder / "oracle" / "answer.yaml").write_text("the answer\n")
    return folder


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "tool").write_text("tool\n")
    return folder


def test_what_is_enforced_is_told(inside, secrets: Path, shared: Path) -> None:
    async def work(workspace):
        return workspace.enforced

    here = inside(work, hidden=[secrets], readonly=[shared])
    assert (here.network, here.processes, here.files) == (True, True, True)
    here = inside(work, hidden=[secrets], enforce=Sandbox(namespaces=False, network=False))
    assert (here.network, here.processes, here.files) == (False, False, False)


def test_the_network_is_off_unless_the_command_asks(inside, command) -> None:
    async def work(workspace) -> tuple[bool, bool]:
        connect = (PYTHON, "-c", CONNECT, str(port))
        off = await workspace.run(command(connect))
        on = await workspace.run(command(connect, network=True))
        assert "ConnectionRefusedError" in off.stderr
        return off.ok, on.ok

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert inside(work) == (False, True)


def test_loopback_works_inside(inside, command) -> None:
    async def work(workspace):
        return await workspace.run(command((PYTHON, "-c", OWN_SERVER)))

    assert inside(work).ok


@pytest.mark.parametrize("network", [False, True])
def test_hidden_folders_are_empty_and_stay_so(inside, command, secrets: Path, network: bool) -> None:
    text = """
    ls -A "$1"; umount "$1"; mount -o remount,rw "$1"; touch "$1/new"; ls -A "$1"
    unshare --user --map-root-user --mount bash -c 'umount "$1"; cat "$1"/oracle/answer.yaml' bash "$1"
    unshare --user --map-root-user --mount --pid --fork bash -c 'ls "$1"' bash "$1"
    cat /proc/1/root/"$1"/oracle/answer.yaml /proc/*/cwd/"$1"/oracle/answer.yaml
    nsenter --target 1 --mount cat "$1"/oracle/answer.yaml
    """

    async def work(workspace):
        return await workspace.run(command(("bash", "-c", text, "bash", str(secrets)), network=network))

    step = inside(work, hidden=[secrets, secrets / "oracle"])
    assert (step.stdout, "answer\n" in step.stderr) == ("", False)
    assert (secrets / "oracle/answer.yaml").read_text() == "the answer\n"


def test_readonly_folders_cannot_be_written(inside, command, shared: Path) -> None:
    text = """
    cat "$1/tool"; touch "$1/new"; echo broken > "$1/tool"; rm -f "$1/tool"
    mount -o remount,bind,rw "$1"; umount "$1"; touch "$1/new"
    unshare --user --map-root-user --mount bash -c 'mount -o remount,bind,rw "$1"; touch "$1/new"' bash "$1"
    """

    async def work(workspace):
        return await workspace.run(command(("bash", "-c", text, "bash", str(shared))))

    assert inside(work, readonly=[shared]).stdout == "tool\n"
    assert [file.name for file in shared.iterdir()] == ["tool"]
    assert (shared / "tool").read_text() == "tool\n"


def test_the_delivered_template_cannot_be_written(inside, command, delivered) -> None:
    async def work(workspace):
        return await workspace.run(command(("bash", "-c", f"echo x >> {delivered.worktree}/src/app.py")))

    assert not inside(work, delivered).ok
    assert (delivered.worktree / "src/app.py").read_text() == "print('app')\n"


def test_what_commands_need_stays_visible_in_a_hidden_folder(
    inside, command, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools, base = secrets / "deep" / "tools", secrets / "base"
    for folder in (tools, base):
        folder.mkdir(parents=True)
    (tools / "tool").write_text("tool\n")
    (secrets / "deep" / "truth").write_text("truth\n")
    monkeypatch.setenv("SPECRUN_TMP", str(base))
    look = 'cd "$1"; find . -path ./base -prune -o -type f -print'
    text = f'{look}; touch deep/new deep/tools/new; touch "$HOME/mine"'

    async def work(workspace):
        assert workspace.enforced.files
        return await workspace.run(command(("bash", "-c", text, "bash", str(secrets))))

    step = inside(work, hidden=[secrets], readonly=[tools])
    assert step.ok
    assert step.stdout == "./deep/tools/tool\n"
    assert not (tools / "new").exists()
    assert (secrets / "deep" / "truth").read_text() == "truth\n"


def test_a_hidden_folder_that_is_needed_itself_is_told(inside, tmp_path: Path) -> None:
    async def work(workspace):
        return workspace.enforced.files

    assert not inside(work, hidden=[tmp_path], path=[tmp_path])


def test_commands_cannot_kill_or_see_processes_outside(inside, command) -> None:
    async def work(workspace):
        await workspace.run(command("kill -9 1 || true; kill -9 -1"))
        return await workspace.run(command("ls /proc | grep -c '^[0-9]'"))

    # The namespace's first process, bash, ls and grep.
    assert int(inside(work).stdout) <= 4


def test_the_machine_is_asked_once_and_described() -> None:
    assert sandbox() is sandbox()
    assert {feature.name: feature.state for feature in describe()} == {
        "network off": "enforced",
        "no process survives its command": "enforced",
        "specs hidden and tools read-only": "enforced",
        "process limit": "enforced" if sandbox().process_limit else "not enforced",
        "memory limit": "enforced",
    }
