"""A command without network reaches the server that was given to it, and nothing else."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from front_door import FETCH, FrontDoor, ShyDoor

from specrun.spec.values import Duration
from specrun.workspaces.base import DOOR_PORT, Step
from specrun.workspaces.local import open_workspace
from specrun.workspaces.toolchain.virtualenv import base_interpreter

PYTHON = str(base_interpreter())
FETCHING = (PYTHON, "-c", FETCH)
CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1]))).close()"
GUESTS = 200
MANY = f"""\
import socket
guests = [socket.create_connection(("127.0.0.1", {DOOR_PORT})) for _ in range({GUESTS})]
for guest in guests:
    guest.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
print(sum(b"".join(iter(lambda: guest.recv(100), b"")).endswith(b"hello") for guest in guests))
"""

needs_namespace = pytest.mark.needs_network_namespace


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def children() -> set[str]:
    lists = Path("/proc/self/task").glob("*/children")
    return {pid for one in lists for pid in one.read_text().split()}


@needs_namespace
def test_a_command_without_network_reaches_its_door_and_nothing_else(inside, command) -> None:
    async def work(workspace) -> None:
        step = await workspace.run(command(FETCHING, door=FrontDoor()))
        assert (step.ending, step.stdout) == ("exited", "hello\n"), step.stderr
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            connect = await workspace.run(command((PYTHON, "-c", CONNECT, port), door=FrontDoor()))
        assert "ConnectionRefusedError" in connect.stderr

    inside(work)


@needs_namespace
def test_the_port_refuses_without_a_door_also_after_one(inside, command) -> None:
    async def work(workspace) -> None:
        for door in (None, FrontDoor(), None):
            step = await workspace.run(command(FETCHING, door=door))
            assert (step.ok, "Connection refused" in step.stderr) == (door is not None, door is None)

    inside(work)


@needs_namespace
def test_nobody_outside_gets_in_by_the_port(inside, command) -> None:
    async def work(workspace) -> None:
        door = ShyDoor()
        running = asyncio.create_task(workspace.run(command(FETCHING, door=door)))
        await door.asked.wait()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(door.listeners[0].getsockname())
        await running

    inside(work)


@needs_namespace
def test_two_workspaces_at_once_have_each_their_own_door(command) -> None:
    async def fetch(own: FrontDoor, other: FrontDoor) -> str:
        async with open_workspace(None) as workspace:
            running = asyncio.create_task(workspace.run(command(FETCHING, door=own)))
            await asyncio.gather(own.asked.wait(), other.asked.wait())
            await own.let_in()
            return (await running).stdout

    async def run() -> list[str]:
        one, two = FrontDoor("one", guests=2), FrontDoor("two", guests=2)
        return await asyncio.gather(fetch(one, two), fetch(two, one))

    assert asyncio.run(run()) == ["one\n", "two\n"]


@needs_namespace
def test_many_connections_at_once(inside, command) -> None:
    async def work(workspace) -> None:
        door = FrontDoor(guests=GUESTS)
        step = await workspace.run(command((PYTHON, "-c", MANY), door=door))
        assert (step.stdout, door.served) == (f"{GUESTS}\n", GUESTS), step.stderr

    inside(work)


@needs_namespace
@pytest.mark.parametrize(
    ("text", "ending", "survivors"),
    [
        ("true", "exited", False),
        ("kill -KILL $$", "signalled", False),
        (f"{PYTHON} -c '{FETCH}' &", "exited", True),
        (f"{PYTHON} -c '{FETCH}'", "stopped", False),
    ],
    ids=["exits", "is killed", "leaves somebody at the door", "is stopped"],
)
def test_nothing_is_left_of_a_door(inside, command, text: str, ending: str, survivors: bool) -> None:
    async def work(workspace) -> None:
        await workspace.run(command("true", door=FrontDoor()))
        before = descriptors()
        door = ShyDoor() if ending == "stopped" else FrontDoor(guests=2)
        step = await workspace.run(command(text, door=door))
        assert (step.ending, step.survivors) == (ending, survivors)
        assert [listener.fileno() for listener in door.listeners] == [-1]
        assert door.left != (ending == "stopped")
        await workspace.run(command("true"))
        assert descriptors() == before

    inside(work)


@needs_namespace
def test_nothing_is_left_wherever_a_call_is_cancelled(inside, command) -> None:
    async def cancel(workspace, turns: int | None) -> FrontDoor:
        door = FrontDoor(guests=2)
        running = asyncio.create_task(workspace.run(command(FETCHING, door=door)))
        if turns is None:
            await door.asked.wait()
        for _ in range(turns or 0):
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return door

    async def work(workspace) -> None:
        await workspace.run(command("true", door=FrontDoor()))
        before = descriptors(), len(children())
        for turns in (1, 2, 3, 5, 8, 13, 100, 1000, 10_000, None):
            door = await cancel(workspace, turns)
            assert turns != 1 or not door.listeners, "else no call was cancelled before its door was there"
            assert all(listener.fileno() == -1 for listener in door.listeners)
            await workspace.run(command("true"))
            assert (descriptors(), len(children())) == before, turns

    inside(work)


@needs_namespace
def test_a_door_that_fails_ends_the_command(inside, command) -> None:
    class Ajar(FrontDoor):
        async def shut(self) -> None:
            raise OSError("the door does not shut")

    class Stuck(FrontDoor):
        @asynccontextmanager
        async def serve(self, listener: socket.socket) -> AsyncIterator[None]:
            self.listeners.append(listener)
            raise OSError("the door does not open")
            yield

    async def work(workspace) -> None:
        for door, why in ((Ajar(), "not shut"), (Stuck(), "not open")):
            with pytest.raises(OSError, match=why):
                await workspace.run(command("sleep infinity", door=door))
            assert [listener.fileno() for listener in door.listeners] == [-1]
        assert (await workspace.run(command(FETCHING, door=FrontDoor()))).stdout == "hello\n"

    inside(work)


@needs_namespace
def test_a_taken_port_is_told(inside) -> None:
    async def work(workspace) -> None:
        cage = workspace._cages.first
        with await cage.listen(DOOR_PORT) as listener:
            assert (listener.getblocking(), listener.get_inheritable()) == (False, False)
            with pytest.raises(OSError, match="Address already in use") as error:
                await cage.listen(DOOR_PORT)
        assert "\n" not in str(error.value)
        (await cage.listen(DOOR_PORT)).close()

    inside(work)


@needs_namespace
def test_a_command_with_network_is_not_served_through_its_door(inside, command) -> None:
    async def work(workspace) -> None:
        door = FrontDoor()
        assert (await workspace.run(command("true", door=door, network=True))).ok
        assert door.listeners == []

    inside(work)


def test_shutting_the_door_ends_the_whole_tree(inside, command, enforce, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    text = f"""
    exec 9> {fifo}; trap '' TERM INT HUP; echo begun
    (setsid sleep infinity &) & echo up >&9; sleep infinity
    """

    class Heard(FrontDoor):
        async def shut(self) -> None:
            self.reader = await asyncio.to_thread(open, fifo, "rb")
            assert await asyncio.to_thread(self.reader.readline) == b"up\n"

    async def work(workspace) -> tuple[Step, Heard]:
        door = Heard()
        return await workspace.run(command(text, door=door, writable=(tmp_path,))), door

    step, door = inside(work, enforce=enforce)
    with door.reader:
        assert door.reader.read() == b"", "else somebody still holds the pipe"
    assert (step.ending, step.exit_code, step.signal, step.stdout) == ("stopped", None, None, "begun\n")
    assert step.explain() == "ended by specrun"


def test_an_open_door_changes_no_other_ending(inside, command, enforce) -> None:
    async def work(workspace) -> list[tuple[str, int | None]]:
        limits = {"wall": Duration("500ms")}
        steps = [
            await workspace.run(command("exit 3", door=FrontDoor())),
            await workspace.run(command("sleep infinity", door=FrontDoor(), limits=limits)),
            await workspace.run(command(("no-such-program",), door=FrontDoor())),
        ]
        return [(step.ending, step.exit_code) for step in steps]

    endings = [("exited", 3), ("wall_limit", None), ("not_started", None)]
    assert inside(work, enforce=enforce) == endings
