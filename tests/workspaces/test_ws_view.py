"""What a command may see and change of the machine, tried as an attacker would."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from specrun.workspaces.sandbox import sandbox
from specrun.workspaces.toolchain.virtualenv import base_interpreter

pytestmark = [
    pytest.mark.needs_network_namespace,
    pytest.mark.skipif(not sandbox().files, reason="this machine cannot give commands a root of their own"),
]

SEGMENT = """\
import ctypes, sys
print(ctypes.CDLL(None).shmget(4711, 4096, int(sys.argv[1], 8)) >= 0)
"""
CONNECT = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


@pytest.fixture
def bash(inside, command):
    """What a script prints, in a workspace of its own."""

    def bash(text: str, *words: str | Path, **fields) -> str:
        async def work(workspace) -> str:
            argv = ("bash", "-c", text, "bash", *map(str, words))
            return (await workspace.run(command(argv, **fields))).stdout

        return inside(work)

    return bash


@pytest.mark.parametrize("network", [False, True])
def test_nothing_of_the_machine_can_be_written(bash, tmp_path: Path, network: bool) -> None:
    places = ["/usr", "/etc", "/", sys.base_prefix, sys.prefix, Path.home(), tmp_path, "/var", "/run", "/dev"]
    text = """
    for place; do
        if touch "$place/specrun-was-here" 2>/dev/null; then echo "$place"; fi
        mount -o remount,bind,rw "$place" 2>/dev/null; umount "$place" 2>/dev/null
        if touch "$place/specrun-was-here" 2>/dev/null; then echo "$place"; fi
    done
    chmod 777 /dev/null 2>/dev/null && echo /dev/null
    """
    assert bash(text, *places, network=network) == ""
    assert not any(Path(place, "specrun-was-here").exists() for place in places)


@pytest.mark.parametrize("network", [False, True])
def test_settings_of_the_kernel_can_not_be_written(bash, network: bool) -> None:
    text = """
    test -w /proc/sys/kernel/core_pattern && echo writable
    unshare --user --map-root-user --mount --pid --fork bash -c '
        mount -t proc proc /proc; umount /proc/sys; mount -o remount,bind,rw /proc/sys
        test -w /proc/sys/kernel/core_pattern && echo writable' 2>/dev/null
    (: >/proc/sys/kernel/core_pattern) 2>/dev/null && echo open
    echo end
    """
    assert bash(text, network=network) == "end\n"


def test_what_is_not_listed_is_not_there(bash, tmp_path: Path, base: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    outside = [tmp_path / "secret", base, Path.home() / ".cache", "/proc/1/root/var/log", "/proc/1/cwd/home"]
    if sys.prefix != sys.base_prefix:
        outside.append(sys.prefix)
    text = 'for place; do test -e "$place" && echo "$place"; done; ls -A / /run /sys /tmp'
    shown = bash(text, *outside).splitlines()
    assert not set(map(str, outside)) & set(shown)
    assert {"boot", "mnt", "srv"}.isdisjoint(shown)


def test_places_for_temporary_files_are_private(bash) -> None:
    text = 'for at in /tmp /var/tmp /dev/shm; do ls -A $at; echo x > $at/specrun-was-here || echo "$at"; done'
    assert bash(text) == ""
    assert bash(text) == ""
    assert not any(Path(at, "specrun-was-here").exists() for at in ("/tmp", "/var/tmp", "/dev/shm"))


def test_memory_of_system_v_is_private(bash) -> None:
    python, create, find = base_interpreter(), "1600", "600"
    script = '"$1" -c "$2" "$3"'
    assert bash(f'{script}; "$1" -c "$2" "$4"', python, SEGMENT, create, find) == "True\nTrue\n"
    assert bash(script, python, SEGMENT, find) == "False\n"


def test_sockets_of_the_machine_are_out_of_reach(bash, tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        text = '"$1" -c "$2" "$3" 2>&1 | tail -n 1'
        assert "FileNotFoundError" in bash(text, base_interpreter(), CONNECT, path, network=True)


def test_workspaces_cannot_be_told_apart_by_their_paths(bash) -> None:
    text = "pwd -P; echo $HOME $TMPDIR; hostname; cut -d ' ' -f 2-3 /proc/self/mounts"
    first = bash(text)
    assert first.startswith("/workspace/project\n/workspace/home /workspace/tmp\n")
    assert bash(text) == first


def test_folders_may_be_written_by_one_command_alone(inside, command, tmp_path: Path) -> None:
    shared = tmp_path / "shared of 'mine'"
    shared.mkdir()
    write = ("bash", "-c", 'echo x >> "$1/file"', "bash", str(shared))

    async def work(workspace) -> list[bool]:
        ways = ({}, {"readonly": (shared,)}, {"writable": (shared,)}, {"readonly": (shared,)})
        return [(await workspace.run(command(write, **way))).ok for way in ways]

    assert inside(work) == [False, False, True, False]
    assert os.listdir(shared) == ["file"]  # noqa: PTH208


def test_common_tools_work(bash) -> None:
    assert bash("git --version >/dev/null && git status --short 2>&1 | head -n 1; ls /dev/fd/0; : > >(cat)")


def test_what_not_everybody_may_read_is_not_shown_to_root_either(bash) -> None:
    closed = [path for path in Path("/etc").iterdir() if path.is_file() and not path.stat().st_mode & 0o004]
    assert bash('for place; do cat "$place" && echo "$place"; done 2>/dev/null', *closed) == ""


def test_mounting_leaves_no_trace_on_the_machine(bash, tmp_path: Path) -> None:
    table = Path("/run/mount/utab")
    before = table.read_bytes() if table.exists() else b""
    bash("true", writable=(tmp_path,))
    assert (table.read_bytes() if table.exists() else b"").count(str(tmp_path).encode()) == before.count(
        str(tmp_path).encode()
    )
